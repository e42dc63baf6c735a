"""Where does the reader sit, seen from a container in host mode? Looks, and leaves the judging to ``core/host/whereabouts.py``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from ..core.errors import LabError, OutOfTime
from ..core.host.ownership import Mark
from ..core.host.whereabouts import Place, Sighting, place_of
from ..edges import host
from ..edges.engine import Engine
from .servers import start_nginx
from .stage import Stage

IDENTITIES = {  # what is read -> by which command; random(4), namespaces(7)
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": ("cat", "/proc/sys/kernel/random/boot_id"),
    r"net:\[\d+\]": ("readlink", "/proc/self/ns/net"),
}


@dataclass(frozen=True)
class Look:
    """``port``: the one that the container's server was given."""

    sighting: Sighting
    port: int


def look(stage: Stage) -> Look:
    """Start a server in host mode on a free port, knock from here and from inside, and compare identities."""
    port = stage.port()
    name = start_nginx(stage, str(port))
    url = f"http://127.0.0.1:{port}/"
    settled = stage.settled(url, name)
    boot_id, namespace = (_said(stage, name, what, *command) for what, command in IDENTITIES.items())
    answered, inside = settled == "answers", settled != "ended" and stage.get(url, asker=name) == name
    return Look(Sighting(my_kernel(), boot_id, host.namespace() or "", namespace, answered, inside), port)


def _said(stage: Stage, container: str, what: str, *command: str) -> str:
    """What a command in the container said, if it is of that form; "" where it is absent or refused, and its words an error's."""
    try:
        said = stage.inside(container, *command)
    except OutOfTime:
        raise
    except LabError:
        return ""
    return said.text if said.exit_code == 0 and re.fullmatch(what, said.text) else ""


def my_kernel() -> str:
    """The kernel's boot id; a system that is not Linux has none, and is another kernel than any engine's."""
    return host.boot_id() if sys.platform == "linux" else sys.platform


def where_am_i(engine: Engine, labels: Mapping[str, str] | None = None) -> Place:
    """The reader's place; the container that it takes is gone afterwards."""
    with Stage(engine, labels or Mark(os.getuid(), "doctor", host.this_process()).labels()) as stage:
        return place_of(look(stage).sighting)
