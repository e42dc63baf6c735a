"""Markup for the widgets: every text that goes in is shown as text, whatever it holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from ..core.reports.sections import coded as pieces
from ..core.text import OPTION
from ..words import LANGUAGE, tr

TEXT = "color:var(--jp-ui-font-color1,#212121);font-size:var(--jp-ui-font-size2,14px);line-height:1.45"
PRE = (
    "margin:2px 0 0;padding:6px 8px;max-height:16em;overflow:auto;"
    "white-space:pre-wrap;overflow-wrap:anywhere;word-break:normal;"
    "background:var(--jp-layout-color2,#eee);color:var(--jp-ui-font-color1,#212121);"
    "border:1px solid var(--jp-border-color1,#bbb);font:13px/1.45 var(--jp-code-font-family,monospace)"
)
# ipywidgets' own width, and more where the words need it; in a column no wider than that.
BUTTON = {"width": "auto", "min_width": "148px", "align_self": "flex-start"}
CODE = "display:inline-block;max-width:100%"  # goes to the next line as a whole, where it fits on one
Cell = str | tuple[str, str]
BAR = "border-left:4px solid var(--jp-brand-color1,#1976d2)"


def status(text: str) -> str:
    """A line that screen readers announce; several lines stay lines, and words between backticks are set as code."""
    look = f"{TEXT};white-space:pre-wrap;overflow-wrap:anywhere;padding:4px 8px;{BAR}"
    return f'<div role="status" style="{look}">{coded(text)}</div>'


def lines(found: Iterable[tuple[str, str]]) -> str:
    """A list of ``heading: text``."""
    items = "".join(f"<li><b>{escape(heading)}:</b> {whole(text)}</li>" for heading, text in found)
    return f'<ul style="{TEXT};margin:4px 0;padding-left:20px;overflow-wrap:anywhere">{items}</ul>'


def panel(title: str, text: str, *, scrolls: bool = True, commands: bool = False) -> str:
    """A titled block of preformatted, wrapping text. One that may scroll is a stop of the Tab key.

    ``commands``: the page puts its buttons beside them, to the terminal and to copy (stage/page/terminal.js).
    """
    return f'<div style="{TEXT};margin-bottom:6px"><b>{escape(title)}</b>{_block(title, text, scrolls, commands)}</div>'


def _block(title: str, text: str, scrolls: bool = True, commands: bool = False) -> str:
    of = 'class="hostnet-lab-commands" ' if commands else ""
    reached = f'tabindex="0" role="group" aria-label="{escape(title, quote=True)}" ' if scrolls else ""
    return f'<pre {of}{reached}style="{PRE}">{escape(text)}</pre>'


def table(caption: str, columns: Mapping[str, int], rows: Iterable[Sequence[Cell]], *, marked: Collection[int] = ()) -> str:
    """A table whose first column heads its rows; ``columns``: title -> width in percent. Text wraps, nothing scrolls sideways.

    A cell is a text, or a sentence of evidence with its figures, which are folded away.

    Rows whose numbers (from 0) are ``marked`` stand out by a bar and a ground; what that means, their words must say.
    """
    cell = "padding:4px 10px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--jp-border-color2,#ccc)"
    head = "".join(f'<th scope="col" style="{cell};width:{width}%">{escape(title)}</th>' for title, width in columns.items())
    body = "".join(_row(row, cell, index in marked) for index, row in enumerate(rows))
    title = f'<caption style="text-align:left;font-weight:600;padding:4px 0">{escape(caption)}</caption>'
    look = f"{TEXT};border-collapse:collapse;width:100%;table-layout:fixed;overflow-wrap:break-word;hyphens:auto"
    return f'<table lang="{LANGUAGE}" style="{look}">{title}<tr>{head}</tr>{body}</table>'


def _row(row: Sequence[Cell], cell: str, marked: bool) -> str:
    first, *rest = map(_cell, row)
    cells = "".join(f'<td style="{cell}">{one}</td>' for one in rest)
    bar = ";border-left:5px solid var(--jp-ui-font-color1,#212121);padding-left:6px" if marked else ""
    look = ' style="background:var(--jp-layout-color2,#eee)"' if marked else ""
    return f'<tr{look}><th scope="row" style="{cell};font-weight:400{bar}">{first}</th>{cells}</tr>'


def _cell(one: Cell) -> str:
    if isinstance(one, str):
        return whole(one)
    said, raw = one
    return whole(said) + (figures(raw) if raw else "")


def note(text: str) -> str:
    return f'<div style="{TEXT};color:var(--jp-ui-font-color2,#555);font-size:13px">{whole(text)}</div>'


def folded(summary: str, text: str) -> str:
    """A text that opens on demand."""
    head = f'<summary style="cursor:pointer">{escape(summary)}</summary>'
    return f'<details style="{TEXT}">{head}{_block(summary, text)}</details>'


def task(title: str, text: str) -> str:
    """What is asked for, set apart from the line that says how far it is."""
    look = f"{TEXT};padding:6px 10px;background:var(--jp-layout-color2,#eee);border-radius:4px;overflow-wrap:anywhere"
    return f'<div style="{look}"><b>{escape(title)}</b><div>{whole(text)}</div></div>'


def figures(raw: str) -> str:
    """The raw figures behind a sentence of evidence, folded away."""
    head = f'<summary style="cursor:pointer">{escape(tr("Figures"))}</summary>'
    return f'<details style="margin-top:4px">{head}<span style="overflow-wrap:anywhere">{whole(raw)}</span></details>'


def question(text: str) -> str:
    """A question; words between backticks are set as code."""
    return f'<div style="{TEXT};font-weight:600;overflow-wrap:anywhere">{coded(text)}</div>'


def coded(text: str) -> str:
    """Text with its words between backticks set as code."""
    return "".join(f'<code style="{CODE}">{escape(piece)}</code>' if code else whole(piece) for piece, code in pieces(text))


def whole(text: str) -> str:
    """Escaped, with each option of a command kept on one line."""
    return OPTION.sub(r'<span style="white-space:nowrap">\g<0></span>', escape(text))
