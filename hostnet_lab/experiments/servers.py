"""Servers that experiments arrange: nginx that answers its own name, and a server that is no container.

Started, not waited for: whether a server comes to answer is often the very thing to be observed.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from ..core.host.commands import RunRequest
from ..edges.pace import limit_s
from .stage import Stage

PATIENCE_S = 2.0  # for a client of the foreign server that sends nothing


def nginx_command(page: str, *listens: str) -> tuple[str, ...]:
    """The command of a container whose nginx answers ``page`` at each place that nginx's ``listen`` takes."""
    lines = " ".join(f"listen {listen};" for listen in listens)
    site = f"server {{ {lines} return 200 {page}; }}"
    return ("sh", "-c", f"echo '{site}' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'")


def start_nginx(stage: Stage, *listens: str, network: str = "host", auto_remove: bool = False) -> str:
    """Start an nginx whose page is the container's own name; returns that name."""
    name = stage.name("nginx")
    command = nginx_command(name, *listens)
    stage.run(RunRequest(name=name, network=network, command=command, auto_remove=auto_remove))
    return name


def serves(stage: Stage, name: str, port: int) -> bool:
    """True when a server in host mode comes to answer with its own page: here or, where the reader sits elsewhere, to itself.

    A control: that the server is up, not that it can be reached. False where its container has ended.
    """
    return stage.settled(f"http://127.0.0.1:{port}/", name) != "ended"


@contextmanager
def foreign_server(page: str) -> Iterator[int]:
    """A thread of this process that answers ``page`` with status 200, on 127.0.0.1 only; yields its port.

    Only for a stage on the reader's own host.
    """
    answer = f"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {len(page)}\r\n\r\n{page}".encode()
    ending = Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_serve, args=(listening, answer, ending), name=f"server of {page}", daemon=True)
        thread.start()
        try:
            yield int(listening.getsockname()[1])
        finally:
            ending.set()
            with suppress(OSError):
                socket.create_connection(listening.getsockname(), timeout=limit_s(PATIENCE_S)).close()  # wakes it
            thread.join(limit_s(PATIENCE_S))


def _serve(listening: socket.socket, answer: bytes, ending: Event) -> None:
    while not ending.is_set():
        with suppress(OSError):  # a client that left
            connection, _ = listening.accept()
            with connection:
                connection.settimeout(limit_s(PATIENCE_S))
                if connection.recv(4096):
                    connection.sendall(answer)
