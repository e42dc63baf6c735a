"""The pace of this machine, measured while somebody waits; and the one door of all limits (``limit_s``, ``Limit``).

A thread beats while a limit is open: it sleeps, works for half a millisecond and, where it follows an engine, has that one answer.
So a limit stretches on a slow processor, under a throttle, on a busy machine, and stands still while this process or the engine
is stopped. It decides nothing: what a passed limit means is said by whoever waited.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import monotonic, thread_time
from types import TracebackType

from ..core.host.pace import REMEMBERED, USUAL_LATE_S, WorkClock, pace_of, width_of

BEAT_S = 0.25  # between two beats at the usual pace
LONGEST_S = 1.0  # between two on a slow machine, which has other things to do
ROUNDS, USUAL_COST_S = 20_000, 0.0006  # of the work in a beat: measured on the processor that the limits were written on
LIMIT = re.compile(r"(--max-time[ \0])([0-9.]+)")
CLOSE_LOOK_S = 0.03  # of processor time: longer than a throttle's share of its usual period of 0.1 s

Ping = Callable[[], object]


def _work() -> float:
    """Do the work of a beat; its processor time by the usual one."""
    begun, total = thread_time(), 0
    for number in range(ROUNDS):
        total += number
    return (thread_time() - begun) / USUAL_COST_S


class Pace:
    """The clock of this process, and the thread that drives it. One is enough: ``PACE``."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = threading.Condition()
        self._clock = WorkClock(now())
        self._open = 0  # limits
        self._beating = False
        self._cost = 0.0  # of the work; 0: not measured yet
        self._pings: list[Ping] = []
        self.patience = 1.0  # by how much every limit is longer just now: see ``more_time``

    @property
    def pace(self) -> float:
        """How many times slower than usual, at least 1."""
        return self._clock.pace

    def read(self) -> float:
        """Seconds of work so far, see ``core/host/pace.py``."""
        with self._lock:
            return self._clock.read(self._now())

    def opened(self) -> None:
        self.glance()
        with self._lock:
            self._open += 1
            if self._beating:
                return
            worked_s = self._clock.worked_s  # what went by while nobody waited counts for nobody
            try:
                threading.Thread(target=self._beat_while_open, name="pace", daemon=True).start()
                self._beating, ahead_s = True, self._pause_s
            except RuntimeError:  # no thread is to be had: seconds count as they go by
                ahead_s = float("inf")
            self._clock = WorkClock(self._now(), worked_s, ahead_s, self._clock.paces)

    def closed(self) -> None:
        with self._lock:
            self._open -= 1

    def glance(self) -> None:
        """The least look, of some milliseconds, where there was none yet: what work costs on this processor."""
        if not self._cost:
            self._cost = min(_work() for _ in range(3))
            with self._lock:
                self._clock = replace(self._clock, paces=(pace_of(0.0, self._cost),))

    def look_closely(self) -> None:
        """Before much is begun: a look of 30 ms at what the processor gives, longer where it gives little, and at the engine."""
        begun, used = self._now(), thread_time()
        while thread_time() - used < CLOSE_LOOK_S:
            self._cost = _least(self._cost, _work())
        given = (self._now() - begun) / (thread_time() - used)
        asked = self._now()
        self._ping()
        late_s = max(given * USUAL_LATE_S, self._now() - asked)
        with self._lock:
            for _ in range(REMEMBERED):  # it weighs as much as all that is remembered
                self._clock = self._clock.beaten(self._now(), late_s, self._cost, BEAT_S)

    @contextmanager
    def following(self, ping: Ping) -> Iterator[None]:
        """In this block the answering time of an engine is part of the pace; ``ping`` may raise."""
        self._pings.append(ping)
        try:
            yield
        finally:
            self._pings.remove(ping)

    @contextmanager
    def more_time(self, factor: float) -> Iterator[None]:
        """In this block every limit that is opened, in whatever thread, is so many times longer."""
        before, self.patience = self.patience, self.patience * factor
        try:
            yield
        finally:
            self.patience = before

    def _beat_while_open(self) -> None:
        pause = threading.Event()
        while True:
            pause_s = self._pause_s
            due = self._now() + pause_s
            pause.wait(pause_s)
            self._cost = _least(self._cost, _work())
            self._ping()
            with self._lock:
                now = self._now()
                self._clock = self._clock.beaten(now, now - due, self._cost, self._pause_s)
                if not self._open:
                    self._beating = False
                    return

    @property
    def _pause_s(self) -> float:
        return min(BEAT_S * self.pace, LONGEST_S)

    def _ping(self) -> None:
        for ping in self._pings[-1:]:
            with suppress(Exception):  # an engine that is gone says nothing of the pace
                ping()


def _least(known: float, seen: float) -> float:
    """What work costs is what it cost at best: the rest is others' doing, and shows as lateness."""
    return min(known, seen) if known else seen


PACE = Pace()


class Limit:
    """Used as a context: ``seconds`` at the usual pace, more of them at a slower one. ``passed`` says that they are over."""

    def __init__(self, seconds: float, pace: Pace = PACE) -> None:
        self.seconds, self._pace = seconds * pace.patience, pace
        self._begun = monotonic()

    def __enter__(self) -> Limit:
        self._begun = monotonic()
        self._pace.opened()
        self.renew()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pace.closed()

    def renew(self) -> None:
        """Count from now on: what is waited for was seen to move."""
        self._end = self._pace.read() + self.seconds

    @property
    def passed(self) -> bool:
        return self._pace.read() >= self._end

    @property
    def left_s(self) -> float:
        """Seconds by the wall's clock until a look at ``passed`` is worth while, at most one."""
        return min(max((self._end - self._pace.read()) * self._pace.pace, 0.01), 1.0)

    @property
    def rest_s(self) -> float:
        """What is left, in seconds at the usual pace; for another limit."""
        return max(self._end - self._pace.read(), 0.0) / self._pace.patience

    @property
    def gone_s(self) -> float:
        """Seconds by the wall's clock since it was opened, for a sentence."""
        return monotonic() - self._begun


def limit_s(seconds: float) -> float:
    """``seconds`` at the usual pace as seconds by the wall's clock now: for a call that cannot be asked how far it is."""
    PACE.glance()
    return seconds * PACE.patience * PACE.pace


def stretched(command: Sequence[str]) -> list[str]:
    """A command of which the limits of curl (curl(1), --max-time) are taken as seconds at the usual pace."""
    return LIMIT.sub(lambda found: f"{found[1]}{limit_s(float(found[2])):.2f}", "\0".join(command)).split("\0")


def width(widest: int) -> int:
    """How many things this machine does side by side without loss, ``widest`` at the usual pace."""
    return width_of(widest, PACE.pace)
