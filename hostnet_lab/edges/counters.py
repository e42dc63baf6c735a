"""Where packets to containers pass, and the kernel's counters there. Reads /proc, ``ip`` and, as root, the nat rules; changes nothing.

Another user's processes keep no secret of these: the counters of a namespace and a process's time are open to all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..core.drawings.stations import Ground
from ..core.host.counters import (
    Translation,
    accepted_by,
    packets_inside,
    packets_on,
    read_accepted,
    read_devices,
    read_index,
    read_routes,
    read_translations,
    read_work,
    work_of,
)
from ..core.host.facts import ContainerFacts, Listener, number
from ..core.host.network_reading import read_relay
from . import host
from .network import Eye

PROC = Path("/proc")


@dataclass(frozen=True)
class Meters:
    """Which processes to read: of containers by id, of relays by published port."""

    inside: Mapping[str, int] = field(default_factory=dict)
    relays: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def read(self, rules: Iterable[Translation] | None = None) -> dict[str, int]:
        """All counters that can be seen now, by their keys; ``rules``: the nat rules where they were read a moment ago."""
        counts = {packets_on(name).key: count for name, count in read_devices(_text(PROC / "net/dev")).items()}
        counts |= _accepted("self", accepted_by().key)
        for container, pid in self.inside.items():
            own = read_devices(_text(PROC / f"{pid}/net/dev"))
            if own:
                counts[packets_inside(container).key] = sum(count for name, count in own.items() if name != "lo")
            counts |= _accepted(pid, accepted_by(container).key)
        for port, pids in self.relays.items():
            counts[work_of(port).key] = read_work(_text(one) for pid in pids for one in PROC.glob(f"{pid}/task/*/schedstat"))
        for one in translations() or () if rules is None else rules:
            if one.connections is not None:
                counts[one.counter.key] = counts.get(one.counter.key, 0) + one.connections
        return counts


def _accepted(pid: int | str, key: str) -> dict[str, int]:
    found = read_accepted(_text(PROC / f"{pid}/net/snmp"))
    return {} if found is None else {key: found}


def translations() -> list[Translation] | None:
    """The nat rules of IPv4 with their counters; None where they cannot be read, as without root."""
    if os.geteuid():
        return None
    eye = Eye(())
    saved = eye.look("rules", "IPv4", "iptables-save", "-c", "-t", "nat")
    found = read_translations(saved or "")
    if found:
        return found
    ruleset = eye.look("nftables", "", "nft", "list", "ruleset")
    return None if saved is None and ruleset is None else read_translations(ruleset or "")


def ground(containers: Iterable[ContainerFacts], listeners: Sequence[Listener]) -> tuple[Ground, Meters]:
    """What the paths to these containers lead over, and where their counters are. ``listeners``: joined with their containers."""
    inside = {one.id: one.pid for one in containers if one.pid and _is(one)}
    ports = {place.host_port for one in containers for place in one.published}
    relays = _relays(ports)
    pids = {port: tuple(pid for pid, _ in found) for port, found in relays.items()}
    rules = translations()
    place = Ground(
        listeners=tuple(listeners),
        interfaces=tuple(host.interfaces()),
        own_address=host.own_address(),
        routes=tuple(read_routes(_text(PROC / "net/route"))),
        cables=_cables(inside),
        visible=frozenset(inside),
        relays={port: found[0][1] for port, found in relays.items()},
        translations=None if rules is None else tuple(rules),
    )
    return place, Meters(inside, pids)


def _is(container: ContainerFacts) -> bool:
    """True when the engine's process id means that container here too: not so where the engine has its own process ids."""
    return container.id in _text(PROC / f"{container.pid}/cgroup")


def _relays(ports: set[int]) -> dict[int, list[tuple[int, str]]]:
    """docker-proxy processes by the port that they listen on, with process id and name.

    Root can tell those of an engine in another network namespace, such as a disposable host's; others count them in.
    """
    here = host.namespace("net")
    found: dict[int, list[tuple[int, str]]] = {}
    for name in os.listdir(PROC) if ports else ():
        relay = read_relay(host.command_line(int(name))) if name.isdecimal() else None
        port = number(relay.listens.rpartition(":")[2]) if relay and relay.protocol == "tcp" else None
        if port is not None and port in ports and host.namespace("net", name) in (None, here):
            found.setdefault(port, []).append((int(name), "docker-proxy"))
    return found


def _cables(inside: Mapping[str, int]) -> dict[str, str]:
    """The host's end of each container's veth pair; left out where more than one could be it."""
    ends = json.loads(Eye(()).look("links", "", "ip", "-json", "link") or "[]")
    cables = {}
    for container, pid in inside.items():
        index = read_index(_text(PROC / f"{pid}/net/igmp"))
        names = [str(one["ifname"]) for one in ends if one.get("link_index") == index and one.get("master") and index]
        if len(names) == 1:
            cables[container] = names[0]
    return cables


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace")
    except OSError:
        return ""
