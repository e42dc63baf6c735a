"""``./lab host`` and ``./lab bundle``: what is asked for, and in which order it is done."""

from __future__ import annotations

import argparse
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
ACTIONS = ("start", "stop", "reset", "exec")


def options_of(words: list[str]) -> Namespace:
    """``./lab host [stop|reset|exec COMMAND ...]`` and its options."""
    parser = argparse.ArgumentParser("./lab host", description=tr("Run the lab in a host of its own."), allow_abbrev=False)
    parser.add_argument("action", nargs="*", metavar="ACTION", help=tr("stop, reset, or exec COMMAND ...; none: start it"))
    parser.add_argument("--keep", action="store_true", help=tr("keep the work and the progress in a volume"))
    parser.add_argument("--rootless", action="store_true", help=tr("the flavour without added rights"))
    parser.add_argument("--name", default="lab", help=tr("of the lab host, where several are wanted (default: lab)"))
    cut = words.index("exec") if "exec" in words else len(words)
    options = parser.parse_intermixed_args(words[:cut])
    actions = [*options.action, *words[cut : cut + 1]] or ["start"]
    if len(actions) > 1 or actions[0] not in ACTIONS:
        raise BadRequest(f"./lab host {' '.join(words)}", tr("{word!r} belongs to nothing", word=actions[-1]), tr("see ./lab host --help"))
    options.action, options.command = actions[0], words[cut + 1 :]
    if not is_name(options.name):
        do = tr("use letters, digits, dots and dashes, at most 30, a letter or digit first")
        raise BadRequest(f"./lab host --name {options.name!r}", tr("that cannot be the name of a container"), do)
    return options


def is_name(text: str) -> bool:
    return 0 < len(text) <= 30 and text.isascii() and text[0].isalnum() and all(one.isalnum() or one in ".-" for one in text)


def run(engine: Engine, root: Path, own: Namespace, asked: Namespace, say: Say) -> int:
    """``own``: the lab's common options; ``asked``: as of ``options_of``."""
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
    return _open(engine, root, own, asked, say)


def _open(engine: Engine, root: Path, own: Namespace, asked: Namespace, say: Say) -> int:
    from ..labhost import starting
    from ..provision import browser
    from ..provision.jupyter_setup import free_port

    found = starting.find(engine, asked.name)
    if found and found.running:
        say(tr("the lab host {name} runs already", name=asked.name))
    else:
        image = _image(engine, root, own, asked, say)
        port = free_port(own.port)
        say(tr("starting the lab host {name}", name=asked.name))
        flavour: starting.Flavour = "rootless" if asked.rootless else "full"
        found = starting.start(engine, starting.Wish(image, port, asked.name, flavour, asked.keep), say)
    if found.volume:
        say(tr("`./lab host stop` ends it; the work is kept in the volume {volume}", volume=found.volume))
    else:
        say(tr("`./lab host stop` ends it; the work is not kept then (--keep)"))
    reached = starting.reaches(found)
    browser.present(root, found.address, own.browser and reached, say, answer)
    if not reached:
        port = urlsplit(found.address).port or 0
        do = f"ssh -N -L {port}:127.0.0.1:{port} MACHINE"
        say(tr("port {port} is open on the engine's machine, and does not lead here yet: {command}", port=port, command=do))
    return 0


def _image(engine: Engine, root: Path, own: Namespace, asked: Namespace, say: Say) -> str:
    """Of a bundle, or of this checkout: there, or built now."""
    from ..labhost import bundling, free_room, host_image
    from ..provision import image

    if own.bundle:
        free_room.check(engine, "loaded")
        return bundling.load(engine, root, own.bundle, say)
    ready = host_image.find(engine, root)
    free_room.check(engine, "there" if ready else "built")
    if ready:
        return ready
    image.provide(engine, root=root, bundle=None, say=say)
    return host_image.ensure(engine, root, say, may_install=own.install)


def _execute(host: Host | None, asked: Namespace) -> int:
    from ..labhost import starting

    if host is None or not host.running:
        raise BadRequest("./lab host exec", tr("no lab host {name} runs", name=asked.name), tr("start it: ./lab host"))
    if not asked.command:
        raise BadRequest("./lab host exec", tr("no command was given"), tr("for example: ./lab host exec docker ps"))
    return subprocess.run(starting.inside(host, asked.command), stdin=sys.stdin, check=False).returncode


def write_bundle(engine: Engine, root: Path, target: Path, own: Namespace, say: Say) -> int:
    from ..labhost import bundling, host_image
    from ..provision import image

    image.provide(engine, root=root, bundle=own.bundle, say=say)
    host_image.ensure(engine, root, say, may_install=own.install)
    bundling.write(engine, root, target, say)
    answer(target)
    return 0
