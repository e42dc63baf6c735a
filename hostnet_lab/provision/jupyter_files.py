"""The files that JupyterLab and its kernels keep in .lab/jupyter, looked at before they are: a pipe among them would hang its server."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from ..edges.kept_value import Tell, set_aside
from ..kept import file
from ..kept.unusable import Reason, Unusable
from ..words import setting

LARGEST = 8 << 20  # bytes of a window's layout
SETTINGS, WORKSPACE = ".jupyterlab-settings", ".jupyterlab-workspace"
FILES = (SETTINGS, WORKSPACE, ".json", ".db", ".sqlite")  # never a folder's name


def make_room(jupyter: Path, tell: Tell) -> None:
    """Set aside what JupyterLab could not read, each with a sentence; it then begins with the lab's defaults."""
    for path in list(_below(jupyter)):
        try:
            _require_usable(path)
        except OSError as error:
            set_aside(path, error, tell)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        for name in files + [one for one in folders if one.endswith(FILES)]:
            yield Path(place) / name


def _require_usable(path: Path) -> None:
    try:
        kind = path.stat().st_mode
    except FileNotFoundError:  # a link that leads nowhere
        raise Unusable(path, Reason.NOT_PLAIN) from None
    if stat.S_ISSOCK(kind):
        return  # of a kernel; nobody opens it as a file
    if path.name.endswith(SETTINGS):
        setting.read(path)
    elif path.name.endswith(WORKSPACE):
        file.read_json(path, LARGEST)
    else:
        os.close(file.opened(path))
