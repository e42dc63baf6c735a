"""What the engine and the host say, as values: JSON and /proc text in, frozen dataclasses out."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from typing import Any

from .commands import Publish

Json = Mapping[str, Any]
NEVER = "0001-"  # the zero time of Go, in which engines write that something has not happened


@dataclass(frozen=True)
class Joined:
    """One network that a container is on now."""

    network: str
    addresses: tuple[str, ...] = ()  # IPv4 before IPv6; none on "none"
    id: str = ""


@dataclass(frozen=True)
class Network:
    """One network of the engine's, and its end in the host."""

    name: str
    driver: str = ""
    interface: str = ""  # the bridge; of macvlan and ipvlan the parent; "" where there is none, or it is not told
    id: str = ""

    @property
    def bridged(self) -> bool:
        return self.driver == "bridge" and bool(self.interface)


@dataclass(frozen=True)
class ContainerFacts:
    """One container, from ``docker inspect``; asked-for and real values kept apart."""

    id: str
    name: str
    image: str
    network_mode: str
    status: str  # created, running, exited, ...
    exit_code: int
    pid: int  # on the engine's host; 0 when not running
    addresses: tuple[str, ...]  # of its own; none in host mode
    sandbox: str  # SandboxKey: the file that names its network namespace; ends in /default in host mode
    asked: tuple[Publish, ...]  # HostConfig.PortBindings
    published: tuple[Publish, ...]  # NetworkSettings.Ports: what really happened
    exposed: tuple[str, ...]  # EXPOSE: metadata only
    labels: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    cap_drop: tuple[str, ...] = ()
    auto_remove: bool = False
    started_at: str = ""  # ISO 8601, by the engine's clock
    finished_at: str = ""  # likewise, of its last end; "" when it never ended
    error: str = ""  # the engine's own words on a start that failed
    networks: tuple[Joined, ...] = ()  # that it is on, the one it was made for first; () also where the engine tells none

    @property
    def running(self) -> bool:
        return self.status == "running"

    @property
    def exposed_ports(self) -> list[int]:
        """Its TCP ports by EXPOSE, sorted; what is no port there is left out."""
        found = (number(port) for port, _, protocol in (one.partition("/") for one in self.exposed) if protocol == "tcp")
        return sorted(port for port in found if port)

    @property
    def in_host_mode(self) -> bool:
        """By HostConfig.NetworkMode, the one fact that all engines give alike."""
        return self.network_mode == "host"


def home_of(container: ContainerFacts, known: Collection[ContainerFacts]) -> ContainerFacts:
    """The container whose network namespace this one uses: itself, or the one at the end of those that it joined (``container:ID``)."""
    for _ in known:  # a chain is not longer than that, even where it leads round
        kind, _, key = container.network_mode.partition(":")
        if kind != "container" or not key:
            break
        joined = next((one for one in known if one.id.startswith(key) or one.name == key), None)
        if joined is None:
            break
        container = joined
    return container


def read_container(inspect: Json) -> ContainerFacts:
    """Facts from one ``GET /containers/ID/json`` (API 1.41 and later)."""
    config, host = inspect.get("Config") or {}, inspect.get("HostConfig") or {}
    state, network = inspect.get("State") or {}, inspect.get("NetworkSettings") or {}
    networks = (network.get("Networks") or {}).values()
    own = [network.get("IPAddress") or "", *((entry or {}).get("IPAddress") or "" for entry in networks)]
    return ContainerFacts(
        id=str(inspect.get("Id", "")),
        name=str(inspect.get("Name", "")).lstrip("/"),
        image=str(config.get("Image", "")),
        network_mode=str(host.get("NetworkMode", "")).replace("default", "bridge"),  # "default": none was named
        status=str(state.get("Status", "")),
        exit_code=int(state.get("ExitCode") or 0),
        pid=int(state.get("Pid") or 0),
        addresses=tuple(dict.fromkeys(filter(None, own))),
        sandbox=str(network.get("SandboxKey") or ""),
        asked=_publishes(host.get("PortBindings")),
        published=_publishes(network.get("Ports")),
        exposed=tuple(sorted(config.get("ExposedPorts") or {})),
        labels=dict(config.get("Labels") or {}),
        user=str(config.get("User") or ""),
        cap_drop=tuple(name.removeprefix("CAP_") for name in host.get("CapDrop") or ()),
        auto_remove=bool(host.get("AutoRemove")),
        started_at=str(state.get("StartedAt") or ""),
        finished_at=_moment(state.get("FinishedAt")),
        error=str(state.get("Error") or ""),
        networks=_joined(network.get("Networks"), str(host.get("NetworkMode", ""))),
    )


def read_listed(entry: Json) -> ContainerFacts:
    """Facts from one entry of ``GET /containers/json``: without process id, rights, and what was asked for.

    The engine gives it at once, also while it starts or removes that container, when ``docker inspect`` waits.
    """
    networks = ((entry.get("NetworkSettings") or {}).get("Networks") or {}).values()
    status = str(entry.get("State") or "")
    code = re.search(r"\(([0-9]{1,10})\)", str(entry.get("Status") or ""))  # "Exited (137) 3 seconds ago"
    running = status in ("running", "paused")
    return ContainerFacts(
        id=str(entry.get("Id", "")),
        name=name_of(entry),
        image=str(entry.get("Image", "")),
        network_mode=str((entry.get("HostConfig") or {}).get("NetworkMode", "")).replace("default", "bridge"),
        status=status,
        exit_code=int(code[1]) if code and not running else 0,
        pid=0,
        addresses=tuple(dict.fromkeys(one["IPAddress"] for one in networks if one and one.get("IPAddress"))),
        sandbox="",
        asked=(),
        published=tuple(
            Publish(int(one["PublicPort"]), int(one["PrivatePort"]), str(one.get("IP") or ""))
            for one in entry.get("Ports") or ()
            if one.get("PublicPort") and one.get("Type", "tcp") == "tcp"
        ),
        exposed=(),
        labels=dict(entry.get("Labels") or {}),
        networks=_joined((entry.get("NetworkSettings") or {}).get("Networks"), str((entry.get("HostConfig") or {}).get("NetworkMode", ""))),
    )


def _joined(networks: Json | None, made_for: str) -> tuple[Joined, ...]:
    """Of one that rests the engine lists its networks as well, without an end of a wire there."""
    found = []
    for name, one in sorted((networks or {}).items(), key=lambda entry: (entry[0] != made_for.replace("default", "bridge"), entry[0])):
        addresses = tuple(str(address) for key in ("IPAddress", "GlobalIPv6Address") if one and (address := one.get(key)))
        if addresses or (one and one.get("EndpointID")):
            found.append(Joined(str(name), addresses, str(one.get("NetworkID") or "")))
    return tuple(found)


def number(text: str, digits: int = 5) -> int | None:
    """A number that was written with at most so many digits, 0 to 9; None for all else.

    int() takes blanks, "_", and the digits of every script, and ends in an error of its own at 4,300 digits.
    """
    return int(text) if len(text) <= digits and text.isascii() and text.isdigit() else None


def name_of(entry: Json) -> str:
    """What an entry of the engine's list is called; one without a name, as while it is removed, by its short id."""
    return str(next(iter(entry.get("Names") or ()), "")).lstrip("/") or str(entry.get("Id", ""))[:12]


def read_log(raw: bytes) -> str:
    """The text of ``GET /containers/ID/logs``: in frames of both streams, or, of a container with a terminal, as it is.

    Source: https://docs.docker.com/reference/api/engine/ (ContainerAttach, stream format). A last frame may be cut off.
    """
    pieces, place = [], 0
    while raw[place : place + 4] in (b"\0\0\0\0", b"\1\0\0\0", b"\2\0\0\0"):
        size = int.from_bytes(raw[place + 4 : place + 8], "big")
        pieces.append(raw[place + 8 : place + 8 + size])
        place += 8 + size
    return b"".join([*pieces, raw[place:] if not place else b""]).decode("utf-8", "replace")


def _moment(said: Any) -> str:
    return "" if str(said or NEVER).startswith(NEVER) else str(said)


def _publishes(ports: Json | None) -> tuple[Publish, ...]:
    found = []
    for key, places in (ports or {}).items():
        port, _, protocol = key.partition("/")
        for place in places or ():
            host_port, inner = number(str((place or {}).get("HostPort") or "")), number(port)
            if protocol in ("", "tcp") and host_port is not None and inner is not None:
                found.append(Publish(host_port, inner, str(place.get("HostIp") or "")))
    return tuple(found)


@dataclass(frozen=True, order=True)
class Listener:
    """A TCP socket that accepts connections in the host's network namespace."""

    port: int
    address: str
    inode: int = field(default=0, compare=False)
    pid: int | None = field(default=None, compare=False)  # None: not ours to see (another user's process)
    process: str | None = field(default=None, compare=False)
    container: str | None = field(default=None, compare=False)  # id, where the process runs in one

    @property
    def place(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


def read_listeners(proc_net_tcp: str) -> list[Listener]:
    """Listening sockets from the text of /proc/net/tcp or /proc/net/tcp6 (see proc_net(5))."""
    listeners = []
    for line in proc_net_tcp.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 9 and fields[3] == "0A":  # TCP_LISTEN, include/net/tcp_states.h
            address, _, port = fields[1].partition(":")
            listeners.append(Listener(int(port, 16), _address(address), int(fields[9])))
    return listeners


def _address(hexadecimal: str) -> str:
    """An address as /proc prints it: 32-bit words, each in the machine's (little-endian) order."""
    raw = bytes.fromhex(hexadecimal)
    words = b"".join(raw[start : start + 4][::-1] for start in range(0, len(raw), 4))
    return str(IPv4Address(words) if len(words) == 4 else IPv6Address(words))


def read_container_id(proc_pid_cgroup: str) -> str | None:
    """The container that a process runs in, from /proc/PID/cgroup (v1 and v2)."""
    found = re.search(r"\b([0-9a-f]{64})\b", proc_pid_cgroup)
    return found.group(1) if found else None


@dataclass(frozen=True)
class Interface:
    name: str
    addresses: tuple[str, ...]
    up: bool = True


@dataclass(frozen=True)
class HostFacts:
    """The network namespace that this process lives in."""

    namespace: str  # net:[INODE]
    interfaces: tuple[Interface, ...]
    listeners: tuple[Listener, ...]
