"""What a lesson's cells set in their environment, for the shell of JupyterLab's terminal: `$SERVER` is the same in both.

A file of assignments beside those of the open lessons (``open_lessons``), in the same private folder. The shell reads it before each
command, if it has changed. The lesson that wrote last counts.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable
from contextlib import suppress

from ..kept import file
from . import open_lessons

FILE = "values"  # the shell of the terminal knows it by this name (shim/terminal)
NAME = re.compile(r"[A-Z][A-Z0-9_]*")
NOT_THEIRS = re.compile(r"HOSTNET_LAB_|PATH$|SHELL$|SHLVL$|COLUMNS$|LINES$|no_proxy$|NO_PROXY$")
LARGEST = 1 << 16  # bytes: the shell keeps as many in mind


class Values:
    """Of this process's lesson. ``share``: at once, and after each cell until the function that it returns is called."""

    def __init__(self) -> None:
        self._before, self._said = dict(os.environ), ""

    def share(self) -> Callable[[], None]:
        module = sys.modules.get("IPython")
        shell = module.get_ipython() if module else None
        self._write("")
        if shell is None:
            return lambda: None
        shell.events.register("post_run_cell", self._tell)

        def end() -> None:
            with suppress(ValueError):  # IPython's word for: not registered
                shell.events.unregister("post_run_cell", self._tell)
            self._write("")

        return end

    def _tell(self, _: object = None) -> None:
        said = assignments(self._before, dict(os.environ))
        if said != self._said and len(said.encode("utf-8", "surrogateescape")) <= LARGEST:
            self._said = said
            self._write(said)

    def _write(self, said: str) -> None:
        if place := open_lessons.folder():
            with suppress(OSError):  # a full disk: the terminal goes without
                if said:
                    file.write(place / FILE, os.fsencode(said))
                else:
                    (place / FILE).unlink(missing_ok=True)


def assignments(before: dict[str, str], now: dict[str, str]) -> str:
    """Of what has been set since, by names as a shell's variables are usually called; sh(1p)."""
    changed = {name: value for name, value in now.items() if before.get(name) != value}
    theirs = {name: value for name, value in changed.items() if NAME.fullmatch(name) and not NOT_THEIRS.match(name)}
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(theirs.items()))
