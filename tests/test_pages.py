"""What all pages have in common: text is text in every place, every word is marked, and nothing is left out of the package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, UndefinedError, nodes

from hostnet_lab.classroom import board_page, rows
from hostnet_lab.core.reports.markdown import as_markdown
from hostnet_lab.core.reports.sections import Document, Facts, Figure, Items, Paragraph, Row, Section, Span, Table, filled, told
from hostnet_lab.pages import as_html, render
from hostnet_lab.words.update import MARKS

from .pages import FOLDER, Reader
from .reports import EVIL, picture

TEMPLATES = sorted(FOLDER.glob("*.html"))
every_template = pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
SHOWN = "&lt;script&gt;alert(1)&lt;/script&gt;"
SPANS = (Span(EVIL), told(EVIL), Span(EVIL, "code"), Span(EVIL, "holds"), Span(EVIL, href=f"#{EVIL}"))
BLOCKS = (
    Facts({EVIL: EVIL}),
    Paragraph(SPANS),
    Items((SPANS,)),
    Table(EVIL, (EVIL, EVIL, f"{EVIL} too"), (Row(((SPANS,), (SPANS, SPANS), ()), SPANS, EVIL),), 1),
    Figure(EVIL, EVIL, picture().svg, SPANS, EVIL),
)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind)
def test_hostile_text_is_text_in_every_field_of_every_block(block: Facts | Paragraph | Items | Table | Figure) -> None:
    text = as_html(Document(EVIL, EVIL, (Section(EVIL, EVIL, (block,)),), SPANS))
    assert "<script" not in text and text.count(SHOWN) > as_html(Document(EVIL, EVIL, (Section(EVIL, EVIL, ()),), SPANS)).count(SHOWN)
    assert not set(re.sub(r"<svg.*?</svg>", "", text, flags=re.S)) & {"\x1b", "\x00", "\ud800", "\u202e"}
    assert {name for _, attributes in Reader(text).elements for name in attributes if name.startswith("on")} == set()


def test_hostile_text_is_text_in_every_field_of_the_board() -> None:
    stuck = rows.Stuck(EVIL, 9, 2, EVIL)
    row = rows.Row(EVIL, "running", (rows.Cell(EVIL, True, 0, 1), rows.Cell(EVIL, True, 1, 2)), stuck)
    found = rows.Board((row,), (rows.Misconception(EVIL, EVIL, EVIL, 2, 3, EVIL), rows.Misconception(EVIL, EVIL, "", 2, 3)))
    for text in (
        board_page.page(found, prefix=EVIL, nonce=EVIL, address=EVIL, qr=EVIL, token=EVIL),
        board_page.learner_page(row, 3, prefix=EVIL, nonce=EVIL, token=EVIL),
        board_page.message(EVIL, EVIL, prefix=EVIL, nonce=EVIL),
    ):
        assert SHOWN in text and "<script>" not in text and "alert(1)<" not in text
        assert not set(text) & {"\x1b", "\x00", "\ud800", "\u202e"}


def test_a_drawing_of_the_labs_is_drawn_and_what_is_more_than_a_drawing_is_left_out() -> None:
    own = picture().svg
    more = own.replace("<title", "<script")
    for drawing, drawn in ((own, own), (more, "")):
        code = board_page.page(rows.Board(), prefix="/", nonce="n", address="a", qr=drawing)
        figure = as_html(Document("", "", (Section("a", "b", (Figure("n", "t", drawing, (), ""),)),), ()))
        assert f"</summary>{drawn}</details>" in code and f"<figure>{drawn}<figcaption>" in figure


def test_a_translated_text_keeps_the_looks_of_its_values_and_no_brace_of_theirs_is_read() -> None:
    assert filled("{a}, then {b}", a=told("{b}"), b="{0.__class__}") == (told("{b}"), Span(", then "), Span("{0.__class__}"))


def test_told_text_with_backticks_is_code_on_the_page_and_in_markdown() -> None:
    said = Document("t", "l", (Section("a", "b", (Paragraph((Span("It says: "), told("run `docker ps`"))),)),), ())
    assert "It says: <bdi>run <code>docker ps</code></bdi>" in as_html(said)
    assert "It says: run `docker ps`" in as_markdown(said)


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("board_message.html", title="t", text="x", nonce="n")


@every_template
def test_a_template_says_nothing_outside_of_its_marks(path: Path) -> None:
    own = "".join(one.data for one in Environment().parse(path.read_text("utf-8")).find_all(nodes.TemplateData))
    assert not re.search("[A-Za-z]", re.sub(r"<[^>]*>|&[a-z]+;", "", own)), own


@every_template
def test_a_mark_in_a_template_holds_a_literal(path: Path) -> None:
    for call in Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name in MARKS:
            keys = call.args[MARKS[call.node.name]]
            assert keys and all(isinstance(one, nodes.Const) and isinstance(one.value, str) for one in keys), call.lineno


def test_jinja_is_imported_by_the_first_page_only() -> None:
    doors = "hostnet_lab, hostnet_lab.cli.report, hostnet_lab.cli.verify, hostnet_lab.cli.actions, hostnet_lab.widgets.my_report"
    page = "hostnet_lab.pages.render('board_message.html', title='', text='', prefix='', nonce='')"
    script = f"import sys, {doors}; before = 'jinja2' in sys.modules; {page}; print(before, 'jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout == "False True\n"
