"""Judges of what a container in host mode and one on a bridge reach of the host, and of each other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ....words import joined, tr
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable

# https://curl.se/docs/manpage.html#EXIT
CODES = {6: tr("no such name"), 7: tr("refused"), 28: tr("timed out")}
NOT_CALLED = (2, 126, 127)  # curl did not even start, or could not


def _outcome(knock: Observation) -> str:
    code = knock["code"]
    return joined(", ", (f"curl {code}", CODES[code])) if code in CODES else f"curl {code}"


def _broken(*knocks: Observation) -> str:
    codes = [one["code"] for one in knocks if one["code"] in NOT_CALLED]
    return tr("curl did not run in a container (exit code {code})", code=codes[0]) if codes else ""


def reaches_loopback_services(seen: Observation) -> Judgement:
    page, host_mode, bridge = seen["loopback_page"], seen["from_host_mode"]["loopback"], seen["from_bridge"]
    why = _broken(host_mode, bridge["loopback"]) or _bridge_broken(seen)
    if seen["from_here"]["loopback"] != page:
        why = tr("the service on the host's loopback does not answer on the host itself")
    elif bridge["loopback"]["page"] == page:
        why = tr("the service answers on the bridge container's loopback too, so nothing tells the two apart")
    if why:
        return untestable(why)
    other = _outcome(bridge["loopback"])
    if host_mode["page"] == page:
        return holds(
            tr("A service on the host's 127.0.0.1 answers the container in host mode, and not the one on the bridge."),
            tr("on the bridge: {other}", other=other),
        )
    return fails(
        tr("A service on the host's 127.0.0.1 answers neither the container in host mode nor the one on the bridge."),
        tr("in host mode: {outcome}; on the bridge: {other}", outcome=_outcome(host_mode), other=other),
    )


def bridge_reaches_localhost(seen: Observation) -> Judgement:
    knock = seen["from_bridge"]["served_by_localhost"]
    why = _broken(knock) or _bridge_broken(seen) or _server_broken(seen)
    if why:
        return untestable(why)
    if knock["page"] == seen["served_page"]:
        return holds(tr("For a container on the bridge, localhost leads to the server in host mode."))
    return fails(
        tr("For a container on the bridge, localhost does not lead to the server in host mode, which is up."),
        tr("on the bridge: {other}", other=_outcome(knock)),
    )


def bridge_reaches_gateway(seen: Observation) -> Judgement:
    gateway, knock, narrow = seen["gateway"], seen["from_bridge"]["served_by_gateway"], seen["from_bridge"]["loopback_by_gateway"]
    why = "" if gateway else tr("the engine names no gateway of the bridge")
    why = why or _broken(knock) or _bridge_broken(seen) or _server_broken(seen)
    if why:
        return untestable(why)
    if knock["page"] != seen["served_page"]:
        return fails(
            tr("By the gateway's address the container on the bridge does not reach the server in host mode."),
            tr("gateway {gateway}: {outcome}", gateway=gateway, outcome=_outcome(knock)),
        )
    if narrow["page"] == seen["loopback_page"]:
        return holds(
            tr("By the gateway's address the container on the bridge reaches the server in host mode, even one on 127.0.0.1 alone."),
            tr("gateway {gateway}", gateway=gateway),
        )
    return holds(
        tr("By the gateway's address the container on the bridge reaches the server in host mode, but none on 127.0.0.1 alone."),
        tr("gateway {gateway}; a service on 127.0.0.1 alone: {outcome}", gateway=gateway, outcome=_outcome(narrow)),
    )


def _bridge_broken(seen: Observation) -> str:
    reaches_itself = seen["from_bridge"]["itself"]["page"] == seen["own_page"]
    return "" if reaches_itself else tr("the container on the bridge does not even reach its own server")


def _server_broken(seen: Observation) -> str:
    return "" if seen["served"] else tr("the server in host mode was not started: it does not answer itself")


def names_resolve(seen: Observation) -> Judgement:
    there, here = seen["from_host_mode"], seen["to_host_mode"]
    why = _broken(there, here)
    if seen["on_its_network"]["page"] != seen["on_network"]:
        why = tr("on its own network the container's name does not resolve either")
    why = why or _server_broken(seen)
    if why:
        return untestable(why)
    by_name, back = there["page"] == seen["on_network"], here["page"] == seen["in_host_mode"]
    figures = tr(
        "from host mode to a container's name: {there}; from that container to the name in host mode: {back}; its address: {address}",
        there=_way(by_name, there),
        back=_way(back, here),
        address=seen["address"],
    )
    if by_name and back:
        return holds(tr("A container in host mode and one on a network of its own reach each other by name."), figures)
    if by_name:
        return nuance(tr("The container in host mode reaches the other one by name, and is not found by it."), figures)
    if back:
        return nuance(tr("The container in host mode is found by name, and does not find the other one."), figures)
    if seen["by_address"]["page"] == seen["on_network"]:
        return fails(tr("Neither finds the other by name, though the one outside host mode answers at its address."), figures)
    return fails(tr("Neither finds the other by name, nor does the one outside host mode answer at its address."), figures)


def _way(reached: bool, knock: Observation) -> str:
    return tr("reached") if reached else _outcome(knock)


def hosts_name_servers(seen: Observation) -> Judgement:
    here, inside = seen["servers_here"], seen["in_host_mode"]["servers"]
    if not here:
        return untestable(tr("this host's /etc/resolv.conf names no name server"))
    if seen["in_host_mode"]["resolv_code"]:
        return untestable(tr("the container's /etc/resolv.conf could not be read"))
    bridge = seen["on_bridge"]["servers"]
    figures = tr(
        "on the host {here}, in host mode {inside}, on the bridge {bridge}",
        here=_listed(here),
        inside=_listed(inside),
        bridge=_listed(bridge),
    )
    if inside != here:
        return fails(tr("The container in host mode is told other name servers than the host."), figures)
    if bridge == here:
        return holds(
            tr("The container in host mode is told the host's name servers; on this machine so is the one on the bridge."), figures
        )
    return holds(tr("The container in host mode is told the host's name servers, the one on the bridge others."), figures)


def _listed(servers: list[str]) -> str:
    return ", ".join(servers) or tr("none")


def sees_abstract_sockets(seen: Observation) -> Judgement:
    socket, inside, on_bridge = seen["socket"], seen["in_host_mode"], seen["on_bridge"]
    if not seen["sockets_here"]:
        return untestable(tr("the host itself does not list the socket {socket}", socket=socket))
    if inside["grep_code"] not in (0, 1) or on_bridge["grep_code"] not in (0, 1):
        return untestable(tr("a container could not read /proc/net/unix"))
    if on_bridge["sockets"]:
        return untestable(tr("the container on the bridge lists the socket {socket} too, so nothing tells the two apart", socket=socket))
    if inside["sockets"]:
        return holds(
            tr("The container in host mode lists the host's abstract socket; the one on the bridge does not."),
            tr("socket {socket}", socket=socket),
        )
    return fails(tr("The container in host mode does not list the host's abstract socket."), tr("socket {socket}", socket=socket))


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "reaches-loopback-services": reaches_loopback_services,
        "bridge-reaches-localhost": bridge_reaches_localhost,
        "bridge-reaches-gateway": bridge_reaches_gateway,
        "names-resolve": names_resolve,
        "hosts-name-servers": hosts_name_servers,
        "sees-abstract-sockets": sees_abstract_sockets,
    }
)
