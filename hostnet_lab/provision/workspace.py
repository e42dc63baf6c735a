"""How JupyterLab's window is divided at first: the lesson, and to its right a terminal above the map of the host.

JupyterLab keeps the learner's later layout in the same file; so it is written once, and anew only when asked for.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..kept import file

FILE = "default-37a8.jupyterlab-workspace"  # jupyterlab_server's name for the workspace "default"
MAP = "hostnet-lab:map"  # as the stage calls its widget
LESSON_SHARE = 0.57  # of the window's width: 700 px of 1280; the terminal's lines have 70 signs then
TERMINAL_SHARE = 0.45  # of its column's height: 16 lines of 800 px; the map has the rest


def layout(first: str) -> dict[str, Any]:
    """The workspace, in JupyterLab's own terms, with the notebook ``first`` on the left; side bars are folded."""
    lesson, terminal = f"notebook:{first}", "terminal:1"
    right = _split("vertical", [TERMINAL_SHARE, 1 - TERMINAL_SHARE], [_tabs(terminal), _tabs(MAP)])
    dock = _split("horizontal", [LESSON_SHARE, 1 - LESSON_SHARE], [_tabs(lesson), right])
    folded = {"collapsed": True, "visible": True}
    return {
        "data": {
            "layout-restorer:data": {
                "main": {"dock": dock, "current": lesson},
                "down": {"size": 0, "widgets": []},
                "left": {**folded, "widgets": ["filebrowser", "running-sessions", "@jupyterlab/toc:plugin"]},
                "right": {**folded, "widgets": ["jp-property-inspector", "debugger-sidebar"]},
                "relativeSizes": [0, 1, 0],
                "top": {"simpleVisibility": True},
            },
            lesson: {"data": {"path": first, "factory": "Notebook"}},
            terminal: {"data": {"name": "1"}},
        },
        "metadata": {"id": "default"},
    }


def _split(orientation: str, sizes: list[float], children: list[Any]) -> dict[str, Any]:
    return {"type": "split-area", "orientation": orientation, "sizes": sizes, "children": children}


def _tabs(*widgets: str) -> dict[str, Any]:
    return {"type": "tab-area", "currentIndex": 0, "widgets": [*widgets]}


def write(folder: Path, first: str, *, fresh: bool) -> None:
    """Into JupyterLab's ``folder`` of workspaces, where none is there yet or a ``fresh`` one is wanted."""
    path = folder / FILE
    if fresh or not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write(path, (json.dumps(layout(first), indent=1) + "\n").encode())
