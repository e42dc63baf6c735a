"""Judges of rights: by errno, where 0 stands for success. errno(3): 1 not permitted, 13 permission denied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....words import joined, tr
from ..verdicts import Judgement, Observation, fails, holds, nuance, untestable

REFUSED = (1, 13)  # EPERM, EACCES


def _ran(seen: Observation, *places: str) -> str:
    """Why an observation does not count: a container that did not run to its end; "" when all did."""
    broken = [_ended(place, seen[place]["exit_code"]) for place in places if seen[place]["exit_code"]]
    return tr("a container did not run to its end: {containers}", containers=joined(", ", broken)) if broken else ""


def _ended(place: str, code: int) -> str:
    """Of the container that an observation names so."""
    return {
        "bridge": tr("bridge (exit code {code})", code=code),
        "host mode": tr("host mode (exit code {code})", code=code),
        "default": tr("default (exit code {code})", code=code),
        "dropped": tr("dropped (exit code {code})", code=code),
        "added": tr("added (exit code {code})", code=code),
        "control": tr("control (exit code {code})", code=code),
    }[place]


def _bind(seen: Mapping[str, Any]) -> str:
    if seen["errno"] == 0:
        return tr("is bound (ip_unprivileged_port_start {start})", start=seen["start"])
    return tr("is refused with errno {errno} (ip_unprivileged_port_start {start})", errno=seen["errno"], start=seen["start"])


def non_root(seen: Observation) -> Judgement:
    bridge, host, port = seen["bridge"], seen["host mode"], seen["port"]
    why = _ran(seen, "bridge", "host mode")
    if why:
        return untestable(why)
    if any(place["errno"] not in (0, *REFUSED) for place in (bridge, host)):
        return untestable(
            tr(
                "port {port} could not be tried: errno {bridge} on the bridge, {host} in host mode",
                port=port,
                bridge=bridge["errno"],
                host=host["errno"],
            )
        )
    figures = tr("on the bridge port {port} {bridge}, in host mode it {host}", port=port, bridge=_bind(bridge), host=_bind(host))
    if bridge["errno"] and host["errno"]:
        return nuance(tr("User 65534 may open port {port} neither on the bridge nor in host mode.", port=port), figures)
    if host["errno"]:
        return fails(tr("User 65534 may open port {port} on the bridge, and not in host mode.", port=port), figures)
    if bridge["errno"]:
        return fails(tr("User 65534 may open port {port} in host mode, and not on the bridge.", port=port), figures)
    return holds(tr("User 65534 may open port {port} on the bridge, and in host mode as well.", port=port), figures)


def _ears(seen: Mapping[str, Any]) -> str:
    return tr("errno {packet} for a packet socket, {raw} for a raw one", packet=seen["packet"], raw=seen["raw"])


def drop_net_raw(seen: Observation) -> Judgement:
    control = "added" if seen["default"].get("packet") else "default"
    why = _ran(seen, "default", "dropped", control)
    if why:
        return untestable(why)
    with_right, without = seen[control], seen["dropped"]
    if with_right["packet"] or with_right["raw"]:
        return untestable(tr("even with NET_RAW no socket opens that could read the host's traffic ({ears})", ears=_ears(with_right)))
    found = tr("With --cap-drop NET_RAW {ears}, by default both open", ears=_ears(without))
    if control == "added":
        found = tr("With --cap-drop NET_RAW {ears}, with --cap-add NET_RAW both open", ears=_ears(without))
    if without["packet"] == 0:
        return fails(tr("Without the right NET_RAW a packet socket opens all the same."), found)
    if without["packet"] not in REFUSED:
        return untestable(tr("a packet socket fails for another reason than a right: {found}", found=found))
    if without["raw"]:
        return holds(tr("Without the right NET_RAW no socket opens that could listen in; with it both kinds do."), found)
    return nuance(tr("Without the right NET_RAW no packet socket opens, but a raw one does all the same."), found)


def reconfigures_the_host(seen: Observation) -> Judgement:
    host, control = seen["host mode"], seen["control"]
    why = _ran(seen, "host mode", "control")
    if why:
        return untestable(why)
    if control["get"] or control["set"] or host["get"]:
        return untestable(
            tr(
                "the flags of an interface could not be read and set where that is allowed "
                "(errno {get}, {set} with NET_ADMIN in a namespace of its own, {host} to read in host mode)",
                get=control["get"],
                set=control["set"],
                host=host["get"],
            )
        )
    if host["set"] == 0:
        return holds(tr("With its default rights the container in host mode may change the interface lo."), tr("errno 0"))
    if host["set"] not in REFUSED:
        return untestable(tr("setting the flags of lo in host mode fails for another reason: errno {errno}", errno=host["set"]))
    return fails(
        tr("The container in host mode may read the interface lo and not change it; one with the right NET_ADMIN may."),
        tr("setting the flags of lo: errno {errno}", errno=host["set"]),
    )
