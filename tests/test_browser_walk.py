"""From lesson 00 to the report as a newcomer goes: in one window of a real browser, from cell to cell, lesson after lesson.

They press Shift+Enter, choose predictions, some of them wrong, ask for a hint, type their answers, press Check, do the quiz,
and write their report; the solutions stay unseen, but for the last one. After each lesson its page is looked at: errors, overflow, axe,
both themes. Pictures of the way are left in tests/artefacts/walk. The language is German, whose words are longer and whose every
sentence must come from the catalogue; HOSTNET_LAB_WALK=en walks in English.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pytest
from _pytest.mark import ParameterSet  # private: pytest names the type of its params nowhere else
from playwright.sync_api import Locator, Page, TimeoutError, expect

from hostnet_lab import widgets, words
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.lessons import LESSONS as CATALOGUE
from hostnet_lab.core.guide.misconceptions import MISCONCEPTIONS
from hostnet_lab.core.guide.predictions import PREDICTIONS
from hostnet_lab.core.guide.quiz import QUESTIONS
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.progress import VARIABLE
from hostnet_lab.lab import sweep
from hostnet_lab.words import setting

from . import record, room
from .accessible import OURS, violations
from .cases import CASES, Case

pytestmark = [pytest.mark.engine, pytest.mark.browser]
PICTURES = Path(__file__).parent / "artefacts" / "walk"
LANGUAGE = os.environ.get("HOSTNET_LAB_WALK", "de")
LESSONS = record.lessons()
WIDTHS = (1000, 1600)
ANSWERS: dict[str, Case] = {case.exercise: case for case in reversed(CASES) if case.right}
HELPED = "07-capstone"  # whose solution they look at
CELL_S = 60.0
NUMBERED = re.compile(r"^\[\d+\]:$")
PCAPNG = b"\n\r\r\n"  # how such a file begins


class Newcomer:
    """Knows Docker, and what tests/exercises/ has for an answer; sees nothing but the page."""

    def __init__(self, page: Page, path: Path, pictures: bool) -> None:
        self.page, self.path, self.pictures = page, path, pictures
        self.panel = room.notebook(self.page)
        self.cells = nbformat.read(path, 4).cells
        self.task: str | None = None

    def go_through(self) -> None:
        for index, cell in enumerate(self.cells):
            tags = cell.metadata.get("tags", [])
            if cell.cell_type != "code":
                continue
            if "answer" in tags and self.task:
                self.answer(index, ANSWERS[self.task])
                continue
            self.run(index)
            self.use(index, cell.source)
        self.look("end")

    def cell(self, index: int) -> Locator:
        return self.panel.locator(".jp-Cell").nth(index)

    def run(self, index: int) -> None:
        """Shift+Enter, and wait for the cell's number."""
        self.cell(index).locator(".jp-InputPrompt").first.click()
        self.page.keyboard.press("Shift+Enter")
        prompt = self.cell(index).locator(".jp-InputPrompt").first
        try:
            prompt.filter(has_text=NUMBERED).wait_for(timeout=room.ms(CELL_S))
        except TimeoutError:
            self.pictures = True
            self.look("stuck")
            raise

    def use(self, index: int, source: str) -> None:
        """What a newcomer does with the widgets that a cell has shown."""
        output = self.cell(index).locator(".jp-OutputArea")
        if "Predict(" in source:
            for card in output.locator(".hostnet-lab-choices").all():
                choice = card.get_by_role("button").last  # often enough a wrong one
                choice.click()
                expect(choice).to_contain_text("●")
            self.look(f"{index:02}-predicted")
        if ".test()" in source or ".compare(" in source:
            self.look(f"{index:02}-compared")
        if "Task(" in source:
            self.task = source.partition("Task(lab, ")[2].partition(")")[0].strip('"')
            expect(output.get_by_role("status")).to_be_visible()
            _, hint, solution = output.get_by_role("button").all()
            hint.click()
            if self.task == HELPED:
                solution.click()
                expect(output.locator("pre")).to_contain_text(EXERCISES[HELPED].solution.cell)
                self.look(f"{index:02}-solution")
        if "FollowView(" in source:
            self.follow(index, output)
        if "Quiz(" in source:
            self.quiz(output)
        if "MyReport(" in source:
            output.get_by_role("textbox").first.fill("Ada Example")
            output.get_by_role("button", name="HTML").click()
            expect(output.get_by_role("link").first).to_be_visible()

    def answer(self, index: int, case: Case) -> None:
        """In the terminal, from the cell that is there for it; or there, in Python. And see that the task notices."""
        if case.given is not None:
            given = {name for name in EXERCISES[case.exercise].choices if self.mode(name) == "host"}
            boxes = self.cell(index - 1).locator(".jp-OutputArea")
            for name in given:
                boxes.get_by_role("checkbox", name=name).check()
            boxes.get_by_role("button").first.click()
            self.write(index, f"answer = {given!r}")
            self.run(index)
        else:
            self.write(index, f"%%bash\n{case.script.strip()}\n")
            button = self.cell(index).locator(".hostnet-lab-commands-bar button").first
            button.click()
            expect(button).to_have_class("done")
            self.page.keyboard.press("Enter")
        if case.disposable:  # a changed rule of the firewall is no event of the engine's
            self.cell(index - 1).locator(".jp-OutputArea").get_by_role("button").first.click()
        status = self.cell(index - 1).locator(".jp-OutputArea").get_by_role("status").first
        expect(status).to_contain_text("✓", timeout=room.ms(CELL_S))
        self.look(f"{index:02}-passed")

    def mode(self, name: str) -> str:
        """Which container has which name is left to chance; a newcomer would ask by `docker inspect`."""
        found = Engine.connect().inspect(name)
        return str(found["HostConfig"]["NetworkMode"]) if found else ""

    def write(self, index: int, text: str) -> None:
        self.cell(index).locator("[contenteditable]").first.fill(text)

    def quiz(self, output: Locator) -> None:
        """The first question wrong at first, then all of them right."""
        cards = output.locator(".widget-radio-box")
        checks = output.get_by_role("button")
        assert cards.count() == checks.count() == len(QUESTIONS)
        for number, question in enumerate(QUESTIONS):
            wrong = (question.right + 1) % len(question.choices)
            for choice in ([wrong] if number == 0 else []) + [question.right]:
                cards.nth(number).get_by_role("radio").nth(choice).check()
                checks.nth(number).click()
        self.look("quiz")

    def follow(self, index: int, output: Locator) -> None:
        """One request on the path that is chosen, and its file."""
        output.get_by_role("button").first.click()
        expect(output.get_by_role("status").first).to_contain_text(", 200,", timeout=room.ms(CELL_S))
        output.get_by_role("img").scroll_into_view_if_needed()
        self.look(f"{index:02}-followed")
        with self.page.expect_download() as kept:
            output.get_by_role("link").click()
        assert kept.value.path().read_bytes().startswith(PCAPNG)

    def look(self, name: str) -> None:
        if not self.pictures:
            return
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self.path.stem.partition('-')[0]}-{name}.png")


@dataclass(frozen=True)
class Way:
    """The page in which all of it happens; where the copies are, and the newcomer's file of progress."""

    watched: room.Watched
    address: str
    lessons: Path
    progress: Path
    walked: list[Path] = field(default_factory=list)

    def of(self, ids: Iterable[str]) -> set[str]:
        """Those that the lessons so far name in their cells."""
        sources = "".join(path.read_text("utf-8") for path in self.walked)
        return {one for one in ids if json.dumps(f'"{one}"')[1:-1] in sources}


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Way]:
    """JupyterLab as ./lab opens it for a learner of the language, with nothing that forces one."""
    checkout = tmp_path_factory.mktemp("walk")
    settings = checkout / ".lab" / "jupyter" / "settings"
    setting.choose(settings, LANGUAGE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(checkout / "progress.jsonl"))
        patch.setenv(setting.FOLDER, str(settings))
        patch.delenv(setting.FORCED)
        with room.jupyterlab(checkout) as address, room.chromium() as browser:
            one = room.Watched(room.page(browser, viewport={"width": 1280, "height": room.HEIGHT}))
            one.page.goto(address, wait_until="domcontentloaded")
            room.wait_idle(one.page)
            PICTURES.mkdir(parents=True, exist_ok=True)
            one.page.screenshot(path=PICTURES / "room.png")
            yield Way(one, address, checkout / "lessons", checkout / "progress.jsonl")
            one.page.goto("about:blank")  # before its server ends: it would complain
    sweep(Engine.connect())  # what a failed walk left


HOLD_EVERY_WIDGET = ("00", "02", "03a", "03d", "07")  # together; see the test below


def taken(path: Path) -> ParameterSet:
    return pytest.param(path, id=path.stem, marks=[pytest.mark.wide] * (not path.name.startswith(HOLD_EVERY_WIDGET)))


def widgets_in(paths: Iterable[Path]) -> set[str]:
    sources = "".join(path.read_text("utf-8") for path in paths)
    return {name for name in widgets.__all__ if re.search(rf"\b{name}\b", sources)}


def test_the_lessons_that_are_always_walked_hold_every_widget() -> None:
    assert widgets_in(path for path in LESSONS if path.name.startswith(HOLD_EVERY_WIDGET)) == widgets_in(LESSONS)


@pytest.mark.parametrize("path", [taken(path) for path in LESSONS])
def test_a_newcomer_takes_a_lesson(engine: Engine, way: Way, path: Path, wide: bool) -> None:
    page = way.watched.page
    if way.walked:
        follows = LESSONS.index(path) == LESSONS.index(way.walked[-1]) + 1
        (room.follow if follows else room.open_path)(page, path.name)
        leave(page, way.walked[-1].name)
    way.walked.append(path)
    Newcomer(page, way.lessons / path.name, wide).go_through()
    panel = room.notebook(page)
    expect(panel.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
    expect(panel.locator(".jp-mod-warning")).to_have_count(0)  # a broken diagram
    assert "Traceback" not in panel.inner_text()
    size = page.viewport_size
    cut = {width: found for width in WIDTHS if (found := room.too_wide(page, width))}
    broken = violations(page, *(f".jp-NotebookPanel:not(.lm-mod-hidden) {one}" for one in OURS))
    for theme in room.THEMES if wide else ():
        room.use_theme(page, theme)
        room.picture(page, PICTURES / f"{path.stem}-{theme.lower()}.png")
    assert size
    page.set_viewport_size(size)
    assert not cut and not broken and not way.watched.new_errors()


def leave(page: Page, name: str) -> None:
    """Save a notebook, and close its tab, which ends its kernel."""
    room.go_to(page, name)
    room.wait_idle(page)
    page.keyboard.press("Control+s")
    tab = page.locator(f'.lm-TabBar-tab[title*="{name}"]')
    expect(tab).not_to_have_class(re.compile("jp-mod-dirty"))
    tab.locator(".lm-TabBar-tabCloseIcon").click()
    expect(tab).to_have_count(0)
    room.wait_idle(page)


def events(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_the_way_ends_with_a_report_of_all_that_was_done(way: Way) -> None:
    page = way.watched.page
    page.goto(way.address.partition("/lab/")[0] + "/files/my-report.html?" + way.address.partition("?")[2])
    expect(page.locator("html")).to_have_attribute("lang", LANGUAGE)
    page.screenshot(path=PICTURES / "report.png")
    done = events(way.progress)
    passed = {event["id"] for event in done if event["kind"] == "checked" and event["more"]["state"] == "passed"}
    assert passed == way.of(EXERCISES)
    assert {event["id"] for event in done if event["kind"] == "shown"} == {HELPED} & passed
    finished = {event["lesson"] for event in done if event["kind"] == "finished"}
    assert finished == {lesson for lesson in CATALOGUE if any(path.name.startswith(lesson) for path in way.walked)}
    answered = {event["id"]: event["more"]["right"] for event in done if event["kind"] == "answered"}
    assert answered == {question.id: True for question in QUESTIONS}
    judged = {event["id"] for event in done if event["kind"] == "judged"}
    assert way.of(CLAIMS) <= judged <= set(CLAIMS)
    assert len(way.walked) < len(LESSONS) or judged == set(CLAIMS)
    predicted = {event["id"]: event["more"]["choice"] for event in done if event["kind"] == "predicted"}
    assert {*predicted} >= way.of(PREDICTIONS)
    assert len(way.walked) < len(LESSONS) or {PREDICTIONS[id].misconception for id in predicted} >= set(MISCONCEPTIONS)
    assert all(choice in [one.id for one in PREDICTIONS[id].choices] for id, choice in predicted.items())


def test_the_lessons_are_in_the_language_that_was_chosen(way: Way) -> None:
    text = (way.lessons / LESSONS[0].name).read_text("utf-8")
    assert ("## How a lesson works" in text) is (LANGUAGE == words.ENGLISH)
