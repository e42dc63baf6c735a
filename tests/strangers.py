"""Another user of the machine, for tests as root: does what that one may do, in a process with that user's id and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from conftest import missing
from hostnet_lab.core.host.findings import Finding
from hostnet_lab.edges import private_folder
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.lab import EngineHost
from hostnet_lab.provision import doctor

STRANGER = 64321  # a user id without a name
PROGRAM = "import os, socket, sys; os.setgroups([]); os.setgid({uid}); os.setuid({uid}); os.umask(0); "


def require_root() -> None:
    if os.geteuid() != 0:
        missing("only root can be another user as well")


def seen_by_doctor(engine: Engine, its_host: EngineHost | None = None) -> dict[str, Finding]:
    """What the doctor finds on an engine, by what it is about."""
    found = doctor._on_the_engine(engine, its_host)  # private: the whole examination tries a lesson, too, which takes seconds
    return {one.what: one for one in found}


def as_stranger(code: str, *words: str | Path, uid: int = STRANGER) -> subprocess.CompletedProcess[str]:
    """Run Python as that user, ``words`` in ``sys.argv[1:]``; an error of it is its answer, not the test's."""
    command = [sys.executable, "-I", "-c", PROGRAM.format(uid=uid) + code, *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=limit_s(20), check=False, cwd="/")


def may_start(*command: str, uid: int = STRANGER) -> subprocess.Popen[bytes]:
    """A process of that user's that stays until it is ended."""
    return subprocess.Popen(command, user=uid, group=uid, extra_groups=[], cwd="/", stdin=subprocess.DEVNULL)


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """A folder like /tmp: everybody may make names in it, nobody may remove those of others."""
    require_root()
    place = Path(mkdtemp(prefix="everybody-", dir="/run"))
    place.chmod(0o1777)
    yield place
    private_folder.remove(place)


@pytest.fixture
def roots() -> Iterator[Path]:
    """A folder below which root may have a place: its own, and nobody else may write there."""
    require_root()
    place = Path(mkdtemp(prefix="roots-", dir="/run"))
    place.chmod(0o755)
    yield place
    private_folder.remove(place)
