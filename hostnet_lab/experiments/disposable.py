"""A disposable host: a network namespace with an engine of its own, up in about a second, gone afterwards. Needs root.

The reader's host is not changed: rules, bridges and captures live and die in the namespace; the engine and all that it
starts have a pid namespace of their own, which ends with the process that made it, even when that one is killed. What is
left of a killed process (two names, a folder, empty cgroups) is found by the folder, and removed by the next start. The
folder has a name that cannot be guessed, in a place that only root can enter: what is found there was written by root.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from ..core.errors import SetupFailed
from ..core.host.ownership import Process, is_gone
from ..edges import host, private_folder
from ..edges.command import find
from ..edges.engine import Engine
from ..kept.lock import lock
from ..words import tr
from . import own_engine
from .stage import Stage

NAMED = "hl"  # then eight signs of chance; short, since a socket's path holds 107 bytes (unix(7))
OUTSIDE = "192.0.2"  # TEST-NET-1, RFC 5737: the disposable host's own wire, seen by nobody else
HOST_ADDRESS, CLIENT_ADDRESS = f"{OUTSIDE}.1", f"{OUTSIDE}.2"
COMMANDS = ("ip", "unshare", "nsenter", "mount", "curl", "docker", "dockerd", "containerd", "iptables")
CGROUPS = Path("/sys/fs/cgroup")  # cgroups(7), of version 1 and of version 2
NAMESPACES = Path("/run/netns")  # ip-netns(8)
_saving = Lock()
_saved: dict[str, BinaryIO] = {}  # at most one: by the engine's endpoint and the image's id


def missing() -> str:
    """Why no disposable host can be made here; "" when one can."""
    if os.geteuid() != 0:
        return tr("it needs a host of its own, which only root can make")
    absent = [name for name in COMMANDS if find(name) is None]
    if absent:
        return tr("a host of its own needs {commands}", commands=", ".join(absent))
    why = private_folder.no_place()
    return tr("a host of its own needs a folder that only root can change: {why}", why=why) if why else ""


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
        folder = stack.enter_context(cut_off())
        name, endpoint = folder.name, f"unix://{folder}/docker.sock"
        stack.enter_context(own_engine.running(prefix(name), folder, endpoint, options))
        own = Engine.connect(endpoint)
        stack.callback(own.client.close)
        with _saved_image(engine) as image:
            own.load_image(image)
        with Stage(own, labels, prefix(name), endpoint) as stage:
            yield stage


@contextmanager
def cut_off() -> Iterator[Path]:
    """A folder, and a network namespace of its name that reaches nothing but the client on its wire; all gone afterwards."""
    folder = _made()
    try:
        _wire(folder.name)
        yield folder
    finally:
        _demolish(folder)


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


# -- the folder, and the end ------------------------------------------------------------------------


def place() -> Path:
    """The place of all disposable hosts on this machine. Raises SetupFailed where there is none that only root can change."""
    try:
        return private_folder.roots_place()
    except OSError as error:
        do = tr("have root own it and all folders above it: chown root, chmod go-w")
        raise SetupFailed(tr("make a disposable host"), error.strerror or str(error), do) from error


def _made() -> Path:
    """A folder with its owner in it, and a name that no network namespace has yet."""
    base = place()
    with _turn(base):
        while True:
            folder = Path(tempfile.mkdtemp(prefix=NAMED, dir=base))
            if not any(os.path.lexists(NAMESPACES / name) for name in _namespaces(folder)):
                break
            folder.rmdir()
        (folder / "owner").write_text(str(host.this_process()))
    return folder


@contextmanager
def _turn(base: Path) -> Iterator[None]:
    """Nobody else makes a folder meanwhile: whoever sees one without an owner then sees what a killed process left."""
    descriptor = os.open(base, private_folder.FOLDER)
    try:
        lock(descriptor, wait=True)
        yield
    finally:
        os.close(descriptor)


def _namespaces(folder: Path) -> tuple[str, str]:
    """The host's and its client's."""
    return folder.name, f"{folder.name}c"


def sweep_hosts() -> list[str]:
    """Remove the disposable hosts of processes that are gone; returns their names. Without root, or a place for them: none."""
    if os.geteuid() or private_folder.no_place():
        return []
    base = place()
    with _turn(base):
        left = sorted(folder for folder in base.glob(f"{NAMED}*") if _is_left(folder))
    for folder in left:
        _demolish(folder)
    return [folder.name for folder in left]


def _is_left(folder: Path) -> bool:
    """By the mark in it; without one its maker was killed before it had made anything else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    try:
        process = Process.parse((folder / "owner").read_text())
    except FileNotFoundError:
        return True
    return process is None or is_gone(process, host.this_process(), host.start_ticks)


def cgroups(folder: Path) -> list[Path]:
    """The control groups of its containers, inner ones first: wherever they lie, for who made them may have been in any."""
    name = own_engine.cgroup(folder)
    parents = [Path(place, name) for place, inner, _ in os.walk(CGROUPS) if name in inner]
    return [Path(place) for parent in parents for place, _, _ in os.walk(parent, topdown=False)]


def _demolish(folder: Path) -> None:
    """Remove what the engine's end left: its cgroups, the two names, the folder. Done twice, it does nothing."""
    own_engine.end(folder)
    for group in cgroups(folder):
        with suppress(OSError):  # not empty yet, or gone
            group.rmdir()
    for one in _namespaces(folder):
        subprocess.run(["ip", "netns", "del", one], capture_output=True, check=False)
    for inner in folder.glob("*"):
        if inner.name != "owner":  # last, so that a removal that is broken off can be found and finished
            private_folder.remove(inner)
    private_folder.remove(folder)
