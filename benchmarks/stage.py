"""How soon the map beside a lesson shows what came and what went, beside how many others, and what it costs while nothing happens.

    python -m benchmarks.stage [--rounds N] [--others N ...] [--idle SECONDS] [--json FILE]

The room is open as ``./lab`` opens it: lesson, terminal, map. Before the events of each number of others, so many containers sleep
on the default bridge. From the engine's own ``timeNano`` of `start` and of `die` to the mark in the page; the floor is the line of
``docker events``. Exit code 1 when a budget is broken.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from time import sleep
from typing import TYPE_CHECKING, Any

import psutil

from benchmarks.figures import p95
from benchmarks.reaction import BARE, BUDGET_S, NAME, PORT, BareListener, Times, listening, request
from hostnet_lab import Lab, RunRequest
from hostnet_lab.provision import workspace
from hostnet_lab.provision.jupyter_setup import FIRST_LESSON
from tests import room

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROUNDS, OTHERS, IDLE_S = 20, (0, 30, 200), 60.0
REACTION_BUDGET_S, IDLE_BUDGET = 0.150, 0.01  # p95; of one core
WATCHED = {
    "came": f'.hostnet-stage .came [data-key="container {NAME}"], .hostnet-stage .came[data-key="container {NAME}"]',
    "went": ".went",
}
# Notes the moment at which such a mark stands in the page with that name. Date.now() is in whole milliseconds.
WATCH = """([where, name]) => { window.marked = 0;
  const shown = () => [...document.querySelectorAll(where)].some(one => one.textContent.includes(name));
  const look = () => { if (!window.marked && shown()) window.marked = Date.now(); };
  window.watcher?.disconnect();
  window.watcher = new MutationObserver(look);
  window.watcher.observe(document.body, {subtree: true, childList: true, attributes: true}); }"""
SIZE = "document.querySelector('.hostnet-stage .host').parentElement.innerHTML.length"


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when a budget is broken."""
    parser = argparse.ArgumentParser("python -m benchmarks.stage", description="Time the map beside a lesson.")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, after a warm-up (default: %(default)s)")
    parser.add_argument("--others", type=int, nargs="*", default=OTHERS, metavar="N", help="containers beside it (default: 0 30 200)")
    parser.add_argument("--idle", type=float, default=IDLE_S, metavar="SECONDS", help="how long nothing happens (default: %(default)g)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    options = parser.parse_args(arguments)
    report = measure(options.rounds, sorted(options.others), options.idle)
    print(table(report))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
    for said in broken(report):
        print(f"Budget broken: {said}")
    return int(bool(broken(report)))


def measure(rounds: int, others: Sequence[int], idle_s: float) -> dict[str, Any]:
    """Reactions in ms, idle as a share of one core, the map's markup in bytes; work: the server's processor time, in ms, for one round."""
    lab = Lab("bench", ports=(PORT,), names=(NAME,), quiet=True)
    report: dict[str, Any] = {"rounds": rounds}
    with tempfile.TemporaryDirectory(prefix="hostnet-lab-bench-") as folder, ExitStack() as stack:
        page, server = stack.enter_context(_room(Path(folder)))
        listener = stack.enter_context(listening(lab))
        there = 0
        for number in others:
            for one in range(there, number):
                stack.enter_context(_other(lab, f"bench-other-{one:03}"))
            there = number
            page.wait_for_function("number => document.querySelectorAll('.hostnet-stage .home').length >= number", arg=number)
            before_s = _used_s(server)
            report[f"beside {number}"] = _figures(_events(lab, page, listener, rounds)) | {"bytes": page.evaluate(SIZE)}
            report[f"work beside {number}"] = round((_used_s(server) - before_s) / (rounds + 1) * 1e3, 1)
            report[f"idle beside {number}"] = round(_idle(server, idle_s), 4)
    return report


@contextmanager
def _room(folder: Path) -> Iterator[tuple[Page, psutil.Process]]:
    workspace.write(folder / ".lab" / "jupyter" / "workspaces", FIRST_LESSON, fresh=True)
    with room.jupyterlab(folder) as address, room.chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address, wait_until="domcontentloaded")
        room.wait_idle(page)
        page.locator(".hostnet-stage .host").wait_for()
        family = psutil.Process().children(recursive=True)
        yield page, next(one for one in family if any(part.endswith(("jupyterlab", "jupyter-lab")) for part in one.cmdline()))


@contextmanager
def _other(lab: Lab, name: str) -> Iterator[None]:
    lab.run(RunRequest("nginx", name, "bridge", command=("sleep", "3600")))
    try:
        yield
    finally:
        lab.engine.remove(name, force=True)


def _events(lab: Lab, page: Page, listener: BareListener, rounds: int) -> Times:
    times: Times = {BARE: [], **{what: [] for what in WATCHED}}
    for turn in range(rounds + 1):
        for what, action in (("came", "start"), ("went", "die")):
            listener.forget()
            page.evaluate(WATCH, [WATCHED[what], NAME])
            lab.run(request()) if what == "came" else lab.remove(NAME)
            own, heard = listener.heard(action, NAME)
            page.wait_for_function("window.marked", timeout=BUDGET_S * 1e3, polling=20)
            if turn:  # the first one warms up
                times[what].append(page.evaluate("window.marked") / 1e3 - own / 1e9)
                times[BARE].append((heard - own) / 1e9)
        page.wait_for_function("!document.querySelector('.hostnet-stage .came, .hostnet-stage .went')", timeout=BUDGET_S * 1e3)
    return times


def _idle(server: psutil.Process, idle_s: float) -> float:
    before = _used_s(server)
    sleep(idle_s)  # the measurement itself: nothing is waited for
    return (_used_s(server) - before) / idle_s


def _used_s(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def _figures(times: Times) -> dict[str, Any]:
    return {what: {"median": round(median(all_s) * 1e3, 1), "p95": round(p95(all_s) * 1e3, 1)} for what, all_s in times.items()}


def table(report: dict[str, Any]) -> str:
    lines = [f"{'from the event (ms)':24}{'median':>9}{'p95':>9}{'x docker events':>17}"]
    for title, found in report.items():
        if title.startswith("beside"):
            idle, work = report[f"idle {title}"], report[f"work {title}"]
            lines.append(
                f"{title}: {found['bytes'] / 1e3:.0f} kB of markup, server idle {idle:.2%} of one core, {work:.0f} ms of it a round"
            )
            lines += [f"  {what:22}{one['median']:9.1f}{one['p95']:9.1f}{one['median'] / found[BARE]['median']:17.1f}"
                      for what, one in found.items() if what != "bytes"]  # fmt: skip
    return "\n".join(lines)


def broken(report: dict[str, Any]) -> list[str]:
    """The budgets that do not hold, a sentence each."""
    slow = [
        f"{title}: 95 of 100 {what} within {found[what]['p95']:.0f} ms"
        for title, found in report.items()
        if title.startswith("beside")
        for what in WATCHED
        if found[what]["p95"] > REACTION_BUDGET_S * 1e3
    ]
    return slow + [
        f"{title}: {share:.2%} of one core" for title, share in report.items() if title.startswith("idle") and share > IDLE_BUDGET
    ]


if __name__ == "__main__":
    sys.exit(main())
