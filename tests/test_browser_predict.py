"""Predict, run, explain in a real JupyterLab by keyboard alone, in three columns or in one, and again in another form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.progress import ProgressFile

from . import room

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELLS = (
    'from hostnet_lab import Lab\nfrom hostnet_lab.widgets import ComeBack, Predict\n\nlab = Lab("02", ports=(), names=())',
    'mapping = Predict(lab, "published-8080")\nmapping',
    "mapping.test()",
    "back = ComeBack(lab)\nback",
    "back.close()\nlab.clean()",
)
TITLES = ("You predicted", "What happened", "Why")


@pytest.fixture(scope="module")
def own_notebooks() -> dict[str, tuple[str, ...]]:
    return {"predict.ipynb": CELLS}


@pytest.fixture
def question(opened: room.Room, page: Page) -> Page:
    page.set_viewport_size({"width": 1600, "height": 1000})
    room.open_notebook(page, opened.address, "predict.ipynb")
    page.keyboard.press("Control+Home")
    return page


def run_next(page: Page, number: int) -> Locator:
    """Run the active cell, and wait for its end; returns it. ``number``: how many were run then."""
    cell = page.locator(".jp-CodeCell.jp-mod-active")
    place = page.evaluate("[...document.querySelectorAll('.jp-CodeCell')].findIndex(one => one.classList.contains('jp-mod-active'))")
    expect(cell).to_have_count(1)
    page.keyboard.press("Shift+Enter")
    cell = page.locator(".jp-CodeCell").nth(place)
    expect(cell.locator(".jp-InputPrompt")).to_have_text(f"[{number}]:")
    return cell


def tab_to(page: Page, name: str, key: str) -> None:
    """Press Tab, or Shift+Tab, until the focus is on the button of that name."""
    for _ in range(12):
        if page.evaluate("document.activeElement.innerText").strip().endswith(name):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{key} does not lead to {name}")


def columns(view: Locator) -> list[tuple[float, float]]:
    """Where the three begin, x and y: at one moment, since the page may scroll between two."""
    found = [view.get_by_role("group", name=title).element_handle() for title in TITLES]
    places = view.page.evaluate("all => all.map(one => one.getBoundingClientRect()).map(one => [one.x, one.y])", found)
    return [(x, y) for x, y in places]


def test_predict_run_explain_and_come_back_by_keyboard_alone(engine: Engine, question: Page, file: ProgressFile) -> None:
    run_next(question, 1)
    asked = run_next(question, 2)
    tab_to(question, "1. On port 8080", "Shift+Tab")
    question.keyboard.press("Enter")
    expect(asked.get_by_role("status")).to_have_text(
        "You predicted: On port 8080. Now run the next cell. Until then you may change your mind."
    )
    question.keyboard.press("Shift+Enter")  # the focus is on a choice: what is run is the next cell
    view = question.locator(".jp-CodeCell").nth(2)
    expect(view.locator(".jp-InputPrompt")).to_have_text("[3]:")
    expect(asked.locator(".jp-InputPrompt")).to_have_text("[2]:")
    expect(view.get_by_role("status")).to_have_text("Your prediction was wrong.")
    expect(view.get_by_text("Many believe")).to_be_visible()
    one, two, three = columns(view)
    assert one[1] == two[1] == three[1] and one[0] < two[0] < three[0]
    question.set_viewport_size({"width": 760, "height": 1000})
    one, two, three = columns(view)
    assert one[0] == two[0] == three[0] and one[1] < two[1] < three[1]
    question.set_viewport_size({"width": 1600, "height": 1000})
    back = run_next(question, 4)
    tab_to(question, "2. 8095, where nginx listens", "Shift+Tab")
    question.keyboard.press("Enter")
    tab_to(question, "Run the experiment", "Tab")
    question.keyboard.press("Enter")
    expect(back.get_by_text("Your prediction was right.", exact=True)).to_be_visible()
    assert [(event.id, event.more["right"]) for event in file.read().events if event.kind == "compared"] == [
        ("published-8080", False),
        ("mapped-and-moved", True),
    ]


@pytest.mark.wide
def test_a_clicked_choice_leaves_shift_enter_to_the_next_cell(engine: Engine, question: Page) -> None:
    run_next(question, 1)
    asked = run_next(question, 2)
    asked.get_by_role("button").nth(1).click()
    expect(asked.get_by_role("button").nth(1)).to_contain_text("●")
    question.keyboard.press("Shift+Enter")
    view = question.locator(".jp-CodeCell").nth(2)
    expect(view.locator(".jp-InputPrompt")).to_have_text("[3]:")
    expect(view.get_by_role("status")).to_have_text("Your prediction was right.")
    run_next(question, 4)


@pytest.mark.wide
def test_a_run_that_nobody_predicted_leaves_the_question_open(engine: Engine, question: Page, file: ProgressFile) -> None:
    run_next(question, 1)
    asked = run_next(question, 2)
    view = run_next(question, 3)
    expect(view.get_by_role("status")).to_contain_text("it stays open")
    expect(view.get_by_text("What was found all the same")).to_be_visible()
    expect(view.get_by_text("-p is ignored in host mode")).to_be_hidden()
    expect(asked.get_by_role("button").first).to_be_enabled()
    assert not [event for event in file.read().events if event.kind == "compared"]
