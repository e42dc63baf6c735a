"""JupyterLab's terminal: the lab's `docker` and `lab` on its PATH, whatever the reader's own start-up files do to that.

Written anew on each start, into a folder of its own; the reader's files are read first, and never changed.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from shlex import quote

from ..core.errors import SetupFailed
from ..edges import open_lessons, shim
from ..edges.lesson_folder import VARIABLE as LESSONS
from ..kept import file
from ..words import tr

BASH, SH = shutil.which("bash"), "/bin/sh"
LAB = '#!/bin/sh\nexec sh {script} "$@"\n'  # by sh: a ZIP keeps no modes


def furnish(jupyter: Path, root: Path, lessons: Path) -> None:
    """``root``: the checkout; ``lessons``: the learner's folder, on which `lab reset` is to work. Raises SetupFailed."""
    try:
        _write(jupyter, root, lessons)
    except OSError as error:
        tried = tr("write the files of JupyterLab's terminal to {folder}", folder=jupyter / "terminal")
        do = tr("run the lab as the owner of its folder, or from a copy of your own")
        raise SetupFailed(tried, error.strerror or str(error), do) from error


def _write(jupyter: Path, root: Path, lessons: Path) -> None:
    programs, opened = jupyter / "terminal" / "programs", open_folder(jupyter)
    for folder in (programs, opened):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
    open_lessons.forget_dead(opened)
    shim.copy(programs)
    file.write(programs / "lab", os.fsencode(LAB.format(script=quote(str(root / "lab")))), 0o700)
    values = {"lab_programs": programs, open_lessons.VARIABLE: opened, LESSONS: lessons}
    lines = "".join(f"{name}={quote(str(value))}\n" for name, value in values.items())
    file.write(start_up_file(jupyter), os.fsencode(lines) + shim.source("terminal"))


def start_up_file(jupyter: Path) -> Path:
    return jupyter / "terminal" / "start-up"


def open_folder(jupyter: Path) -> Path:
    """Where kernels tell terminals which lesson is open."""
    return jupyter / "terminal" / "open"


def command(jupyter: Path) -> list[str]:
    """What JupyterLab runs in a terminal. No login shell: that would read /etc/profile, which on Debian begins PATH anew."""
    path = str(start_up_file(jupyter))
    return [BASH, "--rcfile", path] if BASH else plain_command(path)


def plain_command(path: str) -> list[str]:
    """The same without bash: ENV names the file, and the shell expands that as between double quotes (sh(1p))."""
    return [shutil.which("env") or "env", "ENV=" + re.sub(r"([$`\\])", r"\\\1", path), SH]
