"""Pictures that a learner's lessons made: which are kept, and which may be shown. Pure: a drawing and its text, no file.

Only drawings of our own making are kept; what comes back from a file is looked at again before it is shown, since
anybody who may write there may have put something else in its place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from textwrap import fill
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from ...kept import plain_json
from ...kept.shape import shaped
from ...words import tr
from ..drawings import latency, network_svg
from ..host.network import comparison, read_moments
from ..host.timings import BIG, MANY, SMALL, read

if TYPE_CHECKING:
    from ..guide.ledger import Entry  # with all judges, of which a lesson that opens needs none

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {f"{SVG}{tag}" for tag in ("svg", "title", "desc", "style", "g", "text", "tspan", "rect", "line", "path", "circle")}
# A declaration, a comment or CDATA is read differently as XML and as HTML; the others would fetch or run something.
FORBIDDEN = re.compile(r"<[!?]|url\s*\(|@import|\\|javascript:|expression\s*\(", re.I)
WIDTH = 100  # signs of a line
LONGEST_SVG, LONGEST_TEXT = 200_000, 20_000  # signs; a crowded map has 40,000
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
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
    "host-map-now": tr("The host's network when this report was written"),
}


@dataclass(frozen=True)
class Picture:
    """``name``: tells it from the others and which title it has; the later of one name replaces the earlier. ``at``: ISO 8601, UTC."""

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

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def map_in(lesson: str) -> str:
    """The name of a lesson's host map."""
    return f"host-map-{lesson}"


def ports_in(lesson: str) -> str:
    """The name of a lesson's ports board."""
    return f"ports-board-{lesson}"


def paths_in(lesson: str) -> str:
    """The name of the drawing of a lesson's paths."""
    return f"paths-{lesson}"


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


def fit_to_keep(picture: Picture) -> bool:
    return bool(NAME.fullmatch(picture.name) and len(picture.text) <= LONGEST_TEXT and harmless(picture.svg))


def parse(line: str | bytes) -> Picture | None:
    """The picture of one line of JSON; None when it is damaged, too large, or more than a drawing."""
    try:
        picture = shaped(Picture, plain_json.parse(line))
    except ValueError:
        return None
    return picture if fit_to_keep(picture) else None


def of_entry(entry: Entry, at: str) -> list[Picture]:
    """What an experiment saw that can be drawn: the times by path, the host's network before, during and after."""
    seen, claim = entry.observation, entry.claim
    times = seen.get("microseconds") or {}
    made = []
    if claim.id in TIMES and times:
        made.append(_times(claim.id, claim.lesson, at, times, SMALL))
    if claim.id == "carries-more-without-nat":
        made += [_times(name, claim.lesson, at, times[load], load) for load, name in CARRIED.items() if load in times]
    for key, name in MOMENTS.items():
        if claim.id == "clean-up-restores" and key in seen:
            moments = read_moments(seen["before"], seen[key])
            made.append(Picture(name, claim.lesson, at, network_svg.draw(moments), comparison(moments)))
    return made


def _times(name: str, lesson: str, at: str, microseconds: Mapping[str, Any], load: str) -> Picture:
    series = read(microseconds)
    said = f"{fill(latency.sentence(series, load), WIDTH)}\n\n{latency.text(series)}"
    return Picture(name, lesson, at, latency.svg(series, load), said)
