"""The crib in sections, of which a page and Markdown are made."""

from __future__ import annotations

from ...words import tr
from ..guide.crib import CRIB, Answer
from .sections import Document, Heading, Paragraph, Row, Section, Table, cell, code, filled, text, told

TITLE = tr("Docker host networking on one page")
COLUMNS = (tr("Question"), tr("Command"), tr("What its answer means"))
LEAD = tr(
    "The plain command for each question, and what its answer means. The names and ports stand for yours; ss -p and iptables need root."
)


def document() -> Document:
    sections = (Section(f"part-{number}", one.caption, (one,)) for number, one in enumerate(_tables(), 1))
    foot = filled(
        tr("Each command is run, with its true output, in the lesson that stands beside it. Made by {command}."), command=code("./lab crib")
    )
    return Document(TITLE, LEAD, tuple(sections), foot, "crib")


def section() -> Section:
    """All of it as one part of another document."""
    parts = (block for one in _tables() for block in (Heading(one.caption), one))
    return Section("crib", TITLE, (Paragraph(text(LEAD)), *parts))


def _tables() -> tuple[Table, ...]:
    return tuple(Table(title, COLUMNS, tuple(map(_row, answers)), 1) for title, answers in CRIB.items())


def _row(one: Answer) -> Row:
    return Row((cell(one.question), cell(code(one.command)), cell(told(one.meaning))), filled(tr("Lesson {number}"), number=one.lesson))
