"""Which Docker engine, and what to do where none answers: decided from what was seen, in plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Literal
from urllib.parse import urlsplit

from ...words import tr

DEFAULT = "unix:///var/run/docker.sock"
State = Literal["answers", "busy", "absent", "silent", "denied"]  # busy: it listens, and has not answered yet
Step = Literal["install", "start by systemd", "start by hand"]
SPOKEN: Mapping[State, str] = {
    "answers": tr("answers"),
    "busy": tr("has not answered yet"),
    "absent": tr("absent"),
    "silent": tr("silent"),
    "denied": tr("denied"),
}


@dataclass(frozen=True)
class Candidate:
    """A place to ask. ``endpoint`` is empty where docker's own rules (contexts, TLS) lead to it."""

    endpoint: str
    what: str
    named: bool = False  # by the reader: then there is no other choice


@dataclass(frozen=True)
class Sight:
    """What a candidate did when asked; ``words`` is the reason where it did not answer.

    ``group``: of a denied socket, the group whose members may open it; "" where no group may, or it could not be seen.
    """

    candidate: Candidate
    state: State
    words: str = ""
    group: str = ""

    def __str__(self) -> str:
        return f"{self.candidate.what}: {self.words or SPOKEN[self.state]}"


@dataclass(frozen=True)
class Machine:
    """What decides whether the lab can bring an engine up by itself."""

    may_install: bool
    debian: bool
    root: bool  # root, or sudo that works
    systemd: bool
    dockerd: bool
    cli: bool
    linux: bool = True


def candidates(environment: Mapping[str, str], context: str | None, uid: int) -> list[Candidate]:
    """The places to ask, in order; ``context`` is the current one of the docker CLI, None for its default.

    Only one where the reader named one: a silent fallback would run the lessons on the wrong machine.
    """
    address = environment.get("DOCKER_HOST", "").strip()  # as the docker command does
    if address:
        endpoint = DEFAULT if address == "unix://" else address  # docker/cli, opts/hosts.go
        return [Candidate(endpoint if endpoint.startswith("unix://") else "", f"DOCKER_HOST={address}", named=True)]
    if context:
        return [Candidate("", tr("the Docker context {context}", context=context), named=True)]
    runtime = environment.get("XDG_RUNTIME_DIR") or f"/run/user/{uid}"
    return [
        Candidate(DEFAULT, tr("the default socket /var/run/docker.sock")),
        Candidate(f"unix://{runtime}/docker.sock", tr("rootless Docker at {socket}", socket=f"{runtime}/docker.sock")),
        Candidate(f"unix://{runtime}/podman/podman.sock", tr("rootless Podman at {socket}", socket=f"{runtime}/podman/podman.sock")),
        Candidate("unix:///run/podman/podman.sock", tr("Podman at {socket}", socket="/run/podman/podman.sock")),
    ]


def choose(sights: Iterable[Sight]) -> Sight | None:
    """The first that answers."""
    return next((one for one in sights if one.state == "answers"), None)


def plan(machine: Machine) -> list[Step]:
    """What brings an engine up here; empty where the lab may not, or cannot, do it by itself."""
    if not (machine.may_install and machine.linux and machine.root and (machine.dockerd or machine.debian)):
        return []
    start: Step = "start by systemd" if machine.systemd else "start by hand"
    return [start] if machine.dockerd else ["install", start]


def let_in(denied: Sight, user: str | int, *, member: bool) -> str:
    """What opens a forbidden socket to the reader; ``member``: of its group by the system's list, which this session is too old to know.

    ``user``: the name, or the number of one that has none: groups list names, so that such a one must get a name first.
    Rule: dockerd gives its socket to group docker where there is one (docs, "Linux post-installation steps").
    """
    if member:
        return f"newgrp {denied.group}"
    group = denied.group or "docker"
    join = f"useradd -M -u {user} -G {group} user{user}" if isinstance(user, int) else f"usermod -aG {group} {user}"
    if denied.group:
        return f"sudo {join} && newgrp {group}"
    if denied.candidate.endpoint == DEFAULT:
        return f"sudo groupadd -f docker && sudo {join}   " + tr("then start the engine again, and log in again")
    return tr("ask the user whose engine it is, or unset what names it to let the lab look elsewhere")


def forward(address: str, socket: str) -> str:
    """What brings an engine behind ssh to a ``socket`` here: the docker command goes there by itself, docker-py does not.

    "" where ``address`` is none of ssh's: ssh://[USER@]HOST[:PORT][/SOCKET], as the docker command has it.
    """
    try:
        found = urlsplit(address)
        is_whole = found.scheme == "ssh" and found.hostname and found.port != 0
    except ValueError:
        return ""
    if not is_whole or found.query or found.fragment:
        return ""
    there = found.path if found.path.strip("/") else DEFAULT.removeprefix("unix://")
    ends, host = f"{socket}:{there}", f"ssh://{found.netloc}"
    return " ".join(map(quote, ["ssh", "-f", "-N", "-o", "StreamLocalBindUnlink=yes", "-L", ends, host])) + (
        f" && export DOCKER_HOST={quote('unix://' + socket)}"
    )


def to_type(machine: Machine, install: str, sudo: str = "") -> str:
    """What the reader types where the lab does not do it; who may open the socket then is told by ``let_in``.

    ``install`` is the command that installs packages; ``sudo`` stands before a command for root.
    """
    if not machine.linux:
        return tr("install and start Docker Desktop or another Docker engine, then run `./lab` again")
    if not machine.dockerd and not machine.debian:
        return tr("install the Docker engine (or Podman) with this system's own packages and start it, then `./lab` again")
    start = sudo + ("systemctl start docker" if machine.systemd else "dockerd &")
    hint = "" if machine.may_install else "   " + tr("(or `./lab` without --no-install, which does this)")
    return (start if machine.dockerd else f"{install} && {start}") + hint


def packages(machine: Machine) -> tuple[Sequence[str], Sequence[str]]:
    """Packages to install, and those to install where the release has them.

    A docker command that is on PATH stays the reader's; newer releases have a package of its own for it.
    """
    return ("docker.io", "iptables", "ca-certificates"), () if machine.cli else ("docker-cli",)
