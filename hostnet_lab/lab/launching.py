"""What the launcher does to the world, done through the lab. No decision is made here but one: whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from ..core.errors import NoAnswer, NotOurs
from ..core.host.commands import IMAGE, RunRequest
from ..core.host.facts import ContainerFacts, read_container
from ..core.launcher.fields import Fields, Reply, Sight, first_line, url_of
from ..edges import probe
from ..edges.containers import log_of
from ..words import tr
from .lesson import Lab

FIRST_ANSWER_S = 5.0
PAUSE_S = 0.01


class LabActions:
    """core.launch_facts.Actions on a real engine."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        lab.host.settle()

    def look(self, fields: Fields) -> Sight:
        image, name = fields.image.strip(), fields.name.strip()
        containers = self._lab.containers()
        known = len(image) <= 255 and IMAGE.fullmatch(image) is not None
        return Sight(
            containers=tuple(containers),
            listeners=tuple(self._lab.listeners()),
            image_here=not known or self._lab.engine.image_id(image) is not None,
            serves=(80,) if image.partition(":")[0].rpartition("/")[2] == "nginx" else (),
            ours=frozenset(one.id for one in containers if self._lab.is_mine(one)),
            log=self._log(name, containers),
        )

    def _log(self, name: str, containers: Sequence[ContainerFacts]) -> str:
        found = next((one for one in containers if one.name == name), None)
        return log_of(self._lab.engine, found.id, 10) if found else ""

    def start(self, request: RunRequest) -> Sequence[str]:
        return self._lab.run(request)

    def answer(self, name: str) -> Reply | None:
        facts = self._lab.container(name)
        url = url_of(facts, self._lab.listeners())
        if not url or not facts.running:
            return None

        def settled() -> bool:
            found = self._lab.engine.inspect(name)
            return probe.get(url, 1.0) is not None or found is None or not read_container(found).running

        try:
            probe.wait_until(settled, FIRST_ANSWER_S, tr("an answer from {url}", url=url), PAUSE_S)
            proof = self._lab.answer(url, 0.5)
        except NoAnswer:
            return None
        return Reply(url, proof.status, proof.server, first_line(proof.body))

    def stop(self, name: str) -> None:
        facts = self._lab.container(name)
        if not self._lab.is_mine(facts):
            tried, do = tr("stop container {name}", name=name), tr("if it is yours: docker stop {name}", name=name)
            raise NotOurs(tried, tr("it does not carry this lab's labels"), do)
        self._lab.engine.stop(facts.id)

    def remove(self, name: str) -> None:
        self._lab.remove(name)

    def events(self) -> AbstractContextManager[Any]:
        return self._lab.engine.events(type="container")
