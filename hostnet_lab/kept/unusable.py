"""Why a file that is there cannot be used: a word to decide by, and an OSError that carries it."""

from __future__ import annotations

import errno
from enum import StrEnum
from pathlib import Path


class Reason(StrEnum):
    NOT_PLAIN = "not-plain"
    NOT_FOLDER = "not-folder"
    TOO_LARGE = "too-large"
    NOT_READABLE = "not-readable"
    NOT_OURS = "not-ours"


class Unusable(OSError):
    """``reason`` decides; ``core.reasons`` says it."""

    def __init__(self, path: Path, reason: Reason) -> None:
        super().__init__(errno.EINVAL, reason.value, str(path))
        self.reason = reason
