"""One request that was followed, as a chart: stations as columns, a packet in each row; and what is said of it.

The drawing, ``journey_svg.py``, leaves out acknowledgements that carry nothing; the text has them all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from ...words import joined, tr, tr_n
from ..host.capture import Link, Place
from ..host.followed import Caught, Reason
from ..host.journey import Connection, Hop, Journey, Kind, Leg, Packet
from ..text import cut
from .stations import Path

Station = Literal["sender", "interface", "translation", "relay", "server"]
KINDS: Mapping[Station, str] = {
    "sender": tr("sender"),
    "interface": tr("interface"),
    "translation": tr("translation"),
    "relay": tr("relay"),
    "server": tr("server"),
}
SAID: Mapping[Kind, str] = {
    "opens": tr("opens (SYN)"),
    "accepts": tr("accepts (SYN, ACK)"),
    "acknowledges": tr("acknowledges (ACK)"),
    "asks": tr("asks"),
    "answers": tr("answers"),
    "closes": tr("closes (FIN)"),
    "breaks": tr("breaks off (RST)"),
}
WHY: Mapping[Reason, str] = {
    Reason.NO_PATH: tr("No such path leads to the container: it does not run, or listens nowhere that can be asked."),
    Reason.ELSEWHERE: tr("The engine's host is not the one that you sit at: what packets pass there is not heard from here."),
    Reason.NO_EAR: tr("The engine starts no container in host mode that could listen."),
    Reason.NO_PERL: tr("The image has no Perl, of which the ear is made."),
    Reason.NO_PACKET_SOCKET: tr("The kernel refuses the ear a packet socket: this engine does not give containers NET_RAW by default."),
    Reason.NO_HOST: tr("A client in the network takes a host that is made for it, and none can be made here."),
    Reason.NOT_SENT: tr("No connection came about, so that no packet bears the request."),
    Reason.NOT_HEARD: tr("The request was sent, and no ear told of it in time: it may have gone another way."),
}
WHOLE_US = 100_000  # from here on a time is told in milliseconds without a fraction


@dataclass(frozen=True)
class Column:
    """``name``: of the interface or the process; ``inside``: the server's own interface."""

    kind: Station
    name: str
    inside: bool = False


@dataclass(frozen=True)
class Stretch:
    """A leg, from one column to another; ``anew``: a relay opened another connection. ``was``: the leg before, if it was translated."""

    leg: Leg
    first: int
    last: int
    anew: bool = False
    was: Leg | None = None


@dataclass(frozen=True)
class Row:
    """A packet, from one column to another; ``stops``: where it was heard, with its hop."""

    packet: Packet
    first: int
    last: int
    stops: tuple[tuple[int, Hop], ...]

    @property
    def between_us(self) -> tuple[int, ...]:
        """From each stop to the next."""
        return tuple((after.time_ns - before.time_ns) // 1000 for (_, before), (_, after) in pairwise(self.stops))


@dataclass(frozen=True)
class Followed:
    """What came of it. ``path``: None where there is none. ``like_it``: on a host made for it, to a server like the one named."""

    path: Path | None
    caught: Caught
    like_it: bool = False

    def __repr__(self) -> str:
        return f"Followed({self.path.name if self.path else self.caught.reason!r})"

    def __str__(self) -> str:
        return text(self)

    @cached_property
    def chart(self) -> Chart | None:
        journey = self.caught.journey
        return Chart(journey, self.path) if journey and self.path else None


class Chart:
    """``columns`` as the request met them, ``stretches`` between them, ``rows`` in the order of time."""

    def __init__(self, journey: Journey, path: Path) -> None:
        self.journey, self.path = journey, path
        self._at: dict[tuple[int, Link], int] = {}
        self._ends: list[tuple[int, int]] = []  # of each connection
        self.columns = [Column("sender", tr("client") if path.remote else tr("you"))]
        self.stretches: list[Stretch] = []
        for number, connection in enumerate(journey.connections):
            if number:
                self.columns.append(Column("relay", self._relay))
            self._lay(number, connection)
        self.rows = [self._row(one) for one in journey.packets]

    @property
    def _relay(self) -> str:
        """By the configuration: a packet does not tell who sends it."""
        return next((one.name for one in self.path.stations if one.kind == "relay"), tr("a relay"))

    def _lay(self, number: int, connection: Connection) -> None:
        begun = first = len(self.columns) - 1
        before: Leg | None = None
        for last, leg in _with_the_last(connection.legs):
            for link in leg.links:
                self._at[number, link] = len(self.columns)
                self.columns.append(Column("interface", cut(link.name, 15), bool(link.inside)))
            more = number + 1 < len(self.journey.connections)
            if not last:
                self.columns.append(Column("translation", tr("NAT")))
            elif not more:
                self.columns.append(Column("server", cut(self.path.container, 60)))
            end = len(self.columns) - (0 if last and more else 1)  # a relay comes next
            self.stretches.append(Stretch(leg, first, end, number > 0 and before is None, before))
            first, before = end, leg
        self._ends.append((begun, first))

    def _row(self, packet: Packet) -> Row:
        begun, end = self._ends[packet.connection]
        stops = tuple((self._at[key], one) for one in packet.hops if (key := (packet.connection, one.link)) in self._at)
        return Row(packet, *((begun, end) if packet.forward else (end, begun)), stops)

    @property
    def begun_ns(self) -> int:
        return self.rows[0].packet.time_ns

    @property
    def shown(self) -> list[Row]:
        """Without acknowledgements that carry nothing."""
        return [one for one in self.rows if one.packet.kind != "acknowledges"]

    def named(self, index: int) -> str:
        one = self.columns[index]
        return tr("{interface} in {container}", interface=one.name, container=self.path.container) if one.inside else one.name


def _with_the_last(legs: Sequence[Leg]) -> Iterator[tuple[bool, Leg]]:
    return ((index == len(legs) - 1, leg) for index, leg in enumerate(legs))


# -- words ------------------------------------------------------------------------------------------


def took(microseconds: int) -> str:
    """A time as people read it."""
    if microseconds < 1000:
        return tr("{time} µs", time=microseconds)
    return tr("{time} ms", time=f"{microseconds / 1000:.0f}" if microseconds >= WHOLE_US else f"{microseconds / 1000:.1f}")


def spoken(packet: Packet) -> str:
    """What a packet does: a word, and the first line that it carries of a request or an answer."""
    word = tr("{word}, and says no more (FIN)", word=SAID[packet.kind]) if packet.ends and packet.kind != "closes" else SAID[packet.kind]
    said = packet.said.removesuffix(" HTTP/1.1")
    carried = said if said.startswith(("GET ", "HTTP/")) else tr_n(packet.size, "{n} byte more", "{n} bytes more")
    return f"{word}: {carried}" if packet.size else word


def changed(one: Stretch) -> str:
    """What became of the addresses before this stretch, "" for the first."""
    if one.was is None:
        how = tr("A relay opens another connection: from {source} to {target}.", source=one.leg.source, target=one.leg.target)
        return how if one.anew else ""
    news = [(str(before), str(after)) for before, after in _both(one.was, one.leg) if before != after]
    changes = joined(", ", (tr("{before} becomes {after}", before=before, after=after) for before, after in news))
    return tr("NAT, in one and the same connection: {changes}.", changes=changes)


def _both(was: Leg, now: Leg) -> Iterator[tuple[Place, Place]]:
    return zip((was.source, was.target), (now.source, now.target), strict=True)


def summary(followed: Followed) -> str:
    """For a status line and a screen reader: what was heard, and what became of the addresses; or why nothing was."""
    chart, caught = followed.chart, followed.caught
    if not chart:
        why = WHY[caught.reason or Reason.NOT_HEARD]
        return tr("{why} ({said})", why=why, said=cut(caught.said, 200)) if caught.said else why
    heard = [chart.named(index) for index, one in enumerate(chart.columns) if one.kind == "interface"]
    begin = tr_n(
        len(heard),
        "The request was heard at {n} interface: {names}.",
        "The request was heard at {n} interfaces: {names}.",
        names=", ".join(heard),
    )
    news = [said for one in chart.stretches if (said := changed(one))] or [tr("Nobody changed its addresses.")]
    like_it = tr("A host was made for it, with a client and a server like {name}.", name=chart.path.container) if followed.like_it else ""
    return joined(" ", filter(None, (begin, *news, _answered(caught), like_it)))


def _answered(caught: Caught) -> str:
    sent = caught.sent
    if not sent or not sent.status:
        return tr("No answer came.")
    return tr("The answer, {status}, was there after {time}.", status=sent.status, time=took(sent.took_us))


def text(followed: Followed) -> str:
    """The twin of the drawing, with every packet."""
    chart = followed.chart
    if not chart:
        return summary(followed)
    lines = [summary(followed), ""]
    for one in chart.stretches:
        ends = {"begin": chart.named(one.first), "end": chart.named(one.last)}
        lines.append(tr("From {begin} to {end}: {source} → {target}", source=one.leg.source, target=one.leg.target, **ends))
    lines.append("")
    return "\n".join([*lines, *(_line(chart, one) for one in chart.rows)])


def _line(chart: Chart, row: Row) -> str:
    since = took((row.packet.time_ns - chart.begun_ns) // 1000)
    times = ["", *(f" +{took(one)}" for one in row.between_us)]
    way = [f"{chart.named(index)}{time}" for (index, _), time in zip(row.stops, times, strict=False)]  # nowhere: an interface off its way
    heard = f" ({', '.join(way)})" if way else ""
    return f"{since:>8} {'→' if row.packet.forward else '←'} {spoken(row.packet)}{heard}"
