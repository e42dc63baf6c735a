"""Servers that cells of this notebook opened in its own process, found and closed by their port.

A cell that was run twice, or a name that was given to something else, leaves a server that nobody can name any more; its process
holds the port until the kernel ends. Nothing of another process is touched.
"""

from __future__ import annotations

import gc
import socket
from collections.abc import Collection, Iterator
from contextlib import suppress
from socketserver import TCPServer
from threading import Thread
from typing import TypeVar

from .pace import limit_s

T = TypeVar("T")
END_S = 2.0  # a server looks whether it is to end twice a second


def close(ports: Collection[int]) -> None:
    """Close what listens on one of these ports in this process, whatever address it has."""
    for server in _all(TCPServer):
        if _port(server.socket) in ports:
            ending = Thread(target=server.shutdown, daemon=True)  # it waits for ever where nobody serves
            ending.start()
            ending.join(limit_s(END_S))
            server.server_close()
    for one in _all(socket.socket):
        if _port(one) in ports and one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
            one.close()


def _all(kind: type[T]) -> Iterator[T]:
    """Asked of the type alone: an object that stands for another must not be woken."""
    yield from [one for one in gc.get_objects() if issubclass(type(one), kind)]


def _port(one: socket.socket) -> int:
    """0 where it has none: closed, or of another family."""
    with suppress(OSError, AttributeError):
        name = one.getsockname()
        return int(name[1]) if one.family in (socket.AF_INET, socket.AF_INET6) else 0
    return 0
