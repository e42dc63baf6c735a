"""Where is the reader, seen from a container in host mode? Judged from three facts, never from a system's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..words import tr

Place = Literal["same namespace", "other namespace", "forwarded", "unreachable"]

SENTENCES: dict[Place, str] = {
    "same namespace": tr("Same kernel, same network namespace: the host that Docker means is the one you sit at."),
    "other namespace": tr("Same kernel, other network namespace: the engine's host is not yours; its ports are reached from outside."),
    "forwarded": tr("Another kernel, and its ports are forwarded to you: a virtual machine stands between, as in Docker Desktop."),
    "unreachable": tr("The engine's host is out of reach: a port opened there in host mode does not answer here."),
}


@dataclass(frozen=True)
class Sighting:
    """What was seen: identities on both sides, and whether a real connection was answered by the container."""

    my_boot_id: str
    its_boot_id: str
    my_namespace: str
    its_namespace: str
    answered: bool


def place_of(sighting: Sighting) -> Place:
    """Boot ids tell kernels apart, inodes tell namespaces of one kernel apart, a connection tells the rest."""
    same_kernel = sighting.my_boot_id == sighting.its_boot_id
    if not sighting.answered:
        return "unreachable"
    if not same_kernel:
        return "forwarded"
    return "same namespace" if sighting.my_namespace == sighting.its_namespace else "other namespace"
