"""Stops the Docker engine that the lab started, and no other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..core.errors import NoAnswer
from ..words import tr
from . import apt, record, sudo
from .record import Running

STOP_BUDGET_S = 60.0  # dockerd gives its containers 10 s, and then itself 15
REGROUPED = "HOSTNET_LAB_REGROUPED"  # set for the command that is run again with another group


def record_file(root: Path) -> Path:
    return record.folder(root) / "engine.json"


def stop(root: Path, say: apt.Say) -> bool:
    """Stop the engine if the lab started it and it still runs; False when there is nothing to stop.

    Its containers are stopped with it, as dockerd does. Raises LabError when it does not end in time.
    """
    path = record_file(root)
    found = record.read(path)
    if found is None:
        return False
    if found.how == "systemd":
        say(tr("stopping the Docker engine: systemctl stop docker"))
        sudo.run(["systemctl", "stop", "docker.service", "docker.socket"])
    stopped = found.how == "systemd" or any([_end_dockerd(one, say) for one in found.processes if one.alive])
    path.unlink()
    return stopped


@contextmanager
def given_back(root: Path, say: apt.Say) -> Iterator[None]:
    """Leave the machine as it was: an engine that is brought up inside the block is stopped after it."""
    before = record.read(record_file(root)) is not None and os.environ.get(REGROUPED) != "started"
    try:
        yield
    finally:
        if not before:
            stop(root, say)


def _end_dockerd(process: Running, say: apt.Say) -> bool:
    say(tr("stopping the Docker engine (dockerd, pid {pid})", pid=process.pid))
    if not record.end(process, STOP_BUDGET_S, sudo.kill):
        found = tr("it still runs after {seconds:g} s", seconds=STOP_BUDGET_S)
        do = tr("look into .lab/run/dockerd.log; as root: kill -KILL {pid}", pid=process.pid)
        raise NoAnswer(tr("stop the Docker engine"), found, do)
    return True
