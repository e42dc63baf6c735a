"""The Docker engine that the lessons use: the one that answers, else one that the lab brings up here."""

from __future__ import annotations

import getpass
import grp
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..core.engines import DEFAULT, Candidate, Machine, Sight, choose, packages, plan, to_type
from ..core.errors import EngineUnavailable
from ..edges import apt, sudo
from ..edges.engine import Engine
from ..words import tr
from . import commands
from .engine_search import group_of, look, see_machine
from .engine_start import bring_up, go_on_in_group, own_group
from .engine_stop import REGROUPED


@dataclass(frozen=True)
class Ready:
    """An engine that answers. ``environment`` makes the docker command and docker-py reach the same one."""

    engine: Engine
    environment: Mapping[str, str]


def ensure(root: Path, say: apt.Say, *, may_install: bool = True, lessons: bool = True) -> Ready:
    """Find an engine or bring one up. Raises EngineUnavailable with one reason for each place asked.

    ``lessons``: will they run here? Then the commands that they type are made sure of too.
    """
    sights = look()
    chosen = choose(sights)
    if chosen is None:
        machine = see_machine(may_install)
        _refuse(sights, machine)
        bring_up(root, machine, say)
        chosen = Sight(Candidate(DEFAULT, tr("the engine started here")), "answers")
    if lessons:
        commands.require(say, may_install=may_install)
    away = chosen.candidate.endpoint not in ("", DEFAULT)
    environment = {"DOCKER_HOST": chosen.candidate.endpoint} if away else {}
    return Ready(Engine.connect(chosen.candidate.endpoint or None), environment)


def connect() -> Engine | None:
    """The engine that answers now, by the same order; None where there is none. Nothing is started."""
    chosen = choose(look())
    return Engine.connect(chosen.candidate.endpoint or None) if chosen else None


def _refuse(sights: list[Sight], machine: Machine) -> None:
    """Raise where the lab must not, or cannot, bring up an engine."""
    tried = tr("find a Docker engine")
    found = "\n       ".join(map(str, sights))
    if sights[0].candidate.named:
        raise EngineUnavailable(tried, found, tr("start that engine, or unset what names it to let the lab look elsewhere"))
    denied = next((one for one in sights if one.state == "denied"), None)
    if denied:
        group = group_of(denied) or "docker"
        if _is_member(group) and not os.environ.get(REGROUPED):
            go_on_in_group(group, "member")
        command = f"sudo usermod -aG {group} {getpass.getuser()} && newgrp {group}"
        raise EngineUnavailable(tried, found, tr("{command}   then `./lab` again", command=command))
    if not plan(machine):
        raise EngineUnavailable(tried, found, advice(machine))


def _is_member(group: str) -> bool:
    """By the system's list: this session may be older than the membership."""
    try:
        return getpass.getuser() in grp.getgrnam(group).gr_mem
    except KeyError:
        return False


def advice(machine: Machine) -> str:
    """What to type to have an engine here."""
    return to_type(machine, apt.by_hand(packages(machine)[0]), sudo.word(), own_group())
