"""What the lab started outside of this very process: a record per thing in .lab/run, and how to end it.

A process is named by pid and start ticks, so that no later process with the same pid is ever signalled. The folder is closed
to all other users: whoever could write a record there could have any process ended.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..core.errors import SetupFailed
from ..core.reasons import exhausted, said
from ..edges import host, kept_value, private_folder
from ..edges.pace import Limit
from ..kept import file
from ..words import Lines, tr


@dataclass(frozen=True)
class Running:
    """A live process; ``start_ticks`` as in proc_pid_stat(5)."""

    pid: int
    start_ticks: int

    @classmethod
    def of(cls, pid: int) -> Running | None:
        """The process that has this pid now, or None."""
        ticks = host.start_ticks(pid)
        return None if ticks is None else cls(pid, ticks)

    @property
    def alive(self) -> bool:
        return host.start_ticks(self.pid) == self.start_ticks


@dataclass(frozen=True)
class Record:
    """``how``: "by hand" or "systemd" for an engine, "server" for JupyterLab; ``processes``: outermost first."""

    how: str
    processes: tuple[Running, ...] = ()
    address: str = ""  # may hold a token: the file is readable by its owner only
    boot_id: str = field(default_factory=host.boot_id)  # after a reboot nothing of it is the lab's any more

    @property
    def alive(self) -> bool:
        return any(one.alive for one in self.processes)


def folder(root: Path) -> Path:
    """Where records, locks, pid files and logs live: ``root``/.lab/run, made if need be, closed to others. Raises SetupFailed."""
    return private(root / ".lab" / "run")


def private(place: Path) -> Path:
    """A folder of the lab's own that nobody else can enter, made so if need be. Raises SetupFailed."""
    try:
        return private_folder.ensure(place, close=True)
    except OSError as error:
        do = tr("run the lab as the owner of its folder, or from a copy of your own")
        raise exhausted(error) or SetupFailed(tr("keep records in {folder}", folder=place), said(error), do) from error


def write(path: Path, record: Record) -> None:
    """Whole or not at all: a record cut off by Ctrl-C would lose a process. Raises SetupFailed."""
    try:
        kept_value.write(path, record)
    except OSError as error:
        do = tr("see what is in its place: {command}", command=f"ls -ld {path}")
        raise exhausted(error) or SetupFailed(tr("keep the record {file}", file=path), said(error), do) from error


def read(path: Path) -> Record | None:
    """The record, or None where there is none; one from before a reboot counts as none, and so does a damaged one, which is told."""
    found = kept_value.read(Record, path)
    return found if found and found.boot_id == host.boot_id() else None


def lock(path: Path) -> BinaryIO:
    """A file that stays, to lock; made where it is missing. Raises SetupFailed."""
    try:
        return os.fdopen(file.opened(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW), "r+b", buffering=0)
    except OSError as error:
        do = tr("see what is in its place: {command}", command=f"ls -ld {path}")
        raise exhausted(error) or SetupFailed(tr("use the lock {file}", file=path), said(error), do) from error


def log(path: Path, *, fresh: bool = False) -> BinaryIO:
    """A log to write on, or a ``fresh`` one in its place. Raises SetupFailed."""
    try:
        return file.fresh(path) if fresh else os.fdopen(file.opened(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW), "wb")
    except OSError as error:
        do = tr("see what is in its place: {command}", command=f"ls -ld {path}")
        raise exhausted(error) or SetupFailed(tr("write the log {file}", file=path), said(error), do) from error


def log_end(log: Path, count: int = 5) -> str:
    """The last lines of a log, for an error's ``found``."""
    try:
        lines = file.end(log).strip().splitlines()[-count:]
    except OSError:
        lines = []
    return Lines("\n       ".join([tr("{log} ends:", log=log), *(lines or [tr("(it wrote nothing)")])]))


def still(what: str, say: Callable[[str], None]) -> Callable[[float], None]:
    """Says that what was started does not answer yet, and is at work: see ``probe.wait_until``."""
    return lambda gone_s: say(
        tr("{what} does not answer yet, and is at work: waiting for it, {seconds:.0f} s by now", what=what, seconds=gone_s)
    )


def end(process: Running, timeout_s: float, send: Callable[[int, int], None] = os.kill) -> bool:
    """SIGTERM, then wait for the end of the process; False when it still lives after ``timeout_s``, at the usual pace.

    ``send`` is os.kill, or its like through sudo. Signals nothing when the process is gone already.
    """
    if not process.alive:
        return True
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:
        return True
    try:
        if process.alive:  # looked at after the handle was taken: the handle cannot come to mean another process
            send(process.pid, signal.SIGTERM)
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            with Limit(timeout_s) as limit:
                while not limit.passed and not poll.poll(limit.left_s * 1000):
                    pass
        return not process.alive
    finally:
        os.close(handle)
