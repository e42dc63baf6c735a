"""Judges of what a container in host mode and one on a bridge reach of the host, and of each other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable

# https://curl.se/docs/manpage.html#EXIT
CODES = {6: "no such name", 7: "refused", 28: "timed out"}
NOT_CALLED = (2, 126, 127)  # curl did not even start, or could not


def _outcome(knock: Observation) -> str:
    code = knock["code"]
    return f"curl {code}, {CODES[code]}" if code in CODES else f"curl {code}"


def _broken(*knocks: Observation) -> str:
    codes = [one["code"] for one in knocks if one["code"] in NOT_CALLED]
    return f"curl did not run in a container (exit code {codes[0]})" if codes else ""


def reaches_loopback_services(seen: Observation) -> Judgement:
    page, host_mode, bridge = seen["loopback_page"], seen["from_host_mode"]["loopback"], seen["from_bridge"]
    why = _broken(host_mode, bridge["loopback"]) or _bridge_broken(seen)
    if seen["from_here"]["loopback"] != page:
        why = "the service on the host's loopback does not answer on the host itself"
    elif bridge["loopback"]["page"] == page:
        why = "the service answers on the bridge container's loopback too, so nothing tells the two apart"
    if why:
        return untestable(why)
    other = f"the container on the bridge does not ({_outcome(bridge['loopback'])})"
    if host_mode["page"] == page:
        return holds(f"A service on 127.0.0.1 alone answers the container in host mode with its page; {other}.")
    return fails(f"A service on 127.0.0.1 alone answers the host, and not the container in host mode ({_outcome(host_mode)}); {other}.")


def bridge_reaches_localhost(seen: Observation) -> Judgement:
    knock = seen["from_bridge"]["served_by_localhost"]
    why = _broken(knock) or _bridge_broken(seen) or _server_broken(seen)
    if why:
        return untestable(why)
    if knock["page"] == seen["served_page"]:
        return holds("The address http://localhost on the bridge is answered by the server in host mode.")
    return fails(f"The address http://localhost on the bridge does not lead to the server in host mode ({_outcome(knock)}), which is up.")


def bridge_reaches_gateway(seen: Observation) -> Judgement:
    gateway, knock, narrow = seen["gateway"], seen["from_bridge"]["served_by_gateway"], seen["from_bridge"]["loopback_by_gateway"]
    why = "" if gateway else "the engine names no gateway of the bridge"
    why = why or _broken(knock) or _bridge_broken(seen) or _server_broken(seen)
    if why:
        return untestable(why)
    if knock["page"] != seen["served_page"]:
        return fails(f"The gateway {gateway} does not lead the container on the bridge to the server in host mode ({_outcome(knock)}).")
    if narrow["page"] == seen["loopback_page"]:
        return holds(f"By the gateway {gateway} the container on the bridge gets the page, even of a service on 127.0.0.1 alone.")
    return holds(
        f"By the gateway {gateway} the container on the bridge gets the page; not of a service on 127.0.0.1 alone ({_outcome(narrow)})."
    )


def _bridge_broken(seen: Observation) -> str:
    reaches_itself = seen["from_bridge"]["itself"]["page"] == seen["own_page"]
    return "" if reaches_itself else "the container on the bridge does not even reach its own server"


def _server_broken(seen: Observation) -> str:
    return "" if seen["served"] else "the server in host mode was not started: it does not answer itself"


def names_resolve(seen: Observation) -> Judgement:
    there, here = seen["from_host_mode"], seen["to_host_mode"]
    why = _broken(there, here)
    if seen["on_its_network"]["page"] != seen["on_network"]:
        why = "on its own network the container's name does not resolve either"
    why = why or _server_broken(seen)
    if why:
        return untestable(why)
    by_name, back = there["page"] == seen["on_network"], here["page"] == seen["in_host_mode"]
    ways = f"from host mode to a container's name {_way(by_name, there)}, from that container to the name in host mode {_way(back, here)}"
    if by_name and back:
        return holds(f"Names resolve both ways: {ways}.")
    if by_name or back:
        return nuance(f"Names resolve one way only: {ways}.")
    address = "answers" if seen["by_address"]["page"] == seen["on_network"] else "does not answer either"
    return fails(f"Names resolve neither way: {ways}; by its address {seen['address']} the container {address}.")


def _way(reached: bool, knock: Observation) -> str:
    return "reached" if reached else f"not ({_outcome(knock)})"


def hosts_name_servers(seen: Observation) -> Judgement:
    here, inside = seen["servers_here"], seen["in_host_mode"]["servers"]
    if not here:
        return untestable("this host's /etc/resolv.conf names no name server")
    if seen["in_host_mode"]["resolv_code"]:
        return untestable("the container's /etc/resolv.conf could not be read")
    on_bridge = f"on the bridge {_listed(seen['on_bridge']['servers'])}"
    if inside == here:
        return holds(f"Name servers are the same on the host and in host mode, {_listed(here)}; {on_bridge}.")
    return fails(f"Name servers differ: on the host {_listed(here)}, in host mode {_listed(inside)}, {on_bridge}.")


def _listed(servers: list[str]) -> str:
    return ", ".join(servers) or "none"


def sees_abstract_sockets(seen: Observation) -> Judgement:
    socket, inside, on_bridge = seen["socket"], seen["in_host_mode"], seen["on_bridge"]
    if not seen["sockets_here"]:
        return untestable(f"the host itself does not list the socket {socket}")
    if inside["grep_code"] not in (0, 1) or on_bridge["grep_code"] not in (0, 1):
        return untestable("a container could not read /proc/net/unix")
    if on_bridge["sockets"]:
        return untestable(f"the container on the bridge lists the socket {socket} too, so nothing tells the two apart")
    if inside["sockets"]:
        return holds(f"The container in host mode lists the host's abstract socket {socket}; the one on the bridge does not.")
    return fails(f"The host lists its abstract socket {socket}, the container in host mode does not.")


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
