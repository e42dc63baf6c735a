"""Recorded observations: tests/observations/GROUP/*.json, with where each comes from and what its judges must say.

A constructed one is a recorded one of its group (``base``) and what differs from it (``change``, a JSON Merge Patch: RFC 7396);
one that is near to none is told whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "observations"
PATHS = sorted(FOLDER.rglob("*.json"))


@dataclass(frozen=True)
class Recording:
    path: Path
    origin: str
    claims: dict[str, str]  # claim -> the verdict that its judge must give
    observation: dict[str, Any]


def content(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def merged(base: Any, change: Any) -> Any:
    """JSON Merge Patch: of an object each member is changed, null takes it away; all else is put in its place."""
    if not isinstance(change, dict):
        return change
    members = base if isinstance(base, dict) else {}
    changed = members | {key: merged(members.get(key), value) for key, value in change.items()}
    return {key: value for key, value in changed.items() if key not in change or change[key] is not None}


@cache
def read(path: Path) -> Recording:
    told = content(path)
    seen = merged(read(path.parent / told["base"]).observation, told["change"]) if "base" in told else told["observation"]
    return Recording(path, told["from"], told["claims"], seen)


@cache
def verdicts(claim: str) -> set[str]:
    """Every verdict that some recording makes the judge of this claim say."""
    return {one.claims[claim] for one in map(read, PATHS) if claim in one.claims}
