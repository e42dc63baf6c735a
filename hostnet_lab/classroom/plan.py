"""From what the teacher asked for to the settings of the class: what was not said stays as it was, or gets a default."""

from __future__ import annotations

import os
import shutil
import socket
from dataclasses import dataclass, replace
from pathlib import Path

from ..core.errors import BadRequest, Taken
from ..core.reasons import said
from ..edges import host
from ..edges.engine import Engine
from ..kept import file
from ..labhost.configuration import Flavour
from ..words import tr
from . import belongings, certificate
from .capacity import Limits, Machine, require, room_for
from .roster import roster
from .settings import Addresses, Secrets, Settings, new_password
from .subnets import SEAT_PREFIX, gateway, pool

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
    labs_port: int | None = None
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
        rule = tr("a class has 1 to {most} learners on one server", most=MOST_LEARNERS)
        raise BadRequest(f"--learners {learners}", rule, tr("see docs/classroom.md"))
    if names and len(names) > learners:
        raise BadRequest(f"--learners {learners}", tr("the roster has {n} names", n=len(names)), tr("leave --learners out"))
    require(learners, machine, limits)
    addresses = _addresses(wishes, folder, engine, before)
    cert, key = _certificate(wishes, folder, addresses.name, before)
    return Settings(
        folder=folder,
        image=image,
        flavour=wishes.flavour or (before.flavour if before else "rootless"),
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
        "memory_mib": (400, tr("{value} MiB of memory for each learner")),
        "disk_mib": (16, tr("{value} MiB of disk for each learner")),
        "cpus": (0.1, tr("{value} processors for each learner")),
        "processes": (200, tr("{value} processes for each learner")),
    }
    asked = {key: getattr(wishes, key) for key in bounds if getattr(wishes, key) is not None}
    for key, value in asked.items():
        least, what = bounds[key]
        if value < least:
            found = tr("a lab host does not work with less than {least:g}", least=least)
            raise BadRequest(what.format(value=f"{value:g}"), found, tr("give {least:g} or more", least=least))
    return replace(before, **asked)


def names_of(wishes: Wishes, before: Settings | None) -> tuple[str, ...] | None:
    if wishes.roster is None:
        return before.names if before else None
    try:
        return roster(file.read(wishes.roster).decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        tried, do = tr("read the roster {path}", path=wishes.roster), tr("name a text file in UTF-8 with one name a line")
        raise BadRequest(tried, said(error) if isinstance(error, OSError) else str(error), do) from error


def secrets_of(wishes: Wishes, before: Settings | None) -> Secrets:
    if wishes.password is not None and len(wishes.password) < SHORTEST_PASSWORD:
        found = tr("{n} characters; {least} are the least", n=len(wishes.password), least=SHORTEST_PASSWORD)
        raise BadRequest("--password", found, tr("leave it out: a good one is made"))
    kept = before.secrets if before else Secrets(new_password())
    return replace(kept, learners=wishes.password) if wishes.password else kept


def _certificate(wishes: Wishes, folder: Path, name: str, before: Settings | None) -> tuple[str, str]:
    if (wishes.certificate is None) != (wishes.key is None):
        do = tr("name both, or --tls to have a certificate made")
        raise BadRequest(tr("--cert and --key"), tr("only one of the two was given"), do)
    if wishes.certificate and wishes.key:
        certificate.check(wishes.certificate, wishes.key)
        return str(wishes.certificate.resolve()), str(wishes.key.resolve())
    if wishes.tls:
        made = certificate.make(folder, name)
        return str(made[0]), str(made[1])
    return (before.certificate, before.key) if before else ("", "")


def _addresses(wishes: Wishes, folder: Path, engine: Engine, before: Settings | None) -> Addresses:
    kept = before.addresses if before else None
    public = wishes.address or (kept.public if kept else None) or host.own_address() or "127.0.0.1"
    if public not in (*host.addresses(), "0.0.0.0"):
        if wishes.address:
            found = tr("this server has {addresses}", addresses=", ".join(host.addresses()))
            raise BadRequest(f"--address {public}", found, tr("name one of these"))
        public = host.own_address() or "127.0.0.1"  # the server has moved to another network since
    port = wishes.port or (kept.port if kept else PORT)
    require_free(public, port, "--port N")
    labs_port = port_of_labs(wishes.labs_port, kept.labs_port if kept else 0, public, port)
    name = wishes.name or (kept.name if kept and kept.name != kept.public else public)
    wide = wishes.subnet or (kept.pool if kept else None) or str(pool(taken(engine, folder)))
    hub = str(gateway(next(_seats(wide))))
    mine = (kept.hub_port, kept.proxy_port, kept.board_port, kept.labs_proxy_port, kept.turn_port) if kept and kept.labs_port else ()
    hub_port, proxy_port, board_port, labs_proxy_port, turn_port = mine or free_ports(5)
    return Addresses(public, name, port, wide, hub, hub_port, proxy_port, board_port, labs_port, labs_proxy_port, turn_port)


def port_of_labs(asked: int | None, kept: int, public: str, port: int) -> int:
    """As asked for, as it was, or the next one that is free."""
    if asked == port:
        do = tr("leave --labs-port out: the next free one is taken")
        raise BadRequest(f"--labs-port {asked}", tr("hub and board have that port"), do)
    if wanted := asked or (kept if kept != port else 0):
        require_free(public, wanted, "--labs-port N")
        return wanted
    return free_ports(1, range(port + 1, min(port + 100, 65536)), public)[0]


def _seats(wide: str):  # type: ignore[no-untyped-def]  # an iterator of IPv4Network
    from ipaddress import IPv4Network

    try:
        return IPv4Network(wide).subnets(new_prefix=SEAT_PREFIX)
    except ValueError as error:
        raise BadRequest(f"--subnet {wide}", str(error), tr("for example --subnet 10.89.0.0/20")) from error


def taken(engine: Engine, folder: Path) -> list[str]:
    """Every network that this server or its engine knows, but for what the class in ``folder`` has itself."""
    others = [one for one in engine.networks() if not belongings.belongs(one, folder)]
    parts = [part for one in others for part in (one.get("IPAM") or {}).get("Config") or []]
    return [*host.routes(), *(str(part["Subnet"]) for part in parts if part.get("Subnet"))]


def require_free(address: str, port: int, option: str) -> None:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind((address, port))
        except OSError as error:
            tried, do = tr("open the class on {place}", place=f"{address}:{port}"), tr("name another one: {option}", option=option)
            raise Taken(tried, said(error), do) from error


def free_ports(count: int, among: range = range(18081, 18581), address: str = "0.0.0.0") -> list[int]:
    """Ports that are free now, all different; by default on every address, below the range that outgoing connections use."""
    found: list[int] = []
    for port in among:
        try:
            require_free(address, port, "")
        except Taken:
            continue
        found.append(port)
        if len(found) == count:
            return found
    ports = tr("ports {first} to {last} are all in use", first=among.start, last=among.stop - 1)
    raise Taken(tr("find free ports for the hub"), ports, tr("stop what holds them"))
