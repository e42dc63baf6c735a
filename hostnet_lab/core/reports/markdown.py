"""A report as Markdown (CommonMark with tables): read as plain text it is complete, drawings come last, as data.

Links of a text are left out, since a reader of plain text has no use for them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable

from ...words import lines, printable, tr
from .sections import Block, Card, Cards, Cell, Document, Facts, Figure, Heading, Items, Paragraph, Row, Span, Table, Tally, Text, coded

# What CommonMark or a table would read as markup: https://spec.commonmark.org/0.31.2/#backslash-escapes
MARKUP = re.compile(r"([\\*_\[\]<>&|~`])")
DOLLARS = re.compile(r"\$+")


def as_markdown(document: Document, *, drawings: bool = True) -> str:
    """The whole document, in UTF-8. Each figure stands in words where it belongs; as a drawing it is at the end, or nowhere."""
    sections = ["\n\n".join([f"## {one.title}", *(_block(block, drawings) for block in one.blocks)]) for one in document.sections]
    figures = [block for one in document.sections for block in one.blocks if isinstance(block, Figure) and drawings]
    data = "\n".join(f"[{_key(one)}]: data:image/svg+xml;base64,{_base64(one.svg)}" for one in figures)
    head = (_block(block, drawings) for block in document.head)
    parts = (f"# {document.title}", _plain(document.lead), *head, *sections, "---", _said(document.foot), data)
    return "\n\n".join(filter(None, parts)) + "\n"


def _block(block: Block, drawings: bool) -> str:
    match block:
        case Facts(rows):
            return _list(f"{name}: {_plain(said)}" for name, said in rows.items())
        case Paragraph(said):
            return _said(said)
        case Items(items):
            return _list(map(_said, items))
        case Heading(title):
            return f"### {_plain(title)}"
        case Tally(counts):
            return _list(f"{_plain(what)}: {_plain(count)}" for count, what in counts)
        case Cards(cards):
            return "\n\n".join(map(_card, cards))
        case Table(outcome=0):
            return _table(block)
        case Table():
            return "\n".join(_row(block, row) for row in block.rows)
    return _figure(block, drawings)


def _card(one: Card) -> str:
    return "\n\n".join(filter(None, (f"### {_said(one.title)}", _list(map(_said, one.items)), _said(one.note))))


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(table: Table) -> str:
    rows = [table.columns, *(tuple(map(_short, row.cells)) for row in table.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _row(table: Table, row: Row) -> str:
    """How it went, what is spoken of, and the rest below; told text is never the first on its line."""
    (outcome, *more), fine = row.cells[table.outcome], f" ({_said(row.fine)})" if row.fine else ""
    cells = {**dict(zip(table.columns[1:], row.cells[1:], strict=True)), table.columns[table.outcome]: tuple(more)}
    rest = [f"\n  - {name}: {_cell(cell)}" for name, cell in cells.items() if cell]
    return f"- {_said(outcome)}: {_cell(row.cells[0])}{fine}{''.join(rest)}"


def _figure(one: Figure, drawn: bool) -> str:
    """The drawing by reference, and the same in words behind a fence that its own text cannot end."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", one.text))])
    title = _plain(one.title)
    named = tr("{title}, the same as below in words", title=title)
    drawing = f"![{named}][{_key(one)}]\n\n" if drawn else ""
    return f"### {title}\n\n{drawing}{_said(one.caption)}.\n\n{fence}text\n{lines(one.text)}\n{fence}"


# -- small pieces -----------------------------------------------------------------------------------


def _cell(cell: Cell) -> str:
    return " ".join(map(_said, cell))


def _short(cell: Cell) -> str:
    return _plain(" ".join(span.text for text in cell for span in text)) or "-"


def _said(text: Text) -> str:
    return printable("".join(map(_span, text)))


def _span(span: Span) -> str:
    match span.look:
        case "plain":
            return _escaped(span.text)
        case "code":
            return f"`{span.text.replace('`', ' ')}`"
        case "figures":
            return f" ({_escaped(span.text)})"
        case "told":
            return "".join(f"`{piece}`" if code else _escaped(piece) for piece, code in coded(span.text))
    return f"**{_escaped(span.text)}**"


def _plain(found: str) -> str:
    """Any text on one line, with all that would be markup taken at its word; never the first on its line."""
    return _escaped(printable(found))


def _escaped(piece: str) -> str:
    """A dollar becomes code: a notebook would begin a formula at it, escaped or not."""
    return DOLLARS.sub(r"`\g<0>`", MARKUP.sub(r"\\\1", piece))


def _key(one: Figure) -> str:
    return f"picture-{one.name}"


def _base64(svg: str) -> str:
    return b64encode(svg.encode("utf-8", "replace")).decode("ascii")
