"""Keys that JupyterLab takes away from a widget which has the focus, given back: as settings of its shortcuts.

In its command mode JupyterLab binds single keys to *any* focused thing in a notebook: the arrow keys leave a list or a group
of radio buttons, and two presses of D on a widget's button delete the cell. The same bindings, for a focused cell only, do
what is meant. Read from JupyterLab's own schemas, so that they fit the version that is installed.

A press on a widget makes its cell the active one, so that the next Shift+Enter would run that cell anew, and make the widget
afresh; in a widget it goes on to the next cell instead, which is what was meant.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PLUGIN = "@jupyterlab/shortcuts-extension:shortcuts"
SCHEMAS = Path(sys.prefix) / "share" / "jupyter" / "lab" / "schemas" / "@jupyterlab"
TAKING = ("notebook-extension/tracker.json", "mainmenu-extension/plugin.json")
ANYTHING = (" :focus:not(:read-write)", " :focus")
A_CELL = " .jp-Cell:focus"
GO_ON: dict[str, Any] = {
    "command": "apputils:run-all-enabled",
    "keys": ["Shift Enter"],
    "selector": ".jp-Notebook .jp-OutputArea .jupyter-widgets",
    "args": {"commands": ["notebook:move-cursor-down", "notebook:run-cell-and-select-next"]},
}


def settings(schemas: Path = SCHEMAS) -> dict[str, Any]:
    """Each binding that takes too much switched off, and the same for a cell alone; nothing where there are no schemas."""
    return {"shortcuts": [GO_ON, *(one for name in TAKING for binding in _bindings(schemas / name) for one in _narrowed(binding))]}


def _bindings(schema: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads(schema.read_text("utf-8"))["jupyter.lab.shortcuts"])
    except (OSError, ValueError, KeyError):  # another version of JupyterLab: then its bindings stay as they are
        return []


def _narrowed(binding: dict[str, Any]) -> Iterator[dict[str, Any]]:
    selector = str(binding.get("selector", ""))
    ending = next((one for one in ANYTHING if selector.endswith(one)), None)
    if ending:
        yield {**binding, "disabled": True}
        yield {**binding, "selector": selector.removesuffix(ending) + A_CELL}
