"""Docker host networking, proven on the reader's own machine.

This is the door for lessons, with ``hostnet_lab.widgets``; what stands behind it may change its place. Importing this package
imports nothing else: the names below are loaded when they are first used.

- ``Lab``: one lesson, what it asks, checks and sweeps; ``LabError``: what it raises; ``RunRequest`` and ``Publish``: what it starts.
- ``listeners``, ``own_address``: what this host's kernel shows to every user.
- ``measure``: the latency of several paths, in rounds.
- ``PLACES``: what ``Lab.where_am_i`` may find, each in a sentence.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .core.errors import LabError
    from .core.host.commands import Publish, RunRequest
    from .core.host.whereabouts import PLACES
    from .edges.host import listeners, own_address
    from .experiments.latency import measure
    from .lab import Lab

__all__ = [
    "PLACES",
    "Lab",
    "LabError",
    "Publish",
    "RunRequest",
    "listeners",
    "measure",
    "own_address",
]
_HOMES = {
    "PLACES": ".core.host.whereabouts",
    "Lab": ".lab",
    "LabError": ".core.errors",
    "Publish": ".core.host.commands",
    "RunRequest": ".core.host.commands",
    "listeners": ".edges.host",
    "measure": ".experiments.latency",
    "own_address": ".edges.host",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name], __name__), name)
