"""A disposable host that a lesson keeps for a while, and what a check may look at on it.

The reader's own host is never touched. Where no such host can be made, the reason is said, and nothing else happens.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import ExitStack
from typing import Any
from urllib.parse import urlsplit

from ..core.errors import LabError, OutOfTime
from ..core.guide.checks import Exercise, Page, Scene, Seen
from ..core.guide.checks.model import HOST
from ..core.host.facts import Listener, read_listeners
from ..core.host.servers import holding
from ..edges import containers, host, probe
from ..edges.engine import Engine
from ..edges.pace import stretched
from ..words import tr
from . import disposable
from .asking import REFUSED, server_of
from .stage import SILENT, Output, Stage, curl_words

HOST_VARIABLE, ENGINE_VARIABLE = "OWN_HOST", "OWN_ENGINE"  # for the lesson's shell: a network namespace, a DOCKER_HOST
ASK_S = 0.5  # within one machine an answer takes a millisecond; a dropped packet takes all of it


class LessonHost:
    """Made by ``Lab.disposable``, ended by ``close``. ``why``: what is missing where none could be made, else ""."""

    def __init__(self, engine: Engine, labels: Mapping[str, str], *, same_kernel: bool = True) -> None:
        other = tr("the engine runs under another kernel: a host made here would be another machine than its own")
        self.why = disposable.missing() if same_kernel else other
        self._stack = ExitStack()
        self.stage: Stage | None = None
        if not self.why:
            self.stage = self._stack.enter_context(disposable.disposable(engine, labels))
        lent = (self.stage.prefix[1].rpartition("/")[2], self.stage.endpoint) if self.stage else ("", "")
        os.environ.update(zip((HOST_VARIABLE, ENGINE_VARIABLE), lent, strict=True))

    def __repr__(self) -> str:
        if not self.stage:
            return tr("Cannot be tried here: {why}.", why=self.why)
        host, client = disposable.HOST_ADDRESS, disposable.CLIENT_ADDRESS
        up = tr("A host of its own is up, at {host}; its client is at {client}.", host=host, client=client)
        names = tr("Its network namespace is called $OWN_HOST, its client's ${OWN_HOST}c, and its engine answers at $OWN_ENGINE.")
        return f"{up}\n{names}"

    def close(self) -> None:
        self._stack.close()
        self.stage = None
        for name in (HOST_VARIABLE, ENGINE_VARIABLE):
            os.environ.pop(name, None)

    def scene(self, exercise: Exercise, given: Any, patience_s: float) -> Scene:
        """All that the exercise's judge may look at there. ``patience_s``: how long a refused address is asked again."""
        stage = self.stage
        assert stage
        there = {facts.name: facts for facts in containers.described(stage.engine)}
        running = {HOST, *(name for name, facts in there.items() if facts.running)}
        return Scene(
            containers=there,
            listeners=_listeners(stage),
            pages={url: _page(stage, url, patience_s, exercise.servers) for url in exercise.urls},
            outputs={line: _output(stage, line) for line in exercise.commands if line[0] in running},
            given=given,
        )


def _listeners(stage: Stage) -> tuple[Listener, ...]:
    texts = (stage.shell("cat", f"/proc/net/{name}").text for name in ("tcp", "tcp6"))
    return tuple(host.owned([one for text in texts for one in read_listeners(text)]))


def _output(stage: Stage, line: tuple[str, ...]) -> tuple[int, str]:
    if line[0] == HOST:
        said = stage.shell(*stretched(line[1:]))
        return said.exit_code, said.text
    try:
        return stage.engine.execute(line[0], stretched(line[1:]))
    except LabError:  # it ended between two looks
        return 1, ""


def _page(stage: Stage, url: str, patience_s: float, wanted: Collection[str]) -> Seen:
    """What ``url`` answers: the host's address is asked by the client on the wire, any other on the host itself."""
    nonce = os.urandom(8).hex()
    place = disposable.client_prefix(stage) if disposable.HOST_ADDRESS in url else stage.prefix
    asking = Stage(stage.engine, stage.labels, place, stage.endpoint)
    words = curl_words(f"{url}?hostnet-lab={nonce}", ASK_S, "-w", "\n%{http_code}")
    said = asking.shell(*words)
    if said.exit_code == REFUSED and patience_s:
        try:
            said = probe.wait_until(lambda: _unless_refused(asking, words), patience_s, tr("an answer from {url}", url=url), pause_s=0.02)
        except OutOfTime:
            return None
    if said.exit_code:
        return "silent" if said.exit_code == SILENT else None
    body, _, status = said.text.rpartition("\n")
    return Page(int(status), body, server_of(stage.engine, nonce, lambda: _holder(stage, url), wanted=wanted))


def _holder(stage: Stage, url: str) -> str | None:
    parts = urlsplit(url)
    return holding([parts.hostname or ""], parts.port or 80, _listeners(stage), containers.listed(stage.engine))


def _unless_refused(asking: Stage, words: tuple[str, ...]) -> Output | None:
    said = asking.shell(*words)
    return None if said.exit_code == REFUSED else said
