"""What a report says, as values: sections of facts, tables, lists and figures, of which a page and Markdown are made. Pure.

Texts stand here as they were found: whoever shows them makes them fit for their place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import ClassVar, Literal

from ..guide.verdicts import SPOKEN, Verdict

# "told": from outside, its direction kept to itself, what stands between backticks as code; "figures": behind a sentence, where it can be
# folded. The last four are a verdict's colours.
Look = Literal["plain", "told", "code", "figures", "holds", "nuance", "fails", "untested"]
LOOKS: Mapping[Verdict, Look] = {
    "holds": "holds",
    "holds with a nuance": "nuance",
    "does not hold here": "fails",
    "not testable here": "untested",
}


@dataclass(frozen=True)
class Span:
    """A piece of a text. ``href``: where a page's reader is led by it, "" for nowhere."""

    text: str
    look: Look = "plain"
    href: str = ""


Text = tuple[Span, ...]
Cell = tuple[Text, ...]  # by paragraph


@dataclass(frozen=True)
class Facts:
    """Names and what is said of each."""

    kind: ClassVar = "facts"
    rows: Mapping[str, str]


@dataclass(frozen=True)
class Paragraph:
    kind: ClassVar = "paragraph"
    text: Text


@dataclass(frozen=True)
class Items:
    kind: ClassVar = "items"
    items: tuple[Text, ...]


@dataclass(frozen=True)
class Row:
    """``cells``: the first heads it, with ``fine`` print below. ``id``: by which a link finds it, "" for none."""

    cells: tuple[Cell, ...]
    fine: Text = ()
    id: str = ""


@dataclass(frozen=True)
class Table:
    """``outcome``: the column that tells how it went, which comes first where rows are items of a list; 0: the cells are short.

    ``numbers``: are in the last column.
    """

    kind: ClassVar = "table"
    caption: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    outcome: int = 0
    numbers: bool = False


@dataclass(frozen=True)
class Figure:
    """``name``: no other's in the report. ``text``: the same in words, in lines."""

    kind: ClassVar = "figure"
    name: str
    title: str
    svg: str
    caption: Text
    text: str


@dataclass(frozen=True)
class Heading:
    """Of a part of a section."""

    kind: ClassVar = "heading"
    title: str


@dataclass(frozen=True)
class Tally:
    """What was counted, each with what it is."""

    kind: ClassVar = "tally"
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Card:
    """A few lines that belong together: ``items`` below a title, ``note``: what is to be known of them, () for nothing."""

    title: Text
    items: tuple[Text, ...]
    note: Text = ()


@dataclass(frozen=True)
class Cards:
    """Beside each other where there is room."""

    kind: ClassVar = "cards"
    cards: tuple[Card, ...]


Block = Heading | Facts | Paragraph | Items | Table | Figure | Tally | Cards


@dataclass(frozen=True)
class Section:
    """``id``: by which a link finds it."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """``look``: of its page, by the stylesheet. ``head``: what stands with title and lead."""

    title: str
    lead: str
    sections: tuple[Section, ...]
    foot: Text
    look: str = "report"
    head: tuple[Block, ...] = ()


def told(text: str) -> Span:
    return Span(text, "told")


def evidence(said: str, raw: str) -> Cell:
    """A sentence, and the figures behind it."""
    return cell(told(said), *([Span(raw, "figures")] if raw else []))


def code(text: str) -> Span:
    return Span(text, "code")


def spoken(verdict: Verdict) -> Span:
    return Span(SPOKEN[verdict], LOOKS[verdict])


def text(*pieces: str | Span) -> Text:
    return tuple(Span(piece) if isinstance(piece, str) else piece for piece in pieces)


def cell(*pieces: str | Span) -> Cell:
    """Of one paragraph; of none where nothing is said."""
    return (text(*pieces),) if pieces else ()


def filled(said: str, **values: str | Span | Text) -> Text:
    """A translated text, each ``{name}`` in it replaced by a value that keeps its look."""
    made: list[Span] = []
    for literal, name, _, _ in Formatter().parse(said):
        value = values[name] if name else ()
        made += [*text(literal), *(value if isinstance(value, tuple) else text(value))]
    return tuple(piece for piece in made if piece.text)


def coded(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it stood between backticks: that is code."""
    pieces = re.split(r"(`[^`]+`)", text)
    return [(piece.strip("`") if place % 2 else piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece]
