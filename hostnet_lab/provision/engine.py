"""The Docker engine that the lessons use: the one that answers, else one that the lab brings up here."""

from __future__ import annotations

import grp
import os
import pwd
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import EngineUnavailable
from ..core.host.engines import DEFAULT, Candidate, Machine, Sight, choose, forward, let_in, packages, plan, to_type
from ..edges.engine import Engine
from ..words import tr
from . import apt, commands, sudo
from .engine_search import ask, look, named_address, see_machine
from .engine_start import bring_up, go_on_in_group
from .engine_stop import REGROUPED

STARTING_S = 90.0  # what systemd gives a service to start (DefaultTimeoutStartSec)


@dataclass(frozen=True)
class Ready:
    """An engine that answers. ``environment`` makes the docker command and docker-py reach the same one."""

    engine: Engine
    environment: Mapping[str, str]


def ensure(root: Path, say: apt.Say, *, may_install: bool = True, lessons: bool = True) -> Ready:
    """Find an engine or bring one up. Raises EngineUnavailable with one reason for each place asked.

    ``lessons``: will they run here? Then the commands that they type are made sure of too.
    """
    sights = patiently(look(), say)
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


def patiently(sights: list[Sight], say: apt.Say) -> list[Sight]:
    """Where none answers, the first place is waited for if it listens: an engine that starts is busy, on a slow machine for minutes."""
    first, *others = sights
    if choose(sights) or first.state != "busy":
        return sights
    say(tr("waiting for the engine, which may still be starting: {place} (Ctrl-C ends the wait)", place=first))
    return [ask(first.candidate, STARTING_S), *others]


def _refuse(sights: list[Sight], machine: Machine) -> None:
    """Raise where the lab must not, or cannot, bring up an engine."""
    denied = next((one for one in sights if one.state == "denied"), None)
    if denied and _is_member(denied.group) and not os.environ.get(REGROUPED):
        go_on_in_group(denied.group, "member")
    if denied or sights[0].candidate.named or sights[0].state == "busy" or not plan(machine):
        raise EngineUnavailable(tr("find a Docker engine"), "\n       ".join(map(str, sights)), advice(sights, machine))


def _is_member(group: str) -> bool:
    """By the system's list: this session may be older than the membership."""
    try:
        return str(_user()) in grp.getgrnam(group).gr_mem
    except KeyError:
        return False


def advice(sights: Sequence[Sight], machine: Machine) -> str:
    """What to type to have an engine here, after what was seen where one may answer."""
    denied = next((one for one in sights if one.state == "denied"), None)
    if denied:
        user = _user()
        return let_in(denied, shlex.quote(user) if isinstance(user, str) else user, member=_is_member(denied.group))
    if sights[0].state == "busy":
        return tr("wait until `docker version` answers, then `./lab` again; where it never does, that engine's own log says why")
    if sights[0].candidate.named:
        if typed := forward(named_address(), str(Path.home() / ".other-engine.sock")):
            return tr("the lab does not go through ssh by itself; let ssh bring that engine's socket here: {command}", command=typed)
        return tr("start that engine, or unset what names it to let the lab look elsewhere")
    return to_type(machine, apt.by_hand(packages(machine)[0]), sudo.word())


def _user() -> str | int:
    """By the system's list, and not by what the environment says: LOGNAME may be of before a change of user."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a number without a name
        return os.getuid()
