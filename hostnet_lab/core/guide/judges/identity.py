"""Judges of whose network it is: namespaces, addresses, and what the engine's own commands show of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ....words import joined, tr
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable

Sight = Mapping[str, Any]
WORDS = {"host mode": tr("host mode"), "bridge": tr("bridge")}
LOOPBACK = {"lo", "127.0.0.1", "::1"}  # every network stack has these, so they tell nothing


def _controlled(judge: Judge) -> Judge:
    """No verdict unless both containers run as asked, and each was seen to serve its own page."""

    def controlled(seen: Observation) -> Judgement:
        for place, mode in (("host mode", "host"), ("bridge", "bridge")):
            facts = seen["inspect"][place]
            if not facts["running"] or facts["network_mode"] != mode:
                return untestable(
                    tr(
                        "the container for {place} is not as asked: running {running}, network {network!r}",
                        place=WORDS[place],
                        running=facts["running"],
                        network=facts["network_mode"],
                    )
                )
            if not seen["answers"][place]:
                return untestable(tr("the server in {place} did not answer, so nothing that was seen counts", place=WORDS[place]))
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
        return untestable(tr("the bridge container is in {bridge} as well: there is nothing to tell apart", bridge=bridge))
    if not _elsewhere(seen):
        return holds(
            tr("You and the container in host mode are in one network namespace, the container on the bridge is in another."),
            tr("you and host mode: {inside}; bridge: {bridge}", inside=inside, bridge=bridge),
        )
    yours = seen["sights"]["reader"]["namespaces"].get("net", tr("unknown"))
    if sandbox.endswith("/default"):
        return nuance(tr("It shares the network of the engine's host, which is not yours."), _places(inside, yours, sandbox))
    return fails(tr("The container in host mode is in another network namespace than you."), _places(inside, yours, sandbox))


def _places(inside: str, yours: str, sandbox: str) -> str:
    return tr("in host mode: {inside}, sandbox {sandbox}; you: {yours}", inside=inside, yours=yours, sandbox=sandbox or tr("not named"))


def _no_address(seen: Observation) -> Judgement:
    host, bridge = seen["inspect"]["host mode"], seen["inspect"]["bridge"]
    if not bridge["addresses"]:
        return untestable(tr("the engine names no address for the bridge container either"))
    own = [*host["addresses"], *host["mac_addresses"]]
    if own:
        return fails(tr("The engine names an address of its own for the container in host mode: {addresses}.", addresses=", ".join(own)))
    theirs, inside = ", ".join([*bridge["addresses"], *bridge["mac_addresses"]]), len(seen["sights"]["host mode"]["addresses"])
    return holds(
        tr("The engine names an address for the container on the bridge, and none for the one in host mode."),
        tr("bridge: {theirs}; addresses that are found inside host mode: {count}", theirs=theirs, count=inside),
    )


def _same_as_on_the_host(seen: Observation) -> Judgement:
    reader, server = seen["sights"]["reader"], seen["sights"]["host mode"]
    outside, inside = reader["namespaces"], server["namespaces"]
    if not outside or not inside:
        return untestable(tr("the namespaces could not be read on both sides"))
    if reader["boot"] != server["boot"]:
        boots = tr("its boot id {its}, yours {yours}", its=server["boot"], yours=reader["boot"])
        return fails(tr("Not even the kernel is the same."), boots)
    shared = sorted(kind for kind in inside if inside[kind] == outside.get(kind))
    private = sorted(set(inside) - set(shared))
    if "net" not in shared:
        return fails(
            tr("Not even the network is the same."),
            tr("{inside} inside, {outside} where you sit", inside=inside["net"], outside=outside["net"]),
        )
    same, own = ", ".join(shared), ", ".join(private)
    if not private:
        return holds(tr("All its namespaces are those of the host."), same)
    figures = tr("shared with the host: {shared}; its own: {own}; its name: {name}", shared=same, own=own, name=server["hostname"])
    return nuance(tr("Its network is the host's; others of its namespaces are its own, such as those of files and processes."), figures)


def _sees_the_interfaces(seen: Observation) -> Judgement:
    sights = seen["sights"]
    inside, bridge = sights["host mode"], sights["bridge"]
    lasting = {kind: set(sights["reader"][kind]) & set(sights["reader after"][kind]) - LOOPBACK for kind in ("interfaces", "addresses")}
    if not lasting["interfaces"] or not lasting["addresses"]:
        return untestable(tr("the host has no interface with an address besides loopback, or none could be read"))
    private = lasting["addresses"] - set(bridge["addresses"])
    if not bridge["addresses"] or not private:
        return untestable(
            tr("the bridge container sees the host's addresses too: {addresses}", addresses=", ".join(bridge["addresses"]) or tr("none"))
        )
    hidden = sorted((lasting["interfaces"] - set(inside["interfaces"])) | (lasting["addresses"] - set(inside["addresses"])))
    if hidden:
        return fails(tr("The container in host mode does not see all that the host's network has."), ", ".join(hidden))
    names = sorted(lasting["interfaces"])
    listed = ", ".join(names[:4])
    if len(names) > 4:
        listed = tr("{names} and {count} more", names=listed, count=len(names) - 4)
    return holds(
        tr("The container in host mode lists the host's interfaces and addresses; the one on the bridge has its own alone."),
        tr(
            "the host's {names}, addresses besides loopback: {count}; on the bridge {theirs}",
            names=listed,
            count=len(lasting["addresses"]),
            theirs=", ".join(bridge["interfaces"]),
        ),
    )


def _inspect_proves_it(seen: Observation) -> Judgement:
    server, created = seen["inspect"]["host mode"], seen["inspect"]["never started"]
    inside, bridge = _namespace(seen["sights"]["host mode"]), _namespace(seen["sights"]["bridge"])
    if created["running"]:
        return untestable(tr("the container that was to be created only runs"))
    shared = not _elsewhere(seen) or server["sandbox"].endswith("/default")
    sandbox = server["sandbox"] or tr("not named")
    if inside == bridge or not shared:
        return fails(tr("NetworkMode says host, yet the container is in another network."), _sandboxed(inside, sandbox))
    if created["network_mode"] == "host":
        said = tr("NetworkMode says host even of a container that never ran: it is what was asked for, and no proof.")
        return nuance(said, _sandboxed(inside, sandbox))
    never = tr("of one that never ran it says {mode!r}", mode=created["network_mode"])
    return holds(tr("NetworkMode says host of the running container alone."), joined("; ", (_sandboxed(inside, sandbox), never)))


def _sandboxed(inside: str, sandbox: str) -> str:
    return tr("namespace {inside}, sandbox {sandbox}", inside=inside, sandbox=sandbox)


def _network_lists_it(seen: Observation) -> Judgement:
    key, listed = seen["inspect"]["host mode"]["id"], seen["listed"]
    if seen["inspect"]["bridge"]["id"] not in listed["bridge"]["containers"] and listed["host"]["exit_code"] == 0:
        return untestable(tr("docker network inspect does not list the bridge container in its own network either"))
    if listed["host"]["exit_code"]:
        return fails(
            tr("The command docker network inspect host fails."),
            tr("exit code {code}: {said}", code=listed["host"]["exit_code"], said=listed["host"]["words"]),
        )
    containers, container = listed["host"]["containers"], key[:12]
    if key not in containers:
        return fails(
            tr("The command docker network inspect host does not list it."),
            tr("containers listed: {count}; not {container}", count=len(containers), container=container),
        )
    if containers[key]:
        return nuance(
            tr("The command docker network inspect host lists it, with an address of its own."),
            tr("container {container}: {address}", container=container, address=containers[key]),
        )
    return holds(
        tr("The command docker network inspect host lists it, without an address."), tr("container {container}", container=container)
    )


def _ps_shows_the_port(seen: Observation) -> Judgement:
    host, bridge = seen["shown"]["host mode"], seen["shown"]["bridge"]
    port, published = str(seen["port"]), str(seen["published"])
    by = [name for name, text in (("docker ps", bridge["ps"]), ("docker port", bridge["port"])) if published in text]
    if not by or not host["in_ps"]:
        return untestable(
            tr(
                "the commands do not show published port {published} either: docker ps {ps!r}, docker port {port!r}",
                published=published,
                ps=bridge["ps"],
                port=bridge["port"],
            )
        )
    shown = [name for name, text in (("docker ps", host["ps"]), ("docker port", host["port"])) if port in text]
    figures = tr(
        "server on port {number}: docker ps {ps!r}, docker port {port!r}; published port {published} is shown by {commands}",
        number=port,
        ps=host["ps"],
        port=host["port"],
        published=published,
        commands=tr(" and ").join(by),
    )
    if len(shown) == 2:
        return holds(tr("Both docker ps and docker port show the port of the server in host mode."), figures)
    if shown:
        return nuance(tr("Of the two commands only {command} shows the port of the server in host mode.", command=shown[0]), figures)
    return fails(tr("Neither docker ps nor docker port shows the port of the server in host mode; a published one is shown."), figures)


def _stats_show_traffic(seen: Observation) -> Judgement:
    host, bridge = seen["counted"]["host mode"], seen["counted"]["bridge"]
    if not bridge["received"] or not bridge["sent"]:
        return untestable(tr("the engine counts no traffic for the bridge container either"))
    control = tr(
        "{received} B in and {sent} B out for the bridge container that it asked", received=bridge["received"], sent=bridge["sent"]
    )
    received, sent = host["received"], host["sent"]
    if not received and not sent:
        return fails(tr("The command docker stats counts nothing for the container in host mode, though it answers."), control)
    counted = tr("{received} B / {sent} B on {interfaces}", received=received, sent=sent, interfaces=", ".join(host["interfaces"]))
    if set(host["interfaces"]) <= set(seen["sights"]["host mode"]["interfaces"]) and len(host["interfaces"]) > 1:
        return nuance(tr("The command docker stats shows the whole host's traffic, not the container's own."), counted)
    return holds(tr("The command docker stats counts traffic for the container in host mode."), joined("; ", (counted, control)))


def _shares_the_clock(seen: Observation) -> Judgement:
    """By the namespace alone: in one of its own the clocks may still show the same."""
    sights = seen["sights"]
    if _elsewhere(seen):
        return untestable(tr("you do not sit beside the container in host mode"))
    yours, inside, bridge = (sights[who]["namespaces"].get("time", "") for who in ("reader", "host mode", "bridge"))
    if not yours or not inside:
        return untestable(tr("this kernel has no time namespaces"))
    figures = tr("you: {yours}; host mode: {inside}; bridge: {bridge}", yours=yours, inside=inside, bridge=bridge or tr("unknown"))
    if inside != yours:
        return fails(tr("The container in host mode has a time namespace of its own."), figures)
    if bridge == yours:
        return holds(tr("The container in host mode is in the host's time namespace; so is the one on the bridge."), figures)
    return holds(tr("The container in host mode is in the host's time namespace, and the one on the bridge is not."), figures)


_ALL: Mapping[str, Judge] = {
    "shares-the-network": _shares_the_network,
    "no-address": _no_address,
    "same-as-on-the-host": _same_as_on_the_host,
    "sees-the-interfaces": _sees_the_interfaces,
    "inspect-proves-it": _inspect_proves_it,
    "network-lists-it": _network_lists_it,
    "ps-shows-the-port": _ps_shows_the_port,
    "stats-show-traffic": _stats_show_traffic,
    "shares-the-clock": _shares_the_clock,
}
JUDGES: Mapping[str, Judge] = MappingProxyType({claim: _controlled(judge) for claim, judge in _ALL.items()})
