"""What a section of a lesson needs: the cells before it that make something. Read from the lesson as it ships. Pure.

What a lesson's cells have made, containers and Python's names alike, is what its later sections find. So they are played, but for
the statements that only ask, judge, measure or show: these are known by what they call (``leaves_nothing``), and a test catches up to
every section of every lesson and compares what its cells then print.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ...words import anew
from .checks import EXERCISES
from .lesson_copies import source

HEADING = re.compile(r"^## (.+?)\s*$", re.M)
SETUP, OWN = "setup", frozenset({"setup", "answer", "check", "cleanup"})  # tags; what is tagged OWN is no lesson's step
ASKS = frozenset({"test", "compare", "check", "hint", "solution", "measure", "of_times"})
LOOKED_AT: Mapping[str, str] = {"07-17": "07-capstone"}  # by a section's id the exercise before it whose result it looks at
SET = re.compile(r"""os\.environ\["(\w+)"\] = """)
NAMED = re.compile(r"""(?:--name[ =]|\bname=["'])([A-Za-z0-9][\w.-]*)|\bdocker (?:rm|stop|kill)((?: -f)?(?: [a-z][\w.-]*)+)""")


@dataclass(frozen=True)
class Cell:
    """One of code. ``exercise``: the one that is checked in it, "" for none."""

    id: str
    source: str
    tags: frozenset[str] = frozenset()
    exercise: str = ""

    @property
    def played(self) -> str:
        """What is run of it: in place of a check, the solution."""
        return EXERCISES[self.exercise].solution.cell if self.exercise else self.source


@dataclass(frozen=True)
class Section:
    """``id``: of the cell that holds its heading. What stands before the first heading has neither id nor title."""

    id: str
    title: str
    cells: tuple[Cell, ...] = ()

    @property
    def heading(self) -> str:
        return heading(self.title)


def heading(title: str) -> str:
    """A section's title in the reader's language."""
    return HEADING.sub(r"\1", anew(f"## {title}"))


def sections(notebook: Any) -> tuple[Section, ...]:
    """All of a lesson, in order."""
    found = [Section("", "")]
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            found += [Section(cell["id"], title) for title in HEADING.findall(source(cell))]
        elif cell["cell_type"] == "code":
            last = found.pop()
            found.append(Section(last.id, last.title, (*last.cells, _cell(cell))))
    return tuple(found)


def _cell(cell: Any) -> Cell:
    tags, text = frozenset(cell["metadata"].get("tags", ())), source(cell)
    checked = re.search(r'lab\.check\("([^"]+)"', text) if "check" in tags else None
    return Cell(cell["id"], text, tags, checked[1] if checked else "")


def meant(found: Iterable[Section], wanted: Iterable[str]) -> Section | None:
    """The section of that heading, in English or the reader's language, or of that id: of the first in ``wanted`` that means one."""
    there = [one for one in found if one.id]
    for word in wanted:
        for one in there:
            if word in (one.id, one.title, one.heading):
                return one
    return None


def set_up(found: Iterable[Section]) -> Cell:
    """The cell that opens the lesson."""
    return next(cell for one in found for cell in one.cells if SETUP in cell.tags)


def before(found: Iterable[Section], section: Section) -> tuple[Cell, ...]:
    """The cells that make what ``section`` finds, without the one that opens the lesson. An exercise's check stands for its solution."""
    made: list[Cell] = []
    for one in found:
        if one == section:
            break
        needed = LOOKED_AT.get(section.id)
        made += [cell for cell in one.cells if not cell.tags & OWN or (needed and cell.exercise == needed)]
    return tuple(made)


def names(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The containers that these cells start or remove by name, in order, and those that an exercise tells apart."""
    found: dict[str, None] = {}
    for cell in cells:
        for named, removed in NAMED.findall(cell.played):
            found.update(dict.fromkeys([named] if named else [one for one in removed.split() if one != "-f"]))
        if cell.exercise:
            found.update(dict.fromkeys(EXERCISES[cell.exercise].choices))
    return tuple(found)


def variables(cells: Iterable[Cell]) -> frozenset[str]:
    """What these cells set in their environment."""
    return frozenset(name for cell in cells for name in SET.findall(cell.source))


def ports(setup: Cell) -> tuple[int, ...]:
    """Those that the lesson needs free, as its first cell names them; the one that it needs where it names none."""
    for node in ast.walk(ast.parse(setup.source)):
        if isinstance(node, ast.keyword) and node.arg == "ports":
            return tuple(ast.literal_eval(node.value))
    return (80,)


# -- what is played of a cell -----------------------------------------------------------------------


def kept(tree: ast.Module) -> ast.Module:
    """The statements that leave something behind. ``tree``: of a cell, its magics turned into calls."""
    return ast.Module([one for one in tree.body if not leaves_nothing(one)], [])


def leaves_nothing(statement: ast.stmt) -> bool:
    """True for what only asks, judges, measures, or shows a thing that a cell keeps nowhere."""
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(_called(one) in ASKS for one in calls) or _only_shows(statement)


def _only_shows(statement: ast.stmt) -> bool:
    """A name alone, or a widget that is made and given no name: its class begins with a capital letter."""
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    return isinstance(value, ast.Name) or (isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id[:1].isupper())


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
