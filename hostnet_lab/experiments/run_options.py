"""The table of run's network options: which are taken in host mode, with which effect, and which are refused."""

from __future__ import annotations

from typing import Any

from ..core.host.commands import RunRequest
from .rights import once
from .stage import Stage, attempt


def table(stage: Stage) -> dict[str, Any]:
    """A table of exit codes. What is taken is looked for inside; what is refused is tried on the bridge as well, if it may be."""
    marker, linked = stage.name("option"), stage.name("linked")
    stage.create(RunRequest(name=linked, network="bridge"))
    start = "net.ipv4.ip_unprivileged_port_start"
    of_the_host = once(stage, ["--network", "host"], ["cat", "/proc/sys/" + start.replace(".", "/")])
    now = of_the_host.text or "1024"  # asked for as it is: changes nothing
    looks = {
        "--hostname": (["--hostname", marker], "cat /proc/sys/kernel/hostname", marker),
        "--add-host": (["--add-host", f"{marker}:192.0.2.7"], "cat /etc/hosts", f"192.0.2.7\t{marker}"),
        "--dns": (["--dns", "192.0.2.53"], "cat /etc/resolv.conf", "nameserver 192.0.2.53"),
    }
    rows: dict[str, Any] = {}
    together = [word for asked, _, _ in looks.values() for word in asked]
    said = once(stage, ["--network", "host", *together], ["sh", "-c", "; ".join(look for _, look, _ in looks.values())])
    for option, (_, _, effect) in looks.items():
        rows[option] = {"exit_code": said.exit_code, "seen": effect in said.text, "words": said.text if said.exit_code else ""}
    rows["--network-alias"] = _in_host_mode(stage, ["--network-alias", marker])  # needs a network that users define
    rows["--ip"] = _in_host_mode(stage, ["--ip", "192.0.2.9"])  # likewise
    for option, asked in (("--sysctl net.*", ["--sysctl", f"{start}={now}"]), ("--link", ["--link", linked])):
        rows[option] = _in_host_mode(stage, asked) | {"on_bridge": _created_on_bridge(stage, asked)}
    rows["--mac-address"] = _mac_address(stage)
    control = once(stage, ["--network", "host"], ["echo", marker])
    return {"control": {"exit_code": control.exit_code, "ran": control.text == marker}, "options": rows}


def _in_host_mode(stage: Stage, asked: list[str]) -> dict[str, Any]:
    said = once(stage, ["--network", "host", *asked], ["true"])
    return {"exit_code": said.exit_code, "seen": False, "words": said.text}


def _created_on_bridge(stage: Stage, asked: list[str]) -> int:
    name = stage.name("on-bridge")
    stage.closing.callback(stage.engine.remove, name, force=True)
    return stage.docker("create", "--network", "bridge", "--name", name, *asked, *stage.own_options(), "nginx").exit_code


def _mac_address(stage: Stage) -> dict[str, Any]:
    """By the command; by the API's older field where a command newer than its engine (API below 1.44) refuses on every network."""
    asked = ["--mac-address", "02:00:00:00:00:09"]
    on_bridge = _created_on_bridge(stage, asked)
    if on_bridge == 0:
        return _in_host_mode(stage, asked) | {"on_bridge": 0}
    words = {network: attempt(_create_with_mac, stage, network, asked[1]) for network in ("host", "bridge")}
    return {"exit_code": int(bool(words["host"])), "seen": False, "words": words["host"], "on_bridge": int(bool(words["bridge"]))}


def _create_with_mac(stage: Stage, network: str, mac: str) -> None:
    payload = RunRequest(name="", network=network, labels=stage.labels).payload() | {"MacAddress": mac}
    key, _ = stage.engine.create(payload)
    stage.closing.callback(stage.engine.remove, key, force=True)
