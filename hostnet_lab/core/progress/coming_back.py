"""Which misconceptions a learner met and has not yet got right, and in which form each comes back. Read from the events."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..guide.predictions import PREDICTIONS, forms
from ..guide.predictions.model import Prediction
from .events import Event, Progress


@dataclass(frozen=True)
class Belief:
    """A misconception that a learner predicted by. ``held``: the lesson where that was first.

    ``dropped``: the lesson where another form of it was right, "" while none was, or where it was wrong again since.
    """

    misconception: str
    held: str
    dropped: str = ""


def open_misconceptions(progress: Progress) -> list[str]:
    """Those predicted wrongly, and not got right in another form since; in the order they were last wrong."""
    return list(_met(progress).wrong)


def come_back(progress: Progress) -> list[Prediction]:
    """One form for each open misconception: one that was not the last to be wrong, the longest unseen first."""
    found = []
    for misconception, wrong in _met(progress).wrong.items():
        last_seen = {event.id: place for place, event in enumerate(progress.events) if event.kind == "compared"}
        others = [one for one in forms(misconception) if one.id != wrong.id]
        found.append(min(others, key=lambda one: last_seen.get(one.id, -1)))
    return found


def beliefs(progress: Progress) -> list[Belief]:
    """Those that a wrong choice stood for, in the order they were met; not every wrong choice stands for one."""
    met = _met(progress)
    return [Belief(id, lesson, met.settled.get(id, "")) for id, lesson in met.believed.items()]


@dataclass
class _Met:
    """By misconception: the latest wrong comparison that no right one in another form has settled; the lesson of the one that
    settled it; the lesson where it was first believed.
    """

    wrong: dict[str, Event] = field(default_factory=dict)
    settled: dict[str, str] = field(default_factory=dict)
    believed: dict[str, str] = field(default_factory=dict)

    def see(self, about: Prediction, event: Event) -> None:
        right, before = event.more.get("right"), self.wrong.get(about.misconception)
        if right is False:
            self.wrong.pop(about.misconception, None)
            self.settled.pop(about.misconception, None)
            self.wrong[about.misconception] = event
            if any(one.believed and one.id == event.more.get("choice") for one in about.choices):
                self.believed.setdefault(about.misconception, event.lesson)
        elif right is True and before is not None and before.id != event.id:
            del self.wrong[about.misconception]
            self.settled[about.misconception] = event.lesson


def _met(progress: Progress) -> _Met:
    met = _Met()
    for event in progress.events:
        about = PREDICTIONS.get(event.id)
        if event.kind == "compared" and about is not None and about.misconception:
            met.see(about, event)
    return met
