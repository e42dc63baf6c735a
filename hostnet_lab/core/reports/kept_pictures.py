"""A picture as it is kept: the plain values that it is drawn from, and put into words, for whoever looks at it. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...kept import plain_json
from ...kept.shape import shaped

LONGEST_SVG, LONGEST_TEXT = 200_000, 20_000  # signs; a crowded map has 40,000
LARGEST = 4 * (LONGEST_SVG + LONGEST_TEXT)  # bytes of one that is kept
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
MAP, PORTS, PATHS = "host-map-", "ports-board-", "paths-"  # how their names begin
NOW = f"{MAP}now"  # the map when a report is written


@dataclass(frozen=True)
class Kept:
    """``name``: tells it from the others and which title it has; the later of one name replaces the earlier. ``at``: ISO 8601, UTC.

    ``seen``: JSON of the value that is drawn. Earlier labs kept the drawing: "svg", and "text", the same in words.
    """

    name: str
    lesson: str
    at: str
    seen: Mapping[str, Any]

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @property
    def fit(self) -> bool:
        return bool(NAME.fullmatch(self.name)) and len(self.line().encode("utf-8", "replace")) <= LARGEST


def kept(name: str, lesson: str, at: str, seen: Any) -> Kept:
    """``seen``: a dataclass."""
    return Kept(name, lesson, at, asdict(seen))


def map_in(lesson: str) -> str:
    """The name of a lesson's host map."""
    return f"{MAP}{lesson}"


def ports_in(lesson: str) -> str:
    """The name of a lesson's ports board."""
    return f"{PORTS}{lesson}"


def paths_in(lesson: str) -> str:
    """The name of the drawing of a lesson's paths."""
    return f"{PATHS}{lesson}"


def parse(line: str | bytes) -> Kept | None:
    """What one line of JSON has kept; None when it is damaged or too large."""
    try:
        found = plain_json.parse(line)
        if isinstance(found, dict) and "svg" in found:
            found = {**found, "seen": {"svg": found["svg"], "text": found.get("text")}}
        read = shaped(Kept, found)
    except ValueError:
        return None
    return read if read.fit else None
