"""What the lab says, in the reader's language: ``tr`` marks every sentence, ``de/`` holds what it is in German.

English stands in the source and is the key; a language is a folder of ``.po`` files (docs/languages.md). The language is settled
when this package is first imported, so that module-level texts are in it too. Below all layers: knows nothing of the lab.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path

from . import setting
from .printable import Lines, lines, one_line, printable
from .said import FILLED, Said, joined, plain, read

__all__ = ["LANGUAGE", "NAMES", "Lines", "Said", "anew", "joined", "lines", "one_line", "original", "printable", "told", "tr", "tr_n"]

HERE = Path(__file__).parent
ENGLISH = "en"
NAMES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words, for those who look for it
LANGUAGE = setting.chosen(NAMES, ENGLISH)


def tr(text: str, /, **values: object) -> Said:
    """``text`` in the reader's language; with ``values``, each ``{name}`` in it is replaced by ``str`` of the value.

    ``text`` must be a literal, so that it can be found in the source; values are data: never looked at for braces, and made
    printable, on one line unless they are ``Lines``.
    """
    said = _translations().gettext(text)
    return Said(FILLED.vformat(said, (), values), text, "", plain(values)) if values else Said(said, text)


def tr_n(number: int, one: str, many: str, /, **values: object) -> Said:
    """Like ``tr``, with the form that ``number`` takes in the reader's language; it is ``{n}`` in both."""
    values["n"] = number
    return Said(FILLED.vformat(_translations().ngettext(one, many, number), (), values), one, many, plain(values))


def original(said: str) -> str:
    """The English of a text that ``tr`` gave without values, for files that outlive a change of language; else ``said`` itself."""
    return said.text if isinstance(said, Said) and not said.values else str(said)


def anew(text: str) -> str:
    """A text that stands in the source or a lesson, in the reader's language."""
    return _translations().gettext(text) if text else ""


def told(found: object) -> str:
    """What a file keeps of a text of the lab's, in the reader's language, whatever the file holds; "" where it is damaged."""
    return found if isinstance(found, Said) else read(found, anew, _translations().ngettext)


@cache
def _translations() -> NullTranslations:
    if LANGUAGE == ENGLISH:
        return NullTranslations()
    from .compiled import translations

    return translations(HERE / LANGUAGE)
