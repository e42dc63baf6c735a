"""Brings a lesson to where a section of it begins, whatever was done before: what is in the way goes, what the section needs is made.

The lesson's own original cells make it, in the reader's namespace (``core.guide.catching_up`` says which). What is not this lesson's
stays: a stranger that has a name or a port of the lesson is named, with what to do. ``catch_up`` needs nothing that a cell has made, so
whoever sends a learner somewhere calls it in their kernel, as the page does (``stage/page/sections.js``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from ..core.errors import LabError
from ..core.guide import catching_up as steps
from ..core.guide import checks
from ..core.guide.lessons import LESSONS
from ..core.host.facts import read_container
from ..core.host.ownership import Mark, Process
from ..core.text import cut
from ..edges import host, notebook, own_servers, probe
from ..edges.console import answer
from ..edges.engine import Engine
from ..edges.lesson_folder import original
from ..edges.progress import ProgressFile
from ..words import tr, tr_n
from .looking import ANSWER_S
from .opening import require_name
from .sweeping import goes, to_go

LONGEST = 300  # characters of what a cell said


class Opened(Protocol):
    """As much of a lab as is asked."""

    lesson: str
    progress: ProgressFile

    def look(self, exercise_id: str) -> checks.Result: ...


@dataclass(frozen=True)
class Way:
    """To one section: ``opening`` and then ``cells`` are run. ``names``: containers of them and of the section itself."""

    lesson: str
    section: steps.Section
    opening: steps.Cell
    cells: tuple[steps.Cell, ...]
    names: tuple[str, ...]

    @property
    def heading(self) -> str:
        return self.section.heading


def way(lesson: str, *wanted: str) -> Way:
    """``wanted``: the section's heading, in English or the reader's language, or its id. Raises LabError where there is none."""
    tried = tr("catch up to {section}", section=cut(" / ".join(wanted), 80))
    if lesson not in LESSONS:
        raise LabError(tried, tr("there is no lesson {lesson}", lesson=cut(lesson, 20)), tr("one of: {names}", names=", ".join(LESSONS)))
    found = steps.sections(original(LESSONS[lesson].file))
    section = steps.meant(found, wanted)
    if section is None:
        titles = ", ".join(f'"{one.heading}"' for one in found if one.cells and one.id)
        raise LabError(tried, tr("lesson {lesson} has no such section", lesson=lesson), tr("one of: {names}", names=titles))
    cells = steps.before(found, section)
    return Way(lesson, section, steps.set_up(found), cells, steps.names([*cells, *section.cells]))


def ask(lesson: str, *wanted: str) -> None:
    """Say in a sentence what catching up would remove and run. Raises as ``catch_up`` does, and changes nothing."""
    to, engine, me = way(lesson, *wanted), Engine.connect(), host.this_process()
    _require_names(engine, to, me)
    answer(question(to, to_go(engine, me)))


def question(to: Way, names: list[str]) -> str:
    """``names``: of what goes."""
    removed = tr("This removes {names}.", names=", ".join(names)) if names else tr("Nothing has to be removed.")
    if not to.cells:
        return " ".join([removed, tr("The lesson is opened afresh.")])
    run = tr_n(
        len(to.cells),
        "The lesson is opened afresh, and {n} cell before “{section}” is run for you.",
        "The lesson is opened afresh, and {n} cells before “{section}” are run for you.",
        section=to.heading,
    )
    return " ".join([removed, run])


def catch_up(lesson: str, *wanted: str, tell: Callable[[str], None] = lambda _: None) -> None:
    """Do it, and say so in the end; ``tell`` hears how far it is. Only in a notebook."""
    to, engine, me = way(lesson, *wanted), Engine.connect(), host.this_process()
    shell = notebook.running()
    if shell is None:
        found = tr("this is no notebook: there are no cells to run")
        raise LabError(tr("catch up to {section}", section=to.heading), found, tr("do it in a cell of the lesson"))
    _require_names(engine, to, me)
    tell(tr("Removing what is in the way ..."))
    gone = to_go(engine, me)
    own_servers.close(steps.ports(to.opening))
    for name in steps.variables([to.opening, *to.cells, *to.section.cells]):
        os.environ.pop(name, None)  # what is set from here on is news for the terminal, too
    lab = _opened(shell, to)
    for number, cell in enumerate(to.cells, 1):
        tell(tr("Catching up: cell {number} of {all} ...", number=number, all=len(to.cells)))
        _play(shell, to, cell)
        if cell.exercise:
            _solved(lab, cell.exercise)
    lab.progress.record("caught up", lesson, to.section.id, section=to.section.title)
    answer(done(to, gone))


def aloud(lesson: str, *wanted: str) -> None:
    """``catch_up`` for a page: how far it is, a line each."""
    catch_up(lesson, *wanted, tell=answer)


def done(to: Way, gone: list[str]) -> str:
    removed = [tr("Removed: {names}.", names=", ".join(gone))] if gone else []
    return " ".join([*removed, tr("Caught up to “{section}”: go on with its first cell.", section=to.heading)])


def _require_names(engine: Engine, to: Way, me: Process) -> None:
    """That nobody else's container has one of the names: it would be left alone, and the cells would take it for theirs."""
    for name in to.names:
        found = engine.inspect(name)
        if found and not goes(read_container(found).labels, me):
            require_name(engine, name, Mark(os.getuid(), to.lesson, me))


def _opened(shell: Any, to: Way) -> Opened:
    """The lesson's first cell sweeps, and looks whether the ports are free."""
    _play(shell, to, to.opening)
    lab: Opened = shell.user_ns["lab"]
    return lab


def _play(shell: Any, to: Way, cell: steps.Cell) -> None:
    try:
        notebook.play(shell, cell.id, cell.played, steps.kept)
    except notebook.Failed as error:
        tried = tr("catch up to {section}: cell {cell} of the lesson", section=to.heading, cell=cell.id)
        do = tr("mend what it says, and catch up again; or run the lesson's cells one by one, from the first")
        raise LabError(tried, cut(str(error), LONGEST), do) from error


def _solved(lab: Opened, exercise: str) -> None:
    """Its solution was played: noted as if it had been shown, so that a pass from here on is one with the solution."""
    lab.progress.record("shown", lab.lesson, exercise)
    probe.wait_until(lambda: lab.look(exercise).passed, ANSWER_S, tr("exercise {id}", id=exercise))
