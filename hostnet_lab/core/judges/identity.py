"""Judges of whose network it is: namespaces, addresses, and what the engine's own commands show of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable

Sight = Mapping[str, Any]
LOOPBACK = {"lo", "127.0.0.1", "::1"}  # every network stack has these, so they tell nothing


def _controlled(judge: Judge) -> Judge:
    """No verdict unless both containers run as asked, and each was seen to serve its own page."""

    def controlled(seen: Observation) -> Judgement:
        for place, mode in (("host mode", "host"), ("bridge", "bridge")):
            facts = seen["inspect"][place]
            if not facts["running"] or facts["network_mode"] != mode:
                return untestable(
                    f"the container for {place} is not as asked: running {facts['running']}, network {facts['network_mode']!r}"
                )
            if not seen["answers"][place]:
                return untestable(f"the server in {place} did not answer, so nothing that was seen counts")
        return judge(seen)

    return controlled


def _namespace(sight: Sight) -> str:
    """The network namespace of a sight; raises KeyError where none was seen."""
    return str(sight["namespaces"]["net"])


def _elsewhere(seen: Observation) -> bool:
    """True when the reader sits in another network namespace, or under another kernel, than the container in host mode."""
    reader, server = seen["sights"]["reader"], seen["sights"]["host mode"]
    return bool(reader["boot"] != server["boot"] or reader["namespaces"].get("net") != _namespace(server))


def _shares_the_network(seen: Observation) -> Judgement:
    inside, bridge = _namespace(seen["sights"]["host mode"]), _namespace(seen["sights"]["bridge"])
    sandbox = seen["inspect"]["host mode"]["sandbox"]
    if inside == bridge:
        return untestable(f"the bridge container is in {bridge} as well: there is nothing to tell apart")
    if not _elsewhere(seen):
        return holds(f"You and the container in host mode are both in {inside}; the bridge container is in {bridge}.")
    yours = seen["sights"]["reader"]["namespaces"].get("net", "unknown")
    if sandbox.endswith("/default"):
        return nuance(f"It shares the network of the engine's host ({inside}, sandbox {sandbox}), which is not yours ({yours}).")
    return fails(f"The container in host mode is in {inside}, you are in {yours}, and its sandbox is {sandbox or 'not named'}.")


def _no_address(seen: Observation) -> Judgement:
    host, bridge = seen["inspect"]["host mode"], seen["inspect"]["bridge"]
    if not bridge["addresses"]:
        return untestable("the engine names no address for the bridge container either")
    own = [*host["addresses"], *host["mac_addresses"]]
    if own:
        return fails(f"The engine names an address of its own for the container in host mode: {', '.join(own)}.")
    theirs, inside = ", ".join([*bridge["addresses"], *bridge["mac_addresses"]]), len(seen["sights"]["host mode"]["addresses"])
    return holds(f"The engine names no address for it ({theirs} for the container on the bridge); inside it sees {inside}.")


def _same_as_on_the_host(seen: Observation) -> Judgement:
    reader, server = seen["sights"]["reader"], seen["sights"]["host mode"]
    outside, inside = reader["namespaces"], server["namespaces"]
    if not outside or not inside:
        return untestable("the namespaces could not be read on both sides")
    if reader["boot"] != server["boot"]:
        return fails(f"Not even the kernel is the same: its boot id is {server['boot']}, yours {reader['boot']}.")
    shared = sorted(kind for kind in inside if inside[kind] == outside.get(kind))
    private = sorted(set(inside) - set(shared))
    if "net" not in shared:
        return fails(f"Not even the network is the same: {inside['net']} inside, {outside['net']} where you sit.")
    if not private:
        return holds(f"All {len(shared)} namespaces are those of the host: {', '.join(shared)}.")
    name = "copied" if server["hostname"] == reader["hostname"] else f"{server['hostname']!r}"
    return nuance(f"Shared with the host: {', '.join(shared)}; its own: {', '.join(private)} (the host's name is {name}).")


def _sees_the_interfaces(seen: Observation) -> Judgement:
    sights = seen["sights"]
    inside, bridge = sights["host mode"], sights["bridge"]
    lasting = {kind: set(sights["reader"][kind]) & set(sights["reader after"][kind]) - LOOPBACK for kind in ("interfaces", "addresses")}
    if not lasting["interfaces"] or not lasting["addresses"]:
        return untestable("the host has no interface with an address besides loopback, or none could be read")
    private = lasting["addresses"] - set(bridge["addresses"])
    if not bridge["addresses"] or not private:
        return untestable(f"the bridge container sees the host's addresses too: {', '.join(bridge['addresses']) or 'none'}")
    hidden = sorted((lasting["interfaces"] - set(inside["interfaces"])) | (lasting["addresses"] - set(inside["addresses"])))
    if hidden:
        return fails(f"The container in host mode does not see {', '.join(hidden)} of the host.")
    names, count = sorted(lasting["interfaces"]), len(lasting["addresses"])
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    theirs = ", ".join(bridge["interfaces"])
    return holds(f"Inside are the host's {', '.join(names[:4])}{more}, {count} addresses besides loopback; on the bridge only {theirs}.")


def _inspect_proves_it(seen: Observation) -> Judgement:
    server, created = seen["inspect"]["host mode"], seen["inspect"]["never started"]
    inside, bridge = _namespace(seen["sights"]["host mode"]), _namespace(seen["sights"]["bridge"])
    if created["running"]:
        return untestable("the container that was to be created only runs")
    shared = not _elsewhere(seen) or server["sandbox"].endswith("/default")
    if inside == bridge or not shared:
        return fails(f"NetworkMode says host, yet the container is in {inside} (sandbox {server['sandbox'] or 'not named'}).")
    proof = f"sandbox {server['sandbox'] or 'not named'}, namespace {inside}"
    if created["network_mode"] == "host":
        return nuance(f"NetworkMode is the request: a container that never ran says host as well; the proof is elsewhere ({proof}).")
    return holds(f"NetworkMode says host for the running container ({proof}), and {created['network_mode']!r} for one that never ran.")


def _network_lists_it(seen: Observation) -> Judgement:
    key, listed = seen["inspect"]["host mode"]["id"], seen["listed"]
    if seen["inspect"]["bridge"]["id"] not in listed["bridge"]["containers"] and listed["host"]["exit_code"] == 0:
        return untestable("docker network inspect does not list the bridge container in its own network either")
    if listed["host"]["exit_code"]:
        return fails(f"docker network inspect host ends with exit code {listed['host']['exit_code']}: {listed['host']['words']}.")
    if key not in listed["host"]["containers"]:
        return fails(f"docker network inspect host lists {len(listed['host']['containers'])} containers, {key[:12]} is not among them.")
    address = listed["host"]["containers"][key]
    if address:
        return nuance(f"docker network inspect host lists {key[:12]}, with an address of its own: {address}.")
    return holds(f"docker network inspect host lists {key[:12]}, with an empty address.")


def _ps_shows_the_port(seen: Observation) -> Judgement:
    host, bridge = seen["shown"]["host mode"], seen["shown"]["bridge"]
    port, published = str(seen["port"]), str(seen["published"])
    by = [name for name, text in (("docker ps", bridge["ps"]), ("docker port", bridge["port"])) if published in text]
    if not by or not host["in_ps"]:
        return untestable(
            f"the commands do not show published port {published} either: docker ps {bridge['ps']!r}, docker port {bridge['port']!r}"
        )
    shown = [name for name, text in (("docker ps", host["ps"]), ("docker port", host["port"])) if port in text]
    seen_text = f"docker ps shows {host['ps']!r}, docker port {host['port']!r} for the server on port {port}"
    if len(shown) == 2:
        return holds(f"{seen_text}.")
    if shown:
        return nuance(f"Only {shown[0]} does: {seen_text}.")
    return fails(f"{seen_text}; published port {published} is shown by {' and '.join(by)}.")


def _stats_show_traffic(seen: Observation) -> Judgement:
    host, bridge = seen["counted"]["host mode"], seen["counted"]["bridge"]
    if not bridge["received"] or not bridge["sent"]:
        return untestable("the engine counts no traffic for the bridge container either")
    control = f"{bridge['received']} B in and {bridge['sent']} B out for the bridge container that it asked"
    if not host["received"] and not host["sent"]:
        return fails(f"No counters ({host['received']} B / {host['sent']} B) for the container in host mode, {control}.")
    counted = f"{host['received']} B / {host['sent']} B on {', '.join(host['interfaces'])}"
    if set(host["interfaces"]) <= set(seen["sights"]["host mode"]["interfaces"]) and len(host["interfaces"]) > 1:
        return nuance(f"It shows the whole host's traffic ({counted}), not the container's own.")
    return holds(f"It shows {counted} for the container in host mode, {control}.")


_ALL: Mapping[str, Judge] = {
    "shares-the-network": _shares_the_network,
    "no-address": _no_address,
    "same-as-on-the-host": _same_as_on_the_host,
    "sees-the-interfaces": _sees_the_interfaces,
    "inspect-proves-it": _inspect_proves_it,
    "network-lists-it": _network_lists_it,
    "ps-shows-the-port": _ps_shows_the_port,
    "stats-show-traffic": _stats_show_traffic,
}
JUDGES: Mapping[str, Judge] = MappingProxyType({claim: _controlled(judge) for claim, judge in _ALL.items()})
