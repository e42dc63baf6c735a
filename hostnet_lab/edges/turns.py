"""One after the other, by a lock on a file that nobody else can open; a second process is told for whom it waits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import BinaryIO

from ..core.errors import NoAnswer
from ..core.host.ownership import Process
from ..kept import lock as kept
from ..kept.lock import Lock
from ..words import tr
from . import host
from .probe import wait_until

WRITTEN_S = 1.0  # a microsecond is usual; it decides on words only


@contextmanager
def turn(lock: BinaryIO, waiting: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """The block runs while no other process is in its own; where one has to be waited for, ``waiting`` is told which.

    ``lock``: an open file, closed afterwards. What is yielded ends the turn early. The kernel ends it for a
    process that dies. On a file system without locks nobody is waited for. Raises OSError.
    """
    with lock, ExitStack() as held:
        if kept.lock(lock) is Lock.BUSY:
            waiting(_holder(lock))
            kept.lock(lock, wait=True)
        held.callback(kept.unlock, lock)
        held.callback(lock.truncate, 0)
        lock.truncate(0)
        os.pwrite(lock.fileno(), str(host.this_process()).encode(), 0)
        yield held.close


def _holder(lock: BinaryIO) -> str:
    """Pid, user and command of who has written itself into the lock, which it does as soon as it has it."""
    try:
        process = wait_until(lambda: _written(lock), WRITTEN_S, tr("the holder of a lock"))
    except NoAnswer:  # it has ended meanwhile, or is of another pid namespace
        return tr("a process that cannot be seen from here")
    assert process
    return host.described(process.pid)


def _written(lock: BinaryIO) -> Process | None:
    process, me = Process.parse(os.pread(lock.fileno(), 200, 0).decode("ascii", "replace")), host.this_process()
    here = process and (process.boot_id, process.pid_namespace) == (me.boot_id, me.pid_namespace)
    return process if process and here and host.start_ticks(process.pid) == process.start_ticks else None
