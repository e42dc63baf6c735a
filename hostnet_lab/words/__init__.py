"""What the lab says, in the reader's language: ``tr`` marks every sentence, ``de/`` holds what it is in German.

English stands in the source and is the key; a language is a folder of ``.po`` files (docs/languages.md). The language is settled
when this package is first imported, so that module-level texts are in it too. Below all layers: knows nothing of the lab.
"""

from __future__ import annotations

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from . import setting

HERE = Path(__file__).parent
ENGLISH = "en"
NAMES = {ENGLISH: "English", "de": "Deutsch"}  # each in its own words, for those who look for it
LANGUAGE = setting.chosen(NAMES, ENGLISH)


def tr(text: str, /, **values: object) -> str:
    """``text`` in the reader's language; with ``values``, each ``{name}`` in it is replaced by ``str`` of the value.

    ``text`` must be a literal, so that it can be found in the source; values are data, and never looked at for braces.
    """
    said = _translations().gettext(text)
    return said.format(**values) if values else said


def tr_n(number: int, one: str, many: str, /, **values: object) -> str:
    """Like ``tr``, with the form that ``number`` takes in the reader's language; it is ``{n}`` in both."""
    return _translations().ngettext(one, many, number).format(n=number, **values)


def original(said: str) -> str:
    """The English of a text that ``tr`` gave without values, for files that outlive a change of language; else ``said`` itself."""
    return _originals().get(said, said)


def anew(text: str) -> str:
    """``original`` undone: a text that stands in the source, a lesson or a file, in the reader's language."""
    return _translations().gettext(text) if text else ""


@cache
def _translations() -> NullTranslations:
    return NullTranslations() if LANGUAGE == ENGLISH else _read(HERE / LANGUAGE)


@cache
def _originals() -> dict[str, str]:
    found = getattr(_translations(), "_catalog", {})
    return {said: text for text, said in found.items() if isinstance(text, str) and text}


def _read(folder: Path) -> NullTranslations:
    """All files of one language. Without Babel, as before the environment is made, all is said in English."""
    try:
        from babel.messages.catalog import Catalog
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po
    except ImportError:
        return NullTranslations()
    whole = Catalog(locale=folder.name)
    for part in sorted(folder.glob("*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale=folder.name):
                if message.id and message.string:
                    whole[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)
