"""A file that the reader asked for by its name, at a place that others may write to, too: never written through a stranger's link.

All functions raise OSError.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from . import file
from .unusable import Reason, Unusable

STREAMS = (Path("/dev"), Path("/proc"))  # what a shell hands over: /dev/stdout, /dev/fd/63


def write(path: Path, data: bytes) -> None:
    """Whole or not at all, with the mode that the reader's umask gives; into a stream of theirs as it comes."""
    if is_stream(path):
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CLOEXEC), "wb") as out:
            out.write(data)
        return
    file.write(behind(path), data, mode())


def behind(path: Path) -> Path:
    """Where a file of this name is to be put: behind a link, where that leads. Unusable where somebody else made the link."""
    require_own_link(path)
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def is_stream(path: Path) -> bool:
    """What a shell hands over, or a pipe or the like that this user has made: that it is written to is what was asked for."""
    if any(path.absolute().parent.is_relative_to(place) for place in STREAMS):
        return True
    with suppress(FileNotFoundError):
        found = os.lstat(path)
        return stat.S_ISFIFO(found.st_mode) and found.st_uid == os.geteuid()
    return False


def require_own_link(path: Path) -> None:
    """A link there is this user's or root's, as the kernel itself has it in shared folders (proc_sys_fs(5), protected_symlinks)."""
    with suppress(FileNotFoundError):
        found = os.lstat(path)
        if stat.S_ISLNK(found.st_mode) and found.st_uid not in (0, os.geteuid()):
            raise Unusable(path, Reason.NOT_OURS)


def mode() -> int:
    """Of a file that is made without further ado: umask(2) can only be asked by setting it."""
    now = os.umask(0o077)
    os.umask(now)
    return 0o666 & ~now
