"""For ssh's ProxyCommand: stdin and stdout, joined to a port of the loopback of whatever network namespace this is started in."""

from __future__ import annotations

import os
import socket
import sys
from threading import Thread


def main(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as wire:
        Thread(target=_in, args=(wire,), daemon=True).start()
        while data := wire.recv(65536):
            os.write(1, data)


def _in(wire: socket.socket) -> None:
    while data := os.read(0, 65536):
        wire.sendall(data)
    wire.shutdown(socket.SHUT_WR)


if __name__ == "__main__":
    main(int(sys.argv[1]))
