"""The paths to a server in host mode and to one on the bridge, timed against each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from ..core.drawings.latency import Series
from ..core.guide.missing import lacking
from ..core.host.commands import Publish, RunRequest
from ..core.host.facts import ContainerFacts
from ..edges import host
from ..edges.pace import PACE
from .disposable import CLIENT_ADDRESS, HOST_ADDRESS, client_prefix
from .latency import measure, measure_behind
from .servers import nginx_command, start_nginx
from .stage import OWN, Stage

# What a busy machine adds is no property of a path: of neighbouring requests the fastest counts, and of all rounds the
# calmest, judged by the paths together, so that none is favoured.
ROUNDS, CALMEST, PER_ROUND, BEST_OF = 9, 5, 60, 3  # half a second for four paths
MOST_TIMES = 4  # as many rounds
# NAT alone costs less than such neighbours differ by: more of them. Two thirds of a second for two paths.
LAN_PER_ROUND, LAN_BEST_OF = 150, 10
ENGINE = "dockerd"  # it holds a published port itself where it has no relay (userland-proxy: false), and never accepts there
TOLD = "@$remote_addr"  # nginx's variable: a page that tells the address it was asked from


def faster_without_nat(stage: Stage) -> dict[str, Any]:
    """One server in host mode and one on the bridge, the latter over three paths; samples in microseconds."""
    own = host.own_address()
    if own is None:
        return lacking("own address")
    port, published = stage.port(), stage.port()
    in_host = start_nginx(stage, str(port))
    on_bridge = _published(stage, published)
    facts = stage.facts(on_bridge)
    address = facts.addresses[0] if facts and facts.addresses else ""
    if unpublished := _unpublished(facts, own):
        return unpublished
    paths = {
        "host mode": ("127.0.0.1", port),
        "the bridge address": (address, 80),
        "a published port over loopback": ("127.0.0.1", published),
        "a published port over the host's address": (own, published),
    }
    for path, (target, number) in paths.items():
        url, is_host = f"http://{target}:{number}/", path == "host mode"
        stage.await_page(url, in_host if is_host else on_bridge, "" if is_host else OWN)
    relays = sorted({one.process or "" for one in host.listeners([published])} - {ENGINE})
    with stage.quiet():
        measured = measure(paths, _rounds(), PER_ROUND)
    return {**_calmed(measured, BEST_OF), "relays": [name for name in relays if name]}


def faster_for_a_lan_client(stage: Stage) -> dict[str, Any]:
    """The client on a disposable host's wire asks both servers; each tells the address that it sees the client under."""
    port, published = stage.port(), stage.port()
    in_host = stage.name("nginx")
    stage.run(RunRequest(name=in_host, network="host", command=nginx_command(f"{in_host}{TOLD}", str(port))))
    on_bridge = _published(stage, published, TOLD)
    client = Stage(stage.engine, stage.labels, client_prefix(stage), stage.endpoint)
    seen: dict[str, Any] = {
        "client": CLIENT_ADDRESS,
        "seen_as": {
            "host mode": _seen_as(client, port, in_host, f"http://127.0.0.1:{port}/"),
            "a published port": _seen_as(client, published, on_bridge, OWN),
        },
    }
    if not all(seen["seen_as"].values()):
        return seen
    paths = {"host mode": (HOST_ADDRESS, port), "a published port": (HOST_ADDRESS, published)}
    with stage.quiet():
        measured = measure_behind(client.prefix, paths, _rounds(), LAN_PER_ROUND)
    return {**seen, **_calmed(measured, LAN_BEST_OF)}


def _published(stage: Stage, port: int, told: str = "") -> str:
    """Start nginx on the bridge, its port published; returns the name, which is its page together with ``told``."""
    name = stage.name("bridge")
    request = RunRequest(name=name, network="bridge", command=nginx_command(f"{name}{told}", "80"))
    stage.run(replace(request, publish=(Publish(port, 80),)))
    return name


def _unpublished(facts: ContainerFacts | None, own: str) -> dict[str, Any]:
    """The observation of a server on the bridge that has not all the paths to it; empty where it has."""
    if not facts or not facts.addresses or not facts.published:
        return lacking("published")
    bound = sorted({one.address for one in facts.published if ":" not in one.address})
    return lacking("published elsewhere", addresses=bound) if bound and not {own, "0.0.0.0", ""} & set(bound) else {}


def _seen_as(client: Stage, port: int, name: str, inside: str) -> str:
    """The address that the server ``name`` tells the client to have; "" when it does not come to answer, as ``settled`` knows."""
    url = f"http://{HOST_ADDRESS}:{port}/"
    if client.settled(url, name, inside) != "answers":
        return ""
    page, _, address = (client.get(url) or "").partition("@")
    return address if page == name else ""


def _rounds() -> int:
    """More of them where the machine is slow, and fewer are calm."""
    return ROUNDS * min(max(round(PACE.pace), 1), MOST_TIMES)


def _calmed(measured: Sequence[Series], best_of: int) -> dict[str, Any]:
    best = {one.path: [_best(part, best_of) for part in one.rounds] for one in measured}
    return {"microseconds": _calmest(best), "rounds": len(measured[0].rounds), "best_of": best_of}


def _best(samples_us: Sequence[float], best_of: int) -> list[float]:
    groups = (samples_us[start : start + best_of] for start in range(0, len(samples_us), best_of))
    return [round(min(group), 1) for group in groups]


def _calmest(measured: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    """The rounds in which all paths together took the least time, in their order."""
    numbers = range(min(map(len, measured.values())))
    took = [sum(median(rounds[number]) for rounds in measured.values()) for number in numbers]
    kept = sorted(sorted(numbers, key=took.__getitem__)[:CALMEST])
    return {path: [rounds[number] for number in kept] for path, rounds in measured.items()}
