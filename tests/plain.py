"""The plain commands of the lessons: what their cells give to the shell, and whether a command is among them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import nbformat

from hostnet_lab.core.guide.lessons import LESSONS

from . import record

Words = tuple[str, ...]
APART = re.compile(r"\$\(|[()\n|;&]|[\"'](?=\$\()")  # where one command of a cell ends, or another one begins inside it
HOLE = re.compile(r"<([^<>]*)>")  # in a pattern: what a reader puts in place of it is theirs
SHELL = re.compile(r"%%bash[^\n]*\n")


def cells(lesson: str) -> list[Any]:
    (path,) = record.NOTEBOOKS.glob(f"{lesson}-*.ipynb")
    return list(nbformat.read(path, 4).cells)


@cache
def commands(*lessons: str) -> tuple[Words, ...]:
    """Every command of these lessons' cells for the shell, in words."""
    return tuple(found for lesson in lessons for cell in cells(lesson) if cell.cell_type == "code" for found in said(cell.source))


def said(source: str) -> Iterator[Words]:
    """The commands of one cell; none where it is none for the shell."""
    if SHELL.match(source):
        for piece in APART.split(SHELL.sub("", source, count=1).replace("\\\n", " ")):
            try:
                found = shlex.split(piece, comments=True)
            except ValueError:  # one quotation mark: the other stands in another piece
                found = re.sub("[\"']", " ", piece).split()
            if found:
                yield tuple(found)


def runs(command: str, among: Iterable[Words]) -> bool:
    """Whether one of them is that command: with further options too, with less of its output, and with another name in place of a hole.

    A word of theirs with a variable in it may stand for any.
    """
    program, *wanted = shlex.split(command)
    return any(_is(program, wanted, found) for found in among)


def _is(program: str, wanted: list[str], found: Words) -> bool:
    starts = [place for place, word in enumerate(found) if word == program]
    return any(_holds(wanted, found[place + 1 :]) for place in starts)


def _holds(wanted: list[str], found: Words) -> bool:
    if wanted and not wanted[0].startswith("-") and not (found and _fits(wanted[0], found[0])) and wanted[0].isalpha():
        return False  # such as inspect, of docker: it stands first
    letters = {letter for word in found if _is_letters(word) for letter in word[1:]}
    rest = list(found)
    for word in wanted:
        if _is_letters(word):
            if not set(word[1:]) <= letters:
                return False
            continue
        place = next((place for place, other in enumerate(rest) if _fits(word, other)), None)
        if place is None:
            return False
        rest = rest[place + 1 :]
    return True


def _is_letters(word: str) -> bool:
    return bool(re.fullmatch(r"-[A-Za-z0-9]+", word))


def _fits(wanted: str, found: str) -> bool:
    if "$" in found or ("{" in found and "{{" not in found):
        return True
    return bool(re.fullmatch(HOLE.sub(r".*", re.escape(wanted).replace(r"\<", "<").replace(r"\>", ">")), found))


def up_to(lesson: str) -> list[str]:
    """The lessons up to this one, in their order."""
    order = [*LESSONS]
    return order[: order.index(lesson) + 1]


def typed(command: str) -> str:
    """As it is typed: with what stands in its holes."""
    return HOLE.sub(r"\1", command)
