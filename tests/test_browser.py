"""A learner's way through a real JupyterLab in Chromium: run lessons, use the launcher, look at the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from hostnet_lab.edges.engine import Engine
from hostnet_lab.lab import sweep

from . import record, room

pytestmark = [pytest.mark.engine, pytest.mark.browser]
ARTEFACTS = Path(__file__).parent / "artefacts"
# Between them they show every widget and a diagram, at 8 s each; nbval runs the others.
SHOWING = [path for path in record.lessons() if path.name.split("-")[0] in ("00", "02", "03a", "03e", "07")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("a room")
    write_launcher_notebook(folder / "notebooks")
    with room.jupyterlab(folder) as shown:
        yield shown
    sweep(Engine.connect())  # what a failed test left: its kernel is gone now


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with room.chromium() as opened:
        yield opened


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(30_000)
    errors: list[str] = []
    shown = context.new_page()
    shown.on("pageerror", lambda error: errors.append(str(error)))
    yield shown
    context.close()
    assert not errors


def write_launcher_notebook(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    cells = [
        'from hostnet_lab import Lab\n\nlab = Lab("launcher")',
        'from hostnet_lab.widgets import Launcher\n\nlauncher = Launcher(lab, name="my-server")\nlauncher',
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata=nbformat.from_dict(record.METADATA)
    )
    nbformat.write(notebook, folder / "launcher.ipynb")


def code_cells(path: Path) -> int:
    return sum(cell.cell_type == "code" for cell in nbformat.read(path, 4).cells)


@pytest.mark.parametrize("path", SHOWING, ids=lambda path: path.stem)
def test_a_lesson_runs_from_top_to_bottom_and_fits_the_page(engine: Engine, address: str, page: Page, path: Path) -> None:
    room.open_notebook(page, address, path.name)
    room.run_all(page, code_cells(path))
    ARTEFACTS.mkdir(exist_ok=True)
    expect(page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']")).to_have_count(0)
    expect(page.locator(".jp-mod-warning")).to_have_count(0)  # a broken diagram
    text = page.locator(".jp-Notebook").inner_text()
    assert "Traceback" not in text and "Removed: " in text
    wide = page.evaluate(
        "[...document.querySelectorAll('.jp-OutputArea-output, .jp-MarkdownOutput')]"
        ".filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 80))"
    )
    page.screenshot(path=ARTEFACTS / f"{path.stem}.png")
    assert not wide, "these need a wider page"


def test_the_launcher_starts_nginx_shows_its_answer_and_removes_it(engine: Engine, address: str, page: Page) -> None:
    room.open_notebook(page, address, "launcher.ipynb")
    room.run_all(page, 2)
    output = page.locator(".jp-OutputArea-output").last
    expect(output).to_contain_text("docker run -d --network host --name my-server nginx")
    page.get_by_role("button", name="Start", exact=True).click()
    proof = "200. my-server answered: its log shows this request."
    expect(output).to_contain_text(proof)
    expect(output).to_contain_text("Welcome to nginx!")
    found = engine.inspect("my-server")
    assert found and found["State"]["Running"] and found["HostConfig"]["NetworkMode"] == "host"
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(output).not_to_contain_text(proof)
    assert engine.inspect("my-server") is None


def test_my_report_is_written_beside_the_lessons_and_opens_from_its_link(engine: Engine, page: Page, tmp_path: Path) -> None:
    cells = ['from hostnet_lab import Lab\n\nlab = Lab("07", ports=())', "from hostnet_lab.widgets import MyReport\n\nMyReport(lab)"]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(source) for source in cells], metadata=nbformat.from_dict(record.METADATA)
    )
    (tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, tmp_path / "notebooks" / "mine.ipynb")
    with room.jupyterlab(tmp_path) as address:
        room.open_notebook(page, address, "mine.ipynb")
        room.run_all(page, 2)
        page.get_by_label("Your name").fill("Ada Example")
        page.get_by_role("button", name="Write HTML", exact=True).click()
        page.get_by_role("link", name="Open my-report.html").click()
        shown = page.frame_locator("iframe").get_by_role("heading", name="My report on Docker host networking")
        expect(shown).to_be_visible()
    assert "Ada Example" in (tmp_path / "notebooks" / "my-report.html").read_text("utf-8")
