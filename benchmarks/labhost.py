"""What a lab host costs over a plain JupyterLab: its start, its second start, its memory at rest, its image.

    python -m benchmarks.labhost [--rounds N] [--rootless] [--json FILE]

One round starts each once, in turn: JupyterLab on this machine, a new lab host, the same one again with its kept work. A
warm-up round is dropped. The image must be there: `./lab host` builds it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from hostnet_lab.core.errors import LabError
from hostnet_lab.edges import builds
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import get, wait_until
from hostnet_lab.labhost import host_image, starting
from hostnet_lab.labhost.starting import Flavour, Wish
from hostnet_lab.provision import engine as engines
from hostnet_lab.provision.jupyter_setup import free_port, server_command

ROOT = Path(__file__).resolve().parent.parent
START, SECOND, MEMORY_MIB, IMAGE_MB = 1.3, 1.1, 120.0, 600.0  # the budgets
LIMIT_S, REST_S = 120.0, 20.0
NAME = "bench"
Times = dict[str, list[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 within the budgets, 1 over one of them, 2 where nothing could be measured."""
    options = _parser().parse_args(arguments)
    engine = engines.connect()
    image = host_image.find(engine, ROOT) if engine else None
    if engine is None or image is None:
        print("No engine answers, or it has no image of this lab: run `./lab host` once.", file=sys.stderr)
        return 2
    try:
        times, memory = measure(engine, image, "rootless" if options.rootless else "full", options.rounds)
    except LabError as error:
        print(error, file=sys.stderr)
        return 2
    finally:
        starting.reset(engine, NAME)
    figures = figures_of(times, memory, (builds.image(engine, image) or {}).get("Size", 0))
    print("\n".join(lines(figures)))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return int(not within(figures))


def measure(engine: Engine, image: str, flavour: Flavour, rounds: int) -> tuple[Times, float]:
    """Seconds of each start, by name; and MiB of anonymous memory of a lab host at rest."""
    times: Times = {"plain": [], "first": [], "ready": [], "second": []}
    memory = 0.0
    for turn in range(rounds + 1):
        starting.reset(engine, NAME)
        builds.make_volume(engine, Wish(image, 0, NAME).volume, {starting.VOLUME: NAME})
        found = {"plain": plain()}
        found["first"], found["ready"] = start(engine, image, flavour)
        if turn == rounds:
            sleep(REST_S)  # until what the start has set going is over; nothing announces that
            memory = anonymous_mib(engine)
        starting.stop(engine, NAME)
        found["second"], _ = start(engine, image, flavour)
        if turn:  # 0 is the warm-up
            for name, seconds in found.items():
                times[name].append(seconds)
    return times, memory


def plain() -> float:
    """Seconds until a JupyterLab of this machine answers, started as ./lab starts it."""
    port = free_port(None)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "notebooks").mkdir()
        own = {f"JUPYTER_{name}_DIR": f"{folder}/{name}" for name in ("CONFIG", "DATA", "RUNTIME")}
        begun = perf_counter()
        server = subprocess.Popen(
            server_command(Path(folder), port, ["sh"]),
            env={**os.environ, **own, "JUPYTER_TOKEN": "plain"},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            return _answered(port, "plain") - begun
        finally:
            server.terminate()
            server.wait(30)


def start(engine: Engine, image: str, flavour: Flavour) -> tuple[float, float]:
    """Seconds from the call that creates it until JupyterLab answers, and until its engine has the image too."""
    wish = Wish(image, free_port(None), NAME, flavour, keep=True)
    begun = perf_counter()
    engine.create(starting.payload(wish, "lab"), wish.container)
    engine.start(wish.container)
    answered = _answered(wish.port, "lab") - begun
    healthy = [f"{starting.ROOT}/labhost/healthy"]
    wait_until(lambda: engine.execute(wish.container, healthy)[0] == 0, LIMIT_S, "the engine in the lab host", pause_s=0.02)
    return answered, perf_counter() - begun


def _answered(port: int, token: str) -> float:
    def answers() -> bool:
        answer = get(f"http://127.0.0.1:{port}/api/status?token={token}")
        return answer is not None and answer.status == 200

    wait_until(answers, LIMIT_S, "JupyterLab", pause_s=0.01)
    return perf_counter()


def anonymous_mib(engine: Engine) -> float:
    """Of all processes of the lab host, by its cgroup: "anon" in version 2, "total_rss" in version 1."""
    stats = engine.client.api.stats(Wish("", 0, NAME).container, stream=False)["memory_stats"].get("stats", {})
    return float(stats.get("anon", stats.get("total_rss", 0))) / 2**20


def figures_of(times: Times, memory: float, size: int) -> dict[str, Any]:
    """Medians in seconds; ratios of medians; MiB; MB (10^6 bytes)."""
    middle = {name: median(seconds) for name, seconds in times.items()}
    return {
        "seconds": {name: round(value, 2) for name, value in middle.items()},
        "start": round(middle["first"] / middle["plain"], 2),
        "second": round(middle["second"] / middle["first"], 2),
        "memory": round(memory, 1),
        "image": round(size / 1e6, 1),
    }


def within(figures: dict[str, Any]) -> bool:
    budgets = {"start": START, "second": SECOND, "memory": MEMORY_MIB, "image": IMAGE_MB}
    return all(figures[name] <= budget for name, budget in budgets.items())


def lines(figures: dict[str, Any]) -> list[str]:
    seconds = figures["seconds"]
    return [
        f"plain JupyterLab answers after {seconds['plain']:.2f} s, that of a lab host after {seconds['first']:.2f} s: "
        f"{figures['start']:.2f} x, budget {START:g}; its engine and image are there after {seconds['ready']:.2f} s",
        f"second start of a kept one: {seconds['second']:.2f} s, {figures['second']:.2f} x the first, budget {SECOND:g}",
        f"at rest: {figures['memory']:.1f} MiB of anonymous memory, budget {MEMORY_MIB:g}",
        f"image: {figures['image']:.1f} MB, budget {IMAGE_MB:g}",
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks.labhost", description="Measure what a lab host costs.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="after a warm-up (default: 5)")
    parser.add_argument("--rootless", action="store_true", help="measure the flavour without added rights")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
