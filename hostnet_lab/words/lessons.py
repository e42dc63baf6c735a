"""The words of a lesson: which parts of a notebook are for the reader, and the notebook with these parts said anew. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

FENCE = "```"
DIAGRAM = "```mermaid"
COMMENT = "# "


def texts(notebook: Any) -> Iterator[str]:
    """Every paragraph and diagram of its text, and every line of its code that is all comment; each may come more than once."""
    for cell in notebook["cells"]:
        for part in _parts(cell):
            if _is_text(part, cell["cell_type"]):
                yield part


def said_anew(notebook: Any, anew: Callable[[str], str]) -> Any:
    """The same notebook, in which ``anew`` has the word on each of ``texts``."""
    cells = []
    for cell in notebook["cells"]:
        kind = cell["cell_type"]
        between = "\n\n" if kind == "markdown" else "\n"
        said = (anew(part) if _is_text(part, kind) else part for part in _parts(cell))
        cells.append({**cell, "source": between.join(said)})
    return {**notebook, "cells": cells}


def _parts(cell: Any) -> list[str]:
    source = cell["source"] if isinstance(cell["source"], str) else "".join(cell["source"])
    return source.split("\n\n" if cell["cell_type"] == "markdown" else "\n")


def _is_text(part: str, kind: str) -> bool:
    if kind == "markdown":
        return bool(part.strip()) and (not part.startswith(FENCE) or part.startswith(DIAGRAM))
    return part.startswith(COMMENT)
