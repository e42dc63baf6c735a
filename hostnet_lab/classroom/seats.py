"""Who gets a seat: as many learners as were promised, each with a disk that is theirs until it is freed, and the teacher beside them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from ..core.errors import BadRequest, Taken
from ..edges.engine import Engine
from ..words import tr
from . import belongings, collecting, disks, work
from .roster import TEACHER, normal
from .settings import NAME_LABEL, Settings


def require(settings: Settings, name: str, present: Collection[str]) -> None:
    """Raises Taken where there is no seat for this name. ``present``: whose lab host has been started."""
    if name == TEACHER:
        return
    known = set(collecting.known(settings)) - {name}
    others = set(present) - {TEACHER, name}
    if (settings.disk(name).exists() or len(known) < settings.learners) and len(others) < settings.learners:
        return
    found = tr("all {n} seats of this class are taken", n=settings.learners)
    raise Taken(tr("give {name} a seat", name=name), found, tr("a name that was here before gets in again; else ask your teacher"))


@dataclass(frozen=True)
class Seat:
    """``used``: when its learner's record last changed; None: never used."""

    name: str
    used: datetime | None
    present: bool


def all_of(settings: Settings, engine: Engine) -> list[Seat]:
    """Each that has a disk, the unused first."""
    present = {one["Labels"].get(NAME_LABEL) for one in belongings.containers(engine, settings.folder)}
    found = [Seat(name, _used(settings, name), name in present) for name in collecting.known(settings)]
    return sorted(found, key=lambda one: (one.used is not None, one.used or datetime.min.replace(tzinfo=UTC), one.name))


def _used(settings: Settings, name: str) -> datetime | None:
    with collecting.open_disk(settings, name):
        changed = work.changed(settings.work(name), work.PROGRESS)
    return datetime.fromtimestamp(changed[1] / 1e9, UTC) if changed else None


def free(settings: Settings, engine: Engine, name: str, *, work_too: bool) -> None:
    """Delete a learner's disk, so that somebody else can have the seat.

    Raises BadRequest where nobody of that name has one, where their lab host is there, or where work would be lost and that was not
    agreed to.
    """
    name = normal(name)
    seat = next((one for one in all_of(settings, engine) if one.name == name), None)
    tried = tr("free the seat of {name}", name=name)
    if seat is None:
        raise BadRequest(tried, tr("nobody of that name has one"), tr("see the names: ./lab classroom seats"))
    if seat.present:
        do = tr("`./lab classroom stop` first, or wait until it has not been used for three hours")
        raise BadRequest(tried, tr("their lab host is there"), do)
    if seat.used and not work_too:
        do = tr("first `./lab classroom reports --into FOLDER`, then again with --yes")
        raise BadRequest(tried, tr("there is work of theirs on its disk"), do)
    if disks.is_mounted(settings.mount(name)):
        disks.unmount_all(settings.mount(name), itself=True)
    for one in (settings.disk(name), collecting.name_file(settings.disk(name))):
        one.unlink(missing_ok=True)
