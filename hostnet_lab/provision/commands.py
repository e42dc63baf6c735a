"""The commands that the lessons type, as the guide does: docker and curl."""

from __future__ import annotations

import shutil

from ..core.errors import SetupFailed
from ..edges import apt, sudo

TYPED = ("docker", "curl")


def require(say: apt.Say, *, may_install: bool) -> None:
    """Make sure that they are on the PATH; on Debian the missing ones are installed. Raises SetupFailed with what to type."""
    missing = [name for name in TYPED if shutil.which(name) is None]
    if not missing:
        return
    packages = [_package(name) for name in missing]
    if not (may_install and apt.is_debian() and sudo.root_prefix() is not None):
        do = apt.by_hand(packages) if apt.is_debian() else "install them with this system's own packages"
        raise SetupFailed(f"find the command {' and '.join(missing)}", "not on the PATH, and the lessons type it", do)
    say(f"the lessons type {' and '.join(missing)}, which is not here")
    apt.install(packages, say)


def by_hand(name: str) -> str:
    """What to type to have one of them."""
    return apt.by_hand([_package(name)])


def _package(name: str) -> str:
    """Debian 13 has the docker command in a package of its own; before, it came with the engine."""
    if name == "docker":
        return "docker-cli" if apt.is_debian() and apt.candidates(["docker-cli"]) else "docker.io"
    return name
