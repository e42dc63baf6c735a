"""What the ears said of one request on each path, recorded on a Docker engine by ``tests/record_journeys.py``; read as the lab reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hostnet_lab.core.drawings.journey import Followed
from hostnet_lab.core.drawings.stations import From, Station
from hostnet_lab.core.drawings.stations import Path as Way
from hostnet_lab.core.host.capture import Frame, Place, read_frames
from hostnet_lab.core.host.followed import Caught, Sent
from hostnet_lab.core.host.journey import follow

FOLDER = Path(__file__).parent
PATHS: Sequence[tuple[str, From]] = (
    ("hosted", "loopback"),
    ("hosted", "remote"),
    ("published", "loopback"),
    ("published", "own"),
    ("published", "direct"),
    ("published", "remote"),
)


@dataclass(frozen=True)
class Recording:
    followed: Followed
    frames: tuple[Frame, ...]
    tag: bytes


def recorded(container: str, sender: From, *, shown_as: str = "") -> Recording:
    """``shown_as``: another name for the container."""
    told = json.loads((FOLDER / f"{container}-{sender}.json").read_text("utf-8"))
    frames = [*read_frames("\n".join(told["host"])), *read_frames("\n".join(told["inside"]), container)]
    here, there = (Place(*one) for one in told["sent"]["pair"])
    sent = Sent((here, there), told["sent"]["status"], told["sent"]["took_us"])
    stations = (Station("relay", told["relay"]),) if told["relay"] else ()
    way = Way(shown_as or container, told["way"], told["url"], stations)
    journey = follow(frames, told["tag"].encode(), sent.pair)
    return Recording(Followed(way, Caught(journey, sent, inside=bool(told["inside"]))), tuple(frames), told["tag"].encode())
