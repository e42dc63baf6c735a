"""Which server answered, told from who holds the port that was asked: for an answer that shows in no container's log. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from .facts import ContainerFacts, Listener
from .ports import behind
from .silence import reaches

UNSEEN = ""  # in place of a container's name: who answered could not be seen, so that no container did is not known either


def holding(addresses: Iterable[str], port: int, listeners: Collection[Listener], containers: Collection[ContainerFacts]) -> str | None:
    """The container that takes connections to a port, by name; None: a process outside all of ``containers`` does; else UNSEEN.

    ``addresses``: in the order in which they are tried; the first at which somebody listens decides.
    """
    for address in addresses:
        listening = {_of(one, containers) for one in listeners if one.port == port and reaches(address, one.address)}
        found = listening | {one.name for one in containers if one.running and _publishes(one, address, port)}
        if found:
            return found.pop() if len(found) == 1 else UNSEEN
    return UNSEEN


def _of(listener: Listener, containers: Collection[ContainerFacts]) -> str | None:
    container = behind(listener, containers)
    if container:
        return container.name
    return None if listener.pid or listener.container else UNSEEN


def _publishes(container: ContainerFacts, address: str, port: int) -> bool:
    """Also where the engine translates the port by rules alone, so that nobody listens."""
    return any(one.host_port == port and reaches(address, one.address or "0.0.0.0") for one in container.published)
