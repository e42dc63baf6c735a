"""A value that the lab keeps as JSON in a file of its own. A damaged file is set aside and told; it never stops what reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from ..core.reasons import said
from ..kept import file
from ..words import tr
from .console import say

T = TypeVar("T")
Tell = Callable[[str], None]


def read(kind: type[T], path: Path, tell: Tell = say) -> T | None:
    """The dataclass that was written; None where there is none, or none that can be used. That file is then kept under another name."""
    try:
        return file.read_as(kind, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        set_aside(path, error, tell)
        return None


def write(path: Path, value: Any) -> None:
    """A dataclass, whole or not at all, readable by its owner alone. Raises OSError."""
    file.write(path, (json.dumps(asdict(value), indent=1, default=os.fspath) + "\n").encode())


def set_aside(path: Path, why: OSError, tell: Tell) -> None:
    """Make room for a new file, and say so; where even that is refused, say that."""
    try:
        aside = file.set_aside(path)
    except OSError as error:
        tell(
            tr(
                "{file} cannot be used: {why}. Nor can it be set aside: {reason}. It stays, and the lab goes on without it.",
                file=path,
                why=said(why),
                reason=said(error),
            )
        )
        return
    tell(tr("{file} cannot be used: {why}. It is kept as {aside}, and the lab goes on without it.", file=path, why=said(why), aside=aside))
