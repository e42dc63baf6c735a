"""The kernel's own counters as numbers by key: packets of interfaces, connections of nat rules and sockets, work of a relay.

A key that is missing could not be seen. A counter says that somebody passed, not who: whatever else runs moves it too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Unit = Literal["packets", "connections", "µs"]
Counts = Mapping[str, int]
# The least that one request on a new connection adds: some 10 packets (two handshakes, question, answer), one
# connection, and a relay's work, of which 200 µs were usual.
LEAST: Mapping[Unit, int] = {"packets": 5, "connections": 1, "µs": 20}


@dataclass(frozen=True)
class Counter:
    key: str
    unit: Unit


@dataclass(frozen=True)
class Translation:
    """A nat rule that gives packets to a port of the host another destination."""

    port: int
    target: str  # ADDRESS:PORT
    connections: int | None  # a nat rule meets the first packet of each connection only; None: it does not count

    @property
    def counter(self) -> Counter:
        return Counter(f"nat {self.port} {self.target}", "connections")


def packets_on(link: str) -> Counter:
    return Counter(f"link {link}", "packets")


def packets_inside(container: str) -> Counter:
    """On the container's own interface: the inner end of its veth pair."""
    return Counter(f"inside {container}", "packets")


def accepted_by(container: str = "") -> Counter:
    """In the network namespace of a container; without one, in the host's."""
    return Counter(f"accepted {container}", "connections")


def work_of(port: int) -> Counter:
    """Processor time of the relay processes of one published port."""
    return Counter(f"relay {port}", "µs")


def read_devices(proc_net_dev: str) -> dict[str, int]:
    """Packets in and out by interface, from /proc/net/dev. The loopback hears all that it says: counted once."""
    found = {}
    for line in proc_net_dev.splitlines():
        name, colon, rest = line.partition(":")
        fields = rest.split()
        if colon and len(fields) > 9:
            received, sent = int(fields[1]), int(fields[9])
            found[name.strip()] = received if name.strip() == "lo" else received + sent
    return found


def read_accepted(proc_net_snmp: str) -> int | None:
    """TCP connections accepted in a namespace since it exists (PassiveOpens, RFC 4022), from /proc/net/snmp."""
    lines = [line.split() for line in proc_net_snmp.splitlines() if line.startswith("Tcp:")]
    found = dict(zip(lines[0], lines[1], strict=False)) if len(lines) == 2 else {}
    return int(found["PassiveOpens"]) if "PassiveOpens" in found else None


def read_work(schedstats: Iterable[str]) -> int:
    """Microseconds on a processor, from /proc/PID/task/*/schedstat, whose first field is nanoseconds."""
    return sum(int(one.split()[0]) for one in schedstats if one.split()) // 1000


def read_translations(rules: str) -> list[Translation]:
    """From ``iptables-save -c`` or ``nft list ruleset``; rules that name no port of the host are left out."""
    found = []
    for line in rules.splitlines():
        port, target = re.search(r"dport (\d+)\b", line), re.search(r"(?:--to-destination|\bdnat(?: ip)? to) (\S+)", line)
        if port and target:
            count = re.search(r"^\[(\d+):\d+\]|\bcounter packets (\d+)", line)
            found.append(Translation(int(port[1]), target[1], int(count[1] or count[2]) if count else None))
    return found


def read_routes(proc_net_route: str) -> list[tuple[int, int, str]]:
    """(network, mask, interface) as numbers, the narrowest first, from /proc/net/route (little-endian there)."""
    found = []
    for line in proc_net_route.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 7:
            found.append((_number(fields[1]), _number(fields[7]), fields[0]))
    return sorted(found, key=lambda one: -one[1])


def _number(hexadecimal: str) -> int:
    return int.from_bytes(bytes.fromhex(hexadecimal), "little")


def read_index(proc_net_igmp: str) -> int | None:
    """The number of the first interface that is no loopback, from /proc/PID/net/igmp, which every user may read."""
    for line in proc_net_igmp.splitlines()[1:]:
        found = re.match(r"(\d+)\s+(\S+)", line)
        if found and found[2] != "lo":
            return int(found[1])
    return None
