"""How long it takes from the press of the button to the picture of one request, by path.

    python -m benchmarks.following [--rounds N] [--json FILE]

The floor of the same run: a container in host mode that says a word, and is removed when the word is in its log. An ear is such a
container; to a published port it takes two. Exit code 1 when the budget is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

if not __package__:  # run by its path: the checkout is not on sys.path then
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.figures import p95
from hostnet_lab import Lab, Publish, RunRequest
from hostnet_lab.core.drawings.stations import Path as Way
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.experiments import disposable
from hostnet_lab.experiments.servers import nginx_command
from hostnet_lab.experiments.stage import Stage
from hostnet_lab.widgets import FollowView
from tests import reading

ROUNDS, BUDGET = 8, 4.0  # a ratio to the floor, of paths that take no host of their own: two for each of two ears
HOST_PORT, PORT, LIMIT_S, PAUSE_S = 8291, 8292, 60.0, 0.001
WORD = ("perl", "-e", '$| = 1; print "ready\n"; sleep')
Times = dict[str, list[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when the budget is broken."""
    parser = argparse.ArgumentParser("python -m benchmarks.following", description="Time the picture of one request.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, after a warm-up (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args(arguments)
    report = measure(options.rounds)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    return int(bool(broken(report)))


def measure(rounds: int) -> dict[str, Any]:
    """Medians and p95 in ms, and the ratio to the floor, by path; all paths take turns."""
    lab = Lab("bench", ports=(HOST_PORT, PORT), names=("hosted", "published"), quiet=True)
    lab.run(RunRequest("nginx", "hosted", command=nginx_command("hosted", str(HOST_PORT))), f"http://127.0.0.1:{HOST_PORT}")
    published = RunRequest("nginx", "published", "bridge", (Publish(PORT, 80),), nginx_command("published", "80"))
    lab.run(published, f"http://127.0.0.1:{PORT}")
    view = FollowView(lab, "hosted", "published")
    times: Times = {}
    try:
        _settled(view)
        ways = [one for one in lab.following.paths("hosted", "published") if not (one.remote and disposable.missing())]
        for turn in range(rounds + 1):
            for name, took_s in [("floor", _floor(lab)), *((one.name, _pressed(view, one)) for one in ways)]:
                times.setdefault(name, []).extend([took_s] * bool(turn))  # 0 is the warm-up
    finally:
        lab.clean()
    return {"rounds": rounds, "remote": [one.name for one in ways if one.remote], "paths": _figures(times)}


def _settled(view: FollowView) -> None:
    wait_until(lambda: not reading.control(view, "Follow one request").disabled, LIMIT_S, "the button", PAUSE_S)


def _pressed(view: FollowView, way: Way) -> float:
    _settled(view)
    reading.control(view, "Path").value = way.name
    before, begun = reading.shown(view), perf_counter()
    reading.press(view, "Follow one request")
    wait_until(
        lambda: "<svg" in (now := reading.shown(view)) and now != before and "Listening" not in view.said, LIMIT_S, way.name, PAUSE_S
    )
    return perf_counter() - begun


def _floor(lab: Lab) -> float:
    begun = perf_counter()
    with Stage(lab.engine, lab.labels) as stage:
        key = stage.run(RunRequest(name=stage.name("word"), command=WORD))
        wait_until(lambda: "ready" in lab.engine.logs(key), LIMIT_S, "its word", PAUSE_S)
    return perf_counter() - begun


def _figures(times: Mapping[str, Sequence[float]]) -> dict[str, dict[str, float]]:
    floor = median(times["floor"])
    return {
        name: {"median": round(median(took) * 1e3, 1), "p95": round(p95(took) * 1e3, 1), "ratio": round(median(took) / floor, 2)}
        for name, took in times.items()
    }


def broken(report: Mapping[str, Any]) -> list[str]:
    """The paths that are over the budget; not those that take a host of their own."""
    return [name for name, one in report["paths"].items() if one["ratio"] > BUDGET and name not in report["remote"]]


def table(report: Mapping[str, Any]) -> str:
    lines = [f"{one['median']:9.0f} {one['p95']:9.0f} {one['ratio']:7.2f}  {name}" for name, one in report["paths"].items()]
    over = [f"Budget broken: {name}" for name in broken(report)]
    return "\n".join([f"{'median ms':>9} {'p95 ms':>9} {'ratio':>7}", *lines, *over])


if __name__ == "__main__":
    sys.exit(main())
