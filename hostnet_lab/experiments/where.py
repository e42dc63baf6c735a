"""Where does the reader sit, seen from a container in host mode? Looks, and leaves the judging to core.whereabouts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from ..core.ownership import Mark
from ..core.whereabouts import Place, Sighting, place_of
from ..edges import host
from ..edges.engine import Engine
from .servers import start_nginx
from .stage import Stage


@dataclass(frozen=True)
class Look:
    """``answered_inside``: the control; a server that does not even answer in its own container says nothing of a place."""

    sighting: Sighting
    port: int
    answered_inside: bool


def look(stage: Stage) -> Look:
    """Start a server in host mode on a free port, knock from here, and compare identities."""
    port = stage.port()
    name = start_nginx(stage, str(port))
    url = f"http://127.0.0.1:{port}/"
    answered = stage.answers(url, name)
    script = f"cat /proc/sys/kernel/random/boot_id; readlink /proc/self/ns/net; curl -s --noproxy '*' --max-time 1 {url}"
    seen = stage.inside(name, "sh", "-c", script).text.split()
    boot_id, namespace, page = (*seen, "", "", "")[:3]
    sighting = Sighting(host.boot_id(), boot_id, host.namespace() or "", namespace, answered)
    return Look(sighting, port, page == name)


def where_am_i(engine: Engine, labels: Mapping[str, str] | None = None) -> Place:
    """The reader's place; the container that it takes is gone afterwards."""
    with Stage(engine, labels or Mark(os.getuid(), "doctor", host.this_process()).labels()) as stage:
        return place_of(look(stage).sighting)
