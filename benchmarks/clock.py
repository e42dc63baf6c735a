"""Times ways in turn: each once a round, in shuffled order, the warm-up round dropped. Knows no engine and no tool."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from random import Random
from time import perf_counter
from typing import TypeVar

from hostnet_lab.core.errors import LabError

from .figures import BARE
from .ways import Way

SEED = 200  # fixed: two runs compare the same orders
IMPORT_BUDGET_S = 60.0
IMPORTS = {
    BARE: "pass",
    "hostnet_lab": "import hostnet_lab",
    "hostnet_lab.Lab": "from hostnet_lab import Lab",  # what a lesson's first line loads
    "docker": "import docker",
    "requests": "import requests",
    "python_on_whales": "import python_on_whales",
    "testcontainers": "import testcontainers.core.container",  # the package itself is empty
}
T = TypeVar("T")
Times = dict[str, list[float]]


def time_ways(
    ways: Sequence[Way], rounds: int, rest: Callable[[], None], tell: Callable[[int], None], clock: Callable[[], float] = perf_counter
) -> tuple[Times, Times]:
    """Seconds to the first 200, and of the removal, by way. ``rest`` comes before each start, outside the timing.

    Raises LabError with the tool's own words when a way fails; what it started is removed first.
    """
    starts: Times = {way.name: [] for way in ways}
    removals: Times = {way.name: [] for way in ways}
    for turn, order in _turns(list(ways), rounds):
        tell(turn)
        for way in order:
            rest()
            begun, answered, removed = _time_way(way, clock)
            if turn:  # 0 is the warm-up
                starts[way.name].append(answered - begun)
                removals[way.name].append(removed - answered)
    return starts, removals


def _time_way(way: Way, clock: Callable[[], float]) -> tuple[float, float, float]:
    try:
        begun = clock()
        way.start()
        answered = clock()
        way.remove()
        return begun, answered, clock()
    except BaseException as error:
        with suppress(Exception):
            way.remove()
        if isinstance(error, LabError) or not isinstance(error, Exception):
            raise
        found = " ".join(str(error).split()) or type(error).__name__
        raise LabError(f"run nginx in host mode by way of {way.name}", found, "run `./lab doctor`; then measure again") from error


def time_imports(rounds: int, statements: Mapping[str, str] = IMPORTS) -> tuple[Times, dict[str, str]]:
    """Seconds of a fresh Python with one import, by name; and why a name is left out."""
    times: Times = {name: [] for name in statements}
    missing: dict[str, str] = {}
    for turn, order in _turns(list(statements), rounds):
        for name in order:
            if name in missing:
                continue
            begun = perf_counter()
            command = [sys.executable, "-c", statements[name]]
            child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=IMPORT_BUDGET_S)
            ended = perf_counter()
            if child.returncode:
                missing[name] = (child.stderr.strip().splitlines() or [f"exit code {child.returncode}"])[-1]
            elif turn:
                times[name].append(ended - begun)
    return {name: seconds for name, seconds in times.items() if name not in missing}, missing


def _turns(things: list[T], rounds: int) -> Iterator[tuple[int, list[T]]]:
    """Round 0, the warm-up, then ``rounds`` more, each in an order of its own."""
    random = Random(SEED)
    for turn in range(rounds + 1):
        yield turn, random.sample(things, len(things))
