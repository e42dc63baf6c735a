"""What was observed on this engine, of claims and of a guide's commands, kept for an hour: ``--reuse`` judges it again, and says so."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from ..core.guide.ledger import JUDGES, Entry
from ..core.guide.verdicts import Judgement, judged
from ..core.guides.bindings import SideFile
from ..core.guides.judging import UNDECIDED, BlockRun, Left, Ran, Way
from ..core.guides.model import Block, Command, Guide
from ..core.text import time_of
from ..edges import host
from ..edges.clock import now
from ..edges.engine import Engine
from ..kept import file
from . import running

LARGEST = 16 << 20
FRESH = timedelta(hours=1)
SCHEMA = "hostnet-lab/observed/1"
PARTS = ("claims", "commands")


@dataclass(frozen=True)
class Observed:
    """``moment``: of the oldest that was taken, "" where none was."""

    judgements: dict[str, Judgement]
    moment: str = ""


@dataclass(frozen=True)
class Commands:
    """What a guide's commands came to, and what was different on the host at their end."""

    blocks: tuple[BlockRun, ...]
    host: tuple[Left, ...]
    moment: str


def key_of(engine: Engine) -> str:
    """Another engine, version, boot, or another user's rights see something else."""
    info, version = engine.info(), engine.version()
    return f"{info.get('ID')} {version.get('Version')} {host.boot_id()} {os.geteuid()}"


def place(root: Path) -> Path:
    return root / ".lab" / "run" / "guide-observed.json"


def take(root: Path, engine: Engine, claims: Iterable[str]) -> Observed:
    """Of these claims those that are still fresh; a file that is damaged or of another engine holds none."""
    held = _held(root, key_of(engine), "claims")
    taken = {one: held[one] for one in claims if one in held and one in JUDGES and _fresh(held[one])}
    judgements = {one: judged(JUDGES[one], entry["observation"]) for one, entry in taken.items()}
    return Observed(judgements, min((str(entry["at"]) for entry in taken.values()), default=""))


def keep(root: Path, engine: Engine, entries: Iterable[Entry]) -> None:
    """Beside what is there. A disk that takes nothing is no reason to end: nothing can be reused then."""
    new = {one.claim.id: {"at": now(), "observation": dict(one.observation)} for one in entries if one.observation}
    _write(root, key_of(engine), "claims", new)


def take_commands(root: Path, engine: Engine, guide: Guide, side: SideFile) -> Commands | None:
    """Of a run of the very same commands and expected outputs, wherever in the guide they stand now."""
    with suppress(KeyError, TypeError, ValueError):
        entry = _held(root, key_of(engine), "commands")[_same(guide, side)]
        held = entry["observation"]
        if _fresh(entry):
            ran = iter(held["ran"])
            blocks = tuple(_block(one, running.planned(one, side), ran) if not one.kept else running.kept(one, "") for one in guide.blocks)
            return Commands(blocks, tuple(Left(str(one[0]), bool(one[1]), str(one[2])) for one in held["host"]), str(entry["at"]))
    return None


def keep_commands(root: Path, engine: Engine, guide: Guide, side: SideFile, blocks: Sequence[BlockRun], host: Sequence[Left]) -> None:
    """Where each command was decided: what was lacking may be there soon."""
    ran = [one for block in blocks for one in block.ran]
    if not any(one.way in UNDECIDED for one in ran):
        said = [[one.way, one.exit, one.output, one.why] for one in ran]
        left = [[one.kind, one.added, one.what] for one in host]
        _write(root, key_of(engine), "commands", {_same(guide, side): {"at": now(), "observation": {"ran": said, "host": left}}})


def _same(guide: Guide, side: SideFile) -> str:
    held = [[(one.kind, one.kept, one.lines) for one in guide.blocks], [(one.command, one.lines) for one in side.outputs]]
    return hashlib.sha256(json.dumps(held).encode()).hexdigest()


def _block(block: Block, commands: Sequence[Command], ran: Iterator[Any]) -> BlockRun:
    """Raises ValueError where the file holds anything else than was written."""
    found = []
    for command, (way, code, output, why) in zip(commands, ran):  # noqa: B905 (of the rest the next block takes its own)
        if way not in get_args(Way) or not isinstance(code, int | None):
            raise ValueError(way)
        found.append(Ran(command.line, command.text, way, code, str(output), str(why), command.shown, command.expected))
    if len(found) != len(commands):
        raise ValueError("too few")
    return BlockRun(block, tuple(one.text for one in commands), tuple(found))


def _write(root: Path, key: str, part: str, new: dict[str, Any]) -> None:
    with suppress(OSError, TypeError, ValueError):
        held = {one: _held(root, key, one) for one in PARTS}
        kept = {"schema": SCHEMA, "engine": key, **held, part: {one: entry for one, entry in held[part].items() if _fresh(entry)} | new}
        file.write(place(root), json.dumps(kept).encode())


def _held(root: Path, key: str, part: str) -> dict[str, Any]:
    try:
        found: Any = file.read_json(place(root), LARGEST)
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict) or found.get("schema") != SCHEMA or found.get("engine") != key:
        return {}
    held = found.get(part)
    return {one: entry for one, entry in held.items() if _is_entry(entry)} if isinstance(held, dict) else {}


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("observation"), dict) and isinstance(entry.get("at"), str)


def _fresh(entry: dict[str, Any]) -> bool:
    with suppress(ValueError):
        return timedelta() <= time_of(now()) - time_of(entry["at"]) <= FRESH
    return False
