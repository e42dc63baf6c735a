"""Looks at all that the lab needs, for `./lab doctor`. Changes nothing; a probe container lives for a moment."""

from __future__ import annotations

import os
import platform
import shutil
from importlib.util import find_spec
from pathlib import Path

from ..core import findings
from ..core.engines import choose
from ..core.errors import LabError
from ..core.facts import ContainerFacts, name_of
from ..core.findings import Finding
from ..core.ownership import KERNEL, Mark, is_orphan, read_mark
from ..core.ports import holder, owner
from ..edges import apt, containers, host
from ..edges.engine import Engine
from ..lab import EngineHost, left_elsewhere
from ..words import tr
from . import chromium, commands, engine_search, jupyter_record
from . import engine as engines

NEEDED = ("docker", "ipywidgets", "jupyterlab", "psutil", "requests")
IMAGE = "nginx:latest"


def examine(root: Path) -> list[Finding]:
    """All findings, in the order in which the lab needs the things. Never raises for what is in the way."""
    machine = engine_search.see_machine(may_install=True)
    sights = engine_search.look()
    chosen = choose(sights)
    connected = Engine.connect(chosen.candidate.endpoint or None) if chosen else None
    version, info = (connected.version(), connected.info()) if connected else ({}, {})
    browser = chromium.find()
    return [
        findings.environment(platform.python_version(), [name for name in NEEDED if find_spec(name) is None]),
        *(findings.command(name, shutil.which(name), commands.by_hand(name)) for name in commands.TYPED),
        findings.engine(sights, machine, engines.advice(sights, machine), version, info),
        *_on_the_engine(connected),
        findings.proxies(os.environ),
        findings.jupyter(jupyter_record.find(root)),
        findings.browser(str(browser) if browser else None, apt.by_hand(["chromium"])),
    ]


def obstacles() -> list[str]:
    """What will keep some lessons from opening, each in a sentence with its owner; for `./lab`, before it opens."""
    engine = engines.connect()
    there = containers.listed(engine) if engine else []
    its_host = EngineHost(engine) if engine else None
    named = next((one for one in there if one.name == "webserver"), None)
    seen = [_port(80, its_host, there), findings.name("webserver", named, _me())]
    seen += [_namespace(its_host)] if its_host and its_host.looks_away else []
    return [
        tr("{what} is {found} by {owner}; {mend}", what=one.what, found=one.found, owner=one.owner, mend=one.mend)
        if one.owner
        else f"{one.found} {one.mend}"
        for one in seen
        if one.state == "in the way"
    ]


def _on_the_engine(engine: Engine | None) -> list[Finding]:
    if engine is None:
        return [_port(80, None, []), *findings.not_asked()]
    there = containers.listed(engine)
    image_id = engine.image_id(IMAGE)
    its_host = EngineHost(engine) if image_id else None
    named = next((one for one in there if one.name == "webserver"), None)
    return [
        findings.image(image_id),
        _port(80, its_host, there) if its_host else findings.port_unseen(80),
        findings.name("webserver", named, _me()),
        findings.leftovers(_orphans(engine), left_elsewhere(engine)),
        _namespace(its_host),
    ]


def _me() -> Mark:
    return Mark(os.getuid(), "doctor", host.this_process())


def _port(number: int, its_host: EngineHost | None, there: list[ContainerFacts]) -> Finding:
    """On the engine's host; on this one where there is no engine yet, which `./lab` will bring up here."""
    try:
        listener = holder(its_host.held(number) if its_host else host.listeners([number]), number)
    except LabError:  # the engine runs no container: said of the network namespace
        return findings.port_unseen(number)
    words = owner(listener, there) if listener else None
    # A container owns a listener that is called otherwise where this container is known.
    theirs = next((one for one in there if listener and owner(listener, [one]) != owner(listener)), None)
    return findings.port(number, words, theirs, _me())


def _orphans(engine: Engine) -> list[str]:
    """Containers of this learner whose kernel is gone."""
    me, names = host.this_process(), []
    for entry in engine.containers(label=KERNEL):
        mark = read_mark(entry.get("Labels"))
        if mark and mark.learner == os.getuid() and is_orphan(mark, me, host.start_ticks):
            names.append(name_of(entry))
    return sorted(names)


def _namespace(its_host: EngineHost | None) -> Finding:
    try:
        return findings.namespace(its_host.place if its_host else None)
    except LabError as error:
        found = tr("could not be looked at: {why}", why=error.found)
        return Finding(tr("network namespace"), "in the way", found, mend=error.do)
