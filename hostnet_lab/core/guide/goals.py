"""What a lesson promises that one can do after it: the one list of its first cell, read from the lesson as it ships. Pure."""

from __future__ import annotations

from typing import Any

from ...words import anew
from .lesson_copies import source

BULLET = "- "


def goals(notebook: Any) -> tuple[str, ...]:
    """In the reader's language, in order; none where a lesson promises nothing."""
    parts = source(notebook["cells"][0]).split("\n\n") if notebook["cells"] else []
    promise = next((part for part in parts if part.startswith(BULLET)), "")
    return tuple(line.removeprefix(BULLET) for line in anew(promise).splitlines() if line.startswith(BULLET))
