"""The ports board as a drawing, which a report keeps: one line for each port, and below its holder whoever came too late for it."""

from __future__ import annotations

from ...words import tr
from .ports_board import COLUMNS, Board
from .svg import box, document, line, words

WIDTH, EDGE, ROW = 940.0, 14.0, 34.0


def draw(board: Board) -> str:
    """Columns as wide as in the table; what is longer than its place is cut, and stands whole in the text beside."""
    wide = WIDTH - 2 * EDGE
    places, x = [], EDGE
    for share in COLUMNS.values():
        places.append((x, wide * share / 100 - 10))
        x += wide * share / 100
    drawn = [words(x, EDGE + 18, title, "bold", size=14, room=room) for title, (x, room) in zip(COLUMNS, places, strict=True)]
    for number, row in enumerate(board.rows, 1):
        y = EDGE + number * ROW
        look = "bold" if row.conflict else ""
        drawn.append(
            box(EDGE - 6, y - 4, wide + 12, ROW - 2, "box", corner=3) if row.conflict else line(EDGE, y - 5, WIDTH - EDGE, y - 5, "grid")
        )
        drawn += [words(x, y + 17, said, look, size=13, room=room) for said, (x, room) in zip(row.cells, places, strict=True)]
    title = tr("Ports of the host")
    lost = ", ".join(dict.fromkeys(row.holder for row in board.conflicts)) or tr("nobody lost a port")
    return document(title, lost, WIDTH, EDGE + (len(board.rows) + 1) * ROW, drawn)
