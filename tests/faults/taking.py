"""Names, ports and images that others take, or that are gone, at a bad moment; and one more stranger beside."""

from __future__ import annotations

import socket
import subprocess
from contextlib import ExitStack, suppress
from random import Random

from ..private_host import engine
from . import strangers
from .killing import KERNEL, as_a_kernel, at_work, verify_words
from .said import Said, run

TAKEN = ("port 80", "port 8080", "the ports of JupyterLab", "the name webserver", "port 80 by a container")
GONE = ("the image", "the image while it is used", "containers", "networks", "the command docker")
WORDS = (as_a_kernel(KERNEL),)


def _work(dice: Random) -> tuple[str, ...]:
    return verify_words(dice) if dice.random() < 0.6 else WORDS[0]


def taken(dice: Random) -> tuple[str, list[Said]]:
    """By a stranger, who gives it back afterwards; before the lab looks, or while it works."""
    which = dice.choice(TAKEN)
    with ExitStack() as stack:
        if which == "the ports of JupyterLab":
            for port in range(8888, 8938):
                _hold(stack, port)
            return which, [run("./lab", "--no-browser", "--no-install")]
        with at_work(_work(dice), dice, 15) as (running, moment):
            _take(which, stack)
            return f"{which} {moment}", [running.wait()]


def _take(which: str, stack: ExitStack) -> None:
    with suppress(OSError, subprocess.CalledProcessError):  # the lab was there first
        if which.startswith("port") and "container" not in which:
            _hold(stack, int(which.split()[1]))
        else:
            host_mode = ["--network", "host"] if "80" in which else []
            name = "webserver" if "name" in which else "taker"
            stack.callback(subprocess.run, ["docker", "rm", "--force", name], capture_output=True, check=False)
            engine.docker("run", "--detach", "--name", name, *host_mode, "nginx")


def _hold(stack: ExitStack, port: int) -> None:
    one = stack.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("0.0.0.0", port))
    one.listen()


def gone(dice: Random) -> tuple[str, list[Said]]:
    """Removed by somebody while the lab works; the next round has it again."""
    which = dice.choice(GONE[:4])
    with at_work(_work(dice), dice, 15) as (running, moment):
        with suppress(subprocess.CalledProcessError):
            _remove(which)
        said = running.wait()
    engine.start()
    return f"{which} {moment}", [said]


def _remove(which: str) -> None:
    if which.startswith("the image"):
        engine.docker("rmi", *(("--force",) if "used" in which else ("--no-prune",)), "nginx:latest")
    elif which == "containers":
        names = [name for name in engine.docker("ps", "--all", "--format", "{{.Names}}").split() if not name.startswith("strangers-")]
        engine.docker("rm", "--force", *names)
    else:
        names = [name for name in engine.docker("network", "ls", "--filter", "type=custom", "--format", "{{.Name}}").split()]
        engine.docker("network", "rm", *[name for name in names if not name.startswith("strangers-")])


def stranger(dice: Random) -> tuple[str, list[Said]]:
    """One more beside, while all that looks over everybody's things is run; it must be there afterwards as it was."""
    one = dice.choice(strangers.STRANGERS)
    name = f"passing-{one.name}"
    verb = ["create"] if one.then == "create" else ["run", "--detach"]
    words = [word.replace("8099", "8098") for word in one.words]
    made = engine.docker(*verb, "--name", name, *words, *one.command)
    try:
        if one.then not in ("", "create"):
            engine.docker(one.then, name)
        before = _state(made)
        said = [run(*dice.choice(COMMANDS)) for _ in range(3)]
        changed = "" if _state(made) == before else ", TOUCHED"
    finally:
        with suppress(subprocess.CalledProcessError):
            engine.docker("rm", "--force", made)
    return f"{one.name}{changed}", said


def _state(container: str) -> str:
    try:
        return engine.docker("inspect", "--format", "{{.Id}} {{json .State}} {{json .Config.Labels}}", container)
    except subprocess.CalledProcessError:
        return "gone"


COMMANDS = (
    ("./lab", "doctor"),
    ("./lab", "clean"),
    ("./lab", "clean", "--images"),
    ("./lab", "down"),
    ("./lab", "report"),
    ("./lab", "verify", "--no-install", "two-hundred-is-proof", "clean-up-restores"),
    as_a_kernel(KERNEL),
)
