"""One fault after the other: injected, followed by what a reader would do next, and then the host is compared with what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random

from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.edges.probe import wait_until

from ..private_host import engine
from . import strangers
from .damaging import open_and_end
from .kinds import END, LOOKS, STARTS, Kind
from .look import Look, engines_own, look, more
from .said import Said, all_of

SETTLES_S = 20.0  # what was killed with its namespace ends by itself, in a second or so
MINE = Path("/tmp/mine")
MARKS = (", TOUCHED", ", LOST")


@dataclass(frozen=True)
class Round:
    """What one fault led to. ``left`` and ``engines_own``: kind and name of each thing that the next start did not remove."""

    kind: str
    number: int
    which: str
    left: Sequence[tuple[str, str]]
    engines_own: Sequence[tuple[str, str]]
    said: Sequence[Said] = field(repr=False)
    touched: Sequence[str] = ()

    @property
    def tracebacks(self) -> int:
        return sum(one.tracebacks for one in self.said)

    @property
    def hangs(self) -> int:
        return sum(one.code is None for one in self.said)

    @property
    def bad(self) -> bool:
        return bool(self.left or self.touched or self.tracebacks or self.hangs)


def chosen(kinds: Sequence[Kind], count: int) -> Iterator[Kind]:
    """So many, each in its turn."""
    return islice(cycle(kinds), count)


def used_once() -> None:
    """What the lab makes once and keeps is there from now on."""
    MINE.mkdir()
    open_and_end()
    all_of([*STARTS, *LOOKS, END, ("./lab", "report", "--html", str(MINE / "report.html"))])


def carry_out(kind: Kind, number: int, seed: int) -> Round:
    engine.start()
    strangers.settle()
    theirs, before = strangers.seen(engine_died=kind.engine_dies), look()
    dice = Random(f"{seed} {kind.name} {number}")
    which, said = kind.inject(dice)
    if kind.engine_dies:
        engine.start()  # as its service would be
    said += all_of(kind.after(dice))
    for path in MINE.iterdir():  # what a command was asked to write there
        path.unlink()
    engine.start()
    left = _settled(before)
    now = strangers.seen(engine_died=kind.engine_dies)
    touched = sorted(name for name in theirs if now.get(name) != theirs[name])
    touched += [mark for mark in MARKS if mark in which]
    own = [one for one in left if kind.engine_dies and engines_own(*one)]
    return Round(kind.name, number, which, [one for one in left if one not in own], own, said, touched)


def _settled(before: Look) -> list[tuple[str, str]]:
    left: list[tuple[str, str]] = []

    def gone() -> bool:
        left[:] = more(look(), before)
        return not left

    with suppress(NoAnswer):
        wait_until(gone, SETTLES_S, "the host as it was", pause_s=0.1)
    return left
