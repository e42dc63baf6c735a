"""The ways that lead to a container, as chains of stations: facts in, paths out; and what a request moved on them.

A path is foretold from the configuration. Where its counters say otherwise, ``surprises`` tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

from ...words import tr
from ..host.counters import LEAST, Counter, Counts, Translation, accepted_by, packets_inside, packets_on, work_of
from ..host.facts import ContainerFacts, Interface, Listener
from ..host.ports import ANY

Kind = Literal["sender", "interface", "nat rule", "relay", "bridge", "veth pair", "server"]
KINDS: tuple[Kind, ...] = ("sender", "interface", "nat rule", "relay", "bridge", "veth pair", "server")
SPOKEN: Mapping[Kind, str] = {
    "sender": tr("sender"),
    "interface": tr("interface"),
    "nat rule": tr("nat rule"),
    "relay": tr("relay"),
    "bridge": tr("bridge"),
    "veth pair": tr("veth pair"),
    "server": tr("server"),
}
From = Literal["loopback", "own", "remote", "direct"]  # by which address, or from another machine; "direct": by the container's
Way = Literal["host loopback", "host own", "host remote", "port loopback", "port own", "port remote", "direct"]
WAYS: Mapping[Way, str] = {
    "host loopback": tr("host mode, by loopback"),
    "host own": tr("host mode, by the address that it chose"),
    "host remote": tr("host mode, from another machine"),
    "port loopback": tr("its port, by loopback"),
    "port own": tr("its port, by the host's address"),
    "port remote": tr("its port, from another machine"),
    "direct": tr("its address on the bridge"),
}
SENDERS: Mapping[Way, From] = {
    "host loopback": "loopback",
    "host own": "own",
    "host remote": "remote",
    "port loopback": "loopback",
    "port own": "own",
    "port remote": "remote",
    "direct": "direct",
}
Mark = Literal["passed", "stood still", "not visible"]
Reason = Literal["", "needs root", "no counter", "not visible"]


@dataclass(frozen=True)
class Station:
    """One place that a packet may pass. ``on``: by the configuration, this path leads through it.

    ``name``: of a server its port, of a sender "remote" or "", of an interface "" where it is not known.
    """

    kind: Kind
    name: str
    on: bool = True
    counter: Counter | None = None
    hidden: Reason = ""  # why there is no counter

    @property
    def said(self) -> str:
        """Its name in words."""
        match self.kind:
            case "sender":
                return tr("another machine") if self.name == "remote" else tr("this machine")
            case "server":
                return tr("port {port}", port=self.name)
        return self.name or tr("its interface")


@dataclass(frozen=True)
class Path:
    """One way to a container: its stations in the order in which a request meets them, those that it avoids too."""

    container: str
    way: Way
    url: str
    stations: tuple[Station, ...]

    @property
    def sender(self) -> From:
        return SENDERS[self.way]

    @property
    def remote(self) -> bool:
        """The request comes from another machine: it cannot be sent from here."""
        return self.sender == "remote"

    @property
    def name(self) -> str:
        return f"{self.container}: {WAYS[self.way]}"


@dataclass(frozen=True)
class Passage:
    """Requests sent on one path, with the counters before and after."""

    path: Path
    requests: int
    answered: int
    before: Counts
    after: Counts

    def moved(self, station: Station) -> int | None:
        """By how much its counter moved; None where there is none, or it was not visible both times."""
        key = station.counter.key if station.counter else ""
        return self.after[key] - self.before[key] if key in self.before and key in self.after else None

    def mark(self, station: Station) -> Mark:
        """Passed: its counter moved by what that many requests move at least."""
        moved = self.moved(station)
        if moved is None or station.counter is None:
            return "not visible"
        return "passed" if moved >= LEAST[station.counter.unit] * self.requests else "stood still"

    @property
    def surprises(self) -> tuple[str, ...]:
        """Where the counters contradict the configuration, a sentence each."""
        said = []
        for one in self.path.stations:
            if one.on and self.mark(one) == "stood still":
                told = tr("{name} ({kind}) was expected on this path, but its counter stood still", name=one.said, kind=SPOKEN[one.kind])
                said.append(told)
            elif not one.on and self.mark(one) == "passed":
                told = tr(
                    "the counter of {name} ({kind}) moved, though this path avoids it: other traffic, or another path",
                    name=one.said,
                    kind=SPOKEN[one.kind],
                )
                said.append(told)
        return tuple(said)


@dataclass(frozen=True)
class Ways:
    """Paths, the counters as they are now, and what was sent on some of the paths."""

    paths: tuple[Path, ...]
    counts: Counts
    sent: tuple[Passage, ...] = ()

    @property
    def passages(self) -> Mapping[Path, Passage]:
        return {one.path: one for one in self.sent}


@dataclass(frozen=True)
class Ground:
    """What paths lead over: the host's side of them."""

    listeners: tuple[Listener, ...] = ()  # joined with their containers
    interfaces: tuple[Interface, ...] = ()
    own_address: str | None = None
    routes: tuple[tuple[int, int, str], ...] = ()  # counters.read_routes
    cables: Mapping[str, str] = field(default_factory=dict)  # container id -> the host's end of its veth pair
    visible: frozenset[str] = frozenset()  # ids of containers whose process can be seen from here
    relays: Mapping[int, str] = field(default_factory=dict)  # published port -> name of the process that relays
    translations: tuple[Translation, ...] | None = None  # None: not visible

    def link_to(self, address: str) -> str | None:
        """The interface that packets to an IPv4 address of another namespace leave by; None where only the default route is left."""
        number = int(ip_address(address)) if ":" not in address else -1
        return next((link for network, mask, link in self.routes if mask and number & mask == network), None)

    @property
    def own_link(self) -> str:
        return next((one.name for one in self.interfaces if self.own_address in one.addresses), "")


def paths_of(container: ContainerFacts, ground: Ground) -> tuple[Path, ...]:
    """The paths to one container; none where it does not run, or has no server that could be reached."""
    if not container.running:
        return ()
    return _in_host_mode(container, ground) if container.in_host_mode else _behind_a_bridge(container, ground)


def why_none(container: ContainerFacts) -> str:
    """What to say where ``paths_of`` finds nothing."""
    if not container.running:
        return tr("{name} does not run ({status}): no path leads to it.", name=container.name, status=container.status)
    if container.in_host_mode:
        return tr("{name} listens on no port yet: no path leads to it.", name=container.name)
    return tr("{name} ({network}) has no address that leads to it from here.", name=container.name, network=container.network_mode)


# -- host mode --------------------------------------------------------------------------------------


def _in_host_mode(container: ContainerFacts, ground: Ground) -> tuple[Path, ...]:
    """By loopback where it listens there, else by the address that it chose; and from another machine."""
    own = [one for one in ground.listeners if one.container == container.id]
    if not own:
        return ()
    port = min(one.port for one in own)
    at = {one.address for one in own if one.port == port}
    server = Station("server", str(port), True, accepted_by())
    here = _address_here(at, ground)
    way: Way = "host loopback" if here.startswith(("127.", "[::1")) else "host own"
    found = [Path(container.name, way, _url(here, port), (_sender(), _interface("lo"), server))]
    if ground.own_address and at & {*ANY, ground.own_address}:
        stations = (_sender(remote=True), _interface(ground.own_link), server)
        found.append(Path(container.name, "host remote", _url(ground.own_address, port), stations))
    return tuple(found)


def _address_here(at: Iterable[str], ground: Ground) -> str:
    """Where a request from this machine finds a listener: loopback first."""
    order = sorted(at, key=lambda one: (one not in ANY, not one.startswith("127."), ":" in one, one))
    first = "127.0.0.1" if order[0] in ANY else order[0]
    return f"[{first}]" if ":" in first else first


def _url(address: str, port: int) -> str:
    return f"http://{address}" + (f":{port}" if port != 80 else "")  # as one would type it


# -- bridge -----------------------------------------------------------------------------------------


def _behind_a_bridge(container: ContainerFacts, ground: Ground) -> tuple[Path, ...]:
    """By each kind of address that its first published port has, by its own address, and from another machine."""
    address = next((one for one in container.addresses if ":" not in one), None)
    bridge = ground.link_to(address) if address else None
    if not address or not bridge:
        return ()
    found = []
    if container.published:
        port, inner = container.published[0].host_port, container.published[0].container_port
        at = {one.address or "0.0.0.0" for one in container.published if one.host_port == port}
        inside = _Inside(container, ground, bridge, port, f"{address}:{inner}")
        if at & {"0.0.0.0", "127.0.0.1"}:
            found.append(inside.path("port loopback", f"127.0.0.1:{port}"))
        if ground.own_address and at & {"0.0.0.0", ground.own_address}:
            found.append(inside.path("port own", f"{ground.own_address}:{port}"))
            found.append(inside.path("port remote", f"{ground.own_address}:{port}"))
    else:
        port, inner = 0, next(iter(container.exposed_ports), 80)
    direct = _Inside(container, ground, bridge, port, f"{address}:{inner}")
    found.append(direct.path("direct", direct.target))
    return tuple(sorted(found, key=lambda one: one.remote))


@dataclass(frozen=True)
class _Inside:
    """The stations of one published port (0: none is published) and of the container behind it."""

    container: ContainerFacts
    ground: Ground
    bridge: str
    port: int
    target: str  # ADDRESS:PORT of the container

    def path(self, way: Way, place: str) -> Path:
        translated, relayed = self._how(way)
        remote = way == "port remote"
        first = self.ground.own_link if remote else "lo"
        entered = _interface(first, on=remote or relayed)  # what is translated here never sees the loopback
        stations = [_sender(remote), entered]
        stations += [self._nat(translated)] if self.port and self._may_translate else []
        stations += [self._relay(relayed)] if self.port in self.ground.relays else []
        return Path(self.container.name, way, f"http://{place.removesuffix(':80')}", (*stations, *self._behind()))

    def _how(self, way: Way) -> tuple[bool, bool]:
        """(translated by a nat rule, relayed by a process); Docker's rules leave out 127.0.0.0/8 while there is a relay."""
        if way == "direct":
            return False, False
        relay = self.port in self.ground.relays
        if way == "port loopback":
            return not relay, relay
        return (True, False) if self._may_translate or not relay else (False, True)

    @property
    def _may_translate(self) -> bool:
        found = self.ground.translations
        return found is None or any(one.port == self.port and one.target == self.target for one in found)

    def _nat(self, on: bool) -> Station:
        rules = [one for one in self.ground.translations or () if one.port == self.port and one.target == self.target]
        counted = rules and rules[0].connections is not None
        hidden: Reason = "needs root" if self.ground.translations is None else "" if counted else "no counter"
        return Station("nat rule", f"DNAT :{self.port}", on, rules[0].counter if counted else None, hidden)

    def _relay(self, on: bool) -> Station:
        return Station("relay", self.ground.relays[self.port], on, work_of(self.port))

    def _behind(self) -> tuple[Station, ...]:
        key = self.container.id
        seen = key in self.ground.visible
        hidden: Reason = "" if seen else "not visible"
        cable = Station("veth pair", self.ground.cables.get(key, "veth"), True, packets_inside(key) if seen else None, hidden)
        server = Station("server", self.target.rpartition(":")[2], True, accepted_by(key) if seen else None, hidden)
        return Station("bridge", self.bridge, True, packets_on(self.bridge)), cable, server


def _sender(remote: bool = False) -> Station:
    return Station("sender", "remote" if remote else "")


def _interface(name: str, on: bool = True) -> Station:
    return Station("interface", name, on, packets_on(name))
