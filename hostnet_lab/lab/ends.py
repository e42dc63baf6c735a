"""What this kernel's lab has opened and must close: widgets that watch, a disposable host, an open lesson. One list for each kernel."""

from __future__ import annotations

import atexit
from collections.abc import Callable

_open: dict[str, Callable[[], None]] = {}


def at_end(what: str, close: Callable[[], None]) -> None:
    """Have ``close`` called by ``close_all``; an earlier ``what`` is closed now."""
    _open.pop(what, lambda: None)()
    _open[what] = close


@atexit.register
def close_all() -> None:
    """By a lesson's last cell, by the next lesson of this kernel, or at its end."""
    while _open:
        _open.popitem()[1]()
