"""What needs a host of its own: multicast on a wire, captures, firewall rules; and, by name, what else does.

Every rule set here is taken away before the next look, also when a look breaks.
"""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from ..edges.command import run
from . import ears
from .before_after import before_and_after, published
from .disposable import CLIENT_ADDRESS, HOST_ADDRESS, client_prefix
from .experiment import Experiment
from .neighbour import Words, asked, forwarding, ways_in
from .other_engines import REMAPPED_HOST, SWARM_HOST, remapped, rootless, swarm
from .paths import faster_for_a_lan_client
from .settings import NO_PROXY_HOST, resolv_conf, without_nat, without_proxy
from .stage import Stage

SAY_S = 10.0
GROUP = "239.255.77.7"  # administratively scoped, RFC 2365


def multicast(stage: Stage) -> dict[str, Any]:
    """A neighbour on the wire sends to a group; who hears it? What only the bridge hears comes last, as a control."""
    port = str(stage.port())
    host_side = ears.beside(stage, *ears.python(ears.GROUP_PYTHON, GROUP, port, HOST_ADDRESS))
    _, host_mode = ears.in_container(stage, "host", ears.GROUP_EAR, GROUP, port)
    key, bridge = ears.in_container(stage, "bridge", ears.GROUP_EAR, GROUP, port)
    gateway = _gateway(stage, key)

    def say(word: str, prefix: tuple[str, ...], interface: str) -> None:
        words = [*prefix, *ears.python(ears.GROUP_PYTHON, GROUP, port, interface, word)]
        run(words, SAY_S, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def say_on_the_wire() -> None:
        say("from-the-wire", client_prefix(stage), CLIENT_ADDRESS)

    host_mode.hears("from-the-wire", say_on_the_wire, lambda: "from-the-wire" in host_side.words)
    bridge.hears("on-the-bridge", lambda: say("on-the-bridge", stage.prefix, gateway))
    return {
        "group": GROUP,
        "sender": CLIENT_ADDRESS,
        "sent": "from-the-wire",
        "control": "on-the-bridge",
        "host": host_side.words,
        "host_mode": host_mode.words,
        "bridge": bridge.words,
    }


def _gateway(stage: Stage, container: str) -> str:
    """The host's address on the bridge that a container is on."""
    found = (stage.engine.inspect(container) or {}).get("NetworkSettings") or {}
    return next((one["Gateway"] for one in (found.get("Networks") or {}).values() if one.get("Gateway")), "")


def loopback_traffic(stage: Stage) -> dict[str, Any]:
    """A token goes over the host's loopback; a bridge container hears its own word afterwards, as a control."""
    port = stage.port()
    server = stage.nginx(port=port)
    _, host_mode = ears.in_container(stage, "host", ears.WIRE_EAR)
    key, bridge = ears.in_container(stage, "bridge", ears.WIRE_EAR)
    answers = []
    host_mode.hears("secret", lambda: answers.append(stage.get(f"http://127.0.0.1:{port}/?token=secret") == server))
    if bridge.is_ready():  # else its container has ended, and nothing can be said in it
        bridge.hears("own", lambda: stage.inside(key, "perl", "-e", ears.OWN_WORD, "token=own", "9"))
    return {
        "answered": any(answers),
        "sent": "secret",
        "control": "own",
        "host_mode": host_mode.words,
        "bridge": bridge.words,
        "host_mode_ready": host_mode.is_ready(),
        "bridge_ready": bridge.is_ready(),
        "host_mode_refused": host_mode.refused,
        "host_mode_said": host_mode.said,
        "bridge_said": bridge.said,
    }


def firewall(stage: Stage) -> dict[str, Any]:
    """A neighbour asks three servers: without a rule, with DROP in INPUT, with DROP in DOCKER-USER, without again.

    The third is an ordinary process of the host: what silences it is a rule that works.
    """
    ports = {"process": stage.port(), "host_mode": stage.port(), "published": stage.port()}
    urls = {which: f"http://{HOST_ADDRESS}:{port}/" for which, port in ports.items()}
    pages = {"process": stage.name("process"), "host_mode": stage.nginx(port=ports["host_mode"])}
    pages["published"] = published(stage, ports["published"])
    ears.beside(stage, *ears.python(ears.PAGE_PYTHON, str(ports["process"]), pages["process"]))
    return {
        "client": CLIENT_ADDRESS,
        "backend": str((stage.engine.info().get("FirewallBackend") or {}).get("Driver") or ""),
        "ports": ports,
        "before": asked(stage, urls, pages),
        "INPUT": _with_drop(stage, "INPUT", urls, pages, ports),
        # Behind DNAT a packet bears the container's port.
        "DOCKER-USER": _with_drop(stage, "DOCKER-USER", urls, pages, {**ports, "published": 80}),
        "after": asked(stage, urls, pages),
    }


def _with_drop(stage: Stage, chain: str, urls: Words, pages: Words, ports: Mapping[str, int]) -> dict[str, Any]:
    """Both are asked while the chain drops what the client sends to their ports; then the rules are gone again."""
    rules = [("-s", CLIENT_ADDRESS, "-p", "tcp", "--dport", str(port), "-j", "DROP") for port in ports.values()]
    with ExitStack() as stack:
        done = []
        for rule in rules:
            done.append(stage.shell("iptables", "-w", "-I", chain, *rule).exit_code == 0)
            stack.callback(stage.shell, "iptables", "-w", "-D", chain, *rule)

        def met() -> dict[str, int]:
            return _dropped(stage, chain, ports)

        return {**asked(stage, urls, pages, met), "rules_set": all(done), "dropped": met()}


def _dropped(stage: Stage, chain: str, ports: Mapping[str, int]) -> dict[str, int]:
    """Packets that the DROP rule for each server has met."""
    counts = {}
    for line in stage.shell("iptables", "-w", "-nvxL", chain).text.splitlines():
        fields = line.split()
        if len(fields) > 8 and fields[2] == "DROP" and CLIENT_ADDRESS in fields:
            counts[fields[-1].removeprefix("dpt:")] = int(fields[0])
    return {which: counts.get(str(port), 0) for which, port in ports.items()}


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(("multicast",), multicast, host="disposable"),
    Experiment(("reads-loopback-traffic",), loopback_traffic, host="disposable"),
    Experiment(("bypasses-the-firewall", "published-bypasses-input", "docker-user-filters"), firewall, host="disposable"),
    Experiment(("local-publish-is-private", "unpublished-is-hidden", "one-address-shields"), ways_in, host="disposable"),
    Experiment(("host-mode-needs-forwarding",), forwarding, host="disposable"),
    Experiment(("clean-up-restores", "host-mode-adds-one-listener"), before_and_after, host="disposable"),
    Experiment(("userns-remap",), remapped, host="disposable", options=REMAPPED_HOST),
    Experiment(("swarm-services",), swarm, host="disposable", options=SWARM_HOST),
    Experiment(("only-host-mode-avoids-nat",), without_nat, host="disposable"),
    Experiment(("follows-resolv-conf",), resolv_conf, host="disposable"),
    Experiment(("rootless-reaches-you",), rootless),
    Experiment(("proxy-is-the-saving",), without_proxy, host="disposable", options=NO_PROXY_HOST, measures=True),
    Experiment(("faster-for-a-lan-client",), faster_for_a_lan_client, host="disposable", measures=True),
)
