"""Makes a lesson of a guide: a notebook with its text, its commands and their outputs, stored by two true runs.

What the two runs print otherwise is not compared by nbval; all else is.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.errors import BadRequest, LabError, SetupFailed
from ..core.guide.lesson_copies import NOTEBOOK, fingerprint
from ..core.guides.bindings import Bound, found_again
from ..core.guides.lacking import elsewhere, reaches_out
from ..core.guides.lesson import BASH, Cell, cells
from ..core.guides.model import Command, Guide
from ..core.reasons import said
from ..edges.command import find
from ..edges.engine import Engine
from ..kept import asked, file
from ..words import LANGUAGE, setting, tr
from . import files, place
from .running import commands_in

LARGEST = 64 << 20  # bytes of a notebook
MADE = "hostnet_lab"  # key of its metadata: the guide it was made of, and the fingerprint of what was written
ASIDE = f"{BASH} --err aside"  # what it says beside its answer, as curl's meter, is put aside
KERNEL = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
Run = Callable[[Any], Any]


@dataclass(frozen=True)
class Made:
    """``troubled``: bindings that have lost their sentence, of which nothing is asked."""

    cells: int
    troubled: tuple[Bound, ...]


def make(engine: Engine, path: Path, out: Path, here: bool, say: Callable[[str], None]) -> Made:
    """Raises LabError where the guide cannot be read or run to its end, or ``out`` holds what was not made here, or was edited."""
    require_own(out)
    guide, side = files.guide(path), files.side(path)
    bound = found_again(side.bindings, guide.sentences)
    commands = runnable(guide, say)
    parts = cells(guide, commands, bound)
    if not here:
        _require_within(guide, commands)
    with _place(engine, guide, here) as run:
        notebook = recorded(guide, commands, parts, run, say)
    _write(out, notebook)
    return Made(len(parts), tuple(one for one in bound if one.trouble))


def runnable(guide: Guide, say: Callable[[str], None]) -> dict[int, list[Command]]:
    """The commands of each block that is run, by its line. A block that needs what is not here stays text, and that is said."""
    found: dict[int, list[Command]] = {}
    for block in (one for one in guide.blocks if not one.kept):
        held = commands_in(block)
        absent = next((word for one in held if (word := elsewhere(one.text)) and not find(word)), "")
        if absent:
            why = tr("it needs `{command}`, which is not here", command=absent)
            say(tr("line {line} stays text: {why}", line=block.line, why=why))
        else:
            found[block.line] = held
    return found


def require_own(out: Path) -> None:
    """Raises BadRequest for a file that was not made here, or was edited since: nothing of a reader's is lost."""
    tried, do = tr("write the lesson {file}", file=out), tr("name another file, or move that one away")
    if out.suffix != NOTEBOOK:
        raise BadRequest(tried, tr("its name does not end in {ending}", ending=NOTEBOOK), tr("name it so: {file}", file=f"{out}{NOTEBOOK}"))
    try:
        content = file.read(asked.behind(out), LARGEST)
    except FileNotFoundError:
        return
    except OSError as error:
        raise BadRequest(tried, said(error), do) from error
    try:
        mark = json.loads(content)["metadata"][MADE]["made"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadRequest(tried, tr("there is a file of that name, which this command did not make"), do) from error
    if mark != fingerprint(content, out.name):
        raise BadRequest(tried, tr("it was edited since it was made"), do)


def _require_within(guide: Guide, commands: dict[int, list[Command]]) -> None:
    for one in (one for held in commands.values() for one in held if reaches_out(one.text)):
        found = tr("line {line} would give a container files or devices of this machine", line=one.line)
        raise BadRequest(tr("run {file} in a disposable host", file=guide.name), found, tr("mark its block no-run, or run it with --here"))


# -- where it is run --------------------------------------------------------------------------------


@contextmanager
def _place(engine: Engine, guide: Guide, here: bool) -> Iterator[Run]:
    from .checking import images, labels

    with place.here(engine) if here else place.apart(engine, labels(), images(guide), readable=pythons()) as at:
        first, environment = (
            [*at.first, sys.executable, "-P", "-m", "hostnet_lab.guides.play"],
            {**at.environment, setting.FORCED: LANGUAGE},
        )

        def run(notebook: Any) -> Any:
            """Raises LabError where no kernel could be run there."""
            done = subprocess.run(first, input=json.dumps(notebook), capture_output=True, text=True, env=environment, cwd=at.folder)
            if done.returncode:
                last = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
                raise SetupFailed(tr("run the lesson"), last, tr("`./lab doctor` says what is in the way"))
            return json.loads(done.stdout)

        try:
            yield run
        finally:
            at.tidy()


def pythons() -> list[str]:
    """Folders without which this Python does not run: its own, its environment's, and the lab's."""
    return sorted({sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])})


# -- its outputs ------------------------------------------------------------------------------------


def recorded(guide: Guide, commands: dict[int, list[Command]], parts: Sequence[Cell], run: Run, say: Callable[[str], None]) -> Any:
    """Two runs, one after the other; what the second prints otherwise is marked."""
    made = _notebook(guide, parts)
    runs = []
    for number in (1, 2):
        say(tr("running the lesson, time {number} of 2", number=number))
        runs.append(run(made))
        _require_done(guide, commands, parts, runs[-1])
    for cell, *played in zip(made["cells"], *(one["cells"] for one in runs), strict=True):
        if cell["cell_type"] == "code":
            _store(cell, [_plain(one["outputs"]) for one in played], played[0]["execution_count"])
    made["metadata"][MADE]["made"] = fingerprint(json.dumps(made).encode(), NOTEBOOK)
    return made


def _notebook(guide: Guide, parts: Sequence[Cell]) -> dict[str, Any]:
    """https://nbformat.readthedocs.io/en/latest/format_description.html, 4.5"""
    made: list[dict[str, Any]] = []
    for number, one in enumerate(parts):
        cell = {"cell_type": one.kind, "id": f"guide-{number:03}", "metadata": {"tags": list(one.tags)} if one.tags else {}}
        more: dict[str, Any] = {"execution_count": None, "outputs": []} if one.kind == "code" else {}
        made.append({**cell, **more, "source": one.source})
    return {"cells": made, "metadata": {**KERNEL, MADE: {"guide": Path(guide.name).name}}, "nbformat": 4, "nbformat_minor": 5}


def _require_done(guide: Guide, commands: dict[int, list[Command]], parts: Sequence[Cell], played: Any) -> None:
    """A guide that shows an error shows its output, too; any other error ends it."""
    tried = tr("run the lesson of {file}", file=guide.name)
    do = tr("see what differs: {command}", command=f"./lab guide check {guide.name}")
    for one, cell in zip(parts, played["cells"], strict=True):
        outputs = cell.get("outputs", [])
        errors = [output for output in outputs if output["output_type"] == "error"]
        if errors and not (one.line and commands[one.line][-1].expected is not None):
            texts = [output["text"] for output in outputs if output["output_type"] == "stream" and output["text"].strip()]
            why = texts[-1].strip().splitlines()[-1] if texts else errors[0]["evalue"]
            found = tr("its commands from line {line} on ended with an error: {why}", line=one.line, why=why) if one.line else why
            raise LabError(tried, found, do)
    if "late" in played["metadata"]:
        raise LabError(tried, tr("a command did not end"), do)


def _plain(outputs: Any) -> list[Any]:
    """Text of one stream in one piece, errors without their traceback."""
    found: list[Any] = []
    for one in outputs:
        if one["output_type"] == "stream" and found and found[-1].get("name") == one["name"]:
            found[-1] = {**found[-1], "text": found[-1]["text"] + one["text"]}
        elif one["output_type"] == "error":
            found.append({**one, "traceback": []})
        else:
            found.append(one)
    return found


def _store(cell: dict[str, Any], played: Sequence[list[Any]], count: int | None) -> None:
    """Marks what varies from run to run: on stderr alone it is put aside, else the cell's outputs are not compared."""
    outputs, others = played
    tags = set(cell["metadata"].get("tags", []))
    if outputs != others:
        quiet, quiet_too = ([one for one in held if one.get("name") != "stderr"] for held in played)
        if quiet == quiet_too and cell["source"].startswith(f"{BASH}\n"):
            cell["source"], outputs = cell["source"].replace(BASH, ASIDE, 1), quiet
        else:
            tags.add("nbval-ignore-output")
    if any(one["output_type"] == "error" for one in outputs):
        tags.add("raises-exception")
    if tags:
        cell["metadata"]["tags"] = sorted(tags)
    cell["outputs"], cell["execution_count"] = outputs, count


def _write(out: Path, notebook: Any) -> None:
    try:
        asked.write(out, (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace"))
    except OSError as error:
        do = tr("see who may write there: {command}", command=f"ls -ld {out.parent}")
        raise SetupFailed(tr("write the lesson {file}", file=out), said(error), do) from error
