"""Which misconceptions a learner met and has not yet got right, and in which form each comes back. Read from the events."""

from __future__ import annotations

from ..guide.predictions import PREDICTIONS, forms
from ..guide.predictions.model import Prediction
from .events import Event, Progress


def open_misconceptions(progress: Progress) -> list[str]:
    """Those predicted wrongly, and not got right in another form since; in the order they were last wrong."""
    return list(_wrong(progress))


def come_back(progress: Progress) -> list[Prediction]:
    """One form for each open misconception: one that was not the last to be wrong, the longest unseen first."""
    found = []
    for misconception, wrong in _wrong(progress).items():
        last_seen = {event.id: place for place, event in enumerate(progress.events) if event.kind == "compared"}
        others = [one for one in forms(misconception) if one.id != wrong.id]
        found.append(min(others, key=lambda one: last_seen.get(one.id, -1)))
    return found


def _wrong(progress: Progress) -> dict[str, Event]:
    """By misconception, the latest wrong comparison that no right one in another form has settled."""
    wrong: dict[str, Event] = {}
    for event in progress.events:
        prediction = PREDICTIONS.get(event.id)
        if event.kind != "compared" or prediction is None or not prediction.misconception:
            continue
        right, before = event.more.get("right"), wrong.get(prediction.misconception)
        if right is False:
            wrong.pop(prediction.misconception, None)
            wrong[prediction.misconception] = event
        elif right is True and before is not None and before.id != event.id:
            del wrong[prediction.misconception]
    return wrong
