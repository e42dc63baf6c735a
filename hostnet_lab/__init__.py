"""Docker host networking, proven on the reader's own machine.

``Lab`` is the one door for a lesson; everything else is reached from it. Importing this package imports nothing
else: the names below are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.errors import LabError
    from .core.host.commands import Publish, RunRequest
    from .lab import Lab

__all__ = ["Lab", "LabError", "Publish", "RunRequest"]
_HOMES = {"Lab": ".lab", "LabError": ".core.errors", "Publish": ".core.host.commands", "RunRequest": ".core.host.commands"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
