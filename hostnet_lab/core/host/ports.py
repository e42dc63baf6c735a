"""Who holds a port, and what will come of a request: where it will answer, what is discarded, what is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from ...words import tr
from .commands import RunRequest
from .facts import ContainerFacts, Listener

ANY = ("0.0.0.0", "::")
Kind = Literal["answers", "discarded", "taken", "refused", "unreachable"]


@dataclass(frozen=True)
class Owner:
    """Who a listener belongs to: a container by name, a process by name and id, or not visible; ``str`` says it in words.

    ``published``: the engine listens for the container. ``elsewhere``: the id of a container of another engine.
    """

    container: str = ""
    published: bool = False
    elsewhere: str = ""
    pid: int | None = None
    process: str = ""

    def __str__(self) -> str:
        if self.container:
            name = self.container
            return tr("container {name}, published", name=name) if self.published else tr("container {name}", name=name)
        if self.elsewhere:
            return tr("a container of another engine ({id})", id=self.elsewhere[:12])
        if self.pid is None:
            return tr("a process that cannot be seen from here (as root, on the engine's host, it may be)")
        return tr("process {name} (pid {pid})", name=self.process or "?", pid=self.pid)


@dataclass(frozen=True)
class Consequence:
    """One sentence on what the engine will do with a request. ``blocks``: it will not come to run."""

    kind: Kind
    sentence: str

    @property
    def blocks(self) -> bool:
        return self.kind in ("taken", "refused")


def overlap(one: str, other: str) -> bool:
    """True when two addresses cannot both be bound on one port (ip(7), SO_REUSEPORT apart)."""
    return one == other or one in ANY or other in ANY


def holder(listeners: Iterable[Listener], port: int, address: str = "0.0.0.0") -> Listener | None:
    """The listener that keeps ``address``:``port`` from being bound, IPv4 before IPv6."""
    clashing = [one for one in listeners if one.port == port and overlap(one.address, address or "0.0.0.0")]
    return min(clashing, key=lambda one: ":" in one.address, default=None)


class Holders:
    """Whose each listener is, of many containers, each looked at once."""

    def __init__(self, containers: Iterable[ContainerFacts]) -> None:
        self._of_id: dict[str, ContainerFacts] = {}
        self._of_place: dict[tuple[str, int], ContainerFacts] = {}
        for one in containers:
            self._of_id.setdefault(one.id, one)
            for place in one.published if one.running else ():
                self._of_place.setdefault((place.address or "0.0.0.0", place.host_port), one)

    def behind(self, listener: Listener) -> ContainerFacts | None:
        """The container of this engine that a listener belongs to, or whose published port it is."""
        found = self._of_id.get(listener.container) if listener.container else None
        return found or self._of_place.get((listener.address, listener.port))


def behind(listener: Listener, containers: Iterable[ContainerFacts]) -> ContainerFacts | None:
    return Holders(containers).behind(listener)


def owner(listener: Listener, containers: Iterable[ContainerFacts] = ()) -> Owner:
    return owner_by(listener, Holders(containers).behind(listener))


def owner_by(listener: Listener, container: ContainerFacts | None) -> Owner:
    """``container``: the one behind it."""
    if container:
        return Owner(container.name, published=not container.id or container.id != listener.container)
    return Owner(elsewhere=listener.container or "", pid=listener.pid, process=listener.process or "")


def foresee(
    request: RunRequest,
    listeners: Collection[Listener],
    containers: Collection[ContainerFacts],
    serves: Collection[int] = (80,),
) -> list[Consequence]:
    """What will come of a valid request, given the host as it is now.

    ``serves``: the ports that the image's server opens (its EXPOSE is a good guess, no more: metadata).
    """
    consequences = []
    for container in containers:
        if request.name and container.name == request.name:
            name, status = request.name, container.status
            sentence = tr("The name {name} is taken by a container ({status}): Docker will refuse.", name=name, status=status)
            consequences.append(Consequence("taken", sentence))
    if request.network == "host":
        return consequences + _in_host_mode(request, listeners, containers, serves)
    if request.network == "none":
        return [*consequences, Consequence("unreachable", tr("Only a loopback of its own: nobody reaches it."))]
    return consequences + _behind_a_bridge(request, listeners, containers)


def _in_host_mode(
    request: RunRequest, listeners: Collection[Listener], containers: Collection[ContainerFacts], serves: Collection[int]
) -> list[Consequence]:
    consequences = [
        Consequence(
            "discarded",
            tr("-p {ports} is discarded: in host mode there is nothing to map. docker-py refuses it.", ports=publish),
        )
        for publish in request.publish
    ]
    for port in sorted(serves):
        taken = holder(listeners, port)
        if taken:
            sentence = tr(
                "Port {port} is held by {holder}: the container will start, fail to bind, and exit some seconds later.",
                port=port,
                holder=owner(taken, containers),
            )
            consequences.append(Consequence("taken", sentence))
        else:
            sentence = tr("It will answer on {url}, on every address of the host.", url=f"http://localhost:{port}")
            consequences.append(Consequence("answers", sentence))
    return consequences


def _behind_a_bridge(request: RunRequest, listeners: Collection[Listener], containers: Collection[ContainerFacts]) -> list[Consequence]:
    if not request.publish:
        return [Consequence("unreachable", tr("It gets an address of its own; no port of the host leads to it."))]
    consequences = []
    for publish in request.publish:
        taken = holder(listeners, publish.host_port, publish.address)
        if taken:
            who = owner(taken, containers)
            sentence = tr("Port {port} is held by {holder}: Docker will refuse at once.", port=publish.host_port, holder=who)
            consequences.append(Consequence("taken", sentence))
        else:
            where = publish.address if publish.address not in ("", *ANY) else "localhost"
            url = f"http://{where}:{publish.host_port}"
            sentence = tr("{url} will lead to port {port} of the container.", url=url, port=publish.container_port)
            consequences.append(Consequence("answers", sentence))
    return consequences
