"""One tagged request, followed: its frames among all that were caught, as packets that pass from interface to interface.

A tag is a word that nobody else sends. A connection is the request's when the tag was seen in it, on whichever interface and
under whichever addresses; all else is dropped. A translation keeps a connection, with its sequence numbers, and changes its
addresses: these are two legs of one connection. A relay opens another connection, with numbers of its own, and hands the tag on.
What a station is follows from that: an interface, where packets were caught; a relay, between two connections. Sender and
server are the two ends, where nothing was caught.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..text import cut
from .capture import ACK, FIN, RST, SYN, Frame, Link, Place, Segment, segments

Kind = Literal["opens", "accepts", "acknowledges", "asks", "answers", "closes", "breaks"]
Pair = tuple[Place, Place]  # who asks, and who is asked
LONGEST = 60  # signs of a line of HTTP


@dataclass(frozen=True)
class Hop:
    """A packet as one interface heard it."""

    link: Link
    time_ns: int
    source: Place
    target: Place


@dataclass(frozen=True)
class Packet:
    """``connection``: its number, from 0. ``said``: the first line of what it carries, of at most LONGEST signs. ``hops``: as it went."""

    connection: int
    forward: bool  # from who asks to who answers
    kind: Kind
    size: int
    said: str
    hops: tuple[Hop, ...]
    ends: bool = False  # its side says no more

    @property
    def time_ns(self) -> int:
        return self.hops[0].time_ns


@dataclass(frozen=True)
class Leg:
    """A stretch on which one pair of addresses holds. ``links``: where it was heard, none where only its sender knows of it."""

    source: Place
    target: Place
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Connection:
    legs: tuple[Leg, ...]  # as the request went: from one to the next the addresses were translated
    closed: bool  # both sides have ended it, as heard on each of its interfaces

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(link for leg in self.legs for link in leg.links)


@dataclass(frozen=True)
class Journey:
    """``connections``: as the request went; between two stands a relay. ``packets`` and ``frames`` in the order of time."""

    connections: tuple[Connection, ...]
    packets: tuple[Packet, ...]
    frames: tuple[Frame, ...]

    @property
    def closed(self) -> bool:
        return all(one.closed for one in self.connections)


def follow(frames: Iterable[Frame], tag: bytes, sender: Pair | None = None) -> Journey | None:
    """The journey of what carries ``tag``; None where that was not heard. ``sender``: the request's addresses as its sender knows them."""
    caught = list(segments(frames))
    tagged = _tagged(caught, tag)
    if not tagged:
        return None
    own = [one for one in caught if _belongs(one, tagged)]
    numbers = list(dict.fromkeys(first.sequence for first in tagged.values()))
    packets = [one for index, number in enumerate(numbers) for one in _packets(own, index, _pairs(tagged, number), tag)]
    connections = [_connection([one for one in packets if one.connection == index]) for index in range(len(numbers))]
    if sender and sender != _pair(connections[0].legs[0]):
        connections[0] = Connection((Leg(*sender), *connections[0].legs), connections[0].closed)
    return Journey(tuple(connections), tuple(sorted(packets, key=lambda one: one.time_ns)), tuple(one.frame for one in own))


def _pair(leg: Leg) -> Pair:
    return leg.source, leg.target


def _tagged(caught: Sequence[Segment], tag: bytes) -> dict[Pair, Segment]:
    """Of each pair that the tag was sent on the first segment with it; a server that says the tag again is no sender."""
    found: dict[Pair, Segment] = {}
    for one in caught:
        if tag and tag in one.payload and (one.target, one.source) not in found:
            found.setdefault((one.source, one.target), one)
    return found


def _belongs(one: Segment, tagged: dict[Pair, Segment]) -> bool:
    """By its pair, either way, and by its numbers: an earlier or a later connection may have had the same ports."""
    there, back = tagged.get((one.source, one.target)), tagged.get((one.target, one.source))
    if there:
        return _near(one.sequence, there.sequence)
    return back is not None and (_near(one.sequence, back.acknowledged) or bool(one.flags & RST))


def _near(number: int, known: int) -> bool:
    """Within 16 MiB of each other; numbers go round at 2^32."""
    return (number - known + (1 << 24)) % (1 << 32) < 1 << 25


def _pairs(tagged: dict[Pair, Segment], number: int) -> list[Pair]:
    return [pair for pair, first in tagged.items() if first.sequence == number]


# -- packets ----------------------------------------------------------------------------------------


def _packets(own: Sequence[Segment], connection: int, pairs: Sequence[Pair], tag: bytes) -> list[Packet]:
    """Those of one connection. Heard again on an interface, as when it was sent again, the same is another packet."""
    groups: list[list[Segment]] = []
    latest: dict[tuple[object, ...], list[Segment]] = {}
    for one in own:
        if (one.source, one.target) not in pairs and (one.target, one.source) not in pairs:
            continue
        forward = (one.source, one.target) in pairs
        name = forward, one.sequence, one.acknowledged, one.flags, one.size
        if name not in latest or any(each.frame.link == one.frame.link for each in latest[name]):
            latest[name] = []
            groups.append(latest[name])
        latest[name].append(one)
    order = _order(groups, pairs, tag)
    return [_packet(group, connection, (group[0].source, group[0].target) in pairs, order) for group in groups]


def _order(groups: Sequence[Sequence[Segment]], pairs: Sequence[Pair], tag: bytes) -> list[Link]:
    """The interfaces as the request met them."""
    asked = next((one for one in groups if tag in one[0].payload and (one[0].source, one[0].target) in pairs), groups[0])
    return [one.frame.link for one in asked]


def _packet(group: Sequence[Segment], connection: int, forward: bool, order: Sequence[Link]) -> Packet:
    """The kernel may give two interfaces one stamp: then they stand in the order in which the packet must have met them."""

    def met(one: Segment) -> tuple[int, int]:
        place = order.index(one.frame.link) if one.frame.link in order else len(order)
        return one.frame.time_ns, place if forward else -place

    first = group[0]
    hops = tuple(Hop(one.frame.link, one.frame.time_ns, one.source, one.target) for one in sorted(group, key=met))
    return Packet(connection, forward, _kind(first, forward), first.size, _line(first), hops, bool(first.flags & FIN))


def _kind(one: Segment, forward: bool) -> Kind:
    if one.flags & RST:
        return "breaks"
    if one.flags & SYN:
        return "accepts" if one.flags & ACK else "opens"
    if one.size:
        return "asks" if forward else "answers"
    return "closes" if one.flags & FIN else "acknowledges"


def _line(one: Segment) -> str:
    return cut(one.payload[: 4 * LONGEST].partition(b"\r\n")[0].decode("utf-8", "replace"), LONGEST)


def _connection(packets: Sequence[Packet]) -> Connection:
    """Its legs by the packet that carries the tag first, which is the first that asks."""
    asked = next((one for one in packets if one.kind == "asks"), packets[0])
    heard: dict[Pair, list[Link]] = {}
    for hop in asked.hops:
        heard.setdefault((hop.source, hop.target) if asked.forward else (hop.target, hop.source), []).append(hop.link)
    legs = tuple(Leg(*pair, tuple(links)) for pair, links in heard.items())
    return Connection(legs, _closed(packets, {hop.link for hop in asked.hops}))


def _closed(packets: Sequence[Packet], links: set[Link]) -> bool:
    everywhere = [one for one in packets if {hop.link for hop in one.hops} >= links]
    broken = any(one.kind == "breaks" for one in everywhere)
    return broken or {one.forward for one in everywhere if one.ends} == {True, False}
