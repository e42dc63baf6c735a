"""Bring a language up to date with source and lessons: ``./lab exec python -m hostnet_lab.words.update [de]``.

What is new gets an empty translation, what is gone is dropped, all else stays. Prints what has to be translated, and returns 1
while there is any. A new language: see docs/languages.md.
"""

from __future__ import annotations

import ast
import io
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment, nodes

from ..kept import file
from . import ENGLISH, HERE, NAMES
from .lessons import texts

ROOT = HERE.parents[1]
MARKS = {"tr": slice(0, 1), "tr_n": slice(1, 3)}  # the arguments that are the text; Babel's own look misses those in f-strings
PACKAGE = "hostnet_lab"
# Which file of a language holds what: the first whose path begins so.
PARTS = {
    "lessons": ("notebooks/",),
    "checks": ("core/guide/checks/", "core/guide/tasks"),
    "judges": ("core/guide/judges/",),
    "predictions": ("core/guide/predictions/", "core/guide/misconceptions"),
    "quiz": ("core/guide/quiz",),
    "claims": ("core/guide/", "core/reports/ledger", "core/reports/matrix", "core/host/findings"),
    "my_report": ("core/reports/", "core/progress/", "pages/document"),
    "guides": ("core/guides/", "guides/", "cli/guide", "pages/guide"),
    "setup": ("provision/", "cli/", "labhost/", "classroom/", "pages/"),
    "core": ("core/",),
    "widgets": ("widgets/",),
    "lab": ("",),
}


def part_of(path: Path) -> str:
    """The file of a language that holds the texts of ``path``."""
    inside = path.relative_to(ROOT).as_posix().removeprefix(f"{PACKAGE}/")
    return next(part for part, places in PARTS.items() if inside.startswith(places))


def templates() -> dict[str, Catalog]:
    """All texts of source and lessons, untranslated, by part."""
    found = {part: Catalog(fuzzy=False) for part in PARTS}
    for path, line, text in sorted(_texts(), key=lambda one: (one[0], one[1])):
        place = (path.relative_to(ROOT).as_posix(), line)
        found[part_of(path)].add(text, locations=[place], flags=["python-brace-format"] if "{" in str(text) else [])
    return found


def _texts() -> Iterator[tuple[Path, int, str | tuple[str, ...]]]:
    for path in HERE.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                yield path, node.lineno, _key(map(ast.literal_eval, node.args[MARKS[node.func.id]]))
    for path in HERE.parent.rglob("*.html"):
        for call in Environment().parse(path.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name in MARKS:
                yield path, call.lineno, _key(one.as_const() for one in call.args[MARKS[call.node.name]])
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for number, text in enumerate(texts(json.loads(path.read_text("utf-8")))):
            yield path, number, text


def _key(literals: Iterable[str]) -> str | tuple[str, ...]:
    keys = tuple(literals)
    return keys if len(keys) > 1 else keys[0]


def merged(template: Catalog, known: Sequence[Catalog], language: str) -> Catalog:
    """The texts of ``template``, each with its translation from the first of the ``known`` that has one."""
    new = Catalog(locale=language, fuzzy=False)
    for message in template:
        if message.id:
            said = (one.get(message.id) for one in known)
            string = next((one.string for one in said if one and _said(one.string)), "")
            new.add(message.id, string, locations=message.locations, flags=message.flags)
    return new


def update(language: str) -> int:
    """Write all parts of one language; returns how many texts lack a translation.

    A part that lacks one asks the others: a text that has moved to another module keeps its translation.
    """
    lacking = 0
    known = {part: _read(HERE / language / f"{part}.po", language) for part in PARTS}
    for part, template in templates().items():
        path = HERE / language / f"{part}.po"
        catalog = merged(template, [known[part], *known.values()], language)
        empty = [message for message in catalog if message.id and not _said(message.string)]
        for message in empty:
            print(f"{path.relative_to(ROOT)}: {message.id!r}")
        lacking += len(empty)
        text = io.BytesIO()
        write_po(text, catalog, width=0, omit_header=True, include_lineno=False, sort_by_file=False)
        file.write(path, HEADER.format(language=language, plural=catalog.plural_forms).encode() + text.getvalue(), 0o644)
    return lacking


def _read(path: Path, language: str) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else Catalog(locale=language)


HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""


def _said(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


if __name__ == "__main__":
    wanted = sys.argv[1:] or [name for name in NAMES if name != ENGLISH]
    lacking = sum(update(one) for one in wanted)
    print(f"{lacking} texts to translate")
    sys.exit(1 if lacking else 0)
