"""How far a learner is: what happened, as a list of events, and the state that follows from them. Pure.

An event is what the learner did or what a run showed; nothing is ever changed in it. The state is read from the events,
so that a later version of the lab can read more from the same file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

Kind = Literal["opened", "predicted", "compared", "judged", "checked", "hinted", "answered", "finished"]
KINDS = frozenset(get_args(Kind))


@dataclass(frozen=True)
class Event:
    """``id``: of the prediction, claim, exercise or question; of the lesson itself for ``opened`` and ``finished``.

    ``at``: ISO 8601 in UTC. ``more``: plain JSON values, by kind: predicted {choice}, compared {choice, fact, right},
    judged {verdict, evidence}, checked {state, seen}, hinted {step}, answered {choice, right}.
    """

    kind: Kind
    at: str
    lesson: str
    id: str
    more: Mapping[str, Any] = field(default_factory=dict)

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def parse(line: str) -> Event | None:
    """The event of one line; None when it is damaged or of a kind that this version does not know."""
    try:
        found = json.loads(line)
        event = Event(found["kind"], str(found["at"]), str(found["lesson"]), str(found["id"]), dict(found.get("more") or {}))
    except (ValueError, KeyError, TypeError):
        return None
    return event if event.kind in KINDS else None


@dataclass(frozen=True)
class Progress:
    """The events in the order they happened."""

    events: tuple[Event, ...] = ()

    def last(self, kind: Kind) -> dict[str, Event]:
        """The latest event of a kind, by id."""
        return {event.id: event for event in self.events if event.kind == kind}


def progress_of(events: Iterable[Event]) -> Progress:
    return Progress(tuple(events))
