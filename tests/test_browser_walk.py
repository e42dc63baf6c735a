"""From lesson 00 to the report as a newcomer goes: in one window, from cell to cell, in a language that is not the source's.

They press Shift+Enter, choose predictions, some of them wrong, ask for a hint, type their answers, press Check, do the quiz,
and write their report; the folded solutions stay folded. Pictures of the way are left in tests/artefacts/walk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from hostnet_lab import words
from hostnet_lab.core.checks import EXERCISES
from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.core.predictions import PREDICTIONS
from hostnet_lab.core.quiz import QUESTIONS
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.edges.progress import VARIABLE
from hostnet_lab.lab import sweep
from hostnet_lab.words import setting

from . import record, room
from .cases import CASES, Case
from .test_browser import Watched, watched

pytestmark = [pytest.mark.engine, pytest.mark.browser]
PICTURES = Path(__file__).parent / "artefacts" / "walk"
LANGUAGE = "de"
ANSWERS: dict[str, Case] = {case.exercise: case for case in reversed(CASES) if case.right}
CELL_S = 60.0


class Newcomer:
    """Knows Docker, and what tests/exercises/ has for an answer; sees nothing but the page."""

    def __init__(self, watched_page: Watched, path: Path) -> None:
        self.page, self.path = watched_page.page, path
        self.panel = room.notebook(self.page).filter(has=self.page.locator("h1"))  # beside it lies the map, which has no title
        self.cells = nbformat.read(path, 4).cells
        self.task: str | None = None

    def go_through(self) -> None:
        for index, cell in enumerate(self.cells):
            tags = cell.metadata.get("tags", [])
            if cell.cell_type != "code" or "solution" in tags:
                continue
            if "check" in tags and "solution" in self.cells[index - 1].metadata.get("tags", []):
                continue  # it would look at the solution
            if "answer" in tags and self.task:
                self.answer(index, ANSWERS[self.task])
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
            wait_until(lambda: prompt.inner_text().strip(" []:").isdigit(), CELL_S, f"{self.path.name}, cell {index}", pause_s=0.05)
        except NoAnswer:
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
            output.get_by_role("button").last.click()  # a hint
        if "Quiz(" in source:
            self.quiz(output)
        if "MyReport(" in source:
            output.get_by_role("textbox").first.fill("Ada Example")
            output.get_by_role("button", name="HTML").click()
            expect(output.get_by_role("link").first).to_be_visible()

    def answer(self, index: int, case: Case) -> None:
        """Type it into the cell that is there for it, and see that the task notices, whoever looks first."""
        if case.given is not None:
            given = {name for name in EXERCISES[case.exercise].choices if self.mode(name) == "host"}
            boxes = self.cell(index - 1).locator(".jp-OutputArea")
            for name in given:
                boxes.get_by_role("checkbox", name=name).check()
            boxes.get_by_role("button").first.click()
            self.write(index, f"answer = {given!r}")
        else:
            self.write(index, f"%%bash\n{case.script.strip()}\n")
        self.run(index)
        if case.disposable:  # a changed rule of the firewall is no event of the engine's
            self.cell(index - 1).locator(".jp-OutputArea").get_by_role("button").first.click()
        status = self.cell(index - 1).locator(".jp-OutputArea").get_by_role("status")
        expect(status).to_contain_text("✓", timeout=CELL_S * 1000)
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

    def look(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{self.path.stem.partition('-')[0]}-{name}.png")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A newcomer's own file of progress, and nothing that forces a language."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.jsonl"))
    monkeypatch.delenv(setting.FORCED)
    return tmp_path / "progress.jsonl"


@pytest.fixture
def address(tmp_path: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    settings = tmp_path / ".lab" / "jupyter" / "settings"
    monkeypatch.setenv(setting.FOLDER, str(settings))  # as ./lab does
    setting.choose(settings, LANGUAGE)
    with room.jupyterlab(tmp_path) as shown:
        yield shown
    sweep(Engine.connect())  # what a failed walk left


def events(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_a_newcomer_goes_from_the_first_lesson_to_the_report(engine: Engine, address: str, kept: Path, tmp_path: Path) -> None:
    lessons = record.lessons()
    with room.chromium() as browser:
        one = watched(browser)
        page: Page = one.page
        page.goto(address, wait_until="domcontentloaded")
        room.wait_idle(page)
        for path, following in zip(lessons, [*lessons[1:], None], strict=True):
            Newcomer(one, tmp_path / "lessons" / path.name).go_through()
            assert not one.new_errors(), path.name
            expect(room.notebook(page).locator("[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
            if following:
                room.follow(page, following.name)
        page.goto(address.partition("/lab/")[0] + "/files/my-report.html?" + address.partition("?")[2])
        expect(page.locator("html")).to_have_attribute("lang", LANGUAGE)
        page.screenshot(path=PICTURES / "report.png")
        page.goto("about:blank")
    done = events(kept)
    passed = {event["id"] for event in done if event["kind"] == "checked" and event["more"]["state"] == "passed"}
    assert passed == set(EXERCISES)
    predicted = {event["id"] for event in done if event["kind"] == "predicted"}
    assert len(predicted) > len(PREDICTIONS) * 0.6
    answered = {event["id"]: event["more"]["right"] for event in done if event["kind"] == "answered"}
    assert answered == {question.id: True for question in QUESTIONS}
    english = {one.text for prediction in PREDICTIONS.values() for one in prediction.choices}
    assert {event["more"]["choice"] for event in done if event["kind"] == "predicted"} <= english
    prose = "".join((tmp_path / "lessons" / lessons[0].name).read_text("utf-8"))
    assert words._read(words.HERE / LANGUAGE).gettext("## How a lesson works") in prose
