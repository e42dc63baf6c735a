"""What one learner did, as a report: lessons, predictions, tasks, claims, quiz, pictures. Values and their words, no markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from ...words import tr, tr_n
from ..guide.checks import EXERCISES, Exercise
from ..guide.choices import Choice
from ..guide.claims import CLAIMS, Claim
from ..guide.lessons import LESSONS, Lesson
from ..guide.predictions import PREDICTIONS
from ..guide.quiz import QUESTIONS, Question
from ..guide.verdicts import Verdict
from .pictures import Picture
from .story import Goals, Held, Skill

CAPSTONE = "07-capstone"
Word = Literal["finished", "begun", "not opened", "right", "wrong", "not decided", "passed", "solved", "not yet"]
SPOKEN: Mapping[Word, str] = {
    "finished": tr("finished"),
    "begun": tr("begun"),
    "not opened": tr("not opened"),
    "right": tr("right"),
    "wrong": tr("wrong"),
    "not decided": tr("not decided"),
    "passed": tr("passed"),
    "solved": tr("solved with the solution"),
    "not yet": tr("not yet"),
}


class Asked(Protocol):
    """A prediction as it was asked. ``misconception``: "" for none. ``why``: its explanation, in two sentences.

    ``claims``: the first one's evidence decided it; ``right``: which choice a fact makes right, by its place; ``answer``: the sentence
    for the first of two choices, where the second is right.
    """

    @property
    def prompt(self) -> str: ...
    @property
    def choices(self) -> Sequence[Choice]: ...
    @property
    def claims(self) -> Sequence[str]: ...
    @property
    def misconception(self) -> str: ...
    @property
    def why(self) -> str: ...
    def right(self, value: Any, /) -> int | None: ...
    def answer(self, choice: int | None, right: int | None, /) -> str: ...


@dataclass(frozen=True)
class Catalogue:
    """What the lab asks and claims, by id; ``lessons`` in their order, ``goals``: what they promise, where their texts could be read."""

    lessons: Mapping[str, Lesson] = field(default_factory=lambda: LESSONS)
    asked: Mapping[str, Asked] = field(default_factory=lambda: PREDICTIONS)
    exercises: Mapping[str, Exercise] = field(default_factory=lambda: EXERCISES)
    claims: Mapping[str, Claim] = field(default_factory=lambda: CLAIMS)
    questions: Sequence[Question] = QUESTIONS
    goals: Goals = field(default_factory=dict)


@dataclass(frozen=True)
class Stay:
    """One lesson. ``opened`` and ``finished``: ISO 8601, "" when it was not. ``caught_up``: to which sections, "" for none."""

    number: str
    title: str
    opened: str = ""
    finished: str = ""
    minutes: int = 0
    caught_up: str = ""

    @property
    def spent(self) -> str:
        return "" if not self.opened else str(self.minutes) if self.minutes else tr("under 1")

    @property
    def state(self) -> Word:
        return "finished" if self.finished else "begun" if self.opened else "not opened"


@dataclass(frozen=True)
class Prediction:
    """``right``: None when no fact has decided it. ``later``: how another form of a wrong one went, "" when not asked."""

    lesson: str
    prompt: str
    chosen: str
    fact: str
    right: bool | None
    why: str
    later: str = ""

    @property
    def outcome(self) -> Word:
        return "not decided" if self.right is None else "right" if self.right else "wrong"


@dataclass(frozen=True)
class Task:
    """``passed``: when, "" when not yet; ``tries``: checks up to that, itself included; ``seen``: by the last check.

    ``solution``: shown before it was passed.
    """

    id: str
    lesson: str
    task: str
    passed: str
    tries: int
    hints: int
    solution: bool
    seen: str

    @property
    def state(self) -> Word:
        return "not yet" if not self.passed else "solved" if self.solution else "passed"


@dataclass(frozen=True)
class Verdicted:
    id: str
    lesson: str
    statement: str
    verdict: Verdict
    evidence: str
    at: str
    figures: str = ""


@dataclass(frozen=True)
class Answer:
    prompt: str
    chosen: str
    right: bool
    tries: int

    @property
    def outcome(self) -> Word:
        return "right" if self.right else "wrong"


@dataclass(frozen=True)
class Report:
    """``name``: as the learner gave it, "" for none. ``made``: ISO 8601, UTC. ``facts``: where it was made, in words."""

    name: str
    made: str
    facts: Mapping[str, str]
    lessons: tuple[Stay, ...]
    predictions: tuple[Prediction, ...]
    tasks: tuple[Task, ...]
    claims: tuple[Verdicted, ...]
    answers: tuple[Answer, ...]
    exercises: int  # that there are; ``tasks`` are those that were checked
    questions: int  # that there are in the quiz
    pictures: tuple[Picture, ...]
    skills: tuple[Skill, ...] = ()
    beliefs: tuple[Held, ...] = ()

    @property
    def capstone(self) -> Task | None:
        return next((one for one in self.tasks if one.id == CAPSTONE), None)


HELD = tr(
    "This report holds what your file of progress says, the versions of engine and kernel, and the pictures of your lessons. "
    "The pictures and the evidence name containers, interfaces, addresses and ports of this machine. "
    "It holds no password, no file of yours, and no name that you did not type. Nothing was sent anywhere: read it before you pass it on."
)


def lead(report: Report) -> str:
    """One line: how much was done, and how it went."""
    finished = sum(bool(one.finished) for one in report.lessons)
    if not any(one.opened for one in report.lessons):
        return tr("Nothing is recorded yet: open lesson 00 and begin.")
    decided = [one for one in report.predictions if one.right is not None]
    passed, right = sum(bool(one.passed) for one in report.tasks), sum(one.right for one in report.answers)
    said = [
        tr_n(
            sum(one.minutes for one in report.lessons),
            "{finished} of {lessons} lessons finished, {n} minute in all",
            "{finished} of {lessons} lessons finished, {n} minutes in all",
            finished=finished,
            lessons=len(report.lessons),
        )
    ]
    if decided:
        hit = sum(one.right is True for one in decided)
        said.append(tr_n(len(decided), "{right} of {n} prediction right at first", "{right} of {n} predictions right at first", right=hit))
    if report.tasks:
        said.append(tr_n(report.exercises, "{passed} of {n} task passed", "{passed} of {n} tasks passed", passed=passed))
    if solved := sum(one.state == "solved" for one in report.tasks):
        said.append(tr_n(solved, "{n} of them solved with the solution", "{n} of them solved with the solution"))
    if report.claims:
        said.append(tr_n(len(report.claims), "{n} claim judged on this machine", "{n} claims judged on this machine"))
    if report.answers:
        said.append(
            tr_n(report.questions, "{right} of {n} question of the quiz right", "{right} of {n} questions of the quiz right", right=right)
        )
    return f"{'; '.join(said)}."


def effort(task: Task) -> str:
    said = [tr_n(task.tries, "{n} try", "{n} tries"), tr_n(task.hints, "{n} hint", "{n} hints")]
    return ", ".join([*said, *([tr("solution shown")] if task.solution else [])])
