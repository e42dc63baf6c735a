"""``./lab exec python -m tests.slow [--share PART]... [--stop WHOM]``: does a slow machine give the verdicts of a quiet one?

Makes a disposable host, of which engine, containers and `./lab verify` are held to a part of one processor by a control group, and
runs the whole ledger there: once unheld, then at each PART (0.1 and 0.25 where none is named), then with the engine, or verify itself,
stopped for five seconds in the middle. Prints a line for each run, with its time as a multiple of the quiet one's. Needs root, and an
engine with the image nginx. Exit code: 0 when all verdicts are alike, 1 when one differs, 2 when it could not be run. Some ten minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

import psutil

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import PACE
from hostnet_lab.experiments import disposable
from hostnet_lab.experiments.stage import Stage

CGROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 100_000
STOP_S, STOP_AFTER_S = 5.0, 4.0
WHOM = ("engine", "verify")
Verdicts = dict[str, str]


class Held:
    """A control group for this process, all that it starts, and an engine's containers; version 1 and version 2 of cgroups(7)."""

    def __init__(self) -> None:
        self.name = f"hostnet-lab-slow-{os.getpid()}"
        version_2 = (CGROUPS / "cgroup.controllers").exists()
        self._limit = "cpu.max" if version_2 else "cpu.cfs_quota_us"
        self._place = (CGROUPS if version_2 else CGROUPS / "cpu") / self.name
        (self._place / "work").mkdir(parents=True)
        if version_2:
            with suppress(OSError):  # it is on already
                (CGROUPS / "cgroup.subtree_control").write_text("+cpu")
            (self._place / "cgroup.subtree_control").write_text("+cpu")
        self._before = self._mine(version_2)
        (self._place / "work" / "cgroup.procs").write_text(str(os.getpid()))

    @property
    def engine_options(self) -> tuple[str, ...]:
        """In version 1 a disposable host's containers are held with its maker; so are those of verify's own hosts."""
        return (f"--cgroup-parent=/{self.name}/containers",) if self._limit == "cpu.max" else ()

    def to(self, share: float | None) -> None:
        """A part of one processor from now on; None: all that there is."""
        if self._limit == "cpu.max":
            (self._place / self._limit).write_text(f"{int(share * PERIOD_US)} {PERIOD_US}" if share else "max")
        else:
            (self._place / "cpu.cfs_period_us").write_text(str(PERIOD_US))
            (self._place / self._limit).write_text(str(int(share * PERIOD_US)) if share else "-1")

    def end(self) -> None:
        self.to(None)
        (self._before / "cgroup.procs").write_text(str(os.getpid()))
        for place in (*CGROUPS.glob(self.name), *CGROUPS.glob(f"*/{self.name}")):
            for group in sorted((*place.rglob("*/"), place), key=lambda one: -len(one.parts)):
                with suppress(OSError):  # no directory of ours
                    group.rmdir()

    @staticmethod
    def _mine(version_2: bool) -> Path:
        """Where this process was before: cgroup(7), /proc/PID/cgroup."""
        lines = [line.split(":", 2) for line in Path("/proc/self/cgroup").read_text().splitlines()]
        path = next(path for number, names, path in lines if (number == "0" if version_2 else "cpu" in names.split(",")))
        return (CGROUPS if version_2 else CGROUPS / "cpu") / path.lstrip("/")


@contextmanager
def held_host() -> Iterator[tuple[Held, Stage]]:
    held = Held()
    try:
        labels = Mark(os.getuid(), "test", host.this_process()).labels()
        with disposable.disposable(Engine.connect(), labels, held.engine_options) as stage:
            yield held, stage
    finally:
        held.end()


def verify(stage: Stage, whom: str = "") -> tuple[Verdicts, float, int]:
    """The verdicts, the seconds and how many were tried again; ``whom`` is stopped for five seconds in the middle."""
    begun = monotonic()
    with tempfile.NamedTemporaryFile() as file:
        words = [*stage.prefix, sys.executable, "-P", "-m", "hostnet_lab", "verify", "--json", file.name]
        environment = {**os.environ, "DOCKER_HOST": stage.endpoint}
        with subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
            if whom:
                stop = threading.Timer(STOP_AFTER_S, _stop, [_engine() if whom == "engine" else process.pid])
                stop.start()
            said, _ = process.communicate()
        try:
            found: dict[str, Any] = json.loads(Path(file.name).read_text())
        except ValueError:
            raise SystemExit(f"verify ended with {process.returncode}:\n{said}") from None
    again = sum(one["tries"] > 1 for one in found["claims"])
    for one in found["claims"]:
        if not one["as_expected"]:
            print(f"    {one['id']}: {one['verdict']}: {one['evidence']}", flush=True)
    return {one["id"]: one["verdict"] for one in found["claims"]}, monotonic() - begun, again


def _engine() -> int:
    """The disposable host's dockerd, among this process's descendants."""
    return int(next(one.pid for one in psutil.Process().children(recursive=True) if one.name() == "dockerd"))


def _stop(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
        threading.Event().wait(STOP_S)  # the fault itself: nothing is waited for
        os.kill(pid, signal.SIGCONT)


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser("python -m tests.slow", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, action="append", metavar="PART", help="of one processor; may be repeated (0.1, 0.25)")
    parser.add_argument("--stop", choices=WHOM, action="append", help="only these, for five seconds; may be repeated (both)")
    asked = parser.parse_args(words)
    if why := disposable.missing():
        print(f"{why}: sudo ./lab exec python -m tests.slow", file=sys.stderr)
        return 2
    everything = not (asked.share or asked.stop)
    shares, stops = asked.share or ([0.1, 0.25] if everything else []), asked.stop or (WHOM if everything else ())
    alike = True
    with held_host() as (held, stage):
        quiet, quiet_s, _ = verify(stage)
        tested = sum(verdict != "not testable here" for verdict in quiet.values())
        print(f"{'unheld':24} {len(quiet)} claims, {tested} tested, {quiet_s:.0f} s", flush=True)
        for share, whom in [*((share, "") for share in shares), *((None, whom) for whom in stops)]:
            held.to(share)
            PACE.look_closely()
            found, seconds, again = verify(stage, whom)
            held.to(None)
            wrong = sorted(id for id in quiet if found.get(id) != quiet[id])
            alike = alike and not wrong
            what = f"{share:g} of a processor" if share else f"{whom} stopped for {STOP_S:g} s"
            seen = f"other verdicts: {', '.join(wrong)}" if wrong else "the same verdicts"
            print(f"{what:24} {seen}, {seconds / quiet_s:.1f} times the time, {again} tried again", flush=True)
    return 0 if alike else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except LabError as error:
        sys.exit(str(error))
