"""Judges of the paths to a server in host mode and to one on the bridge: on the host itself, and for a client on the network.

They compare by pairs, as the chart of the same samples does (``timings.difference``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ....words import joined, tr
from ...drawings.latency import LOADS, apart, in_words, spoken, us
from ...host.quirks import relaying
from ...host.timings import SMALL, Difference, Series, difference, read, summary
from ..verdicts import Judgement, Observation, fails, holds, nuance, untestable

HOST_MODE, BRIDGE = "host mode", "the bridge address"
PUBLISHED = ("a published port over loopback", "a published port over the host's address")
FROM_THE_LAN = "a published port"

Rounds = Sequence[Sequence[float]]


def faster_without_nat(seen: Observation) -> Judgement:
    """Host mode may be faster, and NAT be the lesser part of it: on the host itself the relay is the greater one."""
    saved = _saved(SMALL, seen["microseconds"], seen["relays"])
    if saved is None:
        return untestable(tr("too few rounds to compare"))
    if not saved.faster:
        return fails(tr("Host mode is not measurably faster than a published port."), saved.figures)
    if saved.by_relay:
        return nuance(tr("Host mode is faster, and what it saves is above all the relay."), saved.figures)
    return holds(tr("Host mode is faster, and what it saves is the translation."), saved.figures)


def carries_more_without_nat(seen: Observation) -> Judgement:
    """The same of what is much at once, each kind of it by itself."""
    found = {load: _saved(load, paths, seen["relays"]) for load, paths in seen["microseconds"].items()}
    saved = {load: one for load, one in found.items() if one is not None}
    if not saved or len(saved) < len(found):
        return untestable(tr("too few rounds to compare"))
    figures = joined(" ", (one.figures for one in saved.values()))
    faster = [load for load, one in saved.items() if one.faster]
    if not faster:
        return fails(tr("Host mode carries no more than a published port, as far as can be measured."), figures)
    loads = joined(tr(" and "), (LOADS.get(load, load) for load in faster))
    if any(saved[load].by_relay for load in faster):
        return nuance(tr("Host mode carries more ({loads}), and what it saves is above all the relay.", loads=loads), figures)
    if len(faster) < len(saved):
        return nuance(tr("Host mode carries more in one way only ({loads}).", loads=loads), figures)
    return holds(tr("Host mode carries more ({loads}), and what it saves is the translation.", loads=loads), figures)


def faster_for_a_lan_client(seen: Observation) -> Judgement:
    """Whether it is faster is one answer, and the verdict; what that is worth is another, and stands in the evidence."""
    client, seen_as = seen["client"], seen["seen_as"]
    silent = [spoken(path) for path in (HOST_MODE, FROM_THE_LAN) if not seen_as[path]]
    if silent:
        return untestable(tr("{paths} did not answer the client {client}", paths=tr(" and ").join(silent), client=client))
    if seen_as[HOST_MODE] != client:
        return untestable(
            tr(
                "something stands between: nginx in host mode sees {address}, not the client {client}",
                address=seen_as[HOST_MODE],
                client=client,
            )
        )
    series = _series(seen["microseconds"], (HOST_MODE, FROM_THE_LAN))
    found = difference(series[FROM_THE_LAN], series[HOST_MODE])
    if found is None:
        return untestable(tr("too few rounds to compare"))
    way = tr("translated by the kernel")
    if seen_as[FROM_THE_LAN] != client:
        way = tr("relayed: nginx sees {address}", address=seen_as[FROM_THE_LAN])
    values = {"client": client, "median": us(summary(series[HOST_MODE]).median), "way": way, "beside": in_words(found)}
    figures = tr("For the client {client} host mode takes {median}; a published port, {way}: {beside}.", **values)
    if not found.measurable:
        return nuance(tr("For a client on the network, no difference could be measured."), figures)
    if found.us > 0:
        return holds(tr("For a client on the network, host mode is faster."), figures)
    return fails(tr("For a client on the network, host mode is slower."), figures)


@dataclass(frozen=True)
class Saved:
    """What host mode saves of one load. ``by_relay``: measurably more by the relay than by the translation."""

    faster: bool
    by_relay: bool
    figures: str


def _saved(load: str, microseconds: Mapping[str, Rounds], relays: Sequence[str]) -> Saved | None:
    """The causes one by one, each beside the address on the bridge, which has none of the others; None: too few pairs."""
    series = _series(microseconds, (HOST_MODE, BRIDGE, *PUBLISHED))
    beside = {path: difference(series[path], series[HOST_MODE]) for path in (BRIDGE, *PUBLISHED)}
    relay, nat = (difference(series[path], series[BRIDGE]) for path in PUBLISHED)
    if nat is None or relay is None or None in beside.values():
        return None
    names = ", ".join(relaying(relays))
    others = joined(", ", (tr("{path}: {apart}", path=spoken(path), apart=apart(found)) for path, found in beside.items()))
    figures = tr(
        "For {load}: host mode {median}, and beside it {others}; the translation alone: {nat}; {relay} alone: {costs}.",
        load=LOADS.get(load, load),
        median=us(summary(series[HOST_MODE]).median),
        others=others,
        nat=apart(nat),
        relay=tr("the relay {names}", names=names) if names else tr("the way by loopback"),
        costs=apart(relay),
    )
    return Saved(any(_slower(beside[path]) for path in PUBLISHED), _slower(difference(*(series[path] for path in PUBLISHED))), figures)


def _slower(found: Difference | None) -> bool:
    return found is not None and found.measurable and found.us > 0


def _series(microseconds: Mapping[str, Rounds], paths: Sequence[str]) -> Mapping[str, Series]:
    return {one.path: one for one in read({path: microseconds[path] for path in paths})}
