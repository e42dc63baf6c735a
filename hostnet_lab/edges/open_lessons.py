"""Which lessons are open: a small file for each, in a private folder, for the shim in JupyterLab's terminal.

A file is called by its kernel's process, PID.START_TICKS, so that one which a killed kernel left is known to be void; in it
stand the labels. The newest one counts. Where no folder is named, as outside of the lab's own JupyterLab, nothing is kept.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..core.host.facts import number
from ..core.host.ownership import Mark, Process, read_mark
from ..kept import file
from . import host

VARIABLE = "HOSTNET_LAB_OPEN"  # the shim reads it too
LONGEST = 4096  # bytes of one file; a mark has some 200


def announce(process: Process, labels: Mapping[str, str]) -> None:
    """This process's lesson is open, and the newest of all. Does nothing where no private folder is named."""
    place = folder()
    if place is None:
        return
    line = " ".join(f"{key}={value}" for key, value in labels.items())
    with suppress(OSError):  # a full disk: the terminal goes without
        forget_dead(place)
        file.write(_path(place, process), f"{line}\n".encode())


def withdraw(process: Process) -> None:
    """This process's lesson is over. Done twice, it does nothing."""
    place = folder()
    if place is not None:
        with suppress(OSError):
            _path(place, process).unlink(missing_ok=True)


def marks() -> list[Mark]:
    """Of the lessons that are open: each with a process that lives."""
    place = folder()
    found = map(_mark, sorted(place.iterdir())) if place else ()
    return [one for one in found if one and host.start_ticks(one.process.pid) == one.process.start_ticks]


def _mark(path: Path) -> Mark | None:
    """None for a file that no lesson wrote, or that is gone again."""
    if read_name(path.name) is None:
        return None
    try:
        words = file.read(path, LONGEST).decode("utf-8", "replace").split()
    except OSError:
        return None
    mark = read_mark(dict(word.partition("=")[::2] for word in words))
    return mark if mark and name(mark.process) == path.name else None


def name(process: Process) -> str:
    """What a process is called here, and where it is asked to end."""
    return f"{process.pid}.{process.start_ticks}"


def read_name(text: str) -> tuple[int, int] | None:
    """Process id and start ticks; None for what ``name`` would not have written."""
    pid, ticks = (number(word, 20) for word in text.partition(".")[::2])
    return None if pid is None or ticks is None else (pid, ticks)


def forget_dead(place: Path) -> None:
    """Remove the files of kernels that are gone."""
    for path in place.iterdir():
        known = read_name(path.name)
        if known and host.start_ticks(known[0]) != known[1]:
            path.unlink(missing_ok=True)


def _path(place: Path, process: Process) -> Path:
    return place / name(process)


def folder() -> Path | None:
    """Only a folder of one's own, where nobody else may write, is believed: what stands in it becomes labels."""
    named = os.environ.get(VARIABLE)
    if not named:
        return None
    try:
        found = os.lstat(named)
    except OSError:
        return None
    is_private = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022
    return Path(named) if is_private else None
