"""Asking a server from inside a container in host mode: on the engine's own host, wherever the reader sits."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ..core.errors import OutOfTime
from ..edges import containers, probe
from ..edges.engine import Engine
from ..words import tr
from .stage import Stage

REFUSED = 7  # curl's exit code when nobody accepts a connection: curl(1)


def answers(stage: Stage, asker: str, url: str, server: str, inside: str = "") -> bool:
    """True when ``url`` comes to answer with the name of ``server``, asked from inside ``asker``; False when that is settled too."""
    return stage.settled(url, server, inside, asker) == "answers"


def asked_port(stage: Stage, container: str, port: int) -> dict[str, Any]:
    """Whether anybody accepts connections on a port of the host, seen by the container and by the reader; and which page."""
    said = stage.curl(f"http://127.0.0.1:{port}/", "-f", asker=container)
    return {"accepts": said.exit_code != REFUSED or probe.accepts("127.0.0.1", port), "page": said.text}


def server_of(
    engine: Engine, nonce: str, holder: Callable[[], str | None], budget_s: float = 0.5, wanted: Collection[str] = ()
) -> str | None:
    """The running container whose log holds ``nonce``, a word of the request. The line may come after the answer.

    Behind a relay the log of each server on the way holds it: one of those ``wanted`` comes before the others.
    Where it does not come, for whatever reason, nothing follows from that: ``holder`` decides, by a fact. See ``servers.holding``.
    Raises OutOfTime where the engine does not answer.
    """

    others: list[str] = []

    def look() -> str | None:
        others.clear()
        for one in containers.running(engine):
            if nonce in containers.log_of(engine, one.id, 50):
                if not wanted or one.name in wanted:
                    return one.name
                others.append(one.name)
        return None

    try:
        return probe.wait_until(look, budget_s, tr("the request in a container's log"), pause_s=0.01)
    except OutOfTime:
        return others[0] if others else holder()
