"""The learner's own file of progress: one line of JSON for each event, only ever appended to."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..core.progress import Event, Kind, Progress, parse, progress_of

VARIABLE = "HOSTNET_LAB_PROGRESS"


def place() -> Path:
    """Where the file is: named by HOSTNET_LAB_PROGRESS, else under the folder for a user's data (XDG base directories)."""
    named = os.environ.get(VARIABLE)
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(named) if named else Path(data) / "hostnet-lab" / "progress.jsonl"


class ProgressFile:
    """Two kernels may write at once: a line is one write to a file that is only appended to."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or place()

    def record(self, kind: Kind, lesson: str, id: str, **more: Any) -> Event:
        event = Event(kind, datetime.now(UTC).isoformat(timespec="seconds"), lesson, id, more)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(event.line() + "\n")
        return event

    def read(self) -> Progress:
        try:
            lines = self.path.read_text("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return Progress()
        return progress_of(event for event in map(parse, lines) if event)
