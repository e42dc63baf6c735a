"""Waits, as a reader would, until what was started listens or has ended. It changes nothing."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from ..core.errors import OutOfTime
from ..core.host.facts import ContainerFacts, read_listeners
from ..edges import probe
from ..words import tr
from .looking import Sight

SETTLE_S = 5.0  # nginx gives up a taken port after 3.6 s
LOOK = ("sh", "-c", "cat /proc/net/tcp /proc/net/tcp6; ls -l /proc/[0-9]*/fd")  # run inside a container
NO_SHELL = (126, 127)  # exit codes of what cannot be run there: it cannot be looked at, either


def settle(sight: Sight, known: Collection[str]) -> frozenset[str]:
    """The ids of this learner's containers that run, those that are ``known`` not waited for. What does neither in time decides nothing."""

    def mine() -> list[ContainerFacts]:
        return [one for one in sight.listed() if one.running and sight.is_mine(one)]

    with suppress(OutOfTime):
        waiting_for = tr("what was started to listen, or to end")
        probe.wait_until(lambda: all(one.id in known or _listens(sight, one) for one in mine()), SETTLE_S, waiting_for)
    return frozenset(one.id for one in mine())


def _listens(sight: Sight, facts: ContainerFacts) -> bool:
    """One of its processes has a listening socket, in whatever network namespace."""
    code, text = sight.output(facts.id, LOOK)
    return code in NO_SHELL or any(f"socket:[{one.inode}]" in text for one in read_listeners(text))
