"""The commands that the lab needs: docker and curl, which the lessons type as the guide does, and ip for disposable hosts."""

from __future__ import annotations

import os
import shutil

from ..core.errors import SetupFailed
from ..edges import shim
from ..words import tr
from . import apt, sudo
from .engine_search import SYSTEM_FOLDERS

TYPED = ("docker", "curl")
PACKAGES = {"ip": "iproute2"}  # where the package bears another name


def require(say: apt.Say, *, may_install: bool) -> None:
    """Make sure that they are on the PATH; on Debian the missing ones are installed.

    Raises SetupFailed with what to type where one that the lessons type is missing. Without ``ip``, which only root can use
    for the lab's ends, some claims are not testable, and say so.
    """
    missing = [name for name in TYPED if find(name) is None]
    wanted = [*missing, *(["ip"] if os.geteuid() == 0 and shutil.which("ip") is None else [])]
    if not wanted:
        return
    packages = [_package(name) for name in wanted]
    if not (may_install and apt.is_debian() and sudo.root_prefix() is not None):
        if not missing:
            return
        do = apt.by_hand(packages) if apt.is_debian() else tr("install them with this system's own packages")
        tried = tr("find the command {names}", names=_listed(missing))
        raise SetupFailed(tried, tr("not on the PATH, and the lessons type it"), do)
    say(tr("the lessons need {names}, which is not here", names=_listed(wanted)))
    apt.install(packages, say)


def find(name: str) -> str | None:
    """The reader's own: a docker of the lab's, first on the PATH in JupyterLab's terminal, is none."""
    return shim.readers_docker() if name == "docker" else shutil.which(name)


def require_mkfs(say: apt.Say, *, may_install: bool) -> None:
    """Make sure of ``mkfs.ext4``, which a learner's disk takes: no longer part of every Debian. Raises SetupFailed with what to type."""
    name, package = "mkfs.ext4", "e2fsprogs"
    if shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS):
        return
    if not (may_install and apt.is_debian() and sudo.root_prefix() is not None):
        do = apt.by_hand([package]) if apt.is_debian() else tr("install {package} with this system's own packages", package=package)
        raise SetupFailed(tr("find the command {names}", names=name), tr("not on the PATH, and a learner's disk is made by it"), do)
    say(tr("a learner's disk needs {names}, which is not here", names=name))
    apt.install([package], say)


def _listed(names: list[str]) -> str:
    return tr("{before} and {name}", before=_listed(names[:-1]), name=names[-1]) if len(names) > 1 else names[0]


def by_hand(name: str) -> str:
    """What to type to have one of them."""
    return apt.by_hand([_package(name)])


def _package(name: str) -> str:
    """Debian 13 has the docker command in a package of its own; before, it came with the engine."""
    if name == "docker":
        return "docker-cli" if apt.is_debian() and apt.candidates(["docker-cli"]) else "docker.io"
    return PACKAGES.get(name, name)
