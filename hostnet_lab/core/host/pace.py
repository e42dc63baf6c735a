"""The clock that limits go by: it counts what this machine gets done, not what a clock on the wall says. Pure.

A beat is a small piece of work of which the usual length is known. A machine of which the beats come late, or cost more
processor time than usual, is slow by that factor: its pace. A second of such a machine counts as so much less of a limit; while
it stands still (stopped, throttled, its engine silent) nothing counts at all. Who beats is ``edges/pace.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

SLOWEST = 30.0  # what seems slower than this stands still, or hangs: a limit must end some time
SLOW = 2.0  # what a reader would call slow
USUAL_LATE_S = 0.05  # a beat that ends so late is usual on a busy machine
STANDSTILL_S = 60.0  # silence of this length is no hiccup any more: from then on seconds count again
REMEMBERED = 5  # beats


def pace_of(late_s: float, cost: float) -> float:
    """How many times slower than usual: ``late_s`` is the end of a beat after it was due; ``cost`` its processor time by the usual one."""
    return min(max(late_s / USUAL_LATE_S, 1.0) * max(cost, 1.0), SLOWEST)


@dataclass(frozen=True)
class WorkClock:
    """Reads in seconds of work. ``at`` and ``now`` are seconds of the same monotonic clock.

    ``worked_s``: what was read at ``at``, the end of the last beat; ``ahead_s``: how far it may be read before the next.
    """

    at: float
    worked_s: float = 0.0
    ahead_s: float = 0.0
    paces: tuple[float, ...] = (1.0,)

    @property
    def pace(self) -> float:
        """Of the last few beats together: one that is late by chance does not change it."""
        return median(self.paces)

    def read(self, now: float) -> float:
        """Never less than was read before; between two beats no further than to where the next was due."""
        gone = max(now - self.at, 0.0)
        return self.worked_s + min(gone, self.ahead_s) / self.pace + max(gone - STANDSTILL_S, 0.0)

    def beaten(self, now: float, late_s: float, cost: float, next_s: float) -> WorkClock:
        """After a beat that ended at ``now``; the next is due ``next_s`` later."""
        pace = pace_of(late_s, cost)
        worked_s = max(self.worked_s + (now - self.at) / pace, self.read(now))
        return WorkClock(now, worked_s, next_s, (*self.paces, pace)[-REMEMBERED:])


def width_of(widest: int, pace: float) -> int:
    """How many things side by side do not take each other's time: at least one."""
    return max(1, round(widest / pace))
