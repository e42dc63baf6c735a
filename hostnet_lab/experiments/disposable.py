"""A disposable host: a network namespace with an engine of its own, up in about a second, gone afterwards. Needs root.

The reader's host is not changed: rules, bridges and captures live and die in the namespace; the engine and all that it
starts have a pid namespace of their own, which ends with the process that made it, even when that one is killed. What is
left of a killed process (two names, a folder, empty cgroups) is found by the folder, and removed by the next start.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from ..core.errors import SetupFailed
from ..core.ownership import Process, is_gone
from ..edges import host
from ..edges.engine import Engine
from ..words import tr
from . import own_engine
from .stage import Stage

BASE = Path(tempfile.gettempdir())
MARK = "hostnet-lab-"  # then the name of the namespace; short, since a socket's path holds 107 bytes (unix(7))
OUTSIDE = "192.0.2"  # TEST-NET-1, RFC 5737: the disposable host's own wire, seen by nobody else
HOST_ADDRESS, CLIENT_ADDRESS = f"{OUTSIDE}.1", f"{OUTSIDE}.2"
COMMANDS = ("ip", "unshare", "nsenter", "mount", "curl", "docker", "dockerd", "containerd", "iptables")
CGROUPS = ("sys/fs/cgroup/{}", "sys/fs/cgroup/*/{}")  # v2 and v1: of all containers on the host with this folder's name
_numbers = count(1)
_saving = Lock()
_saved: dict[str, BinaryIO] = {}  # at most one: by the engine's endpoint and the image's id


def missing() -> str:
    """Why no disposable host can be made here; "" when one can."""
    if os.geteuid() != 0:
        return tr("it needs a host of its own, which only root can make")
    absent = [name for name in COMMANDS if own_engine.find(name) is None]
    return tr("a host of its own needs {commands}", commands=", ".join(absent)) if absent else ""


@contextmanager
def disposable(engine: Engine, labels: Mapping[str, str], options: Sequence[str] = ()) -> Iterator[Stage]:
    """A stage with an own engine (dockerd with ``options``), holding the image nginx of ``engine``.

    It has a wire (eth0, 192.0.2.1) with one client on it: see ``client_prefix``. Raises SetupFailed.
    """
    why = missing()
    if why:
        raise SetupFailed(tr("make a disposable host"), why, tr("run the command as root: sudo ./lab verify"))
    sweep_hosts()
    with ExitStack() as stack:
        name = f"hl{os.getpid()}-{next(_numbers)}"
        folder = BASE / f"{MARK}{name}"
        stack.callback(_demolish, folder)
        folder.mkdir(mode=0o700)
        (folder / "owner").write_text(str(host.this_process()))
        _wire(name)
        endpoint = f"unix://{folder}/docker.sock"
        stack.enter_context(own_engine.running(prefix(name), folder, endpoint, options))
        own = Engine.connect(endpoint)
        stack.callback(own.client.close)
        with _saved_image(engine) as image:
            own.load_image(image)
        with Stage(own, labels, prefix(name), endpoint) as stage:
            yield stage


@contextmanager
def _saved_image(engine: Engine) -> Iterator[BinaryIO]:
    """The image nginx of ``engine`` as a tar, saved once for all disposable hosts that this process makes.

    In a file without a name, which ends with the process. Raises LabError where the engine has no such image.
    """
    with _saving:
        key = f"{engine.endpoint} {engine.image_id('nginx')}"
        if key not in _saved:
            file = tempfile.TemporaryFile()  # noqa: SIM115 (kept)
            for piece in engine.save_image("nginx"):
                file.write(piece)
            file.flush()
            _saved.clear()
            _saved[key] = file
        held = _saved[key]
    with open(f"/proc/self/fd/{held.fileno()}", "rb") as own:  # opened anew, it has a position of its own
        yield own


def prefix(name: str) -> tuple[str, ...]:
    return ("nsenter", f"--net=/run/netns/{name}", "--")


def client_prefix(stage: Stage) -> tuple[str, ...]:
    """The prefix of a command that runs on the client's side of the wire (192.0.2.2)."""
    return tuple(word + "c" if word.startswith("--net=") else word for word in stage.prefix)


def _wire(name: str) -> None:
    """Two namespaces, joined by a veth pair: the host (``name``) and its client (``name``c)."""
    client = f"{name}c"
    _ip("netns", "add", name)
    _ip("netns", "add", client)
    _ip(
        *("-n", name, "-batch", "-"),
        lines=f"""link set lo up
            link add eth0 type veth peer name eth0 netns {client}
            addr add {HOST_ADDRESS}/24 dev eth0
            link set eth0 up
            route add default via {CLIENT_ADDRESS}""",
    )
    _ip(
        *("-n", client, "-batch", "-"),
        lines=f"""link set lo up
            addr add {CLIENT_ADDRESS}/24 dev eth0
            link set eth0 up""",
    )


def _ip(*words: str, lines: str = "") -> None:
    done = subprocess.run(["ip", *words], input=lines, capture_output=True, text=True, check=False)
    if done.returncode:
        tried = tr("make a disposable host: {command}", command=f"ip {' '.join(words)}")
        raise SetupFailed(tried, done.stderr.strip(), tr("`./lab doctor` says what is in the way"))


# -- the end ----------------------------------------------------------------------------------------


def sweep_hosts() -> list[str]:
    """Remove the disposable hosts of processes that are gone; returns their names."""
    removed = []
    for folder in BASE.glob(f"{MARK}hl*-*"):
        with suppress(OSError):  # gone meanwhile
            if _is_left(folder):
                _demolish(folder)
                removed.append(folder.name.removeprefix(MARK))
    return sorted(removed)


def _is_left(folder: Path) -> bool:
    """By the mark in it; where there was no time for one, by the pid in its name."""
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != os.geteuid():
        return False
    try:
        process = Process.parse((folder / "owner").read_text())
    except FileNotFoundError:
        process = None
    if process:
        return is_gone(process, host.this_process(), host.start_ticks)
    pid = folder.name.removeprefix(f"{MARK}hl").partition("-")[0]
    return pid.isdecimal() and host.start_ticks(int(pid)) is None


def _demolish(folder: Path) -> None:
    """Remove what the engine's end left: its cgroups, the two names, the folder. Done twice, it does nothing."""
    name = folder.name.removeprefix(MARK)
    own_engine.end(folder)
    for pattern in CGROUPS:
        for parent in Path("/").glob(pattern.format(folder.name)):
            for group in (*parent.rglob("*/"), parent):
                with suppress(OSError):  # not empty yet, or gone
                    group.rmdir()
    for one in (name, f"{name}c"):
        subprocess.run(["ip", "netns", "del", one], capture_output=True, check=False)
    for inner in folder.glob("*"):
        if inner.name != "owner":  # last, so that a removal that is broken off can be found and finished
            shutil.rmtree(inner, ignore_errors=True) if inner.is_dir() else inner.unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
