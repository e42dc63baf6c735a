"""The engine of a private host: started, found again after a fault, and asked what is on it by its own command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from hostnet_lab.edges.probe import wait_until

SOCKET = "/var/run/docker.sock"
LOG = Path("/run/dockerd.log")


def docker(*words: str, patience_s: float = 60) -> str:
    """What a docker command says on stdout; a failure is no answer."""
    done = subprocess.run(["docker", *words], capture_output=True, text=True, check=True, timeout=patience_s)
    return done.stdout.strip()


def ids(*words: str) -> list[str]:
    return docker(*words).split()


def inspected(kind: str, names: list[str]) -> list[dict[str, Any]]:
    return list(json.loads(docker(kind, "inspect", *names))) if names else []


def answers() -> bool:
    return subprocess.run(["docker", "version"], capture_output=True, check=False, timeout=60).returncode == 0


def is_whole() -> bool:
    """An engine goes on answering while it brings up its containerd anew, which would count as left behind."""
    return answers() and bool(pids("containerd"))


def start() -> None:
    """One that answers, whatever has become of the last one; with the image nginx."""
    if not answers():
        end()
        with LOG.open("ab") as log:
            subprocess.Popen(["dockerd"], stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, cwd="/")
    wait_until(is_whole, 60, "the engine of a private host")
    if not ids("images", "--quiet", "nginx:latest"):
        docker("load", "--input", "nginx-image.tar")


def end() -> None:
    for name in ("dockerd", "containerd"):
        for pid in pids(name):
            signalled(pid, signal.SIGCONT)
            signalled(pid, signal.SIGKILL)
        wait_until(_gone(name), 20, f"the end of {name}")


def last_words() -> str:
    return LOG.read_text("utf-8", "replace")[-4000:] if LOG.exists() else "none"


def _gone(name: str) -> Callable[[], bool]:
    """Reaped, too: an engine does not start while its pid file names a process that is there in any way."""

    def gone() -> bool:
        for pid in pids(name, dead=True):
            with suppress(ChildProcessError):  # else it is another's to reap
                os.waitpid(pid, os.WNOHANG)
        return not pids(name, dead=True)

    return gone


def pids(name: str, *, dead: bool = False) -> list[int]:
    """Of the processes with this name on this host, which has a pid namespace of its own; ``dead``: also those not reaped yet."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and (entry / "comm").read_text().strip() == name and (dead or _alive(entry)):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _alive(entry: Path) -> bool:
    return (entry / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX"


def signalled(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
