"""What the lab says, in the reader's language: ``tr`` marks every sentence, ``de/`` holds what it is in German.

English stands in the source and is the key; a language is a folder of ``.po`` files (docs/languages.md). The language is settled
when this package is first imported, so that module-level texts are in it too. Below all layers: knows nothing of the lab.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from string import Formatter
from typing import Any

from . import setting
from .printable import Lines, lines, one_line, printable

__all__ = ["LANGUAGE", "NAMES", "Lines", "anew", "lines", "one_line", "original", "printable", "tr", "tr_n"]

HERE = Path(__file__).parent
ENGLISH = "en"
NAMES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words, for those who look for it
LANGUAGE = setting.chosen(NAMES, ENGLISH)


def tr(text: str, /, **values: object) -> str:
    """``text`` in the reader's language; with ``values``, each ``{name}`` in it is replaced by ``str`` of the value.

    ``text`` must be a literal, so that it can be found in the source; values are data: never looked at for braces, and made
    printable, on one line unless they are ``Lines``.
    """
    said = _translations().gettext(text)
    return _FILLED.format(said, **values) if values else said


def tr_n(number: int, one: str, many: str, /, **values: object) -> str:
    """Like ``tr``, with the form that ``number`` takes in the reader's language; it is ``{n}`` in both."""
    return _FILLED.format(_translations().ngettext(one, many, number), n=number, **values)


class _Filled(Formatter):
    """``str.format`` with every value printable: who writes a new sentence cannot forget it."""

    def format_field(self, value: Any, format_spec: str) -> str:
        said = str(super().format_field(value, format_spec))
        if isinstance(value, int | float):
            return said
        return lines(said) if isinstance(value, Lines) else one_line(said)


_FILLED = _Filled()


def original(said: str) -> str:
    """The English of a text that ``tr`` gave without values, for files that outlive a change of language; else ``said`` itself."""
    return _originals().get(said, said)


def anew(text: str) -> str:
    """``original`` undone: a text that stands in the source, a lesson or a file, in the reader's language."""
    return _translations().gettext(text) if text else ""


@cache
def _translations() -> NullTranslations:
    if LANGUAGE == ENGLISH:
        return NullTranslations()
    from .compiled import translations

    return translations(HERE / LANGUAGE)


@cache
def _originals() -> dict[str, str]:
    found = getattr(_translations(), "_catalog", {})
    return {said: text for text, said in found.items() if isinstance(text, str) and text}
