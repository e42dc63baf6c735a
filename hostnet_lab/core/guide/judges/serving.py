"""Judges of reaching nginx in host mode: without -p, by which name and address, from where, and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from ....words import joined, tr
from ...host.whereabouts import Sighting, place_of
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from .paths import carries_more_without_nat, faster_without_nat

LOOPBACK = "127.0.0.1"


def answers_without_p(seen: Observation) -> Judgement:
    port = seen["port"]
    if seen["answered_before"]:
        return untestable(tr("port {port} answered before the container was started", port=port))
    if seen["mode"] != "host" or seen["published"]:
        return untestable(
            tr(
                "the container ran in mode {mode!r} with {published} published, not in host mode without -p",
                mode=seen["mode"],
                published=seen["published"],
            )
        )
    if seen["answered"]:
        return holds(
            tr(
                "On http://localhost:{port} nothing answered before, and then the container itself did; nothing is published.",
                port=port,
            )
        )
    if not seen["answered_inside"]:
        return untestable(tr("the server did not start: port {port} does not answer in its own container either", port=port))
    return fails(tr("Port {port} answers inside the container, and not on your localhost.", port=port))


def two_hundred_is_proof(seen: Observation) -> Judgement:
    port, page = seen["port"], seen["page"]
    if seen["page_before"] != seen["stranger"]:
        return untestable(tr("the foreign server did not hold port {port}", port=port))
    if seen["state"] not in ("running", "exited"):
        return untestable(tr("the container was not started: it is {state}", state=seen["state"]))
    if seen["status"] == 200 and page == seen["stranger"]:
        figures = [tr("page {page!r}, the container {state}", page=page, state=seen["state"])]
        figures += [tr("its log: {log}", log=seen["log"])] if seen["log"] else []
        return fails(tr("The 200 on port {port} came from another server than the container.", port=port), joined("; ", figures))
    if seen["status"] == 200 and page == seen["container"]:
        return holds(
            tr("Port {port} answered 200 with the container's own page, although a foreign server held the port before.", port=port)
        )
    return untestable(
        tr("port {port} answered {status} with {page!r}: neither of the two servers", port=port, status=seen["status"], page=page)
    )


def nginx_port_variable(seen: Observation) -> Judgement:
    port = seen["port"]
    if seen["on_port"]:
        return holds(tr("With -e NGINX_PORT={port} alone, nginx answers on port {port}.", port=port))
    if not seen["on_80"]:
        return untestable(tr("nginx did not start: neither port 80 nor port {port} answers inside the container", port=port))
    if seen["template_on_port"]:
        return fails(
            tr("With -e NGINX_PORT={port} nginx still answers on port 80, and not on {port}; a template that reads it moves it.", port=port)
        )
    return fails(
        tr(
            "With -e NGINX_PORT={port} nginx still answers on port 80, and not on {port}; "
            "a template that reads it does not move it in this image either.",
            port=port,
        )
    )


def localhost_is_both(seen: Observation) -> Judgement:
    brought, own = seen["as_brought"], seen["own_command"]
    if not brought[LOOPBACK] or not own[LOOPBACK]:
        return untestable(tr("a server did not start: it does not answer on 127.0.0.1 either"))
    figures = tr("as the image brings it {brought}; with a command of one's own {own}", brought=_answered(brought), own=_answered(own))
    if not (brought["[::1]"] and brought["localhost"]):
        return fails(tr("As the image brings it, nginx does not answer on each of 127.0.0.1, [::1] and localhost."), figures)
    if own["[::1]"]:
        return holds(tr("nginx answers on 127.0.0.1, [::1] and localhost, with a command of one's own as well."), figures)
    return nuance(tr("As the image brings it, nginx answers on 127.0.0.1 and [::1]; with a command of one's own not on [::1]."), figures)


def _answered(seen: Mapping[str, bool]) -> str:
    names = (LOOPBACK, "[::1]", "localhost")
    heard, silent = (", ".join(name for name in names if bool(seen[name]) == answers) for answers in (True, False))
    return tr("on {heard} but not on {silent}", heard=heard, silent=silent) if silent else tr("on {heard}", heard=heard)


def chosen_address(seen: Observation) -> Judgement:
    own, answers = seen["own"], seen["answers"]
    at_own, at_loopback = answers[own], answers[LOOPBACK]
    if not at_loopback[LOOPBACK] and not at_own[own]:
        return untestable(tr("the server did not start: it answers neither on {own} nor on 127.0.0.1", own=own))
    one, other = (_reach(at_own, own, LOOPBACK), _reach(at_loopback, LOOPBACK, own))
    figures = tr("bound to {own} it {one}; bound to 127.0.0.1 it {other}", own=own, one=one, other=other)
    if at_own[own] and at_loopback[LOOPBACK] and not at_own[LOOPBACK] and not at_loopback[own]:
        return holds(tr("A server that is bound to one address of the host answers there, and on no other."), figures)
    return fails(tr("A server that is bound to one address of the host does not answer there alone."), figures)


def _reach(answers: Mapping[str, bool], bound: str, other: str) -> str:
    if answers[bound]:
        return (
            tr("answers there and also on {other}", other=other) if answers[other] else tr("answers there and not on {other}", other=other)
        )
    if answers[other]:
        return tr("does not answer there and also on {other}", other=other)
    return tr("does not answer there and not on {other}", other=other)


def reaches_you(seen: Observation) -> Judgement:
    sighting = Sighting(*(seen[one.name] for one in fields(Sighting)))
    port = seen["port"]
    if not sighting.answered and not sighting.answered_inside:
        return untestable(tr("the server did not start: port {port} does not answer in its own container either", port=port))
    where = tr("{mine} here and {its} in the container", mine=sighting.my_namespace, its=sighting.its_namespace)
    match place_of(sighting):
        case "unknown":
            return untestable(tr("the boot id and the network namespace could not be read on both sides"))
        case "same namespace":
            return holds(tr("Port {port} answers here, in the network namespace of the container itself.", port=port), where)
        case "other namespace":
            return nuance(tr("Port {port} answers here, though the container is in another network namespace.", port=port), where)
        case "forwarded":
            boot = tr("its boot id {boot}", boot=sighting.its_boot_id)
            return nuance(tr("Port {port} answers here, forwarded from another kernel.", port=port), boot)
    return fails(tr("Port {port} answers inside the container, and not here.", port=port), where)


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "answers-without-p": answers_without_p,
        "two-hundred-is-proof": two_hundred_is_proof,
        "nginx-port-variable": nginx_port_variable,
        "localhost-is-both": localhost_is_both,
        "chosen-address": chosen_address,
        "reaches-you": reaches_you,
        "faster-without-nat": faster_without_nat,
        "carries-more-without-nat": carries_more_without_nat,
    }
)
