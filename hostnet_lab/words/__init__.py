"""What the lab says, in the reader's language: ``tr`` marks every sentence, ``de/`` holds what it is in German.

English stands in the source and is the key; a language is a folder of ``.po`` files (docs/languages.md). The language is settled
when this package is first imported, so that module-level texts are in it too. Below all layers: knows nothing of the lab.
"""

from __future__ import annotations

from functools import cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from . import setting
from .printable import Lines, lines, one_line, printable
from .said import FILLED, Said, joined, plain, read

__all__ = [
    "LANGUAGE",
    "NAMES",
    "Lines",
    "Said",
    "anew",
    "is_ours",
    "joined",
    "kept",
    "lines",
    "one_line",
    "printable",
    "told",
    "tr",
    "tr_n",
]

HERE = Path(__file__).parent
ENGLISH = "en"
NAMES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words, for those who look for it
LANGUAGE = setting.chosen(NAMES, ENGLISH)


def tr(text: str, /, **values: object) -> str:
    """``text`` in the reader's language; with ``values``, each ``{name}`` in it is replaced by ``str`` of the value.

    It is a ``Said``. ``text`` must be a literal, so that it can be found in the source; values are data: never looked at for
    braces, and made printable, on one line unless they are ``Lines``.
    """
    said = _translations().gettext(text)
    return Said(FILLED.vformat(said, (), values), text, "", plain(values)) if values else Said(said, text)


def tr_n(number: int, one: str, many: str, /, **values: object) -> str:
    """Like ``tr``, with the form that ``number`` takes in the reader's language; it is ``{n}`` in both."""
    values["n"] = number
    return Said(FILLED.vformat(_translations().ngettext(one, many, number), (), values), one, many, plain(values))


def anew(text: str) -> str:
    """A text that stands in the source or a lesson, in the reader's language."""
    return _translations().gettext(text) if text else ""


def kept(value: Any) -> Any:
    """What a file keeps of a value: of a text of the lab's what it was made of, in plain JSON values; all else as it is."""
    return value.record() if isinstance(value, Said) else value


def told(found: object) -> str:
    """What a file keeps of a text of the lab's, in the reader's language, whatever the file holds; "" where it is damaged."""
    if isinstance(found, str):
        return found if isinstance(found, Said) else Said(anew(found), found)
    return read(found, anew, _translations().ngettext)


def is_ours(text: str) -> bool:
    """True of a text that stands in the source or a lesson, as the catalogues know it: in them it is found as another object."""
    return bool(text) and any(one.gettext(text) is not text for one in _catalogues())


@cache
def _catalogues() -> list[NullTranslations]:
    from .compiled import translations

    return [translations(HERE / name) for name in NAMES if name != ENGLISH]


@cache
def _translations() -> NullTranslations:
    if LANGUAGE == ENGLISH:
        return NullTranslations()
    from .compiled import translations

    return translations(HERE / LANGUAGE)
