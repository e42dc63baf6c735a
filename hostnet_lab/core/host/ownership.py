"""Whose is it? The labels that say so, when they count, and when their owner is gone. Never by a name, never by memory.

A mark counts only where it can be believed: it is the container's own and not its image's, it can be read, and it comes from
this machine. A container that a killed kernel left carries the mark of a process that no longer lives: the next start finds it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

PREFIX = "org.hostnet-lab"
LEARNER = f"{PREFIX}.learner"  # user id of the learner
LESSON = f"{PREFIX}.lesson"  # number of the lesson, as in its file name
KERNEL = f"{PREFIX}.kernel"  # a process, beyond the re-use of its number: see Process
BIRTH = f"{PREFIX}.birth"  # a word that each container gets anew: an image of it holds the word, its other containers do not
LOOK = f"{PREFIX}.look"  # on a container that only looks at the engine's host for a moment: no look tells of it
OWNER = f"{PREFIX}.owner"  # of what outlives every process, as a lab host: see owner_of
MARK = (LEARNER, LESSON, KERNEL, BIRTH)
APPLICATION = bytes.fromhex("0f6c1d9b5a9e4c0c8f6b7a51d3a94e27")  # this lab's own; see machine_name
Whose = Literal["ours", "elsewhere", "theirs"]
# Bounded before anything is made of it. Machine and time namespace are missing in marks of before they were read.
_PROCESS = re.compile(
    r"(?:(?P<machine>[0-9a-f]{32}|)/)?(?P<boot>[0-9A-Za-z-]{0,40})/(?P<pids>[0-9]{0,20})/"
    r"(?(machine)(?P<times>[0-9]{0,20})/)(?P<pid>[0-9]{1,10})/(?P<ticks>[0-9]{1,20})"
)
_LEARNER = re.compile(r"[0-9]{1,10}")
_LESSON = re.compile(r"[0-9A-Za-z_.-]{0,40}")  # it is printed


@dataclass(frozen=True)
class Process:
    """One process, named so that no other one, later or elsewhere, can be taken for it."""

    boot_id: str
    pid_namespace: str  # inode; a pid means something only inside its own pid namespace
    pid: int
    start_ticks: int  # field 22 of /proc/PID/stat, see proc_pid_stat(5); 0: could not be read
    machine: str = ""  # see machine_name; "": not known
    time_namespace: str = ""  # inode; ticks are counted by its clock, see time_namespaces(7); "": the kernel has none

    def __str__(self) -> str:
        place = f"{self.machine}/{self.boot_id}/{self.pid_namespace}/{self.time_namespace}"
        return f"{place}/{self.pid}/{self.start_ticks}"

    @classmethod
    def parse(cls, text: str) -> Process | None:
        """None for anything that ``str`` would not have written."""
        found = _PROCESS.fullmatch(text)
        if found is None:
            return None
        machine, times = found["machine"] or "", found["times"] or ""
        return cls(found["boot"], found["pids"], int(found["pid"]), int(found["ticks"]), machine, times)


@dataclass(frozen=True)
class Mark:
    """Who started an object: a learner, in a lesson, by a process."""

    learner: int
    lesson: str
    process: Process

    def labels(self) -> dict[str, str]:
        return {LEARNER: str(self.learner), LESSON: self.lesson, KERNEL: str(self.process)}


def machine_name(machine_id: str, node: str) -> str:
    """A name for one machine that tells nobody its machine id; "" where that one is missing, or not set yet.

    Made as machine-id(5) asks for, as sd_id128_get_machine_app_specific(3) does; with the node's name in it, since containers
    of one image, and copies of one machine, often share an id.
    """
    words = machine_id[:64].strip()
    if not re.fullmatch(r"[0-9a-f]{32}", words) or not words.strip("0"):
        return ""
    return hmac.new(bytes.fromhex(words), APPLICATION + node.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:32]


# -- whose is it? -----------------------------------------------------------------------------------


def own(labels: Mapping[str, str] | None, image: Mapping[str, str] | None) -> dict[str, str]:
    """A container's labels without those of the lab's that it has from its ``image``, by that one's labels.

    ``image`` None: it cannot be looked at (removed by force), so that none of the lab's can be told to be the container's own.
    What is made of a container (docker commit), and what is built on that, carries its labels on.
    """
    labels = dict(labels or {})
    lent = labels if image is None else image
    marked = any(labels.get(key) != lent.get(key) for key in MARK)

    def is_own(key: str) -> bool:
        return marked if key in MARK else labels[key] != lent.get(key)

    return {key: value for key, value in labels.items() if not key.startswith(f"{PREFIX}.") or is_own(key)}


def read_mark(labels: Mapping[str, str] | None) -> Mark | None:
    """The mark on an object, or None for a stranger's (also where a label is missing, damaged or too long to be one)."""
    labels = labels or {}
    process = Process.parse(labels.get(KERNEL, ""))
    learner, lesson = labels.get(LEARNER, ""), labels.get(LESSON, "")
    if process is None or not _LEARNER.fullmatch(learner) or not _LESSON.fullmatch(lesson):
        return None
    return Mark(int(learner), lesson, process)


def whose(labels: Mapping[str, str] | None, me: Mark) -> Whose:
    """``elsewhere``: this learner's number, but on another machine, or nobody can tell on which: it is left alone, and named."""
    mark = read_mark(labels)
    if mark is None or mark.learner != me.learner:
        return "theirs"
    return "ours" if is_here(mark.process, me.process) else "elsewhere"


def owner_of(me: Mark) -> str:
    """Whom a thing belongs to that stays until it is removed by command: a learner on a machine."""
    return f"{me.process.machine}/{me.learner}"


def is_here(process: Process, me: Process) -> bool:
    """True when a process certainly runs, or ran, on this machine."""
    same_boot = bool(me.boot_id) and (process.boot_id, process.pid_namespace) == (me.boot_id, me.pid_namespace)
    return process == me or same_boot or (bool(me.machine) and process.machine == me.machine)


# -- is its owner gone? -----------------------------------------------------------------------------


def is_gone(process: Process, me: Process, start_ticks_of: Callable[[int], int | None]) -> bool:
    """True when a process is certainly gone.

    Another boot of this machine: gone. Another machine, or another pid or time namespace of this boot: unknown, so not gone.
    Else the pid must still belong to a process with the same start ticks (``start_ticks_of`` returns None for no process).
    """
    if not (process.boot_id and me.boot_id and process.start_ticks):
        return False
    if process.boot_id != me.boot_id:
        return bool(me.machine) and process.machine == me.machine
    clocks = {process.time_namespace or me.time_namespace, me.time_namespace}
    if process.pid_namespace != me.pid_namespace or len(clocks) > 1:
        return False
    return start_ticks_of(process.pid) != process.start_ticks


def is_orphan(mark: Mark, me: Process, start_ticks_of: Callable[[int], int | None]) -> bool:
    """True when the process that left the object is certainly gone."""
    return is_gone(mark.process, me, start_ticks_of)
