"""What the options of ``docker run`` and the network commands do in host mode. Ports are free ones, never the guide's 80.

The reader's own ``docker`` command is used, since exit codes and warnings are what the claims are about.
"""

from __future__ import annotations

import re
from typing import Any

from ..core.host.commands import RunRequest
from ..edges.engine import refusals
from ..words import tr
from . import compose, rights, run_options
from .asking import answers, asked_port
from .experiment import Experiment
from .servers import nginx_command
from .stage import Output, Stage, attempt

ID = re.compile(r"[0-9a-f]{64}")


def publishing(stage: Stage) -> dict[str, Any]:
    asked = stage.port()
    with_p = _server(stage, "-p", f"{asked}:80")
    # docker-py refuses on its own, before the engine is asked; should a later one not, the stage removes the container
    words = attempt(_ask_docker_py, stage, asked)
    without_p = {} if with_p["exit_code"] == 0 else _server(stage)
    return {
        "asked": asked,
        "p": with_p,
        "asked_port": asked_port(stage, with_p["name"], asked) if with_p["answers"] else {},
        "docker_py": words,
        "without": without_p,  # only where -p was refused: is it -p that is refused?
        "P": _server(stage, "-P"),
    }


def _server(stage: Stage, *options: str) -> dict[str, Any]:
    """``docker run -d --network host OPTIONS nginx`` on a free port, and what came of it."""
    port, name = stage.port(), stage.name("server")
    stage.closing.callback(stage.engine.remove, name, force=True)
    command = ("--name", name, *options, *stage.own_options(), "nginx", *nginx_command(name, str(port)))
    said = stage.docker("run", "-d", "--network", "host", *command)
    facts = stage.facts(name)
    return {
        "exit_code": said.exit_code,
        "warning": _warning(said),
        "port": port,
        "name": name,
        "network_mode": facts.network_mode if facts else "",
        "asked": [str(one) for one in facts.asked] if facts else [],
        "published": [str(one) for one in facts.published] if facts else [],
        "answers": said.exit_code == 0 and answers(stage, name, f"http://127.0.0.1:{port}/", name),
    }


def _warning(said: Output) -> str:
    """What a command said besides the new container's id."""
    return " ".join(line for line in said.text.splitlines() if not ID.fullmatch(line.strip()))


def _ask_docker_py(stage: Stage, asked: int) -> None:
    name = stage.name("docker-py")
    stage.closing.callback(stage.engine.remove, name, force=True)
    with refusals(tr("create a container in host mode with ports=")):
        stage.engine.client.containers.create("nginx", name=name, network_mode="host", ports={"80/tcp": asked}, labels=stage.labels)


def connecting(stage: Stage) -> dict[str, Any]:
    """On one running bridge container: away from its network, to host, back to its network. Only "to host" is in question."""
    name = stage.name("to-switch")
    stage.run(RunRequest(name=name, network="bridge"))
    own = next(iter(((stage.engine.inspect(name) or {}).get("NetworkSettings") or {}).get("Networks") or {}), "bridge")
    away = stage.docker("network", "disconnect", own, name)
    before = _state(stage, name)
    to_host = stage.docker("network", "connect", "host", name)
    after = _state(stage, name)
    back = stage.docker("network", "connect", own, name)
    reverse = stage.create(RunRequest(name=stage.name("in-host-mode"), network="host"))
    from_host = stage.docker("network", "connect", own, reverse)
    return {
        "network": own,
        "away": {"exit_code": away.exit_code, "words": away.text},
        "to_host": {"exit_code": to_host.exit_code, "words": to_host.text},
        "back": {"exit_code": back.exit_code, "words": back.text},
        "from_host": {"exit_code": from_host.exit_code, "words": from_host.text},
        "before": before,
        "after": after,
        "host_namespace": rights.once(stage, ["--network", "host"], ["readlink", "/proc/self/ns/net"]).text,
    }


def _state(stage: Stage, name: str) -> dict[str, Any]:
    facts = stage.facts(name)
    running = bool(facts and facts.running)
    namespace = stage.inside(name, "readlink", "/proc/self/ns/net").text if running else ""
    return {"running": running, "network_mode": facts.network_mode if facts else "", "namespace": namespace}


def networks(stage: Stage) -> dict[str, Any]:
    """The control is a network of configuration only: it makes no interface, so that nothing on the host moves."""
    other, second = stage.name("config-only"), stage.name("second-host")
    for name in (other, second):
        stage.closing.callback(stage.docker, "network", "rm", name)
    control = stage.docker("network", "create", "--config-only", other)
    control_rm = stage.docker("network", "rm", other)
    created = stage.docker("network", "create", "--driver", "host", second)
    form = "{{ .Name }} {{ .Driver }} {{ .Scope }}"
    predefined = stage.docker("network", "inspect", "--format", form, "host")
    observation: dict[str, Any] = {
        "control": {"create": control.exit_code, "remove": control_rm.exit_code, "words": f"{control.text} {control_rm.text}"},
        "create": {
            "exit_code": created.exit_code,
            "words": created.text,
            "made": stage.docker("network", "inspect", "--format", form, second).text == f"{second} host local",
        },
        "predefined": predefined.text if predefined.exit_code == 0 else "",
    }
    if predefined.text == "host host local":  # the one that every engine refuses to remove, and no other
        removed = stage.docker("network", "rm", "host")
        observation["remove"] = {"exit_code": removed.exit_code, "words": removed.text}
    return observation


def classic_address(stage: Stage) -> dict[str, Any]:
    """What a template of long ago and one of today tell of a container on the bridge; both by the reader's own command."""
    name = stage.name("address")
    stage.run(RunRequest(name=name, network="bridge", command=("sleep", "infinity")))

    def told(template: str) -> dict[str, Any]:
        said = stage.docker("inspect", "-f", template, name)
        return {"exit_code": said.exit_code, "said": said.text}

    return {
        "api": stage.docker("version", "-f", "{{.Client.APIVersion}}").text,
        "classic": told("{{.NetworkSettings.IPAddress}}"),
        "networks": told("{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"),
    }


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(("p-is-ignored", "publish-all-warns"), publishing),
    Experiment(("connect-later",), connecting),
    Experiment(("another-host-network",), networks),
    Experiment(("options-still-work",), run_options.table),
    Experiment(("non-root-on-80",), rights.non_root),
    Experiment(("drop-net-raw",), rights.net_raw),
    Experiment(("reconfigures-the-host",), rights.interfaces),
    Experiment(("classic-address",), classic_address),
    Experiment(("compose-ports",), compose.ports),
)
