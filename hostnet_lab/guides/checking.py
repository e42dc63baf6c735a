"""Checks guides: commands and prose side by side, each experiment once for all guides.

In a disposable host both run at once. Here the commands come first, since the host is compared before and after them, and
experiments change it meanwhile.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..core.errors import LabError
from ..core.guide.claims import CLAIMS
from ..core.guide.ledger import Ledger
from ..core.guide.verdicts import Judgement
from ..core.guides import judging
from ..core.guides.bindings import Bound, SideFile, found_again, uncovered
from ..core.guides.judging import BlockRun, Checked, Left
from ..core.guides.model import Guide
from ..core.guides.wording import WORDING
from ..core.host.ownership import Mark
from ..core.reports import ledger_text
from ..core.text import moment
from ..edges import host
from ..edges.engine import Engine
from ..experiments import disposable
from ..ledger import Progress, verify
from ..words import joined, tr
from . import files, observed, place, running
from .place import Place

Tell = Callable[[str], None]
IMAGE = re.compile(r"[a-z0-9][a-z0-9._/-]*(?::[\w.-]+)?")


@dataclass(frozen=True)
class Wanted:
    """``root``: of the checkout, where observations are kept. ``here``: run the commands on this machine."""

    paths: Sequence[Path]
    root: Path
    here: bool = False
    reuse: bool = False
    say: Tell = lambda _: None
    progress: Callable[[Progress], None] = lambda _: None


@dataclass
class _Commands:
    """What came of one guide's commands."""

    blocks: tuple[BlockRun, ...]
    host: tuple[Left, ...] | None = None
    not_run: str = ""
    broken: str = ""
    removed: tuple[str, ...] = field(default=())
    moment: str = ""  # of an earlier run, which is taken for this one


@dataclass(frozen=True)
class _Read:
    path: Path
    guide: Guide
    side: SideFile
    bound: list[Bound]


def check(engine: Engine | None, wanted: Wanted) -> list[Checked]:
    """Without an engine nothing is run. Raises LabError where a file cannot be read, or the engine runs no container at all."""
    read = [_read(path) for path in files.named(wanted.paths)]
    if engine is None:
        return [_checked(one, _not_run(one, tr("nothing was to be run")), {}, "", "", "") for one in read]
    if not any(block.kept == "" for one in read for block in one.guide.blocks) or (not wanted.here and disposable.missing()):
        commands = [_not_run(one, _why_not(one, wanted)) for one in read]
        return _judged(engine, wanted, read, commands)
    if wanted.here:
        return _judged(engine, wanted, read, [_run(engine, wanted, one) for one in read])
    return _side_by_side(engine, wanted, read)


def as_told(path: Path, name: str, ledger: Ledger, why: str) -> Checked:
    """A guide's sentences by what a ledger has found, those alone that it speaks of; no command is run: ``why``."""
    read = _read(path)
    held = _checked(read, _not_run(read, why), _judgements(ledger), ledger_text.engine(ledger), "", "")
    said = tuple(one for one in held.said if one.judgement or one.bound.trouble)
    return replace(held, guide=replace(held.guide, name=name), said=said)


def _read(path: Path) -> _Read:
    guide, side = files.guide(path), files.side(path)
    return _Read(path, guide, side, found_again(side.bindings, guide.sentences))


def _why_not(read: _Read, wanted: Wanted) -> str:
    if not any(block.kept == "" for block in read.guide.blocks):
        return ""
    return tr("{why}; --here runs the commands on this machine", why=disposable.missing())


def _not_run(read: _Read, why: str) -> _Commands:
    return _Commands(running.not_run(read.guide, why), None, why)


# -- commands ---------------------------------------------------------------------------------------


def labels() -> Mapping[str, str]:
    return Mark(os.getuid(), "guide", host.this_process()).labels()


class _Stoppable:
    """What runs just now, for whoever must end it from another thread."""

    def __init__(self) -> None:
        self.running: running.Running | None = None
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True
        if self.running:
            self.running.stop()


def _run(engine: Engine, wanted: Wanted, read: _Read, stoppable: _Stoppable | None = None) -> _Commands:
    """One guide's commands, on a host that nobody has used before, or here. What cannot be made or breaks is said."""
    where: AbstractContextManager[Place] = place.here(engine) if wanted.here else place.apart(engine, labels(), images(read.guide))
    try:
        with where as at:
            return _at(at, wanted, read, stoppable or _Stoppable())
    except LabError as error:
        return _Commands(running.not_run(read.guide), None, "", joined(": ", [error.tried, error.found]))


def _run_or_taken(engine: Engine, wanted: Wanted, read: _Read, stoppable: _Stoppable) -> _Commands:
    taken = observed.take_commands(wanted.root, engine, read.guide, read.side) if wanted.reuse else None
    return _Commands(taken.blocks, taken.host, moment=taken.moment) if taken else _run(engine, wanted, read, stoppable)


def _at(at: Place, wanted: Wanted, read: _Read, stoppable: _Stoppable) -> _Commands:
    before = place.look(at)
    run = running.Running(read.guide, read.side, at, lambda text: wanted.say(tr("running: {command}", command=text)))
    stoppable.running = run
    if stoppable.stopped:
        run.stop()
    looks: list[place.Look] = []
    try:
        blocks = run.run(lambda: looks.append(place.look(at)))
    finally:
        removed = tuple(at.tidy())
    return _Commands(blocks, place.differences(before, looks[0]), removed=removed)


def images(guide: Guide) -> list[str]:
    """Words of its commands that may name an image."""
    lines = [line for block in guide.blocks if not block.kept for line in block.lines if "docker" in line or line.startswith(" ")]
    return list(dict.fromkeys(word for line in lines for word in line.split() if IMAGE.fullmatch(word)))[:100]


def _side_by_side(engine: Engine, wanted: Wanted, read: Sequence[_Read]) -> list[Checked]:
    stoppable = _Stoppable()
    with ThreadPoolExecutor(1, "guide") as beside:
        doing: list[Future[_Commands]] = [beside.submit(_run_or_taken, engine, wanted, one, stoppable) for one in read]
        try:
            judgements, said, reused, broken = _judge(engine, wanted, read)
            commands = [one.result() for one in doing]
            for one, ran in zip(read, commands, strict=True):
                if not ran.moment and ran.host is not None:
                    observed.keep_commands(wanted.root, engine, one.guide, one.side, ran.blocks, ran.host)
        except BaseException:
            stoppable.stop()
            raise
    return [_checked(one, ran, judgements, said, reused, broken) for one, ran in zip(read, commands, strict=True)]


# -- prose ------------------------------------------------------------------------------------------


def _judged(engine: Engine, wanted: Wanted, read: Sequence[_Read], commands: Sequence[_Commands]) -> list[Checked]:
    judgements, said, reused, broken = _judge(engine, wanted, read)
    return [_checked(one, ran, judgements, said, reused, broken) for one, ran in zip(read, commands, strict=True)]


def _judge(engine: Engine, wanted: Wanted, read: Sequence[_Read]) -> tuple[dict[str, Judgement], str, str, str]:
    """Judgements by claim; the engine in words; the moment of what was reused; why it was not carried to its end."""
    needed = {bound.binding.claim for one in read for bound in one.bound if not bound.trouble}
    claims = [one for one in CLAIMS if one in needed]
    taken = observed.take(wanted.root, engine, claims) if wanted.reuse else observed.Observed({})
    rest = [one for one in claims if one not in taken.judgements]
    if not rest:
        return taken.judgements, _engine(engine), taken.moment, ""
    ledger = verify(engine, labels(), rest, wanted.progress)
    observed.keep(wanted.root, engine, ledger.entries)
    found = {**taken.judgements, **_judgements(ledger)}
    return found, ledger_text.engine(ledger), taken.moment, ledger.broken


def _judgements(ledger: Ledger) -> dict[str, Judgement]:
    return {entry.claim.id: entry.judgement for entry in ledger.entries}


def _engine(engine: Engine) -> str:
    with suppress(LabError):
        version = engine.version()
        return f"{(version.get('Platform') or {}).get('Name') or 'Docker'} {version.get('Version')}"
    return ""


def _checked(read: _Read, ran: _Commands, judgements: Mapping[str, Judgement], engine: str, reused: str, broken: str) -> Checked:
    said = tuple(judging.say(one, judgements, WORDING) for one in read.bound)
    return Checked(
        guide=read.guide,
        engine=engine,
        blocks=ran.blocks,
        said=said,
        uncovered=tuple(uncovered(read.bound, read.guide.sentences)),
        host=ran.host,
        kept=read.side.keeps,
        not_run=ran.not_run,
        broken=ran.broken or broken,
        reused=moment(oldest) if (oldest := min(filter(None, (reused, ran.moment)), default="")) else "",
        removed=ran.removed,
    )
