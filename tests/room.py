"""A real JupyterLab, started as ./lab starts it, on a copy of the lessons, and a real Chromium in front of it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import psutil
import pytest
import requests

from hostnet_lab.edges.pace import limit_s
from hostnet_lab.provision import workspace

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page

CHECKOUT = Path(__file__).parents[1]
HEIGHT = 900  # pixels of the page, unless a picture needs more
THEMES: tuple[Literal["Dark", "Light"], ...] = ("Dark", "Light")
SIZES = ((1600, 900), (1280, 800))
# How a page of ours is looked at: on a phone and on a wide screen, light and dark.
Sight = tuple[int, Literal["light", "dark"]]  # pixels of its width, and how it is coloured
FIRST_SIGHTS: tuple[Sight, ...] = ((390, "light"), (1600, "dark"))
FURTHER_SIGHTS: tuple[Sight, ...] = ((390, "dark"), (800, "dark"), (1600, "light"))
SIGHTS = [*FIRST_SIGHTS, *(pytest.param(*one, marks=pytest.mark.wide) for one in FURTHER_SIGHTS)]
# What JupyterLab itself writes to the browser's console as an error, and why it is none.
KNOWN = {
    "Could not restore the debugger state: Canceled future": "a tab was closed, and its kernel with it, while the debugger asked",
    "Comm not found for comm id": "another page has the same lesson open, with widgets of its own",
}
GERMAN = {  # JupyterLab's own words, where a test needs them
    "File": "Datei",
    "Idle": "Leerlauf",
    "JupyterLab Dark": "JupyterLab Dunkel",
    "JupyterLab Light": "JupyterLab Hell",
    "Run": "Ausführen",
    "Settings": "Einstellungen",
    "Theme": "Design",
}
# What keeps Chromium from calling home, and lets it run as root.
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START = """
import signal
import sys
from pathlib import Path
from hostnet_lab.provision.jupyter import Request, open_lab
def leave(number, frame): raise SystemExit
signal.signal(signal.SIGTERM, leave)
def say(text): print(text, file=sys.stderr, flush=True)
def show(address): print(address, flush=True)
open_lab(Request(Path(sys.argv[1]), {}, None, browser=False), say, show)
"""


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """The address of a JupyterLab whose checkout is ``folder``: it gets a copy of the lessons."""
    shutil.copytree(CHECKOUT / "notebooks", folder / "notebooks", dirs_exist_ok=True)
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-c", START, str(folder)], stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
        )
        assert server.stdout
        with server.stdout:
            try:
                address = server.stdout.readline().strip()
                assert address.startswith("http://127.0.0.1:"), (folder / "log").read_text()
                yield address
            finally:
                family = psutil.Process(server.pid).children(recursive=True)
                server.terminate()
                server.wait(limit_s(60))
                left = [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
                assert not left, "the room was not left empty"


@contextmanager
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    program = os.environ.get("HOSTNET_LAB_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=OPTIONS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass(frozen=True)
class Room:
    """A JupyterLab for all tests of a file: each finds lessons, layout and progress as they are at first, and no kernel."""

    address: str
    folder: Path

    def afresh(self) -> None:
        lessons, first = self.folder / "lessons", self.folder / "first"
        if not first.exists():
            shutil.copytree(lessons, first)
        for made in lessons.iterdir():
            if made.is_file() and not (first / made.name).exists():
                made.unlink()
        shutil.copytree(first, lessons, dirs_exist_ok=True)  # what a test writes is saved by itself
        shutil.rmtree(kept(self.folder).parent, ignore_errors=True)

    def enter(self, page: Page, name: str) -> None:
        """A lesson in the room as it is divided at first, beside terminal and map."""
        workspace.write(self.folder / ".lab" / "jupyter" / "workspaces", name, fresh=True)
        base, _, rest = self.address.partition("/lab/tree/")
        page.goto(f"{base}/lab/tree/{name}?{rest.partition('?')[2]}", wait_until="domcontentloaded")
        wait_idle(page)

    def end_kernels(self) -> None:
        """As who closes all lessons: what was started in them can be swept then."""
        base, _, rest = self.address.partition("/lab/tree/")
        sessions, token = f"{base}/api/sessions", {"Authorization": f"token {rest.partition('token=')[2].partition('&')[0]}"}
        for one in requests.get(sessions, headers=token, timeout=limit_s(30)).json():
            ended = requests.delete(f"{sessions}/{one['id']}", headers=token, timeout=limit_s(30))
            assert ended.ok or ended.status_code == HTTPStatus.NOT_FOUND, ended.text  # a page that was closed has ended it itself


def kept(folder: Path) -> Path:
    """Where the progress of the learner is kept whose checkout is ``folder``."""
    return folder / "kept" / "progress.jsonl"


@dataclass
class Watched:
    """A page, and what went wrong in it since it was last asked."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self.note)

    def note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in KNOWN):
            self.errors.append(message.text)

    def new_errors(self) -> list[str]:
        found, self.errors = self.errors, []
        return found


def ms(seconds: float) -> float:
    """A limit at the usual pace, in Playwright's milliseconds at the pace of now."""
    return limit_s(seconds) * 1000


def context(browser: Browser, **options: Any) -> BrowserContext:
    """One more reader, who waits 30 seconds at the usual pace, also for what is expected; ``options`` of ``Browser.new_context``."""
    from playwright.sync_api import expect

    expect.set_options(timeout=ms(30))
    made = browser.new_context(**options)
    made.set_default_timeout(ms(30))
    return made


def page(browser: Browser, **options: Any) -> Page:
    """The one page of a context of its own."""
    return context(browser, **options).new_page()


def open_notebook(page: Page, address: str, name: str) -> None:
    """Show one notebook, alone, and wait until its kernel is idle."""
    base, _, token = address.partition("/lab/tree/")
    page.goto(f"{base}/lab/tree/{name}?{token.partition('?')[2]}&reset", wait_until="domcontentloaded")
    wait_idle(page)


def wait_idle(page: Page) -> None:
    """JupyterLab's own execution indicator says idle before there is a kernel; the status bar does not."""
    page.locator("#jp-main-statusbar").get_by_text(either("Idle", "Python 3 (ipykernel) | ")).wait_for(timeout=ms(60))


def notebook(page: Page) -> Locator:
    """The one notebook that is in front."""
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def follow(page: Page, name: str) -> None:
    """Click the last link to another lesson in the one that is in front, and wait until that is ready to run."""
    known = '[href*="/files/"]'  # until it says so, JupyterLab has not found out yet where the link leads
    notebook(page).locator(f'.jp-MarkdownOutput a[href*="{name}"]{known}').last.click()
    _await_front(page, name)


def open_path(page: Page, name: str) -> None:
    """Open a notebook by its name, beside the others, and wait until it is ready to run."""
    command(page, "File", "filebrowser:open-path")
    page.locator(".jp-Dialog input").fill(name)
    agree(page)
    _await_front(page, name)


def _await_front(page: Page, name: str) -> None:
    page.locator(f'.lm-TabBar-tab.jp-mod-current[title*="{name}"]').wait_for()
    wait_idle(page)


def go_to(page: Page, name: str) -> None:
    """Bring an open notebook to the front."""
    page.locator(f'.lm-TabBar-tab[title*="{name}"]').first.click()
    page.locator(f'.lm-TabBar-tab.jp-mod-current[title*="{name}"]').wait_for()


def either(label: str, before: str = "") -> re.Pattern[str]:
    """The whole of a label of JupyterLab's, in English or German."""
    return re.compile(f"^{re.escape(before)}({re.escape(label)}|{re.escape(GERMAN.get(label, label))})$")


def choose(page: Page, *path: str) -> None:
    """An entry of the menu, by its labels."""
    page.get_by_role("menuitem", name=either(path[0])).click()
    for label in path[1:-1]:
        page.locator(".lm-Menu").last.get_by_text(either(label)).hover()
    page.locator(".lm-Menu").last.get_by_text(either(path[-1])).click()


def command(page: Page, menu: str, name: str) -> None:
    """An entry of the menu, by JupyterLab's own name for what it does: its label says more than that."""
    page.get_by_role("menuitem", name=either(menu)).click()
    page.locator(f'.lm-Menu [data-command="{name}"]').first.click()


def agree(page: Page) -> None:
    """JupyterLab asks: yes."""
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.locator(".jp-Dialog").wait_for(state="detached")


def close(page: Page) -> None:
    """Close the notebook in front, with its kernel, unsaved."""
    command(page, "File", "filemenu:close-and-cleanup")
    agree(page)


def use_theme(page: Page, name: Literal["Light", "Dark"]) -> None:
    choose(page, "Settings", "Theme", f"JupyterLab {name}")
    page.locator(f'body[data-jp-theme-name="JupyterLab {name}"]').wait_for(state="attached")
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def too_wide(page: Page, width: int) -> list[str]:
    """The beginning of each text and output that needs a wider page than ``width`` pixels; the page keeps that width."""
    page.set_viewport_size({"width": width, "height": HEIGHT})
    found: list[str] = notebook(page).evaluate(
        """panel => [...panel.querySelectorAll('.jp-OutputArea-output, .jp-MarkdownOutput')]
            .filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 80))"""
    )
    return found


def shoot(page: Page, file: Path) -> None:
    """The window in both themes and both sizes, for a reader to look at; it is left as it was."""
    size = page.viewport_size
    file.parent.mkdir(parents=True, exist_ok=True)
    for theme in THEMES:
        use_theme(page, theme)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{file}-{theme.lower()}-{width}.png")
    if size:
        page.set_viewport_size(size)


def picture(page: Page, file: Path) -> None:
    """The notebook in front, from its first cell to its last, at the width that the page has."""
    size = page.viewport_size or {"width": 1280, "height": HEIGHT}
    content = notebook(page).locator(".jp-WindowedPanel-viewport")
    page.set_viewport_size({"width": size["width"], "height": int(content.evaluate("one => one.scrollHeight")) + 200})
    notebook(page).locator(".jp-WindowedPanel-outer").evaluate("one => one.scrollTo(0, 0)")
    file.parent.mkdir(exist_ok=True)
    notebook(page).screenshot(path=file)
    page.set_viewport_size(size)


def run_all(page: Page, cells: int, timeout_s: float = 60) -> None:
    """Run every cell and wait until the last code cell has its number."""
    command(page, "Run", "runmenu:run-all")
    last = notebook(page).locator(".jp-CodeCell .jp-InputPrompt").last
    last.filter(has_text=f"[{cells}]:").wait_for(timeout=ms(timeout_s))
