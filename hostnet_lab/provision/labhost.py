"""A lab host: a container with an engine and JupyterLab of its own. Started, found, stopped, and made new.

It is found by its labels, never by its name alone. It stays when it is killed or the machine is rebooted, with the learner's
work in it; it goes, with all that is not kept, when it is stopped by ``stop``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..core.errors import ContainerFailed, LabError, NoAnswer, NotOurs, Taken
from ..edges import builds
from ..edges.engine import Engine
from ..edges.probe import get, wait_until
from ..lab import names_this_machine
from ..words import LANGUAGE, tr
from .jupyter_setup import FIRST_PAGE
from .labhost_config import FLAVOURS, JUPYTER_PORT, Flavour, host_config

__all__ = ["FLAVOURS", "Flavour", "Host", "Wish", "find", "host_config", "inside", "reset", "start", "stop"]

NAME = "org.hostnet-lab.host.name"  # of a lab host that this module started; a classroom's carry other labels
FLAVOUR = "org.hostnet-lab.host.flavour"
VOLUME = "org.hostnet-lab.host.work"  # on a volume with a learner's work
START_BUDGET_S = 120.0  # 2 to 5 s are usual
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
    """The lab host of this name, running or not. Raises NotOurs where a stranger's container has its name."""
    for entry in engine.containers(label=f"{NAME}={name}"):
        found = engine.inspect(entry["Id"])
        if found:
            return _read(found, name)
    stranger = engine.inspect(f"hostnet-{name}")
    if stranger:
        container = f"hostnet-{name}"
        tried = tr("start a lab host named {name}", name=name)
        seen = tr("a container {container} is there, without the lab's labels", container=container)
        do = tr("choose another one: `./lab host --name OTHER`; or, if it is yours: docker rm -f {container}", container=container)
        raise NotOurs(tried, seen, do)
    return None


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
    else:
        _create(engine, wish)
    try:
        _await(engine, f"hostnet-{wish.name}")
    except BaseException:
        if known is None:
            engine.remove(wish.container, force=True)
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
        "Labels": {NAME: wish.name, FLAVOUR: wish.flavour},
        "ExposedPorts": {f"{JUPYTER_PORT}/tcp": {}},
        "HostConfig": host_config(wish.flavour, port=wish.port, work=wish.volume if wish.keep else None),
    }


def _create(engine: Engine, wish: Wish) -> None:
    if wish.keep:
        builds.make_volume(engine, wish.volume, {VOLUME: wish.name})
    try:
        engine.create(payload(wish, secrets.token_hex(24)), wish.container)
        engine.start(wish.container)
    except Taken:
        engine.remove(wish.container, force=True)
        raise
    except LabError as error:
        engine.remove(wish.container, force=True)
        tried = tr("start the lab host {name} ({flavour})", name=wish.name, flavour=wish.flavour)
        raise ContainerFailed(tried, error.found, _advice(wish.flavour)) from error


def _advice(flavour: str) -> str:
    if flavour == "full":
        return tr("where this engine grants no added rights: `./lab host --rootless`; what each flavour needs: docs/labhost.md")
    return tr("it needs /dev/net/tun and user namespaces: see docs/labhost.md; or without --rootless")


def _await(engine: Engine, container: str) -> None:
    """Until JupyterLab answers and the inner engine has its image, or the container has ended.

    On another machine's engine the container itself is asked: whether its port leads here is another question (``reaches``).
    """
    seen = _read(engine.inspect(container) or {}, "")
    tried, away = tr("start the lab host {name}", name=container), not names_this_machine(engine.info())

    def healthy() -> bool:
        return engine.execute(container, [f"{ROOT}/labhost/healthy"])[0] == 0

    def serves_or_ended() -> str:
        if not (engine.inspect(container) or {}).get("State", {}).get("Running"):
            return "ended"
        return "serves" if (healthy() if away else seen.address and _answers(seen.address)) else ""

    try:
        if wait_until(serves_or_ended, START_BUDGET_S, tr("JupyterLab in the lab host"), pause_s=0.02) == "serves":
            wait_until(healthy, START_BUDGET_S, tr("the engine in the lab host"), pause_s=0.05)
            return
        found = tr("it ended again")
    except NoAnswer as error:
        found = error.found
    last = "\n       ".join(engine.logs(container, tail=8).strip().splitlines())
    raise ContainerFailed(tried, tr("{found}; its log ends:\n       {lines}", found=found, lines=last), _advice(seen.flavour))


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
