"""The drawing of before, during and after: three panels with counts, and below them, in words, what came and what went.

Never colour alone: what came stands in a solid box with a plus, what went in a dotted one with a minus, and each panel
says how many. The text twin is ``network.comparison``.
"""

from __future__ import annotations

from collections.abc import Sequence

from ...words import tr
from ..host.network import KINDS, SPOKEN, Change, Moments, comparison, counted, number
from .svg import box, document, extent, words

WIDTH, EDGE, PAD, GAP = 940.0, 14.0, 16.0, 16.0
PANEL = (WIDTH - 2 * EDGE - 2 * GAP) / 3
ROW, LINE, STRIP = 22.0, 17.0, 30.0
SHOWN = 16  # changes of one moment; beyond: "and N more", all of them in the text twin
MINUS = "\u2212"


def draw(seen: Moments) -> str:
    """The whole drawing; it grows downwards with what changed."""
    moments: tuple[tuple[str, str, Sequence[Change]], ...] = (
        (tr("Before"), "", ()),
        (tr("During"), tr("During, compared with before"), seen.during),
        (tr("After"), tr("After, compared with before"), seen.after),
    )
    drawn: list[str] = []
    bottom = 0.0
    for index, (name, compared, changes) in enumerate(moments):
        said = tr("Since before: {changes}.", changes=counted(changes)) if compared else ""
        body, end = _panel(EDGE + index * (PANEL + GAP), name, seen, changes, said)
        drawn += body
        bottom = max(bottom, end)
    frames = [box(EDGE + index * (PANEL + GAP), EDGE, PANEL, bottom - EDGE, "frame", corner=10) for index in range(3)]
    y = bottom + 12
    for _, compared, changes in moments:
        body, y = _strips(y, compared, changes)
        drawn += body
    for one in seen.unseen:
        drawn.append(words(EDGE, y + 16, tr("Not seen: {what}", what=one), "faint", size=14, room=WIDTH - 2 * EDGE))
        y += ROW
    title = tr("The host's network before, during and after")
    return document(title, comparison(seen), WIDTH, y + 6, [*frames, *drawn])


def _panel(x: float, name: str, seen: Moments, changes: Sequence[Change], said: str) -> tuple[list[str], float]:
    """One moment's counts, and what is said of its changes; returns them and where they end."""
    left, room = x + PAD, PANEL - 2 * PAD
    drawn = [words(left, EDGE + 28, name, "bold", size=18)]
    y = EDGE + 40
    for kind in KINDS:
        count = seen.count(kind, changes)
        came, went = (sum(change.kind == kind and change.added is added for change in changes) for added in (True, False))
        if not count and not went:
            continue
        drawn.append(words(left, y + 16, number(count, kind), "bold" if came or went else "faint", size=14, room=room))
        signs = " ".join(filter(None, (f"+{came}" if came else "", f"{MINUS}{went}" if went else "")))
        if signs:
            drawn.append(words(left + room, y + 16, signs, "bold code", size=14, anchor="end"))
        y += ROW
    y += 6
    for line in _wrapped(said, room, 13) if said else ():
        drawn.append(words(left, y + 14, line, size=13))
        y += LINE
    return drawn, y + 12


def _strips(y: float, heading: str, changes: Sequence[Change]) -> tuple[list[str], float]:
    """Every change of one moment as a strip of its own, with its sign; nothing for none."""
    drawn: list[str] = []
    width = WIDTH - 2 * EDGE
    indent = 12 + max(100, *(extent(f"+ {SPOKEN[kind]}", 13) + 12 for kind in KINDS))
    if changes:
        drawn.append(words(EDGE, y + 16, heading, "bold", size=14))
        y += ROW + 4
    for change in changes[:SHOWN]:
        drawn.append(box(EDGE, y, width, STRIP - 5, "tab" if change.added else "gone"))
        sign = "+" if change.added else MINUS
        drawn.append(words(EDGE + 12, y + 17, f"{sign} {SPOKEN[change.kind]}", "bold", size=13))
        drawn.append(words(EDGE + indent, y + 17, change.what, "code", size=12, room=width - indent - 10))
        y += STRIP
    if len(changes) > SHOWN:
        drawn.append(words(EDGE + 12, y + 14, tr("and {number} more", number=len(changes) - SHOWN), "faint", size=13))
        y += ROW
    return drawn, y + (8 if changes else 0)


def _wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in lines that are not wider than the room, broken at blanks."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and extent(longer, size * 1.08) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
