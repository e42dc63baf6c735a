"""Judges of the paths to a server in host mode and to one on the bridge: on the host itself, and for a client on the network.

They compare by pairs, as the chart of the same samples does (``timings.difference``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....words import joined, tr
from ...drawings.latency import apart, in_words, spoken, us
from ...host.timings import Difference, Series, difference, summary
from ..verdicts import Judgement, Observation, fails, holds, nuance, untestable

HOST_MODE, BRIDGE = "host mode", "the bridge address"
PUBLISHED = ("a published port over loopback", "a published port over the host's address")
FROM_THE_LAN = "a published port"


def faster_without_nat(seen: Observation) -> Judgement:
    """Host mode may be faster, and NAT be the lesser part of it: on the host itself the relay is the greater one."""
    series = _series(seen, (HOST_MODE, BRIDGE, *PUBLISHED))
    beside = {path: difference(series[path], series[HOST_MODE]) for path in PUBLISHED}
    nat, relay = difference(series[PUBLISHED[1]], series[BRIDGE]), difference(series[PUBLISHED[0]], series[PUBLISHED[1]])
    if nat is None or relay is None or None in beside.values():
        return untestable(tr("too few rounds to compare"))
    words = {path: spoken(path) for path in beside}
    if seen["relays"]:
        words[PUBLISHED[0]] = tr("{path} (through {relays})", path=spoken(PUBLISHED[0]), relays=", ".join(seen["relays"]))
    others = joined("; ", (tr("{path}: {apart}", path=words[path], apart=apart(found)) for path, found in beside.items()))
    figures = tr("host mode {median}, and beside it {others}", median=us(summary(series[HOST_MODE]).median), others=others)
    causes = tr("the translation: {nat}, the relay: {relay}", nat=apart(nat), relay=apart(relay))
    if not any(_slower(found) for found in beside.values()):
        return fails(tr("Host mode is not measurably faster than a published port; {figures}.", figures=figures))
    if _slower(relay) and relay.us > nat.us:
        return nuance(
            tr("Host mode is faster, and what it saves is above all the relay; {causes}. {figures}.", causes=causes, figures=figures)
        )
    return holds(tr("Host mode is faster, and what it saves is the translation; {causes}. {figures}.", causes=causes, figures=figures))


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
    series = _series(seen, (HOST_MODE, FROM_THE_LAN))
    found = difference(series[FROM_THE_LAN], series[HOST_MODE])
    if found is None:
        return untestable(tr("too few rounds to compare"))
    way = tr("translated by the kernel")
    if seen_as[FROM_THE_LAN] != client:
        way = tr("relayed: nginx sees {address}", address=seen_as[FROM_THE_LAN])
    values = {"client": client, "median": us(summary(series[HOST_MODE]).median), "way": way, "beside": in_words(found)}
    said = tr("For the client {client} host mode takes {median}; a published port, {way}: {beside}.", **values)
    if not found.measurable:
        return nuance(said)
    return holds(said) if found.us > 0 else fails(said)


def _slower(found: Difference | None) -> bool:
    return found is not None and found.measurable and found.us > 0


def _series(seen: Observation, paths: Sequence[str]) -> Mapping[str, Series]:
    return {path: Series(path, tuple(tuple(part) for part in seen["microseconds"][path])) for path in paths}
