"""The commands that the lab needs: those that lessons type as the guide does, and those that make hosts and disks."""

from __future__ import annotations

from ..core.errors import SetupFailed
from ..edges import command, shim
from ..words import tr
from . import apt, sudo

TYPED, FOR_A_CLASS, FOR_TESTS = ("docker", "curl"), ("mkfs.ext4", "iptables"), ("tshark",)
LOOKING = ("ip", "ss", "ps")  # lessons look by them; where Debian can bring them it does, elsewhere a cell says what is not there
WHY = {
    TYPED: tr("not on the PATH, and the lessons type it"),
    FOR_TESTS: tr("not on the PATH, and the tests read with it the file that the lab keeps of a request"),
    FOR_A_CLASS: tr("not on the PATH, and a class makes disks and rules by it"),
}
# Where the package bears another name; e2fsprogs is no longer part of every Debian.
PACKAGES = {"ip": "iproute2", "ss": "iproute2", "ps": "procps", "mkfs.ext4": "e2fsprogs"}


def require(say: apt.Say, names: tuple[str, ...] = TYPED, *, may_install: bool) -> None:
    """Make sure of ``names``, a key of ``WHY``; on Debian the missing ones are installed, for lessons ``LOOKING`` too.

    Raises SetupFailed with what to type where one of ``names`` is missing. Without ``ip`` some claims are not testable, and say so.
    """
    missing = [name for name in names if find(name) is None]
    wanted = [*missing, *(name for name in LOOKING if names == TYPED and find(name) is None)]
    if not wanted:
        return
    packages = list(dict.fromkeys(map(_package, wanted)))
    if not (may_install and apt.is_debian() and sudo.root_prefix() is not None):
        if not missing:
            return
        do = apt.by_hand(packages) if apt.is_debian() else tr("install them with this system's own packages")
        raise SetupFailed(tr("find the command {names}", names=_listed(missing)), WHY[names], do)
    say(tr("needed, and not here: {names}", names=_listed(wanted)))
    apt.install(packages, say)


def find(name: str) -> str | None:
    """The reader's own: a docker of the lab's, first on the PATH in JupyterLab's terminal, is none."""
    return shim.readers_docker() if name == "docker" else command.find(name)


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
