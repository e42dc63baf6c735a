"""Pictures that a learner's lessons made: drawn from what was kept of them, and which may be shown. Pure: a drawing and its text, no file.

What comes back from a file is looked at before it is shown, since anybody who may write there may have put something else in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from ...kept.shape import shaped
from ...words import tr
from ..drawings import host_map, host_map_svg, latency, network_svg, ports_board, ports_board_svg, stations_svg
from ..drawings.stations import Ways
from ..host.network import Moments, comparison, read_moments
from ..host.timings import BIG, MANY, SMALL, Series, read
from .kept_pictures import LONGEST_SVG, LONGEST_TEXT, MAP, NOW, PATHS, PORTS, Kept, kept, map_in, paths_in, ports_in

if TYPE_CHECKING:
    from ..guide.ledger import Entry  # with all judges, of which a lesson that opens needs none

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "g", "text", "tspan", "rect", "line", "path", "circle")}
# A declaration, a comment or CDATA is read differently as XML and as HTML; the others would fetch or run something.
FORBIDDEN = re.compile(r"<[!?]|url\s*\(|@import|\\|javascript:|expression\s*\(", re.I)
WIDTH = 100  # signs of a line
TIMES = ("faster-without-nat", "faster-for-a-lan-client")  # claims, and the names of their pictures
CARRIED = {BIG: "carries-more-one-big-answer", MANY: "carries-more-many-at-once"}
MOMENTS = {"host_mode": "clean-up-restores-host-mode", "publishing": "clean-up-restores-publishing"}
TITLES = {
    TIMES[0]: tr("Time of one request on the host itself, by path"),
    TIMES[1]: tr("Time of one request for a client on the network, by path"),
    CARRIED[BIG]: tr("Time of one big answer on the host itself, by path"),
    CARRIED[MANY]: tr("Time until 32 requests at once are answered on the host itself, by path"),
    MOMENTS["host_mode"]: tr("The host's network before, during and after nginx in host mode"),
    MOMENTS["publishing"]: tr("The host's network before, during and after nginx on a bridge, its port published"),
    NOW: tr("The host's network when this report was written"),
}


@dataclass(frozen=True)
class Picture:
    """``name``, ``lesson`` and ``at`` are those of what was kept."""

    name: str
    lesson: str
    at: str
    svg: str
    text: str  # the same in words

    @property
    def title(self) -> str:
        in_lesson = tr("The host's network in lesson {lesson}", lesson=self.lesson)
        ports = tr("Who held which port of the host in lesson {lesson}, and who came too late", lesson=self.lesson)
        paths = tr("The paths to a container in lesson {lesson}, and what the counters on them saw", lesson=self.lesson)
        titles = {**TITLES, map_in(self.lesson): in_lesson, ports_in(self.lesson): ports, paths_in(self.lesson): paths}
        return titles.get(self.name, self.name)


@dataclass(frozen=True)
class Times:
    """How long requests took by path. ``load``: what was asked for in one turn."""

    load: str
    series: tuple[Series, ...]

    @property
    def text(self) -> str:
        return f"{fill(latency.sentence(self.series, self.load), WIDTH)}\n\n{latency.text(self.series)}"


def harmless(svg: str) -> str:
    """The drawing, if it is nothing but one: well-formed SVG without script, link, foreign markup or outside resource; else ""."""
    if len(svg) > LONGEST_SVG or FORBIDDEN.search(svg):
        return ""
    try:
        parts = list(ElementTree.fromstring(svg).iter())
    except (ElementTree.ParseError, ValueError):  # ValueError: a lone surrogate
        return ""
    attributes = {name.rpartition("}")[2].lower() for one in parts for name in one.attrib}
    drawing = parts[0].tag == f"{SVG}svg" and {str(one.tag) for one in parts} <= DRAWN
    return svg if drawing and not any(name.startswith("on") or name in ("href", "src") for name in attributes) else ""


@dataclass(frozen=True)
class Drawer:
    """Draws one kind of value, and puts it into words."""

    kind: type[Any]
    draw: Callable[[Any], str]
    text: Callable[[Any], str]


DRAWERS = {  # by how a name begins
    MAP: Drawer(host_map.HostMap, host_map_svg.draw, host_map.text),
    PORTS: Drawer(ports_board.Board, ports_board_svg.draw, ports_board.text),
    PATHS: Drawer(Ways, stations_svg.draw, stations_svg.text),
    **dict.fromkeys((*TIMES, *CARRIED.values()), Drawer(Times, lambda one: latency.svg(one.series, one.load), lambda one: one.text)),
    **dict.fromkeys(MOMENTS.values(), Drawer(Moments, network_svg.draw, comparison)),
}


def drawn(found: Iterable[Kept]) -> tuple[Picture, ...]:
    """Each that can be drawn; what was kept and is something else by now is left out."""
    made = map(_drawn, found)
    return tuple(one for one in made if one and len(one.text) <= LONGEST_TEXT and harmless(one.svg))


def _drawn(one: Kept) -> Picture | None:
    drawer = next((drawer for begin, drawer in DRAWERS.items() if one.name.startswith(begin)), None)
    try:
        if "svg" in one.seen:  # an earlier lab's
            return Picture(one.name, one.lesson, one.at, str(one.seen["svg"]), str(one.seen["text"]))
        seen = shaped(drawer.kind, one.seen) if drawer else None
        return Picture(one.name, one.lesson, one.at, drawer.draw(seen), drawer.text(seen)) if drawer else None
    except (ValueError, LookupError, TypeError):  # of the right shape, and yet nothing that there can be: an address that is none
        return None


def of_entry(entry: Entry, at: str) -> list[Kept]:
    """What an experiment saw that can be drawn: the times by path, the host's network before, during and after."""
    seen, claim = entry.observation, entry.claim
    times = seen.get("microseconds") or {}
    made: dict[str, Any] = {}
    if claim.id in TIMES and times:
        made[claim.id] = Times(SMALL, tuple(read(times)))
    if claim.id == "carries-more-without-nat":
        made |= {name: Times(load, tuple(read(times[load]))) for load, name in CARRIED.items() if load in times}
    if claim.id == "clean-up-restores":
        made |= {name: read_moments(seen["before"], seen[key]) for key, name in MOMENTS.items() if key in seen}
    return [kept(name, claim.lesson, at, one) for name, one in made.items()]
