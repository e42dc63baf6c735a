"""The room that a learner sits in: their copies of the lessons, and how JupyterLab looks and behaves unless they chose otherwise.

In a lab host: ``python -m hostnet_lab.provision.room LESSONS JUPYTER``, with the folders of ``Room``.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..edges.console import tell
from ..edges.lesson_folder import LessonFolder
from ..kept import file
from ..words import LANGUAGE
from ..words.setting import LOCALES
from . import shortcuts, stage, terminal, tour, workspace
from .jupyter_files import make_room
from .jupyter_setup import FIRST_LESSON

# A browser breaks a line behind each hyphen: an option such as -p goes to the next line as a whole.
# In a table that would make its column as wide as the longest. What a cell prints is broken between words, too.
STYLE = """\
.jp-RenderedHTMLCommon :not(pre):not(td):not(th) > code { display: inline-block; max-width: 100%; }
.jp-OutputArea-child .jp-OutputArea-output pre { word-break: normal; overflow-wrap: anywhere; }
"""

AUTOSAVE_S = 10


@dataclass(frozen=True)
class Room:
    """``originals``: the lessons as they ship; ``lessons``: the learner's; ``jupyter``: holds settings, config and workspaces."""

    originals: Path
    lessons: Path
    jupyter: Path


def furnish(room: Room, *, fresh_layout: bool = False) -> list[str]:
    """Fill what is missing, bring up to date what the learner has not changed; returns sentences that they should know.

    Raises SetupFailed and BadRequest as ``LessonFolder.fill``.
    """
    said = LessonFolder(room.lessons, room.originals).fill()
    make_room(room.jupyter, said.append)
    write_defaults(room.jupyter / "config")
    stage.place(room.jupyter)
    divide_window(room.jupyter, fresh=fresh_layout)
    terminal.furnish(room.jupyter, room.originals.parent, room.lessons)
    return said


def divide_window(jupyter: Path, *, fresh: bool) -> None:
    """How the window is divided at first; with ``fresh`` again."""
    workspace.write(jupyter / "workspaces", FIRST_LESSON, fresh=fresh)


def defaults() -> dict[str, Any]:
    """The lab's defaults for JupyterLab, by its own names of settings. What a reader sets themselves comes before them."""
    return {
        # A lesson's cells must all be in the page: for the browser's search, screen readers and the tests.
        # Long commands are wrapped, so that none hides behind the edge of a narrow page.
        # Whoever closes a lesson ends its kernel: fifteen lessons are fifteen kernels.
        "@jupyterlab/notebook-extension:tracker": {
            "windowingMode": "none",
            "codeCellConfig": {"lineNumbers": False, "lineWrap": True},
            "kernelShutdown": True,
        },
        # What was run and written survives a page that is loaded again, or a browser that ends: every few seconds, where it changed.
        "@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": AUTOSAVE_S},
        # Nothing is fetched from outside, and no news cover the lesson.
        "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "doNotDisturbMode": False, "fetchNews": "false"},
        # Its menus in the language of the lessons: a lab host knows the learner's only by name.
        "@jupyterlab/translation-extension:plugin": {"locale": LOCALES[LANGUAGE]},
        tour.PLUGIN: tour.settings(),
        shortcuts.PLUGIN: shortcuts.settings(),
    }


def write_defaults(config: Path) -> None:
    """Into JupyterLab's folder of configuration, anew on each start: an upgrade and a change of language reach everybody."""
    folder = config / "labconfig"
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "default_setting_overrides.json", defaults())
    _write(folder / "page_config.json", {"disabledExtensions": dict.fromkeys(tour.NOT_OURS, True)})
    (config / "custom").mkdir(exist_ok=True)
    file.write(config / "custom" / "custom.css", STYLE.encode(), 0o644)


def _write(path: Path, values: dict[str, Any]) -> None:
    file.write(path, (json.dumps(values, indent=1) + "\n").encode(), 0o644)


if __name__ == "__main__":
    for sentence in furnish(Room(Path(__file__).resolve().parents[2] / "notebooks", Path(sys.argv[1]), Path(sys.argv[2]))):
        tell(sentence)
