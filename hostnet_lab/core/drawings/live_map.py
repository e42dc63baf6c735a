"""The live map's order: what of the host map is shown at once, what is folded, and which bridge leads to which container. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..host.facts import Interface
from .host_map import Box, HostMap, Socket

LESSON_PORTS = frozenset([80, *range(8080, 8100)])  # those that lessons use: who else holds one is shown at once
SHOWN = 12  # containers in one place before the rest is folded


@dataclass(frozen=True)
class Net:
    """One network and its containers; each of these with those that share its namespace."""

    name: str
    bridge: Interface | None  # the host's end of its wires; None where there is none, or it is not known
    homes: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True)
class LiveMap:
    """``first``: what a lesson is about; ``folded``: what else listens on this host. The learner's own containers come first."""

    namespace: str
    loopback: Interface | None
    interfaces: tuple[Interface, ...]  # that lead out of the host
    inside: tuple[Box, ...]
    first: tuple[Socket, ...]
    folded: tuple[Socket, ...]
    nets: tuple[Net, ...]
    idle: tuple[Interface, ...]  # bridges without a container
    stopped: tuple[Box, ...]


def live_map(host_map: HostMap, bridges: Mapping[str, str], mine: Collection[str]) -> LiveMap:
    """``bridges``: interfaces by network; ``mine``: names of the learner's own containers."""
    known = {one.name: one for one in host_map.interfaces}
    nets = tuple(_nets(_own_first(host_map.apart, mine), {name: known.get(bridge) for name, bridge in bridges.items()}))
    wired = {net.bridge.name for net in nets if net.bridge}
    idle = tuple(one for name, one in known.items() if name in bridges.values() and name not in wired)
    out = [one for name, one in known.items() if name != "lo" and name not in bridges.values() and one.addresses]
    first = tuple(one for one in host_map.others if one.port in LESSON_PORTS)
    folded = tuple(one for one in host_map.others if one.port not in LESSON_PORTS)
    inside = tuple(_own_first(host_map.inside, mine))
    return LiveMap(host_map.namespace, known.get("lo"), tuple(out), inside, first, folded, nets, idle, host_map.stopped)


def _own_first(boxes: Iterable[Box], mine: Collection[str]) -> list[Box]:
    return sorted(boxes, key=lambda one: one.name not in mine)


def _nets(boxes: Iterable[Box], bridges: Mapping[str, Interface | None]) -> Iterable[Net]:
    """In the order of their first container; those on no network last."""
    homes: dict[str, list[Box]] = {}
    for one in sorted(boxes, key=lambda one: bool(one.home)):  # a home before those that share it
        homes.setdefault(one.home or one.name, []).append(one)
    joined: dict[str, list[tuple[Box, ...]]] = {}
    for home in homes.values():
        joined.setdefault(home[0].joined, []).append(tuple(home))
    for name in sorted(joined, key=lambda name: name == "none"):
        yield Net(name, bridges.get(name), tuple(joined[name]))
