"""What JupyterLab is started with: port, folders, settings, environment, command line."""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import SetupFailed, Taken
from ..core.host.proxies import exceptions
from ..edges import host, kept_value, private_folder
from ..edges.docker_settings import without_proxies
from ..edges.inheritance import home, taken_over
from ..words import tr
from . import record
from .apart import write_kernel

FIRST_LESSON = "00-start-here.ipynb"
FIRST_PAGE = f"lab/tree/{FIRST_LESSON}"
PORTS = range(8888, 8888 + 50)
# A kernel's sockets lie in the runtime folder: sun_path in unix(7) holds 107 bytes, and the longest name is
# "/kernel-" + 36 characters of an id + "-ipc-5".
SOCKET_NAME = len("/kernel--ipc-5") + 36
LONGEST_RUNTIME = 107 - SOCKET_NAME
LONGEST_BASE = LONGEST_RUNTIME - len("/jupyter-12345678")
NOTE = "runtime.json"
FORGOTTEN_S = 24 * 3600  # a kernel without a page: a browser that crashed, or a lid that was closed overnight, and is opened again
SERVERS = re.compile(
    r"jpserver-(?P<pid>[0-9]{1,10})(-open\.html|\.json)|kernel-.*(\.json|-ipc-[0-9])"
)  # jupyter_server's, jupyter_client's


@dataclass(frozen=True)
class Short:
    """A runtime folder outside of the checkout, known again by its device and inode."""

    path: str
    device: int
    inode: int


def free_port(wanted: int | None) -> int:
    """``wanted`` if it is free on loopback, else Taken; without a wish the first free one from 8888 on."""
    for port in [wanted] if wanted is not None else PORTS:
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port in TIME_WAIT is free
            try:
                one.bind(("127.0.0.1", port))
                return int(one.getsockname()[1])
            except OSError as error:
                reason = error.strerror
    if wanted is not None:
        tried = tr("open JupyterLab on port {port}", port=wanted)
    else:
        tried = tr("open JupyterLab on ports {first} to {last}", first=PORTS[0], last=PORTS[-1])
    raise Taken(tried, tr("cannot be had: {reason}", reason=reason), tr("name another one: ./lab --port N"))


@contextmanager
def runtime_folder(root: Path) -> Iterator[Path]:
    """The folder for the kernels' sockets, this user's alone: in the checkout, or a short one where its path is too long.

    The short one has a name of chance, which is noted in .lab/run, and is gone afterwards.
    """
    place = _own_runtime(root)
    forget_runtime(root)
    if len(os.fsencode(place)) <= LONGEST_RUNTIME:
        try:
            yield record.private(place)
        finally:
            forget_runtime(root)
        return
    place = Path(tempfile.mkdtemp(prefix="jupyter-", dir=_short_base()))
    kept_value.write(record.folder(root) / NOTE, Short(str(place), *private_folder.identity(place)))
    try:
        yield place
    finally:
        forget_runtime(root)


def forget_runtime(root: Path) -> None:
    """Remove the short folder, also one that a killed ./lab has left; one inside the checkout stays, without what a dead server left."""
    _forget_servers(_own_runtime(root))
    note = record.folder(root) / NOTE
    made = kept_value.read(Short, note)
    if made:
        with suppress(OSError, ValueError):  # gone, or no path at all
            private_folder.remove_made(Path(made.path), (made.device, made.inode))
        note.unlink(missing_ok=True)


def _own_runtime(root: Path) -> Path:
    return root / ".lab" / "jupyter" / "runtime"


def _forget_servers(place: Path) -> None:
    """A server that was killed leaves its address with the token, and its kernels' sockets. What a living one has there stays."""
    with suppress(OSError):
        left = {one: found for one in place.iterdir() if (found := SERVERS.fullmatch(one.name))}
        if not any(found["pid"] and host.start_ticks(int(found["pid"])) for found in left.values()):
            for one in left:
                one.unlink()


def _short_base() -> Path:
    """Where nobody else can exchange a name that we have made: the session's own folder, root's place, or a /tmp as it should be."""
    session = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")
    if os.geteuid() == 0:
        with suppress(OSError):
            return private_folder.roots_place()
    for base in (session, Path("/tmp")):
        with suppress(OSError):
            seen = base.stat()
            own = seen.st_uid == os.geteuid() and not seen.st_mode & 0o022
            shared = seen.st_uid == 0 and seen.st_mode & stat.S_ISVTX
            if len(os.fsencode(base)) <= LONGEST_BASE and (own or shared):
                return base
    tried = tr("make a short folder for the kernels' sockets")
    raise SetupFailed(tried, tr("others may change what is in /tmp"), tr("move the lab to a folder with a shorter path"))


def child_environment(root: Path, inherited: Mapping[str, str], addresses: Iterable[str]) -> dict[str, str]:
    """For all that runs lessons, JupyterLab and tests alike: what is taken over of ``inherited``, and the lab's own values.

    Which and why: ``inherited.rules``. Makes what some of these values name: IPython warns where its folder is missing.
    """
    own = root / ".lab" / "jupyter"
    for folder in (own / "ipython", own / "curl"):
        folder.mkdir(parents=True, exist_ok=True)
    if not (own / "curl" / ".curlrc").exists():  # curl looks for another one where there is none
        (own / "curl" / ".curlrc").touch()
    write_kernel(own / "data")
    kept = taken_over(inherited)
    kept["HOME"] = home(kept)
    return {
        **kept,
        **exceptions(kept, addresses),
        **without_proxies(kept, own / "docker"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "IPYTHONDIR": str(own / "ipython"),
        "CURL_HOME": str(own / "curl"),
        "NETRC": os.devnull,
        "VIRTUAL_ENV": sys.prefix,
        "PYTHONNOUSERSITE": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH') or os.defpath}",
    }


def server_command(lessons: Path, port: int, shell: Sequence[str]) -> list[str]:
    """``lessons``: the learner's own folder, in which JupyterLab and its terminals start; ``shell``: what runs in these."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",  # the port was free a moment ago; another one would not be the one we name
        "ServerApp.open_browser": "False",
        "ServerApp.allow_root": str(os.geteuid() == 0),
        "ServerApp.root_dir": str(lessons),
        "ServerApp.terminado_settings": str({"shell_command": list(shell)}),
        "LabApp.default_url": f"/{FIRST_PAGE}",
        "LabApp.news_url": "",
        "LabApp.custom_css": "True",  # the room's (room.py)
        "MappingKernelManager.cull_idle_timeout": str(FORGOTTEN_S),  # of those that no page shows, and that do nothing
        "KernelManager.transport": "ipc",  # TCP kernels started side by side race for ports
    }
    return [
        sys.executable,
        "-P",
        "-m",
        "hostnet_lab.provision.apart",
        "jupyterlab",
        *(f"--{name}={value}" for name, value in options.items()),
    ]
