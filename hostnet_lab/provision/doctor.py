"""Looks at all that the lab needs, for `./lab doctor`, and has tried what a lesson does. Changes nothing."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from ..core.errors import LabError
from ..core.host import findings
from ..core.host.engines import Machine, Sight, choose
from ..core.host.facts import ContainerFacts, name_of
from ..core.host.findings import Finding
from ..core.host.ownership import KERNEL, Mark, is_orphan, read_mark
from ..core.host.ports import behind, holder, owner
from ..edges import containers, docker_settings, host
from ..edges.engine import Engine
from ..lab import EngineHost, left_elsewhere
from ..words import tr
from . import apt, chromium, commands, engine_search, jupyter_record, lesson_trial
from . import engine as engines

NEEDED = ("docker", "ipywidgets", "jupyterlab", "psutil", "requests")
IMAGE = "nginx:latest"


def examine(root: Path) -> list[Finding]:
    """All findings, in the order in which the lab needs the things. Never raises for what is in the way."""
    machine = engine_search.see_machine(may_install=True)
    sights = engine_search.look()
    chosen = choose(sights)
    endpoint = chosen.candidate.endpoint if chosen else ""
    connected, found = _engine(sights, machine, endpoint)
    its_host = EngineHost(connected) if connected and connected.image_id(IMAGE) else None
    browser = chromium.find()
    return [
        findings.environment(platform.python_version(), [name for name in NEEDED if find_spec(name) is None]),
        *(findings.command(name, commands.find(name), commands.by_hand(name)) for name in commands.TYPED),
        found,
        *_on_the_engine(connected, its_host),
        *(lesson_trial.look(connected, its_host, root, endpoint) if connected and its_host else lesson_trial.not_looked()),
        findings.proxies(os.environ, docker_settings.proxies(os.environ), str(docker_settings.settings_file(os.environ))),
        findings.jupyter(jupyter_record.find(root)),
        findings.browser(str(browser) if browser else None, apt.by_hand(["chromium"])),
    ]


def _engine(sights: Sequence[Sight], machine: Machine, endpoint: str) -> tuple[Engine | None, Finding]:
    """One that answered a moment ago may still refuse what docker-py asks, or be gone."""
    try:
        connected = Engine.connect(endpoint or None) if choose(sights) else None
        version, info = (connected.version(), connected.info()) if connected else ({}, {})
    except LabError as error:
        return None, Finding(tr("engine"), "in the way", f"{error.tried}: {error.found}", mend=error.do)
    return connected, findings.engine(sights, machine, engines.advice(sights, machine), version, info)


def obstacles(root: Path) -> list[str]:
    """What will keep some lessons from working, each in a sentence with its owner; for `./lab`, before it opens.

    What lessons do is tried only where something is set that could make the docker command differ from the engine's socket.
    """
    chosen = choose(engine_search.look())
    engine = Engine.connect(chosen.candidate.endpoint or None) if chosen else None
    there = containers.listed(engine) if engine else []
    its_host = EngineHost(engine) if engine else None
    named = next((one for one in there if one.name == "webserver"), None)
    seen = [_port(80, its_host, there), findings.name("webserver", named, _me())]
    if chosen and engine and its_host and docker_settings.may_differ(os.environ) and engine.image_id(IMAGE):
        seen += lesson_trial.look(engine, its_host, root, chosen.candidate.endpoint)
    elif its_host and its_host.looks_away:
        seen.append(lesson_trial.namespace(its_host))
    return [
        tr("{what} is {found} by {owner}; {mend}", what=one.what, found=one.found, owner=one.owner, mend=one.mend)
        if one.owner
        else tr("{what}: {found}; {mend}", what=one.what, found=one.found, mend=one.mend)
        for one in seen
        if one.state == "in the way"
    ]


def _on_the_engine(engine: Engine | None, its_host: EngineHost | None = None) -> list[Finding]:
    """``its_host``: None where it cannot be looked at, for want of an engine or of the image."""
    if engine is None:
        return [_port(80, None, []), *findings.not_asked()]
    there = containers.listed(engine)
    named = next((one for one in there if one.name == "webserver"), None)
    return [
        findings.image(engine.image_id(IMAGE)),
        _port(80, its_host, there) if its_host else findings.port_unseen(80),
        findings.name("webserver", named, _me()),
        findings.leftovers(_orphans(engine), left_elsewhere(engine)),
    ]


def _me() -> Mark:
    return Mark(os.getuid(), "doctor", host.this_process())


def _port(number: int, its_host: EngineHost | None, there: list[ContainerFacts]) -> Finding:
    """On the engine's host; on this one where there is no engine yet, which `./lab` will bring up here."""
    try:
        listener = holder(its_host.held(number) if its_host else host.listeners([number]), number)
    except LabError:  # the engine runs no container: said of the network namespace
        return findings.port_unseen(number)
    if listener is None:
        return findings.port(number, None, None, _me())
    return findings.port(number, str(owner(listener, there)), behind(listener, there), _me())


def _orphans(engine: Engine) -> list[str]:
    """Containers of this learner whose kernel is gone."""
    me, names = host.this_process(), []
    for entry in engine.containers(label=KERNEL):
        mark = read_mark(entry.get("Labels"))
        if mark and mark.learner == os.getuid() and is_orphan(mark, me, host.start_ticks):
            names.append(name_of(entry))
    return sorted(names)
