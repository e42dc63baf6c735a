"""What one engine does in another way than others, and what the lab does about it. Others ask here, and name no engine themselves.

Where there is nothing to ask, the lab does for every engine what the oddest one needs, and says "see quirks" there:

- *A plain tar*: Podman loads an image from a plain tar only, Docker from a packed one as well. The lab unpacks, and builds plain ones.
- *A right that is given*: Podman gives a container no NET_RAW. An experiment that takes a right away first looks whether it was there.
- *An address on a bridge*: in rootless Podman it leads nowhere from the host. A server there is asked from inside a container.
- *A resolver that waits*: on a network of one's own Docker 20.10 holds up a container's removal by 3 s, while its resolver waits for
  an answer. The experiment gives it one that answers at once.
- *An inspect that waits*: Docker 20.10 lets ``docker inspect`` wait while it starts or removes that container. Pictures read the list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from .facts import ContainerFacts, Network
from .whereabouts import Place

Json = Mapping[str, Any]
EngineName = Literal["docker", "podman"]
SPOKEN: Mapping[EngineName, str] = {"docker": "Docker", "podman": "Podman"}

# -- which engine it is -----------------------------------------------------------------------------

# Kinds of engine and places that may differ. "unreachable": the host that host mode means is not reached by the reader (as of a
# rootless Docker); "elsewhere": it is, but it is another one than theirs; "rootless beside": a rootless Docker whose host mode is
# the reader's own network (29.5 and later); "new": Docker 27 and later, "newer": 28, "newest": 29, "own time": 29.5.
Oddity = Literal["unreachable", "elsewhere", "podman", "rootless podman", "rootless beside", "new", "newer", "newest", "own time"]
SINCE: tuple[tuple[tuple[int, int], Oddity], ...] = (((29, 5), "own time"), ((29, 0), "newest"), ((28, 0), "newer"), ((27, 0), "new"))
NUMBERS = re.compile(r"(\d+)(?:\.(\d+))?")


@dataclass(frozen=True)
class Kind:
    """What verdicts depend on: the engine and the reader's place and rights."""

    engine: EngineName = "docker"
    release: tuple[int, int] = (0, 0)  # the engine's first two version numbers
    rootless: bool = False
    root: bool = True
    same_namespace: bool | None = True  # of engine and reader; None where it could not be looked at
    reached: bool = True  # does a port opened in host mode answer where the reader sits?
    same_kernel: bool = True  # of engine and reader; else a host made here would be another machine than the engine's


def kind_of(version: Json, info: Json, root: bool, place: Place, same_kernel: bool = True) -> Kind:
    """From the engine's /version and /info; what a Docker-compatible engine really is stands in its components."""
    parts = [str(part.get("Name", "")) for part in version.get("Components") or []]
    engine: EngineName = "podman" if any("podman" in name.lower() for name in parts) else "docker"
    numbers = NUMBERS.match(str(version.get("Version", "")))
    release = (int(numbers[1]), int(numbers[2] or 0)) if numbers else (0, 0)
    same, reached = None if place == "unknown" else place == "same namespace", place != "unreachable"
    return Kind(engine, release, is_rootless(info), root, same, reached, same_kernel)


def relaying(holders: Iterable[str]) -> list[str]:
    """Of the processes that hold a published port, those that relay: dockerd without userland-proxy and Podman's conmon never accept."""
    return sorted(set(holders) - {"", "dockerd", "conmon"})


def oddities(kind: Kind) -> list[Oddity]:
    """What this kind may be an exception by, the most special first."""
    found: list[Oddity] = ["unreachable"] if not kind.reached else ["elsewhere"] if kind.same_namespace is False else []
    if kind.engine == "podman":
        return [*found, "rootless podman", "podman"] if kind.rootless else [*found, "podman"]
    if kind.rootless and kind.same_namespace:
        found.append("rootless beside")
    return [*found, *(oddity for first, oddity in SINCE if kind.release >= first)]


def is_rootless(info: Json) -> bool:
    """By the engine's /info: Docker names it among its security options, Podman (before 5) only in a field of its own."""
    return bool(info.get("Rootless")) or any("rootless" in str(option) for option in info.get("SecurityOptions") or ())


def release(version: str) -> str:
    """Without what a distribution adds to it: Debian's 20.10.24+dfsg1."""
    return version.partition("+")[0]


# -- what it says -----------------------------------------------------------------------------------


def says_gone(refusal: str) -> bool:
    """True where a refused inspect means that there is no such container: Podman answers 500, not 404, while it removes one."""
    return "no such container" in refusal


def refuses_option(log: str) -> bool:
    """True where an engine ended because it has no such option: dockerd's word for it, and that of what stands in for it."""
    return "unknown flag" in log or "no such option" in log


def as_announced(listed: ContainerFacts, died: Mapping[str, int]) -> ContainerFacts:
    """``died``: exit codes by id, of the engine's events. Docker 20.10 announces an end before it writes it into its list."""
    if not listed.running or listed.id not in died:
        return listed
    return replace(listed, status="exited", exit_code=died[listed.id], pid=0, addresses=(), published=(), networks=())


def is_build_step(inspect: Json) -> bool:
    """True for a container in which an engine carries out a step of a Dockerfile: it makes it, and removes it, by itself.

    What Docker's classic builder alone asks for together: no log, an image by its id, and no check of health in a step that runs, or
    a comment for a command in one that does not (moby, builder/dockerfile: hostConfigFromOptions, dispatchRun, commit). One that
    has ended was left behind by a step that failed: it is whoever's the build was. BuildKit and Podman show no such containers.
    """
    config, status = inspect.get("Config") or {}, (inspect.get("State") or {}).get("Status")
    log = ((inspect.get("HostConfig") or {}).get("LogConfig") or {}).get("Type")
    by_id = str(config.get("Image", "")).startswith("sha256:")
    runs = ((config.get("Healthcheck") or {}).get("Test") or []) == ["NONE"]
    notes = any(str(word).startswith("#(nop) ") for word in config.get("Cmd") or [])
    return log == "none" and by_id and (runs or notes) and status in ("created", "running")


def names_of(image: str) -> tuple[str, ...]:
    """How an image of Docker Hub is listed: Docker shortens its name, Podman gives it whole, or as one of this machine's."""
    return image, f"docker.io/library/{image}", f"localhost/{image}"


def bridge_of(network: Json) -> str:
    """The host's interface of a bridge network, as the engine lists it; "" for any other network.

    Docker names it by an option or by the network's id, Podman tells it.
    Source: https://docs.docker.com/engine/network/drivers/bridge/#options
    """
    if network.get("Driver") != "bridge":
        return ""
    told = (network.get("Options") or {}).get("com.docker.network.bridge.name") or network.get("NetworkInterface")
    return str(told or f"br-{str(network.get('Id', ''))[:12]}")


def network_of(network: Json) -> Network:
    """From the engine's list. Source of ``parent``: https://docs.docker.com/engine/network/drivers/macvlan/#options"""
    interface = bridge_of(network) or str((network.get("Options") or {}).get("parent") or "")
    return Network(str(network.get("Name", "")), str(network.get("Driver", "")), interface, str(network.get("Id", "")))
