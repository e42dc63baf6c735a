"""Disposable roots: a Debian release with engines in it, below one folder, made once and kept until somebody removes it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.experiments.own_engine import REMAPPED
from hostnet_lab.provision.apt import mirror

from .recipes import READER, packages

# Podman raises two limits of every container, which it may not where CAP_SYS_RESOURCE is missing.
CONTAINERS_CONF = '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'


def make(suite: str, roots: Path, *, accept_expired: bool = False) -> Path:
    """The root of a release; made from the machine's own mirror in about 20 seconds where it is not there yet.

    ``accept_expired``: also from a mirror that stands still, whose index is past its date. Packages are checked against
    Debian's keys all the same; that they are the latest is not. Raises SetupFailed.
    """
    root, wanted = roots / suite, packages(suite)
    made = root / ".made"
    if made.is_file() and made.read_text().split() == sorted(wanted):
        return root
    shutil.rmtree(root, ignore_errors=True)
    roots.mkdir(parents=True, exist_ok=True)
    bootstrap(suite, root, wanted, accept_expired=accept_expired)
    inside(root, suite, "useradd", "--uid", str(READER), "--create-home", "reader")  # with its subordinate ids
    inside(root, suite, "useradd", "--no-create-home", REMAPPED)  # likewise
    (root / "etc/containers").mkdir(exist_ok=True)
    (root / "etc/containers/containers.conf").write_text(CONTAINERS_CONF)
    made.write_text("\n".join(sorted(wanted)))
    return root


def bootstrap(suite: str, root: Path, wanted: Sequence[str], *, accept_expired: bool = False) -> None:
    """Install a release with these packages into an empty folder. Raises SetupFailed."""
    if shutil.which("mmdebstrap") is None:
        raise SetupFailed(f"make a root of Debian {suite}", "there is no mmdebstrap", "apt-get install mmdebstrap")
    late = ["--aptopt=Acquire::Check-Valid-Until false"] if accept_expired else []
    choice = ["--mode=root", "--variant=minbase", f"--include={','.join(wanted)}", *late]
    _run(["mmdebstrap", *choice, suite, str(root), mirror()], suite)


def inside(root: Path, suite: str, *command: str) -> None:
    """Run one command of a root's set-up in it. Raises SetupFailed with what it said."""
    _run(["chroot", str(root), *command], suite)


def _run(command: list[str], suite: str) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("E:")] or done.stderr.splitlines()
        hint = "with --accept-expired an index past its date is taken too" if "is expired" in done.stderr else "look at those lines"
        raise SetupFailed(f"make a root of Debian {suite}", "\n       ".join(said[:4]), hint)
