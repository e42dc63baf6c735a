"""Judges of reaching nginx in host mode: without -p, by which name and address, from where, and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from ....words import tr
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
                "The address http://localhost:{port} did not answer before, and then with the container's own name; nothing is published.",
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
        found = tr(
            "Status 200 on port {port} came from another server ({page!r}) while the container was {state}",
            port=port,
            page=page,
            state=seen["state"],
        )
        return fails(tr("{found}; its log says: {log}.", found=found, log=seen["log"]) if seen["log"] else found)
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
            tr("With -e NGINX_PORT={port} nginx still answers on port 80, and not on {port}; a template that uses it moves it.", port=port)
        )
    return fails(
        tr(
            "With -e NGINX_PORT={port} nginx still answers on port 80, and not on {port}; "
            "a template that uses it does not move it in this image either.",
            port=port,
        )
    )


def localhost_is_both(seen: Observation) -> Judgement:
    brought, own = seen["as_brought"], seen["own_command"]
    if not brought[LOOPBACK] or not own[LOOPBACK]:
        return untestable(tr("a server did not start: it does not answer on 127.0.0.1 either"))
    as_brought = tr("As the image brings it, nginx answers {where}", where=_answered(brought))
    if not (brought["[::1]"] and brought["localhost"]):
        return fails(as_brought)
    if own["[::1]"]:
        return holds(tr("{found}; with a command of one's own {where}.", found=as_brought, where=_answered(own)))
    return nuance(
        tr(
            "{found}; with a command of one's own, which skips the image's preparations, {where}.",
            found=as_brought,
            where=_answered(own),
        )
    )


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
    chosen = at_own[own] and at_loopback[LOOPBACK] and not at_own[LOOPBACK] and not at_loopback[own]
    return (holds if chosen else fails)(
        tr("A server bound to {own} {one}, and one bound to 127.0.0.1 {other}.", own=own, one=one, other=other)
    )


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
            return holds(
                tr(
                    "Port {port} answers here, and it is the same network namespace: {namespace}.",
                    port=port,
                    namespace=sighting.my_namespace,
                )
            )
        case "other namespace":
            return nuance(tr("Port {port} answers here, though the network namespaces differ: {where}.", port=port, where=where))
        case "forwarded":
            return nuance(
                tr("Port {port} answers here, forwarded from another kernel: boot id {boot}.", port=port, boot=sighting.its_boot_id)
            )
    return fails(tr("Port {port} answers inside the container and not here: {where}.", port=port, where=where))


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
