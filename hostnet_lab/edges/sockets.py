"""Listening TCP sockets by the kernel's own question and answer (sock_diag(7)), which every user may ask.

/proc/net/tcp holds the same, and costs some ten milliseconds a look on a big machine: the kernel walks its table of all
connections for it. Here only listeners are walked.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator

from ..core.host.facts import Listener
from .pace import limit_s

NETLINK_SOCK_DIAG = 4  # linux/netlink.h
SOCK_DIAG_BY_FAMILY, DONE, ERROR = 20, 3, 2  # linux/sock_diag.h, linux/netlink.h
REQUEST_DUMP = 0x301  # NLM_F_REQUEST | NLM_F_DUMP
LISTEN = 1 << 10  # TCP_LISTEN, net/tcp_states.h
HEADER = struct.Struct("=IHHII")  # nlmsghdr: length, type, flags, sequence, port
ASKED = struct.Struct("=BBBBI48x")  # inet_diag_req_v2: family, protocol, extensions, pad, states, and no socket in particular
PORT, SOURCE, INODE = 4, 8, 68  # where inet_diag_msg holds them
PATIENCE_S = 1.0


def listening() -> list[Listener] | None:
    """Listeners of this network namespace without their owners; None where the kernel does not answer."""
    try:
        return [one for family in (socket.AF_INET, socket.AF_INET6) for one in _ask(family)]
    except (OSError, struct.error):
        return None


def _ask(family: socket.AddressFamily) -> Iterator[Listener]:
    with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, NETLINK_SOCK_DIAG) as link:
        link.settimeout(limit_s(PATIENCE_S))
        asked = ASKED.pack(family, socket.IPPROTO_TCP, 0, 0, LISTEN)
        link.send(HEADER.pack(HEADER.size + len(asked), SOCK_DIAG_BY_FAMILY, REQUEST_DUMP, 1, 0) + asked)
        while True:
            answer = link.recv(1 << 16)
            for kind, message in messages(answer):
                if kind == DONE:
                    return
                if kind == ERROR:
                    raise OSError("the kernel refuses sock_diag")
                yield listener_of(message)


def messages(answer: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each netlink message of one datagram (netlink(7): aligned to four bytes)."""
    start = 0
    while start + HEADER.size <= len(answer):
        length, kind, *_ = HEADER.unpack_from(answer, start)
        yield kind, answer[start + HEADER.size : start + length]
        start += max((length + 3) & ~3, HEADER.size)


def listener_of(message: bytes) -> Listener:
    """From one inet_diag_msg; addresses and ports are in network order there, the rest in the machine's."""
    family, (port,), (inode,) = message[0], struct.unpack_from("!H", message, PORT), struct.unpack_from("=I", message, INODE)
    size = 4 if family == socket.AF_INET else 16
    return Listener(port, socket.inet_ntop(family, message[SOURCE : SOURCE + size]), inode)
