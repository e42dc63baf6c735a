"""The paths to a server in host mode and to one on the bridge, timed against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from ..core.commands import Publish, RunRequest
from ..edges import host
from .latency import measure
from .servers import nginx_command, start_nginx
from .stage import Stage

# What a busy machine adds is no property of a path: of neighbouring requests the fastest counts, and of all rounds the
# calmest, judged by the paths together, so that none is favoured.
ROUNDS, CALMEST, PER_ROUND, BEST_OF = 9, 5, 60, 3  # half a second for four paths


def faster_without_nat(stage: Stage) -> dict[str, Any]:
    """One server in host mode and one on the bridge, the latter over three paths; samples in microseconds."""
    own = host.own_address()
    if own is None:
        return {"missing": "this host has no address besides its loopback"}
    port, published = stage.port(), stage.port()
    in_host = start_nginx(stage, str(port))
    on_bridge = stage.name("bridge")
    request = RunRequest(name=on_bridge, network="bridge", command=nginx_command(on_bridge, "80"))
    stage.run(replace(request, publish=(Publish(published, 80),)))
    facts = stage.facts(on_bridge)
    address = facts.addresses[0] if facts and facts.addresses else ""
    paths = {
        "host mode": ("127.0.0.1", port),
        "the bridge address": (address, 80),
        "a published port over loopback": ("127.0.0.1", published),
        "a published port over the host's address": (own, published),
    }
    for path, (target, number) in paths.items():
        stage.await_page(f"http://{target}:{number}/", in_host if path == "host mode" else on_bridge)
    relays = sorted({one.process or "" for one in host.listeners([published])})
    measured = {one.path: [_best(part) for part in one.rounds] for one in measure(paths, ROUNDS, PER_ROUND)}
    return {"microseconds": _calmest(measured), "rounds": ROUNDS, "best_of": BEST_OF, "relays": [name for name in relays if name]}


def _best(samples_us: Sequence[float]) -> list[float]:
    groups = (samples_us[start : start + BEST_OF] for start in range(0, len(samples_us), BEST_OF))
    return [round(min(group), 1) for group in groups]


def _calmest(measured: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    """The rounds in which all paths together took the least time, in their order."""
    took = [sum(median(rounds[number]) for rounds in measured.values()) for number in range(ROUNDS)]
    kept = sorted(sorted(range(ROUNDS), key=took.__getitem__)[:CALMEST])
    return {path: [rounds[number] for number in kept] for path, rounds in measured.items()}
