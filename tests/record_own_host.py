"""Records anew what the tests of the network and of the judges of own_host eat. As root: python -m tests.record_own_host

The constructed observations (constructed-*.json) are made by hand and are not touched; what they do not change follows their base.
"""

from __future__ import annotations

import json
import os
import platform
from pathlib import Path
from typing import Any

from hostnet_lab.core.guide.verdicts import judged
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import own_host
from hostnet_lab.experiments.before_after import published
from hostnet_lab.experiments.disposable import disposable
from hostnet_lab.experiments.stage import Stage

TEXTS = Path(__file__).parent / "network"
OBSERVATIONS = Path(__file__).parent / "observations" / "own_host"
COMMANDS = {
    "ip-addr.json": ("ip", "-json", "addr"),
    "ip-4-route.json": ("ip", "-4", "-json", "route"),
    "ip-6-route.json": ("ip", "-6", "-json", "route"),
    "iptables-save.txt": ("iptables-save",),
    "ip6tables-save.txt": ("ip6tables-save",),
    "proc-net-tcp.txt": ("cat", "/proc/net/tcp"),
    "proc-net-tcp6.txt": ("cat", "/proc/net/tcp6"),
}


def main() -> None:
    engine = Engine.connect()
    labels = Mark(os.getuid(), "record", host.this_process()).labels()
    hosts: dict[tuple[str, ...], list[Any]] = {}
    for one in own_host.EXPERIMENTS:
        if one.host == "disposable":
            hosts.setdefault(one.options, []).append(one)
    for options, experiments in hosts.items():
        with disposable(engine, labels, options) as shared:
            if not options:
                texts(shared)
            for one in experiments:
                with Stage(shared.engine, labels, shared.prefix, shared.endpoint) as stage:
                    observation = one.observe(stage)
                record(one.observe.__name__, one.claims, observation, place(shared))


def texts(stage: Stage) -> None:
    """The host's network while a port is published, in the tools' own words."""
    name = published(stage, 8080)
    (TEXTS / "versions.txt").write_text(f"{place(stage)}; {stage.shell('ip', '-V').text}; {stage.shell('iptables', '-V').text}\n")
    for file, command in COMMANDS.items():
        (TEXTS / file).write_text(stage.shell(*command).text + "\n")
    stage.engine.remove(name, force=True)


def record(name: str, claims: tuple[str, ...], observation: dict[str, Any], where: str) -> None:
    verdicts = {claim: judged(own_host_judges()[claim], observation).verdict for claim in claims}
    told = {"from": where, "claims": verdicts, "observation": observation}
    (OBSERVATIONS / f"{name.replace('_', '-')}.json").write_text(json.dumps(told, indent=1) + "\n")


def own_host_judges() -> Any:
    from hostnet_lab.core.guide.judges.own_host import JUDGES

    return JUDGES


def place(stage: Stage) -> str:
    version = stage.engine.version().get("Version", "?")
    system = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    root = "as root" if os.geteuid() == 0 else "without root"
    return f"Docker {version}, {system.get('PRETTY_NAME', '').strip(chr(34))}, Linux {platform.release()}, {root}"


if __name__ == "__main__":
    main()
