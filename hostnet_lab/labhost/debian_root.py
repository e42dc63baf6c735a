"""Debian for the lab host: pulled, or made from this machine's own Debian archive where no registry can be reached."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from ..core.errors import ImageUnavailable, LabError, SetupFailed
from ..edges import builds
from ..edges.engine import Engine
from ..provision import apt, brought, image
from ..words import tr

SUITE = "trixie"  # Debian 13
PULLED = f"debian:{SUITE}-slim"
MADE = "hostnet-lab/debian"
LEFT_OUT = ("man", "locale", "info", "lintian", "linda", "groff", "doc-base")
PYTHONS = {"bookworm": "3.11", "trixie": "3.13", "forky": "3.13"}


def provide(engine: Engine, root: Path, packages: Sequence[str], say: apt.Say, *, may_install: bool) -> tuple[str, str]:
    """A reference to an image of Debian, and the version of its Python. ``packages`` are in it where it was made here.

    Raises ImageUnavailable with one reason for each way.
    """
    reasons = []
    ways: list[Callable[[], tuple[str, str]]] = [lambda: _pulled(engine, say), lambda: _made(engine, root, packages, say, may_install)]
    for way in ways:
        try:
            return way()
        except LabError as error:
            reasons.append(" ".join(error.found.split()))
            say(reasons[-1])
    do = tr("build it where a registry can be reached: `./lab bundle` there writes a file for `./lab host --bundle FILE` here")
    raise ImageUnavailable(tr("provide Debian for the lab host"), "\n".join(reasons), do)


def forget(engine: Engine, root: Path) -> None:
    """Remove the image of Debian that ``root``'s lab has made; one that was pulled, or that somebody else called so, stays."""
    for suite in PYTHONS:
        made = engine.image_id(f"{MADE}:{suite}")
        if made and brought.is_noted(root, engine, made):
            with suppress(LabError):
                engine.remove_image(f"{MADE}:{suite}")
                brought.forget(root, engine, made)


def _pulled(engine: Engine, say: apt.Say) -> tuple[str, str]:
    if engine.image_id(PULLED) is None:
        image.pull(engine, PULLED, say)
    return PULLED, PYTHONS[SUITE]


def _made(engine: Engine, root: Path, packages: Sequence[str], say: apt.Say, may_install: bool) -> tuple[str, str]:
    tried = tr("make Debian for the lab host")
    if not apt.is_debian():
        raise SetupFailed(tried, tr("this machine is not Debian or Ubuntu"), tr("pull it"))
    if shutil.which("mmdebstrap") is None:
        if not may_install:
            raise SetupFailed(tried, tr("there is no mmdebstrap"), apt.by_hand(["mmdebstrap"]))
        apt.install(["mmdebstrap"], say)
    own = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    failures = []
    for suite in dict.fromkeys((SUITE, own)):
        try:
            with tempfile.TemporaryDirectory(prefix="hostnet-lab-debian-") as folder:
                tar = bootstrap(suite, packages, Path(folder) / "root.tar", say)
                reference = f"{MADE}:{suite}"
                with tar.open("rb") as stream:
                    builds.import_root(engine, stream, reference)
                brought.note(root, engine, engine.image_id(reference) or "")
                return reference, PYTHONS.get(suite, PYTHONS[SUITE])
        except SetupFailed as error:
            failures.append(f"{suite}: {error.found}")
    raise SetupFailed(tried, "; ".join(failures), tr("mend what these lines name"))


def bootstrap(suite: str, packages: Sequence[str], target: Path, say: apt.Say) -> Path:
    """The tar of a minimal root with these packages, about half a minute; signatures are checked with Debian's keys."""
    say(tr("making Debian {suite} from this machine's own archive (half a minute)", suite=suite))
    choice = ["--quiet", "--mode=auto", "--variant=minbase", f"--include={','.join(packages)}"]
    paths = [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in LEFT_OUT]
    tail = [suite, str(target), apt.mirror()]
    done = _run(["mmdebstrap", *choice, *paths, *tail])
    if done.returncode and "is expired" in done.stderr:
        say(tr("the archive's index is past its date: it stands still. Its signatures are right; that it is the latest is not known"))
        done = _run(["mmdebstrap", "--aptopt=Acquire::Check-Valid-Until false", *choice, *paths, *tail])
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()
        raise SetupFailed(tr("make Debian {suite}", suite=suite), "\n       ".join(said[:4]), tr("mend what these lines name"))
    return target


def _run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LC_ALL": "C"}
    return subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
