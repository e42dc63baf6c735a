"""What is seen of engine and host by somebody who opens no lesson. Looks for the engine when it is asked for the first time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from ..core.drawings.host_map import HostMap, map_of
from ..core.host.facts import ContainerFacts, HostFacts, Listener
from ..core.host.ownership import Mark
from ..core.host.quirks import bridge_of
from ..edges import host
from ..edges.engine import Engine
from ..experiments.engine_host import EngineHost
from .looking import Sight


class Onlooker:
    """``name``: in place of a lesson's, on the container that looks at an engine's host elsewhere.

    What asks the engine raises EngineUnavailable.
    """

    def __init__(self, name: str) -> None:
        self._mark = Mark(os.getuid(), name, host.this_process())

    @cached_property
    def engine(self) -> Engine:
        return Engine.connect()

    @cached_property
    def host(self) -> EngineHost:
        return EngineHost(self.engine, self._mark.labels())

    @cached_property
    def _sight(self) -> Sight:
        return Sight(self.engine, self.host, self._mark)

    def listed(self) -> list[ContainerFacts]:
        return self._sight.listed()

    def is_mine(self, facts: ContainerFacts) -> bool:
        """True when a lesson of this learner started it."""
        return self._sight.is_mine(facts)

    def with_containers(self, listeners: Iterable[Listener]) -> list[Listener]:
        return self._sight.with_containers(listeners)

    def bridges(self) -> Mapping[str, str]:
        """The host's interface of each bridge network, by the network's name."""
        found = ((str(one.get("Name")), bridge_of(one)) for one in self.engine.networks())
        return {name: interface for name, interface in found if interface}


class Mapped(Protocol):
    """As much of a lab, or of an onlooker, as a map takes."""

    @property
    def host(self) -> Facts: ...
    def with_containers(self, listeners: Iterable[Listener]) -> list[Listener]: ...


class Facts(Protocol):
    def facts(self) -> HostFacts: ...


def host_map(lab: Mapped, listed: Sequence[ContainerFacts]) -> HostMap:
    """The host as it is now, with these containers."""
    facts = lab.host.facts()
    return map_of(replace(facts, listeners=tuple(lab.with_containers(facts.listeners))), listed)
