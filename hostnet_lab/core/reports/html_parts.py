"""Pieces that the pages of this project are made of: the whole document, verdicts, stacking tables, figures. Pure.

A page asks nothing of any other place and runs nothing: it says so itself by its policy. All text goes through ``text``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...words import LANGUAGE, printable
from ..drawings.svg import safe
from ..guide.verdicts import SPOKEN, Verdict
from .html_style import STYLE

# The page itself says that nothing may be loaded or run: https://www.w3.org/TR/CSP3/
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
LOOKS: Mapping[Verdict, str] = {
    "holds": "holds",
    "holds with a nuance": "nuance",
    "does not hold here": "fails",
    "not testable here": "untested",
}


def document(title: str, lead: str, body: str, footer: str, style: str = "") -> str:
    """The whole page, in UTF-8. ``lead`` is plain text; ``body`` and ``footer`` are markup; ``style`` is added to the pages' own."""
    return (
        f'<!DOCTYPE html>\n<html lang="{LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="color-scheme" content="light dark">\n'
        f"<title>{safe(title)}</title>\n<style>{STYLE}{style}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{safe(title)}</h1>\n<p class="lead">{text(lead)}</p>\n{body}\n</main>\n'
        f"<footer>{footer}</footer>\n</body>\n</html>\n"
    )


def text(found: str) -> str:
    """Any text on one line, as markup that shows it."""
    return safe(printable(found))


def marked(verdict: Verdict) -> str:
    return f'<span class="verdict {LOOKS[verdict]}">{SPOKEN[verdict]}</span>'


def facts(found: Mapping[str, str]) -> str:
    """Names and what is said of each."""
    rows = "".join(f"<div><dt>{safe(name)}</dt><dd>{text(said)}</dd></div>" for name, said in found.items())
    return f"<dl>{rows}</dl>"


def table(look: str, caption: str, columns: Sequence[str], rows: Iterable[str]) -> str:
    """A table whose rows (see ``row``) are laid out as blocks on a narrow screen.

    Roles are written out, since a layout as blocks takes a table's roles away.
    """
    head = "".join(f'<th scope="col" role="columnheader">{name}</th>' for name in columns)
    return (
        f'<table class="{look}" role="table"><caption>{safe(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n' + "\n".join(rows) + "\n</tbody></table>"
    )


def row(head: str, cells: Mapping[str, str], id: str = "") -> str:
    """One row: the markup that heads it, and that of each further column by its name."""
    named = f' id="{safe(id)}"' if id else ""
    rest = "".join(f'<td role="cell" data-name="{safe(name)}">{cell}</td>' for name, cell in cells.items())
    return f'<tr role="row"{named}><th scope="row" role="rowheader">{head}</th>{rest}</tr>'


def visible(line: str) -> str:
    """A line with its blanks, in which nothing steers a terminal or turns the direction of the text around."""
    return "".join(sign if sign.isprintable() else " " for sign in line)


def plain(found: str, name: str) -> str:
    """Lines as they are, for whom the drawing is none; scrolled by the keyboard too where they are too wide.

    ``name``: of the region, and no other on the page.
    """
    lines = "\n".join(safe(visible(line)) for line in found.splitlines())
    return f'<pre tabindex="0" role="region" aria-label="{text(name)}">{lines}</pre>'
