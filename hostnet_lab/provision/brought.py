"""Which images this checkout has brought to an engine itself, by building or loading them: an empty file for each in .lab/run.

A label says what an image is made of, and is carried on by all that is built on it; a date can be chosen. An image's id is the
hash of the whole: no other image has it. It removes nothing.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from ..core.errors import LabError
from ..kept import file
from . import record


class Named(Protocol):
    """An engine that tells its own id."""

    def info(self) -> dict[str, Any]: ...


def note(root: Path, engine: Named, image_id: str) -> None:
    """This checkout has brought it. Where that cannot be written, the image serves all the same, and is never removed."""
    with suppress(OSError, LabError):
        place = _path(root, engine, image_id)
        record.private(place.parent)
        file.write(place, b"")


def is_noted(root: Path, engine: Named, image_id: str) -> bool:
    """False too for an image of the same content that is on another engine."""
    return _path(root, engine, image_id).exists()


def forget(root: Path, engine: Named, image_id: str) -> None:
    """It was removed: who brings it back may be somebody else."""
    with suppress(OSError):
        _path(root, engine, image_id).unlink(missing_ok=True)


def _path(root: Path, engine: Named, image_id: str) -> Path:
    """Ids are an engine's words, and no names of files."""
    words = f"{engine.info().get('ID', '')}\n{image_id}"
    return root / ".lab" / "run" / "images" / hashlib.sha256(words.encode()).hexdigest()
