"""Whose container is this? The labels that say so, and when their owner is gone.

Ownership goes by label alone: never by a name, never by memory. A container that a killed kernel left
carries the mark of a process that no longer lives, and so the next start finds it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

PREFIX = "org.hostnet-lab"
LEARNER = f"{PREFIX}.learner"  # user id of the learner
LESSON = f"{PREFIX}.lesson"  # number of the lesson, as in its file name
KERNEL = f"{PREFIX}.kernel"  # boot id / pid namespace / pid / start ticks: a process, beyond pid re-use


@dataclass(frozen=True)
class Process:
    """One process, named so that no later process can be taken for it."""

    boot_id: str
    pid_namespace: str  # inode; a pid means something only inside its own pid namespace
    pid: int
    start_ticks: int  # field 22 of /proc/PID/stat, see proc_pid_stat(5)

    def __str__(self) -> str:
        return f"{self.boot_id}/{self.pid_namespace}/{self.pid}/{self.start_ticks}"

    @classmethod
    def parse(cls, text: str) -> Process | None:
        parts = text.split("/")
        if len(parts) != 4 or not (parts[2].isdecimal() and parts[3].isdecimal()):
            return None
        return cls(parts[0], parts[1], int(parts[2]), int(parts[3]))


@dataclass(frozen=True)
class Mark:
    """Who started an object: a learner, in a lesson, by a process."""

    learner: int
    lesson: str
    process: Process

    def labels(self) -> dict[str, str]:
        return {LEARNER: str(self.learner), LESSON: self.lesson, KERNEL: str(self.process)}


def read_mark(labels: Mapping[str, str] | None) -> Mark | None:
    """The mark on an object, or None for a stranger's (also where a label is missing or damaged)."""
    labels = labels or {}
    process = Process.parse(labels.get(KERNEL, ""))
    learner = labels.get(LEARNER, "")
    if process is None or not learner.isdecimal():
        return None
    return Mark(int(learner), labels.get(LESSON, ""), process)


def is_gone(process: Process, me: Process, start_ticks_of: Callable[[int], int | None]) -> bool:
    """True when a process is certainly gone.

    Another boot: gone. Another pid namespace of this boot: unknown, so not gone. Else the pid must still belong to
    a process with the same start ticks (``start_ticks_of`` returns None for no process).
    """
    if process.boot_id != me.boot_id:
        return True
    if process.pid_namespace != me.pid_namespace:
        return False
    return start_ticks_of(process.pid) != process.start_ticks


def is_orphan(mark: Mark, me: Process, start_ticks_of: Callable[[int], int | None]) -> bool:
    """True when the process that left the object is certainly gone."""
    return is_gone(mark.process, me, start_ticks_of)
