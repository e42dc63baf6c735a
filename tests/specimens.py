"""Made-up facts for tests that need no engine: as ``read_container`` and ``host.facts`` would give them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hostnet_lab.core.host.commands import Publish
from hostnet_lab.core.host.facts import ContainerFacts, HostFacts, Interface, Listener
from hostnet_lab.core.host.ownership import Mark, Process

ME = 1000
MARK = Mark(ME, "01", Process("boot", "1", 2, 3)).labels()
ODD = (
    '<img src=x onerror="alert(1)">',
    "名前/コンテナ",
    "a\"b'c`$(id);&&",
    "x" * 5000,
    "\x00\x1b[31m",
    "-p 80:80",
    "مرحبا",
)


def container(name: str, mode: str = "host", status: str = "running", **changed: Any) -> ContainerFacts:
    in_host_mode = mode == "host"
    facts = ContainerFacts(
        id=(name.encode().hex() * 64)[:64],
        name=name,
        image="nginx",
        network_mode=mode,
        status=status,
        exit_code=0,
        pid=100 if status == "running" else 0,
        addresses=() if in_host_mode or status != "running" else ("172.17.0.2",),
        sandbox="/var/run/docker/netns/default" if in_host_mode else "/var/run/docker/netns/0123456789ab",
        asked=(),
        published=(),
        exposed=("80/tcp",),
        labels=MARK,
    )
    return replace(facts, **changed)


def ours(*containers: ContainerFacts) -> frozenset[str]:
    """What the lab says of these: whose mark is this learner's."""
    return frozenset(one.id for one in containers if one.labels == MARK)


def published(name: str, port: int, **changed: Any) -> ContainerFacts:
    places = (Publish(port, 80, "0.0.0.0"), Publish(port, 80, "::"))
    return container(name, "bridge", published=places, **changed)


def listens(port: int, owner: ContainerFacts | None = None, address: str = "0.0.0.0", **changed: Any) -> Listener:
    process = {"pid": 7, "process": "python", "container": owner.id if owner else None}
    return Listener(port, address, **{**process, **changed})


def host(*listeners: Listener, interfaces: tuple[Interface, ...] = ()) -> HostFacts:
    usual = (Interface("lo", ("127.0.0.1", "::1")), Interface("eth0", ("192.0.2.7", "fe80::1")))
    return HostFacts("net:[4026531840]", interfaces or usual, listeners)
