"""What stands in the host's network namespace and what stands outside it: facts in; a map, its text and drawing out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ...words import tr, tr_n
from ..host.commands import Publish
from ..host.facts import ContainerFacts, HostFacts, Interface, Joined, Listener, home_of
from ..host.ports import Holders, Owner, owner_by

ALIVE, ENDED = ("running", "paused", "restarting"), ("exited", "removing", "dead")
SHOWN_INTERFACES, SHOWN_PORTS, SHOWN_OTHERS, SHOWN_STOPPED = 6, 6, 6, 6  # beyond: "and N more"
Noun = Literal["interface", "port", "listener", "container"]


@dataclass(frozen=True)
class Socket:
    """One port of the host that one owner listens on, at one or more addresses."""

    port: int
    addresses: tuple[str, ...]
    owner: Owner
    container: str = ""  # name of the container that it belongs or leads to
    elsewhere: bool = False  # it belongs to a container of another engine

    @property
    def where(self) -> str:
        return ", ".join(self.addresses)


@dataclass(frozen=True)
class Box:
    """One container as the map shows it."""

    name: str
    image: str
    space: Literal["host", "own", "shared"]  # whose network namespace it is in
    status: str
    exit_code: int = 0
    addresses: tuple[str, ...] = ()
    published: tuple[Publish, ...] = ()
    sockets: tuple[Socket, ...] = ()  # its own in the host's namespace (host mode), or those that lead to it
    joined: str = ""  # the name of its first network, as the engine calls it: "host", "bridge", "my-network", "none"
    home: str = ""  # the container whose namespace it shares; "" where it is its own
    networks: tuple[Joined, ...] = ()  # of that namespace, where the engine tells them

    @property
    def network(self) -> str:
        """In words: "host mode", "bridge", "shares the namespace of web"."""
        if self.home:
            return tr("shares the namespace of {name}", name=self.home)
        return tr("host mode") if self.space == "host" else ", ".join(one.network for one in self.networks) or self.joined


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
    homes = [home_of(one, known) for one in known]
    sockets = _sockets(host.listeners, known)
    theirs: dict[str, list[Socket]] = {}
    for socket in sockets:
        theirs.setdefault(socket.container, []).append(socket)
    boxes = [_box(one, home, theirs.get(one.name, ())) for one, home in zip(known, homes, strict=True)]
    alive = [(home.in_host_mode, box) for home, box in zip(homes, boxes, strict=True) if box.status in ALIVE]
    return HostMap(
        namespace=host.namespace,
        interfaces=tuple(one for one in host.interfaces if not one.name.startswith("veth")),
        veths=sum(one.name.startswith("veth") for one in host.interfaces),
        inside=tuple(box for in_host_mode, box in alive if in_host_mode),
        apart=tuple(sorted((box for in_host_mode, box in alive if not in_host_mode), key=lambda one: not one.sockets)),
        stopped=tuple(box for box in boxes if box.status not in ALIVE),
        others=tuple(one for one in sockets if not one.container),
    )


def _sockets(listeners: Iterable[Listener], containers: Sequence[ContainerFacts]) -> list[Socket]:
    """One entry for each port and owner, its addresses joined."""
    joined: dict[tuple[int, Owner, str, bool], list[str]] = {}
    holders = Holders(containers)
    for one in sorted(listeners):
        found = holders.behind(one)
        name, elsewhere = found.name if found else "", not found and bool(one.container)
        joined.setdefault((one.port, owner_by(one, found), name, elsewhere), []).append(one.address)
    return [Socket(port, tuple(dict.fromkeys(at)), who, name, elsewhere) for (port, who, name, elsewhere), at in joined.items()]


def _box(container: ContainerFacts, home: ContainerFacts, sockets: Sequence[Socket]) -> Box:
    own = tuple(address for one in container.networks for address in one.addresses)
    return Box(
        name=container.name,
        image=container.image,
        space="shared" if home is not container else "host" if container.in_host_mode else "own",
        status=container.status,
        exit_code=container.exit_code,
        addresses=own or container.addresses,
        published=container.published,
        sockets=tuple(sockets),
        joined=home.networks[0].network if home.networks else home.network_mode.replace("default", "bridge"),
        home=home.name if home is not container else "",
        networks=home.networks,
    )


def changes(before: HostMap, after: HostMap) -> str:
    """What is different, in one sentence; "" where nothing is."""
    was = {box.name: box for box in (*before.inside, *before.apart)}
    runs = {box.name: box for box in (*after.inside, *after.apart)}
    rests, rested = ({box.name: box for box in one.stopped} for one in (after, before))
    news = [tr("{name} started", name=name) for name in runs if name not in was]
    news += [one for name, box in runs.items() if name in was for one in _moved(was[name], box)]
    for name in was:
        if name in rests and name not in runs:
            news.append(tr("{name} stopped, exit code {code}", name=name, code=rests[name].exit_code))
        elif name not in runs:
            news.append(tr("{name} was removed", name=name))
    news += [tr("{name} was removed", name=name) for name in rested if name not in rests and name not in runs]
    for name, box in rests.items():
        if name not in rested and name not in was:
            ended = tr("{name} ran and ended, exit code {code}", name=name, code=box.exit_code)
            news.append(ended if box.status in ENDED else tr("{name} was created", name=name))
    opened = sorted({one.port for one in after.sockets} - {one.port for one in before.sockets})
    closed = sorted({one.port for one in before.sockets} - {one.port for one in after.sockets})
    ports = [tr("port {port} now listens", port=port) for port in opened]
    ports += [tr("port {port} no longer listens", port=port) for port in closed]
    said = ": ".join(filter(None, ("; ".join(news), ", ".join(ports))))
    return f"{said[:1].upper() + said[1:] if not news else said}." if said else ""


def _moved(before: Box, after: Box) -> list[str]:
    """Networks that a container joined or left while it ran; who shares its namespace goes with it."""
    was, now = ({one.network for one in box.networks if not box.home} for box in (before, after))
    joined = [tr("{name} joined network {network}", name=after.name, network=network) for network in sorted(now - was)]
    return joined + [tr("{name} left network {network}", name=after.name, network=network) for network in sorted(was - now)]


def text(host_map: HostMap) -> str:
    """The map as plain lines: the twin of the drawing."""
    inner: list[str] = [tr("Interfaces: {interfaces}", interfaces="; ".join(interface_words(host_map)))]
    for box in host_map.inside:
        inner.append(tr("Container {name} (image {image}, {network}): no address of its own", **_named(box)))
        heard = [tr("listens on port {port} ({addresses})", port=one.port, addresses=one.where) for one in box.sockets]
        inner += [f"  {one}" for one in heard or [tr("listens on nothing")]]
    for box in host_map.apart:
        for one in box.sockets:
            said = tr("Published port {port} ({addresses}): {leads}", port=one.port, addresses=one.where, leads=leads_to(one, box))
            inner.append(said)
    for one in host_map.others[:SHOWN_OTHERS]:
        inner.append(tr("Port {port} ({addresses}): {owner}", port=one.port, addresses=one.where, owner=one.owner))
    inner += rest(host_map.others, SHOWN_OTHERS, "listener")
    lines = [tr("Host network namespace {namespace}", namespace=host_map.namespace), *(f"  {one}" for one in inner)]
    for box in host_map.apart:
        at = _addressed(box) or tr("no address but its own loopback")
        lines.append(tr("Another network namespace: container {name} (image {image}, {network}), {addresses}", **_named(box), addresses=at))
    for box in host_map.stopped:
        lines.append(tr("Stopped: container {name} (image {image}, {network}), {state}", **_named(box), state=state_words(box)))
    return "\n".join(lines)


def _addressed(box: Box) -> str:
    """With the network of each, where it is on several."""
    several = len(box.networks) > 1 and not box.home
    return ", ".join(f"{one.network} {', '.join(one.addresses)}" for one in box.networks) if several else ", ".join(box.addresses)


def _named(box: Box) -> dict[str, str]:
    return {"name": box.name, "image": box.image, "network": box.network}


def leads_to(socket: Socket, box: Box) -> str:
    """Where a published port of the host leads, and by what."""
    inner = [str(one.container_port) for one in box.published if one.host_port == socket.port]
    return tr("leads to port {port} of {name}", port=inner[0] if inner else "?", name=box.name)


def state_words(box: Box) -> str:
    return tr("exited, code {code}", code=box.exit_code) if box.status == "exited" else box.status


def interface_words(host_map: HostMap) -> list[str]:
    """One text for each interface with an address; the others, and veth ends, as numbers."""
    addressed = [one for one in host_map.interfaces if one.addresses]
    names = [f"{one.name} {', '.join(telling(one.addresses))}" for one in addressed[:SHOWN_INTERFACES]]
    shown = [said if one.up else said + " " + tr("(down)") for said, one in zip(names, addressed, strict=False)]
    shown += rest(addressed, SHOWN_INTERFACES, "interface")
    bare, veths = len(host_map.interfaces) - len(addressed), host_map.veths
    shown += [tr("{number} without an address", number=bare)] if bare else []
    cables = tr_n(veths, "{n} veth end: a cable to another namespace", "{n} veth ends: cables to other namespaces")
    return shown + ([cables] if veths else [])


def telling(addresses: Sequence[str]) -> Sequence[str]:
    """Without link-local addresses (RFC 4291, 2.5.6: every interface has one), where there are others."""
    return [one for one in addresses if not one.startswith("fe80:")] or addresses


def rest(found: Sequence[object], shown: int, noun: Noun) -> list[str]:
    """["and 3 more listeners"], or nothing where all were shown."""
    count = len(found) - shown
    said: dict[Noun, str] = {
        "interface": tr_n(count, "and {n} more interface", "and {n} more interfaces"),
        "port": tr_n(count, "and {n} more port", "and {n} more ports"),
        "listener": tr_n(count, "and {n} more listener", "and {n} more listeners"),
        "container": tr_n(count, "and {n} more container", "and {n} more containers"),
    }
    return [said[noun]] if count > 0 else []
