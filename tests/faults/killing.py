"""What is killed, or stopped for a while, in the middle of its work: verify, a kernel, the engine, containerd, JupyterLab, ./lab."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from time import monotonic

from hostnet_lab.edges.probe import wait_until
from hostnet_lab.provision.apart import NO_HISTORY

from ..private_host import engine
from .moments import await_moment, events
from .said import Running, Said, started

CLAIMS = (
    "shares-the-network",
    "reaches-you",
    "answers-without-p",
    "two-hundred-is-proof",
    "rm-eats-the-log",
    "bridge-reaches-gateway",
    "conflict-fails-the-run",
    "one-port-one-server",
    "drop-net-raw",
    "multicast",
    "clean-up-restores",
    "bypasses-the-firewall",
    "userns-remap",
    "connect-later",
)
# A kernel as JupyterLab starts one: a process that runs cells, one after the other, told by what it prints.
KERNEL = """
import subprocess
from hostnet_lab import Lab
lab = Lab("02", take_over=True); print("open", flush=True)
run = lambda *words: print(subprocess.run(["docker", *words], capture_output=True, text=True).stdout, flush=True)
run("run", "--detach", "--name", "webserver", "--network", "host", "nginx"); print(lab.answer("http://localhost"), flush=True)
run("run", "--detach", "--name", "bridged", "--publish", "8080:80", "nginx"); print(lab.answer("http://localhost:8080"), flush=True)
print(lab.check("serve-on-8080") if False else lab.holder(80), flush=True)
host = lab.disposable(); print(host, flush=True)
lab.clean(); print("clean", flush=True)
"""


def as_a_kernel(code: str) -> tuple[str, ...]:
    """Run by IPython, which shows an exception as a notebook does."""
    return ("./lab", "exec", "ipython", "--colors=NoColor", NO_HISTORY, "-c", code)


def verify_words(dice: Random) -> tuple[str, ...]:
    return ("./lab", "verify", "--no-install", *sorted(dice.sample(CLAIMS, dice.randint(2, 5))))


@contextmanager
def at_work(command: tuple[str, ...], dice: Random, most: int = 30) -> Iterator[tuple[Running, str]]:
    """A command that has come to a moment, and which."""
    with events() as heard, started(*command) as running:
        yield running, await_moment(running, dice, heard, most)


def kill_verify(dice: Random) -> tuple[str, list[Said]]:
    with at_work(verify_words(dice), dice) as (running, moment):
        return _killed(running, moment)


def kill_kernel(dice: Random) -> tuple[str, list[Said]]:
    with at_work(as_a_kernel(KERNEL), dice, 20) as (running, moment):
        return _killed(running, moment)


def _killed(running: Running, moment: str) -> tuple[str, list[Said]]:
    running.process.send_signal(signal.SIGKILL)  # it alone: what it started lives on
    running.process.wait()
    return moment, [Said(running.command, running.process.returncode, running.text)]


def stop_verify(dice: Random) -> tuple[str, list[Said]]:
    with at_work(verify_words(dice), dice) as (running, moment):
        return _stopped(running, moment, [running.process.pid], dice)


def stop_kernel(dice: Random) -> tuple[str, list[Said]]:
    with at_work(as_a_kernel(KERNEL), dice, 20) as (running, moment):
        return _stopped(running, moment, [running.process.pid], dice)


def stop_engine(dice: Random) -> tuple[str, list[Said]]:
    with at_work(verify_words(dice), dice) as (running, moment):
        return _stopped(running, moment, _eldest("dockerd"), dice)


def stop_containerd(dice: Random) -> tuple[str, list[Said]]:
    with at_work(verify_words(dice), dice) as (running, moment):
        return _stopped(running, moment, _eldest("containerd"), dice)


def _stopped(running: Running, moment: str, pids: list[int], dice: Random) -> tuple[str, list[Said]]:
    long_s = dice.uniform(0.2, 4)
    for pid in pids:
        engine.signalled(pid, signal.SIGSTOP)
    end = monotonic() + long_s
    wait_until(lambda: monotonic() >= end, long_s + 5, "the end of the stop")
    for pid in pids:
        engine.signalled(pid, signal.SIGCONT)
    return f"{moment}, for {long_s:.1f} s", [running.wait()]


def kill_engine(dice: Random) -> tuple[str, list[Said]]:
    with at_work(verify_words(dice), dice) as (running, moment):
        _kill(_eldest("dockerd"))
        return moment, [running.wait()]


def kill_containerd(dice: Random) -> tuple[str, list[Said]]:
    with at_work(verify_words(dice), dice) as (running, moment):
        _kill(_eldest("containerd"))
        return moment, [running.wait()]


def _kill(pids: list[int]) -> None:
    for pid in pids:
        engine.signalled(pid, signal.SIGKILL)


def _eldest(name: str) -> list[int]:
    """The host's own, not those of disposable hosts."""
    own = os.readlink("/proc/self/ns/pid")
    return [pid for pid in engine.pids(name) if _namespace(pid) == own][:1]


def _namespace(pid: int) -> str:
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return ""


def kill_lab(dice: Random) -> tuple[str, list[Said]]:
    return _with_the_lab_open(dice, lambda running: running.process.send_signal(signal.SIGKILL))


def kill_jupyter(dice: Random) -> tuple[str, list[Said]]:
    return _with_the_lab_open(dice, lambda _: _kill([pid for pid in engine.pids("python") if b"jupyterlab" in _command_line(pid)][:1]))


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def _with_the_lab_open(dice: Random, kill: Callable[[Running], None]) -> tuple[str, list[Said]]:
    """Until it has said so many lines: the fourth or so is the address, when the server answers."""
    with started("./lab", "--no-browser", "--no-install") as running:
        lines, later_s = dice.randint(0, 4), dice.uniform(0, 0.5)
        wait_until(
            lambda: running.ended or running.text.count("\n") >= lines or "?token=" in running.text, 120, "a line of ./lab", pause_s=0.01
        )
        end = monotonic() + later_s
        wait_until(lambda: monotonic() >= end, 5, "a moment more")
        kill(running)
        wait_until(lambda: running.ended or "?token=" in running.text, 120, "the end or the address of ./lab", pause_s=0.02)
        opened = "" if running.ended else ", and it opened"
        if not running.ended:
            running.process.send_signal(signal.SIGTERM)
        said = running.wait()
        return f"at its line {lines}, {later_s:.1f} s later{opened}", [said]
