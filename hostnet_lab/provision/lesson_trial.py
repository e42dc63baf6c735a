"""Tries what a lesson does, in the environment that its cells have, for the doctor and before a lesson is opened.

Its containers live for a moment. What each finding says: ``core/host/trial.py``.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from ..core.errors import LabError
from ..core.host import findings
from ..core.host import trial as trials
from ..core.host.engines import DEFAULT
from ..core.host.findings import Finding
from ..core.host.ownership import Mark
from ..core.host.trial import Trial
from ..core.host.whereabouts import Place
from ..edges import host, shim
from ..edges.engine import Engine
from ..lab import EngineHost, try_a_lesson
from ..words import tr
from .jupyter_setup import child_environment

OF_LIBRARY = ("DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "DOCKER_CONFIG")  # what docker-py reads besides the engine's address


def not_looked() -> list[Finding]:
    """Of what can be told without an engine and its image."""
    return [findings.namespace(None), trials.localhost(host.resolved("localhost"))]


def look(engine: Engine, its_host: EngineHost, root: Path, endpoint: str) -> list[Finding]:
    """Where the reader sits, and what a lesson does, tried side by side; what even the look at the place cannot do is a finding."""
    mark = Mark(os.getuid(), "doctor", host.this_process())
    with ThreadPoolExecutor(1) as pool:
        place = pool.submit(_place, its_host)
        try:
            tried = try_a_lesson(engine, _lesson_environment(root, endpoint), mark.labels())
        except LabError as error:
            return [place.result()[1], Finding("docker run", "in the way", error.found, mend=error.do)]
        seen, found = place.result()
    return [found, *trials.findings(_with_library(tried, endpoint), seen)]


def _lesson_environment(root: Path, endpoint: str) -> dict[str, str]:
    """What a lesson's cell has: the server's environment, the engine that was found, and the lab's own `docker` first on the PATH."""
    away = {"DOCKER_HOST": endpoint} if endpoint not in ("", DEFAULT) else {}
    given = child_environment(root, {**os.environ, **away}, host.addresses())
    return {**given, "PATH": f"{shim.FOLDER}{os.pathsep}{given['PATH']}", shim.REAL: shim.readers_docker() or "docker"}


def _with_library(tried: Trial, endpoint: str) -> Trial:
    """And why docker-py finds no engine where a cell says `docker.from_env()`, if it does not."""
    if endpoint not in ("", DEFAULT):
        return tried  # named to the lesson by DOCKER_HOST, as it was to the connection that stands
    try:
        Engine.connect()
    except LabError as error:
        return replace(tried, library=error.found, blamed=tried.blamed or tuple(one for one in OF_LIBRARY if os.environ.get(one)))
    return tried


def namespace(its_host: EngineHost) -> Finding:
    return _place(its_host)[1]


def _place(its_host: EngineHost) -> tuple[Place, Finding]:
    try:
        return its_host.place, findings.namespace(its_host.place)
    except LabError as error:
        found = tr("could not be looked at: {why}", why=error.found)
        return "unknown", Finding(tr("network namespace"), "in the way", found, mend=tr("mend what that sentence names"))
