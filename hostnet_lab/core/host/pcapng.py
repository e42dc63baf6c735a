"""Frames as a file that Wireshark opens: pcapng, with nanoseconds, and a description of each interface.

Source: https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html (blocks in section 4, options in 3.5).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from .capture import BARE, Frame, Link

SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6
ETHERNET, RAW = 1, 101  # https://www.tcpdump.org/linktypes.html
NAME, DESCRIPTION, RESOLUTION = 2, 3, 9  # options of an interface
APPLICATION, FLAGS = 4, 2  # of a section, of a packet
COMES, LEAVES = 1, 2


def pcapng(frames: Sequence[Frame]) -> bytes:
    """The whole file."""
    links = list(dict.fromkeys(one.link for one in frames))
    blocks = [_section(), *map(_interface, links), *(_packet(one, links.index(one.link)) for one in frames)]
    return b"".join(blocks)


def _section() -> bytes:
    return _block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _options({APPLICATION: b"hostnet-lab"}))


def _interface(link: Link) -> bytes:
    """The resolution is a power of ten: 9 for nanoseconds."""
    of = f"the container {link.inside}" if link.inside else "the host"
    told = {NAME: link.name.encode(), DESCRIPTION: f"{link.name} of {of}".encode(), RESOLUTION: b"\x09"}
    return _block(INTERFACE, struct.pack("<HHI", RAW if link.hardware == BARE else ETHERNET, 0, 0) + _options(told))


def _packet(frame: Frame, interface: int) -> bytes:
    head = struct.pack("<IIIII", interface, frame.time_ns >> 32, frame.time_ns & 0xFFFFFFFF, len(frame.data), frame.length)
    return _block(PACKET, head + _padded(frame.data) + _options({FLAGS: struct.pack("<I", LEAVES if frame.leaves else COMES)}))


def _block(kind: int, body: bytes) -> bytes:
    long = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + long + body + long


def _options(told: dict[int, bytes]) -> bytes:
    return b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in told.items()) + bytes(4)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
