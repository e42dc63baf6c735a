"""A lock on an open file, which keeps processes apart (flock(2)). It ends with the file, also for a process that is killed.

Some file systems have none: NFS without its lock daemon, or for a file that is open for reading alone; some in user space.
There everybody goes on without it: two at once are rarer than such a file system.
"""

from __future__ import annotations

import fcntl
from enum import Enum, auto
from typing import IO


class Lock(Enum):
    """What became of the wish for a lock."""

    HELD = auto()
    BUSY = auto()  # another process holds it
    NONE = auto()  # there are no locks here


def lock(file: int | IO[bytes], *, wait: bool = False) -> Lock:
    """With ``wait``, never BUSY: returns when the other process has ended, or let it go."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Lock.BUSY
    except OSError:  # ENOLCK, EOPNOTSUPP, ENOSYS; EBADF on NFS
        return Lock.NONE
    return Lock.HELD


def unlock(file: int | IO[bytes]) -> None:
    """Let it go before the file is closed; nothing where none is held."""
    try:
        fcntl.flock(file, fcntl.LOCK_UN)
    except OSError:
        return
