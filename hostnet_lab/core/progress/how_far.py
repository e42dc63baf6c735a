"""How far a learner has come in one lesson: for whoever opens it again. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ...words import tr_n
from ..guide.lessons import LESSONS
from .events import Progress
from .state import LessonState, states

# Events that name what stands in a cell, or a cell.
STEPS = ("predicted", "compared", "checked", "hinted", "shown", "answered", "caught up")


@dataclass(frozen=True)
class HowFar:
    """``met``: ids of what was done something with in this lesson, the latest first: a cell that names one,
    or is called so, is where the learner was.

    ``said``: how many exercises are passed, in a sentence; "" where the lesson has none.
    """

    met: tuple[str, ...]
    finished: bool
    said: str


def how_far(progress: Progress, lesson: str) -> HowFar:
    """Of a lesson that there is."""
    met = tuple(dict.fromkeys(one.id for one in reversed(progress.events) if one.lesson == lesson and one.kind in STEPS))
    state = states(progress)[lesson]
    return HowFar(met, state.finished, _passed(state))


def _passed(state: LessonState) -> str:
    wanted = [state.exercise(id) for id in LESSONS[state.lesson].exercises]
    passed = sum(one.passed for one in wanted)
    return tr_n(len(wanted), "{passed} of {n} exercise passed.", "{passed} of {n} exercises passed.", passed=passed) if wanted else ""
