"""The processes of a class on the server: a proxy for each door, hub, board and culler. Each has a record and a log in the class's folder.

They are processes of their own, not children of one: a hub that ends takes neither the proxy nor anybody's lab host along.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import OutOfTime, SetupFailed
from ..edges.probe import accepts, wait_until
from ..provision import record
from ..provision.record import Record, Running
from ..words import tr
from . import hub_api
from .config import BOARD, COOKIES
from .settings import VARIABLE, Settings

Say = Callable[[str], None]
START_BUDGET_S = 60.0  # the hub needs some five seconds
END_BUDGET_S = 10.0
NAMES = ("proxy", "labs", "hub", "board", "culler")
PART = "HOSTNET_LAB_CLASS_PART"  # in the environment of each: by it one is known again whose record was lost


@dataclass(frozen=True)
class Part:
    """``port``: where it listens; 0 for one that does not. ``secrets``: variables; a command line can be read by every user."""

    name: str
    command: list[str]
    address: str = ""
    port: int = 0
    secrets: Mapping[str, str] = field(default_factory=dict)


def parts(settings: Settings, proxy: list[str]) -> tuple[Part, ...]:
    where = settings.addresses
    python = [sys.executable, "-P", "-m"]
    tls = ["--ssl-cert", settings.certificate, "--ssl-key", settings.key] if settings.certificate else []
    hub, turn = f"http://{where.hub}:{where.hub_port}", f"http://127.0.0.1:{where.turn_port}"

    def door(name: str, port: int, api_port: int, otherwise: str) -> Part:
        """``otherwise``: who answers what has no route."""
        options = {
            "ip": where.public,
            "port": port,
            "api-ip": "127.0.0.1",
            "api-port": api_port,
            "default-target": otherwise,
            "error-target": f"{hub}/hub/error",
        }
        flags = [word for option, value in options.items() for word in (f"--{option}", str(value))]
        return Part(name, [*proxy, *flags, *tls], "127.0.0.1", api_port, {"CONFIGPROXY_AUTH_TOKEN": settings.secrets.proxy})

    return (
        door("proxy", where.port, where.proxy_port, hub),
        door("labs", where.labs_port, where.labs_proxy_port, turn),
        Part("hub", [*python, "jupyterhub", "-f", str(Path(__file__).parent / "jupyterhub_config.py")], where.hub, where.hub_port),
        Part("board", [*python, "hostnet_lab.classroom.board"], "127.0.0.1", where.board_port, _board(settings)),
        Part(
            "culler",  # stops lab hosts that nobody uses
            [*python, "jupyterhub_idle_culler", f"--timeout={settings.idle_s}"],
            secrets={"JUPYTERHUB_API_TOKEN": settings.secrets.culler, "JUPYTERHUB_API_URL": settings.hub_api},
        ),
    )


def _board(settings: Settings) -> dict[str, str]:
    """What the hub would tell a service that it starts itself."""
    return {
        "JUPYTERHUB_API_TOKEN": settings.secrets.board,
        "JUPYTERHUB_API_URL": settings.hub_api,
        "JUPYTERHUB_BASE_URL": "/",
        "JUPYTERHUB_CLIENT_ID": f"service-{BOARD}",
        "JUPYTERHUB_COOKIE_OPTIONS": json.dumps(COOKIES),
        "JUPYTERHUB_HOST": "",
        "JUPYTERHUB_OAUTH_ACCESS_SCOPES": f'["access:services!service={BOARD}"]',
        "JUPYTERHUB_SERVICE_NAME": BOARD,
        "JUPYTERHUB_SERVICE_PREFIX": f"/services/{BOARD}/",
    }


def start(settings: Settings, proxy: list[str], environment: Mapping[str, str], say: Say) -> list[str]:
    """Start the parts that do not run, and wait until all answer; returns the names of those started."""
    started = []
    for part in parts(settings, proxy):
        if not running(settings.folder, part.name):
            say(tr("starting the {part}, log in {log}", part=part.name, log=_log(settings.folder, part.name)))
            _start(settings, part, environment)
            started.append(part.name)
    for part in parts(settings, proxy):
        _await(settings, part)
    return started


def _start(settings: Settings, part: Part, environment: Mapping[str, str]) -> None:
    with record.log(_log(settings.folder, part.name)) as log:
        process = subprocess.Popen(
            part.command,
            cwd=settings.folder,
            env={**os.environ, **environment, **part.secrets, VARIABLE: str(settings.folder), PART: part.name},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # it goes on when the teacher's terminal is closed
        )
    one = Running.of(process.pid)
    record.write(_record(settings.folder, part.name), Record("server", (one,) if one else ()))


def _await(settings: Settings, part: Part) -> None:
    def up() -> bool:
        if not running(settings.folder, part.name):
            return True
        if not part.port:
            return True
        return hub_api.answers(settings) if part.name == "hub" else accepts(part.address, part.port)

    tried, do = tr("start the {part}", part=part.name), tr("mend what its log names, then `./lab classroom` again")
    log = _log(settings.folder, part.name)
    try:
        wait_until(up, START_BUDGET_S, tr("the {part}", part=part.name), pause_s=0.05)
    except OutOfTime as error:
        found = tr("no answer: {why}. {log}", why=error.found, log=record.log_end(log))
        raise SetupFailed(tried, found, do) from error
    if not running(settings.folder, part.name):
        raise SetupFailed(tried, tr("it ended at once. {log}", log=record.log_end(log)), do)


def running(folder: Path, name: str) -> bool:
    return bool(_processes(folder, name))


def _processes(folder: Path, name: str) -> tuple[Running, ...]:
    """Those of a part that run: of its record, or, where that is damaged or gone, those that were started as this part."""
    found = record.read(_record(folder, name))
    return tuple(one for one in found.processes if one.alive) if found and found.alive else tuple(_started_as(folder, name))


def _started_as(folder: Path, name: str) -> Iterator[Running]:
    """This user's, of this pid namespace: a lab host's processes may call themselves what they like."""
    import psutil

    mine, here = os.geteuid(), os.readlink("/proc/self/ns/pid")
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if (
                process.uids().effective != mine
                or os.getsid(process.pid) != process.pid
                or os.readlink(f"/proc/{process.pid}/ns/pid") != here
            ):
                continue
            one, told = Running.of(process.pid), process.environ()
            if one and (told.get(VARIABLE), told.get(PART)) == (str(folder), name):
                yield one


def stop(folder: Path, say: Say) -> list[str]:
    """End the parts that run, those that ask the hub first; returns their names. Lab hosts are not touched.

    One that does not end in time is killed: what it must not forget stands in files already.
    """
    stopped = []
    for name in reversed(NAMES):
        for process in _processes(folder, name):
            say(tr("stopping the {part} (pid {pid})", part=name, pid=process.pid))
            if not record.end(process, END_BUDGET_S):
                log = record.log_end(_log(folder, name))
                say(tr("the {part} did not end in {seconds:g} s: killing it. {log}", part=name, seconds=END_BUDGET_S, log=log))
                os.kill(process.pid, signal.SIGKILL)
                end = tr("the end of the {part}", part=name)
                wait_until(lambda one=process: not one.alive, END_BUDGET_S, end, pause_s=0.05)  # type: ignore[misc]
            stopped.append(name)
        _record(folder, name).unlink(missing_ok=True)
    return stopped


def _record(folder: Path, name: str) -> Path:
    return folder / f"{name}.json"


def _log(folder: Path, name: str) -> Path:
    return folder / f"{name}.log"
