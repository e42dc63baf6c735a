"""From what the teacher asked for to the settings of the class: what was not said stays as it was, or gets a default."""

from __future__ import annotations

import os
import shutil
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.capacity import Limits, Machine, require, room_for
from ..core.errors import BadRequest, Taken
from ..core.roster import roster
from ..core.subnets import SEAT_PREFIX, gateway, pool
from ..edges import host
from ..edges.engine import Engine
from ..provision.labhost_config import Flavour
from . import certificate
from .settings import LABEL, Addresses, Secrets, Settings, new_password

PORT = 8000
MOST_LEARNERS = 100
SHORTEST_PASSWORD = 8  # JupyterHub's own rule


@dataclass(frozen=True)
class Wishes:
    """The command line; None: not said."""

    learners: int | None = None
    roster: Path | None = None
    password: str | None = None
    address: str | None = None
    name: str | None = None
    port: int | None = None
    subnet: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    tls: bool = False
    memory_mib: int | None = None
    disk_mib: int | None = None
    cpus: float | None = None
    processes: int | None = None
    flavour: Flavour | None = None


def settings_for(wishes: Wishes, folder: Path, image: str, engine: Engine, before: Settings | None) -> Settings:
    """Raises BadRequest for a wish that cannot be, Taken for a port, SetupFailed where the server is too small."""
    limits = limits_of(wishes, before.limits if before else Limits())
    names = names_of(wishes, before)
    machine = machine_at(folder)
    learners = (
        wishes.learners or (len(names) if names else 0) or (before.learners if before else 0) or min(30, room_for(machine, limits) or 1)
    )
    if not 1 <= learners <= MOST_LEARNERS:
        raise BadRequest(f"--learners {learners}", f"a class has 1 to {MOST_LEARNERS} learners on one server", "see docs/classroom.md")
    if names and len(names) > learners:
        raise BadRequest(f"--learners {learners}", f"the roster has {len(names)} names", "leave --learners out")
    require(learners, machine, limits)
    addresses = _addresses(wishes, engine, before)
    cert, key = _certificate(wishes, folder, addresses.name, before)
    return Settings(
        folder=folder,
        image=image,
        flavour=wishes.flavour or (before.flavour if before else "full"),
        learners=learners,
        addresses=addresses,
        secrets=secrets_of(wishes, before),
        limits=limits,
        names=names,
        certificate=cert,
        key=key,
    )


def machine_at(folder: Path) -> Machine:
    """What there is now; the disks that the class has already count as free, because they are used again."""
    import psutil

    there = next(place for place in (folder, *folder.parents) if place.exists())
    kept = sum(disk.stat().st_blocks * 512 for disk in (folder / "disks").glob("*.ext4"))
    return Machine(psutil.virtual_memory().available >> 20, (shutil.disk_usage(there).free + kept) >> 20, len(os.sched_getaffinity(0)))


def limits_of(wishes: Wishes, before: Limits) -> Limits:
    """The smallest values with which a lab host and lesson 01 still work."""
    bounds = {
        "memory_mib": (400, "MiB of memory"),
        "disk_mib": (16, "MiB of disk"),
        "cpus": (0.1, "processors"),
        "processes": (200, "processes"),
    }
    said = {key: getattr(wishes, key) for key in bounds if getattr(wishes, key) is not None}
    for key, value in said.items():
        least, what = bounds[key]
        if value < least:
            raise BadRequest(
                f"{value:g} {what} for each learner", f"a lab host does not work with less than {least:g}", f"give {least:g} or more"
            )
    return replace(before, **said)


def names_of(wishes: Wishes, before: Settings | None) -> tuple[str, ...] | None:
    if wishes.roster is None:
        return before.names if before else None
    try:
        return roster(wishes.roster.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"read the roster {wishes.roster}", str(error), "name a text file in UTF-8 with one name a line") from error


def secrets_of(wishes: Wishes, before: Settings | None) -> Secrets:
    if wishes.password is not None and len(wishes.password) < SHORTEST_PASSWORD:
        do = "leave it out: a good one is made"
        raise BadRequest("--password", f"{len(wishes.password)} characters; {SHORTEST_PASSWORD} are the least", do)
    kept = before.secrets if before else Secrets(new_password())
    return replace(kept, learners=wishes.password) if wishes.password else kept


def _certificate(wishes: Wishes, folder: Path, name: str, before: Settings | None) -> tuple[str, str]:
    if (wishes.certificate is None) != (wishes.key is None):
        raise BadRequest("--cert and --key", "only one of the two was given", "name both, or --tls to have a certificate made")
    if wishes.certificate and wishes.key:
        certificate.check(wishes.certificate, wishes.key)
        return str(wishes.certificate.resolve()), str(wishes.key.resolve())
    if wishes.tls:
        made = certificate.make(folder, name)
        return str(made[0]), str(made[1])
    return (before.certificate, before.key) if before else ("", "")


def _addresses(wishes: Wishes, engine: Engine, before: Settings | None) -> Addresses:
    kept = before.addresses if before else None
    public = wishes.address or (kept.public if kept else None) or host.own_address() or "127.0.0.1"
    if public not in (*host.addresses(), "0.0.0.0"):
        if wishes.address:
            raise BadRequest(f"--address {public}", f"this server has {', '.join(host.addresses())}", "name one of these")
        public = host.own_address() or "127.0.0.1"  # the server has moved to another network since
    port = wishes.port or (kept.port if kept else PORT)
    require_free(public, port, "--port N")
    name = wishes.name or (kept.name if kept and kept.name != kept.public else public)
    wide = wishes.subnet or (kept.pool if kept else None) or str(pool(_taken(engine)))
    hub = str(gateway(next(_seats(wide))))
    if kept:
        return Addresses(public, name, port, wide, hub, kept.hub_port, kept.proxy_port, kept.board_port)
    hub_port, proxy_port, board_port = free_ports(3)
    return Addresses(public, name, port, wide, hub, hub_port, proxy_port, board_port)


def _seats(wide: str):  # type: ignore[no-untyped-def]  # an iterator of IPv4Network
    from ipaddress import IPv4Network

    try:
        return IPv4Network(wide).subnets(new_prefix=SEAT_PREFIX)
    except ValueError as error:
        raise BadRequest(f"--subnet {wide}", str(error), "for example --subnet 10.89.0.0/20") from error


def _taken(engine: Engine) -> list[str]:
    """Every network that this server or its engine knows, but for what this class has itself."""
    configs = [one["IPAM"].get("Config") or [] for one in engine.networks() if LABEL not in (one.get("Labels") or {})]
    return [*host.routes(), *(part["Subnet"] for config in configs for part in config if "Subnet" in part)]


def require_free(address: str, port: int, option: str) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((address, port))
        except OSError as error:
            raise Taken(f"open the class on {address}:{port}", error.strerror or str(error), f"name another one: {option}") from error


def free_ports(count: int) -> list[int]:
    """Ports that are free now on every address, all different. Below the range that outgoing connections use."""
    found: list[int] = []
    for port in range(18081, 18081 + 500):
        try:
            require_free("0.0.0.0", port, "")
        except Taken:
            continue
        found.append(port)
        if len(found) == count:
            return found
    raise Taken("find free ports for the hub", "ports 18081 to 18580 are all in use", "stop what holds them")
