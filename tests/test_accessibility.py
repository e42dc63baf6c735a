"""Every widget in a real page: axe finds nothing in it, in both themes, and it works by keyboard alone. So does the report.

A widget more is a line more in WIDGETS; a test fails until it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page

from hostnet_lab import widgets
from hostnet_lab.edges.engine import Engine
from hostnet_lab.lab import sweep

from . import ledgers, record, room
from .accessible import Keyboard, violations

ARTEFACTS = Path(__file__).parent / "artefacts"
RUN = 'lab.run(RunRequest(name="on-a-path", network="bridge", publish=(Publish(8095, 80),)))'
PICTURE = '<svg role="img" aria-label="a square" viewBox="0 0 9 9" width="90"><rect width="9" height="9"/></svg>'


def launch(user: Keyboard) -> None:
    user.press_on("Start")
    user.sees("by-keyboard answered")
    user.press_on("Remove")
    user.output.get_by_text("by-keyboard answered").first.wait_for(state="detached")
    user.start()
    user.reach("combobox", "Network")
    user.press("ArrowDown")
    assert user.output.get_by_role("combobox").evaluate("node => node.value") == "bridge"
    user.reach("textbox", "Publish")
    user.page.keyboard.type("8080:80")
    user.sees("-p 8080:80")


def answer(user: Keyboard) -> None:
    first, second = (user.output.get_by_role("radio").nth(index) for index in range(2))
    user.reach_node(first)
    user.press("Space")
    assert first.is_checked()
    user.press("ArrowDown" if first.get_attribute("name") else "Tab")  # a group is one stop; without a name each is its own
    user.press("Space")
    assert second.is_checked()
    user.press_on("Check")
    user.says("at the first try")


def read_the_map(user: Keyboard) -> None:
    user.press_on("Redraw")
    user.press_on("Show as text")
    user.sees("The map as text")


def unfold(user: Keyboard) -> None:
    user.reach_node(user.output.locator("summary"))
    user.press("Enter")
    user.output.locator("details[open]").wait_for()


def look_again(user: Keyboard) -> None:
    port = user.output.get_by_role("rowheader", name="A connection to port")
    before = port.inner_text()
    user.press_on("Look again")
    user.output.get_by_text(before, exact=True).wait_for(state="detached")
    user.says("network namespace")


def reset_a_lesson(user: Keyboard) -> None:
    user.reach("combobox", "Lesson")
    user.press("ArrowDown")
    user.says("not edited")
    user.press_on("Reset this lesson")
    user.says("the original is back")


def predict(user: Keyboard) -> None:
    user.reach_node(user.output.get_by_role("button").first)
    user.press("Enter")
    user.says("You predicted")


def read_the_ledger_again(user: Keyboard) -> None:
    user.press_on("Look again")
    user.says("You have judged")


def come_back(user: Keyboard) -> None:
    user.press_on("Look again")
    user.says("come back to")


def write_the_report(user: Keyboard) -> None:
    user.reach("textbox", "Your name")
    user.page.keyboard.type("Ada Example")
    user.press_on("Write Markdown")
    user.says("my-report.md")


def follow_the_progress(user: Keyboard) -> None:
    user.press_on("Refresh")
    user.says("Read again.")


def ask_for_help(user: Keyboard) -> None:
    user.press_on("Check")
    user.says("Not yet")
    user.press_on("Hint (1 of 3)")
    user.sees("Hint 1 of 3")
    user.press_on("Show solution")
    user.sees("docker exec webserver")


def look_at_the_path(user: Keyboard) -> None:
    user.press_on("Send 10 requests")
    user.sees("On the command line")
    user.press_on("Show as text")
    user.sees("The paths as text")


def follow_one_request(user: Keyboard) -> None:
    user.reach("combobox", "Path")
    user.press("ArrowDown")
    user.press_on("Follow one request")
    user.says("The answer, 200")
    user.press_on("Show as text")
    user.sees("The request as text")
    user.reach_node(user.output.get_by_role("link", name="Save for Wireshark"))


def read_the_board(user: Keyboard) -> None:
    user.press_on("Redraw")
    user.press_on("Show as text")
    user.sees("The board as text")


def only_read(user: Keyboard) -> None:
    """It has no control: its text is all there is."""
    assert not user.output.get_by_role("button").count() and user.output.inner_text().strip()


@dataclass(frozen=True)
class Shown:
    """``code``: makes the widget and shows it; ``ready``: a text that it shows then; ``use``: each of its controls, by keys."""

    name: str
    code: str
    ready: str
    use: Callable[[Keyboard], None]


WIDGETS = (
    Shown("Launcher", 'launcher = Launcher(lab, name="by-keyboard")\nlauncher', "docker run", launch),
    Shown("Quiz", "Quiz()", "1. ", answer),
    Shown("HostMapView", "host_map = HostMapView(lab)\nhost_map", "Show as text", read_the_map),
    Shown("LedgerView", "LedgerView(lab)", "It is said", read_the_ledger_again),
    Shown("Figure", f"Figure('A square', {PICTURE!r}, 'a square')", "As text", unfold),
    Shown("WhereAmI", "WhereAmI(lab)", "Look again", look_again),
    Shown("Predict", 'Predict(lab, "published-8080")', "8080", predict),
    Shown(
        "ComparisonView",
        'asked = Predict(lab, "published-8080")\nasked.cards["published-8080"].buttons[0].click()\nasked.test()',
        "You predicted",
        only_read,
    ),
    Shown("ComeBack", "back = ComeBack(lab)\nback", "Look again", come_back),
    Shown("Task", 'task = Task(lab, "02-own-words")\ntask', "exercise.html", ask_for_help),
    Shown("PathView", f'{RUN}\npaths = PathView(lab, "on-a-path")\npaths', "Send 10 requests", look_at_the_path),
    Shown("FollowView", 'one = FollowView(lab, "on-a-path")\none', "Choose a path", follow_one_request),
    Shown("PortsBoard", "board = PortsBoard(lab)\nboard", "Show as text", read_the_board),
    Shown("ProgressView", "ProgressView(lab)", "Refresh", follow_the_progress),
    Shown("MyReport", "MyReport(lab)", "Write HTML", write_the_report),
    Shown("Lessons", "Lessons()", "Choose a lesson.", reset_a_lesson),
)
every_widget = pytest.mark.parametrize("shown", WIDGETS, ids=lambda shown: shown.name)


def test_every_widget_is_in_the_table() -> None:
    assert {one.name for one in WIDGETS} == set(widgets.__all__)


def write_gallery(folder: Path) -> None:
    """A notebook with one cell for each widget."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(one.name for one in WIDGETS)
    imports = f"from hostnet_lab import Lab, Publish, RunRequest\nfrom hostnet_lab.widgets import {names}"
    opening = f'{imports}\n\nlab = Lab("02", ports=(), names=(), quiet=True)'
    cells = [nbformat.v4.new_code_cell(source) for source in (opening, *(one.code for one in WIDGETS))]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(record.METADATA))
    nbformat.write(notebook, folder / "gallery.ipynb")


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Page]:
    """The page with every widget on it, run."""
    folder = tmp_path_factory.mktemp("gallery")
    write_gallery(folder / "notebooks")
    with room.jupyterlab(folder) as address:
        page = room.context(browser, viewport={"width": 1280, "height": room.HEIGHT}).new_page()
        room.open_notebook(page, address, "gallery.ipynb")
        room.run_all(page, 1 + len(WIDGETS))
        for index, one in enumerate(WIDGETS):
            output(page, index).get_by_text(one.ready).first.wait_for()
        yield page
    sweep(Engine.connect())


def output(page: Page, index: int) -> Locator:
    return room.notebook(page).locator(".jp-CodeCell").nth(index + 1).locator(".jp-OutputArea").first


@pytest.mark.engine
@pytest.mark.browser
@every_widget
def test_a_widget_works_by_keyboard_alone(engine: Engine, gallery: Page, shown: Shown) -> None:
    user = Keyboard(gallery, output(gallery, WIDGETS.index(shown)))
    user.start()
    shown.use(user)


@pytest.mark.engine
@pytest.mark.browser
@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_axe_finds_nothing_in_any_widget(engine: Engine, gallery: Page, theme: Literal["Light", "Dark"]) -> None:
    room.use_theme(gallery, theme)
    room.picture(gallery, ARTEFACTS / f"gallery-{theme.lower()}.png")
    assert not violations(gallery, ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-OutputArea-output")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), room.SIGHTS)
def test_axe_finds_nothing_in_the_ledger(browser: Browser, scheme: Literal["light", "dark"], width: int) -> None:
    context = room.context(browser, color_scheme=scheme, viewport={"width": width, "height": room.HEIGHT})
    page = context.new_page()
    page.set_content(ledgers.page(ledgers.whole()))
    try:
        assert not violations(page, all_rules=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        context.close()
