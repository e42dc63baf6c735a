"""Where a guide's commands are run: a disposable host, or here, through the shim. What is left afterwards, and its removal."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from ..core.errors import SetupFailed
from ..core.guides.judging import Left
from ..core.host.facts import Listener, name_of, read_listeners
from ..core.host.network import Network, difference
from ..core.host.ownership import Mark
from ..edges import host, network, shim
from ..edges.engine import Engine
from ..experiments.disposable import disposable
from ..experiments.stage import Stage
from ..lab import sweep
from ..words import tr
from . import sandbox

MOST_IMAGES = 10


@dataclass(frozen=True)
class Place:
    """``first``: the words that lead there. ``cut_off``: without a network outside. ``tidy``: removes what is ours, and names it."""

    engine: Engine
    first: Sequence[str]
    prefix: Sequence[str]
    environment: Mapping[str, str]
    folder: str | None
    cut_off: bool
    listeners: Callable[[], Collection[Listener]]
    tidy: Callable[[], list[str]]


@contextmanager
def apart(engine: Engine, labels: Mapping[str, str], images: Sequence[str], readable: Sequence[str] = ()) -> Iterator[Place]:
    """A disposable host, with nginx and those of ``images`` that this machine's engine has. Needs root; raises SetupFailed.

    ``readable``: folders that are there to be read, wherever they are.
    """
    with disposable(engine, labels) as stage:
        for image in images[:MOST_IMAGES]:
            _lend(engine, stage.engine, image)

        def listeners() -> list[Listener]:
            return _listeners(stage)

        first = sandbox.first_words(stage, readable)
        yield Place(stage.engine, first, stage.prefix, sandbox.environment(), None, True, listeners, list)


def _lend(engine: Engine, own: Engine, image: str) -> None:
    if engine.image_id(image) and not own.image_id(image):
        own.load_image(BytesIO(b"".join(engine.save_image(image))))


def _listeners(stage: Stage) -> list[Listener]:
    texts = (stage.shell("cat", f"/proc/net/{name}").text for name in ("tcp", "tcp6"))
    return list(host.owned([one for text in texts for one in read_listeners(text)]))


@contextmanager
def here(engine: Engine) -> Iterator[Place]:
    """This machine, as the person who asked. Containers get a mark by the shim; of all else nothing is touched afterwards."""
    mark = Mark(os.getuid(), "guide", host.this_process())
    docker = shim.readers_docker()
    if docker is None:
        raise SetupFailed(tr("run a guide here"), tr("the command `docker` is not on the PATH"), tr("run `./lab doctor`"))
    folder = Path(tempfile.mkdtemp(prefix="hostnet-lab-guide-"))
    try:
        (folder / "bin").mkdir()
        (folder / "work").mkdir()
        shim.copy(folder / "bin")
        labels = " ".join(f"{key}={value}" for key, value in mark.labels().items())
        own = {shim.REAL: docker, shim.LABELS: labels, "PATH": f"{folder / 'bin'}:{os.environ.get('PATH', os.defpath)}", "TERM": "dumb"}
        given = {key: value for key, value in os.environ.items() if key not in shim.START_UP}
        yield Place(engine, (), (), {**given, **own}, str(folder / "work"), False, host.listeners, lambda: sweep(engine))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True)
class Look:
    """The host at one moment: its network, and what the engine holds by name."""

    network: Network
    containers: frozenset[str]
    networks: frozenset[str]


def look(place: Place) -> Look:
    listed = place.engine.containers()
    named = frozenset(str(one.get("Name")) for one in place.engine.networks())
    return Look(network.snapshot(place.prefix), frozenset(map(name_of, listed)), named)


def differences(before: Look, after: Look) -> tuple[Left, ...]:
    """Containers and networks first, by name; then what is different in the host's network."""
    parts = (("container", before.containers, after.containers), ("network", before.networks, after.networks))
    named = [
        Left(kind, added, name)
        for kind, was, now in parts
        for added, new in ((True, now - was), (False, was - now))
        for name in sorted(new)
    ]
    return tuple([*named, *(Left(one.kind, one.added, one.what) for one in difference(before.network, after.network))])
