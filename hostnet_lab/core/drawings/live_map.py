"""The live map's order: what of the host map is shown at once, what is folded, and which bridge leads to which container. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ..host.facts import Interface, Network
from .host_map import Box, HostMap, Socket

LESSON_PORTS = frozenset([80, *range(8080, 8100)])  # those that lessons use: who else holds one is shown at once
SHOWN, SHOWN_NETS = 8, 5  # containers in one place, and networks, before the rest is folded
NOWHERE = "none"


@dataclass(frozen=True)
class Net:
    """One network and its containers; each of these with those that share its namespace."""

    name: str
    driver: str
    end: Interface | None  # the host's end of its wires; of macvlan and ipvlan its parent; None where there is none, or it is not known
    homes: tuple[tuple[Box, ...], ...]
    also: tuple[Box, ...] = ()  # those that stand at another network, and are on this one, too

    @property
    def wired(self) -> bool:
        """Does the host itself reach it there? A parent does not speak with those that hang on it."""
        return self.end is not None and self.driver == "bridge"

    def at(self, box: Box) -> tuple[str, ...]:
        """Its addresses on this network."""
        return next((one.addresses for one in box.networks if one.network == self.name), () if box.networks else box.addresses)


@dataclass(frozen=True)
class LiveMap:
    """``first``: what a lesson is about; ``folded``: what else listens on this host. The learner's own containers come first."""

    namespace: str
    loopback: Interface | None
    interfaces: tuple[Interface, ...]  # that lead out of the host
    inside: tuple[Box, ...]
    first: tuple[Socket, ...]
    folded: tuple[Socket, ...]
    nets: tuple[Net, ...]  # bridges without a container last
    stopped: tuple[Box, ...]


def live_map(host_map: HostMap, networks: Mapping[str, Network], mine: Collection[str]) -> LiveMap:
    """``networks``: the engine's, by name; ``mine``: names of the learner's own containers."""
    known = {one.name: one for one in host_map.interfaces}
    bridges = {one.interface for one in networks.values() if one.bridged}
    return LiveMap(
        namespace=host_map.namespace,
        loopback=known.get("lo"),
        interfaces=tuple(one for name, one in known.items() if name != "lo" and name not in bridges and one.addresses),
        inside=tuple(_first(host_map.inside, mine)),
        first=tuple(one for one in host_map.others if one.port in LESSON_PORTS),
        folded=tuple(one for one in host_map.others if one.port not in LESSON_PORTS),
        nets=tuple(_nets(_first(host_map.apart, mine), networks, known)),
        stopped=tuple(_first(host_map.stopped, mine)),
    )


def _first(boxes: Iterable[Box], mine: Collection[str]) -> list[Box]:
    """The learner's own before those on a lesson's port before others."""
    return sorted(boxes, key=lambda one: (one.name not in mine, not any(socket.port in LESSON_PORTS for socket in one.sockets)))


def _nets(boxes: Iterable[Box], networks: Mapping[str, Network], known: Mapping[str, Interface]) -> Iterable[Net]:
    """In the order of their first container; those on no network, then bridges without a container."""
    homes: dict[str, list[Box]] = {}
    for one in sorted(boxes, key=lambda one: bool(one.home)):  # a home before those that share it
        homes.setdefault(one.home or one.name, []).append(one)
    joined: dict[str, tuple[list[tuple[Box, ...]], list[Box]]] = {}
    for home in homes.values():
        first, *others = [one.network for one in home[0].networks] or [_untold(home[0], networks)]
        joined.setdefault(first, ([], []))[0].append(tuple(home))
        for name in others:
            joined.setdefault(name, ([], []))[1].append(home[0])
    for name in sorted(joined, key=lambda name: name == NOWHERE):
        network = networks.get(name, Network(name))
        yield Net(name, network.driver, known.get(network.interface), tuple(joined[name][0]), tuple(joined[name][1]))
    for name, network in sorted(networks.items()):
        if network.bridged and name not in joined and network.interface in known:
            yield Net(name, network.driver, known[network.interface], ())


def _untold(box: Box, networks: Mapping[str, Network]) -> str:
    """One that the engine has on no network hangs nowhere, whatever it was made for; other engines' own kinds keep their name."""
    return NOWHERE if box.joined in networks and not box.addresses else box.joined
