"""Ends lessons that were left open: their kernels, so that what these run is swept. By marks alone; nobody else's is ended."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from contextlib import suppress

from ..core.guide.lessons import LESSONS
from ..core.host.ownership import KERNEL, Mark, read_mark
from ..edges import end_requests, host, open_lessons
from ..edges.end_requests import asked as asked
from ..edges.end_requests import listen as listen
from ..edges.engine import Engine
from ..edges.probe import wait_until
from ..words import tr
from .sweeping import sweep

END_S = 20.0  # a kernel that does not end by itself is killed by its server after 5 s
Named = tuple[int, int]  # a process: its id and its start ticks


def open_now(engine: Engine | None) -> list[Mark]:
    """This learner's open lessons whose kernels live here: by the files that they keep, and by the marks of what runs on ``engine``."""
    running = engine.containers(label=KERNEL) if engine else []
    found = [*open_lessons.marks(), *filter(None, (read_mark(entry.get("Labels")) for entry in running))]
    return [mark for mark in dict.fromkeys(found) if can_end(mark)]


def can_end(mark: Mark) -> bool:
    """A lesson of this learner's, in another process that lives and can be told apart from all others."""
    me, process = host.this_process(), mark.process
    beside = bool(me.boot_id) and (process.boot_id, process.pid_namespace) == (me.boot_id, me.pid_namespace) and process != me
    return mark.learner == os.getuid() and mark.lesson in LESSONS and beside and lives((process.pid, process.start_ticks))


def lives(named: Named) -> bool:
    """False for a process that cannot be named beyond the re-use of its number."""
    pid, start_ticks = named
    return start_ticks > 0 and host.start_ticks(pid) == start_ticks


def end(engine: Engine | None, marks: Iterable[Mark]) -> list[str]:
    """End the kernels of these lessons, and remove what they ran; returns the names of that. Raises OutOfTime."""
    asked = [mark.process for mark in marks]
    for process in asked:
        if not end_requests.ask(process):
            terminate((process.pid, process.start_ticks))
    return settle(engine, [(process.pid, process.start_ticks) for process in asked])


def settle(engine: Engine | None, named: Iterable[Named]) -> list[str]:
    """Wait until these are gone: what they ran is then nobody's, and is removed. Returns the names of that; raises OutOfTime."""
    waited_for = [*named]
    wait_until(lambda: not any(map(lives, waited_for)), END_S, tr("the end of the lesson's kernel"))
    return sweep(engine) if engine else []


def settle_here(named: Iterable[Named]) -> list[str]:
    """The same on the engine that answers here."""
    return settle(Engine.connect(), named)


def terminate(named: Named) -> None:
    """For one that is no kernel of a server's."""
    if lives(named):
        with suppress(OSError):
            os.kill(named[0], signal.SIGTERM)


def of_lessons(named: Iterable[str]) -> list[Named]:
    """Those of ``named``, each as PID.START_TICKS, that run an open lesson of this learner's."""
    there = {open_lessons.name(mark.process): (mark.process.pid, mark.process.start_ticks) for mark in open_now(Engine.connect())}
    return [there[one] for one in named if one in there]


def holding(pid: int) -> Mark | None:
    """The open lesson whose kernel a process is, or was started by."""
    there = {mark.process.pid: mark for mark in open_lessons.marks()}
    return next((there[one] for one in host.line_of(pid) if one in there), None)
