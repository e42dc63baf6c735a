"""What becomes of a learner's copy of a lesson when the original may be newer: the rule, and what counts as an edit. Pure.

An *original* is a lesson as it ships; a *copy* is the learner's own, in a folder of theirs. Running a lesson changes its
outputs only, so a copy is edited when the sources of its cells differ from those it was made with.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Literal

from ...kept import plain_json
from ...words.lessons import said_anew

Step = Literal["keep", "take", "refresh", "set beside", "drop", "leave"]
NOTEBOOK = ".ipynb"
GUIDE = "guide/host-networking.md"  # what the lessons follow: beside the originals' folder, and inside the learner's


def step(original: str | None, copied: str | None, mine: str | None) -> Step:
    """What to do with one lesson, from three fingerprints; None where there is no such file.

    ``original``: as it ships now. ``copied``: the original that the copy was last compared with. ``mine``: the copy now.
    An edit is never overwritten: a newer original is *set beside* it, once.
    """
    if original is None:
        return "keep" if mine is None else "drop" if mine == copied else "leave"
    if mine is None:
        return "take"
    if original in (mine, copied):
        return "keep"
    return "refresh" if mine == copied else "set beside"


def fingerprint(content: bytes, name: str) -> str:
    """Of a notebook: its cells' kinds and sources, in order. Of anything else, and of a damaged notebook: its bytes.

    Empty cells do not count: JupyterLab appends one when the last cell is run by Shift+Enter.
    """
    if name.endswith(NOTEBOOK):
        try:
            cells: Any = plain_json.parse(content)
            content = json.dumps([[one["cell_type"], source(one)] for one in cells["cells"] if source(one).strip()]).encode()
        except (ValueError, KeyError, TypeError, AttributeError):
            pass  # cut off, or no notebook: then every byte counts
    return sha256(content).hexdigest()


def source(cell: Any) -> str:
    """A cell's text; the format allows one string, or a list of lines."""
    text = cell["source"]
    return text if isinstance(text, str) else "".join(text)


def as_copied(content: bytes, name: str, anew: Callable[[str], str] = str) -> bytes:
    """The original as a learner gets it: its texts ``anew``, in their language; without outputs, which would answer its questions.

    The guide lies beside the originals' folder, and in the learner's: JupyterLab opens nothing outside of that.
    """
    if not name.endswith(NOTEBOOK):
        return content
    notebook = said_anew(json.loads(content), anew)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
        else:
            cell["source"] = cell["source"].replace(f"](../{GUIDE})", f"]({GUIDE})")
    return (json.dumps(notebook, indent=1, ensure_ascii=False) + "\n").encode()


def aside(name: str, word: str, taken: Iterable[str]) -> str:
    """A free name beside ``name``: ``03d-x.ipynb`` becomes ``03d-x (mine).ipynb``, then ``03d-x (mine 2).ipynb``."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, dot + ending) if stem else (name, "")
    used, count = set(taken), 1
    while (found := f"{stem} ({word}{f' {count}' if count > 1 else ''}){ending}") in used:
        count += 1
    return found


def matching(wanted: str, names: Iterable[str]) -> list[str]:
    """The lessons that a reader's word means: a number (``03d``), a whole group (``03``), or a file's name."""
    there = sorted(names)
    exact = [name for name in there if wanted in (name, name.removesuffix(NOTEBOOK), name.partition("-")[0])]
    return exact or [name for name in there if wanted and name.partition("-")[0].startswith(wanted)]
