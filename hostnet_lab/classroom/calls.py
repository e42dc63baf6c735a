"""What a teacher and learners tell each other while a class runs: raised hands, an offer to catch up, a message, a timer.

Kept in a file of the class, so that a board that starts anew goes on. Whoever waits for news is told at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..core.guide.catching_up import heading
from ..core.guide.lessons import LESSONS
from ..core.text import cut, time_of
from ..edges import kept_value

MOST_HANDS = 200
LONGEST_MESSAGE = 280  # characters
LONGEST_TIMER_MIN = 180


@dataclass(frozen=True)
class Hand:
    """``since``: ISO 8601 in UTC. ``coming``: the teacher is on the way."""

    name: str
    since: str
    coming: bool = False


@dataclass(frozen=True)
class Offer:
    """To catch up to a section: the lesson's id, the id of the cell with the heading, and the heading in English."""

    lesson: str
    section: str
    title: str


@dataclass(frozen=True)
class Calls:
    """``hands``: who waits longest first. ``until``: of the timer, ISO 8601 in UTC; "": none runs."""

    hands: tuple[Hand, ...] = ()
    offer: Offer | None = None
    message: str = ""
    until: str = ""

    def raised(self, name: str, now: datetime) -> Calls:
        """A hand that is up stays where it is in the queue."""
        if self.place(name) or len(self.hands) >= MOST_HANDS:
            return self
        return replace(self, hands=(*self.hands, Hand(name, now.isoformat(timespec="seconds"))))

    def lowered(self, name: str) -> Calls:
        return replace(self, hands=tuple(one for one in self.hands if one.name != name))

    def approached(self, name: str) -> Calls:
        return replace(self, hands=tuple(replace(one, coming=True) if one.name == name else one for one in self.hands))

    def place(self, name: str) -> int:
        """In the queue, from 1; 0: the hand is not up."""
        return next((place for place, one in enumerate(self.hands, 1) if one.name == name), 0)

    def said(self, message: str) -> Calls:
        """ "" takes the last message back."""
        return replace(self, message=cut(message.strip(), LONGEST_MESSAGE))

    def timed(self, minutes: float, now: datetime) -> Calls:
        """0 ends the timer."""
        minutes = min(max(minutes, 0.0), LONGEST_TIMER_MIN)
        return replace(self, until=(now + timedelta(minutes=minutes)).isoformat(timespec="seconds") if minutes else "")

    def left_s(self, now: datetime) -> int:
        """Of the timer, in seconds; 0 where none runs."""
        return max(0, round((time_of(self.until) - now).total_seconds())) if self.until else 0


def told(calls: Calls, name: str, now: datetime) -> dict[str, object]:
    """What a learner's page gets: of hands their own alone."""
    place = calls.place(name)
    offer = calls.offer and {**asdict(calls.offer), "title": heading(calls.offer.title), "file": LESSONS[calls.offer.lesson].file}
    hand = {"place": place, "coming": calls.hands[place - 1].coming} if place else None
    return {"hand": hand, "offer": offer, "message": calls.message, "left_s": calls.left_s(now)}


class Exchange:
    """The calls as they are now, and who waits for others."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.now = kept_value.read(Calls, file) or Calls()
        self._waiting: set[asyncio.Event] = set()

    def change(self, change: Callable[[Calls], Calls]) -> None:
        """Kept before it is told. Raises OSError."""
        changed = change(self.now)
        if changed == self.now:
            return
        kept_value.write(self._file, changed)
        self.now = changed
        for one in self._waiting:
            one.set()

    @contextmanager
    def news(self) -> Iterator[asyncio.Event]:
        """An event that is set with each change, and at first."""
        one = asyncio.Event()
        one.set()
        self._waiting.add(one)
        try:
            yield one
        finally:
            self._waiting.discard(one)


def now() -> datetime:
    return datetime.now(UTC)
