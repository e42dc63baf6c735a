"""A lab host: a container with an engine and JupyterLab of its own. Started, found, stopped, and made new.

It is found by its labels, never by its name alone, and belongs to the user and the machine that it was started by.
It stays when it is killed or the machine is rebooted, with the learner's work in it; it goes, with all that is not kept, when
it is stopped by ``stop``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..core.errors import ContainerFailed, LabError, NoAnswer, NotOurs, Taken
from ..core.host.facts import name_of
from ..core.host.ownership import OWNER
from ..edges import builds, host
from ..edges.engine import Engine
from ..edges.probe import get, wait_until
from ..lab import names_this_machine
from ..provision.jupyter_setup import FIRST_PAGE
from ..words import LANGUAGE, Lines, tr
from .configuration import FLAVOURS, JUPYTER_PORT, Flavour, host_config

__all__ = ["FLAVOURS", "Flavour", "Host", "Wish", "find", "host_config", "inside", "reset", "start", "stop"]

NAME = "org.hostnet-lab.host.name"  # of a lab host that this module started; a classroom's carry other labels
FLAVOUR = "org.hostnet-lab.host.flavour"
VOLUME = "org.hostnet-lab.host.work"  # on a volume with a learner's work
IDLE_S = 60.0  # without work, and without an answer; 2 to 5 s are usual
FORWARDED_S = 10.0
ROOT = "/opt/hostnet-lab"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Wish:
    """``port``: of this machine's loopback. ``keep``: the work stays in a volume when the lab host is stopped."""

    image: str
    port: int
    name: str = "lab"
    flavour: Flavour = "full"
    keep: bool = False

    @property
    def container(self) -> str:
        return f"hostnet-{self.name}"

    @property
    def volume(self) -> str:
        return f"hostnet-{self.name}-work"


@dataclass(frozen=True)
class Host:
    """A lab host as the engine knows it. ``address`` holds the token; "" while it does not run."""

    container: str
    name: str
    running: bool
    address: str
    volume: str | None
    flavour: Flavour


def find(engine: Engine, name: str) -> Host | None:
    """The lab host of this name, running or not. Raises NotOurs where it, or a container of its name, is somebody else's."""
    for entry in engine.containers(label=f"{NAME}={name}"):
        found = engine.inspect(entry["Id"])
        if found:
            _require_mine(name, tr("container {name}", name=name_of(entry)), f"docker rm -f {name_of(entry)}", entry.get("Labels"))
            return _read(found, name)
    container = f"hostnet-{name}"
    if engine.inspect(container):
        seen = tr("a container {container} is there, without the lab's labels", container=container)
        raise _not_ours(name, seen, f"docker rm -f {container}")
    return None


def _require_mine(name: str, what: str, remedy: str, labels: Mapping[str, str] | None) -> None:
    """Raises NotOurs for another user's, and for one that was started from another machine. Older ones do not say whose they are."""
    if (labels or {}).get(OWNER, host.this_owner()) != host.this_owner():
        raise _not_ours(name, tr("{what} was started by another user, or from another machine", what=what), remedy)


def _not_ours(name: str, seen: str, remedy: str) -> NotOurs:
    do = tr("choose another one: `./lab host --name OTHER`; or, if it is yours: {command}", command=remedy)
    return NotOurs(tr("take the lab host named {name}", name=name), seen, do)


def start(engine: Engine, wish: Wish, say: Say) -> Host:
    """Start the lab host, or go on with the one of this name that was killed or lost its machine; waits until it serves.

    Raises LabError with the container's last lines when it does not come up; what was created for it is then removed.
    """
    known = find(engine, wish.name)
    if known and known.running:
        return known
    if known:
        say(tr("going on with the lab host {name}, which had stopped", name=wish.name))
        engine.start(known.container)
    created = "" if known else _create(engine, wish)
    try:
        _await(engine, f"hostnet-{wish.name}")
    except BaseException:
        if created:
            engine.remove(created, force=True)
        raise
    started = find(engine, wish.name)
    if started is None:
        tried = tr("start the lab host {name}", name=wish.name)
        raise ContainerFailed(tried, tr("it is gone again"), tr("the same command again"))
    return started


def stop(engine: Engine, name: str) -> bool:
    """End it in order and remove it, with all that is not kept; False where there is none."""
    known = find(engine, name)
    if known is None:
        return False
    engine.stop(known.container, grace_s=20)
    engine.remove(known.container, force=True)
    return True


def reset(engine: Engine, name: str) -> list[str]:
    """Remove the lab host and its kept work; returns what was removed, in words."""
    removed = [tr("lab host {name}", name=name)] if stop(engine, name) else []
    for volume in builds.volumes(engine, f"{VOLUME}={name}"):
        if (volume.get("Labels") or {}).get(OWNER, host.this_owner()) != host.this_owner():
            continue
        builds.remove_volume(engine, str(volume["Name"]))
        removed.append(tr("volume {name}", name=volume["Name"]))
    return removed


def inside(host: Host, command: list[str]) -> list[str]:
    """The docker command's words that run ``command`` as the learner, where JupyterLab runs."""
    return ["docker", "exec", "--interactive", host.container, f"{ROOT}/labhost/inside", *command]


# -- creating ---------------------------------------------------------------------------------------


def payload(wish: Wish, token: str) -> dict[str, Any]:
    """The whole body of ContainerCreate."""
    return {
        "Image": wish.image,
        "Hostname": "labhost",
        "Env": [f"JUPYTER_TOKEN={token}", f"LANGUAGE={LANGUAGE}"],
        "Labels": {NAME: wish.name, FLAVOUR: wish.flavour, OWNER: host.this_owner()},
        "ExposedPorts": {f"{JUPYTER_PORT}/tcp": {}},
        "HostConfig": host_config(wish.flavour, port=wish.port, work=wish.volume if wish.keep else None),
    }


def _create(engine: Engine, wish: Wish) -> str:
    """Created and started; returns its id. What is removed after an error is what this very call created."""
    if wish.keep:
        _keep_work(engine, wish)
    key = ""
    try:
        key, _ = engine.create(payload(wish, secrets.token_hex(24)), wish.container)
        engine.start(key)
    except LabError as error:
        if key:
            engine.remove(key, force=True)
        if isinstance(error, Taken):
            raise
        tried = tr("start the lab host {name} ({flavour})", name=wish.name, flavour=wish.flavour)
        raise ContainerFailed(tried, error.found, _advice(wish.flavour)) from error
    return key


def _keep_work(engine: Engine, wish: Wish) -> None:
    """A volume of this name that is there already is gone on with, where it is the learner's. Raises NotOurs."""
    there = builds.volume(engine, wish.volume)
    if there is None:
        builds.make_volume(engine, wish.volume, {VOLUME: wish.name, OWNER: host.this_owner()})
        return
    labels, remedy = there.get("Labels") or {}, " ".join(("docker", "volume", "rm", wish.volume))
    if VOLUME not in labels:
        raise _not_ours(wish.name, tr("a volume {volume} is there, without the lab's labels", volume=wish.volume), remedy)
    _require_mine(wish.name, tr("volume {name}", name=wish.volume), remedy, labels)


def _advice(flavour: str) -> str:
    if flavour == "full":
        return tr("where this engine grants no added rights: `./lab host --rootless`; what each flavour needs: docs/labhost.md")
    return tr("it needs /dev/net/tun and user namespaces: see docs/labhost.md; or without --rootless")


def _await(engine: Engine, container: str) -> None:
    """Until JupyterLab answers and the inner engine has its image, or the container has ended.

    Whether its port leads here is another question (``reaches``): on another machine's engine the container itself is asked, and
    the engine's own check of its health, half a minute later, tells where the port is closed to us for another reason.
    """
    seen = _read(engine.inspect(container) or {}, "")
    tried, away = tr("start the lab host {name}", name=container), not names_this_machine(engine.info())

    def worked() -> float:
        used = (engine.usage(container).get("cpu_stats") or {}).get("cpu_usage") or {}
        return float(used.get("total_usage") or 0) / 1e9

    def healthy() -> bool:
        return engine.execute(container, [f"{ROOT}/labhost/healthy"])[0] == 0

    def serves_or_ended() -> str:
        state = (engine.inspect(container) or {}).get("State", {})
        if not state.get("Running"):
            return "ended"
        told = (away and healthy()) or (state.get("Health") or {}).get("Status") == "healthy"
        return "serves" if told or (seen.address and _answers(seen.address)) else ""

    try:
        if wait_until(serves_or_ended, IDLE_S, tr("JupyterLab in the lab host"), 0.02, worked) == "serves":
            wait_until(healthy, IDLE_S, tr("the engine in the lab host"), 0.05, worked)
            return
        found = tr("it ended again")
    except NoAnswer as error:
        found = error.found
    last = "\n       ".join(engine.logs(container, tail=8).strip().splitlines())
    raise ContainerFailed(tried, tr("{found}; its log ends:\n       {lines}", found=Lines(found), lines=Lines(last)), _advice(seen.flavour))


def reaches(host: Host) -> bool:
    """Does its address answer here? An engine on another machine opens the port there; whoever forwards it needs a moment."""
    with suppress(NoAnswer):
        return wait_until(lambda: _answers(host.address), FORWARDED_S, tr("the lab host's address"), pause_s=0.05)
    return False


def _answers(address: str) -> bool:
    base, _, token = address.partition("/lab/tree/")
    answer = get(f"{base}/api/status?{token.partition('?')[2]}")
    return answer is not None and answer.status == 200


def _read(found: dict[str, Any], name: str) -> Host:
    environment = dict(line.partition("=")[::2] for line in found.get("Config", {}).get("Env") or [])
    labels = found.get("Config", {}).get("Labels") or {}
    ports = (found.get("NetworkSettings", {}).get("Ports") or {}).get(f"{JUPYTER_PORT}/tcp") or [{}]
    port = ports[0].get("HostPort", "")
    address = f"http://127.0.0.1:{port}/{FIRST_PAGE}?token={environment.get('JUPYTER_TOKEN', '')}" if port else ""
    mounts = {one.get("Destination"): one.get("Name") for one in found.get("Mounts") or [] if one.get("Type") == "volume"}
    running = bool(found.get("State", {}).get("Running"))
    flavour: Flavour = "rootless" if labels.get(FLAVOUR) == "rootless" else "full"
    container = str(found.get("Name", "")).lstrip("/")
    return Host(container, name, running, address if running else "", mounts.get("/home/learner/work"), flavour)
