"""Which listeners of the host are the lab's own: those of JupyterLab's server and the channels of its kernels. Asks nobody but /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable

from ..core.host.facts import Listener
from .host import PROC, command_line

RANGE = PROC / "sys/net/ipv4/ip_local_port_range"  # ip-sysctl: from here ports are taken that nobody chose


def own(listeners: Iterable[Listener]) -> frozenset[Listener]:
    """Those that a lesson has nothing to do with. A port that a cell of a notebook has chosen is none of them."""
    servers = _servers()
    return frozenset(one for one in listeners if one.pid in servers or (_is_kernel(one.pid) and _is_channel(one)))


def _servers() -> set[int]:
    """The processes above this kernel: its server, and whoever started that; in tests the tests."""
    found, pid = set(), os.getppid()
    while pid > 1 and pid not in found:
        found.add(pid)
        pid = _parent(pid)
    return found


def _is_kernel(pid: int | None) -> bool:
    """This process, or another kernel of the same server."""
    if pid is None or pid == os.getpid():
        return pid is not None
    return _parent(pid) == os.getppid() and "ipykernel_launcher" in command_line(pid)


def _is_channel(listener: Listener) -> bool:
    try:
        first, last = map(int, RANGE.read_text().split())
    except (OSError, ValueError):
        return False
    return listener.address == "127.0.0.1" and first <= listener.port <= last


def _parent(pid: int) -> int:
    """The process that started this one; 0 when it is gone."""
    try:
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return 0
