"""What a learner can do now, and how they came to it: values of the report's first part, read from the state of the lessons. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from ...words import tr
from ..guide.lessons import Lesson
from ..guide.misconceptions import MISCONCEPTIONS
from ..progress.coming_back import Belief
from ..progress.state import LessonState
from ..progress.summary import caught_up
from ..text import cut
from .kept_pictures import MAP, NOW, paths_in, ports_in
from .pictures import Picture

How = Literal["own", "helped", "open", "not opened"]
Goals = Mapping[str, tuple[str, ...]]  # of each lesson, in the reader's language


@dataclass(frozen=True)
class Skill:
    """One lesson. ``goals``: what it promises. ``left``: its exercises that are not passed.

    ``solved``: how many were passed after their solution was shown; ``caught_up``: to which sections, "" for none.
    """

    lesson: str
    title: str
    file: str
    goals: tuple[str, ...]
    exercises: int
    left: tuple[str, ...]
    solved: int
    caught_up: str
    opened: bool
    finished: bool

    @property
    def how(self) -> How:
        """A lesson without exercises is done when it is finished: there is nothing else to go by."""
        if not self.opened:
            return "not opened"
        if self.left or not (self.exercises or self.finished):
            return "open"
        return "helped" if self.solved or self.caught_up else "own"


@dataclass(frozen=True)
class Held:
    """``held`` and ``dropped``: the lessons where; ``dropped`` is "" while it is held."""

    belief: str
    explanation: str
    held: str
    dropped: str


def skill(lesson: Lesson, state: LessonState, goals: Goals) -> Skill:
    tried = [(id, state.exercise(id)) for id in lesson.exercises]
    return Skill(
        lesson=lesson.id,
        title=lesson.title,
        file=lesson.file,
        goals=goals.get(lesson.id, ()),
        exercises=len(tried),
        left=tuple(id for id, one in tried if not one.passed),
        solved=sum(one.with_solution for _, one in tried),
        caught_up=caught_up(state),
        opened=state.opened,
        finished=state.finished,
    )


def held_in(found: Belief) -> Held:
    about = MISCONCEPTIONS[found.misconception]
    return Held(about.belief, about.explanation, cut(found.held, 20), cut(found.dropped, 20))


def best(pictures: Iterable[Picture]) -> tuple[tuple[str, Picture], ...]:
    """The first map, the race and the paths, each with what it is; of several of a kind the first lesson's, of paths the last's."""
    by_name = {one.name: one for one in pictures}
    maps = [one for name, one in sorted(by_name.items()) if name.startswith(MAP) and name != NOW]
    races = [one for one in by_name.values() if one.name == ports_in(one.lesson)]
    paths = [one for one in by_name.values() if one.name == paths_in(one.lesson)]
    found = ((tr("Your first map"), maps[:1]), (tr("Your race for a port"), races[-1:]), (tr("Your paths"), paths[-1:]))
    return tuple((what, one) for what, picked in found for one in picked)
