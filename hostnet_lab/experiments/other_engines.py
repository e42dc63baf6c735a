"""Engines set up in another way: with userns-remap, as a Swarm, rootless. What do they make of host mode?"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any

from ..core.errors import OutOfTime
from ..core.guide.missing import lacking
from ..core.host.commands import RunRequest
from ..core.host.quirks import is_rootless
from ..edges import probe
from ..words import tr
from .disposable import HOST_ADDRESS
from .own_engine import REMAPPED
from .stage import CONTROLS, Stage

REMAPPED_HOST = (f"--userns-remap={REMAPPED}",)
SWARM_HOST = ("--label=swarm=yes",)  # of no meaning to the engine: a Swarm changes its host, so nobody else shares it
SETTLE_BUDGET_S, JOIN_S = 4.0, 20.0
ENDED = ("Failed", "Rejected", "Shutdown", "Complete")

# A server that gives up at once when its port is taken, so that nobody waits for it. Arguments: port, page.
SERVER = r"""
my ($port, $page) = @ARGV;
socket(my $tcp, 2, 1, 0) or die "no socket: $!\n";
setsockopt($tcp, 1, 2, pack "i", 1) or die "no reuse: $!\n";
bind($tcp, pack "S n x4 x8", 2, $port) or die "no port $port: $!\n";
listen($tcp, 9) or die "no listening: $!\n";
while (accept my $one, $tcp) {
    sysread $one, my $request, 4096;
    syswrite $one, "HTTP/1.0 200 OK\r\n\r\n$page";
    close $one;
}
"""


def remapped(stage: Stage) -> dict[str, Any]:
    """Host mode as a guide has it, then with --userns=host; a bridge container shows that users are mapped at all."""
    bridge = stage.run(RunRequest(network="bridge", name="", command=("sleep", "infinity")))
    return {
        "security_options": list(stage.engine.info().get("SecurityOptions") or ()),
        "bridge_user_map": stage.inside(bridge, "cat", "/proc/self/uid_map").text.split(),
        "host_mode": _run(stage, "--network", "host"),
        "with_userns_host": _run(stage, "--network", "host", "--userns=host"),
    }


def _run(stage: Stage, *options: str) -> dict[str, Any]:
    """What docker run says to options; when it runs, whether its server answers on the host, and whose root it is."""
    port, page = stage.port(), stage.name("server")
    stage.closing.callback(stage.engine.remove, page, force=True)
    words = (*stage.own_options(), "--name", page, *options, "nginx", "perl", "-e", SERVER, str(port), page)
    done = stage.docker("run", "-d", *words)
    runs = done.exit_code == 0
    return {
        "exit_code": done.exit_code,
        "said": "" if runs else _told(done.text),
        "answered": runs and stage.settled(f"http://{HOST_ADDRESS}:{port}/", page) == "answers",
        "user_map": stage.inside(page, "cat", "/proc/self/uid_map").text.split() if runs else [],
    }


def swarm(stage: Stage) -> dict[str, Any]:
    """Three services in host mode: with two tasks on one port, with a published port, with one published in mode host."""
    stage.closing.callback(_remove_tasks, stage)
    stage.closing.callback(stage.docker, "swarm", "leave", "--force")
    begun = stage.docker("swarm", "init", "--advertise-addr", HOST_ADDRESS)
    if begun.exit_code and not _is_joining(stage):
        return lacking("swarm", said=_told(begun.text))
    shown: dict[str, Any] = {"nodes": len(stage.docker("node", "ls", "-q").text.split())}
    ports = {"two_tasks": stage.port(), "published": stage.port(), "published_in_mode_host": stage.port()}
    options = {
        "two_tasks": ("--replicas", "2", "--restart-condition", "none"),
        "published": ("-p", f"{ports['published']}:{ports['published']}", "--restart-condition", "none"),
        "published_in_mode_host": (
            "-p",
            f"mode=host,published={stage.port()},target={ports['published_in_mode_host']}",
            "--restart-condition",
            "none",
        ),
    }
    names = {which: stage.name(which.replace("_", "-")) for which in ports}
    for which, name in names.items():
        # The image by its id: by its name, each task would first ask a registry for it.
        labels = (word for key, value in stage.labels.items() for word in ("--container-label", f"{key}={value}"))
        words = ("--no-resolve-image", "--network", "host", "--name", name, *labels, *options[which])
        image = stage.engine.image_id("nginx") or "nginx"
        made = stage.docker("service", "create", "-d", *words, image, "perl", "-e", SERVER, str(ports[which]), name)
        stage.closing.callback(stage.docker, "service", "rm", name)
        shown[which] = {"exit_code": made.exit_code, "said": _told(made.text) if made.exit_code else ""}
    control_s = 0.0  # how long a service took to answer that does
    for which, name in names.items():
        url = f"http://{HOST_ADDRESS}:{ports[which]}/"
        settled = _one_of_two if which == "two_tasks" else _runs_or_ended
        shown[which]["tasks"] = [] if shown[which]["exit_code"] else _tasks(stage, name, settled)
        asked_s = monotonic()
        shown[which]["answered"] = _running(shown[which]["tasks"]) > 0 and _answers(stage, name, url, control_s)
        control_s = control_s or (monotonic() - asked_s if shown[which]["answered"] else 0.0)
    return shown


def _is_joining(stage: Stage) -> bool:
    """True when a node came to be in its Swarm after all: `docker swarm init` gives up after 20 s, the engine does not."""

    def state() -> str:
        return str((stage.engine.info().get("Swarm") or {}).get("LocalNodeState", ""))

    if state() not in ("pending", "active"):
        return False
    return probe.wait_until(lambda: state() != "pending", JOIN_S, tr("the node to join its Swarm"), pause_s=0.1) and state() == "active"


def _tasks(stage: Stage, service: str, settled: Callable[[list[str]], bool]) -> list[str]:
    """The states of a service's tasks, each with the engine's word on it, when they have settled."""

    def look() -> list[str]:
        said = stage.docker("service", "ps", "--no-trunc", "--format", "{{.CurrentState}}|{{.Error}}", service).text
        parts = (line.partition("|") for line in said.splitlines())
        tasks = sorted(" ".join(filter(None, (state.partition(" ")[0], error.strip('"')))) for state, _, error in parts)
        return tasks if settled(tasks) else []

    return probe.wait_until(look, SETTLE_BUDGET_S, tr("the tasks of {service} to run or end", service=service), pause_s=0.02)


def _answers(stage: Stage, service: str, url: str, control_s: float) -> bool:
    """True when a service comes to answer; False when none of its tasks runs any more, or it is silent where another one, with the
    same server, has answered after ``control_s`` (0: none has), much sooner. Else OutOfTime.
    """
    begun = monotonic()

    def decided() -> list[bool]:
        if stage.get(url) == service:
            return [True]
        return [] if _running(_tasks(stage, service, bool)) else [False]

    try:
        return probe.wait_until(decided, SETTLE_BUDGET_S, tr("{name} to answer on {url}", name=service, url=url), pause_s=0.02)[0]
    except OutOfTime:
        if not control_s or CONTROLS * control_s > monotonic() - begun:
            raise
        return False


def _remove_tasks(stage: Stage) -> None:
    """A node that leaves its Swarm keeps the containers of its tasks; all tasks on this host are the stage's own."""
    for entry in stage.engine.containers(label="com.docker.swarm.task.id"):
        stage.engine.remove(entry["Id"], force=True)


def _running(tasks: list[str]) -> int:
    return sum(task.startswith("Running") for task in tasks)


def _ended(tasks: list[str]) -> int:
    return sum(task.startswith(ENDED) for task in tasks)


def _one_of_two(tasks: list[str]) -> bool:
    """A task counts as running for a moment before its server gives up: two that run may still become one."""
    return len(tasks) >= 2 and _ended(tasks) > 0 and _running(tasks) + _ended(tasks) == len(tasks)


def _runs_or_ended(tasks: list[str]) -> bool:
    return _running(tasks) + _ended(tasks) > 0


def rootless(stage: Stage) -> dict[str, Any]:
    """A server in host mode on a rootless engine, asked from inside its container and from the reader's place."""
    if not is_rootless(stage.engine.info()):
        return lacking("rootless engine")
    port, page = stage.port(), stage.name("rootless")
    key = stage.run(RunRequest(name=page, network="host", command=("perl", "-e", SERVER, str(port), page)))
    url = f"http://127.0.0.1:{port}/"
    settled = stage.settled(url, page, asker=key)
    return {
        "version": str(stage.engine.version().get("Version", "")),
        "port": port,
        "inside": settled == "answers",
        "here": stage.settled(url, page) == "answers",
    }


def _told(text: str) -> str:
    """The line of an answer that holds the reason; the hint to --help comes after it."""
    lines = [line for line in text.splitlines() if line.strip() and "--help" not in line]
    return lines[-1] if lines else ""
