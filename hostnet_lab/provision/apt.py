"""apt and dpkg, for Debian and its relatives: the only place that installs packages. It says what it does first."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from ..core.errors import SetupFailed
from ..words import tr
from . import sudo

Say = Callable[[str], None]


def is_debian(os_release: Path = Path("/etc/os-release")) -> bool:
    """True on Debian, Ubuntu and what calls itself like them (os-release(5)), where apt-get is there."""
    try:
        lines = os_release.read_text("utf-8", "replace").splitlines()
    except OSError:
        return False
    values = [line.partition("=")[2].strip("\"'") for line in lines if line.startswith(("ID=", "ID_LIKE="))]
    return bool({"debian", "ubuntu"} & set(" ".join(values).split())) and shutil.which("apt-get") is not None


def by_hand(packages: Sequence[str]) -> str:
    """The command to type, as the reader would."""
    word = sudo.word()
    return f"{word}apt-get update && {word}apt-get install --no-install-recommends {' '.join(packages)}"


def candidates(packages: Sequence[str]) -> list[str]:
    """Those of the packages that apt could install from the lists it has now."""
    command = ["apt-cache", "policy", *packages]
    answer = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    return read_candidates(answer.stdout)


def read_candidates(policy: str) -> list[str]:
    """Names out of ``apt-cache policy``: an unindented name, then its candidate or "(none)"."""
    found, name = [], ""
    for line in policy.splitlines():
        if line and not line.startswith(" "):
            name = line.rstrip(":")
        elif line.strip().startswith("Candidate:") and not line.endswith("(none)"):
            found.append(name)
    return found


def install(wanted: Sequence[str], say: Say, *, optional: Sequence[str] = ()) -> None:
    """Install packages without their recommendations; ``optional`` ones only where this release has them.

    Updates the lists when they do not know a package, or when they are too old. Raises SetupFailed with apt's last lines.
    """
    prefix = sudo.root_prefix()
    if prefix is None:
        tried = tr("install {packages}", packages=" ".join(wanted))
        raise SetupFailed(tried, tr("this needs root, and sudo does not work here"), by_hand(wanted))
    fresh = not set(wanted) <= set(candidates(wanted))
    if fresh:
        _update(prefix, say)
    packages = [*wanted, *candidates(optional)] if optional else list(wanted)
    say(tr("installing {packages} with apt-get", packages=" ".join(packages)))
    command = ["install", "--no-install-recommends", *packages]
    answer = _apt_get(prefix, command)
    if answer.returncode and not fresh:
        _update(prefix, say)
        answer = _apt_get(prefix, command)
    if answer.returncode:
        raise SetupFailed(f"apt-get {' '.join(command)}", _last_lines(answer.stdout), by_hand(packages))


def _update(prefix: list[str], say: Say) -> None:
    say(tr("updating the package lists with apt-get"))
    answer = _apt_get(prefix, ["update"])
    if answer.returncode:
        say(tr("that failed; going on with the lists that are there: {why}", why=_last_lines(answer.stdout, 1)))


def _apt_get(prefix: list[str], arguments: list[str]) -> subprocess.CompletedProcess[str]:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    return subprocess.run(
        [*command, *arguments], text=True, errors="replace", check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def _last_lines(text: str, count: int = 4) -> str:
    return "\n       ".join(text.strip().splitlines()[-count:]) or tr("apt-get said nothing")


def mirror() -> str:
    """Where this machine gets its own release from: the address of its main archive, by apt's own reading of the sources.

    Raises SetupFailed where apt names none.
    """
    mine = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    form = "$(REPO_URI) $(RELEASE) $(COMPONENT)"
    command = ["apt-get", "indextargets", "--format", form, "Created-By: Packages"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False)
    for line in listed.stdout.splitlines():
        address, release, component = line.split()
        if (release, component) == (mine, "main"):
            return address
    found = tr("apt names none for main of {release}", release=mine or tr("this system"))
    raise SetupFailed(tr("find a mirror of Debian"), found, tr("run this on Debian"))
