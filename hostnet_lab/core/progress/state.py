"""Where a learner stands: the state that follows from the events of the file of progress. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...words import tr, tr_n
from ..guide.lessons import LESSONS, START, Lesson
from ..text import time_of
from .events import Event, Progress

LONGEST_GAP_S = 600.0  # a longer pause between two events is a break, not work


@dataclass(frozen=True)
class ExerciseState:
    """``passed_at``: when it was first passed, "" before. ``tries``: checks up to that one. ``hints``: steps that were shown.

    ``solution``: shown before it was passed.
    """

    passed_at: str = ""
    tries: int = 0
    hints: frozenset[int] = frozenset()
    solution: bool = False

    @property
    def passed(self) -> bool:
        return bool(self.passed_at)

    @property
    def with_solution(self) -> bool:
        """Passed, and not on one's own."""
        return self.passed and self.solution


@dataclass(frozen=True)
class LessonState:
    """One lesson. ``first``, ``last``: times of its first and latest event, "" before. ``seconds``: spent in it, without breaks.

    ``predictions``, ``answers``: right or not, by id, as answered last; None where the facts did not decide. ``claims``:
    the last verdict, by id. ``caught_up``: the sections that the lab brought the learner to, their headings in English by id.
    """

    lesson: str
    first: str = ""
    last: str = ""
    finished_at: str = ""
    seconds: float = 0.0
    exercises: Mapping[str, ExerciseState] = field(default_factory=dict)
    predictions: Mapping[str, bool | None] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, bool | None] = field(default_factory=dict)
    caught_up: Mapping[str, str] = field(default_factory=dict)

    @property
    def opened(self) -> bool:
        return bool(self.first)

    @property
    def finished(self) -> bool:
        return bool(self.finished_at)

    @property
    def minutes(self) -> int:
        return round(self.seconds / 60)

    @property
    def passed(self) -> int:
        """How many exercises are passed."""
        return sum(one.passed for one in self.exercises.values())

    def exercise(self, id: str) -> ExerciseState:
        return self.exercises.get(id, ExerciseState())


def states(progress: Progress) -> dict[str, LessonState]:
    """The state of each lesson that there is, opened or not, in their order; others that the file knows come last."""
    found = {id: LessonState(id) for id in LESSONS}
    for event in progress.events:
        found[event.lesson] = after(found.get(event.lesson, LessonState(event.lesson)), event)
    return found


def after(state: LessonState, event: Event) -> LessonState:
    """The state of a lesson after one more event of it."""
    state = replace(_timed(state, event), first=state.first or event.at, last=event.at)
    more, id = event.more, event.id
    match event.kind:
        case "finished":
            return replace(state, finished_at=event.at)
        case "checked" | "hinted" | "shown":
            return replace(state, exercises={**state.exercises, id: _tried(state.exercise(id), event)})
        case "compared":
            return replace(state, predictions={**state.predictions, id: _right(more)})
        case "answered":
            return replace(state, answers={**state.answers, id: _right(more)})
        case "judged":
            return replace(state, claims={**state.claims, id: str(more.get("verdict", ""))})
        case "caught up":
            return replace(state, caught_up={**state.caught_up, id: str(more.get("section", ""))})
        case "summed":
            return _summed(state, more)
    return state


def _timed(state: LessonState, event: Event) -> LessonState:
    gap = (event.time - time_of(state.last)).total_seconds() if state.last else 0.0
    return replace(state, seconds=state.seconds + gap) if 0 < gap < LONGEST_GAP_S else state


def _right(more: Mapping[str, Any]) -> bool | None:
    right = more.get("right")
    return right if isinstance(right, bool) else None


def _tried(exercise: ExerciseState, event: Event) -> ExerciseState:
    step = event.more.get("step")
    if event.kind == "hinted":
        return replace(exercise, hints=exercise.hints | {step}) if isinstance(step, int) else exercise
    if exercise.passed:
        return exercise
    if event.kind == "shown":
        return replace(exercise, solution=True)
    passed_at = event.at if event.more.get("state") == "passed" else ""
    return replace(exercise, tries=exercise.tries + 1, passed_at=passed_at)


def _summed(state: LessonState, more: Mapping[str, Any]) -> LessonState:
    """What was counted before some events were dropped takes the place of what the others still count."""
    seconds, tries = more.get("seconds"), more.get("tries")
    if isinstance(seconds, int | float):
        state = replace(state, seconds=float(seconds))
    known = tries.items() if isinstance(tries, dict) else ()
    counted = {id: replace(state.exercise(id), tries=number) for id, number in known if isinstance(number, int)}
    return replace(state, exercises={**state.exercises, **counted})


@dataclass(frozen=True)
class Place:
    """``lesson``: where to go on; None when all are finished. ``why``: a sentence for the learner."""

    lesson: Lesson | None
    why: str


def where_i_was(found: Mapping[str, LessonState]) -> Place:
    """The lesson worked in last, or the one to take next when that is finished."""
    worked = [state for id, state in found.items() if state.opened and id in LESSONS and id != START]
    if not worked and not found.get(START, LessonState(START)).finished:
        return Place(LESSONS[START], tr("Nothing is done yet."))
    order = list(LESSONS)
    last = max(worked or [found[START]], key=lambda state: (time_of(state.last), order.index(state.lesson)))
    lesson = LESSONS[last.lesson]
    if not last.finished:
        return Place(lesson, to_do(last))
    turn = order.index(lesson.id) + 1
    for id in [*order[turn:], *order[:turn]]:
        if id != START and not found.get(id, LessonState(id)).finished:
            return Place(LESSONS[id], tr("Lesson {number} is finished; this one comes next.", number=lesson.id))
    return Place(None, tr("Every lesson is finished."))


def to_do(state: LessonState) -> str:
    """What a lesson still waits for, in a sentence."""
    lesson = LESSONS[state.lesson]
    left = [id for id in lesson.exercises if not state.exercise(id).passed]
    if state.finished:
        return tr("Finished.")
    if not state.opened:
        return tr("Not opened yet.")
    if left and not (tries := state.exercise(left[0]).tries):
        return tr("Still to pass: exercise {id}.", id=left[0])
    if left:
        return tr_n(tries, "Still to pass: exercise {id}, tried {n} time.", "Still to pass: exercise {id}, tried {n} times.", id=left[0])
    return tr("To finish it, run its last cell: it cleans up.")
