"""What the launcher looks at, and asks: the engine and the host for the fields that were typed, and a container for its first answer."""

from __future__ import annotations

from collections.abc import Sequence

from ..core.errors import NoAnswer
from ..core.host.commands import IMAGE
from ..core.host.facts import ContainerFacts, read_container
from ..core.launcher import fields
from ..edges import probe
from ..edges.containers import log_of
from ..edges.engine import Engine
from ..words import tr
from .looking import Sight

FIRST_ANSWER_S = 5.0
PAUSE_S = 0.01


class Launching:
    """Changes nothing. Each call may raise LabError; none belongs on the reader's thread."""

    def __init__(self, engine: Engine, sight: Sight) -> None:
        self._engine, self._sight = engine, sight

    def look(self, typed: fields.Fields) -> fields.Sight:
        image, name = typed.image.strip(), typed.name.strip()
        containers = self._sight.containers()
        known = len(image) <= 255 and IMAGE.fullmatch(image) is not None
        return fields.Sight(
            containers=tuple(containers),
            listeners=tuple(self._sight.listeners()),
            image_here=not known or self._engine.image_id(image) is not None,
            serves=(80,) if image.partition(":")[0].rpartition("/")[2] == "nginx" else (),
            ours=frozenset(one.id for one in containers if self._sight.is_mine(one)),
            log=self._log(name, containers),
        )

    def _log(self, name: str, containers: Sequence[ContainerFacts]) -> str:
        found = next((one for one in containers if one.name == name), None)
        return log_of(self._engine, found.id, 10) if found else ""

    def answer(self, name: str) -> fields.Reply | None:
        """Waits some seconds for a first answer; None when nobody answers or there is no address to ask."""
        facts = self._sight.container(name)
        url = fields.url_of(facts, self._sight.listeners())
        if not url or not facts.running:
            return None

        def settled() -> bool:
            found = self._engine.inspect(name)
            return probe.get(url, 1.0) is not None or found is None or not read_container(found).running

        try:
            probe.wait_until(settled, FIRST_ANSWER_S, tr("an answer from {url}", url=url), PAUSE_S)
            proof = self._sight.answer(url, 0.5)
        except NoAnswer:
            return None
        return fields.Reply(url, proof.status, proof.server, fields.first_line(proof.body))
