"""Judges of rights: by errno, where 0 stands for success. errno(3): 1 not permitted, 13 permission denied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..verdicts import Judgement, Observation, fails, holds, nuance, untestable

REFUSED = (1, 13)  # EPERM, EACCES


def _ran(seen: Observation, *places: str) -> str:
    """Why an observation does not count: a container that did not run to its end; "" when all did."""
    broken = [f"{place} (exit code {seen[place]['exit_code']})" for place in places if seen[place]["exit_code"]]
    return f"a container did not run to its end: {', '.join(broken)}" if broken else ""


def _bind(seen: Mapping[str, Any]) -> str:
    result = "is bound" if seen["errno"] == 0 else f"is refused with errno {seen['errno']}"
    return f"{result} (ip_unprivileged_port_start {seen['start']})"


def non_root(seen: Observation) -> Judgement:
    bridge, host, port = seen["bridge"], seen["host mode"], seen["port"]
    why = _ran(seen, "bridge", "host mode")
    if why:
        return untestable(why)
    if any(place["errno"] not in (0, *REFUSED) for place in (bridge, host)):
        return untestable(f"port {port} could not be tried: errno {bridge['errno']} on the bridge, {host['errno']} in host mode")
    found = f"User 65534, port {port}: on the bridge it {_bind(bridge)}, in host mode it {_bind(host)}"
    if bool(bridge["errno"]) != bool(host["errno"]):
        return fails(f"{found}.")
    return nuance(f"{found}: the same, since it fails on both.") if bridge["errno"] else holds(f"{found}.")


def _ears(seen: Mapping[str, Any]) -> str:
    return f"errno {seen['packet']} for a packet socket, {seen['raw']} for a raw one"


def drop_net_raw(seen: Observation) -> Judgement:
    control = "added" if seen["default"].get("packet") else "default"
    why = _ran(seen, "default", "dropped", control)
    if why:
        return untestable(why)
    with_right, without = seen[control], seen["dropped"]
    if with_right["packet"] or with_right["raw"]:
        return untestable(f"even with NET_RAW no socket opens that could read the host's traffic ({_ears(with_right)})")
    found = f"With --cap-drop NET_RAW {_ears(without)}, {'by default' if control == 'default' else 'with --cap-add NET_RAW'} both open"
    if without["packet"] == 0:
        return fails(f"{found}: the packet socket opens all the same.")
    if without["packet"] not in REFUSED:
        return untestable(f"a packet socket fails for another reason than a right: {found}")
    return holds(f"{found}.") if without["raw"] else nuance(f"{found}: the raw socket opens all the same.")


def reconfigures_the_host(seen: Observation) -> Judgement:
    host, control = seen["host mode"], seen["control"]
    why = _ran(seen, "host mode", "control")
    if why:
        return untestable(why)
    if control["get"] or control["set"] or host["get"]:
        codes = f"errno {control['get']}, {control['set']} with NET_ADMIN in a namespace of its own, {host['get']} to read in host mode"
        return untestable(f"the flags of an interface could not be read and set where that is allowed ({codes})")
    if host["set"] == 0:
        return holds("In host mode with default rights, setting the flags of lo succeeds (errno 0).")
    if host["set"] not in REFUSED:
        return untestable(f"setting the flags of lo in host mode fails for another reason: errno {host['set']}")
    return fails(f"In host mode lo can be read (errno 0), setting its flags ends with errno {host['set']}; with NET_ADMIN it succeeds.")
