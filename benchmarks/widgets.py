"""How soon the live widgets follow the engine, and what they cost while nothing happens.

    python -m benchmarks.widgets [--rounds N] [--json FILE] [--no-browser]

Three measurements of one event, the start of a container that publishes a port, each in seconds from the event's own
``timeNano``: to the widget's new value in a kernel's process, to the text in the page of a real JupyterLab in Chromium,
and, as the floor, to the line of ``docker events``. Then the kernel with all widgets open is left alone for ten seconds.
Exit code 1 when a budget is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

if not __package__:  # run by its path: the checkout is not on sys.path then
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.figures import p95
from benchmarks.reaction import BARE, BUDGET_S, NAME, PORT, BareListener, Times, listening, starts
from hostnet_lab import Lab, LabError
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.widgets import HostMapView, PathView, PortsBoard
from hostnet_lab.widgets.live import LiveView

ROUNDS = 20
REACTION_BUDGET_S, IDLE_BUDGET = 0.100, 0.02  # the median; of one core
STAGE_BUDGET_S = 0.150  # p95, among all widgets: alone it is timed by benchmarks.stage
MAKERS: Mapping[str, Callable[[Lab], LiveView[Any]]] = {
    "map": HostMapView,
    "board": PortsBoard,
    "paths": lambda lab: PathView(lab, NAME),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: 1 when a budget is broken, 2 after an error of the lab's."""
    options = _parser().parse_args(arguments)
    try:
        report = measure(options.rounds, options.browser)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    for said in broken(report):
        print(f"Budget broken: {said}")
    return int(bool(broken(report)))


def measure(rounds: int, browser: bool) -> dict[str, Any]:
    """All figures; reactions in milliseconds, idle as a share of one core."""
    lab = Lab("bench", ports=(PORT,), names=(NAME,), quiet=True)
    report: dict[str, Any] = {"rounds": rounds}
    with listening(lab) as listener:
        for title, names in (*((f"{name} alone", (name,)) for name in MAKERS), ("all three", tuple(MAKERS))):
            report[f"kernel, {title}"] = figures(_in_this_process(lab, names, rounds, listener))
        if browser:
            from benchmarks.page import in_the_page

            with tempfile.TemporaryDirectory(prefix="hostnet-lab-bench-") as folder:
                times, idle = in_the_page(lab, Path(folder), rounds, listener)
            report["page, all widgets"] = figures(times)
            report["idle, all widgets"] = {key: round(share, 4) for key, share in idle.items()}
    return report


def _in_this_process(lab: Lab, names: Sequence[str], rounds: int, listener: BareListener) -> Times:
    views = {name: MAKERS[name](lab) for name in names}
    try:
        wait_until(lambda: all(view.text for view in views.values()), BUDGET_S, "the first drawings", 0.02)
        return starts(lab, views, rounds, listener)
    finally:
        for view in views.values():
            view.close()


def figures(times: Times) -> dict[str, dict[str, float]]:
    """Medians and 95th percentiles in ms, and the ratio of the medians to the bare listener's."""
    floor = median(times[BARE])
    return {
        name: {"median": round(median(all_s) * 1e3, 1), "p95": round(p95(all_s) * 1e3, 1), "ratio": round(median(all_s) / floor, 1)}
        for name, all_s in times.items()
    }


def table(report: dict[str, Any]) -> str:
    lines = [f"{'from the start event (ms)':28}{'median':>9}{'p95':>9}{'x docker events':>17}"]
    for title, found in report.items():
        if title.startswith(("kernel", "page")):
            lines.append(title)
            lines += [f"  {name:26}{one['median']:9.1f}{one['p95']:9.1f}{one['ratio']:17.1f}" for name, one in found.items()]
    lines += [f"idle for 10 s, {name}: {share:.2%} of one core" for name, share in report.get("idle, all widgets", {}).items()]
    return "\n".join(lines)


def broken(report: dict[str, Any]) -> list[str]:
    """The budgets that do not hold, a sentence each."""
    said = [
        f"{title}: {name} takes {one['median']:.0f} ms"
        for title, found in report.items()
        if title.startswith(("kernel", "page"))
        for name, one in found.items()
        if one["median"] > REACTION_BUDGET_S * 1e3
    ]
    stage = report.get("page, all widgets", {}).get("stage")
    said += [f"the stage's map: 95 of 100 within {stage['p95']:.0f} ms"] if stage and stage["p95"] > STAGE_BUDGET_S * 1e3 else []
    share = report.get("idle, all widgets", {}).get("kernel", 0)
    return [*said, *([f"the idle kernel takes {share:.2%} of one core"] if share > IDLE_BUDGET else [])]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks.widgets", description="Time the live widgets' reaction to an event; print medians."
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, after a warm-up (default: %(default)s)")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help="leave out the page and the idle kernel")
    return parser


if __name__ == "__main__":
    sys.exit(main())
