"""The terminal as the stage, in a real JupyterLab: commands go there by one click, run by Enter, and the task sees what they did."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import wait_until

from . import room
from .accessible import violations

pytestmark = [pytest.mark.engine, pytest.mark.browser]
ARTEFACTS = Path(__file__).parent / "artefacts"
LESSON = "01-run-a-container.ipynb"
PARTS = {"Lesson": ".jp-NotebookPanel", "Terminal": ".jp-Terminal", "Map": ".hostnet-stage"}


@pytest.fixture
def page(page: Page, opened: room.Room) -> Page:
    """The lesson is open in it."""
    opened.enter(page, LESSON)
    return page


@pytest.fixture
def checkout(opened: room.Room) -> Path:
    return opened.folder


def cell(page: Page, words: str) -> Locator:
    return room.notebook(page).locator(".jp-CodeCell").filter(has_text=words).first


def run(page: Page, words: str) -> None:
    cell(page, words).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    expect(cell(page, words).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))


def to_terminal(where: Locator) -> None:
    where.get_by_role("button", name="To the terminal").click()
    expect(where.get_by_role("button", name="In the terminal")).to_be_visible()


def test_a_command_goes_to_the_terminal_and_runs_by_enter_alone(page: Page, engine: Engine, checkout: Path) -> None:
    run(page, "from hostnet_lab import Lab")
    to_terminal(cell(page, "docker run -d --network host --name webserver nginx"))
    expect(page.locator(".jp-Terminal .xterm-helper-textarea")).to_be_focused()
    assert engine.inspect("webserver") is None
    page.keyboard.press("Enter")
    wait_until(lambda: engine.inspect("webserver"), 30, "webserver, started in the terminal")
    page.keyboard.type("pwd > seen\n")
    wait_until((checkout / "lessons" / "seen").exists, 30, "the terminal's folder")
    assert (checkout / "lessons" / "seen").read_text().strip() == str(checkout / "lessons")
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "terminal-1280-light.png")
    room.use_theme(page, "Dark")
    page.set_viewport_size({"width": 1600, "height": 900})
    page.screenshot(path=ARTEFACTS / "terminal-1600-dark.png")
    room.use_theme(page, "Light")
    run(page, "lab.clean()")


@pytest.mark.wide
def test_an_exercise_is_passed_in_the_terminal_by_its_solution(page: Page, engine: Engine) -> None:
    run(page, "from hostnet_lab import Lab")
    run(page, "Task(lab")
    task = cell(page, "Task(lab")
    task.get_by_role("button", name="Show solution").click()
    to_terminal(task)
    page.keyboard.press("Enter")
    expect(task).to_contain_text("Solved with the solution")
    run(page, "lab.clean()")
    assert engine.inspect("front-door") is None


def typed(page: Page, line: str, made: Path) -> None:
    page.keyboard.type(line + "\n")
    wait_until(made.exists, 30, f"what was typed: {line}")


@pytest.mark.wide
def test_several_lines_arrive_as_one_and_wait_for_enter(page: Page, checkout: Path) -> None:
    one, two, three, slept, four = (checkout / "lessons" / name for name in ("one", "two", "three", "slept", "four"))
    mine = cell(page, "# Your answer")
    mine.locator("[contenteditable]").first.fill("%%bash\n# Your answer.\necho 1 >> one\necho 2 >> two")
    to_terminal(mine)
    page.keyboard.press("Control+C")
    typed(page, "touch three", three)
    assert not one.exists() and not two.exists()
    to_terminal(mine)
    to_terminal(mine)  # a second click does not add to the first
    page.keyboard.press("Enter")
    wait_until(two.exists, 30, "both lines")
    page.keyboard.type("rm one two three\n")
    wait_until(lambda: not three.exists(), 30, "the files to go")
    # A program is in front: its shell takes them line by line, and still runs nothing.
    page.keyboard.type("sleep 5; touch slept\n")
    to_terminal(mine)
    wait_until(slept.exists, 30, "the program's end")
    page.keyboard.press("Control+C")
    typed(page, "touch four", four)
    assert not one.exists() and not two.exists()


@pytest.mark.wide
def test_the_learners_shell_outlives_a_cell_that_ends_its_own(page: Page, checkout: Path) -> None:
    mine = cell(page, "# Your answer")
    mine.locator("[contenteditable]").first.fill("%%bash\n# Your answer.\ncd /\nexec true")
    to_terminal(mine)
    page.keyboard.press("Enter")
    typed(page, "touch alive", checkout / "lessons" / "alive")


@pytest.mark.wide
def test_commands_are_copied(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read"])
    cell(page, "docker run -d --network host --name webserver nginx").get_by_role("button", name="Copy", exact=True).click()
    expect(cell(page, "docker run -d --network host --name webserver nginx").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "docker run -d --network host --name webserver nginx"


@pytest.mark.wide
def test_a_terminal_that_was_closed_comes_back_beside_the_lesson(page: Page) -> None:
    page.locator('.lm-TabBar-tab:has-text("Terminal") .lm-TabBar-tabCloseIcon').click()
    expect(page.locator(".jp-Terminal")).to_have_count(0)
    to_terminal(cell(page, "docker run -d --network host --name webserver nginx"))
    for found in PARTS.values():
        expect(page.locator(found)).to_be_visible()


@pytest.mark.wide
def test_what_a_cell_sets_is_set_in_the_terminal(page: Page, checkout: Path) -> None:
    run(page, "from hostnet_lab import Lab")
    mine = cell(page, "# Your answer")
    mine.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nimport os\nos.environ['SERVER'] = \"it's $HOME;\\n`id`\"")
    page.keyboard.press("Control+Enter")
    expect(mine.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))
    page.locator(".jp-Terminal .xterm-helper-textarea").focus()
    page.keyboard.type('printf %s "$SERVER" > server\n')
    wait_until((checkout / "lessons" / "server").exists, 30, "what the terminal was told")
    wait_until(lambda: (checkout / "lessons" / "server").read_text() == "it's $HOME;\n`id`", 10, "the value of the cell")


WITH = ("%%bash\ntrue", "%%bash --err meter\ntrue")
WITHOUT = (
    "%%bash -s {own}\necho $1",
    "%%bash --err meter -s {own}\necho $1",
    "%%bash\n",
    "%%bashful\ntrue",
    "# %%bash\ntrue",
    "%%sh\ntrue",
    "!true",
)


@pytest.mark.wide
def test_what_is_none_of_a_terminals_has_no_button(page: Page, checkout: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in WITH + WITHOUT]
    text = nbformat.v4.new_markdown_cell("```bash\necho from a text\n```\n\n```sh\necho only shown\n```\n")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[*cells, text], metadata=kernel), checkout / "lessons" / "09-theirs.ipynb")
    room.open_path(page, "09-theirs.ipynb")
    shown = room.notebook(page)
    expect(shown.get_by_role("button", name="To the terminal")).to_have_count(len(WITH) + 1)
    expect(shown.locator(".jp-RenderedMarkdown").get_by_role("button", name="To the terminal")).to_have_count(1)
    to_terminal(shown.locator(".jp-RenderedMarkdown"))
    typed(page, " > told", checkout / "lessons" / "told")
    assert (checkout / "lessons" / "told").read_text() == "from a text\n"


@pytest.mark.wide
def test_its_buttons_work_by_keyboard_and_axe_finds_nothing(page: Page, engine: Engine) -> None:
    where = cell(page, "docker run -d --network host --name webserver nginx")
    themes: tuple[Literal["Light", "Dark"], ...] = ("Dark", "Light")
    for theme in themes:
        room.use_theme(page, theme)
        assert not violations(page, ".hostnet-lab-commands-bar")
    where.get_by_role("button", name="To the terminal").focus()
    page.keyboard.press("Enter")
    expect(where.get_by_role("button", name="In the terminal")).to_be_visible()
    assert engine.inspect("webserver") is None


@pytest.mark.wide
def test_what_python_hands_over_has_no_button(page: Page) -> None:
    room.open_path(page, "03a-measure-the-cost.ipynb")
    expect(cell(page, "docker run -d -p 8089:80").get_by_role("button", name="To the terminal")).to_be_visible()
    expect(cell(page, "%%bash -s {own}").get_by_role("button", name="To the terminal")).to_have_count(0)
    expect(cell(page, "from hostnet_lab import Lab").get_by_role("button", name="To the terminal")).to_have_count(0)


@pytest.mark.wide
def test_a_narrow_window_shows_one_part_at_a_time(page: Page) -> None:
    parts = page.get_by_role("group", name="Part of the lab")
    expect(parts).to_be_hidden()
    boxes = [page.locator(one).bounding_box() for one in PARTS.values()]
    assert all(box and box["width"] >= 480 and box["height"] >= 240 for box in boxes), boxes
    page.set_viewport_size({"width": 800, "height": 800})
    for name, found in PARTS.items():
        parts.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(found)).to_be_visible()
        expect(parts.get_by_role("button", name=name, exact=True)).to_have_attribute("aria-pressed", "true")
        box = page.locator(found).bounding_box()
        assert box and box["width"] > 700
        assert all(not page.locator(other).is_visible() for other in PARTS.values() if other != found)
        assert not violations(page, ".hostnet-lab-parts")
        page.screenshot(path=ARTEFACTS / f"narrow-{name.lower()}.png")
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(parts).to_be_hidden()
    for found in PARTS.values():
        expect(page.locator(found)).to_be_visible()
