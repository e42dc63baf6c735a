"""What all templates have: how a value becomes text of a page, the lab's words, and the one place that lets a drawing through."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from ..core.reports.pictures import harmless
from ..core.reports.sections import coded
from ..core.text import OPTION
from ..words import LANGUAGE, anew, lines, one_line, tr_n


def shown(value: object) -> Markup:
    """Any value as text on one line, escaped; what is markup already stays as it is."""
    return escape(value if isinstance(value, Markup) else one_line(said := str(value), len(said) or 1))


def whole(text: object) -> Markup:
    """A text with each option of a command kept on one line."""
    return Markup(OPTION.sub(r'<span class="whole">\g<0></span>', str(shown(text))))


def drawing(svg: str) -> Markup:
    """A drawing, if it is nothing but one, as it stands; else nothing."""
    return Markup(harmless(svg))


def several_lines(text: str) -> Markup:
    return escape(lines(text))


def quoted(text: str) -> str:
    """For one part of an address."""
    return quote(text, safe="", errors="replace")


def translated(text: str, /, **values: object) -> Markup:
    """``tr`` for templates, where a value may be markup."""
    said = escape(anew(text))
    return said.format(**{name: shown(value) for name, value in values.items()}) if values else said


ENVIRONMENT = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    finalize=shown,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
ENVIRONMENT.filters.update(coded=coded, drawing=drawing, lines=several_lines, quoted=quoted, whole=whole)
ENVIRONMENT.globals.update(tr=translated, tr_n=tr_n, language=LANGUAGE)
