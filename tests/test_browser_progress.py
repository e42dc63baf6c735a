"""Progress in a real JupyterLab: it outlives kernel and page, two tabs share it, its link opens in the room, keys are enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.progress import VARIABLE, ProgressFile

from . import record, room

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELL = """from hostnet_lab import Lab
from hostnet_lab.widgets import ProgressView

lab = Lab("{lesson}", ports=(), names=())
ProgressView(lab)"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProgressFile:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.jsonl"))
    return ProgressFile()


@pytest.fixture
def address(file: ProgressFile, tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "room" / "notebooks"
    folder.mkdir(parents=True)
    for lesson in ("03d", "04"):
        cells = [nbformat.v4.new_code_cell(CELL.format(lesson=lesson))]
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(record.METADATA))
        nbformat.write(notebook, folder / f"view-{lesson}.ipynb")
    with room.jupyterlab(folder.parent) as shown:
        yield shown


@pytest.fixture
def browser() -> Iterator[Browser]:
    with room.chromium() as opened:
        yield opened


def show(browser: Browser, address: str, lesson: str) -> Page:
    page = room.page(browser, viewport={"width": 1280, "height": 900})
    room.open_notebook(page, address, f"view-{lesson}.ipynb")
    room.run_all(page, 1)
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_two_tabs_share_it_by_keyboard_and_its_link_opens_the_lesson(
    engine: Engine, browser: Browser, address: str, file: ProgressFile
) -> None:
    first = show(browser, address, "03d")
    expect(first.get_by_text("Continue where you were")).to_contain_text("03d Lose a port race")
    second = show(browser, address, "04")  # another kernel, another page
    expect(second.get_by_text("Continue where you were")).to_contain_text("04 Inspect")
    press(first, "Refresh")
    expect(first.get_by_text("Continue where you were")).to_contain_text("04 Inspect")
    assert [event.lesson for event in file.read().events] == ["03d", "04"]
    press(first, "Reset")
    expect(first.get_by_role("status")).to_contain_text("Press Reset again")
    press(first, "Reset: press again")
    expect(first.get_by_role("status")).to_contain_text("progress.before-reset-1.jsonl")
    assert not file.read().events
    second.get_by_role("link", name="04 Inspect").focus()
    second.keyboard.press("Enter")
    expect(second.get_by_role("tab", name="04-inspect.ipynb")).to_be_visible()
    assert second.url.partition("?")[0].endswith("/lab/tree/04-inspect.ipynb")
