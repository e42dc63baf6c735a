"""Times ``./lab guide check`` of a bound guide: the whole, and again with ``--reuse`` after one sentence was changed.

    python -m benchmarks.guide [--json FILE] [GUIDE]

Each is a command of its own, from its start to its end, as a reader waits for it. It needs root; of the guide a copy is checked.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from hostnet_lab.guides import files

ROOT = Path(__file__).resolve().parent.parent
WHOLE_S, AGAIN_S = 15.0, 3.0  # the budgets, on two processors
LIMIT_S = 300.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 within the budgets, 1 over one of them, 2 when it could not be checked."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        guide = Path(folder) / options.guide.name
        shutil.copy(options.guide, guide)
        shutil.copy(files.side_path(options.guide), files.side_path(guide))
        whole = timed(guide)
        edit(guide)
        again = timed(guide, "--reuse")
    if whole is None or again is None:
        return 2
    figures = {"whole": whole, "again": again, "load": [round(one, 1) for one in os.getloadavg()], "processors": os.cpu_count()}
    print("\n".join(lines(figures)))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return int(not within(figures))


def timed(guide: Path, *words: str) -> dict[str, float] | None:
    """Seconds of the command, and of processors that it and what it awaited have used; None where it could not be run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = perf_counter()
    command = [sys.executable, "-P", "-m", "hostnet_lab", "guide", "check", str(guide), "--no-install", *words]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    seconds, after = perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode == 2:
        print(done.stderr, file=sys.stderr)
        return None
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {"seconds": round(seconds, 2), "processor_seconds": round(worked, 2)}


def edit(guide: Path) -> None:
    """One more word in the last sentence."""
    last = max(files.guide(guide).sentences, key=lambda one: (one.line, one.column))
    rows = guide.read_text("utf-8").split("\n")
    rows[last.line - 1] = rows[last.line - 1].replace(" ", " really ", 1)
    guide.write_text("\n".join(rows), "utf-8")


def within(figures: dict[str, Any]) -> bool:
    return bool(figures["whole"]["seconds"] <= WHOLE_S and figures["again"]["seconds"] <= AGAIN_S)


def lines(figures: dict[str, Any]) -> list[str]:
    said = (("guide check", "whole", WHOLE_S), ("one sentence changed, --reuse", "again", AGAIN_S))
    found = [
        f"{name}: {figures[key]['seconds']:.1f} s, {figures[key]['processor_seconds']:.1f} s of processors, budget {budget:g} s"
        for name, key, budget in said
    ]
    return [*found, f"load {', '.join(map(str, figures['load']))} on {figures['processors']} processors"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.guide", description="Time the check of a guide, whole and with --reuse.")
    parser.add_argument("guide", nargs="?", type=Path, default=ROOT / "guide" / "host-networking.md", help="a guide that is bound")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
