"""A class at once: N learners log in, get their lab hosts, run lesson 01, and get their own server's answer on port 80.

    sudo ./lab exec python -m benchmarks.classroom [--learners 1 10 30] [--runs 1] [--flavour full] [--json FILE]

Each run is a new class from `./lab classroom`, in a folder of its own, and is removed afterwards. Learners talk to the hub
as a browser does: a login form, a spawn, a kernel's websocket. Nothing of it is simulated but their fingers.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from benchmarks.class_learner import Kernel, Learner
from hostnet_lab.classroom import hosts, settings
from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.edges.engine import Engine
from hostnet_lab.labhost.configuration import FLAVOURS, Flavour

CHECKOUT = Path(__file__).resolve().parents[1]
LESSON = "01-run-a-container.ipynb"
PASSWORD = "load-test-of-a-class"
PORT = "18500"
SERVE = """
import subprocess
from hostnet_lab.edges.probe import get, wait_until
subprocess.run(["docker", "run", "-d", "--network", "host", "--name", "webserver", "nginx"], check=True, capture_output=True)
write = "cat >/usr/share/nginx/html/index.html"
subprocess.run(["docker", "exec", "-i", "webserver", "sh", "-c", write], input=NAME, text=True, check=True, capture_output=True)
print(wait_until(lambda: get("http://localhost/"), 60, "nginx").body)
"""


@dataclass(frozen=True)
class Seat:
    """One learner, in seconds since all began at once. ``memory_mib``: what the lab host cannot give back."""

    name: str
    up_s: float = 0.0  # lab host answers
    lesson_s: float = 0.0  # lesson 01 has run
    answer_s: float = 0.0  # own page on port 80
    memory_mib: float = 0.0
    processes_mib: float = 0.0
    cpu_s: float = 0.0
    fault: str = ""


@dataclass(frozen=True)
class Run:
    learners: int
    ready_s: float  # from `./lab classroom` to its end: hub, proxy, board; the image is there
    seats: tuple[Seat, ...]

    @property
    def right(self) -> int:
        return sum(not seat.fault for seat in self.seats)

    def last(self, what: Callable[[Seat], float]) -> float:
        return max((what(seat) for seat in self.seats if not seat.fault), default=0.0)

    def middle(self, what: Callable[[Seat], float]) -> float:
        return median([what(seat) for seat in self.seats if not seat.fault] or [0.0])


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 1 when one learner did not get their own answer, or a budget is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--learners", type=int, nargs="+", default=[1, 10, 30], metavar="N")
    parser.add_argument("--runs", type=int, default=1, metavar="N")
    parser.add_argument("--flavour", choices=FLAVOURS, help="default: that of a class")
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    runs = []
    for learners in options.learners * options.runs:
        runs.append(measure(learners, options.flavour))
        print(line(runs[-1]), flush=True)
        for seat in runs[-1].seats:
            if seat.fault:
                print(f"  {seat.name}: {seat.fault}", flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(run) for run in runs], indent=1) + "\n", "utf-8")
    broken = faults(runs)
    print("\n".join(broken) or "All budgets hold.")
    return 1 if broken else 0


def measure(learners: int, flavour: Flavour | None = None) -> Run:
    folder = Path(tempfile.mkdtemp(prefix="hostnet-lab-class-")) / "class"
    began = monotonic()
    lab(folder, "start", "--port", PORT, "--password", PASSWORD, "--learners", str(learners), *(("--flavour", flavour) if flavour else ()))
    ready_s = monotonic() - began
    try:
        found = settings.read(folder)
        assert found is not None
        return Run(learners, ready_s, tuple(_sit(found, [f"learner-{number:02}" for number in range(1, learners + 1)])))
    finally:
        lab(folder, "remove", "--yes")
        folder.parent.rmdir()  # only when all of it is gone: disks are mounted in there until then


def lab(folder: Path, *words: str) -> None:
    environment = {**os.environ, settings.VARIABLE: str(folder)}
    done = subprocess.run([CHECKOUT / "lab", "classroom", *words], capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SetupFailed(f"./lab classroom {' '.join(words)}", done.stderr[-1500:], "mend what it names")


def _sit(found: settings.Settings, names: list[str]) -> list[Seat]:
    """All at once, and each goes on holding its kernel until memory has been looked at: a class does not leave one by one."""
    began = monotonic()
    engine = Engine.connect()
    with ThreadPoolExecutor(len(names)) as pool:
        sitting = list(pool.map(lambda name: _learn(found, name, began), names))
        return list(pool.map(lambda one: _weigh(found, engine, *one), sitting))


def _learn(found: settings.Settings, name: str, began: float) -> tuple[Seat, Learner]:
    learner, seat = Learner(found.address, name, PASSWORD), Seat(name)
    try:
        learner.log_in()
        learner.start()
        seat = replace(seat, up_s=monotonic() - began)
        kernel = Kernel(*learner.open_kernel())
        for code, may_fail in learner.lesson(LESSON):
            kernel.run(code, may_fail=may_fail)
        seat = replace(seat, lesson_s=monotonic() - began)
        page = kernel.run(f"NAME = {name!r}\n{SERVE}").strip()
        seat = replace(seat, answer_s=monotonic() - began)
        return replace(seat, fault="" if page == name else f"port 80 answered {page[:80]!r}"), learner
    except Exception as error:  # one learner's fault is a result, not the end of the measurement
        return replace(seat, fault=f"{type(error).__name__}: {str(error)[:300]}"), learner


def _weigh(found: settings.Settings, engine: Engine, seat: Seat, learner: Learner) -> Seat:
    learner.session.close()
    if seat.fault:
        return seat
    usage = engine.usage(hosts.own_name(found, seat.name))
    processes, held = memory_of(usage["memory_stats"])
    cpu_s = usage["cpu_stats"]["cpu_usage"]["total_usage"] / 1e9
    return replace(seat, memory_mib=held / 2**20, processes_mib=processes / 2**20, cpu_s=cpu_s)


def memory_of(stats: dict[str, Any]) -> tuple[int, int]:
    """Bytes of processes, and bytes that cannot be given back: processes, files in memory, the kernel's own for it.

    cgroup v1 and v2 name them differently; "usage" alone counts files that are read again when they are dropped.
    """
    found = stats["stats"]
    processes = found.get("total_rss", found.get("anon", 0))
    droppable = sum(found.get(f"total_{kind}_file", found.get(f"{kind}_file", 0)) for kind in ("active", "inactive"))
    return processes, stats["usage"] - droppable


def line(run: Run) -> str:
    return (
        f"{run.learners:3} learners: {run.right} of {run.learners} right; class ready {run.ready_s:.1f} s; "
        f"lab hosts up: middle {run.middle(lambda one: one.up_s):.1f} s, last {run.last(lambda one: one.up_s):.1f} s; "
        f"own answer: middle {run.middle(lambda one: one.answer_s):.1f} s, last {run.last(lambda one: one.answer_s):.1f} s; "
        f"each {run.middle(lambda one: one.memory_mib):.0f} MiB ({run.middle(lambda one: one.processes_mib):.0f} of processes), "
        f"{run.middle(lambda one: one.cpu_s):.1f} s of CPU"
    )


def faults(runs: Sequence[Run]) -> list[str]:
    """The budgets: everybody right; memory for each at 30 at most 1.2 x that at 10; the last lab host in linear time."""
    broken = [f"{run.learners - run.right} of {run.learners} without their own answer" for run in runs if run.right < run.learners]
    few, many = ([run for run in runs if run.learners == size] for size in (10, 30))
    if few and many:
        memory = [median(run.middle(lambda one: one.memory_mib) for run in group) for group in (few, many)]
        spawn = [median(run.last(lambda one: one.up_s) for run in group) for group in (few, many)]
        print(f"30 to 10: memory of each x {memory[1] / memory[0]:.2f}, last lab host x {spawn[1] / spawn[0]:.2f} (linear: 3)")
        if memory[1] > 1.2 * memory[0]:
            broken.append(f"memory of each: {memory[1]:.0f} MiB at 30, {memory[0]:.0f} MiB at 10")
        if spawn[1] > 1.2 * 3 * spawn[0]:
            broken.append(f"the last lab host: {spawn[1]:.1f} s at 30, {spawn[0]:.1f} s at 10")
    return broken


if __name__ == "__main__":
    sys.exit(main())
