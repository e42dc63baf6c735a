"""What of a class is on the engine: what carries its folder, and was started by its user on its machine. It changes nothing.

Another server may have a class in a folder of the same path, and the same engine.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..core.host.ownership import OWNER
from ..edges import host
from ..edges.engine import Engine
from .settings import LABEL

Json = dict[str, Any]


def containers(engine: Engine, folder: Path) -> list[Json]:
    """Its lab hosts, stopped ones too."""
    return [one for one in engine.containers(f"{LABEL}={folder}") if belongs(one, folder)]


def networks(engine: Engine, folder: Path) -> list[Json]:
    """The hub's, and one for each lab host."""
    return [one for one in engine.networks(f"{LABEL}={folder}") if belongs(one, folder)]


def belongs(entry: Json, folder: Path) -> bool:
    """By an entry of the engine's lists. Older ones do not say whose they are: they count as this machine's."""
    labels, mine = entry.get("Labels") or {}, host.this_owner()
    return labels.get(LABEL) == str(folder) and labels.get(OWNER, mine) == mine
