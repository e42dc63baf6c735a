"""A class from its start to its end: up, down, who has been here, and their work in one folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network
from pathlib import Path, PurePosixPath

from ..core.board import Board, board
from ..core.errors import LabError, NotOurs, SetupFailed
from ..core.roster import TEACHER
from ..core.subnets import SEAT_PREFIX, gateway
from ..edges.engine import Engine
from ..words import tr
from . import disks, hub_api, parts, work
from .settings import LABEL, NAME_LABEL, Settings, write
from .standing import Standing

Say = Callable[[str], None]
REPORTS = (".html", ".json", ".xml", ".md", ".svg", ".jsonl")
LARGEST_REPORT = 16 << 20


def start(settings: Settings, engine: Engine, proxy: list[str], environment: Mapping[str, str], say: Say) -> list[str]:
    """Everything that does not run yet; returns the names of the parts started. The settings are kept first."""
    write(settings)
    require_shared_mounts(settings, engine)
    ensure_network(settings, engine)
    return parts.start(settings, proxy, environment, say)


def require_shared_mounts(settings: Settings, engine: Engine) -> None:
    """Raises SetupFailed where the engine does not see what is mounted here: it would write past the learners' disks."""
    disk, folder = settings.folder / "disks" / "probe.ext4", settings.folder / "work" / "probe" / "work"
    disks.mount(disk, folder, 8)
    try:
        mounts = [{"Type": "bind", "Source": str(folder), "Target": "/work"}]
        made, _ = engine.create({"Image": settings.image, "Labels": settings.labels, "HostConfig": {"Mounts": mounts}})
        engine.remove(made)
    except LabError as error:
        do = tr("start the class where the engine runs, in the same mount namespace: not in a container, not over a network")
        raise SetupFailed(tr("give the engine a disk that was mounted here"), error.found, do) from error
    finally:
        disks.unmount_all(folder.parent.parent / "probe", itself=True)
        disk.unlink(missing_ok=True)


def ensure_network(settings: Settings, engine: Engine) -> None:
    """The network whose gateway is the hub's address. No container joins it: it is there for the address."""
    there = {one["Name"]: one for one in engine.networks(f"{LABEL}={settings.folder}")}
    if f"{settings.prefix}-hub" in there:
        return
    subnet = next(IPv4Network(settings.addresses.pool).subnets(new_prefix=SEAT_PREFIX))
    engine.create_network(
        {
            "Name": f"{settings.prefix}-hub",
            "Driver": "bridge",
            "CheckDuplicate": True,
            "IPAM": {"Driver": "default", "Config": [{"Subnet": str(subnet), "Gateway": str(gateway(subnet))}]},
            "Labels": settings.labels,
        }
    )


def stop(folder: Path, engine: Engine, say: Say) -> list[str]:
    """End the class: its parts, lab hosts and networks. Disks with the learners' work, and the settings, stay.

    Returns what was ended, by name.
    """
    ended = parts.stop(folder, say)
    for one in engine.containers(f"{LABEL}={folder}"):
        name = one["Labels"].get(NAME_LABEL, "")
        say(tr("stopping the lab host of {name}", name=name))
        if one["State"] == "running":
            with suppress(LabError):
                engine.stop(one["Id"], grace_s=10)
        engine.remove(one["Id"], force=True)
        ended.append(name)
    for one in engine.networks(f"{LABEL}={folder}"):
        engine.remove_network(one["Id"])
    disks.unmount_all(folder)
    return ended


def remove(folder: Path, engine: Engine, say: Say) -> None:
    """End the class and delete all of it, the learners' work included."""
    import shutil

    if folder.exists() and not (folder / "settings.json").exists():
        do = tr("look into it, and remove it yourself: {folder}", folder=folder)
        raise NotOurs(tr("remove {folder}", folder=folder), tr("it holds no class: settings.json is missing"), do)
    stop(folder, engine, say)
    if disks.mounted_below(folder):
        found = tr("a learner's disk is still mounted below it")
        raise NotOurs(tr("remove {folder}", folder=folder), found, tr("end what uses it, then again"))
    shutil.rmtree(folder, ignore_errors=False) if folder.exists() else None


@dataclass(frozen=True)
class Collected:
    learners: int
    files: int


def known(settings: Settings) -> list[str]:
    """Everybody who has a disk, by the hub's list of users where it answers, and the roster."""
    names = set(settings.names or ())
    with suppress(LabError):
        names |= {one["name"] for one in hub_api.ask(settings, settings.secrets.control, "GET", "users?limit=200")}
    return sorted(name for name in names - {TEACHER} if settings.disk(name).exists())


def collect(settings: Settings, engine: Engine, into: Path) -> Collected:
    """Copy every learner's progress and reports to ``into``/NAME; plain files only, none above 16 MiB, no links followed."""
    names, files = known(settings), 0
    standing = Standing(settings, engine)
    progress = {name: ("stopped", standing.progress(name)) for name in names}
    for name in names:
        disks.mount(settings.disk(name), settings.work(name), settings.limits.disk_mib)
        target = into / settings.disk(name).stem
        target.mkdir(parents=True, exist_ok=True)
        (target / "name.txt").write_text(f"{name}\n", "utf-8")
        for file in work.names(settings.work(name), REPORTS):
            data = work.read(settings.work(name), PurePosixPath(file), LARGEST_REPORT)
            if data is not None:
                (target / file).write_bytes(data)
                files += 1
    (into / "class.csv").write_text(as_csv(board(progress, datetime.now(UTC))), "utf-8")  # type: ignore[arg-type]
    return Collected(len(names), files)


def as_csv(found: Board) -> str:
    """One line a learner. A name that a spreadsheet would take for a formula gets an apostrophe in front.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    lessons = [tr("lesson {id}", id=cell.lesson) for cell in found.rows[0].cells] if found.rows else []
    writer.writerow([tr("learner"), *lessons, *([tr("checks passed")] if found.rows else [])])
    for row in found.rows:
        name = f"'{row.name}" if row.name[:1] in "=+-@" else row.name
        cells = [tr("{passed} of {exercises}", passed=cell.passed, exercises=cell.exercises) if cell.opened else "" for cell in row.cells]
        writer.writerow([name, *cells, row.passed])
    return out.getvalue()
