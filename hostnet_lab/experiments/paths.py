"""The paths to a server in host mode and to one on the bridge, timed against each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Any

from ..core.guide.missing import lacking
from ..core.host.commands import Publish, RunRequest
from ..core.host.facts import ContainerFacts
from ..core.host.quirks import relaying
from ..core.host.timings import BIG, MANY, Series, until_apart
from ..edges import host
from .disposable import CLIENT_ADDRESS, HOST_ADDRESS, client_prefix
from .latency import PER_ROUND, ROUNDS, measure, measure_behind
from .stage import OWN, Stage

BIG_TURNS, MANY_TURNS = (8, 10, 2), (8, 5, 2)  # rounds, turns of each, turns before them: a second or two for four paths
BIG_BYTES, AT_ONCE = 8 << 20, 32
STRETCH = 30  # turns: of each stretch the median is kept, which a few bad moments do not move
TOLD = "@$remote_addr"  # nginx's variable: a page that tells the address it was asked from
Paths = Mapping[str, tuple[str, int]]


def faster_without_nat(stage: Stage) -> dict[str, Any]:
    """Small requests to one server in host mode and to one on the bridge, the latter over three paths; samples in microseconds."""
    return _on_the_host(stage, lambda paths: kept(measure(paths, ROUNDS, PER_ROUND)))


def carries_more_without_nat(stage: Stage) -> dict[str, Any]:
    """The same of what is much at once: one big answer, and many requests that begin together."""

    def measured(paths: Paths) -> dict[str, Any]:
        big = measure(paths, *BIG_TURNS, page="/big")
        many = measure(paths, *MANY_TURNS, at_once=AT_ONCE)
        return {"microseconds": {load: {one.path: one.rounds for one in series} for load, series in ((BIG, big), (MANY, many))}}

    return _on_the_host(stage, measured)


def _on_the_host(stage: Stage, measured: Callable[[Paths], dict[str, Any]]) -> dict[str, Any]:
    """What was measured on all four paths, and who relays; or what is lacking."""
    own = host.own_address()
    if own is None:
        return lacking("own address")
    port, published = stage.port(), stage.port()
    in_host = stage.name("nginx")
    stage.run(RunRequest(name=in_host, network="host", command=server_command(in_host, port)))
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
    relays = relaying({one.process or "" for one in host.listeners([published])})
    with stage.quiet():
        seen = measured(paths)
    return {**seen, "relays": relays}


def faster_for_a_lan_client(stage: Stage) -> dict[str, Any]:
    """The client on a disposable host's wire asks both servers; each tells the address that it sees the client under."""
    port, published = stage.port(), stage.port()
    in_host = stage.name("nginx")
    stage.run(RunRequest(name=in_host, network="host", command=server_command(f"{in_host}{TOLD}", port)))
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
        measured = until_apart(lambda: measure_behind(client.prefix, paths, ROUNDS, PER_ROUND))
    return {**seen, **kept(measured)}


def _published(stage: Stage, port: int, told: str = "") -> str:
    """Start nginx on the bridge, its port published; returns the name, which is its page together with ``told``."""
    name = stage.name("bridge")
    stage.run(RunRequest(name=name, network="bridge", command=server_command(f"{name}{told}", 80), publish=(Publish(port, 80),)))
    return name


def server_command(page: str, port: int) -> tuple[str, ...]:
    """The command of a container whose nginx answers ``page``, and on /big so many bytes."""
    site = f"server {{ listen {port}; location / {{ return 200 {page}; }} location = /big {{ root /tmp; }} }}"
    prepare = f"truncate -s {BIG_BYTES} /tmp/big; echo '{site}' > /etc/nginx/conf.d/default.conf"
    return ("sh", "-c", f"{prepare}; exec nginx -g 'daemon off;'")


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


def kept(measured: Sequence[Series]) -> dict[str, Any]:
    """The median of each stretch, in microseconds; the stretches of all paths are the same turns."""
    return {"microseconds": {one.path: [_medians(part) for part in one.rounds] for one in measured}, "stretch": STRETCH}


def _medians(samples_us: Sequence[float]) -> list[float]:
    return [round(median(samples_us[start : start + STRETCH]), 1) for start in range(0, len(samples_us), STRETCH)]
