"""What stands in the host's network namespace and what stands outside it: facts in; a map, its text and drawing out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .commands import Publish
from .facts import ContainerFacts, HostFacts, Interface, Listener
from .ports import owner

ALIVE, ENDED = ("running", "paused", "restarting"), ("exited", "removing", "dead")
SHOWN_INTERFACES, SHOWN_PORTS, SHOWN_OTHERS, SHOWN_STOPPED = 6, 6, 6, 6  # beyond: "and N more"


@dataclass(frozen=True)
class Socket:
    """One port of the host that one owner listens on, at one or more addresses."""

    port: int
    addresses: tuple[str, ...]
    owner: str  # in words
    container: str = ""  # name of the container that it belongs or leads to

    @property
    def where(self) -> str:
        return ", ".join(self.addresses)


@dataclass(frozen=True)
class Box:
    """One container as the map shows it."""

    name: str
    image: str
    network: str  # in words: "host mode", "bridge", "shares the namespace of web"
    status: str
    exit_code: int = 0
    addresses: tuple[str, ...] = ()
    published: tuple[Publish, ...] = ()
    sockets: tuple[Socket, ...] = ()  # its own in the host's namespace (host mode), or those that lead to it


@dataclass(frozen=True)
class HostMap:
    """Everything is kept here, sorted; what does not fit is cut by the drawing, with its number."""

    namespace: str
    interfaces: tuple[Interface, ...]  # without veth ends
    veths: int
    inside: tuple[Box, ...]  # alive, in the host's namespace
    apart: tuple[Box, ...]  # alive, each in another one
    stopped: tuple[Box, ...]
    others: tuple[Socket, ...]  # listeners that belong to no container of this engine

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """Each container with its state: equal in two maps when none came, went, started or stopped."""
        return tuple(sorted((one.name, one.status) for one in (*self.inside, *self.apart, *self.stopped)))

    @property
    def sockets(self) -> tuple[Socket, ...]:
        return (*(one for box in (*self.inside, *self.apart) for one in box.sockets), *self.others)


def map_of(host: HostFacts, containers: Iterable[ContainerFacts]) -> HostMap:
    """Sort what the host and the engine say into the host's namespace, other namespaces, and the stopped."""
    known = sorted(containers, key=lambda one: one.name)
    sockets = _sockets(host.listeners, known)
    boxes = [(one, _box(one, known, sockets)) for one in known]
    alive = [(one, box) for one, box in boxes if one.status in ALIVE]
    return HostMap(
        namespace=host.namespace,
        interfaces=tuple(one for one in host.interfaces if not one.name.startswith("veth")),
        veths=sum(one.name.startswith("veth") for one in host.interfaces),
        inside=tuple(box for one, box in alive if _home(one, known).in_host_mode),
        apart=tuple(sorted((box for one, box in alive if not _home(one, known).in_host_mode), key=lambda one: not one.sockets)),
        stopped=tuple(box for one, box in boxes if one.status not in ALIVE),
        others=tuple(one for one in sockets if not one.container),
    )


def _sockets(listeners: Iterable[Listener], containers: Sequence[ContainerFacts]) -> list[Socket]:
    """One entry for each port and owner, its addresses joined."""
    joined: dict[tuple[int, str, str], list[str]] = {}
    for one in sorted(listeners):
        who = owner(one, containers)
        name = who.removeprefix("container ").removesuffix(", published") if who.startswith("container ") else ""
        joined.setdefault((one.port, who, name), []).append(one.address)
    return [Socket(port, tuple(dict.fromkeys(at)), who, name) for (port, who, name), at in joined.items()]


def _home(container: ContainerFacts, known: Sequence[ContainerFacts]) -> ContainerFacts:
    """The container whose network namespace this one uses: itself, or the one it joined (``container:ID``)."""
    kind, _, key = container.network_mode.partition(":")
    joined = (one for one in known if key and (one.id.startswith(key) or one.name == key))
    return next(joined, container) if kind == "container" else container


def _box(container: ContainerFacts, known: Sequence[ContainerFacts], sockets: Sequence[Socket]) -> Box:
    home = _home(container, known)
    network = "host mode" if container.in_host_mode else container.network_mode.replace("default", "bridge")
    return Box(
        name=container.name,
        image=container.image,
        network=network if home is container else f"shares the namespace of {home.name}",
        status=container.status,
        exit_code=container.exit_code,
        addresses=container.addresses,
        published=container.published,
        sockets=tuple(one for one in sockets if one.container == container.name),
    )


def changes(before: HostMap, after: HostMap) -> str:
    """What is different, in one sentence; "No change." where nothing is."""
    was = {box.name: box for box in (*before.inside, *before.apart)}
    runs = {box.name: box for box in (*after.inside, *after.apart)}
    rests, rested = ({box.name: box for box in one.stopped} for one in (after, before))
    news = [f"{name} started" for name in runs if name not in was]
    for name in was:
        if name not in runs:
            news.append(f"{name} stopped, exit code {rests[name].exit_code}" if name in rests else f"{name} was removed")
    news += [f"{name} was removed" for name in rested if name not in rests and name not in runs]
    for name, box in rests.items():
        if name not in rested and name not in was:
            ended = f"{name} ran and ended, exit code {box.exit_code}"
            news.append(ended if box.status in ENDED else f"{name} was created")
    opened = sorted({one.port for one in after.sockets} - {one.port for one in before.sockets})
    closed = sorted({one.port for one in before.sockets} - {one.port for one in after.sockets})
    ports = [f"port {port} now listens" for port in opened] + [f"port {port} no longer listens" for port in closed]
    said = ": ".join(filter(None, ("; ".join(news), ", ".join(ports))))
    return f"{said[:1].upper() + said[1:] if not news else said}." if said else "No change."


def text(host_map: HostMap) -> str:
    """The map as plain lines: the twin of the drawing."""
    lines = [f"Host network namespace {host_map.namespace}", f"  Interfaces: {'; '.join(interface_words(host_map))}"]
    for box in host_map.inside:
        lines.append(f"  Container {box.name} (image {box.image}, {box.network}): no address of its own")
        lines += [f"    listens on port {one.port} ({one.where})" for one in box.sockets] or ["    listens on nothing"]
    for box in host_map.apart:
        lines += [f"  Published port {one.port} ({one.where}): {leads_to(one, box)}" for one in box.sockets]
    lines += [f"  Port {one.port} ({one.where}): {one.owner}" for one in host_map.others[:SHOWN_OTHERS]]
    lines += [f"  {more}" for more in rest(host_map.others, SHOWN_OTHERS, "listener")]
    for box in host_map.apart:
        at = ", ".join(box.addresses) or "no address but its own loopback"
        lines.append(f"Another network namespace: container {box.name} (image {box.image}, {box.network}), {at}")
    for box in host_map.stopped:
        lines.append(f"Stopped: container {box.name} (image {box.image}, {box.network}), {state_words(box)}")
    return "\n".join(lines)


def leads_to(socket: Socket, box: Box) -> str:
    """Where a published port of the host leads, and by what."""
    inner = [str(one.container_port) for one in box.published if one.host_port == socket.port]
    return f"leads to port {inner[0] if inner else '?'} of {box.name}"


def state_words(box: Box) -> str:
    return f"exited, code {box.exit_code}" if box.status == "exited" else box.status


def interface_words(host_map: HostMap) -> list[str]:
    """One text for each interface with an address; the others, and veth ends, as numbers."""
    addressed = [one for one in host_map.interfaces if one.addresses]
    shown = [f"{one.name} {', '.join(_telling(one.addresses))}{'' if one.up else ' (down)'}" for one in addressed[:SHOWN_INTERFACES]]
    shown += rest(addressed, SHOWN_INTERFACES, "interface")
    bare, veths = len(host_map.interfaces) - len(addressed), host_map.veths
    shown += [f"{bare} without an address"] if bare else []
    cables = "1 veth end: a cable to another namespace" if veths == 1 else f"{veths} veth ends: cables to other namespaces"
    return shown + ([cables] if veths else [])


def _telling(addresses: Sequence[str]) -> Sequence[str]:
    """Without link-local addresses (RFC 4291, 2.5.6: every interface has one), where there are others."""
    return [one for one in addresses if not one.startswith("fe80:")] or addresses


def rest(found: Sequence[object], shown: int, noun: str) -> list[str]:
    """["and 3 more listeners"], or nothing where all were shown."""
    count = len(found) - shown
    return [f"and {count} more {noun}{'s' if count > 1 else ''}"] if count > 0 else []


def svg(host_map: HostMap) -> str:
    """The map as one self-contained ``<svg>``."""
    from .map_drawing import draw  # the layout is a file of its own, and it needs the names above

    return draw(host_map)
