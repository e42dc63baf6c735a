"""Makes a long file of progress short again, without a change of the state that follows from it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from .events import Event, Progress, parse
from .state import LessonState, states

SHARE_OF_UNKNOWN = 4  # lines of other versions may take a quarter of the room


def compacted(lines: Sequence[bytes], limit: int) -> list[bytes]:
    """At most ``limit`` bytes, newlines included: of each kind, id and outcome the first event and the last.

    What the dropped ones counted (time, tries) stands in one ``summed`` event for each lesson. Lines of unknown kinds
    are kept, the newest first, in a part of the room. Where even that is too long, the oldest go.
    """
    parsed = [(line, parse(line)) for line in lines]
    events = [event for _, event in parsed if event]
    wanted = _wanted(events)
    unknown = set(_newest([line for line, event in parsed if not event], limit // SHARE_OF_UNKNOWN))
    sums = [_sum(state).line().encode("utf-8", "replace") for state in states(Progress(tuple(events))).values() if state.opened]
    kept = [line for line, event in parsed if (id(event) in wanted if event else line in unknown)]
    return [*_newest(kept, limit - sum(len(line) + 1 for line in sums)), *sums]


def _wanted(events: Iterable[Event]) -> set[int]:
    first: dict[Any, int] = {}
    last: dict[Any, int] = {}
    for event in events:
        if event.kind != "summed":
            more = event.more  # of each outcome as well: the first pass, and what was right once
            key = (event.kind, event.lesson, event.id, more.get("state") == "passed", str(more.get("step")), str(more.get("right")))
            first.setdefault(key, id(event))
            last[key] = id(event)
    return {*first.values(), *last.values()}


def _sum(state: LessonState) -> Event:
    tries = {id: one.tries for id, one in state.exercises.items()}
    return Event("summed", state.last, state.lesson, state.lesson, {"seconds": state.seconds, "tries": tries})


def _newest(lines: Sequence[bytes], limit: int) -> list[bytes]:
    """The last ones that fit, in their order."""
    kept: list[bytes] = []
    for line in reversed(lines):
        limit -= len(line) + 1
        if limit < 0:
            break
        kept.append(line)
    return kept[::-1]
