"""One JupyterLab and one Chromium for all tests of a file that look at lessons: opening both takes longer than most looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest

from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.progress import VARIABLE, ProgressFile
from hostnet_lab.lab import sweep

from . import record, room

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def wide(pytestconfig: pytest.Config) -> bool:
    """All was asked for, or this file by its name: then pictures are taken for a reader to look at."""
    return bool(pytestconfig.option.wide)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with room.chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """What one reader's browser keeps from page to page: JupyterLab's programs, most of all."""
    context = room.context(browser)
    yield context
    context.close()


@pytest.fixture(scope="module")
def own_notebooks() -> dict[str, tuple[str, ...]]:
    """Beside the lessons, by their names: the code cells. For a file of tests to say."""
    return {}


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory, own_notebooks: dict[str, tuple[str, ...]]) -> Iterator[room.Room]:
    folder = tmp_path_factory.mktemp("a room")
    for name, sources in own_notebooks.items():
        write_notebook(folder / "notebooks" / name, *sources)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(room.kept(folder)))
        with room.jupyterlab(folder) as address:
            yield room.Room(address, folder)
    sweep(Engine.connect())  # what a failed test left: its kernel is gone now


def write_notebook(path: Path, *sources: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=nbformat.from_dict(record.METADATA)), path)


@pytest.fixture
def opened(jupyterlab: room.Room) -> room.Room:
    """The room as a learner finds it at first."""
    jupyterlab.afresh()
    return jupyterlab


@pytest.fixture
def file(opened: room.Room) -> ProgressFile:
    """The learner's progress."""
    return ProgressFile(room.kept(opened.folder))


@pytest.fixture
def page(opened: room.Room, engine: Engine, reader: BrowserContext) -> Iterator[Page]:
    """A page, 1280 x 800, in which nothing goes wrong; all that was opened and started there ends with it."""
    one = room.Watched(reader.new_page())
    one.page.set_viewport_size({"width": 1280, "height": 800})
    yield one.page
    for shown in reader.pages:
        shown.close()
    opened.end_kernels()
    sweep(engine)
    assert not one.errors
