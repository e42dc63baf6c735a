"""Read what a learner has left in their folder, as root, without being led out of it.

The learner may put anything there: a link to /etc/shadow, a pipe that never ends, a file that fills the memory. So no link
is followed, on no level; only plain files are read, and no more than a bound of them.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

PROGRESS = PurePosixPath(".hostnet-lab/progress.jsonl")  # where a lab host records; see hosts.py
LARGEST = 4 << 20  # bytes; a day's lessons write some ten thousand


def read(folder: Path, inside: PurePosixPath, largest: int = LARGEST) -> bytes | None:
    """The first ``largest`` bytes of a plain file; None where there is none, or where the way to it is a trick."""
    with _opened(folder, inside) as handle:
        return None if handle is None else _bytes(handle, largest)


def end(folder: Path, inside: PurePosixPath, largest: int) -> bytes | None:
    """The same of its last bytes: what a file that only grows has to say now."""
    with _opened(folder, inside) as handle:
        if handle is None:
            return None
        os.lseek(handle, max(0, os.fstat(handle).st_size - largest), os.SEEK_SET)
        return _bytes(handle, largest)


def changed(folder: Path, inside: PurePosixPath) -> tuple[int, int] | None:
    """Size and time of the last change in nanoseconds: another pair means other contents. None as above."""
    with _opened(folder, inside) as handle:
        if handle is None:
            return None
        found = os.fstat(handle)
        return found.st_size, found.st_mtime_ns


def names(folder: Path, suffixes: tuple[str, ...], most: int = 200) -> list[str]:
    """Names of plain files directly in the folder, sorted; no more than ``most``."""
    try:
        with os.scandir(folder) as entries:
            found = [one.name for one in entries if one.name.endswith(suffixes) and one.is_file(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(found)[:most]


@contextmanager
def _opened(folder: Path, inside: PurePosixPath) -> Iterator[int | None]:
    """A handle on a plain file, reached step by step without following a link; None where a step fails."""
    steps = inside.parts
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for step in steps:
            if step in ("..", "/"):
                break
            last = step is steps[-1]
            flags = os.O_NOFOLLOW | os.O_NONBLOCK | (0 if last else os.O_DIRECTORY)  # NONBLOCK: a pipe does not hold us
            below = os.open(step, os.O_RDONLY | os.O_CLOEXEC | flags, dir_fd=handle)
            os.close(handle)
            handle = below
        plain = stat.S_ISREG(os.fstat(handle).st_mode)
        yield handle if plain else None
    except OSError:
        yield None
    finally:
        with suppress(OSError):
            os.close(handle)


def _bytes(handle: int, largest: int) -> bytes:
    parts = []
    while largest > 0 and (part := os.read(handle, min(largest, 1 << 16))):
        parts.append(part)
        largest -= len(part)
    return b"".join(parts)
