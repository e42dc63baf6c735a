"""A Chromium for the browser tests: the system's own, and what its driver needs. No browser build is ever downloaded."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from ..core.errors import SetupFailed
from ..words import tr
from . import apt, sudo

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> Path | None:
    """The first on the PATH."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def driver_runs() -> bool:
    """Playwright's driver is a program of its own, whose library libatomic a bare Debian lacks."""
    from playwright._impl._driver import compute_driver_executable

    program, _ = compute_driver_executable()
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def ensure(install: bool, say: apt.Say) -> Path:
    """Find both, or install Debian's where ``install`` allows it. Raises SetupFailed with what to type."""
    missing = ([] if find() else ["chromium"]) + ([] if driver_runs() else ["libatomic1"])
    if missing and install and apt.is_debian() and sudo.root_prefix() is not None:
        apt.install(missing, say)
        missing = []
    found = find()
    if found is None or missing:
        do = apt.by_hand(missing) if apt.is_debian() else tr("install them with this system's own packages")
        tried = tr("find Chromium and its driver, for the tests that look at a lesson")
        raise SetupFailed(tried, tr("missing: {names}", names=", ".join(missing) or "chromium"), do)
    return found
