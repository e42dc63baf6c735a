"""Where is the reader, seen from a container in host mode? Judged from facts, never from a system's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...words import tr

Place = Literal["same namespace", "other namespace", "forwarded", "unreachable", "unknown"]

PLACES: dict[Place, str] = {
    "same namespace": tr("Same kernel, same network namespace: the host that Docker means is the one you sit at."),
    "other namespace": tr("Same kernel, other network namespace: the engine's host is not yours; its ports are reached from outside."),
    "forwarded": tr("Another kernel, and its ports are forwarded to you: a virtual machine stands between, as in Docker Desktop."),
    "unreachable": tr("The engine's host is out of reach: a port opened there in host mode does not answer here."),
    "unknown": tr("Your place could not be looked at: the container did not answer, or kernel and network namespace could not be read."),
}


@dataclass(frozen=True)
class Sighting:
    """What was seen: identities on both sides ("" where one could not be read), and two real connections to the container.

    ``answered``: from here. ``answered_inside``: from the container itself, the control; a server that does not even answer
    there says nothing of a place.
    """

    my_boot_id: str
    its_boot_id: str
    my_namespace: str
    its_namespace: str
    answered: bool
    answered_inside: bool


def place_of(sighting: Sighting) -> Place:
    """Boot ids tell kernels apart, inodes tell namespaces of one kernel apart, a connection tells the rest.

    What could not be read differs from nothing: where it would decide, the place is unknown.
    """
    if not sighting.answered:
        return "unreachable" if sighting.answered_inside else "unknown"
    if not (sighting.my_boot_id and sighting.its_boot_id):
        return "unknown"
    if sighting.my_boot_id != sighting.its_boot_id:
        return "forwarded"
    if not (sighting.my_namespace and sighting.its_namespace):
        return "unknown"
    return "same namespace" if sighting.my_namespace == sighting.its_namespace else "other namespace"
