"""Installs and starts a Docker engine, with a record of what was started."""

from __future__ import annotations

import getpass
import grp
import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from ..core.engines import DEFAULT, Candidate, Machine, packages, plan
from ..core.errors import EngineUnavailable, NoAnswer, SetupFailed
from ..edges import apt, sudo
from ..edges.probe import wait_until
from ..words import tr
from . import record
from .engine_search import ask, find_dockerd
from .engine_stop import REGROUPED, record_file
from .record import Record, Running

SCRIPT = Path(__file__).resolve().parents[2] / "lab"
START_BUDGET_S = 60.0  # about 1 s is usual, 4 s on a slow disk


def bring_up(root: Path, machine: Machine, say: apt.Say) -> None:
    for step in plan(machine):
        if step == "install":
            wanted, optional = packages(machine)
            apt.install(wanted, say, optional=optional)
        elif step == "start by systemd":
            _start_by_systemd(root, say)
        else:
            _start_by_hand(root, say)


def _start_by_systemd(root: Path, say: apt.Say) -> None:
    say(tr("starting the Docker engine: systemctl start docker"))
    record.write(record_file(root), Record("systemd"))  # before the start: Ctrl-C must not make it a stranger's
    try:
        sudo.run(["systemctl", "start", "docker"])
    except SetupFailed:
        record_file(root).unlink()
        raise
    if os.geteuid() != 0 and ask(Candidate(DEFAULT, "")).state == "denied":
        command = ["usermod", "-aG", "docker", getpass.getuser()]
        say(tr("the engine's socket belongs to group docker: {command}", command=f"sudo {shlex.join(command)}"))
        sudo.run(command)
        go_on_in_group("docker", "started")
    _await_answer()


def go_on_in_group(group: str, why: str) -> NoReturn:
    """Run the same command again with a group that this session does not have yet; ``why``: "started" or "member"."""
    if os.environ.get(REGROUPED) or shutil.which("sg") is None:
        found = tr("this session is not in group {group} yet", group=group)
        do = tr("log in again: {user} is in group {group} now", user=getpass.getuser(), group=group)
        raise EngineUnavailable(tr("open the engine's socket"), found, do)
    os.environ[REGROUPED] = why
    os.execvp("sg", ["sg", group, "-c", shlex.join(["sh", str(SCRIPT), *sys.argv[1:]])])  # it knows which Python


def _start_by_hand(root: Path, say: apt.Say) -> None:
    """A session of its own, so that Ctrl-C in this terminal ends JupyterLab and not the engine."""
    folder = record.folder(root)
    log, pid_file = folder / "dockerd.log", folder / "dockerd.started"
    say(tr("starting the Docker engine: dockerd, log in {log}", log=log))
    pid_file.unlink(missing_ok=True)
    group = [] if os.geteuid() == 0 else ["--group", own_group()]
    dockerd = [find_dockerd() or "dockerd", "--pidfile", str(folder / "dockerd.pid"), *group]
    script = 'cd / && echo $$ >"$0.part" && mv "$0.part" "$0" && log=$1 && shift && exec "$@" >"$log" 2>&1 </dev/null'
    sudo.run(["setsid", "--fork", "sh", "-c", script, str(pid_file), str(log), *dockerd])
    pid = wait_until(lambda: pid_file.exists() and int(pid_file.read_text()), 5, tr("the process id of dockerd"))
    process = Running.of(pid)
    record.write(record_file(root), Record("by hand", (process,) if process else ()))
    _await_answer(process, log)


def _await_answer(process: Running | None = None, log: Path | None = None) -> None:
    """Until the default socket answers, or the process that was started for it is gone."""
    default = Candidate(DEFAULT, "")

    def answers_or_ended() -> bool:
        return ask(default).state == "answers" or (log is not None and not (process and process.alive))

    def words() -> str:
        return record.log_end(log) if log else tr("Its log: journalctl -u docker")

    tried, do = tr("start the Docker engine"), tr("mend what its log names, then `./lab` again")
    try:
        wait_until(answers_or_ended, START_BUDGET_S, tr("the Docker engine"), pause_s=0.02)
    except NoAnswer as error:
        found = tr("no answer after {seconds:g} s. {log}", seconds=START_BUDGET_S, log=words())
        raise EngineUnavailable(tried, found, do) from error
    if log and not (process and process.alive):
        raise EngineUnavailable(tried, tr("dockerd ended again. {log}", log=words()), do)


def own_group() -> str:
    try:
        return grp.getgrgid(os.getgid()).gr_name
    except KeyError:  # a group without a name: dockerd takes its number as well
        return str(os.getgid())
