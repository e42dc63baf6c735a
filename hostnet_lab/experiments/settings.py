"""What depends on how an engine, its networks and its host are set up: networks without NAT, localhost without the relay, name servers.

All of it on a disposable host; every network, file and process made here is taken away again.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..core.errors import LabError, OutOfTime
from ..core.guide.missing import lacking
from ..core.host.commands import Publish, RunRequest
from ..core.host.quirks import relaying
from ..core.host.timings import until_apart
from ..edges.command import find
from ..edges.engine import engine_words
from . import own_engine
from .disposable import CLIENT_ADDRESS, HOST_ADDRESS, client_prefix
from .latency import measure_behind
from .paths import kept, server_command
from .stage import OWN, Stage

Network = Mapping[str, Any]  # as the engine's API has it (NetworkCreate)
TELLING = "@$remote_addr/$server_addr"  # nginx's variables: between which two addresses it sees the connection
BRIDGE_TO_ITSELF, ON_THE_WIRE = "198.51.100.64/28", "192.0.2.0/24"  # the second is the wire of every disposable host
ROUTED: Network = {
    "Driver": "bridge",
    "IPAM": {"Config": [{"Subnet": BRIDGE_TO_ITSELF}]},
    "Options": {"com.docker.network.bridge.gateway_mode_ipv4": "routed"},
}
MACVLAN: Network = {
    "Driver": "macvlan",
    "IPAM": {"Config": [{"Subnet": ON_THE_WIRE, "IPRange": "192.0.2.64/28"}]},
    "Options": {"parent": "eth0"},
}
TURNS = (8, 40)  # rounds, and turns in each: the relay is nothing small
NO_PROXY_HOST = ("--userland-proxy=false",)
HOLDER = re.compile(r'\("([^"]+)",pid=')  # as ss(8) names processes
FIRST, SECOND = "192.0.2.53", "192.0.2.54"  # name servers that nobody ever asks


# -- only host mode avoids NAT ----------------------------------------------------------------------


def without_nat(stage: Stage) -> dict[str, Any]:
    """A client asks a server in host mode, a published one, one on a bridge that is to be routed, one on the wire itself (macvlan).

    Each tells between which addresses it sees the connection: translated is what the client has not asked, or not sent.
    """
    port, published, routed = stage.port(), stage.port(), stage.port()
    client = Stage(stage.engine, stage.labels, client_prefix(stage), stage.endpoint)
    in_host, on_bridge = _server(stage, "host", port), _server(stage, "bridge", 80, Publish(published, 80))
    ways = {
        "host mode": _asked(client, in_host, f"{HOST_ADDRESS}:{port}", f"http://127.0.0.1:{port}/"),
        "published": _asked(client, on_bridge, f"{HOST_ADDRESS}:{published}", OWN),
    }
    with ExitStack() as stack:
        ways["routed"] = _in_network(stage, stack, client, ROUTED, Publish(routed, 80))
        ways["macvlan"] = _in_network(stage, stack, client, MACVLAN)
    return {"client": CLIENT_ADDRESS, "ways": ways}


def _server(stage: Stage, network: str, port: int, *publish: Publish) -> str:
    name = stage.name("nginx")
    stage.run(RunRequest(name=name, network=network, command=server_command(f"{name}{TELLING}", port), publish=publish))
    return name


def _asked(client: Stage, name: str, target: str, inside: str) -> dict[str, Any]:
    """What the client gets at ``target``; both addresses are "" where it got no answer of this server."""
    url = f"http://{target}/"
    told = (client.get(url) or "") if client.settled(url, name, inside) == "answers" else ""
    sees, at = [*told.partition("@")[2].split("/"), ""][:2]
    return {"asked": target.rpartition(":")[0], "sees": sees, "at": at}


def _in_network(stage: Stage, stack: ExitStack, client: Stage, asked: Network, *publish: Publish) -> dict[str, Any]:
    """The same in a network of its own: at the container's own address and, where it is published, at the host's.

    ``refused``: why the engine made no such network, or no container in it.
    """
    network = stage.name("net")
    try:
        stage.engine.create_network({"Name": network, "Labels": stage.labels, **asked})
    except OutOfTime:
        raise
    except LabError as error:
        return {"refused": engine_words(error)}
    stack.callback(stage.engine.remove_network, network)
    name = _server(stage, network, 80, *publish)
    stack.callback(stage.engine.remove, name, force=True)
    facts = stage.facts(name)
    address = facts.addresses[0] if facts and facts.addresses else ""
    if not address:
        return {"refused": stage.log(name)}
    if publish:
        route = (f"{address}/32", "via", HOST_ADDRESS, "dev", "eth0")
        stack.callback(client.shell, "ip", "route", "del", *route)
        client.shell("ip", "route", "add", *route)
    seen = _asked(client, name, f"{address}:80", OWN)
    by_host = [client.get(f"http://{HOST_ADDRESS}:{one.host_port}/") for one in publish]
    return {**seen, "by_host": any((page or "").partition("@")[0] == name for page in by_host)}


# -- what host mode saves on localhost --------------------------------------------------------------


def without_proxy(stage: Stage) -> dict[str, Any]:
    """On localhost of an engine without the relay: host mode, a published port, and a relay that is started by hand, as a control."""
    relay = find("docker-proxy")
    if relay is None:
        return lacking("relay")
    port, published, relayed = stage.port(), stage.port(), stage.port()
    in_host, on_bridge = stage.name("nginx"), stage.name("bridge")
    stage.run(RunRequest(name=in_host, network="host", command=server_command(in_host, port)))
    stage.run(RunRequest(name=on_bridge, network="bridge", command=server_command(on_bridge, 80), publish=(Publish(published, 80),)))
    facts = stage.facts(on_bridge)
    if not facts or not facts.addresses:
        return lacking("published")
    _relay(stage, relay, relayed, facts.addresses[0])
    ports = {"host mode": port, "relay": relayed, "published": published}
    for way, number in ports.items():
        is_host = way == "host mode"
        stage.await_page(f"http://127.0.0.1:{number}/", in_host if is_host else on_bridge, "" if is_host else OWN)
    holders = HOLDER.findall(stage.shell("ss", "-Hltnp", f"sport = :{published}").text)
    paths = {way: ("127.0.0.1", number) for way, number in ports.items()}
    with stage.quiet():
        measured = until_apart(lambda: measure_behind(stage.prefix, paths, *TURNS))
    return {"relays": relaying(holders), **kept(measured)}


def _relay(stage: Stage, program: str, port: int, address: str) -> None:
    """Docker's own relay between two ports, as an engine starts one; what it would tell the engine by descriptor 3 goes nowhere."""
    ways = ("-proto", "tcp", "-host-ip", "127.0.0.1", "-host-port", str(port), "-container-ip", address, "-container-port", "80")
    words = [*stage.prefix, "sh", "-c", 'exec "$@" 3>/dev/null', "sh", program, *ways]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stage.closing.callback(process.wait)
    stage.closing.callback(process.kill)


# -- name servers -----------------------------------------------------------------------------------


def resolv_conf(stage: Stage) -> dict[str, Any]:
    """The host's file is changed while a container runs in host mode; one that is started afterwards shows that it counts."""
    file = own_engine.resolv_conf(Path(stage.endpoint.removeprefix("unix://")).parent)
    stage.closing.callback(file.write_text, file.read_text())
    file.write_text(f"nameserver {FIRST}\n")
    running = _sleeper(stage)
    at_start = _servers(stage, running)
    file.write_text(f"nameserver {SECOND}\n")
    seen = {"first": FIRST, "second": SECOND, "at_start": at_start, "while_running": _servers(stage, running)}
    seen["of_another"] = _servers(stage, _sleeper(stage))
    restarted = stage.docker("restart", "-t", "0", running)
    return {**seen, "restart_code": restarted.exit_code, "restarted": _servers(stage, running)}


def _sleeper(stage: Stage) -> str:
    return stage.run(RunRequest(name=stage.name("names"), network="host", command=("sleep", "infinity")))


def _servers(stage: Stage, container: str) -> list[str]:
    """Addresses in the order of resolv.conf(5)."""
    lines = [line.split() for line in stage.inside(container, "cat", "/etc/resolv.conf").text.splitlines()]
    return [words[1] for words in lines if len(words) > 1 and words[0] == "nameserver"]
