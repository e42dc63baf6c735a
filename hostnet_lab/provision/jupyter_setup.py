"""What JupyterLab is started with: port, folders, settings, environment, command line."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import SetupFailed, Taken
from ..core.proxies import exceptions
from ..edges.inheritance import taken_over
from ..words import tr

FIRST_LESSON = "00-start-here.ipynb"
FIRST_PAGE = f"lab/tree/{FIRST_LESSON}"
PORTS = range(8888, 8888 + 50)
# A kernel's sockets lie in the runtime folder: sun_path in unix(7) holds 107 bytes, and the longest name is
# "/kernel-" + 36 characters of an id + "-ipc-5".
SOCKET_NAME = len("/kernel--ipc-5") + 36
LONGEST_RUNTIME = 107 - SOCKET_NAME
SHELL = shutil.which("bash") or "/bin/sh"


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
    """The folder for the kernels' sockets: in the checkout, or a private short one where its path is too long."""
    place = root / ".lab" / "jupyter" / "runtime"
    if len(os.fsencode(place)) <= LONGEST_RUNTIME:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield place
        return
    place = _short_folder(root)
    if not place.exists():
        place.mkdir(mode=0o700)
    if not _is_private(place):
        tried = tr("use {folder} for the kernels' sockets", folder=place)
        raise SetupFailed(tried, tr("it is not yours alone"), tr("move the lab to a folder with a shorter path"))
    try:
        yield place
    finally:
        forget_runtime(root)


def forget_runtime(root: Path) -> None:
    """Remove the short folder, also one that a killed ./lab has left; one inside the checkout stays."""
    place = _short_folder(root)
    if place.exists() and _is_private(place):
        shutil.rmtree(place, ignore_errors=True)


def _short_folder(root: Path) -> Path:
    """The same one for the same checkout, so that nothing piles up."""
    base = os.environ.get("XDG_RUNTIME_DIR", "")
    name = f"hostnet-lab-{os.getuid()}-{zlib.crc32(os.fsencode(root)):08x}"
    return Path(base if 0 < len(base) < 20 and os.path.isdir(base) else "/tmp") / name


def _is_private(place: Path) -> bool:
    """Nobody else may own it or look into it: /tmp is everybody's."""
    status = place.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def child_environment(root: Path, inherited: Mapping[str, str], addresses: Iterable[str]) -> dict[str, str]:
    """For all that runs lessons, JupyterLab and tests alike: what is taken over of ``inherited``, and the lab's own values.

    Which and why: ``inherited.rules``. Makes the folders for IPython, which warns where it is missing, and for curl.
    """
    own = root / ".lab" / "jupyter"
    for folder in (own / "ipython", own / "curl"):
        folder.mkdir(parents=True, exist_ok=True)
    (own / "curl" / ".curlrc").touch()  # curl looks for another one where there is none
    kept = taken_over(inherited)
    return {
        **kept,
        **exceptions(kept, addresses),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "IPYTHONDIR": str(own / "ipython"),
        "CURL_HOME": str(own / "curl"),
        "NETRC": os.devnull,
        "VIRTUAL_ENV": sys.prefix,
        "PYTHONNOUSERSITE": "1",
        "PYTHONUTF8": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH') or os.defpath}",
    }


def server_command(lessons: Path, port: int) -> list[str]:
    """``lessons``: the learner's own folder, in which JupyterLab and its terminals start."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": str(port),
        "ServerApp.port_retries": "0",  # the port was free a moment ago; another one would not be the one we name
        "ServerApp.open_browser": "False",
        "ServerApp.allow_root": str(os.geteuid() == 0),
        "ServerApp.root_dir": str(lessons),
        # No login shell: that would read /etc/profile, which on Debian forgets the PATH on which `docker` was found.
        "ServerApp.terminado_settings": str({"shell_command": [SHELL]}),
        "LabApp.default_url": f"/{FIRST_PAGE}",
        "LabApp.news_url": "",
        "KernelManager.transport": "ipc",  # TCP kernels started side by side race for ports
    }
    return [sys.executable, "-P", "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
