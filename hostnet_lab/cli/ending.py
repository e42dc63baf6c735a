"""``./lab end 03e``: a lesson that was left open is ended, kernel and containers. Without a word: which are open."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ..core.errors import BadRequest
from ..edges import open_lessons
from ..edges.console import answer
from ..lab import ending
from ..provision import engine
from ..provision.terminal import open_folder
from ..words import tr
from .checkout import ROOT


def run(named: Sequence[str]) -> int:
    """Raises BadRequest for a lesson that is not open, before any is ended."""
    os.environ.setdefault(open_lessons.VARIABLE, str(open_folder(ROOT / ".lab" / "jupyter")))  # outside of JupyterLab's terminal
    connected = engine.connect()
    there = ending.open_now(connected)
    lessons = sorted({mark.lesson for mark in there})
    known = ", ".join(lessons) or tr("none")
    for word in named:
        if word not in lessons:
            raise BadRequest(tr("end lesson {lesson}", lesson=word), tr("it is not open"), tr("open are: {lessons}", lessons=known))
    if not named:
        answer(tr("Open lessons: {lessons}.", lessons=known))
        return 0
    removed = ending.end(connected, [mark for mark in there if mark.lesson in named])
    said = [tr("Removed: {names}.", names=", ".join(removed))] if removed else []
    answer(" ".join([tr("Ended: {lessons}.", lessons=", ".join(dict.fromkeys(named))), *said]))
    return 0
