"""One after the other, by a lock on a file that nobody else can open; a second process is told for whom it waits."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from ..core.ownership import Process
from ..kept import lock as kept
from ..kept.lock import Lock
from ..words import tr
from . import host
from .private_folder import user_name


@contextmanager
def turn(lock: BinaryIO, waiting: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """The block runs while no other process is in its own; where one has to be waited for, ``waiting`` is told which.

    ``lock``: an open file, closed afterwards. What is yielded ends the turn early. The kernel ends it for a
    process that dies. On a file system without locks nobody is waited for. Raises OSError.
    """
    with lock:
        if kept.lock(lock) is Lock.BUSY:
            waiting(_holder(lock))
            kept.lock(lock, wait=True)
        lock.truncate(0)
        os.pwrite(lock.fileno(), str(host.this_process()).encode(), 0)
        yield lambda: kept.unlock(lock)


def _holder(lock: BinaryIO) -> str:
    """Pid, user and command of who has written itself into the lock; another pid namespace's process cannot be seen."""
    process, me = Process.parse(os.pread(lock.fileno(), 200, 0).decode("ascii", "replace")), host.this_process()
    if process is None or (process.boot_id, process.pid_namespace) != (me.boot_id, me.pid_namespace):
        return tr("a process that cannot be seen from here")
    return described(process.pid)


def described(pid: int) -> str:
    """Such as ``process 4711 (alice: sh ./lab test)``."""
    user, command = host.owner(pid), shlex.join(host.command_line(pid))
    known = user_name(user) if user is not None else tr("unknown")
    return tr("process {pid} ({user}: {command})", pid=pid, user=known, command=command[:200])
