"""Progress in a real JupyterLab: it outlives kernel and page, two tabs share it, its link opens in the room, keys are enough."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.progress import ProgressFile

from . import room

pytestmark = [pytest.mark.engine, pytest.mark.browser]
CELL = """from hostnet_lab import Lab
from hostnet_lab.widgets import ProgressView

lab = Lab("{lesson}", ports=(), names=())
ProgressView(lab)"""


@pytest.fixture(scope="module")
def own_notebooks() -> dict[str, tuple[str, ...]]:
    return {f"view-{lesson}.ipynb": (CELL.format(lesson=lesson),) for lesson in ("03d", "04")}


def show(page: Page, address: str, lesson: str) -> None:
    room.open_notebook(page, address, f"view-{lesson}.ipynb")
    room.run_all(page, 1)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


@pytest.mark.wide
def test_two_tabs_share_it_by_keyboard_and_its_link_opens_the_lesson(
    engine: Engine, opened: room.Room, page: Page, file: ProgressFile
) -> None:
    first, second = page, page.context.new_page()
    show(first, opened.address, "03d")
    expect(first.get_by_text("Continue where you were")).to_contain_text("03d Lose a port race")
    show(second, opened.address, "04")  # another kernel, another page
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
    assert second.url.partition("?")[0].endswith("/tree/04-inspect.ipynb")
