"""What was observed of claims on this engine, kept for an hour: ``--reuse`` judges it again, and says so."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..core.guide.ledger import JUDGES, Entry
from ..core.guide.verdicts import Judgement, judged
from ..core.text import time_of
from ..edges import host
from ..edges.clock import now
from ..edges.engine import Engine
from ..kept import file

LARGEST = 16 << 20
FRESH = timedelta(hours=1)
SCHEMA = "hostnet-lab/observed/1"


@dataclass(frozen=True)
class Observed:
    """``moment``: of the oldest that was taken, "" where none was."""

    judgements: dict[str, Judgement]
    moment: str = ""


def key_of(engine: Engine) -> str:
    """Another engine, version, boot, or another user's rights see something else."""
    info, version = engine.info(), engine.version()
    return f"{info.get('ID')} {version.get('Version')} {host.boot_id()} {os.geteuid()}"


def place(root: Path) -> Path:
    return root / ".lab" / "run" / "guide-observed.json"


def take(root: Path, engine: Engine, claims: Iterable[str]) -> Observed:
    """Of these claims those that are still fresh; a file that is damaged or of another engine holds none."""
    held = _held(root, key_of(engine))
    taken = {one: held[one] for one in claims if one in held and one in JUDGES and _fresh(held[one])}
    judgements = {one: judged(JUDGES[one], entry["observation"]) for one, entry in taken.items()}
    return Observed(judgements, min((str(entry["at"]) for entry in taken.values()), default=""))


def keep(root: Path, engine: Engine, entries: Iterable[Entry]) -> None:
    """Beside what is there. A disk that takes nothing is no reason to end: nothing can be reused then."""
    key = key_of(engine)
    new = {one.claim.id: {"at": now(), "observation": dict(one.observation)} for one in entries if one.observation}
    with suppress(OSError, TypeError, ValueError):
        from json import dumps

        kept = {"schema": SCHEMA, "engine": key, "claims": {**_held(root, key), **new}}
        file.write(place(root), dumps(kept).encode())


def _held(root: Path, key: str) -> dict[str, Any]:
    try:
        found: Any = file.read_json(place(root), LARGEST)
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or found.get("engine") != key:
        return {}
    claims = found.get("claims")
    return {one: entry for one, entry in claims.items() if _is_entry(entry)} if isinstance(claims, dict) else {}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("observation"), dict) and isinstance(entry.get("at"), str)


def _fresh(entry: dict[str, Any]) -> bool:
    with suppress(ValueError):
        return timedelta() <= time_of(now()) - time_of(entry["at"]) <= FRESH
    return False
