"""Judges of what depends on how an engine, its networks and its host are set up. Each looks at its controls first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....words import joined, tr
from ...drawings.latency import apart, us
from ...host.timings import Difference, difference, read, summary
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable

WAYS = {"published": tr("a published port"), "routed": tr("a bridge that is routed"), "macvlan": tr("macvlan")}
HALF, ALL_BUT = 0.5, 0.8  # of what the relay costs


def only_host_mode_avoids_nat(seen: Observation) -> Judgement:
    client, ways = seen["client"], seen["ways"]
    if not _as_it_is(ways["host mode"], client):
        return untestable(tr("the server in host mode did not see the client as it is, so nothing that was seen counts"))
    if not ways["published"]["sees"]:
        return untestable(tr("a published port did not answer the client"))
    spared = [way for way in WAYS if _as_it_is(ways[way], client)]
    figures = joined("; ", (_told(way, ways[way]) for way in WAYS))
    if set(spared) - {"macvlan"}:
        others = joined(tr(" and "), (WAYS[way] for way in spared))
        return fails(tr("Not only host mode did without NAT: {ways} as well.", ways=others), figures)
    if spared:
        said = tr("On every bridge what is published was translated; on macvlan, where a container is on the wire itself, it was not.")
        return nuance(said, figures)
    if "refused" in ways["macvlan"]:
        return untestable(tr("no container could be put on the wire itself: {why}", why=ways["macvlan"]["refused"]))
    return holds(tr("In every other network that was tried the connection was translated."), figures)


def _as_it_is(way: Mapping[str, Any], client: str) -> bool:
    """The server sees the client's own address, and the one that was asked; nothing is published at the host's address besides."""
    return way.get("sees") == client and way.get("at") == way.get("asked") and not way.get("by_host")


def _told(way: str, seen: Mapping[str, Any]) -> str:
    if "refused" in seen:
        return tr("{way}: refused ({why})", way=WAYS[way], why=seen["refused"])
    if not seen["sees"]:
        return tr("{way}: no answer", way=WAYS[way])
    said = tr("{way}: asked at {asked}, seen as {sees} to {at}", way=WAYS[way], asked=seen["asked"], sees=seen["sees"], at=seen["at"])
    return tr("{said}, and published at the host's address", said=said) if seen.get("by_host") else said


def proxy_is_the_saving(seen: Observation) -> Judgement:
    """What is left over of the saving, beside what the relay costs: measured in the same turns."""
    if seen["relays"]:
        return untestable(tr("the published port is relayed after all, by {names}", names=", ".join(seen["relays"])))
    host_mode, published, relay = read({way: seen["microseconds"][way] for way in ("host mode", "published", "relay")})
    left, whole = difference(published, host_mode), difference(relay, host_mode)
    if left is None or whole is None:
        return untestable(tr("too few rounds to compare"))
    if not _slower(whole):
        return untestable(tr("not even with the relay a difference could be measured"))
    figures = tr(
        "On localhost host mode takes {median}; beside it a published port without the relay: {left}; with it: {whole}.",
        median=us(summary(host_mode).median),
        left=apart(left),
        whole=apart(whole),
    )
    if not _slower(left):
        return holds(tr("Without the relay host mode saves nothing on localhost that could be measured."), figures)
    if left.us < HALF * whole.us:
        return holds(tr("Without the relay most of what host mode saves on localhost is gone."), figures)
    if left.us < ALL_BUT * whole.us:
        return nuance(tr("Without the relay host mode saves less on localhost, and still a good part."), figures)
    return fails(tr("Without the relay host mode saves as much on localhost as with it."), figures)


def _slower(found: Difference) -> bool:
    return found.measurable and found.us > 0


def follows_resolv_conf(seen: Observation) -> Judgement:
    first, second = [seen["first"]], [seen["second"]]
    if seen["at_start"] != first or seen["of_another"] != second:
        return untestable(tr("the engine took up neither the one file nor the other, so nothing tells them apart"))
    figures = tr(
        "the host's {first}, then {second}; the running container {running}, after docker restart {restarted}",
        first=seen["first"],
        second=seen["second"],
        running=_listed(seen["while_running"]),
        restarted=_listed(seen["restarted"]),
    )
    if seen["while_running"] == second:
        return holds(tr("The running container read the host's new name server at once."), figures)
    if seen["restarted"] == second:
        return fails(tr("The running container kept the name server that it was started with, until it was started again."), figures)
    return fails(tr("The running container kept the name server that it was started with, also when it was started again."), figures)


def _listed(servers: list[str]) -> str:
    return ", ".join(servers) or tr("none")


JUDGES: Mapping[str, Judge] = {
    "only-host-mode-avoids-nat": only_host_mode_avoids_nat,
    "proxy-is-the-saving": proxy_is_the_saving,
    "follows-resolv-conf": follows_resolv_conf,
}
