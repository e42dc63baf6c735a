"""What a container in host mode and one on a bridge reach of the host, and of each other."""

from __future__ import annotations

import re
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from ..core.errors import LabError, OutOfTime
from ..core.guide.missing import lacking
from ..core.host.commands import RunRequest
from ..edges import probe
from ..edges.engine import engine_words, refusals
from ..edges.pace import limit_s
from ..words import tr
from .experiment import Experiment
from .servers import foreign_server, nginx_command, serves, start_nginx
from .stage import CONTROLS, SILENT, Stage

KNOCK_S = 1.0  # between containers of one host a connection takes a millisecond
KNOCK = re.compile(r"=\n(.*?)\n(\d+\.\d+) (\d+\.\d+) (\d+)\n", re.DOTALL)  # what ``_knocking`` prints for each URL


def both_kinds(stage: Stage) -> dict[str, Any]:
    """One container of each kind: what they reach, and what they read."""
    port = stage.port()
    in_host, on_bridge = start_nginx(stage, str(port)), start_nginx(stage, "80", network="bridge")
    return {**_targets(stage, in_host, on_bridge, port), **_readings(stage, in_host, on_bridge)}


def _targets(stage: Stage, in_host: str, on_bridge: str, port: int) -> dict[str, Any]:
    """Who reaches which: a service on the host's loopback only, and a server in host mode on every address."""
    marker, own = stage.name("loopback"), "http://localhost:80/"
    only_loopback = stage.closing.enter_context(foreign_server(marker))
    served_at_all = serves(stage, in_host, port)
    stage.settled(own, on_bridge, asker=on_bridge)
    gateway = _gateway(stage, on_bridge)
    loopback, served = f"http://127.0.0.1:{only_loopback}/", f"http://localhost:{port}/"
    by_gateway = f"http://{gateway}:{port}/", f"http://{gateway}:{only_loopback}/"
    itself, from_bridge, by_localhost, wide, narrow = _knock(stage, on_bridge, own, loopback, served, *by_gateway)
    return {
        "loopback_page": marker,
        "served_page": in_host,
        "own_page": on_bridge,
        "gateway": gateway,
        "served": served_at_all,
        "from_here": {"loopback": stage.get(loopback) or ""},
        "from_host_mode": {"loopback": _knock(stage, in_host, served, loopback)[1]},
        "from_bridge": {
            "itself": itself,
            "loopback": from_bridge,
            "served_by_localhost": by_localhost,
            "served_by_gateway": wide,
            "loopback_by_gateway": narrow,
        },
    }


def _knock(stage: Stage, container: str, own: str, *urls: str) -> list[dict[str, Any]]:
    """For each URL curl's exit code (6 no such name, 7 refused, 28 timeout) and the page, asked from inside a container.

    The first is the control: ``own``, the container's own server. A timeout is a finding only where the control was answered much
    faster and no connection came about, since for that no server is needed, but the kernels alone. Any other is OutOfTime.
    """
    knocks = [_read_knock(*found) for found in KNOCK.findall(stage.inside(container, *_knocking(own, *urls)).text + "\n")]
    for url, one in zip((own, *urls), knocks, strict=False):
        beside_control = knocks[0]["code"] == 0 and CONTROLS * knocks[0]["took_s"] < one["took_s"]
        if one["code"] == SILENT and (one["connected"] or not beside_control):
            raise probe.silent(url, one["took_s"])
    return [{"code": one["code"], "page": one["page"]} for one in knocks]


def _knocking(*urls: str) -> tuple[str, ...]:
    form = "\\n%{time_connect} %{time_total} "
    call = f"curl -s --noproxy '*' --max-time {limit_s(KNOCK_S):.2f} -w '{form}' \"$url\"; echo $?"
    return ("sh", "-c", f"for url; do echo =; {call}; done", "sh", *urls)


def _read_knock(page: str, connect_s: str, took_s: str, code: str) -> dict[str, Any]:
    page = " ".join(page.split())[:200]
    return {"code": int(code), "page": page, "connected": float(connect_s) > 0, "took_s": float(took_s)}


def _gateway(stage: Stage, container: str) -> str:
    network = (stage.engine.inspect(container) or {}).get("NetworkSettings") or {}
    entries = [network, *(network.get("Networks") or {}).values()]
    return next((str(entry["Gateway"]) for entry in entries if entry.get("Gateway")), "")


def names(stage: Stage) -> dict[str, Any]:
    """A container on a network of its own, where names resolve, and one in host mode, each calling the other."""
    try:
        network = _network(stage)
    except OutOfTime:
        raise
    except LabError as error:
        return lacking("network", said=engine_words(error))
    port = stage.port()
    in_host, on_network = start_nginx(stage, str(port)), stage.name("named")
    # The network's resolver forwards nothing: one that waits for an answer holds up the container's removal (see quirks).
    stage.run(RunRequest(name=on_network, network=network, command=nginx_command(on_network, "80")), Dns=["127.0.0.1"])
    served = serves(stage, in_host, port)
    facts = stage.facts(on_network)
    address = facts.addresses[0] if facts and facts.addresses else ""
    own = "http://localhost/"
    stage.settled(own, on_network, asker=on_network)
    calls = (
        (on_network, own, f"http://{on_network}/", f"http://{in_host}:{port}/"),
        (in_host, f"http://127.0.0.1:{port}/", f"http://{address}/", f"http://{on_network}/"),
    )
    with ThreadPoolExecutor(len(calls)) as pool:  # each may wait for a name server that does not answer
        ways = pool.map(lambda call: _knock(stage, *call), calls)
        (_, by_own_name, to_host_mode), (_, by_address, from_host_mode) = ways
    return {
        "in_host_mode": in_host,
        "on_network": on_network,
        "address": address,
        "served": served,
        "on_its_network": by_own_name,
        "by_address": by_address,
        "from_host_mode": from_host_mode,
        "to_host_mode": to_host_mode,
    }


def _network(stage: Stage) -> str:
    """A network of the stage's own, with the stage's labels; gone after its containers."""
    name = stage.name("net")
    with refusals(tr("create network {name}", name=name)):
        network = stage.engine.client.networks.create(name, labels=stage.labels)
    stage.closing.callback(network.remove)
    return name


def _readings(stage: Stage, in_host: str, on_bridge: str) -> dict[str, Any]:
    """What the two kinds of container read of the host: its name servers, and an abstract socket (unix(7)).

    Such a socket is a name in the network namespace, and no file.
    """
    name = stage.name("abstract")
    one = stage.closing.enter_context(socket.socket(socket.AF_UNIX))
    one.bind(f"\0{name}")
    one.listen()
    return {
        "socket": f"@{name}",
        "sockets_here": _text("/proc/net/unix").count(f"@{name}"),
        "servers_here": _servers(_text("/etc/resolv.conf")),
        "in_host_mode": _reading(stage, in_host, name),
        "on_bridge": _reading(stage, on_bridge, name),
    }


def _reading(stage: Stage, container: str, name: str) -> dict[str, Any]:
    resolv_conf = stage.inside(container, "cat", "/etc/resolv.conf")
    sockets = stage.inside(container, "grep", "-c", f"@{name}", "/proc/net/unix")  # 1: none, 2: not readable
    return {
        "resolv_code": resolv_conf.exit_code,
        "servers": _servers(resolv_conf.text),
        "grep_code": sockets.exit_code,
        "sockets": int(sockets.text) if sockets.text.isdecimal() else 0,
    }


def _servers(resolv_conf: str) -> list[str]:
    """Addresses in the order of resolv.conf(5)."""
    lines = [line.split() for line in resolv_conf.splitlines()]
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except OSError:
        return ""


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        (
            "reaches-loopback-services",
            "bridge-reaches-localhost",
            "bridge-reaches-gateway",
            "hosts-name-servers",
            "sees-abstract-sockets",
        ),
        both_kinds,
    ),
    Experiment(("names-resolve",), names),
)
