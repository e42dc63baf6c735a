"""Writes a report to the learner's folder, and never over what somebody else wrote or changed."""

from __future__ import annotations

import os
import tempfile
from itertools import count
from pathlib import Path

from ..core.errors import SetupFailed
from ..core.seal import is_sealed, sealed
from ..words import tr

TRIED = 100  # numbered names


def free_place(wanted: Path) -> Path:
    """``wanted``, when nothing is there or our own unchanged report; else the next numbered name: ``my-report-2.html``.

    Raises SetupFailed when a hundred names are taken.
    """
    for number in count(1):
        place = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        if not os.path.lexists(place) or _is_ours(place):
            return place
        if number == TRIED:
            found = tr("it and {count} numbered names are taken", count=TRIED - 1)
            raise SetupFailed(tr("write {file}", file=wanted), found, tr("remove those that you do not need"))
    raise AssertionError


def write(wanted: Path, text: str) -> Path:
    """Write ``text`` in UTF-8, sealed, to a free place beside ``wanted``, whole or not at all; returns where it is."""
    place = free_place(wanted)
    try:
        descriptor, part = tempfile.mkstemp(dir=place.parent, prefix=".my-report-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="\n") as file:
                file.write(sealed(text))
            os.chmod(part, 0o644)  # its reader decides whom to show it to; the file of progress stays private
            os.replace(part, place)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise
    except OSError as error:
        tried, do = tr("write the report {file}", file=place), tr("choose another folder: ./lab report --html FILE")
        raise SetupFailed(tried, error.strerror or str(error), do) from error
    return place


def _is_ours(place: Path) -> bool:
    if place.is_symlink() or not place.is_file():
        return False
    try:
        return is_sealed(place.read_bytes().decode("utf-8"))
    except (OSError, ValueError):
        return False
