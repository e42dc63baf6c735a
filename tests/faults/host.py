"""The host on which faults are injected: namespaces, an engine and a copy of the checkout of its own, all gone afterwards. Needs root.

The reader's engine is asked for one thing, the image nginx; nothing of theirs is changed, and no name of it can be guessed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import wait_until

CHECKOUT = Path(__file__).parents[2]
PLACE = "/var/tmp"  # not /tmp: that is laid over
COPIED = (
    "hostnet_lab",
    "notebooks",
    "tests",
    "locks",
    "labhost",
    "docs",
    "lab",
    "pyproject.toml",
    "environment.yml",
    "conftest.py",
    "README.md",
)
CGROUPS = Path("/sys/fs/cgroup")
APART = ("unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--mount-proc", "--kill-child", "--propagation", "private")
# It must reap what is left to it, as the first process of a pid namespace; a shell that waits does.
FIRST = '"$@" & wait $!'
KEPT = ("PATH", "LANG", "TERM", "SSL_CERT_FILE")  # of the environment: nothing else of the reader's reaches the faults


def run(arguments: Sequence[str]) -> int:
    """Run this program again on a host of its own; returns its exit code."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with _folder() as folder, _cgroups(folder):
        _furnish(folder)
        command = [sys.executable, "-P", "-m", "tests.faults", "--inside", *arguments]
        enter = [str(Path(__file__).with_name("enter")), str(folder), str(CHECKOUT)]
        with subprocess.Popen([*APART, *enter, "sh", "-c", FIRST, "sh", *command], env=_environment(folder)) as first:
            try:
                return first.wait()
            finally:
                first.kill()
                _thaw(folder)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _thaw(folder: Path) -> None:
    """What is frozen cannot be killed (freezer of cgroup v1), and its namespace would wait for it for ever."""
    for group in (folder / "cgroups").iterdir():
        for rule, word in (("freezer.state", "THAWED"), ("cgroup.freeze", "0")):
            for file in group.resolve().rglob(rule):
                with suppress(OSError):
                    file.write_text(word)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hostnet-lab-faults-", dir=PLACE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(folder: Path) -> None:
    for name in ("env", "checkout", "home"):
        (folder / name).mkdir(exist_ok=True)
    for name in COPIED:
        source, target = CHECKOUT / name, folder / "checkout" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy2(source, target)
    (folder / "laid").mkdir()
    with (folder / "checkout" / "nginx-image.tar").open("wb") as out:  # where `./lab` looks for one
        for piece in Engine.connect().save_image("nginx:latest"):
            out.write(piece)


def _environment(folder: Path) -> Mapping[str, str]:
    own = {"HOME": str(folder / "home"), "HOSTNET_LAB_LANGUAGE": "en", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(CHECKOUT)}
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **own}


@contextmanager
def _cgroups(folder: Path) -> Iterator[None]:
    """A group of one's own in every hierarchy, shown to the host as its root: what it leaves can be told, and limited."""
    (folder / "cgroups").mkdir(exist_ok=True)
    single = (CGROUPS / "cgroup.procs").exists()
    roots = {"unified": CGROUPS} if single else {one.name: one for one in CGROUPS.iterdir() if (one / "cgroup.procs").exists()}
    made = []
    try:
        for name, root in roots.items():
            group = root / folder.name
            group.mkdir()
            made.append(group)
            for rule in ("cpuset.cpus", "cpuset.mems"):
                if (root / rule).exists() and not single:
                    (group / rule).write_text((root / rule).read_text())
            (folder / "cgroups" / name).symlink_to(group)
        yield
    finally:
        for group in made:
            _remove_group(group)


def _remove_group(group: Path) -> None:
    """With all below it; the last processes in it are about to end."""
    with suppress(NoAnswer):
        wait_until(lambda: not any(one.read_text() for one in group.rglob("cgroup.procs")), 10, "the end of what was there")
    for one in [*sorted(group.rglob("*/"), reverse=True), group]:
        with suppress(OSError):
            one.rmdir()
