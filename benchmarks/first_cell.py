"""Times a lesson's first cells in a fresh kernel, beside docker-py's own way to the engine.

    python -m benchmarks.first_cell [--json FILE] [--rounds N]

From the request to the idle kernel. Port 80 must be free, and no container called webserver. Exit code 1 over the budget.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

from jupyter_client.manager import start_new_kernel

from benchmarks.clock import Times
from benchmarks.figures import medians_ms
from hostnet_lab.core.errors import LabError
from hostnet_lab.edges.pace import limit_s

BUDGET_S, ROUNDS, LIMIT_S = 0.5, 10, 60.0
LIBRARY, FIRST, WIDGET = "docker.from_env", "first cell", "first widget"
KERNELS = (  # name -> cell; those of a lesson as lesson 01 has them
    {LIBRARY: "import docker\n\ndocker.from_env().ping()"},
    {
        FIRST: 'from hostnet_lab import Lab\n\nlab = Lab("01")',
        WIDGET: 'from hostnet_lab.widgets import Predict\n\nPredict(lab, "no-address")',
        "": "lab.clean()",
    },
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser("python -m benchmarks.first_cell", description="Time a lesson's first cells in a fresh kernel.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there, in milliseconds")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options = parser.parse_args(arguments)
    figures = medians_ms(measure(options.rounds))
    for name, ms in figures.items():
        print(f"{name}: {ms:.0f} ms, {ms / figures[LIBRARY]:.2f} x {LIBRARY}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return int(figures[FIRST] > BUDGET_S * 1000)


def measure(rounds: int) -> Times:
    """The kernels in turn; the first round is dropped."""
    times: Times = {name: [] for cells in KERNELS for name in cells if name}
    with tempfile.TemporaryDirectory(prefix="hostnet-bench-") as folder:
        os.environ["HOSTNET_LAB_PROGRESS"] = f"{folder}/progress.jsonl"
        for turn in range(rounds + 1):
            for cells in KERNELS:
                for name, seconds in _run(cells, folder).items():
                    if turn and name:
                        times[name].append(seconds)
    return times


def _run(cells: dict[str, str], folder: str) -> dict[str, float]:
    """Seconds of each cell, one after the other in a kernel of their own, which has run a cell of nothing before."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=folder)
    took_s: dict[str, float] = {}
    try:
        for name, cell in {"nothing": "pass", **cells}.items():
            begun = perf_counter()
            reply: dict[str, Any] = client.execute_interactive(cell, timeout=limit_s(LIMIT_S), output_hook=lambda _: None)["content"]
            took_s[name] = perf_counter() - begun
            if reply["status"] != "ok":
                raise LabError(f"run {cell!r}", str(reply.get("evalue", "")), "mend what it names, then measure again")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    took_s.pop("nothing")
    return took_s


if __name__ == "__main__":
    sys.exit(main())
