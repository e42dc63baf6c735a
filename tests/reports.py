"""Made-up progress and pictures for the tests of a learner's report."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from hostnet_lab import pages
from hostnet_lab.core.drawings.host_map import map_of
from hostnet_lab.core.drawings.svg import document, words
from hostnet_lab.core.progress.events import Event, Kind, Progress
from hostnet_lab.core.reports import markdown
from hostnet_lab.core.reports.kept_pictures import Kept, kept
from hostnet_lab.core.reports.my_report import Catalogue, Report
from hostnet_lab.core.reports.my_report_reading import report_of
from hostnet_lab.core.reports.my_report_sections import document as sections_of
from hostnet_lab.core.reports.pictures import Picture

from .ledgers import MACHINE
from .specimens import host, listens

MADE = "2026-03-04T10:00:00+00:00"
EVIL = "<script>alert(1)</script> & \x1b[31mred\x00 \ud800 ]]> \"' `x` |a|b| $x$ [k](javascript:1) \u202erevo"


@dataclass(frozen=True)
class Choice:
    id: str
    text: str


@dataclass(frozen=True)
class Form:
    """A prediction with two choices; the fact is the port that answered."""

    prompt: str
    misconception: str
    why: str
    claims: tuple[str, ...] = ("p-is-ignored",)
    choices: tuple[Choice, ...] = (Choice("8080", "On 8080"), Choice("80", "On 80"))

    def right(self, value: Any) -> int | None:
        return {8080: 0, 80: 1}.get(value)

    def answer(self, choice: int | None, right: int | None) -> str:
        return "" if choice is None or right is None else "So it was." if choice == right else "Nothing listens there."


ASKED = {
    "p-remaps": Form(
        "You run `docker run --network host -p 8080:80 nginx`. Where does it answer?",
        "p-remaps",
        "In host mode `-p` is discarded. The server decides where it listens.",
    ),
    "p-remaps-again": Form("Compose says ports: 8080:80 in host mode. Where?", "p-remaps", "One. Two."),
    "alone": Form("And now?", "", "One. Two.", claims=("no-such-claim",)),
    "alone-too": Form("And then?", "", "One. Two.", claims=("no-such-claim",)),
}
CATALOGUE = Catalogue(asked=ASKED)


def event(kind: Kind, minute: int, lesson: str, id: str, **more: Any) -> Event:
    return Event(kind, f"2026-03-04T09:{minute:02}:00+00:00", lesson, id, more)


def kept_map(name: str = "host-map-00", process: str = "sshd") -> Kept:
    """Of a host on whose port 22 this process listens."""
    return kept(name, "00", MADE, map_of(host(listens(22, process=process)), []))


def picture(name: str = "host-map-00", text: str = "eth0  198.51.100.7\n  port 80") -> Picture:
    return Picture(name, "00", MADE, document("A drawing", text, 300, 60, [words(10, 30, name)]), text)


STORY = (
    event("opened", 0, "01", "01"),
    event("checked", 2, "01", "01-front-door", state="not yet", seen="There is no container called front-door."),
    event("hinted", 3, "01", "01-front-door", step=1),
    event("checked", 5, "01", "01-front-door", state="passed", seen="front-door answers on http://localhost."),
    event("finished", 6, "01", "01"),
    event("opened", 30, "02", "02"),
    event("predicted", 31, "02", "p-remaps", choice="8080"),
    event("compared", 32, "02", "p-remaps", choice="8080", fact=80, right=False),
    event("judged", 33, "02", "p-is-ignored", verdict="holds", evidence="Port 80 answered, port 8080 refused."),
    event("opened", 40, "07", "07"),
    event("predicted", 41, "07", "p-remaps-again", choice="80"),
    event("compared", 42, "07", "p-remaps-again", choice="80", fact=80, right=True),
    event("answered", 43, "07", "publish", choice="8080", right=False),
    event("answered", 44, "07", "publish", choice="80", right=True),
    event("checked", 45, "07", "07-capstone", state="not yet", seen="nobody answers on http://127.0.0.1:8090/."),
)


def told(*events: Event, name: str = "", pictures: tuple[Picture, ...] = ()) -> Report:
    return report_of(Progress(events), MADE, catalogue=CATALOGUE, name=name, machine=MACHINE, pictures=pictures)


def whole() -> Report:
    return told(*STORY, name="Ada Example", pictures=(picture(), picture("faster-without-nat", "host mode  50 µs")))


def as_html(report: Report) -> str:
    return pages.as_html(sections_of(report))


def as_markdown(report: Report, *, drawings: bool = True) -> str:
    return markdown.as_markdown(sections_of(report), drawings=drawings)


def evil() -> Report:
    """Hostile text in every place that a file can fill."""
    kinds: tuple[Kind, ...] = ("opened", "predicted", "compared", "judged", "checked", "hinted", "shown", "answered", "finished")
    ids = ("p-remaps", "p-is-ignored", "01-front-door", "publish", EVIL)
    more = {"choice": EVIL, "fact": EVIL, "right": False, "verdict": "holds", "evidence": EVIL, "state": "not yet", "seen": EVIL}
    events = [Event(kind, MADE, lesson, id, more) for kind in kinds for id in ids for lesson in ("01", EVIL)]
    return told(*events, name=EVIL, pictures=(replace(picture(text=EVIL), lesson=EVIL),))
