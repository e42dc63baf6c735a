"""Installs and starts a Docker engine, with a record of what was started."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import stat
import sys
from pathlib import Path
from typing import NoReturn

from ..core.errors import EngineUnavailable, OutOfTime, SetupFailed
from ..core.host.engines import DEFAULT, Candidate, Machine, packages, plan
from ..edges import host
from ..edges.command import find
from ..edges.probe import wait_until
from ..words import tr
from . import apt, engine_data, record, sudo
from .engine_search import ask
from .engine_stop import REGROUPED, record_file
from .record import Record, Running

SCRIPT = Path(__file__).resolve().parents[2] / "lab"
SOCKET_MODE = 0o660
IDLE_S = 20.0  # without work, and without an answer; about 1 s is usual, 4 s on a slow disk


def bring_up(root: Path, machine: Machine, say: apt.Say) -> None:
    for step in plan(machine):
        if step == "install":
            wanted, optional = packages(machine)
            apt.install(wanted, say, optional=optional)
            continue
        require_free_data(root)
        if step == "start by systemd":
            _start_by_systemd(root, say)
        else:
            _start_by_hand(root, say)


def require_free_data(root: Path) -> None:
    """Raises EngineUnavailable where an engine lives on the data that a new one would use: its socket is away, not the engine."""
    seen = json.loads(sudo.ask([sys.executable, "-I", engine_data.__file__]))
    if not seen["held"]:
        return
    file, pid = next((one for one in seen["held"] if one[1]), seen["held"][0])
    who = host.described(pid) if pid else tr("an engine that cannot be seen from here")
    found = tr("{who} works on {data}: it holds {file}. A second one would ruin its state", who=who, data=seen["data"], file=file)
    raise EngineUnavailable(tr("start the Docker engine"), found, _to_end(root, pid))


def _to_end(root: Path, pid: int) -> str:
    """What ends that engine, by who started it."""
    ours = record.read(record_file(root))
    if ours and pid in [one.pid for one in ours.processes if one.alive]:
        return tr("end it: {command}   then `./lab` again", command="./lab down")
    if pid and "docker.service" in host.control_groups(pid):
        return tr("let it make its socket anew: {command}", command=sudo.word() + shlex.join(("systemctl", "restart", "docker")))
    if pid:
        return tr("end it: {command}   then `./lab` again", command=f"{sudo.word()}kill {pid}")
    return tr("end it where it was started: in another container or namespace that has this data too")


def _start_by_systemd(root: Path, say: apt.Say) -> None:
    say(tr("starting the Docker engine: systemctl start docker"))
    record.write(record_file(root), Record("systemd"))  # before the start: Ctrl-C must not make it a stranger's
    try:
        sudo.run(["systemctl", "start", "docker"])
    except SetupFailed:
        record_file(root).unlink()
        raise
    if os.geteuid() != 0 and ask(Candidate(DEFAULT, "")).state == "denied":
        command = ["usermod", "-aG", "docker", host.user_name(os.getuid())]
        say(tr("the engine's socket belongs to group docker: {command}", command=f"sudo {shlex.join(command)}"))
        sudo.run(command)
        go_on_in_group("docker", "started")
    _await_answer(say)


def go_on_in_group(group: str, why: str) -> NoReturn:
    """Run the same command again with a group that this session does not have yet; ``why``: "started" or "member"."""
    if os.environ.get(REGROUPED) or shutil.which("sg") is None:
        found = tr("this session is not in group {group} yet", group=group)
        do = tr("log in again: {user} is in group {group} now", user=host.user_name(os.getuid()), group=group)
        raise EngineUnavailable(tr("open the engine's socket"), found, do)
    os.environ[REGROUPED] = why
    os.execvp("sg", ["sg", group, "-c", shlex.join(["sh", str(SCRIPT), *sys.argv[1:]])])  # it knows which Python


def _start_by_hand(root: Path, say: apt.Say) -> None:
    """A session of its own, so that Ctrl-C in this terminal ends JupyterLab and not the engine. Its pid file is Docker's own:
    by that one, each dockerd knows of the other.
    """
    log = record.folder(root) / "dockerd.log"
    say(tr("starting the Docker engine: dockerd, log in {log}", log=log))
    with record.log(log, fresh=True) as out:
        process = Running.of(sudo.start([find("dockerd") or "dockerd"], out))
    record.write(record_file(root), Record("by hand", (process,) if process else ()))
    _await_answer(say, process, log)


def _await_answer(say: apt.Say, process: Running | None = None, log: Path | None = None) -> None:
    """Until the default socket answers, or the process that was started for it is gone."""
    default = Candidate(DEFAULT, "")

    def answers_or_ended() -> bool:
        state = ask(default).state
        if state == "denied" and process:
            _open_socket(Path(DEFAULT.removeprefix("unix://")))
        return state == "answers" or (log is not None and not (process and process.alive))

    def worked() -> float:
        return host.worked_s(process.pid) if process else 0.0

    def words() -> str:
        return record.log_end(log) if log else tr("Its log: journalctl -u docker")

    tried, do = tr("start the Docker engine"), tr("mend what its log names, then `./lab` again")
    try:
        engine = tr("the Docker engine")
        wait_until(answers_or_ended, IDLE_S, engine, 0.02, worked, record.still(engine, say))
    except OutOfTime as error:
        found = tr("no answer, and it is not at work: {why}. {log}", why=error.found, log=words())
        raise EngineUnavailable(tried, found, do) from error
    if log and not (process and process.alive):
        raise EngineUnavailable(tried, tr("dockerd ended again. {log}", log=words()), do)


def _open_socket(path: Path) -> bool:
    """Make this user the owner of a socket that dockerd has just made for root (and group docker): nobody else gets in by that.

    False while dockerd is not done with it: it changes the owner first, and then the mode (docker/go-connections, unix_socket.go).
    """
    try:
        seen = path.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISSOCK(seen.st_mode) or stat.S_IMODE(seen.st_mode) != SOCKET_MODE:
        return False
    sudo.run(["chown", "--no-dereference", str(os.geteuid()), str(path)])
    return True
