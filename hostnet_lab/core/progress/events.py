"""How far a learner is: what happened, as a list of events, one line of JSON for each. Pure.

An event is what the learner did or what a run showed; nothing is ever changed in it. The state is read from the events
(``state.py``), so that a later version of the lab can read more from the same file. The format: docs/progress.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from math import isfinite
from typing import Any, Literal, get_args

from ...kept import plain_json
from ...words import kept
from ..text import time_of
from .earlier import renewed

Kind = Literal["opened", "predicted", "compared", "judged", "checked", "hinted", "shown", "answered", "caught up", "finished", "summed"]
KINDS = frozenset(get_args(Kind))
VERSION = 2  # of a line; one without a version is read as the first, as ``earlier`` knows it
LONGEST_LINE = 64 * 1024  # bytes; a longer one was not written by a lab
LONGEST_TEXT = 2000  # characters of one text inside an event: evidence is a sentence or two


@dataclass(frozen=True)
class Event:
    """``id``: of the prediction, claim, exercise, question or section; of the lesson itself for ``opened``, ``finished``, ``summed``.

    ``at``: ISO 8601 in UTC. ``more``: plain JSON values, by kind: predicted {choice}, its id, compared {choice, fact, right},
    judged {verdict, evidence, figures}, checked {state, seen}, hinted {step}, shown {} (the solution), answered {choice, right};
    caught up {section}, its heading in English; summed {seconds, tries} stands for events of its lesson that were dropped
    (``compaction.py``).
    """

    kind: Kind
    at: str
    lesson: str
    id: str
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def time(self) -> datetime:
        return time_of(self.at)

    def line(self) -> str:
        """Without the newline, and never over LONGEST_LINE. A text of the lab's is kept as what it was made of, others are cut at
        LONGEST_TEXT; what JSON does not know becomes text.
        """
        event = {"v": VERSION, **asdict(self), "more": {str(key): _plain(value) for key, value in self.more.items()}}
        line = json.dumps(event, ensure_ascii=False)
        if len(line.encode("utf-8", "replace")) > LONGEST_LINE - 1:
            event["more"] = {key: value for key, value in event["more"].items() if isinstance(value, bool | int | float)}
            line = json.dumps(event, ensure_ascii=False)
        return line


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    value = kept(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    text = str(value)
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def parse(line: str | bytes) -> Event | None:
    """The event of one line; None when it is damaged or of a kind that this version does not know."""
    found = _read(line)
    return found if isinstance(found, Event) else None


def _read(line: str | bytes) -> Event | Literal["unknown", "damaged"]:
    try:
        text = line.decode("utf-8") if isinstance(line, bytes) else line
        found = plain_json.parse(text) if len(line) <= LONGEST_LINE else None
    except ValueError:
        return "damaged"
    if not isinstance(found, dict) or not isinstance(found.get("kind"), str):
        return "damaged"
    if found["kind"] not in KINDS:
        return "unknown"
    return _event(found) or ("damaged" if found.get("v", 1) in range(1, VERSION + 1) else "unknown")


def _event(found: Mapping[str, Any]) -> Event | None:
    at, lesson, id, more = (found.get(name) for name in ("at", "lesson", "id", "more"))
    if not (isinstance(at, str) and isinstance(lesson, str) and isinstance(id, str) and isinstance(more or {}, dict)):
        return None
    try:
        time_of(at)
    except ValueError:
        return None
    told = renewed(found["kind"], id, more or {}) if found.get("v", 1) == 1 else dict(more or {})
    return Event(found["kind"], at, lesson, id, told)


@dataclass(frozen=True)
class Sifted:
    """``kept``: every readable line, those of unknown kinds too, without newlines. ``damaged``: how many lines were not readable."""

    events: tuple[Event, ...] = ()
    kept: tuple[bytes, ...] = ()
    damaged: int = 0


def sift(data: bytes) -> Sifted:
    """A file's content; an empty line is no damage, and neither is a byte order mark or a carriage return."""
    events, kept, damaged = [], [], 0
    for line in (one.strip(b"\r \t") for one in data.removeprefix(b"\xef\xbb\xbf").split(b"\n")):
        found = _read(line) if line else "unknown"
        if isinstance(found, Event):
            events.append(found)
        damaged += found == "damaged"
        if line and found != "damaged":
            kept.append(line)
    return Sifted(tuple(events), tuple(kept), damaged)


@dataclass(frozen=True)
class Progress:
    """The events in the order they happened."""

    events: tuple[Event, ...] = ()

    def last(self, kind: Kind) -> dict[str, Event]:
        """The latest event of a kind, by id."""
        return {event.id: event for event in self.events if event.kind == kind}


def progress_of(events: Iterable[Event]) -> Progress:
    return Progress(tuple(events))
