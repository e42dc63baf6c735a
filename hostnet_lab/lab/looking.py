"""What a lesson sees of the engine and its host: containers, who listens, and who gives an answer. Changes nothing."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from ..core.errors import LabError, OutOfTime
from ..core.guide import checks
from ..core.guide.checks.model import NONCE
from ..core.host import silence
from ..core.host.facts import ContainerFacts, Listener, home_of, number, read_container
from ..core.host.ownership import Mark, whose
from ..core.host.ports import holder, owner
from ..core.host.servers import UNSEEN, holding
from ..edges import containers, host, probe
from ..edges.engine import Engine
from ..edges.pace import stretched
from ..experiments.asking import server_of
from ..experiments.engine_host import EngineHost
from ..words import tr
from .proof import Proof

ANSWER_S = 15.0  # from `start` to the first answer; about 0.1 s is usual
SOCKETS = ("sh", "-c", "ls -l /proc/[0-9]*/fd")  # run inside a container: which sockets its processes hold


class Sight:
    """``mark``: of the learner whose own containers are looked into."""

    def __init__(self, engine: Engine, its_host: EngineHost, mark: Mark) -> None:
        self._engine, self._host, self._mark = engine, its_host, mark
        self._homes: dict[int, str | None] = {}  # socket inode -> container, of listeners whose process is hidden

    # -- containers ---------------------------------------------------------------------------------

    def container(self, name: str) -> ContainerFacts:
        found = self._engine.inspect(name)
        if found is None:
            do = tr("run the cell that starts it first")
            raise LabError(tr("inspect container {name}", name=name), tr("there is no such container"), do)
        return read_container(found)

    def containers(self) -> list[ContainerFacts]:
        return containers.described(self._engine)

    def listed(self) -> list[ContainerFacts]:
        return containers.listed(self._engine)

    def is_mine(self, facts: ContainerFacts) -> bool:
        return whose(facts.labels, self._mark) == "ours"

    def output(self, container: str, command: Sequence[str]) -> tuple[int, str]:
        """Exit code and text of a command inside a container."""
        try:
            return self._engine.execute(container, stretched(command))
        except LabError:  # it ended between two looks
            return 1, ""

    def called(self, line: Sequence[str], wanted: Collection[str]) -> tuple[int, str, str | None]:
        """``output`` of a command, its container first; and who is seen to have been asked by it. ``wanted``: as for ``server_of``."""
        nonce = os.urandom(8).hex()
        code, text = self.output(line[0], [word.replace(NONCE, nonce) for word in line[1:]])
        asked = code == 0 and any(NONCE in word for word in line)
        return code, text, server_of(self._engine, nonce, lambda: UNSEEN, wanted=wanted) if asked else None

    # -- listeners ----------------------------------------------------------------------------------

    def holder(self, port: int) -> str | None:
        found = holder(self.listeners([port]), port)
        return str(owner(found, self.listed())) if found else None

    def listeners(self, ports: Collection[int] | None = None) -> list[Listener]:
        return self.with_containers(self._host.listeners(ports))

    def with_containers(self, listeners: Iterable[Listener]) -> list[Listener]:
        """A look inside takes an exec of its own, so each socket (by inode) is looked up once."""
        known = list(listeners)
        hidden = {one.inode for one in known if one.pid is None}
        if hidden - self._homes.keys():
            there = self.listed()
            inside = [facts for facts in there if facts.running and home_of(facts, there).in_host_mode and self.is_mine(facts)]
            found = {inode: facts.id for facts in inside for inode in self._sockets(facts)}
            self._homes = {inode: self._homes.get(inode) or found.get(inode) for inode in hidden}
        return [one if one.container or one.pid else replace(one, container=self._homes[one.inode]) for one in known]

    def _sockets(self, facts: ContainerFacts) -> list[int]:
        _, text = self.output(facts.id, SOCKETS)
        inodes = (number(word[8:-1], 20) for word in text.split() if word.startswith("socket:[") and word.endswith("]"))
        return [inode for inode in inodes if inode is not None]

    # -- answers ------------------------------------------------------------------------------------

    def answer(self, url: str, timeout_s: float) -> Proof:
        nonce = os.urandom(8).hex()
        try:
            reply = probe.wait_until(lambda: probe.get(_marked(url, nonce)), timeout_s, tr("an answer from {url}", url=url))
        except OutOfTime as late:
            raise self.silence(url, late) from late
        assert reply is not None
        return self._proof(url, nonce, reply)

    def page(self, url: str, patience_s: float, wanted: Collection[str] = ()) -> checks.Seen:
        """What it answers within ``patience_s``, or what the last of several questions came to. ``wanted``: as for ``server_of``."""
        nonce = os.urandom(8).hex()
        reply: probe.Answer | None
        try:
            reply = probe.wait_until(lambda: probe.get(_marked(url, nonce)), patience_s, tr("an answer from {url}", url=url))
        except OutOfTime:
            try:
                reply = probe.get(_marked(url, nonce))
            except OutOfTime:
                return "silent"
        if reply is None:
            return None
        proof = self._proof(url, nonce, reply, wanted)
        return checks.Page(proof.status, proof.body, proof.server)

    def silence(self, url: str, late: OutOfTime) -> OutOfTime:
        """The same, with what is found in place of an answer."""
        name, port = _place(url)
        found, do = silence.explained(name, port, host.resolved(name), self._host.listeners([port]), self.holder(port))
        return OutOfTime(late.tried, f"{late.found}. {found}", do)

    def _proof(self, url: str, nonce: str, reply: probe.Answer, wanted: Collection[str] = ()) -> Proof:
        def holder() -> str | None:
            name, port = _place(url)
            return holding(host.resolved(name) or (), port, self.listeners([port]), self.listed())

        return Proof(reply.status, server_of(self._engine, nonce, holder, wanted=wanted), reply.body)


def _place(url: str) -> tuple[str, int]:
    """The name and the port in an address."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


def _marked(url: str, nonce: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}hostnet-lab={nonce}"
