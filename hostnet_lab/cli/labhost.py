"""``./lab host`` and ``./lab bundle``: what is asked for, and in which order it is done."""

from __future__ import annotations

import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..core.errors import BadRequest
from ..edges.console import answer
from ..words import tr

if TYPE_CHECKING:
    from ..edges.engine import Engine
    from ..labhost.starting import Host

Say = Callable[[str], None]


def run(engine: Engine, root: Path, asked: Namespace, say: Say) -> int:
    from ..labhost import starting
    from ..provision import browser

    if asked.action == "exec":
        return _execute(starting.find(engine, asked.name), asked)
    if asked.action == "stop":
        stopped = starting.stop(engine, asked.name)
        browser.forget(root)
        say(tr("stopped the lab host {name}", name=asked.name) if stopped else tr("no lab host {name} is there", name=asked.name))
        return 0
    if asked.action == "reset":
        before = starting.find(engine, asked.name)
        asked.keep = asked.keep or bool(before and before.volume)
        removed = starting.reset(engine, asked.name)
        say(tr("removed: {names}", names=", ".join(removed)) if removed else tr("removed: nothing, none was there"))
    return _open(engine, root, asked, say)


def _open(engine: Engine, root: Path, asked: Namespace, say: Say) -> int:
    from ..labhost import starting
    from ..provision import browser
    from ..provision.jupyter_setup import free_port

    found = starting.find(engine, asked.name)
    if found and found.running:
        say(tr("the lab host {name} runs already", name=asked.name))
    else:
        image = _image(engine, root, asked, say)
        port = free_port(asked.port)
        say(tr("starting the lab host {name}", name=asked.name))
        flavour: starting.Flavour = "rootless" if asked.rootless else "full"
        found = starting.start(engine, starting.Wish(image, port, asked.name, flavour, asked.keep), say)
    if found.volume:
        say(tr("`./lab host stop` ends it; the work is kept in the volume {volume}", volume=found.volume))
    else:
        say(tr("`./lab host stop` ends it; the work is not kept then (--keep)"))
    reached = starting.reaches(found)
    browser.present(root, found.address, asked.browser and reached, say, answer)
    if not reached:
        port = urlsplit(found.address).port or 0
        do = f"ssh -N -L {port}:127.0.0.1:{port} MACHINE"
        say(tr("port {port} is open on the engine's machine, and does not lead here yet: {command}", port=port, command=do))
    return 0


def _image(engine: Engine, root: Path, asked: Namespace, say: Say) -> str:
    """Of a bundle, or of this checkout: there, or built now."""
    from ..labhost import bundling, free_room, host_image
    from ..provision import image

    if asked.bundle:
        free_room.check(engine, "loaded")
        return bundling.load(engine, root, asked.bundle, say)
    ready = host_image.find(engine, root)
    free_room.check(engine, "there" if ready else "built")
    if ready:
        return ready
    image.provide(engine, root=root, bundle=None, say=say)
    return host_image.ensure(engine, root, say, may_install=asked.install)


def _execute(host: Host | None, asked: Namespace) -> int:
    from ..labhost import starting

    if host is None or not host.running:
        raise BadRequest("./lab host exec", tr("no lab host {name} runs", name=asked.name), tr("start it: ./lab host"))
    if not asked.rest:
        raise BadRequest("./lab host exec", tr("no command was given"), tr("for example: ./lab host exec docker ps"))
    return subprocess.run(starting.inside(host, asked.rest), stdin=sys.stdin, check=False).returncode


def write_bundle(engine: Engine, root: Path, asked: Namespace, say: Say) -> int:
    from ..labhost import bundling, host_image
    from ..provision import image

    image.provide(engine, root=root, bundle=asked.bundle, say=say)
    host_image.ensure(engine, root, say, may_install=asked.install)
    bundling.write(engine, root, asked.file, say)
    answer(asked.file)
    return 0
