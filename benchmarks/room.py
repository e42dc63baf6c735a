"""Times from a click to a page that is ready to run: a lesson beside an empty notebook, ./lab beside plain JupyterLab.

    python -m benchmarks.room [--json FILE] [--rounds N]

Ready is when the kernel is idle and every cell is in the page. Needs Chromium, and a notebook folder of nobody's: its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import nbformat

from benchmarks.clock import Times
from benchmarks.figures import interval, medians_ms
from hostnet_lab.edges.probe import get, wait_until
from hostnet_lab.provision import workspace
from hostnet_lab.provision.jupyter_setup import FIRST_LESSON, free_port
from tests import record, room

if TYPE_CHECKING:
    from playwright.sync_api import Browser

BUDGETS = {"lesson": 1.2, "start": 1.1}  # of the ratio of the medians
LESSON, EMPTY = FIRST_LESSON, "empty.ipynb"
ROUNDS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when a budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="hostnet-bench-") as place, room.chromium() as browser:
        figures = measure(Path(place), browser, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return int(any(one["ratio"] > BUDGETS[pair] for pair, one in figures.items()))


def measure(place: Path, browser: Browser, rounds: int) -> dict[str, dict[str, float]]:
    """Both pairs, interleaved, the first round of each dropped; prints a line for each, in milliseconds."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")], metadata=nbformat.from_dict(record.METADATA))
    (place / "ours" / "notebooks").mkdir(parents=True)
    nbformat.write(notebook, place / "ours" / "notebooks" / EMPTY)
    with room.jupyterlab(place / "ours") as address:
        lessons = _interleaved({name: _opening(browser, address, name) for name in (EMPTY, LESSON)}, rounds)
    (place / "plain").mkdir()
    nbformat.write(notebook, place / "plain" / EMPTY)
    starts = _interleaved({"plain": lambda: _plain(browser, place / "plain"), "lab": lambda: _lab(browser, place / "lab")}, rounds)
    return {"lesson": _told("lesson", lessons, EMPTY, LESSON), "start": _told("start", starts, "plain", "lab")}


def _interleaved(ways: dict[str, Callable[[], float]], rounds: int) -> Times:
    times: Times = {name: [] for name in ways}
    for turn in range(rounds + 1):
        for name in sorted(ways, reverse=bool(turn % 2)):
            seconds = ways[name]()
            if turn:
                times[name].append(seconds)
    return times


def _opening(browser: Browser, address: str, name: str) -> Callable[[], float]:
    def opening() -> float:
        context = browser.new_context()
        page = context.new_page()
        begun = perf_counter()
        room.open_notebook(page, address, name)
        room.notebook(page).locator(".jp-Cell").last.wait_for(state="attached")
        seconds = perf_counter() - begun
        context.close()
        return seconds

    return opening


def _usable(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address, wait_until="domcontentloaded")
    room.wait_idle(page)
    context.close()


def _plain(browser: Browser, folder: Path) -> float:
    """From the command to the idle kernel of an empty notebook, in JupyterLab as it comes."""
    begun = perf_counter()
    with _plain_jupyterlab(folder) as address:
        _usable(browser, address)
        return perf_counter() - begun


@contextmanager
def _plain_jupyterlab(folder: Path) -> Iterator[str]:
    port, token = free_port(None), "bench"
    own = {name: str(folder / ".own" / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTERLAB_WORKSPACES_DIR")}
    words = [f"--ServerApp.port={port}", "--ServerApp.open_browser=False", f"--ServerApp.allow_root={os.geteuid() == 0}"]
    command = [sys.executable, "-m", "jupyterlab", *words, f"--ServerApp.root_dir={folder}"]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env={**os.environ, **own, "JUPYTER_TOKEN": token}, **quiet) as server:  # type: ignore[call-overload]
        try:
            status = f"http://127.0.0.1:{port}/api/status?token={token}"
            wait_until(lambda: (answer := get(status)) and answer.status == 200, 60, "plain JupyterLab", pause_s=0.02)
            yield f"http://127.0.0.1:{port}/lab/tree/{EMPTY}?token={token}"
        finally:
            server.terminate()


def _lab(browser: Browser, checkout: Path) -> float:
    """From the command to the idle kernel of lesson 00, with terminal and map beside it; engine and image are there."""
    workspace.write(checkout / ".lab" / "jupyter" / "workspaces", LESSON, fresh=True)
    begun = perf_counter()
    with room.jupyterlab(checkout) as address:
        _usable(browser, address)
        return perf_counter() - begun


def _told(pair: str, times: Times, floor: str, way: str) -> dict[str, float]:
    medians = medians_ms(times)
    low, high = interval(times[way], times[floor])
    ratio = round(medians[way] / medians[floor], 3)
    print(f"{way} {medians[way]:.0f} ms, {floor} {medians[floor]:.0f} ms: {ratio:.2f} (95% {low:.2f}-{high:.2f}), budget {BUDGETS[pair]}")
    return {floor: medians[floor], way: medians[way], "ratio": ratio, "low": low, "high": high}


if __name__ == "__main__":
    raise SystemExit(main())
