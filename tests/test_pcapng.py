"""The file of a request that was followed, read back by Wireshark's own reader and compared with the journey, frame by frame."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from hostnet_lab.core.drawings.stations import From
from hostnet_lab.core.host.capture import Frame, segment
from hostnet_lab.core.host.pcapng import pcapng

from . import tshark
from .journeys import PATHS, recorded

FIELDS = (
    "frame.interface_name",
    "frame.time_epoch",
    "frame.len",
    "ip.src",
    "tcp.srcport",
    "ip.dst",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.len",
)


def told(frame: Frame) -> Sequence[str]:
    """The same fields, of the frame as the lab reads it."""
    one = segment(frame)
    assert one
    time = f"{frame.time_ns // 10**9}.{frame.time_ns % 10**9:09}"
    ends = (one.source.address, one.source.port, one.target.address, one.target.port)
    return [str(field) for field in (frame.link.name, time, frame.length, *ends, one.sequence, one.size)]


@pytest.mark.parametrize(("container", "sender"), PATHS)
def test_tshark_reads_the_journey_that_is_drawn(container: str, sender: From) -> None:
    journey = recorded(container, sender).followed.caught.journey
    assert journey
    read = tshark.read(pcapng(journey.frames), *FIELDS, "tcp.stream", "http.request.uri")
    assert [one[: len(FIELDS)] for one in read] == [told(one) for one in journey.frames]
    *_, streams, uris = zip(*read, strict=True)
    assert len({*streams}) == sum(bool(leg.links) for one in journey.connections for leg in one.legs)
    assert {uri for uri in uris if uri} == {f"/?hostnet-lab={recorded(container, sender).tag.decode()}"}
