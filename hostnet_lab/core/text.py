"""Values from wherever as people read them: a text cut to a length, a moment, a table in columns. Pure; HTML is not its matter."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime

from ..words import Lines, printable

OPTION = re.compile(r"(?<![\w-])--?[A-Za-z0-9][\w-]*")  # of a command: a browser would break its line behind each hyphen
LONGEST = 600  # signs of one text; a sentence of evidence has some 200
LONGEST_MOMENT = 40  # signs; ISO 8601 with nanoseconds and a zone has 35
NARROWEST = 20  # signs that the last column keeps


def cut(text: object, longest: int = LONGEST) -> str:
    """Any value as text on one line, without control characters, cut where it is too long."""
    said = printable(str(text)[: longest * 4])
    return said if len(said) <= longest else said[: longest - 1].rstrip() + "…"


def time_of(at: object) -> datetime:
    """A moment of a file, an engine or a clock, in UTC, which one without a zone is in. Raises ValueError for all that is none."""
    if not isinstance(at, str) or len(at) > LONGEST_MOMENT:
        raise ValueError("no moment")
    found = datetime.fromisoformat(at)
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:  # the first or the last day of the calendar, in a zone
        raise ValueError("no moment") from error


def moment(at: str) -> str:
    """A moment for people to read; what is no date is shown as it is."""
    try:
        return time_of(at).strftime("%Y-%m-%d %H:%M UTC")
    except ValueError:
        return cut(at, LONGEST_MOMENT)


def table(rows: Iterable[Sequence[str]], width: int = 0, *, right: Collection[int] = ()) -> str:
    """In columns, two blanks apart; those of the numbers in ``right`` end at one edge.

    With ``width`` the last cell goes on below itself where a line would be longer. One of ``Lines`` is never wrapped: its
    breaks are its own, and it is there to be copied.
    """
    everything = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*(row[:-1] for row in everything), strict=True)]
    room = max(NARROWEST, width - sum(widths) - 2 * len(widths))
    shown: list[str] = []
    for *cells, last in everything:
        aligned = [f"{cell:{'>' if place in right else '<'}{widths[place]}}" for place, cell in enumerate(cells)]
        plain = not width or isinstance(last, Lines)
        below = last.split("\n") if plain else textwrap.wrap(last, room, break_on_hyphens=False) or [""]
        shown += ["  ".join([*aligned, below[0]]), *("  ".join([*(" " * one for one in widths), line]) for line in below[1:])]
    return "\n".join(line.rstrip() for line in shown)
