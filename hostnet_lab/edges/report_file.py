"""Writes a report: to a free place, never over what somebody else wrote or changed, or to the very file that the reader named."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from ..core.errors import SetupFailed
from ..core.progress.seal import is_sealed, sealed
from ..core.reasons import exhausted, said
from ..kept import file
from ..words import tr

LARGEST = 64 << 20  # bytes; one with two dozen drawings has some 2 MiB
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
        # Its reader decides whom to show it to; the file of progress stays private.
        file.write(place, sealed(text).encode("utf-8", "replace"), 0o644)
    except OSError as error:
        tried, do = tr("write the report {file}", file=place), tr("choose another folder: ./lab report --html FILE")
        raise exhausted(error) or SetupFailed(tried, said(error), do) from error
    return place


def _is_ours(place: Path) -> bool:
    if place.is_symlink():
        return False
    try:
        return is_sealed(file.read(place, LARGEST).decode("utf-8"))
    except (OSError, ValueError):
        return False
