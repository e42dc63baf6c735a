"""The button at the headings of a lesson in a real JupyterLab: by keyboard and mouse, in both themes, with what goes wrong told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from hostnet_lab.core.guide import catching_up as steps
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.core.progress.state import states
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.lesson_folder import original
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.words import setting

from . import room
from .accessible import violations

pytestmark = [pytest.mark.engine, pytest.mark.browser]
ARTEFACTS = Path(__file__).parent / "artefacts"
LESSON = LESSONS["01"].file
SMALLEST_PX = 12


def look(page: Page, name: str, wide: bool) -> None:
    for width, height in room.SIZES if wide else ():  # the last one is that of the test
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=ARTEFACTS / f"catch-up-{name}-{width}.png")


def bar(page: Page, heading: str) -> Locator:
    return room.notebook(page).locator(f'h2:has-text("{heading}") + .hostnet-section')


def state(name: str) -> re.Pattern[str]:
    return re.compile(f"^{name}$")


@pytest.mark.wide
def test_each_section_with_steps_has_its_button_and_the_last_ones_have_none(opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LESSON)
    wanted = [one.title for one in steps.sections(original(LESSON)) if one.id and any(not cell.tags & steps.OWN for cell in one.cells)]
    wanted.remove("Clean up")
    bars = room.notebook(page).locator("h2 + .hostnet-section")
    expect(bars).to_have_count(len(wanted))
    assert bars.evaluate_all("all => all.map(one => one.previousSibling.textContent.replace('¶', '').trim())") == wanted
    sizes = bars.get_by_role("button").evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")
    assert min(sizes) >= SMALLEST_PX


def test_a_press_asks_says_what_goes_and_reaches_the_section_by_keyboard(
    engine: Engine, opened: room.Room, page: Page, file: ProgressFile, wide: bool
) -> None:
    room.open_notebook(page, opened.address, LESSON)
    one = bar(page, "Find the listener")
    for theme in room.THEMES:  # in the way are then the things of the first time
        room.use_theme(page, theme)
        one.get_by_role("button", name="Catch up to here").focus()
        page.keyboard.press("Enter")
        expect(one.get_by_role("button", name="Catch up", exact=True)).to_be_focused()
        expect(one.get_by_role("status")).to_contain_text("The lesson is opened afresh, and 11 cells before “Find the listener” are run")
        assert not violations(page, ".hostnet-section")
        look(page, f"asked-{theme.lower()}", wide)
        page.keyboard.press("Space")
        expect(one).to_have_attribute("data-state", state("running"))
        expect(one.get_by_role("status")).to_contain_text(re.compile(r"cell \d+ of 11"))
        expect(one.get_by_role("status")).to_contain_text("Caught up to “Find the listener”")
        expect(one.get_by_role("button", name="Catch up to here")).to_be_focused()
        assert not violations(page, ".hostnet-section")
        look(page, f"done-{theme.lower()}", wide)
    expect(one.get_by_role("status")).to_contain_text("Removed: bridged, webserver.")
    code = room.notebook(page).locator(".jp-CodeCell", has_text="docker exec bridged curl")
    code.locator("[contenteditable]").click()
    page.keyboard.press("Shift+Enter")
    expect(code.locator(".jp-OutputArea-output")).to_contain_text("Welcome to nginx!")
    found = states(file.read())["01"]
    assert list(found.caught_up.values()) == ["Find the listener"] and not found.passed


@pytest.mark.wide
def test_cancel_and_escape_change_nothing(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LESSON)
    one = bar(page, "Do it in Python")
    for leave in ("Cancel", "Escape"):
        one.get_by_role("button", name="Catch up to here").click()
        button = one.get_by_role("button", name="Cancel")
        expect(button).to_be_visible()
        button.click() if leave == "Cancel" else page.keyboard.press("Escape")
        expect(one).to_have_attribute("data-state", state("idle"))
        expect(one.get_by_role("button", name="Catch up to here")).to_be_focused()
    assert engine.inspect("webserver") is None


@pytest.mark.wide
def test_who_is_in_the_way_is_told_in_the_lines_of_an_error(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LESSON)
    theirs = engine.create(RunRequest("nginx", "bridged").payload(), "bridged")[0]
    try:
        one = bar(page, "Compare it with a bridge")
        one.get_by_role("button", name="Catch up to here").click()
        expect(one).to_have_attribute("data-state", state("failed"))
        said = one.get_by_role("status").inner_text()
        assert re.fullmatch(r"(?s)Taken\nTried: .*bridged\nFound: .*\nNext:  .*docker rename bridged my-bridged", said), said
        page.screenshot(path=ARTEFACTS / "catch-up-taken.png")
        assert not violations(page, ".hostnet-section")
    finally:
        engine.remove(theirs, force=True)


@pytest.mark.wide
def test_a_heading_that_is_edited_keeps_its_button_and_what_it_names_is_data(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LESSON)
    heading = room.notebook(page).locator(".jp-MarkdownCell", has=page.locator("h2", has_text="Find the listener"))
    heading.locator(".jp-RenderedMarkdown p").first.dblclick()
    editor = room.notebook(page).locator(".jp-Cell.jp-mod-active [contenteditable]")
    editor.press("Control+a")
    page.keyboard.insert_text('## Mine"); raise SystemExit #\n\nA text of mine.')
    page.keyboard.press("Shift+Enter")
    one = bar(page, "raise SystemExit")
    one.get_by_role("button", name="Catch up to here").click()
    expect(one.get_by_role("status")).to_contain_text("before “Find the listener” are run for you")  # by its cell's id


@pytest.mark.wide
def test_a_command_leads_to_a_section_without_a_question(engine: Engine, opened: room.Room, page: Page) -> None:
    """What a class is sent to: JupyterLab's own way to run a command from a link in a text."""
    room.open_notebook(page, opened.address, LESSONS["05"].file)  # not trusted: no other test has run and saved it
    room.notebook(page).locator("h2").first.evaluate(
        """heading => { const link = document.createElement('button'); link.textContent = 'go';
        link.dataset.commandlinkerCommand = 'hostnet-lab:catch-up';
        link.dataset.commandlinkerArgs = JSON.stringify({section: "Run, and look again", sure: true}); heading.append(link); }"""
    )
    page.get_by_role("button", name="go", exact=True).click()
    page.locator(".jp-Dialog").get_by_role("button", name="Run Once").click()
    expect(bar(page, "Run, and look again").get_by_role("status")).to_contain_text("Caught up to “Run, and look again”")


@pytest.mark.wide
def test_in_german_its_words_and_its_headings_are_german(
    engine: Engine, page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting.FORCED, "de")
    with room.jupyterlab(tmp_path) as shown:
        room.open_notebook(page, shown, LESSON)
        one = room.notebook(page).locator(".hostnet-section").nth(3)
        one.get_by_role("button", name="Bis hierher aufholen").click()
        expect(one.get_by_role("status")).to_contain_text("11 Zellen vor „")
        one.get_by_role("button", name="Aufholen", exact=True).click()
        expect(one.get_by_role("status")).to_contain_text("Aufgeholt bis „")
        page.screenshot(path=ARTEFACTS / "catch-up-de.png")
        page.goto("about:blank")  # before its server ends: it would complain
