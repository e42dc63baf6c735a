"""What a lesson needs before it opens: the image, a docker command that reaches this engine, names and ports that are free."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..core.errors import EngineUnavailable, ImageUnavailable, Taken
from ..core.host.facts import read_container
from ..core.host.ownership import Mark, read_mark, whose
from ..core.host.ports import holder, owner
from ..edges.docker_settings import may_differ
from ..edges.engine import Engine
from ..experiments.engine_host import EngineHost
from ..words import tr
from .looking import Sight

if TYPE_CHECKING:
    from ..core.host.trial import Trial  # a lesson itself has no use for it

IMAGE = "nginx"


def require_image(engine: Engine) -> None:
    if engine.image_id(IMAGE) is None:
        raise ImageUnavailable(tr("the image {image}", image=IMAGE), tr("the engine has none"), tr("run `./lab`: it provides the image"))


def require_command(engine: Engine, labels: Mapping[str, str]) -> None:
    """That `docker` in a cell reaches this engine; tried only where something is set that could lead it elsewhere."""
    if may_differ(os.environ):
        from ..experiments.trial import refused  # a lesson has no use for it else

        found = refused(engine, os.environ, labels)
        if found:
            raise EngineUnavailable(tr("`docker` as cells run it"), found.found, found.mend)


def require_name(engine: Engine, name: str, me: Mark) -> None:
    found = engine.inspect(name)
    if not found:
        return
    tried, labels = tr("the container name {name}", name=name), read_container(found).labels
    mark, owner = read_mark(labels), whose(labels, me)
    if mark and owner == "ours":
        code = f"Lab({me.lesson!r}, take_over=True)"
        do = tr("run the last cell of lesson {lesson}, or open this one with {code}", lesson=mark.lesson, code=code)
        raise Taken(tried, tr("lesson {lesson} is still open and runs it", lesson=mark.lesson), do)
    do = tr("it is left alone; if it is yours, rename it: docker rename {name} my-{name}", name=name)
    elsewhere = tr("a lesson on another machine, or one that cannot be told any more, started the container that has it")
    raise Taken(tried, elsewhere if owner == "elsewhere" else tr("a container that this lab did not start has it"), do)


def require_ports(sight: Sight, its_host: EngineHost, ports: Iterable[int], me: Mark) -> None:
    for port in ports:
        found = holder(sight.with_containers(its_host.held(port)), port)
        if found:
            do = tr("stop it while you take this lesson, or use a machine where the port is free")
            if found.pid == me.process.pid and not found.container:
                do = tr("a cell of this notebook opened it: run its last cell, or restart the kernel")
            who = owner(found, sight.listed())
            raise Taken(tr("port {port}, which this lesson needs", port=port), tr("held by {owner}", owner=who), do)


def try_a_lesson(engine: Engine, environment: Mapping[str, str], labels: Mapping[str, str]) -> Trial:
    """What cells do, done once in their ``environment``; the containers that it takes are gone afterwards. For the doctor."""
    from ..experiments.trial import attempt

    return attempt(engine, environment, labels)
