"""Starts a container for a lesson, and waits until it answers or has ended."""

from __future__ import annotations

from itertools import count

from ..core.errors import ContainerFailed, OutOfTime
from ..core.host.commands import RunRequest
from ..core.host.facts import read_container
from ..edges import probe
from ..edges.engine import Engine
from ..words import tr
from .looking import Sight


def run(engine: Engine, sight: Sight, request: RunRequest, url: str | None, timeout_s: float) -> list[str]:
    """Returns the engine's warnings; ``request`` has its labels already."""
    container, warnings = engine.create(request.payload(), request.name or None)
    try:
        engine.start(container)
    except BaseException:
        engine.remove(container, force=True)  # created a moment ago by this very call
        raise
    if url:
        _wait_for_answer(engine, sight, container, request, url, timeout_s)
    return warnings


def _wait_for_answer(engine: Engine, sight: Sight, container: str, request: RunRequest, url: str, timeout_s: float) -> None:
    tried = tr("run {command}", command=request.cli())
    looks = count(1)

    def answered() -> bool:
        if probe.get(url) is not None:
            return True
        if next(looks) % 100 == 0:  # some 0.2 s: a server that has ended will not answer any more
            require_running(engine, container, tried)
        return False

    try:
        probe.wait_until(answered, timeout_s, tr("an answer from {url}", url=url))
    except OutOfTime as late:
        require_running(engine, container, tried)
        raise sight.silence(url, late) from late


def require_running(engine: Engine, container: str, tried: str) -> None:
    """Raise ContainerFailed with exit code and last log lines when a container does not run."""
    seen = engine.inspect(container)
    if seen is None:
        found = tr("the container is gone; with --rm its log is gone too")
        raise ContainerFailed(tried, found, tr("run it again without --rm"))
    facts = read_container(seen)
    if not facts.running:
        lines = "\n       ".join(engine.logs(container, tail=5).strip().splitlines()) or tr("(it wrote nothing)")
        ended = tr("{status}, exit code {code}. Its log ends:", status=facts.status, code=facts.exit_code)
        raise ContainerFailed(tried, f"{ended}\n       {lines}", tr("mend what the log names"))
