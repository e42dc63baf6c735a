"""Asks the places where a Docker engine may answer, and looks at what could bring one up. Changes nothing."""

from __future__ import annotations

import errno
import grp
import http.client
import os
import socket
import stat
import sys
from pathlib import Path

from ..core.errors import LabError, OutOfTime
from ..core.host.engines import Candidate, Machine, Sight, candidates
from ..edges import shim
from ..edges.command import find
from ..edges.docker_settings import context_address, settings
from ..edges.engine import Engine
from ..edges.pace import Limit, limit_s
from ..words import tr
from . import apt, sudo


def look() -> list[Sight]:
    """Ask each candidate in order, up to the first that answers. Nothing is changed."""
    sights = []
    for candidate in candidates(os.environ, current_context(), os.getuid()):
        sights.append(ask(candidate))
        if sights[-1].state == "answers":
            break
    return sights


def current_context() -> str | None:
    """The docker CLI's current context, None for its default.

    Rule: DOCKER_CONTEXT, else currentContext in config.json (docker docs, "Docker contexts").
    """
    name = os.environ.get("DOCKER_CONTEXT", "")
    if not name:
        said = settings(os.environ).get("currentContext")
        name = said if isinstance(said, str) else ""
    return None if name in ("", "default") else name


def named_address() -> str:
    """Where the reader's own choice leads, by DOCKER_HOST or by a context; "" where they chose none, or it does not say."""
    address, context = os.environ.get("DOCKER_HOST", "").strip(), current_context()
    return address or (context_address(os.environ, context) or "" if context else "")


def ask(candidate: Candidate, timeout_s: float = 5.0) -> Sight:
    """One candidate, asked once."""
    if candidate.endpoint.startswith("unix://"):
        return _ping(candidate, candidate.endpoint.removeprefix("unix://"), timeout_s)
    context = current_context()
    if context and not os.environ.get("DOCKER_HOST") and context_address(os.environ, context) is None:
        # docker-py takes the default engine then; the docker command refuses, and so does the lab.
        return Sight(candidate, "silent", tr("there is no context of that name; `docker context ls` lists them"))
    try:
        Engine.connect(timeout_s=timeout_s)
    except LabError as error:
        return Sight(candidate, "busy" if isinstance(error, OutOfTime) else "silent", error.found)
    return Sight(candidate, "answers")


def _ping(candidate: Candidate, path: str, timeout_s: float) -> Sight:
    """GET /_ping over the socket: the one call that every engine answers, whatever its version."""
    with Limit(timeout_s) as limit:
        while not limit.passed:
            if sight := _ping_once(candidate, path, limit_s(timeout_s)):
                return sight
        return Sight(candidate, "busy", tr("it listens, and did not answer in {seconds:.0f} s", seconds=limit.gone_s))


def _ping_once(candidate: Candidate, path: str, wait_s: float) -> Sight | None:
    """None for silence."""
    connection = http.client.HTTPConnection("localhost", timeout=wait_s)
    try:
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(wait_s)
        connection.sock.connect(path)
        connection.request("GET", "/_ping")
        status = connection.getresponse().status
    except TimeoutError:
        return None
    except (OSError, http.client.HTTPException) as error:
        return _silent(candidate, path, error)
    finally:
        connection.close()
    return Sight(candidate, "answers") if status == 200 else Sight(candidate, "silent", tr("answered {status}", status=status))


def _silent(candidate: Candidate, path: str, error: Exception) -> Sight:
    number = getattr(error, "errno", None)
    if number == errno.ENOENT:
        return Sight(candidate, "absent", tr("no such socket"))
    if number in (errno.EACCES, errno.EPERM):
        return _denied(candidate, path)
    if number == errno.ECONNREFUSED:
        if not Path(path).is_socket():
            return Sight(candidate, "silent", tr("{path} is no socket", path=path))
        return Sight(candidate, "silent", tr("the socket is there, but no engine listens on it: it was stopped"))
    return Sight(candidate, "silent", str(error) or type(error).__name__)


def _denied(candidate: Candidate, path: str) -> Sight:
    """With the group that may open it: who has no right to write to a socket cannot connect to it (unix(7))."""
    try:
        seen = os.stat(path)
        group = grp.getgrgid(seen.st_gid).gr_name
    except OSError:
        return Sight(candidate, "denied", tr("you may not open it; its folder is closed to you"))
    except KeyError:
        return Sight(candidate, "denied", tr("you may not open it; its group has no name"))
    if not seen.st_mode & stat.S_IWGRP or seen.st_gid == 0:
        return Sight(candidate, "denied", tr("you may not open it; it is for root alone"))
    return Sight(candidate, "denied", tr("you may not open it; it belongs to group {group}", group=group), group)


def see_machine(may_install: bool) -> Machine:
    return Machine(
        may_install=may_install,
        debian=apt.is_debian(),
        root=sudo.root_prefix() is not None,
        systemd=Path("/run/systemd/system").is_dir(),  # sd_booted(3)
        dockerd=find("dockerd") is not None,
        cli=shim.readers_docker() is not None,
        linux=sys.platform == "linux",
    )
