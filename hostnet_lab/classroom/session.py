"""A class from its start to its end: up, down, and away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import IPv4Network
from pathlib import Path

from ..core.errors import LabError, NotOurs, SetupFailed
from ..edges.engine import Engine
from ..words import tr
from . import belongings, bounds, disks, firewall, parts
from .settings import NAME_LABEL, Settings, read, write
from .subnets import SEAT_PREFIX, gateway

Say = Callable[[str], None]


def start(settings: Settings, engine: Engine, proxy: list[str], environment: Mapping[str, str], say: Say) -> list[str]:
    """Everything that does not run yet; returns the names of the parts started. The settings are kept first."""
    write(settings)
    require_shared_mounts(settings, engine)
    ensure_network(settings, engine)
    firewall.ensure(settings)
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
    there = {one["Name"]: one for one in belongings.networks(engine, settings.folder)}
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
    for one in belongings.containers(engine, folder):
        name = one["Labels"].get(NAME_LABEL, "")
        say(tr("stopping the lab host of {name}", name=name))
        if one["State"] == "running":
            with suppress(LabError):
                engine.stop(one["Id"], grace_s=10)
        engine.remove(one["Id"], force=True)
        ended.append(name)
    for one in belongings.networks(engine, folder):
        engine.remove_network(one["Id"])
    disks.unmount_all(folder)
    if settings := read(folder):
        bounds.remove_all(settings.prefix)
        firewall.remove(settings)
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
