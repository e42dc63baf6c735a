"""What is told of a lesson to whoever opens it again: how far it was taken, and whether a kernel has it open. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from ..core.guide.lessons import LESSONS
from ..core.progress.how_far import how_far
from ..edges import open_lessons
from ..edges.progress import ProgressFile


@dataclass(frozen=True)
class Told:
    """``open``: in the very kernel that was asked for. ``met``, ``finished`` and ``said`` are those of ``HowFar``."""

    lesson: str
    open: bool
    met: tuple[str, ...]
    finished: bool
    said: str


def told(path: str, kernel: int | None) -> Told | None:
    """Of the notebook at ``path``, with the process id of its kernel if it has one; None for one that is no lesson."""
    lesson = next((one.id for one in LESSONS.values() if one.file == PurePosixPath(path).name), None)
    if lesson is None:
        return None
    is_open = any(mark.lesson == lesson and mark.process.pid == kernel for mark in open_lessons.marks())
    found = how_far(ProgressFile(tell=lambda _: None).read(), lesson)
    return Told(lesson, is_open, found.met, found.finished, found.said)
