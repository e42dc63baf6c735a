"""What a check looks at, what it says, and what an exercise consists of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ....words import tr
from ...host.facts import ContainerFacts, Listener

HOST = ""  # stands for the host itself where a command names its container
NONCE = "{nonce}"  # in a command: a word that nobody else would send, by which a log shows who was asked


@dataclass(frozen=True)
class Page:
    """What one address answered, and the container that served it: as ``Proof.server``."""

    status: int
    body: str
    server: str | None = None


# None: refused, or nobody of that name. "silent": neither answer nor refusal, so that whether somebody listens is not known.
Seen = Page | Literal["silent"] | None


@dataclass(frozen=True)
class Scene:
    """All that a check may look at. ``pages``: url -> what came of asking; ``outputs``: (container, command) -> text;
    ``servers``: of a command with a NONCE that was answered, the container whose log shows it, or UNSEEN.
    """

    containers: Mapping[str, ContainerFacts] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    pages: Mapping[str, Seen] = field(default_factory=dict)
    outputs: Mapping[tuple[str, ...], tuple[int, str]] = field(default_factory=dict)
    servers: Mapping[tuple[str, ...], str | None] = field(default_factory=dict)
    given: Any = None  # the learner's answer, where the task asks for one


State = Literal["passed", "not yet", "cannot pass"]
WORDS: Mapping[State, str] = {"passed": tr("Passed"), "not yet": tr("Not yet"), "cannot pass": tr("Cannot pass any more")}


@dataclass(frozen=True)
class Result:
    state: State
    seen: str  # what the check found
    hint: str = ""  # the next thing to look at, never the command to paste; the way back where it cannot pass

    @property
    def passed(self) -> bool:
        return self.state == "passed"

    def __str__(self) -> str:
        return f"{WORDS[self.state]}: {self.seen}" + (tr("\nHint: {hint}", hint=self.hint) if self.hint else "")

    __repr__ = __str__


LONGEST = 400  # characters of a sentence: what it quotes came from outside


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= LONGEST else sentence[:LONGEST]


def passed(seen: str) -> Result:
    return Result("passed", _cut(seen))


def not_yet(seen: str, hint: str) -> Result:
    return Result("not yet", _cut(seen), _cut(hint))


def cannot_pass(seen: str, way_back: str) -> Result:
    return Result("cannot pass", _cut(seen), _cut(way_back))


@dataclass(frozen=True)
class Hint:
    """One step of help. ``before``: what the last check found, where there was one."""

    step: int  # from 1
    steps: int
    text: str
    before: str = ""

    @property
    def body(self) -> str:
        found = tr("The last check found: {found} ", found=self.before) if self.before else ""
        end = tr(" That was the last hint: the task also shows its solution.") if self.step == self.steps else ""
        return f"{found}{self.text}{end}"

    def __str__(self) -> str:
        return tr("Hint {step} of {steps}: {text}", step=self.step, steps=self.steps, text=self.body)

    __repr__ = __str__


@dataclass(frozen=True)
class Solution:
    """One right answer, as a learner would type it; Python where the answer is a value, which it then calls ``answer``."""

    text: str
    language: Literal["bash", "python"] = "bash"

    @property
    def cell(self) -> str:
        """The whole of a notebook's cell."""
        return f"%%bash\n{self.text}" if self.language == "bash" else self.text


@dataclass(frozen=True)
class Shown:
    """A solution that was asked for. ``own``: its task had been passed before, without it."""

    solution: Solution
    own: bool = False

    @property
    def note(self) -> str:
        if self.own:
            return tr("You passed this task before, without its solution: that stays so.")
        return tr("From now on, a pass of this task is noted as solved with the solution.")

    def __str__(self) -> str:
        return f"{self.note}\n\n{self.solution.cell}"

    __repr__ = __str__


Judge = Callable[[Scene], Result]


@dataclass(frozen=True)
class Exercise:
    """``urls``: addresses to knock at; ``{address}`` in one stands for the host's own address. ``commands``: run inside
    a container, its name first. ``servers``: who is to answer, be it behind a relay. ``needs``: the containers that the
    lesson starts before the task. ``choices``: what the answer is chosen from. ``place``: whose engine and network; on a
    disposable host, its client asks for its address.
    """

    id: str
    task: str
    judge: Judge
    hints: tuple[str, str, str]  # each helps more than the one before; none holds the command
    solution: Solution
    urls: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    servers: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    place: Literal["here", "disposable"] = "here"

    def judged(self, scene: Scene) -> Result:
        """The judge's result; where nothing of the task is there, which cells come first."""
        result = self.judge(scene)
        if result.passed or not self.needs or any(name in scene.containers for name in self.needs):
            return result
        names = tr(" and ").join(self.needs)
        return not_yet(
            tr("there is no container {names} yet, or not any more.", names=names),
            tr("First run the cells above the task: one of them starts {names}. What you have removed since, start anew.", names=names),
        )

    def hint(self, step: int, last: Result | None = None) -> Hint:
        """Step 1, 2 or 3 (a later one stays 3); the first also says what the ``last`` check found."""
        step = max(1, min(step, len(self.hints)))
        before = last.seen if last and step == 1 and not last.passed else ""
        return Hint(step, len(self.hints), self.hints[step - 1], before)
