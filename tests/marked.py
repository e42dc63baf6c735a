"""Builds every widget that can be built without an engine, and notes what a reader sees of it in each of its states."""

from __future__ import annotations

import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from functools import partial
from html import unescape
from pathlib import Path
from queue import Queue
from threading import Event
from types import SimpleNamespace
from typing import Any, cast

import ipywidgets

from hostnet_lab import ledger as running
from hostnet_lab import widgets
from hostnet_lab.core.drawings import latency
from hostnet_lab.core.drawings.stations import Ground
from hostnet_lab.core.errors import EngineUnavailable, Taken
from hostnet_lab.core.guide import checks
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.guide.predictions import PREDICTIONS, Fact, compared
from hostnet_lab.core.guide.quiz import QUESTIONS
from hostnet_lab.core.guide.verdicts import VERDICTS
from hostnet_lab.core.host import whereabouts
from hostnet_lab.core.host.counters import Translation
from hostnet_lab.core.host.followed import Caught, Reason
from hostnet_lab.core.host.timings import Series
from hostnet_lab.core.launcher.fields import Sight
from hostnet_lab.edges import counters, probe
from hostnet_lab.edges.lesson_folder import LessonFolder
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.pictures import PictureFolder
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.edges.progress import NOWHERE, ProgressFile
from hostnet_lab.experiments.where import Look
from hostnet_lab.lab import Lab, Proof
from hostnet_lab.widgets import come_back, my_report, predict
from hostnet_lab.widgets import ledger as judged
from hostnet_lab.widgets import whereabouts as place
from hostnet_lab.widgets.live import LiveView

from . import specimens
from .journeys import PATHS, recorded
from .ledgers import MACHINE, entry, ledger
from .reading import control, controls, press, told
from .specimens import container, listens, published
from .test_widgets import LabOfOne

TAGS = re.compile(r"<style.*?</style>|</?(?:code|b|i|a|span|tspan)\b[^>]*>", re.S)
SAID = re.compile(r'(?:aria-label|title|alt)="([^"]*)"')
WEB, BACK, LATE = container("web"), published("back", 8089), container("late", status="exited", exit_code=1)
LISTENERS = (listens(80, WEB), listens(8089, process="docker-proxy"), listens(22, address="127.0.0.1"), listens(9000, pid=None))
BIND = "[emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)"

found: dict[str, dict[str, None]] = {}


def plain(markup: str) -> str:
    """What markup shows; what a part of it is called stands after it, a line each."""
    called = "\n".join(SAID.findall(markup))
    return unescape(re.sub(r"<[^>]*>", "\n", TAGS.sub("", markup)) + "\n" + called)


def texts(widget: Any) -> Iterator[str]:
    """All that a reader sees of a widget and of its children, or hears of them."""
    if isinstance(widget, ipywidgets.HTML):
        yield plain(widget.value)
    if isinstance(widget, ipywidgets.Output):
        for one in widget.outputs:
            yield plain(one["data"]["text/html"])
            yield one["data"]["text/plain"]
    for trait in ("description", "placeholder", "tooltip"):
        yield str(getattr(widget, trait, None) or "")
    yield from (one[0] if isinstance(one, tuple) else one for one in getattr(widget, "options", ()))
    for child in getattr(widget, "children", ()):
        yield from texts(child)


def take(widget: Any) -> None:
    """Note what is shown now, and what stands there for a reader without a kernel."""
    name = type(widget).__name__
    twin = widget._repr_mimebundle_()["text/plain"] if isinstance(widget, ipywidgets.Widget) else repr(widget)
    note(name, *texts(widget), twin, getattr(widget, "said", ""))


def note(name: str, *said: str) -> None:
    found.setdefault(name, {}).update(dict.fromkeys(one for one in said if one))


class Opened:
    """A lesson of which there are facts, and no engine."""

    def __init__(self, folder: Path, lesson: str = "03d") -> None:
        self.lesson, self.me, self.labels = lesson, None, specimens.MARK
        self.progress = ProgressFile(folder / "progress.jsonl", lambda said: note("trouble", said))
        self.pictures = PictureFolder(self.progress.path)
        self.result, self.trouble, self.shown = checks.not_yet("⟦one.⟧", "⟦two.⟧"), list[Exception](), [WEB, BACK, LATE]
        self.streams, self.away = list[Queue[Any]](), False
        self.engine = cast(Any, self)
        self.following, self.follow = cast(Any, None), cast(Any, None)
        self.host = SimpleNamespace(settle=lambda: None, beside=True, places=frozenset, facts=lambda: specimens.host(*LISTENERS))

    @contextmanager
    def events(self, **_: Any) -> Iterator[Any]:
        if self.away:
            raise EngineUnavailable("⟦look⟧", "⟦no engine⟧", "⟦start it⟧")
        stream: Queue[Any] = Queue()
        self.streams.append(stream)
        yield iter(stream.get, None)
        stream.put(None)

    def listed(self) -> list[Any]:
        return self.shown

    containers = listed

    def with_containers(self, listeners: Any) -> Any:
        return listeners

    def listeners(self) -> Any:
        return LISTENERS

    def inspect(self, _: str) -> None:
        return None

    def logs(self, *_: Any) -> str:
        return BIND

    def exercise(self, key: str) -> Any:
        return EXERCISES[key]

    def engine_of(self, _: Any) -> Any:
        return self

    def look(self, *_: Any, **__: Any) -> Any:
        if self.trouble:
            raise self.trouble[0]
        return self.result

    check = look

    def hint(self, key: str, step: int) -> Any:
        return EXERCISES[key].hint(step)

    def solution(self, key: str) -> Any:
        return checks.Shown(checks.Solution("docker rm -f web"), own="repair" in key)

    def at_end(self, *_: Any) -> None:
        pass


def settled(view: Any) -> None:
    """A widget that works on a thread: wait until all that was asked for is done, and take what it shows."""
    done = Event()
    jobs = view._watching if hasattr(view, "_watching") else view._worker  # private: that nothing waits any more, only the worker knows
    jobs.submit(done.set)
    assert done.wait(limit_s(5))
    take(view)


def launcher() -> None:
    lab = LabOfOne()
    view = widgets.Launcher(cast(Lab, lab))

    settled(view)
    for verb in ("Start", "Stop", "Start", "Remove"):
        press(view, f"⟦{verb}⟧")
        settled(view)
    lab.containers["other"] = WEB
    for key, value in (
        ("Publish", "8080:80"),
        ("Network", "bridge"),
        ("Publish", ""),
        ("Network", "none"),
        ("Name", "other"),
        ("Name", "<"),
    ):
        control(view, f"⟦{key}⟧").value = value
        settled(view)
    control(view, "⟦Name⟧").value = "my-server"
    lab.look = lambda fields: Sight((), LISTENERS, image_here=False)  # type: ignore[method-assign]
    press(view, "⟦Look again⟧")
    settled(view)
    lab.refuse.append(Taken("x", "y", "z"))
    press(view, "⟦Start⟧")
    settled(view)
    view.close()
    take(view)


def _says(view: LiveView[Any], words: str) -> bool:
    return words in told(view)


def live(lab: Opened) -> None:
    facts = specimens.host(*LISTENERS)
    ground = Ground(
        LISTENERS,
        facts.interfaces,
        "192.0.2.7",
        routes=((0xAC110000, 0xFFFF0000, "docker0"), (0, 0, "eth0")),
        cables={BACK.id: "veth1a"},
        visible=frozenset({BACK.id}),
        relays={8089: "docker-proxy"},
        translations=(Translation(8089, "172.17.0.2:80", 4),),
    )
    vars(counters)["ground"] = lambda *_: (ground, counters.Meters())
    vars(probe)["get"] = lambda *_: None
    here = cast(Lab, lab)
    for kind, names in ((widgets.HostMapView, ()), (widgets.PortsBoard, ()), (widgets.PathView, ("web", "back", "gone"))):
        view: LiveView[Any] = kind(here, *names)
        settled(view)
        press(view, "⟦Show as text⟧")
        for shown in ([WEB], [WEB, BACK, LATE]):
            lab.shown = shown
            press(view, "⟦Redraw⟧")
            settled(view)
        if isinstance(view, widgets.PathView):
            view.send()
            settled(view)
            take(view)
            lab.host.beside = False
            press(view, "⟦Redraw⟧")
            settled(view)
        lab.away = True
        lab.streams[-1].put(None)
        wait_until(partial(_says, view, "out of reach"), 5, "the end of the events")
        take(view)
        view.close()
        take(view)
        lab.away = False


def followed(lab: Opened) -> None:
    """Each path as it was recorded, then each reason why nothing was heard."""
    found = [recorded(container, sender).followed for container, sender in PATHS]
    found += [replace(found[0], caught=Caught(reason=reason)) for reason in Reason]
    lab.following = SimpleNamespace(paths=lambda *_: (found[0].path,))
    lab.follow = lambda *_: replace(found.pop(0), like_it=True)
    view = widgets.FollowView(cast(Lab, lab), "web")
    settled(view)
    press(view, "⟦Follow one request⟧")
    settled(view)
    press(view, "⟦Show as text⟧")
    while found:
        press(view, "⟦Follow one request⟧")
        settled(view)
    lab.following = SimpleNamespace(paths=lambda *_: ())
    take(view)
    view.close()
    bare = widgets.FollowView(cast(Lab, lab), "web")
    settled(bare)
    bare.close()


def asked(lab: Opened) -> None:
    for id in PREDICTIONS:
        card = widgets.Predict(cast(Lab, lab), id)
        take(card)
        card.cards[id].buttons[0].click()
        take(card)
        one = PREDICTIONS[id]
        take(card.compare("other"))
        for choice in (None, *range(len(one.choices))):
            for value in (None, "other", *(fact for each in one.choices for fact in each.facts)):
                for verdict in VERDICTS:
                    fact = Fact(value, "", entry(one.claims[0], verdict, evidence=""))
                    take(widgets.ComparisonView([compared(one, choice, fact)] * 2))
    back = widgets.ComeBack(cast(Lab, lab))
    take(back)
    lab.progress.record("compared", "02", "published-8080", choice="x", fact="y", right=False)
    back.look()
    take(back)
    back.close()
    note("ComeBack", come_back.FAILED)
    for wrong in (lambda: predict.Predict(cast(Lab, lab)), lambda: widgets.Predict(cast(Lab, lab), "published-8080").compare(1, of="x")):
        try:
            wrong()
        except Exception as error:
            note("Predict", str(error))


def kept(lab: Opened, folder: Path) -> None:
    for id in (None, *LESSONS):
        take(view := widgets.ProgressView(cast(Lab, lab), id))
        view.close()  # else it is drawn again at each event
    for lesson in LESSONS.values():
        lab.progress.record("opened", lesson.id, lesson.id)
        for exercise in lesson.exercises:
            lab.progress.record("hinted", lesson.id, exercise, step=1)
            lab.progress.record("shown", lesson.id, exercise)
            lab.progress.record("checked", lesson.id, exercise, state="passed", seen="")
        lab.progress.record("answered", lesson.id, QUESTIONS[0].id, choice="", right=True)
    view = widgets.ProgressView(cast(Lab, lab))
    for button in ("Export", "Reset", "Refresh"):
        press(view, f"⟦{button}⟧")
        take(view)
    for id in LESSONS:
        take(other := widgets.ProgressView(cast(Lab, lab), id))
        other.close()
    for _ in range(4):
        press(view, "⟦Reset")
        take(view)
    lab.progress.path.write_bytes(b"damage\n")
    view.refresh()
    take(view)
    take(widgets.ProgressView(cast(Lab, SimpleNamespace(progress=ProgressFile(NOWHERE)))))
    copies = LessonFolder(folder / "lessons", folder / "notebooks")
    copies.originals.mkdir()
    (copies.originals / "x.ipynb").write_text('{"cells": []}')
    copies.fill()
    lessons = widgets.Lessons(copies)
    take(lessons)
    control(lessons, "⟦Lesson⟧").value = "x.ipynb"
    take(lessons)
    (copies.folder / "x.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": "x"}]}')
    for chosen in (None, "x.ipynb"):
        control(lessons, "⟦Lesson⟧").value = chosen
    take(lessons)
    press(lessons, "⟦Reset this lesson⟧")
    take(lessons)
    take(widgets.Lessons())


def judge(lab: Opened) -> None:
    view = widgets.LedgerView(cast(Lab, lab))
    take(view)
    for number, id in enumerate(CLAIMS):
        lab.progress.record("judged", "x", id, verdict=VERDICTS[number % 4], evidence="")
    entries = [entry(id, VERDICTS[number % 4], "holds", evidence="") for number, id in enumerate(CLAIMS)]

    def found_by_experiments(_: Any, ids: Any, tell: running.Tell) -> Any:
        for entered in ((), tuple(entries)):
            tell(running.Progress(1, 2, ids, entered))
            take(view)
        return ledger(entry("no-address", "holds", "does not hold here", evidence=""))

    said: list[str] = []
    judged.answer = said.append  # type: ignore[assignment, attr-defined]
    vars(running)["judge"] = found_by_experiments
    view.prove(*CLAIMS)
    note("LedgerView", *said)


def checked(lab: Opened) -> None:
    for id in EXERCISES:
        view = widgets.Task(cast(Lab, lab), id)
        settled(view)
        while hints := [one for one in controls(view, "⟦Hint") if not one.disabled]:
            hints[0].click()
            take(view)
        press(view, "⟦Show solution⟧")
        take(view)
        for result in (checks.not_yet("", ""), checks.cannot_pass("", "x"), checks.passed("")):
            lab.result = result
            press(view, "⟦Check⟧")
            settled(view)
        for error in (EngineUnavailable("x", "y", "z"), ValueError()):
            lab.trouble = [error]
            press(view, "⟦Check⟧")
            settled(view)
        lab.trouble = []
        view.close()
        take(view)


def main() -> None:
    with tempfile.TemporaryDirectory() as one:
        folder = Path(one)
        os.chdir(folder)
        lab = Opened(folder)
        series = [Series(name, ((9.0, 9.5), (9.2, 9.4))) for name in ("x", "y")]
        take(widgets.Figure("", latency.svg(series), latency.text(series)))
        launcher()
        live(lab)
        followed(lab)
        asked(lab)
        judge(lab)
        checked(lab)
        quiz = widgets.Quiz(cast(Lab, lab))
        take(quiz)
        for card in quiz.cards:
            _, choices, button, _ = card.children
            for index in (None, *range(len(choices.options))):
                choices.index = index
                button.click()
                take(quiz)
        report = widgets.MyReport(cast(Lab, lab), folder)
        take(report)
        vars(my_report)["look_at"] = lambda *_: (None, MACHINE)
        for button in controls(report, "⟦Write"):
            button.click()
            settled(report)
        report.close()
        sighting = whereabouts.Sighting("1", "", "net:[1]", "", answered=False, answered_inside=False)
        vars(place)["Stage"] = lambda *_: nullcontext()
        for answered in (False, True):
            vars(place)["look"] = partial(lambda answered, _: Look(replace(sighting, answered_inside=answered), 8080), answered)
            take(widgets.WhereAmI(cast(Lab, lab)))
        kept(lab, folder)
        take(Proof(200, None, ""))
        note("places", *whereabouts.PLACES.values())
    json.dump({name: [*said] for name, said in found.items()}, sys.stdout, ensure_ascii=False)
