"""What a lesson needs before it opens: the image, a docker command that reaches this engine, names and ports that are free."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from ..core.errors import EngineUnavailable, ImageUnavailable, StillOpen, Taken
from ..core.host.facts import read_container
from ..core.host.ownership import Mark, read_mark, whose
from ..core.host.ports import behind, holder, owner
from ..edges import open_lessons
from ..edges.docker_settings import may_differ
from ..edges.engine import Engine
from ..experiments.engine_host import EngineHost
from ..words import tr
from .ending import can_end, holding
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


def require_free(engine: Engine, sight: Sight, its_host: EngineHost, names: Iterable[str], ports: Iterable[int], me: Mark) -> None:
    """Raises Taken for what somebody holds, and StillOpen where only other lessons of this learner's do, with all of these."""
    by_name = {name: _holder_of_name(engine, name, me) for name in names}
    by_port = {tr("port {port}", port=port): _holder_of_port(sight, its_host, port, me) for port in ports}
    held = {what: mark for what, mark in {**by_name, **by_port}.items() if mark}
    if held:
        raise _still_open(held, me)


def require_name(engine: Engine, name: str, me: Mark) -> None:
    """The same for one name alone."""
    if mark := _holder_of_name(engine, name, me):
        raise _still_open({name: mark}, me)


def _still_open(held: Mapping[str, Mark], me: Mark) -> StillOpen:
    lessons = tuple(sorted({mark.lesson for mark in held.values()}))
    processes = tuple(sorted({open_lessons.name(mark.process) for mark in held.values()}))
    return StillOpen(tr("open lesson {lesson}", lesson=me.lesson), lessons, processes, ", ".join(held))


def _holder_of_name(engine: Engine, name: str, me: Mark) -> Mark | None:
    """The other open lesson that has the name; raises Taken where nobody of these can be asked to end."""
    found = engine.inspect(name)
    if not found:
        return None
    tried, labels = tr("the container name {name}", name=name), read_container(found).labels
    mark, owner = read_mark(labels), whose(labels, me)
    if mark and can_end(mark):
        return mark
    if mark and owner == "ours":
        code = f"Lab({me.lesson!r}, take_over=True)"
        do = tr("run the last cell of lesson {lesson}, or open this one with {code}", lesson=mark.lesson, code=code)
        raise Taken(tried, tr("lesson {lesson} is still open and runs it", lesson=mark.lesson), do)
    do = tr("it is left alone; if it is yours, rename it: docker rename {name} my-{name}", name=name)
    elsewhere = tr("a lesson on another machine, or one that cannot be told any more, started the container that has it")
    raise Taken(tried, elsewhere if owner == "elsewhere" else tr("a container that this lab did not start has it"), do)


def _holder_of_port(sight: Sight, its_host: EngineHost, port: int, me: Mark) -> Mark | None:
    """As for a name: by a container of its, or by its kernel's own process."""
    found = holder(sight.with_containers(its_host.held(port)), port)
    if found is None:
        return None
    there = sight.listed()
    container = behind(found, there)
    mark = read_mark(container.labels) if container else holding(found.pid) if found.pid else None
    if mark and can_end(mark):
        return mark
    do = tr("stop it while you take this lesson, or use a machine where the port is free")
    if found.pid == me.process.pid and not found.container:
        do = tr("a cell of this notebook opened it: run its last cell, or restart the kernel")
    raise Taken(tr("port {port}, which this lesson needs", port=port), tr("held by {owner}", owner=owner(found, there)), do)


def try_a_lesson(engine: Engine, environment: Mapping[str, str], labels: Mapping[str, str]) -> Trial:
    """What cells do, done once in their ``environment``; the containers that it takes are gone afterwards. For the doctor."""
    from ..experiments.trial import attempt

    return attempt(engine, environment, labels)
