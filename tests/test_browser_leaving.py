"""A lesson is left early, and the next one goes on; a lesson is opened again, and says how far one was. In a real JupyterLab."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.edges.progress import VARIABLE, ProgressFile

from . import record, room
from .accessible import violations

pytestmark = [pytest.mark.engine, pytest.mark.browser]
ARTEFACTS = Path(__file__).parent / "artefacts" / "leaving"
NAMES = {path.name.partition("-")[0]: path.name for path in record.lessons()}
ERROR = '[data-mime-type="application/vnd.jupyter.error"]'
LEFT, NEXT = NAMES["03e"], NAMES["04"]
GONE = ".hostnet-gone"
GIVES_UP = 9  # times that JupyterLab tries the connection of a terminal anew, and more


def cell(page: Page, number: int) -> Locator:
    """A code cell of the notebook in front, from 0."""
    return room.notebook(page).locator(".jp-CodeCell").nth(number)


def press(page: Page, first: int, last: int) -> None:
    """Shift+Enter in each code cell from ``first`` to ``last``; waits until each has run."""
    for number in range(first, last + 1):
        cell(page, number).locator("[contenteditable]").click()
        page.keyboard.press("Shift+Enter")
        expect(cell(page, number).locator(".jp-InputPrompt")).to_have_text(re.compile(r"^\[\d+\]:$"))


def the_task(page: Page) -> Locator:
    """The cell with the task of lesson 01, run after the first one."""
    press(page, 0, 0)
    task = next(number for number in range(99) if "Task(lab" in cell(page, number).inner_text())
    press(page, task, task)
    return cell(page, task)


def line(page: Page) -> Locator:
    """What stands above the lesson in front."""
    return room.notebook(page).locator(".hostnet-lesson")


# -- a lesson is left early -------------------------------------------------------------------------


def test_a_lesson_left_early_is_ended_by_a_button_and_the_next_one_goes_on(
    engine: Engine, opened: room.Room, page: Page, wide: bool
) -> None:
    room.open_notebook(page, opened.address, LEFT)
    press(page, 0, 2)
    room.follow(page, NEXT)
    room.command(page, "Run", "runmenu:run-all")
    lesson, told = room.notebook(page), cell(page, 0).locator(".hostnet-way")
    expect(told.get_by_role("status")).to_have_text("Lesson 03e is still open, and has what this one needs: webserver, port 80.")
    expect(told).to_contain_text("lab end 03e")
    expect(cell(page, 1).locator(".jp-InputPrompt")).to_have_text("[ ]:")  # the run of all cells has ended here
    press(page, 1, 4)
    for number in range(1, 5):  # nothing else is said, and nothing red
        expect(cell(page, number).locator(".jp-OutputArea-output")).to_have_text(
            "Lesson 04 is not open yet: run its first cell, which says what is in the way."
        )
    assert engine.inspect("planned") is None
    assert not violations(page, ".hostnet-way")
    if wide:
        room.shoot(page, ARTEFACTS / "in-the-way")
    told.get_by_role("button", name="End lesson 03e").press("Enter")
    expect(cell(page, 0)).to_contain_text("Lesson 04 is ready")
    assert engine.inspect("webserver") is None and engine.inspect("bridged") is None
    press(page, 1, 4)
    expect(cell(page, 3)).to_contain_text("200 from webserver")
    expect(lesson.locator(ERROR)).to_have_count(0)
    room.go_to(page, LEFT)
    expect(line(page)).to_contain_text("The lesson is not open at present: run its first code cell")
    if wide:
        room.shoot(page, ARTEFACTS / "ended")


@pytest.mark.wide
def test_the_same_is_typed_in_a_cell_and_a_learners_own_cells_run(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LEFT)
    press(page, 0, 2)
    room.follow(page, NEXT)
    press(page, 0, 0)
    cell(page, 0).locator("[contenteditable]").click()
    page.keyboard.press("Alt+Enter")  # once more, and one more cell, the learner's own
    expect(cell(page, 0).locator(".jp-InputPrompt")).to_have_text("[2]:")
    cell(page, 1).locator("[contenteditable]").fill("%%bash\ndocker ps --format '{{ .Names }}' | sort; lab end 03e")
    press(page, 1, 1)
    expect(cell(page, 1)).to_contain_text(re.compile(r"bridged\s+webserver\s+Ended: 03e. Removed: bridged, webserver."))
    press(page, 0, 0)
    expect(cell(page, 0)).to_contain_text("Lesson 04 is ready")


# -- and opened again -------------------------------------------------------------------------------


@pytest.fixture
def half_done(file: ProgressFile) -> None:
    file.record("opened", "03e", "03e")
    file.record("predicted", "03e", "this-machine-only", choice="x")
    file.record("predicted", "03e", "change-interfaces", choice="x")
    file.record("judged", "03e", "no-cell-has-it")


def test_a_lesson_that_is_opened_again_says_how_far_one_was_and_leads_there(
    engine: Engine, opened: room.Room, half_done: None, page: Page, wide: bool
) -> None:
    room.open_notebook(page, opened.address, LEFT)
    said = line(page)
    expect(said).to_contain_text("You were at “Open a door that is no file”. 0 of 1 exercise passed. The lesson is not open at present")
    assert not violations(page, ".hostnet-lesson")
    if wide:
        room.shoot(page, ARTEFACTS / "comes-back")
    said.get_by_role("button", name="Go to the first code cell").press("Enter")
    page.keyboard.press("Shift+Enter")
    expect(cell(page, 0)).to_contain_text("Lesson 03e is ready")
    said.get_by_role("button", name="Go on").press("Enter")
    expect(cell(page, 5)).to_be_in_viewport()
    expect(cell(page, 5)).to_contain_text("change-interfaces")
    expect(said).to_be_hidden()


@pytest.mark.wide
def test_what_was_run_is_there_after_a_reload_and_goes_on_with_the_same_kernel(engine: Engine, opened: room.Room, page: Page) -> None:
    opened.enter(page, NAMES["01"])
    shown = the_task(page)
    expect(page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)  # saved by itself
    page.reload(wait_until="domcontentloaded")
    room.wait_idle(page)
    shown.get_by_role("button", name="Check").press("Enter")
    expect(shown).to_contain_text("there is no container called front-door")
    expect(line(page)).to_contain_text("You were at “Exercise”. 0 of 1 exercise passed.")
    expect(line(page).get_by_role("button", name="Go on")).to_be_visible()
    expect(page.locator(".hostnet-stage").get_by_role("status")).to_have_text(re.compile("^Drawn"))
    room.command(page, "Kernel", "kernelmenu:shutdown")
    expect(line(page)).to_contain_text("The lesson is not open at present: run its first code cell")
    expect(line(page).get_by_role("button", name="Go to the first code cell")).to_be_visible()


@pytest.mark.wide
def test_the_second_tab_says_so_and_both_show_the_map(engine: Engine, opened: room.Room, page: Page, wide: bool) -> None:
    first, second = page, page.context.new_page()
    twice = "This lesson is open in another tab, too."
    for one in (first, second):
        opened.enter(one, NEXT)
        expect(one.locator(".hostnet-stage").get_by_role("status")).to_have_text(re.compile("^Drawn"))
    expect(line(second).filter(has_text=twice)).to_be_visible()
    expect(line(first).filter(has_text=twice)).to_have_count(0)
    if wide:
        room.shoot(second, ARTEFACTS / "second-tab")
    first.close()
    expect(line(second).filter(has_text=twice)).to_have_count(0)


@pytest.mark.wide
def test_a_connection_that_was_lost_for_hours_comes_back_and_a_widget_whose_kernel_ended_says_so(
    engine: Engine, opened: room.Room, browser: Browser, page: Page, wide: bool
) -> None:
    del page  # here the clock is changed, which all pages of one context have: the other one's end tidies up after this test
    page = room.page(browser, viewport={"width": 1280, "height": 800})
    asked = urlsplit(opened.address)
    with socket.create_server(("127.0.0.1", 0)) as free:
        door = free.getsockname()
    server = ("127.0.0.1", int(asked.port or 0))
    cut = room.notebook(page).locator(".hostnet-connection")
    dialog = page.locator(".jp-Dialog").last  # JupyterLab's own: no server answers, nothing was saved
    page.add_locator_handler(dialog, lambda one: one.locator(".jp-Dialog-footer button").last.click(), no_wait_after=True)
    page.clock.install()
    with Way(door, server):
        room.Room(opened.address.replace(f":{server[1]}/", f":{door[1]}/"), opened.folder).enter(page, NAMES["01"])
        shown = the_task(page)
        expect(shown).to_contain_text("there is no container called front-door")
    for _ in range(GIVES_UP):  # the lid is closed, and opened again where there is no network
        page.clock.fast_forward("02:10")
        page.wait_for_timeout(200)
    expect(cut).to_contain_text("The connection to this lesson's kernel is lost.")
    expect(shown.locator(GONE)).to_have_count(0)
    assert not violations(page, ".hostnet-connection")
    if wide:
        page.screenshot(path=ARTEFACTS / "lost.png")  # in one theme: the other one comes from the server
    with Way(door, server):
        page.clock.fast_forward("00:31")  # as long as JupyterLab waits at most between two looks for a kernel
        expect(cut).to_be_hidden()
        shown.get_by_role("button", name="Check").press("Enter")
        expect(shown.get_by_role("status")).to_contain_text("there is no container called front-door")
        page.locator(".jp-Terminal textarea").focus()
        page.keyboard.type("touch came-back\n")
        wait_until((opened.folder / "lessons" / "came-back").exists, 30, "the terminal")
        cell(page, 0).locator("[contenteditable]").click()
        room.command(page, "Kernel", "kernelmenu:shutdown")
        expect(shown.locator(GONE)).to_contain_text("The kernel that showed this has ended: catch up to this section")
        page.reload(wait_until="domcontentloaded")
        room.wait_idle(page)
        expect(shown.locator(GONE)).to_contain_text("The kernel that showed this has ended: catch up to this section")
        expect(shown).not_to_contain_text("model not found")
        assert not violations(page, GONE)
        if wide:
            shown.locator(GONE).scroll_into_view_if_needed()
            room.shoot(page, ARTEFACTS / "widget-gone")
        shown.locator(GONE).get_by_role("button", name="Catch up to here").press("Enter")
        asks = page.locator(".hostnet-section[data-state=asked]")
        expect(asks.get_by_role("button", name="Catch up", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".hostnet-section[data-state=done]")).to_contain_text("Caught up to “Exercise”")
        page.context.close()  # before its server is out of reach: it would complain


# -- the engine goes away and comes back ------------------------------------------------------------


Place = str | tuple[str, int]  # of a Unix socket, or address and port


class Way:
    """A socket that leads to another, until it is closed: for who asks by it what is behind it is away then."""

    def __init__(self, place: Place, target: Place) -> None:
        self._place, self._target, self._pairs = place, target, list[socket.socket]()

    def __enter__(self) -> Way:
        self._door = _socket(self._place)
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind(self._place)
        self._door.listen()
        Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        if isinstance(self._place, str):
            Path(self._place).unlink()
        for one in (self._door, *self._pairs):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                ends = (self._door.accept()[0], _socket(self._target))
                ends[1].connect(self._target)
                self._pairs += ends
                for source, target in (ends, ends[::-1]):
                    Thread(target=_carry, args=(source, target), daemon=True).start()


def _socket(place: Place) -> socket.socket:
    return socket.socket(socket.AF_UNIX if isinstance(place, str) else socket.AF_INET)


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.mark.wide
def test_after_the_engine_was_away_map_and_task_come_back_by_themselves(
    engine: Engine, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, real = str(tmp_path / "engine.sock"), urlsplit(engine.endpoint).path
    monkeypatch.setenv("DOCKER_HOST", f"unix://{place}")
    page = room.page(browser, viewport={"width": 1280, "height": 800})
    host_map = page.locator(".hostnet-stage")
    first = Way(place, real).__enter__()
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.jsonl"))
    with room.jupyterlab(tmp_path / "room") as address:
        room.Room(address, tmp_path / "room").enter(page, NAMES["01"])
        task = the_task(page)
        expect(task).to_contain_text("there is no container called front-door")
        first.__exit__()
        expect(task).to_contain_text("The engine stopped, or went out of reach.")
        expect(host_map.get_by_role("status")).to_contain_text("The engine stopped, or went out of reach.")
        with Way(place, real):
            expect(task).to_contain_text("there is no container called front-door")
            expect(host_map.get_by_role("status")).to_have_text("No change.")
            with started(engine, "front-door"):
                expect(host_map.locator('[data-key="container front-door"]')).to_be_visible()
                expect(task).to_contain_text("Passed (")
            page.goto("about:blank")  # before its server ends: it would complain


@contextmanager
def started(engine: Engine, name: str) -> Iterator[None]:
    key, _ = engine.create(RunRequest("nginx", name, "host").payload(), name)
    try:
        engine.start(key)
        yield
    finally:
        engine.remove(key, force=True)
