"""All ``.po`` files of a language as one ``.mo``, which is read at once and without Babel: ``python -m hostnet_lab.words.compiled``.

The script ``lab`` calls it at set-up, and when a translation has changed. Nothing depends on it: see ``translations``.
"""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from ..kept import file

NAME = "all.mo"


def translations(folder: Path) -> NullTranslations:
    """Those of one language: from its ``.mo`` where that is whole and none of its sources is newer, else from these."""
    compiled = folder / NAME
    with suppress(OSError, struct.error, UnicodeDecodeError, ValueError):  # there is none, or it is damaged
        if compiled.stat().st_mtime_ns >= max(part.stat().st_mtime_ns for part in folder.glob("*.po")):
            with compiled.open("rb") as there:
                return GNUTranslations(there)
    made = _made(folder)
    return GNUTranslations(io.BytesIO(made)) if made else NullTranslations()


def _made(folder: Path) -> bytes | None:
    """None without Babel, as before the environment is made: all is said in English then."""
    try:
        from babel.messages.catalog import Catalog
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po
    except ImportError:
        return None
    whole = Catalog(locale=folder.name)
    for part in sorted(folder.glob("*.po")):
        with part.open("rb") as source:
            for message in read_po(source, locale=folder.name):
                if message.id and message.string:
                    whole[message.id] = message
    out = io.BytesIO()
    write_mo(out, whole)
    return out.getvalue()


def main(place: Path) -> None:
    """Every language below ``place``; where nothing can be written, or Babel is not there, what was is left."""
    for folder in sorted({part.parent for part in place.glob("*/*.po")}):
        with suppress(OSError):
            if made := _made(folder):
                file.write(folder / NAME, made, 0o644)  # as its sources are


if __name__ == "__main__":
    main(Path(__file__).parent)
