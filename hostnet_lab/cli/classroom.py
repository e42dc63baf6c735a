"""``./lab classroom``: its words, and what the teacher reads."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from ..classroom import capacity
from ..core.errors import BadRequest, SetupFailed
from ..core.text import table
from ..edges.console import answer, say
from ..words import tr
from .checkout import ROOT

if TYPE_CHECKING:
    from ..classroom.plan import Wishes
    from ..classroom.settings import Settings


FULL = tr(
    "flavour full: learners are root in lab hosts that may mount, so one who knows how gets out, to the server and to the others. "
    "Choose it for people whom you would let use your engine anyway, on a server with nothing else on it."
)


def run(asked: Namespace) -> int:
    if asked.seat and asked.word != "free":
        raise BadRequest(f"{asked.word} {asked.seat}", tr("only `free` takes a name"), tr("see `./lab classroom --help`"))
    words = {"status": status, "reports": reports, "seats": seats}
    changing = {"start": start, "free": free, "stop": stop, "remove": remove}
    return words[asked.word](asked) if asked.word in words else _alone(changing[asked.word], asked)


def _alone(word: Callable[[Namespace], int], asked: Namespace) -> int:
    """One command at a time changes a class: what comes later waits, and is told for whom."""
    from ..classroom import settings
    from ..edges import turns
    from ..provision import record

    def waiting(holder: str) -> None:
        say(tr("waiting for another command at this class: {process}", process=holder))

    with turns.turn(record.lock(settings.lock(ROOT, record.folder(ROOT))), waiting):
        return word(asked)


def start(asked: Namespace) -> int:
    from ..classroom import certificate, disks, firewall, parts, plan, proxy_program, session, settings
    from ..labhost import host_image
    from ..provision import commands, engine, image

    folder = settings.place(ROOT)
    before = settings.read(folder)
    if before and all(parts.running(folder, name) for name in parts.NAMES):
        say(tr("the class runs already; what was asked for anew counts after `./lab classroom stop`"))
        firewall.ensure(before)  # who loads the server's firewall anew takes other rules away
        return present(before, asked)
    why = disks.why_not()
    if why:
        raise SetupFailed(tr("start a class"), why, tr("run `sudo ./lab classroom` on a server with loop devices"))
    commands.require(say, commands.FOR_A_CLASS, may_install=asked.install)
    ready = engine.ensure(ROOT, say, may_install=asked.install)
    wishes = _wishes(asked)
    running_hub = before and any(parts.running(folder, name) for name in parts.NAMES)
    wanted = before if before and running_hub else plan.settings_for(wishes, folder, host_image.tag(ROOT), ready.engine, before)
    proxy = proxy_program.ensure(ROOT / ".lab" / "classroom" / "proxy", say)
    image.provide(ready.engine, root=ROOT, bundle=asked.bundle, say=say)  # the lab host's image holds it
    host_image.ensure(ready.engine, ROOT, say, may_install=asked.install)
    say(capacity.sums(wanted.learners, plan.machine_at(folder), wanted.limits).replace("\n", "; "))
    crowded = capacity.crowded(wanted.learners, plan.machine_at(folder))
    if crowded:
        say(crowded)
    if wanted.flavour == "full":
        say(FULL)
    if not wanted.certificate:
        say(tr("without --tls whoever listens on this network reads the passwords"))
    elif wanted.certificate == str(folder / "tls.crt"):
        shown = certificate.fingerprint(Path(wanted.certificate))
        say(tr("browsers will warn of the certificate; its SHA-256 is {fingerprint}", fingerprint=shown))
    session.start(wanted, ready.engine, proxy, ready.environment, say)
    return present(wanted, asked)


def _wishes(asked: Namespace) -> Wishes:
    from ..classroom.plan import Wishes

    return Wishes(**{one.name: getattr(asked, one.name) for one in fields(Wishes)})


def present(found: Settings, asked: Namespace) -> int:
    """What the teacher needs, on stdout: the address as text and as a QR code, the passwords, the board."""
    import segno

    from ..classroom.config import BOARD
    from ..classroom.roster import TEACHER

    roster = found.names
    who = tr("any name, {n} seats", n=found.learners) if roster is None else tr("{n} names of the roster", n=len(roster))
    board = f"{found.address}services/{BOARD}/"
    answer(tr("Class:     {address}   ({who}, password: {password})", address=found.address, who=who, password=found.secrets.learners))
    answer(tr("Board:     {address}   (name: {name}, password: {password})", address=board, name=TEACHER, password=found.secrets.teacher))
    answer(tr("Lab hosts: {address}   (found by itself; a firewall must let both ports in)", address=found.labs))
    answer(tr("End:       ./lab classroom stop"))
    if sys.stdout.isatty():
        segno.make(found.address).terminal(compact=True)
    if asked.ahead:
        _ahead(found)
    return 0


def _ahead(found: Settings) -> None:
    from ..classroom import hub_api

    if not found.names:
        raise BadRequest("--ahead", tr("without a roster nobody knows who will come"), tr("name a roster: --roster FILE"))
    for number, name in enumerate(found.names, 1):
        hub_api.start_host(found, name)
        say(tr("asked for lab host {number} of {total}", number=number, total=len(found.names)))


def _class() -> Settings:
    from ..classroom import settings

    found = settings.read(settings.place(ROOT))
    if found is None:
        raise BadRequest("./lab classroom", tr("there is no class here yet"), tr("`./lab classroom` starts one"))
    return found


def status(asked: Namespace) -> int:
    from ..classroom import parts

    found = _class()
    answer(table((name, tr("runs") if parts.running(found.folder, name) else tr("does not run")) for name in parts.NAMES))
    return present(found, asked)


def reports(asked: Namespace) -> int:
    from ..classroom import collecting

    into = asked.into or Path("class-reports")
    done = collecting.collect(_class(), into)
    said = tr(
        "{files} files of {learners} learners in {into}; the summary is {summary}",
        files=done.files,
        learners=done.learners,
        into=into,
        summary=into / "class.csv",
    )
    answer(said)
    return 0


def seats(_asked: Namespace) -> int:
    from ..classroom import seats as taken
    from ..edges.engine import Engine

    found = _class()
    there = taken.all_of(found, Engine.connect())
    answer(tr("{taken} of {n} seats taken", taken=len(there), n=found.learners))
    for one in there:
        used = one.used.strftime("%Y-%m-%d %H:%M UTC") if one.used else tr("never used")
        answer(f"{one.name}  {used}")
    return 0


def free(asked: Namespace) -> int:
    from ..classroom import seats as taken
    from ..edges.engine import Engine

    if not asked.seat:
        raise BadRequest("./lab classroom free", tr("whose seat was not said"), tr("see the names: ./lab classroom seats"))
    taken.free(_class(), Engine.connect(), asked.seat, work_too=asked.yes)
    say(tr("the seat of {name} is free", name=asked.seat))
    return 0


def stop(_asked: Namespace) -> int:
    from ..classroom import session, settings
    from ..edges.engine import Engine

    ended = session.stop(settings.place(ROOT), Engine.connect(), say)
    say(tr("the class has ended; `./lab classroom` goes on with it") if ended else tr("no class runs here"))
    return 0


def remove(asked: Namespace) -> int:
    from ..classroom import session, settings
    from ..edges.engine import Engine

    if not asked.yes:
        do = tr("first `./lab classroom reports --into FOLDER`, then `./lab classroom remove --yes`")
        raise BadRequest("./lab classroom remove", tr("it deletes all learners' work"), do)
    session.remove(settings.place(ROOT), Engine.connect(), say)
    say(tr("the class and all its work are deleted"))
    return 0
