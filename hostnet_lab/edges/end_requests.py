"""Asks JupyterLab's server to end the kernel of a lesson: in order, and so that it is not started anew, as one that dies would be.

By a named pipe in the private folder of open lessons (fifo(7)): the server listens, and whoever asks learns at once whether it does.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from ..core.host.ownership import Process
from .open_lessons import folder, name, read_name

PIPE = "end"
MOST = 1 << 16  # bytes that a pipe holds, pipe(7)


def ask(process: Process) -> bool:
    """False where no server listens."""
    place = folder()
    pipe = _opened(place, os.O_WRONLY) if place else None
    if pipe is None:
        return False
    try:
        os.write(pipe, f"{name(process)}\n".encode())
        return True
    except OSError:  # full: nobody reads
        return False
    finally:
        os.close(pipe)


def listen() -> int | None:
    """What becomes readable when somebody asks; None where no private folder is named, or it cannot hold a pipe."""
    place = folder()
    if place is None:
        return None
    with suppress(OSError):  # it is there
        os.mkfifo(place / PIPE, 0o600)
    return _opened(place, os.O_RDWR)  # for writing, too: so it has no end when who asks has gone


def asked(pipe: int) -> list[tuple[int, int]]:
    """The processes, each by its id and start ticks, that somebody has asked for since."""
    with suppress(OSError):
        lines = os.read(pipe, MOST).decode("utf-8", "replace").splitlines()
        return [found for line in lines if (found := read_name(line))]
    return []


def _opened(place: Path, how: int) -> int | None:
    """The pipe, if it is one and one's own; nobody waits for the other end."""
    try:
        pipe = os.open(place / PIPE, how | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:  # not there, or nobody listens
        return None
    found = os.fstat(pipe)
    if stat.S_ISFIFO(found.st_mode) and found.st_uid == os.geteuid():
        return pipe
    os.close(pipe)
    return None
