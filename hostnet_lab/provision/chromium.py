"""A Chromium for the browser tests: the system's own. No browser build is ever downloaded."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..core.errors import SetupFailed
from ..edges import apt, sudo

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """The first on the PATH."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def ensure(install: bool, say: apt.Say) -> Path:
    """Find a Chromium, or install Debian's where ``install`` allows it. Raises SetupFailed with what to type."""
    found = find()
    if found is None and install and apt.is_debian() and sudo.root_prefix() is not None:
        apt.install(["chromium"], say)
        found = find()
    if found is None:
        do = apt.by_hand(["chromium"]) if apt.is_debian() else "install Chromium with this system's own packages"
        raise SetupFailed("find Chromium, for the tests that look at a lesson", f"none of {', '.join(NAMES)} is on the PATH", do)
    return found
