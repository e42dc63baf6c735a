"""Runs nginx in host mode by each way, interleaved, and prints what it costs beside the raw Engine API: `./lab bench`.

    python -m benchmarks.run [--json FILE] [--rounds N]

Whatever it starts carries the lab's labels, and is removed also after an error and after Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

if not __package__:  # run by its path: the checkout is not on sys.path then
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import clock, figures
from benchmarks.tools import CliCurl, DockerPy, PythonOnWhales, TestContainers
from benchmarks.ways import BUDGET_S, PORT, Ground, HostnetLab, Missing, RawApi, Way
from hostnet_lab import Lab, LabError
from hostnet_lab.core.errors import BadRequest
from hostnet_lab.edges import probe
from hostnet_lab.lab import sweep

WAYS = (RawApi, HostnetLab, DockerPy, CliCurl, PythonOnWhales, TestContainers)
ROUNDS = 30  # about a minute; with half of it, medians on two busy cores differ by more than the budget of 5%
IMPORT_ROUNDS = 9  # at least
LATE_S = 1.0  # the engine creates a container in about 10 ms


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 2 after an error of the lab's, shown on stderr; 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        _require_writable(options.json)
        report = measure(options.rounds)
        if options.json:
            options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
        return 0
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nlab: interrupted; what the benchmark started is removed", file=sys.stderr)
        return 130


def measure(rounds: int) -> dict[str, Any]:
    """Measure, print the tables, return the report."""
    lab = Lab("bench", ports=(PORT,), quiet=True)
    try:
        ways, missing = _ways(Ground(lab))
        machine = _machine(lab)
        print(", ".join(f"{key} {value}" for key, value in machine.items()), f"- {rounds} rounds, medians in ms")
        starts, removals = clock.time_ways(ways, rounds, _wait_for_free_port, _teller(rounds))
    except BaseException:
        _sweep_late(lab)
        raise
    imports, not_imported = clock.time_imports(max(rounds, IMPORT_ROUNDS))
    print(figures.table("run to first 200 (ms)", starts), figures.table("removal (ms)", removals), sep="\n\n", end="\n\n")
    print(figures.import_table(imports))
    for name, reason in {**not_imported, **missing}.items():
        print(f"Left out: {name}: {reason}")
    return figures.report(starts, removals, imports, rounds, machine)


def _sweep_late(lab: Lab) -> None:
    """Remove what a way could not; for a while, since the engine may still create what an interrupted call asked for."""
    end = monotonic() + LATE_S
    while monotonic() < end:
        if not sweep(lab.engine, lab.me):
            sleep(0.1)


def _ways(ground: Ground) -> tuple[list[Way], dict[str, str]]:
    """The ways whose tools are here, and what the others miss."""
    ways: list[Way] = []
    missing: dict[str, str] = {}
    for way in WAYS:
        try:
            ways.append(way(ground))
        except (Missing, ImportError) as error:
            missing[way.name] = f"needs {error}" if isinstance(error, Missing) else str(error)
    return ways, missing


def _wait_for_free_port() -> None:
    probe.wait_until(lambda: not probe.accepts("127.0.0.1", PORT), BUDGET_S, f"port {PORT} to be free again")


def _machine(lab: Lab) -> dict[str, Any]:
    return {
        "cpus": os.cpu_count(),
        "kernel": platform.release(),
        "engine": lab.engine.version().get("Version", "unknown"),
        "python": platform.python_version(),
    }


def _teller(rounds: int) -> Any:
    def tell(turn: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if turn == rounds else ""
            print(f"\rlab: round {turn} of {rounds}" if turn else "lab: warm-up", end=end, file=sys.stderr, flush=True)

    return tell


def _require_writable(file: Path | None) -> None:
    """Before the measuring: its figures must not be lost at the end."""
    if file and (file.is_dir() or not os.access(file if file.exists() else file.parent, os.W_OK)):
        raise BadRequest(f"--json {file}", "no file can be written there", "name a file in a folder that exists")


def _rounds(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 1000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to 1000")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("./lab bench", description="Run nginx in host mode by six ways, interleaved; print medians.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, in milliseconds")
    parser.add_argument("--rounds", type=_rounds, default=ROUNDS, metavar="N", help="rounds, after a warm-up (default: %(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
