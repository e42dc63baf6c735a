"""Whose network is it? One server in host mode beside one on a bridge, looked at from inside, from outside and by the engine.

Everything is looked at through the engine and from inside, so that a reader who sits elsewhere (Docker Desktop, a
rootless engine, a container with the engine's socket) gets an observation as well.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv6Address
from typing import Any

from ..core.host.commands import Publish, RunRequest
from ..edges.engine import refusals
from ..words import tr
from .asking import answers
from .experiment import Experiment
from .servers import nginx_command
from .stage import OWN, Output, Stage

# Runs in a container and beside the reader. /proc/net belongs to the process that reads it; /sys/class/net to the mount.
LOOK = (
    "for link in /proc/self/ns/*; do kind=${link##*/}; "  # all that this kernel has; time since Linux 5.6, time_namespaces(7)
    "case $kind in *_for_children) ;; *) echo namespace $kind $(readlink $link) ;; esac; done; "
    "echo boot $(cat /proc/sys/kernel/random/boot_id); echo hostname $(cat /proc/sys/kernel/hostname); "
    "sed -n 's/^ *\\([^ :]*\\):.*/link \\1/p' /proc/net/dev; cat /proc/net/fib_trie; "
    "sed -n 's/^\\([0-9a-f]\\{32\\}\\) .*/inet6 \\1/p' /proc/net/if_inet6"
)
LOCAL_ADDRESS = re.compile(r"\|-- (\S+)\n\s+/32 host LOCAL")  # fib_trie: an address that this network stack answers for


def observe(stage: Stage) -> dict[str, Any]:
    port, published = stage.port(), stage.port()
    bridge = _server(stage, "bridge", 80, publish=(Publish(published, 80),))
    server = _server(stage, "host", port)
    created = stage.create(RunRequest(name=stage.name("never-started"), network="host"))
    seen = {"host mode": _described(stage, server), "bridge": _described(stage, bridge), "never started": _described(stage, created)}
    served = {
        "host mode": answers(stage, server, f"http://127.0.0.1:{port}/", server),
        "bridge": answers(stage, server, f"http://127.0.0.1:{published}/", bridge, OWN),  # its address may lead nowhere (see quirks)
    }
    with ThreadPoolExecutor(2) as pool:  # the engine counts once a second: the rest is looked at meanwhile
        counted = {"host mode": pool.submit(_counted, stage, server), "bridge": pool.submit(_counted, stage, bridge)}
        return {
            "port": port,
            "published": published,
            "answers": served,  # asked from inside the container in host mode: traffic that both have seen
            "inspect": seen,
            "sights": {
                "reader": _sight(stage.shell("sh", "-c", LOOK)),
                "host mode": _sight(stage.inside(server, "sh", "-c", LOOK)),
                "reader after": _sight(stage.shell("sh", "-c", LOOK)),  # other containers' interfaces come and go
                "bridge": _sight(stage.inside(bridge, "sh", "-c", LOOK)),
            },
            "listed": {"host": _listed(stage, "host"), "bridge": _listed(stage, next(iter(seen["bridge"]["networks"]), "bridge"))},
            "shown": {"host mode": _shown(stage, server), "bridge": _shown(stage, bridge)},
            "counted": {place: future.result() for place, future in counted.items()},
        }


def _server(stage: Stage, network: str, port: int, publish: tuple[Publish, ...] = ()) -> str:
    """Started, not waited for: whether the reader can reach it is another claim."""
    name = stage.name("server")
    stage.run(RunRequest(name=name, network=network, publish=publish, command=nginx_command(name, str(port))))
    return name


def _described(stage: Stage, container: str) -> dict[str, Any]:
    """The engine's description, as far as it tells of the network."""
    found = stage.engine.inspect(container) or {}
    facts = stage.facts(container)
    assert facts is not None
    settings = found.get("NetworkSettings") or {}
    networks = settings.get("Networks") or {}
    own = [settings.get("MacAddress"), *(entry.get("MacAddress") for entry in networks.values())]
    return {
        "id": facts.id,
        "running": facts.running,
        "network_mode": facts.network_mode,
        "sandbox": facts.sandbox,
        "addresses": list(facts.addresses),
        "mac_addresses": sorted({mac for mac in own if mac}),
        "networks": sorted(networks),
    }


def _sight(said: Output) -> dict[str, Any]:
    """What LOOK printed; empty where there is no /proc to look at."""
    words = [line.split() for line in said.text.splitlines()]
    one = {line[0]: line[1] for line in words if len(line) == 2 and line[0] in ("boot", "hostname")}
    inet6 = {line[1] for line in words if len(line) == 2 and line[0] == "inet6"}
    return {
        "namespaces": {line[1]: line[2] for line in words if len(line) == 3 and line[0] == "namespace"},
        "boot": one.get("boot", ""),
        "hostname": one.get("hostname", ""),
        "interfaces": sorted(line[1] for line in words if len(line) == 2 and line[0] == "link"),
        "addresses": sorted(set(LOCAL_ADDRESS.findall(said.text)) | {str(IPv6Address(bytes.fromhex(text))) for text in inet6}),
    }


def _listed(stage: Stage, network: str) -> dict[str, Any]:
    """Which containers the engine lists in a network, with their IPv4 addresses."""
    said = stage.docker("network", "inspect", "--format", "{{ json .Containers }}", network)
    if said.exit_code:
        return {"exit_code": said.exit_code, "words": said.text, "containers": {}}
    listed = json.loads(said.text[said.text.rfind("\n{") + 1 :]) or {}  # behind what the command may have warned of
    return {"exit_code": 0, "containers": {key: entry.get("IPv4Address", "") for key, entry in listed.items()}}


def _shown(stage: Stage, container: str) -> dict[str, Any]:
    ps = stage.docker("ps", "--filter", f"name={container}", "--format", "{{ .Names }} {{ .Ports }}")
    port = stage.docker("port", container)
    return {"ps": ps.text.removeprefix(container).strip(), "in_ps": container in ps.text, "port": port.text, "port_code": port.exit_code}


def _counted(stage: Stage, container: str) -> dict[str, Any]:
    """The counters that ``docker stats`` prints as NET I/O (it prints 0B / 0B where there are none)."""
    with refusals(tr("read the statistics of container {name}", name=container)):
        found = stage.engine.client.api.stats(container, stream=False, one_shot=True)
    networks = (found.get("networks") or {}).values()
    return {
        "interfaces": sorted(found.get("networks") or {}),
        "received": sum(entry.get("rx_bytes", 0) for entry in networks),
        "sent": sum(entry.get("tx_bytes", 0) for entry in networks),
    }


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(
        (
            "shares-the-network",
            "no-address",
            "same-as-on-the-host",
            "sees-the-interfaces",
            "inspect-proves-it",
            "network-lists-it",
            "ps-shows-the-port",
            "stats-show-traffic",
            "shares-the-clock",
        ),
        observe,
    ),
)
