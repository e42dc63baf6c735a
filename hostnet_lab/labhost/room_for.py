"""Is there room for a lab host? The arithmetic, in words, before anything is started. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from ..words import tr

MB = 1_000_000
# Measured (benchmarks/labhost.py), rounded up: a lab host at rest with one kernel and two servers; its engine's files.
MEMORY = 400 * MB
DISK = 300 * MB
IMAGE = 650 * MB
BUILD = 2_000 * MB  # the image, and what it is made from, side by side


@dataclass(frozen=True)
class Room:
    """What the machine has free, in bytes; None: it cannot be seen from here."""

    memory: int | None = None
    disk: int | None = None


@dataclass(frozen=True)
class Want:
    """``hosts``: how many are to start. ``image``: the image is there, comes ready-made from a file, or must be built."""

    hosts: int = 1
    image: str = "there"

    @property
    def memory(self) -> int:
        return self.hosts * MEMORY

    @property
    def disk(self) -> int:
        return self.hosts * DISK + {"there": 0, "loaded": IMAGE, "built": BUILD}[self.image]


def shortage(want: Want, room: Room) -> str:
    """Why it does not fit, with both sides of the sum; "" when it fits or cannot be seen."""
    found = []
    if room.memory is not None and room.memory < want.memory:
        needed = f"{want.hosts} x {_mb(MEMORY)} = {_mb(want.memory)}"
        found.append(tr("memory: {sum} are needed, {free} are available", sum=needed, free=_mb(room.memory)))
    if room.disk is not None and room.disk < want.disk:
        image = {
            "there": "",
            "loaded": " + " + tr("{size} for the image", size=_mb(IMAGE)),
            "built": " + " + tr("{size} to build the image", size=_mb(BUILD)),
        }[want.image]
        needed = f"{want.hosts} x {_mb(DISK)}{image} = {_mb(want.disk)}"
        found.append(tr("disk: {sum} are needed, {free} are free", sum=needed, free=_mb(room.disk)))
    return "; ".join(found)


def available(meminfo: str) -> int | None:
    """Bytes of memory that new programs can have, from /proc/meminfo (proc_meminfo(5))."""
    for line in meminfo.splitlines():
        name, _, value = line.partition(":")
        if name == "MemAvailable" and value.split()[1:] == ["kB"]:
            return int(value.split()[0]) * 1024
    return None


def _mb(size: int) -> str:
    return f"{size / MB:,.0f} MB"
