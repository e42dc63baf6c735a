"""Judges of the paths to a server in host mode and to one on the bridge: on the host itself, and for a client on the network.

They look at medians and rounds as ``latency.differ`` does; the page of the ledger draws the same samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ....words import joined, tr
from ...drawings.latency import MIN_ROUNDS, Series, Summary, differ, summary
from ..verdicts import Judgement, Observation, fails, holds, nuance, untestable

HOST_MODE, BRIDGE = "host mode", "the bridge address"
PUBLISHED = ("a published port over loopback", "a published port over the host's address")
FROM_THE_LAN = "a published port"
WORDS = {  # the paths' names are keys of an observation, and stay as they are
    HOST_MODE: tr("host mode"),
    BRIDGE: tr("the bridge address"),
    PUBLISHED[0]: tr("a published port over loopback"),
    PUBLISHED[1]: tr("a published port over the host's address"),
    FROM_THE_LAN: tr("a published port"),
}

NOTICEABLE = 1.25  # two paths' medians that are nearer than this change places from run to run, and serve nobody


def faster_without_nat(seen: Observation) -> Judgement:
    found = _summaries(seen, (HOST_MODE, BRIDGE, *PUBLISHED))
    if isinstance(found, str):
        return untestable(found)
    host = found[HOST_MODE]
    beaten = [path for path in PUBLISHED if differ(host, found[path]) and found[path].median > NOTICEABLE * host.median]
    words = dict(WORDS)
    if seen["relays"]:
        words[PUBLISHED[0]] = tr("{path} (through {relays})", path=WORDS[PUBLISHED[0]], relays=", ".join(seen["relays"]))
    figures = _medians(seen, joined(", ", [joined(" ", (words[path], f"{one.median:.0f}")) for path, one in found.items()]))
    if len(beaten) == len(PUBLISHED):
        return holds(tr("Host mode is measurably faster than both published paths; {figures}.", figures=figures))
    if beaten:
        return nuance(tr("Host mode is measurably faster than {path} only; {figures}.", path=WORDS[beaten[0]], figures=figures))
    return fails(tr("Host mode is not measurably faster than a published port; {figures}.", figures=figures))


def faster_for_a_lan_client(seen: Observation) -> Judgement:
    """A small difference that a busy machine hides: measurable or not, it holds with a nuance; the evidence says which."""
    client, seen_as = seen["client"], seen["seen_as"]
    silent = [WORDS[path] for path in (HOST_MODE, FROM_THE_LAN) if not seen_as[path]]
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
    found = _summaries(seen, (HOST_MODE, FROM_THE_LAN))
    if isinstance(found, str):
        return untestable(found)
    host, published = found[HOST_MODE], found[FROM_THE_LAN]
    apart = f"{abs(published.median - host.median):.0f} µs"
    way = tr("translated by the kernel")
    if seen_as[FROM_THE_LAN] != client:
        way = tr("relayed: nginx sees {address}", address=seen_as[FROM_THE_LAN])
    parts = WORDS[HOST_MODE], " ", _figures(host), ", ", WORDS[FROM_THE_LAN], " (", way, ") ", _figures(published)
    figures = _medians(seen, joined("", parts))
    if not differ(host, published):
        return nuance(tr("No measurable difference here for the client {client}; {figures}.", client=client, figures=figures))
    if host.median > published.median:
        return fails(
            tr(
                "For the client {client} a published port is measurably faster, by {apart}; {figures}.",
                client=client,
                apart=apart,
                figures=figures,
            )
        )
    return nuance(
        tr(
            "For the client {client} host mode is measurably faster, by {apart} on a wire without delay; {figures}.",
            client=client,
            apart=apart,
            figures=figures,
        )
    )


def _summaries(seen: Observation, paths: Sequence[str]) -> Mapping[str, Summary] | str:
    """By path; or why nothing can be said."""
    found = {}
    for path in paths:
        series = Series(path, tuple(tuple(part) for part in seen["microseconds"][path] if part))
        if len(series.rounds) < MIN_ROUNDS:
            return tr(
                "{path} has {count} rounds of samples, and at least {least} are needed",
                path=WORDS[path],
                count=len(series.rounds),
                least=MIN_ROUNDS,
            )
        found[path] = summary(series)
    return found


def _medians(seen: Observation, medians: str) -> str:
    return tr(
        "medians in µs (the calmest {kept} of {rounds} rounds, each sample the best of {best_of}): {medians}",
        kept=len(seen["microseconds"][HOST_MODE]),
        rounds=seen["rounds"],
        best_of=seen["best_of"],
        medians=medians,
    )


def _figures(found: Summary) -> str:
    return tr("{median:.0f} (95th percentile {p95:.0f})", median=found.median, p95=found.p95)
