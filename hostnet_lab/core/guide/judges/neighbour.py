"""Judges of what a neighbour on the wire reaches: published for whom, not published, forwarded or not. Each looks at its controls first.

A silence counts only where what the neighbour sent has arrived at the host, and what is published for all answered it meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping

from ....words import tr
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable


def local_publish_is_private(seen: Observation) -> Judgement:
    amiss = _controls(seen, "loopback")
    if amiss:
        return untestable(amiss)
    policies, port = _answered_under(seen, "loopback"), seen["ports"]["loopback"]
    figures = tr("{client} to 127.0.0.1:{port}, by the host's wire", client=seen["client"], port=port)
    if not policies:
        return holds(tr("What is published on 127.0.0.1 alone answered the host itself, and not a neighbour on its wire."), figures)
    if len(policies) == 1:
        return nuance(_by_policy(policies[0]), figures)
    return fails(tr("What is published on 127.0.0.1 alone answered a neighbour on the host's wire as well."), figures)


def unpublished_is_hidden(seen: Observation) -> Judgement:
    amiss = _controls(seen, "unpublished")
    if amiss:
        return untestable(amiss)
    policies = _answered_under(seen, "unpublished")
    figures = tr("{client} to {address}:80, by the host", client=seen["client"], address=seen["addresses"]["unpublished"])
    if not policies:
        return holds(tr("What is not published answered the host itself, and not a neighbour with a route to the container."), figures)
    if len(policies) == 1:
        return nuance(_by_policy(policies[0]), figures)
    return fails(tr("What is not published answered a neighbour with a route to the container, whatever FORWARD's policy."), figures)


def one_address_shields(seen: Observation) -> Judgement:
    amiss = _controls(seen, "second")
    if amiss:
        return untestable(amiss)
    first, second = seen["addresses"]["first"], seen["addresses"]["second"]
    figures = tr(
        "published on {second}:{port}; {client} asked that, and {first}, both by the interface of {first}",
        second=second,
        port=seen["ports"]["second"],
        client=seen["client"],
        first=first,
    )
    if _answered_under(seen, "first"):
        return fails(tr("What is published on one address answered on another one as well."), figures)
    if _answered_under(seen, "second"):
        said = tr("On another address nobody answered; but who came in by another interface was answered on the one: it is no interface.")
        return nuance(said, figures)
    return holds(tr("What is published on one address answered nobody who came in by another interface."), figures)


def _controls(seen: Observation, way: str) -> str:
    """What is amiss with the arrangement, or "". A way that answers needs no more; a silent one must have been asked.

    Under DROP not even what is published for all answers on every engine; under ACCEPT it must, and there whatever is silent is kept out.
    """
    if not all(seen["on_the_host"].values()):
        return tr("a server did not answer on the host itself, so nothing that was seen counts")
    if "ACCEPT" not in _answered_under(seen, "for_all"):
        return tr("what is published for all did not answer the neighbour either")
    if any(answered["policy"] != policy for policy, answered in seen["neighbour"].items()):
        return tr("the policy of FORWARD could not be set")
    if not _answered_under(seen, way) and not seen["arrived"][way]:
        return tr("what the neighbour sent did not arrive at the host")
    return ""


def _answered_under(seen: Observation, way: str) -> list[str]:
    return [policy for policy, answered in seen["neighbour"].items() if answered[way]]


def _by_policy(policy: str) -> str:
    return tr("Whether it answered a neighbour was decided by FORWARD's policy alone: under {policy} it did.", policy=policy)


def host_mode_needs_forwarding(seen: Observation) -> Judgement:
    if not all(seen[moment][which] for moment in ("with", "again") for which in seen["ports"]):
        return untestable(tr("with IP forwarding not every server answered, before or afterwards"))
    without = seen["without"]
    if without["switch"] != "0":
        return untestable(tr("IP forwarding could not be switched off"))
    figures = tr("{client} to port {port}; ip_forward was 0", client=seen["client"], port=seen["ports"]["host_mode"])
    if not without["host_mode"]:
        return holds(tr("Without IP forwarding the server in host mode fell silent."), figures)
    if without["published"]:
        return fails(tr("Without IP forwarding the server in host mode still answered, and the published port as well."), figures)
    return fails(tr("Without IP forwarding the server in host mode still answered; the published port fell silent."), figures)


JUDGES: Mapping[str, Judge] = {
    "local-publish-is-private": local_publish_is_private,
    "unpublished-is-hidden": unpublished_is_hidden,
    "one-address-shields": one_address_shields,
    "host-mode-needs-forwarding": host_mode_needs_forwarding,
}
