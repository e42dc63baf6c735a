"""``./lab progress``: how far the learner is, a copy of the file, and a new beginning. Needs no engine."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from ..core.errors import BadRequest
from ..core.progress import summary as words
from ..core.reasons import said
from ..edges.console import answer, tell
from ..edges.pictures import PictureFolder
from ..edges.progress import ProgressFile
from ..kept import asked as wanted
from ..words import tr


def run(asked: Namespace, say: Callable[[str], None]) -> int:
    """Returns the exit code: 1 where the learner did not confirm. Raises BadRequest for a file that cannot be written."""
    file = ProgressFile(tell=say)
    if asked.action == "show":
        _show(file)
    if asked.json:
        _write(asked.json, words.as_json(file.read()))
    if asked.export:
        say(tr("a copy is in {file}", file=file.export(asked.export)))
    return _reset(file, asked.yes, say) if asked.action == "reset" else 0


def _show(file: ProgressFile) -> None:
    answer(words.as_text(file.read()))
    answer(tr("Kept in {file}", file=file.path) if file.kept else tr("No progress is kept: there is no file for it."))


def _write(path: Path, text: str) -> None:
    try:
        wanted.write(path, text.encode("utf-8", "replace"))
    except OSError as error:
        do = tr("name a file in a folder that you may write to")
        raise BadRequest(tr("write {path}", path=path), said(error), do) from error


def _reset(file: ProgressFile, sure: bool, say: Callable[[str], None]) -> int:
    if not sure and not _confirmed():
        say(tr("nothing was changed"))
        return 1
    aside = file.reset()
    PictureFolder(file.path).clear()
    say(tr("begun anew; the old events are kept in {file}", file=aside) if aside else tr("there was nothing to reset"))
    return 0


def _confirmed() -> bool:
    if not sys.stdin.isatty():
        raise BadRequest("./lab progress reset", tr("nobody can be asked: this is no terminal"), tr("say it with --yes"))
    tell(tr("Begin anew, for all lessons? The old events are kept aside. Type yes: "), end="")
    return sys.stdin.readline().strip().lower() == "yes"
