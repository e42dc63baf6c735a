"""Does once what lessons do, in a lesson's environment and by the docker command, and takes away what it started.

It judges nothing: ``core/host/trial.py`` does.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from ..core.errors import NoAnswer, OutOfTime
from ..core.host.findings import Finding
from ..core.host.proxies import PROXIES
from ..core.host.trial import TOOLS, Said, Server, Trial, not_run
from ..edges import host, probe
from ..edges.command import run
from ..edges.docker_settings import settings_file
from ..edges.engine import Engine
from ..edges.pace import limit_s
from .servers import nginx_command
from .stage import Stage

ANSWER_S = 5.0  # from a container's start to its first answer; a tenth of a second is usual
COMMAND_S = 20.0
CURL_S = 3.0
THEIRS = ("DOCKER_", "BUILDX_", "BUILDKIT_", "COMPOSE_")  # what a docker command and its plugins read
ENGINE = ("DOCKER_HOST", "DOCKER_CONTEXT")  # these choose the engine
QUIET = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
Environment = Mapping[str, str]


def attempt(engine: Engine, environment: Environment, labels: Mapping[str, str]) -> Trial:
    """Both servers side by side. ``environment``: a lesson's; ``labels``: a mark, should this process be killed meanwhile."""
    with Stage(engine, labels) as stage, ThreadPoolExecutor(3) as pool:
        host_mode = pool.submit(_server, stage, environment, "host", stage.port())
        published = pool.submit(_server, stage, environment, "bridge", stage.port())
        name = pool.submit(host.resolved, "localhost")
        servers = host_mode.result(), published.result()
        works = all(server.started for server in servers)
        blamed = () if works else tuple(_blamed(stage, environment, works_without(stage)))
        return Trial(name.result(), "", *servers, blamed)


def refused(engine: Engine, environment: Environment, labels: Mapping[str, str]) -> Finding | None:
    """Why the docker command makes no container on this engine; None where it does. A tenth of a second: nothing is started."""
    with Stage(engine, labels) as stage:
        said, made = _made(stage, environment)
        return None if made else not_run(said, tuple(_blamed(stage, environment, works_without(stage))))


def typed(environment: Environment, *command: str) -> Said:
    """A command by its name, as a cell finds it."""
    try:
        done = run(command, COMMAND_S, env=dict(environment), text=True, errors="replace", **QUIET)
    except OutOfTime:
        return Said(command, None)
    except OSError as error:
        return Said(command, 127, "", error.strerror or str(error))
    return Said(command, done.returncode, done.stdout, done.stderr)


def _server(stage: Stage, environment: Environment, network: str, port: int) -> Server:
    name = stage.name("trial")
    listen = port if network == "host" else 80
    where = ("--network", "host") if network == "host" else ("-p", f"{port}:80")
    stage.closing.callback(_remove, stage, environment, name)
    started = typed(
        environment, "docker", "run", "-d", *where, "--name", name, *stage.own_options(), "nginx", *nginx_command(name, str(listen))
    )
    said = Said(("docker", "run", "-d", *where, "nginx"), started.code, started.out, started.err)
    seen = stage.engine.inspect(name)
    if said.code or seen is None:
        return Server(name, port, said, seen is not None)
    inside = _answered(environment, name, "docker", "exec", name, *_curl(f"http://localhost:{listen}"))
    own = host.own_address()
    return Server(
        name,
        port,
        said,
        True,
        _answered(environment, name, *_curl(f"http://localhost:{port}")),
        _answered(environment, name, *_curl(f"http://{own}:{port}")) if own else None,
        inside,
        _absent(environment, name),
        typed(environment, "docker", "logs", name),
        tuple(variable for variable in (seen.get("Config") or {}).get("Env") or () if variable.partition("=")[0] in PROXIES),
        tuple(sorted({str(one.get("HostIp")) for ends in _ports(seen) for one in ends or ()})),
    )


def _ports(seen: Mapping[str, object]) -> list[list[dict[str, str]] | None]:
    settings = seen.get("NetworkSettings")
    return list((settings.get("Ports") or {}).values()) if isinstance(settings, dict) else []


def _curl(url: str) -> tuple[str, ...]:
    """As cells have it: proxies are whoever's environment this is."""
    return ("curl", "-s", "-S", "--max-time", f"{limit_s(CURL_S):.1f}", url)


def _answered(environment: Environment, page: str, *command: str) -> Said:
    """What the command said last: once it has the page, when it cannot be run, or after the time for a start."""
    last: list[Said] = []

    def over() -> bool:
        last.append(typed(environment, *command))
        return last[-1].out.strip() == page or last[-1].code in (126, 127)

    with suppress(NoAnswer):
        probe.wait_until(over, ANSWER_S, page, pause_s=0.02)
    return last[-1]


def _absent(environment: Environment, name: str) -> tuple[str, ...]:
    """Of TOOLS; nothing where there is no shell to ask, which curl's own error tells then."""
    script = 'for tool; do command -v "$tool" >/dev/null || echo "$tool"; done'
    said = typed(environment, "docker", "exec", name, "sh", "-c", script, "sh", *TOOLS)
    return tuple(one for one in said.out.split() if one in TOOLS) if said.code == 0 else ()


def _remove(stage: Stage, environment: Environment, name: str) -> None:
    """On the engine that the lab speaks to, or on whatever engine the command has put it."""
    if not stage.engine.remove(name, force=True):
        typed(environment, "docker", "rm", "-f", name)


def _without(environment: Environment, *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}


# -- who is to blame --------------------------------------------------------------------------------


def works_without(stage: Stage) -> Callable[[Environment], bool]:
    """Whether a docker command in an environment makes a container on the stage's engine, as far as that can be told without a start."""

    return lambda environment: _made(stage, environment)[1]


def _made(stage: Stage, environment: Environment) -> tuple[Said, bool]:
    name = stage.name("trial")
    said = typed(environment, "docker", "create", "--name", name, *stage.own_options(), "nginx")
    known = stage.engine.inspect(name) is not None
    _remove(stage, environment, name)
    return Said(("docker", "create", "nginx"), said.code, said.out, said.err), said.code == 0 and known


def _blamed(stage: Stage, environment: Environment, works: Callable[[Environment], bool]) -> Iterator[str]:
    """By leaving out: each variable alone, then all of them, then the command's own settings. Nothing where none of it helps."""
    if works(environment):
        return  # a container is made: what refuses to start it is the engine, and has said why
    led = {**{name: value for name, value in environment.items() if name not in ENGINE}, "DOCKER_HOST": stage.endpoint}
    if works(led):
        yield from [name for name in ENGINE if environment.get(name)] or [str(settings_file(environment))]
        return
    names = [name for name in led if name.startswith(THEIRS) and name != "DOCKER_HOST"]
    for name in names:
        if works(_without(led, name)):
            yield name
            return
    if len(names) > 1 and works(_without(led, *names)):
        yield from names
        return
    with tempfile.TemporaryDirectory(prefix="hostnet-lab-") as empty:
        if works({**_without(led, *names), "DOCKER_CONFIG": empty}):
            yield str(settings_file(environment))
