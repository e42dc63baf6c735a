"""What goes when a lesson ends, and what stays: by the marks alone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress

from ..core.errors import LabError
from ..core.host.facts import name_of
from ..core.host.ownership import KERNEL, OWNER, Mark, Process, is_here, is_orphan, read_mark, whose
from ..edges import containers, host
from ..edges.engine import Engine
from ..experiments.disposable import sweep_hosts
from ..words import tr


def sweep(engine: Engine, me: Process | None = None, *, everything: bool = False) -> list[str]:
    """Remove this learner's containers and networks that ``me`` started or whose process is gone; with ``everything`` all of
    this machine's. And, as root, the disposable hosts that killed processes have left.

    Returns their names, sorted. Ownership goes by mark (core/host/ownership.py): what carries none, another learner's or another
    machine's is left alone, and so is a network that somebody else's container uses.
    """
    me = me or host.this_process()
    removed = []
    for entry in engine.containers(label=KERNEL):
        if goes(entry.get("Labels"), me, everything=everything) and engine.remove(entry["Id"], force=True):
            removed.append(name_of(entry))
    for network in engine.networks(label=KERNEL):
        if goes(network.get("Labels"), me, everything=everything):
            with suppress(LabError):  # in use, or gone meanwhile
                engine.remove_network(network["Id"])
                removed.append(str(network.get("Name") or network["Id"][:12]))
    return sorted(removed) + sweep_hosts()


def goes(labels: Mapping[str, str] | None, me: Process, *, everything: bool = False) -> bool:
    """True for what ``sweep`` removes."""
    mark = read_mark(labels)
    if mark is None or mark.learner != os.getuid():
        return False
    return (everything and is_here(mark.process, me)) or mark.process == me or is_orphan(mark, me, host.start_ticks)


def to_go(engine: Engine, me: Process) -> list[str]:
    """The containers that ``sweep`` would remove now, by name."""
    return sorted(name_of(entry) for entry in engine.containers(label=KERNEL) if goes(entry.get("Labels"), me))


def left_elsewhere(engine: Engine) -> list[str]:
    """Containers with this learner's number whose machine is another one, or cannot be told: by name, and never touched."""
    me = Mark(os.getuid(), "", host.this_process())
    return sorted(name_of(entry) for entry in engine.containers(label=KERNEL) if whose(entry.get("Labels"), me) == "elsewhere")


def unmarked(engine: Engine) -> dict[str, str]:
    """Containers and networks without a mark, and no lab host: id -> the command that would remove it."""
    there = [(one, ("docker", "rm", "-f", name_of(one))) for one in sorted(engine.containers(), key=name_of)]
    networks = ((str(one.get("Name") or one["Id"][:12]), one) for one in engine.networks())
    there += [(one, ("docker", "network", "rm", name)) for name, one in sorted(networks, key=lambda pair: pair[0])]
    known = [one["Id"] for one, _ in there if OWNER in (one.get("Labels") or {}) or read_mark(one.get("Labels"))]
    return {one["Id"]: " ".join(command) for one, command in there if one["Id"] not in known}


def appeared(engine: Engine, strangers: frozenset[str]) -> list[str]:
    """What came beside ``strangers`` and carries no mark may be the learner's own, started past the lab's `docker`: it is named.

    Not so a step of an image's build, which comes and goes by itself.
    """
    new = {key for key in unmarked(engine) if key not in strangers and not containers.builds(engine, key)}
    commands = [command for key, command in unmarked(engine).items() if key in new]  # a build's last step ends meanwhile
    if not commands:
        return []
    names = ", ".join(command.rpartition(" ")[2] for command in commands)
    said = tr("Appeared meanwhile without a mark, and was left alone: {names}.", names=names)
    return [f"{said}\n{tr('If it is yours: {command}', command='; '.join(commands))}"]
