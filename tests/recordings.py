"""Recorded observations: tests/observations/GROUP/*.json, with where each comes from and what its judges must say."""

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


@cache
def read(path: Path) -> Recording:
    content = json.loads(path.read_text("utf-8"))
    return Recording(path, content["from"], content["claims"], content["observation"])


@cache
def verdicts(claim: str) -> set[str]:
    """Every verdict that some recording makes the judge of this claim say."""
    return {one.claims[claim] for one in map(read, PATHS) if claim in one.claims}
