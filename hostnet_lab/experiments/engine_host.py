"""The engine's own host: one decision whether it is the one that the reader sits at, for all who need a fact about it.

It is made by a container in host mode, once for each connection. Where it is another host, facts come from
such a container too, and what only a look at its processes would tell is unknown: this machine's kernel is not asked.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..core.errors import LabError
from ..core.host.facts import HostFacts, Interface, Listener, read_listeners
from ..core.host.ownership import LOOK, Mark
from ..core.host.quirks import is_rootless
from ..core.host.whereabouts import Place
from ..edges import host
from ..edges.engine import Engine
from ..words import tr
from . import where
from .rights import once
from .stage import Stage

# SIOCGIFADDR (0x8915), SIOCGIFFLAGS (0x8913, IFF_UP is 1): netdevice(7). An interface's further IPv4 addresses are not told.
INTERFACES = (
    "use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0); open(my $f, '<', '/proc/net/dev'); while (<$f>) { next unless /^\\s*([^\\s:]+):/; "
    "my $r = pack('a16 x24', $1); my $up = ioctl($s, 0x8913, $r) ? unpack('x16 s', $r) & 1 : 0; $r = pack('a16 x24', $1); "
    "my $at = ioctl($s, 0x8915, $r) ? inet_ntoa(substr($r, 20, 4)) : ''; print \"link $1 $up $at\\n\" }"
)
ROUTE = "while (<>) { my @f = split; print \"default $f[0]\\n\" if ($f[1] // '') eq '00000000' }"
SCRIPT = (
    'echo "boot $(cat /proc/sys/kernel/random/boot_id)"; echo "namespace $(readlink /proc/self/ns/net)"; perl -e "$0"; '
    'perl -e "$1" /proc/net/route; cat /proc/net/tcp; cat /proc/net/tcp6 2>/dev/null; true'
)


@dataclass(frozen=True)
class Sight:
    """What a container in host mode saw of its host; "" where it could not be read."""

    boot_id: str
    facts: HostFacts
    address: str | None


def read_sight(text: str) -> Sight:
    """What SCRIPT printed. Listeners have no owner: whose they are shows only from among that host's processes."""
    words = [line.split() for line in text.splitlines()]
    named = {line[0]: line[1] for line in words if len(line) == 2 and line[0] in ("boot", "namespace", "default")}
    links = [line for line in words if len(line) in (3, 4) and line[0] == "link"]
    interfaces = tuple(Interface(line[1], tuple(line[3:]), line[2] == "1") for line in links)
    address = next((one.addresses[0] for one in interfaces if one.addresses and one.name == named.get("default")), None)
    facts = HostFacts(named.get("namespace", ""), interfaces, tuple(sorted(read_listeners(text))))
    return Sight(named.get("boot", ""), facts, address)


def names_this_machine(info: Mapping[str, Any]) -> bool:
    """By the engine's own words; two machines that were copied from one may be called alike."""
    return (info.get("Name"), info.get("KernelVersion")) == (platform.node(), platform.release())


class EngineHost:
    """``labels`` go on the containers that look; each is gone afterwards."""

    def __init__(self, engine: Engine, labels: Mapping[str, str] | None = None) -> None:
        self._engine = engine
        self._labels = labels or Mark(os.getuid(), "doctor", host.this_process()).labels()

    @cached_property
    def place(self) -> Place:
        """The reader's place, looked at once. Raises LabError where the engine runs no container."""
        return where.where_am_i(self._engine, self._labels)

    def settle(self) -> None:
        """Decide now, so that no container that looks comes and goes beside what a reader does meanwhile.

        An engine that does not answer is said where a fact is asked for.
        """
        with suppress(LabError):
            _ = self._identity

    @property
    def beside(self) -> bool:
        """Does this process sit in the network namespace that host mode means?"""
        return bool(self._identity.facts.namespace) and self.same_kernel and self._identity.facts.namespace == host.namespace()

    @property
    def same_kernel(self) -> bool:
        return bool(self._identity.boot_id) and self._identity.boot_id == where.my_kernel()

    @cached_property
    def looks_away(self) -> bool:
        """A hint that costs no container: by the engine's own words it is rootless, or its machine another one than this."""
        info = self._engine.info()
        return is_rootless(info) or not names_this_machine(info)

    @cached_property
    def _identity(self) -> Sight:
        return self.look()

    def look(self) -> Sight:
        """The host as a container in host mode sees it now. Raises LabError where the engine runs none."""
        with Stage(self._engine, {**self._labels, LOOK: "1"}) as stage:
            said = once(stage, ["--network", "host"], ["sh", "-c", SCRIPT, INTERFACES, ROUTE])
        if said.exit_code:
            raise LabError(tr("look at the engine's host by a container"), said.text, tr("run `./lab doctor`: it says what is in the way"))
        return read_sight(said.text)

    # -- facts --------------------------------------------------------------------------------------

    def held(self, port: int) -> list[Listener]:
        """Who listens on a port there; where the engine seems to be here, and nobody does here, no container is started."""
        return self.listeners([port]) if self.looks_away or host.listeners([port]) else []

    def listeners(self, ports: Collection[int] | None = None) -> list[Listener]:
        """Listening TCP sockets there, those on ``ports`` only if given; without owners where it is another host."""
        if self.beside:
            return host.listeners(ports)
        return [one for one in self.look().facts.listeners if ports is None or one.port in ports]

    def places(self) -> frozenset[tuple[int, str]]:
        """Port and address of every listener, for those who look again and again; of another host nothing: its engine's events tell."""
        return host.places() if self.beside else frozenset()

    def facts(self) -> HostFacts:
        return host.facts() if self.beside else self.look().facts

    def address(self) -> str | None:
        """That of the interface that the default route leaves by there; None where there is none."""
        return host.own_address() if self.beside else self.look().address
