"""What is seen of engine and host by somebody who opens no lesson. Looks for the engine when it is asked for the first time."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from ..core.drawings.host_map import Box, HostMap, map_of
from ..core.host.facts import ContainerFacts, HostFacts, Listener, Network
from ..core.host.ownership import Mark
from ..core.host.quirks import network_of
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
        self._networks: tuple[frozenset[str], Mapping[str, Network]] = frozenset(), {}

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

    def networks(self, seen: HostMap) -> Mapping[str, Network]:
        """The engine's, by name; asked for again when a network of a container, or an interface of the host, is another."""
        for_these, known = self._networks
        these = _ends(seen)
        if these != for_these or not known:
            known = {one.name: one for one in map(network_of, self.engine.networks())}
            self._networks = these, known
        return known


def _ends(seen: HostMap) -> frozenset[str]:
    """What a network leaves its trace in: the host's interfaces, and the networks of containers by id."""
    boxes: Collection[Box] = (*seen.inside, *seen.apart)
    return frozenset([*(one.name for one in seen.interfaces), *(one.id for box in boxes for one in box.networks)])


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
