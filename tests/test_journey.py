"""One tagged request among frames that were made here: what is kept, how it is followed, and that nothing an ear says can break it."""

from __future__ import annotations

import random
import struct
from ipaddress import ip_address
from xml.etree import ElementTree

from hostnet_lab.core.drawings.journey import Followed, text
from hostnet_lab.core.drawings.journey_svg import draw
from hostnet_lab.core.drawings.stations import Path
from hostnet_lab.core.host.capture import Link, Place, read_frames, segments
from hostnet_lab.core.host.followed import Caught
from hostnet_lab.core.host.journey import follow
from hostnet_lab.core.host.pcapng import pcapng

TAG = b"0123456789abcdef"
ASKED = b"GET /?hostnet-lab=" + TAG + b" HTTP/1.1\r\n\r\n"
SYN, ACK, FIN = 2, 16, 1
LINKS = {1: ("lo", 772), 2: ("docker0", 1)}


def frame(link: int, at: int, source: Place, target: Place, number: int, flags: int, payload: bytes = b"", kind: int = 0) -> str:
    tcp = struct.pack("!HHIIBBHHH", source.port, target.port, number, 0, 80, flags, 0, 0, 0) + payload
    packed = ip_address(source.address).packed + ip_address(target.address).packed
    data = bytes(12) + b"\x08\x00" + struct.pack("!BBHHHBBH", 69, 0, 20 + len(tcp), 0, 0, 64, 6, 0) + packed + tcp
    return f"frame {link} {LINKS[link][1]} {kind} {at} {len(data)} {data.hex()}"


def said(*frames: str) -> str:
    return "\n".join(["ready", *(f"link {index} {name.encode().hex()}" for index, (name, _) in LINKS.items()), *frames])


HERE, PORT = Place("127.0.0.1", 40000), Place("127.0.0.1", 8089)
RELAY, SERVER = Place("172.17.0.1", 50000), Place("172.17.0.2", 80)


def relayed() -> str:
    stranger = Place("127.0.0.1", 41111)
    return said(
        frame(1, 10, HERE, PORT, 100, SYN),
        frame(1, 10, HERE, PORT, 100, SYN, kind=4),  # the loopback hears it twice
        frame(1, 11, stranger, PORT, 500, ACK, b"GET /secret HTTP/1.1\r\n\r\n"),
        frame(1, 20, HERE, PORT, 101, ACK, ASKED),
        frame(2, 30, RELAY, SERVER, 900, SYN),
        frame(2, 40, RELAY, SERVER, 901, ACK, ASKED),
    )


def test_a_relay_stands_between_two_connections_and_nobody_elses_packet_is_kept() -> None:
    journey = follow(read_frames(relayed()), TAG)
    assert journey
    assert [[(leg.source, leg.target) for leg in one.legs] for one in journey.connections] == [[(HERE, PORT)], [(RELAY, SERVER)]]
    assert [packet.kind for packet in journey.packets] == ["opens", "asks", "opens", "asks"]
    assert not any(b"secret" in one.data for one in journey.frames) and b"secret" not in pcapng(journey.frames)


def test_a_translation_keeps_the_connection_and_changes_its_address() -> None:
    other = Place("198.51.100.1", 8089)
    caught = read_frames(said(frame(2, 10, HERE, SERVER, 100, SYN), frame(2, 20, HERE, SERVER, 101, ACK, ASKED)))
    journey = follow(caught, TAG, (HERE, other))
    assert journey
    (connection,) = journey.connections
    assert [leg.target for leg in connection.legs] == [other, SERVER]
    assert [len(leg.links) for leg in connection.legs] == [0, 1]


def test_without_the_tag_there_is_no_journey() -> None:
    assert follow(read_frames(relayed()), b"another-tag") is None
    assert follow(read_frames(relayed()), b"") is None


def test_nothing_that_an_ear_may_say_breaks_the_reading() -> None:
    chance, good = random.Random(13), relayed().encode()
    for _ in range(2_000):
        odd = bytearray(good)
        for _ in range(chance.randrange(1, 12)):
            odd[chance.randrange(len(odd))] = chance.choice(b"0123456789abcdef \n\xff")
        frames = read_frames(odd[: chance.randrange(len(odd))].decode("utf-8", "replace"))
        list(segments(frames))
        pcapng(frames)
        if journey := follow(frames, TAG):
            followed = Followed(Path("published", "direct", "", ()), Caught(journey))
            ElementTree.fromstring(draw(followed))
            assert text(followed)


def test_the_file_is_pcapng_with_nanoseconds_and_an_interface_for_each_link() -> None:
    frames = read_frames(relayed())
    content, kinds, at = pcapng(frames), list[int](), 0
    while at < len(content):
        kind, long = struct.unpack_from("<II", content, at)
        assert long % 4 == 0 and struct.unpack_from("<I", content, at + long - 4)[0] == long
        kinds.append(kind)
        at += long
    assert kinds == [0x0A0D0D0A, 1, 1, *[6] * len(frames)]
    assert {one.link for one in frames} == {Link(1, "lo", 772), Link(2, "docker0", 1)}
