"""What an ear caught of the network, as values: its lines in, frames and TCP segments out.

All of it is untrusted, and anybody may have sent it: it is bounded before it is read, and what is no TCP segment of IPv4 or
IPv6 is none, never an exception. The loopback hears each packet twice, as it leaves and as it comes in; as with tcpdump the
one that leaves is left out. Any other interface hears a packet once.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple

from .facts import number

MOST_FRAMES, LONGEST_FRAME = 600, 2048  # of one ear; bytes that are kept of a frame
LONGEST_LINE = 2 * LONGEST_FRAME + 200
ETHERNET, LOOPBACK, BARE = 1, 772, 65534  # if_arp.h: the last has no header of its own, as a tunnel
LEAVES = 4  # packet(7): PACKET_OUTGOING
IPV4, IPV6, VLAN = 0x0800, 0x86DD, 0x8100
TCP = 6
FIN, SYN, RST, ACK = 1, 2, 4, 16  # RFC 9293, 3.1


class Place(NamedTuple):
    """An address with a port."""

    address: str
    port: int

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"


@dataclass(frozen=True)
class Link:
    """An interface where somebody listened; ``inside``: the container whose own it is, "" for the host's."""

    index: int
    name: str
    hardware: int = ETHERNET
    inside: str = ""


@dataclass(frozen=True)
class Frame:
    """``length``: on the wire, where ``data`` may be cut. ``time_ns``: the kernel's, since 1970."""

    link: Link
    leaves: bool
    time_ns: int
    length: int
    data: bytes


@dataclass(frozen=True)
class Segment:
    """One TCP segment; ``size``: of its payload on the wire, of which ``payload`` is what was kept."""

    frame: Frame
    source: Place
    target: Place
    sequence: int
    acknowledged: int
    flags: int
    size: int
    payload: bytes


def read_frames(said: str, inside: str = "") -> list[Frame]:
    """The frames in what an ear said, at most MOST_FRAMES: see ``experiments/following.py``, where the ear is."""
    names: dict[int, str] = {}
    found: list[Frame] = []
    for line in said.splitlines():
        kind, *fields = line[:LONGEST_LINE].split(" ")
        if kind == "link" and len(fields) == 2:
            names[number(fields[0], 10) or 0] = _bytes(fields[1])[:15].decode("utf-8", "replace")
        frame = _frame(fields, names, inside) if kind == "frame" and len(fields) == 6 else None
        if frame and not (frame.leaves and frame.link.hardware == LOOPBACK):
            found.append(frame)
        if len(found) == MOST_FRAMES:
            break
    return found


def _frame(fields: list[str], names: Mapping[int, str], inside: str) -> Frame | None:
    """INDEX HARDWARE KIND TIME LENGTH HEX."""
    values = [number(one, 20) for one in fields[:5]]
    if None in values:
        return None
    index, hardware, kind, time_ns, length = (one or 0 for one in values)
    link = Link(index & 0xFFFFFFFF, names.get(index, f"#{index}"), hardware & 0xFFFF, inside)
    data = _bytes(fields[5])[:LONGEST_FRAME]
    return Frame(link, kind == LEAVES, time_ns & 0xFFFFFFFFFFFFFFFF, max(length & 0xFFFFFF, len(data)), data)


def _bytes(hexadecimal: str) -> bytes:
    try:
        return bytes.fromhex(hexadecimal)
    except ValueError:
        return b""


def segments(frames: Iterable[Frame]) -> Iterator[Segment]:
    """Those that the frames hold, in the order of time."""
    read = (segment(one) for one in sorted(frames, key=lambda one: one.time_ns))
    return (one for one in read if one)


def segment(frame: Frame) -> Segment | None:
    """None for all that is no TCP segment, is a later fragment, or was cut before its payload."""
    try:
        packet = _packet(frame)
        return _of_ipv4(frame, packet) if packet[0] >> 4 == 4 else _of_ipv6(frame, packet) if packet[0] >> 4 == 6 else None
    except (struct.error, IndexError):  # it ends too early
        return None


def _packet(frame: Frame) -> bytes:
    """Without the header of the link; empty where it carries no IP."""
    if frame.link.hardware not in (ETHERNET, LOOPBACK):
        return frame.data if frame.link.hardware == BARE else b""
    kind, start = struct.unpack_from("!H", frame.data, 12)[0], 14
    if kind == VLAN:
        kind, start = struct.unpack_from("!H", frame.data, 16)[0], 18
    return frame.data[start:] if kind in (IPV4, IPV6) else b""


def _of_ipv4(frame: Frame, packet: bytes) -> Segment | None:
    """RFC 791, 3.1."""
    long, fragment, protocol = struct.unpack_from("!2xHxxHxB", packet)
    start = (packet[0] & 15) * 4
    if protocol != TCP or fragment & 0x1FFF or start < 20:
        return None
    return _of_tcp(frame, packet[start:], packet[12:16], packet[16:20], long - start)


def _of_ipv6(frame: Frame, packet: bytes) -> Segment | None:
    """RFC 8200, 3; one with an extension header is none."""
    long, following = struct.unpack_from("!4xHB", packet)
    return _of_tcp(frame, packet[40:], packet[8:24], packet[24:40], long) if following == TCP else None


def _of_tcp(frame: Frame, data: bytes, source: bytes, target: bytes, long: int) -> Segment | None:
    """``long``: header and payload on the wire, by the packet's own word."""
    here, there, sequence, acknowledged, offset, flags = struct.unpack_from("!HHIIBB", data)
    start = (offset >> 4) * 4
    if start < 20 or long < start:
        return None
    places = Place(str(ip_address(source)), here), Place(str(ip_address(target)), there)
    return Segment(frame, *places, sequence, acknowledged, flags & 0x17, long - start, data[start:long])
