"""Judges of the paths to a server in host mode and to one on the bridge: on the host itself, and for a client on the network.

They look at medians and rounds as ``latency.differ`` does; the page of the ledger draws the same samples.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..latency import MIN_ROUNDS, Series, Summary, differ, summary
from ..verdicts import Judgement, Observation, fails, holds, nuance, untestable

HOST_MODE, BRIDGE = "host mode", "the bridge address"
PUBLISHED = ("a published port over loopback", "a published port over the host's address")
FROM_THE_LAN = "a published port"


NOTICEABLE = 1.25  # two paths' medians that are nearer than this change places from run to run, and serve nobody


def faster_without_nat(seen: Observation) -> Judgement:
    found = _summaries(seen, (HOST_MODE, BRIDGE, *PUBLISHED))
    if isinstance(found, str):
        return untestable(found)
    host = found[HOST_MODE]
    beaten = [path for path in PUBLISHED if differ(host, found[path]) and found[path].median > NOTICEABLE * host.median]
    relays = f" (through {', '.join(seen['relays'])})" if seen["relays"] else ""
    medians = ", ".join(f"{path} {one.median:.0f}" for path, one in found.items()).replace(PUBLISHED[0], PUBLISHED[0] + relays)
    figures = f"medians in µs ({_how(seen)}): {medians}"
    if len(beaten) == len(PUBLISHED):
        return holds(f"Host mode is measurably faster than both published paths; {figures}.")
    if beaten:
        return nuance(f"Host mode is measurably faster than {beaten[0]} only; {figures}.")
    return fails(f"Host mode is not measurably faster than a published port; {figures}.")


def faster_for_a_lan_client(seen: Observation) -> Judgement:
    """A small difference that a busy machine hides: measurable or not, it holds with a nuance; the evidence says which."""
    client, seen_as = seen["client"], seen["seen_as"]
    silent = [path for path in (HOST_MODE, FROM_THE_LAN) if not seen_as[path]]
    if silent:
        return untestable(f"{' and '.join(silent)} did not answer the client {client}")
    if seen_as[HOST_MODE] != client:
        return untestable(f"something stands between: nginx in host mode sees {seen_as[HOST_MODE]}, not the client {client}")
    found = _summaries(seen, (HOST_MODE, FROM_THE_LAN))
    if isinstance(found, str):
        return untestable(found)
    host, published = found[HOST_MODE], found[FROM_THE_LAN]
    apart = f"{abs(published.median - host.median):.0f} µs"
    way = "translated by the kernel" if seen_as[FROM_THE_LAN] == client else f"relayed: nginx sees {seen_as[FROM_THE_LAN]}"
    medians = f"host mode {_figures(host)}, a published port ({way}) {_figures(published)}"
    figures = f"medians in µs ({_how(seen)}): {medians}"
    if not differ(host, published):
        return nuance(f"No measurable difference here for the client {client}; {figures}.")
    if host.median > published.median:
        return fails(f"For the client {client} a published port is measurably faster, by {apart}; {figures}.")
    return nuance(f"For the client {client} host mode is measurably faster, by {apart} on a wire without delay; {figures}.")


def _summaries(seen: Observation, paths: Sequence[str]) -> Mapping[str, Summary] | str:
    """By path; or why nothing can be said."""
    found = {}
    for path in paths:
        series = Series(path, tuple(tuple(part) for part in seen["microseconds"][path] if part))
        if len(series.rounds) < MIN_ROUNDS:
            return f"{path} has {len(series.rounds)} rounds of samples, and at least {MIN_ROUNDS} are needed"
        found[path] = summary(series)
    return found


def _how(seen: Observation) -> str:
    return f"the calmest {len(seen['microseconds'][HOST_MODE])} of {seen['rounds']} rounds, each sample the best of {seen['best_of']}"


def _figures(found: Summary) -> str:
    return f"{found.median:.0f} (95th percentile {found.p95:.0f})"
