"""Who holds a port, and what will come of a request: where it will answer, what is discarded, what is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from .commands import RunRequest
from .facts import ContainerFacts, Listener

ANY = ("0.0.0.0", "::")
Kind = Literal["answers", "discarded", "taken", "refused", "unreachable"]


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


def owner(listener: Listener, containers: Iterable[ContainerFacts] = ()) -> str:
    """Who a listener belongs to, in words: a container by name, a process by name and id, or not visible."""
    for container in containers:
        if container.id and container.id == listener.container:
            return f"container {container.name}"
        published = {(place.address or "0.0.0.0", place.host_port) for place in container.published}
        if container.running and (listener.address, listener.port) in published:
            return f"container {container.name}, published"
    if listener.container:
        return f"a container of another engine ({listener.container[:12]})"
    if listener.pid is None:
        return "a process that is hidden from you (root can see it)"
    return f"process {listener.process or '?'} (pid {listener.pid})"


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
            sentence = f"The name {request.name} is taken by a container ({container.status}): Docker will refuse."
            consequences.append(Consequence("taken", sentence))
    if request.network == "host":
        return consequences + _in_host_mode(request, listeners, containers, serves)
    if request.network == "none":
        return [*consequences, Consequence("unreachable", "Only a loopback of its own: nobody reaches it.")]
    return consequences + _behind_a_bridge(request, listeners, containers)


def _in_host_mode(
    request: RunRequest, listeners: Collection[Listener], containers: Collection[ContainerFacts], serves: Collection[int]
) -> list[Consequence]:
    consequences = [
        Consequence("discarded", f"-p {publish} is discarded: in host mode there is nothing to map. docker-py refuses it.")
        for publish in request.publish
    ]
    for port in sorted(serves):
        taken = holder(listeners, port)
        if taken:
            late = "the container will start, fail to bind, and exit some seconds later"
            sentence = f"Port {port} is held by {owner(taken, containers)}: {late}."
            consequences.append(Consequence("taken", sentence))
        else:
            consequences.append(Consequence("answers", f"It will answer on http://localhost:{port}, on every address of the host."))
    return consequences


def _behind_a_bridge(request: RunRequest, listeners: Collection[Listener], containers: Collection[ContainerFacts]) -> list[Consequence]:
    if not request.publish:
        return [Consequence("unreachable", "It gets an address of its own; no port of the host leads to it.")]
    consequences = []
    for publish in request.publish:
        taken = holder(listeners, publish.host_port, publish.address)
        if taken:
            sentence = f"Port {publish.host_port} is held by {owner(taken, containers)}: Docker will refuse at once."
            consequences.append(Consequence("taken", sentence))
        else:
            where = publish.address if publish.address not in ("", *ANY) else "localhost"
            sentence = f"http://{where}:{publish.host_port} will lead to port {publish.container_port} of the container."
            consequences.append(Consequence("answers", sentence))
    return consequences
