"""Looks at what the machine has free, where the engine is this machine's own, and says no before it is too late."""

from __future__ import annotations

import os
from pathlib import Path

from ..core.errors import SetupFailed
from ..edges.engine import Engine
from ..lab import names_this_machine
from ..words import tr, tr_n
from .room_for import Room, Want, available, shortage


def check(engine: Engine, image: str, hosts: int = 1) -> None:
    """Raises SetupFailed with the arithmetic where memory or disk does not suffice; ``image`` as in core.room_for.Want."""
    short = shortage(Want(hosts, image), look(engine))
    if short:
        tried = tr_n(hosts, "make room for {n} lab host", "make room for {n} lab hosts")
        raise SetupFailed(tried, short, tr("free some, then the same command again"))


def look(engine: Engine) -> Room:
    """Memory and disk that are free now. An engine elsewhere tells its memory in all, and nothing of its disk."""
    info = engine.info()
    total = int(info.get("MemTotal") or 0) or None
    place = Path(str(info.get("DockerRootDir") or "/"))
    if not engine.endpoint.startswith("unix://") or not names_this_machine(info) or not place.exists():
        return Room(total)
    try:
        meminfo = Path("/proc/meminfo").read_text("utf-8")
        disk = os.statvfs(place)
    except OSError:
        return Room(total)
    seen = [one for one in (available(meminfo), total) if one is not None]
    return Room(min(seen) if seen else None, disk.f_bavail * disk.f_frsize)
