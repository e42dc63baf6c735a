"""What each command does. A command imports what it needs, no more: `./lab exec` must start at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import BadRequest, LabError
from ..edges.console import answer, say
from ..words import Lines, tr
from .checkout import ROOT as ROOT  # tests have another

if TYPE_CHECKING:
    from ..core.guide.ledger import Ledger
    from ..edges.engine import Engine


def open_lab(options: Namespace) -> int:
    from ..provision import doctor, jupyter, jupyter_record

    with jupyter_record.turn(ROOT, say) as end_turn:
        running = jupyter_record.find(ROOT)
        environment = {} if running else _engine_with_image(options)
        if not running:
            for obstacle in doctor.obstacles(ROOT):
                say(tr("in the way of some lessons: {obstacle}", obstacle=obstacle))

        def show(address: str) -> None:
            end_turn()
            answer(address)

        request = jupyter.Request(ROOT, environment, options.port, options.browser, options.lessons, options.fresh_layout)
        try:
            return jupyter.open_lab(request, say, show)
        finally:
            if not running:
                _sweep()


def reset(options: Namespace) -> int:
    """``./lab reset 03d``: the original comes back, an edited copy stays beside it."""
    from ..edges.lesson_folder import LessonFolder, place

    lessons = LessonFolder(place(ROOT, options.lessons), ROOT / "notebooks")
    if not options.named and not options.all:
        raise BadRequest("./lab reset", tr("no lesson was named"), tr("for example: ./lab reset 03d, or ./lab reset --all"))
    chosen = lessons.lessons() if options.all else [name for word in options.named for name in lessons.meant_by(word)]
    for name in dict.fromkeys(chosen):
        kept = lessons.reset(name)
        if kept:
            answer(tr("{name}: the original is back; what you had written is in {kept}.", name=name, kept=kept))
        else:
            answer(tr("{name}: the original is back.", name=name))
    say(tr("where a lesson is open in JupyterLab: File, Reload Notebook from Disk"))
    return 0


def end(options: Namespace) -> int:
    from .ending import run

    return run(options.named)


def language(options: Namespace) -> int:
    """``./lab language de``: the next start is in German. Without a word: which there are, the present one marked."""
    from ..core.text import table
    from ..words import LANGUAGE, NAMES, setting

    if not options.language:
        answer(table((f"{'*' if one == LANGUAGE else ' '} {one}", name) for one, name in NAMES.items()))
        return 0
    aside = setting.choose(ROOT / ".lab" / "jupyter" / "settings", options.language)
    if aside:
        say(tr("JupyterLab's file with the language could not be used: it is kept as {file}", file=aside))
    say(tr("chosen; it counts from the next `./lab` on, and in JupyterLab from a kernel's next start"))
    return 0


def prove(options: Namespace) -> int:
    from ..provision import commands
    from ..provision.engine_stop import given_back

    strict = options.no_skip or os.environ.get("CI") == "true"
    environment = {"HOSTNET_LAB_REQUIRE": "1"} if strict else {}
    with given_back(ROOT, say):
        try:
            if "--fast" not in options.rest:
                environment |= _engine_with_image(options)
                environment |= {"HOSTNET_LAB_CHROMIUM": str(_chromium(options.install))}
                commands.require(say, commands.FOR_TESTS, may_install=options.install)
        except LabError as error:
            say(tr("not all tests can run.\n{error}", error=Lines(error)))
        try:
            return _run([sys.executable, "-m", "pytest", *["--all"] * options.all, *options.rest], environment, ROOT)
        finally:
            _sweep()


def _engine_with_image(options: Namespace) -> dict[str, str]:
    """Make sure of both; returns the environment variables that lead to the engine."""
    from ..provision import engine, image

    ready = engine.ensure(ROOT, say, may_install=options.install)
    image.provide(ready.engine, root=ROOT, bundle=options.bundle, say=say)
    return dict(ready.environment)


def _chromium(install: bool) -> Path:
    from ..provision import chromium

    return chromium.ensure(install, say)


def stop_all(_options: Namespace) -> int:
    from ..provision import engine_stop, jupyter_record

    stopped = [jupyter_record.stop(ROOT, say), _sweep(), engine_stop.stop(ROOT, say)]
    if not any(stopped):
        say(tr("nothing that the lab started is running"))
    return 0


def _sweep() -> bool:
    """Remove the containers of kernels that have ended; what an open lesson runs is left alone."""
    from ..lab import sweep, sweep_hosts
    from ..provision import engine

    connected = engine.connect()
    removed = sweep(connected) if connected else sweep_hosts()
    if removed:
        say(tr("removed what ended lessons had left: {names}", names=", ".join(removed)))
    return bool(removed)


def execute(options: Namespace) -> int:
    rest = options.rest
    if not rest:
        raise BadRequest("./lab exec", tr("no command was given"), tr("for example: ./lab exec python -V"))
    from ..core.reasons import said
    from ..edges import inheritance

    environment = _environment({})
    program = shutil.which(rest[0], path=environment["PATH"]) or rest[0]
    inheritance.give_back_signals()
    try:
        os.execve(program, rest, environment)
    except OSError as error:
        raise BadRequest(f"./lab exec {rest[0]}", said(error), tr("check the command's name")) from error


def clean(options: Namespace) -> int:
    from ..core.host.findings import elsewhere_words
    from ..lab import left_elsewhere, sweep, sweep_hosts
    from ..labhost import host_image
    from ..provision import debian_image, engine, image

    connected = engine.connect()
    if connected is None:
        hosts = sweep_hosts()
        say(tr("no engine answers: there is nothing to remove on it"))
        answer(tr("Removed: {names}.", names=", ".join(hosts)) if hosts else tr("Nothing of the lab was left."))
        return 0
    removed = sweep(connected, everything=True)
    removed += image.remove(connected, ROOT) + host_image.remove(connected, ROOT) if options.images else []
    elsewhere = left_elsewhere(connected)
    answer(tr("Removed: {names}.", names=", ".join(removed)) if removed else tr("Nothing of the lab was left."))
    if elsewhere:
        say(elsewhere_words(elsewhere))
    if left := image.not_ours(connected, (debian_image.LABEL, host_image.LABEL, host_image.BASE_LABEL)) if options.images else []:
        said = tr("left alone, as they were not brought from here: {names}", names=", ".join(left))
        say(tr("{said}; if they are yours: {command}", said=said, command=f"docker rmi {' '.join(left)}"))
    return 0


def examine(_options: Namespace) -> int:
    from ..core.host.findings import exit_code, table
    from ..provision import doctor

    findings = doctor.examine(ROOT)
    answer(table(findings))
    return exit_code(findings)


def measure(options: Namespace) -> int:
    from ..provision.engine_stop import given_back

    with given_back(ROOT, say):
        environment = _engine_with_image(options)
        return _run([sys.executable, str(ROOT / "benchmarks" / "run.py"), *options.rest], environment, Path.cwd())


def tell_progress(options: Namespace) -> int:
    from .progress import run

    return run(options, say)


def verify(options: Namespace) -> int:
    from ..core.guide import ledger
    from ..core.reports import ledger_text
    from ..provision import engine, image
    from ..provision.engine_stop import given_back
    from . import verify as words

    if options.list:
        answer(ledger_text.listing())
        return 0
    ledger.named(options.claims)  # an unknown claim is refused before anything is started
    try:
        with given_back(ROOT, say):
            ready = engine.ensure(ROOT, say, may_install=options.install)
            image.provide(ready.engine, root=ROOT, bundle=options.bundle, say=say)
            found = _verify(ready.engine, options.claims)
    except (KeyboardInterrupt, SystemExit):
        say(tr("interrupted: what the experiments had started is removed"))
        return 130
    code = words.show(found)
    return code if words.write_reports(found, options, say) else 2


def guide(options: Namespace) -> int:
    """``./lab guide check FILE``: its commands run, its sentences judged. ``bind``: its claims. ``lesson``: a notebook."""
    from ..guides import files
    from ..lab import sweep
    from ..provision import engine, image
    from ..provision.engine_stop import given_back
    from . import guide as words

    if options.action == "bind":
        return words.bind_guide(options, say)
    if options.action == "lesson":
        words.lesson_paths(options)
    for path in files.named(options.files):  # what cannot be read is refused before anything is started
        files.guide(path), files.side(path)
    if not options.runs:
        return words.check(None, options, ROOT, say)
    try:
        with given_back(ROOT, say):
            ready = engine.ensure(ROOT, say, may_install=options.install)
            image.provide(ready.engine, root=ROOT, bundle=options.bundle, say=say)
            sweep(ready.engine)
            if options.action == "lesson":
                return words.make_lesson(ready.engine, options, say)
            return words.check(ready.engine, options, ROOT, say)
    except (KeyboardInterrupt, SystemExit):
        say(tr("interrupted: what was started is removed"))
        return 130


def report(options: Namespace) -> int:
    from ..provision.engine import connect
    from . import report as words

    words.write(words.gather(options.name, connect()), options)
    return 0


def crib(options: Namespace) -> int:
    from .crib import write

    write(options)
    return 0


def _verify(engine: Engine, claims: list[str]) -> Ledger:
    from ..core.host.ownership import Mark
    from ..edges import host
    from ..lab import sweep
    from ..ledger import verify
    from .verify import Teller

    swept, teller = sweep(engine), Teller()
    if swept:
        say(tr("removed what ended runs had left: {names}", names=", ".join(swept)))
    if os.geteuid():
        say(tr("without root the claims that need a host of their own are not tested"))
    try:
        return verify(engine, Mark(os.getuid(), "verify", host.this_process()).labels(), claims, teller)
    finally:
        teller.end()


def host(options: Namespace) -> int:
    from ..labhost import bundling
    from ..provision import engine
    from . import labhost

    bundling.lend_client(ROOT, options.bundle)
    starts = options.action in ("start", "reset")
    ready = engine.ensure(ROOT, say, may_install=options.install, lessons=False).engine if starts else engine.connect()
    if ready is None:
        say(tr("no engine answers: no lab host runs"))
        return 0 if options.action == "stop" else 2
    return labhost.run(ready, ROOT, options, say)


def bundle(options: Namespace) -> int:
    from ..provision import engine
    from . import labhost

    ready = engine.ensure(ROOT, say, may_install=options.install, lessons=False)
    return labhost.write_bundle(ready.engine, ROOT, options, say)


def classroom(options: Namespace) -> int:
    from . import classroom as words

    return words.run(options)


def _run(command: list[str], environment: Mapping[str, str], folder: Path) -> int:
    """Run a child in a folder, in the lab's environment. Ctrl-C reaches it by the terminal, SIGTERM by us."""
    child = subprocess.Popen(command, cwd=folder, env=_environment(environment))
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
        except SystemExit:
            child.terminate()
            child.wait()
            raise


def _environment(more: Mapping[str, str]) -> dict[str, str]:
    """The lab's, for a child that runs tests, lessons or the reader's own command; ``more`` as if it had been inherited."""
    from ..edges import host
    from ..provision.jupyter_setup import child_environment

    return child_environment(ROOT, {**os.environ, **more}, host.addresses())


ACTIONS: dict[str, Callable[[Namespace], int]] = {
    "open": open_lab,
    "test": prove,
    "down": stop_all,
    "exec": execute,
    "clean": clean,
    "doctor": examine,
    "bench": measure,
    "progress": tell_progress,
    "language": language,
    "reset": reset,
    "end": end,
    "verify": verify,
    "guide": guide,
    "report": report,
    "crib": crib,
    "host": host,
    "bundle": bundle,
    "classroom": classroom,
}
