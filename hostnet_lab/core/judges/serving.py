"""Judges of reaching nginx in host mode: without -p, by which name and address, from where, and how fast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType

from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from ..whereabouts import Sighting, place_of
from .paths import faster_without_nat

LOOPBACK = "127.0.0.1"


def answers_without_p(seen: Observation) -> Judgement:
    port = seen["port"]
    if seen["answered_before"]:
        return untestable(f"port {port} answered before the container was started")
    if seen["mode"] != "host" or seen["published"]:
        return untestable(f"the container ran in mode {seen['mode']!r} with {seen['published']} published, not in host mode without -p")
    if seen["answered"]:
        return holds(
            f"The address http://localhost:{port} did not answer before, and then with the container's own name; nothing is published."
        )
    if not seen["answered_inside"]:
        return untestable(f"the server did not start: port {port} does not answer in its own container either")
    return fails(f"Port {port} answers inside the container, and not on your localhost.")


def two_hundred_is_proof(seen: Observation) -> Judgement:
    port, page = seen["port"], seen["page"]
    if seen["page_before"] != seen["stranger"]:
        return untestable(f"the foreign server did not hold port {port}")
    if seen["state"] not in ("running", "exited"):
        return untestable(f"the container was not started: it is {seen['state']}")
    if seen["status"] == 200 and page == seen["stranger"]:
        said = f"; its log says: {seen['log']}" if seen["log"] else ""
        return fails(f"Status 200 on port {port} came from another server ({page!r}) while the container was {seen['state']}{said}.")
    if seen["status"] == 200 and page == seen["container"]:
        return holds(f"Port {port} answered 200 with the container's own page, although a foreign server held the port before.")
    return untestable(f"port {port} answered {seen['status']} with {page!r}: neither of the two servers")


def nginx_port_variable(seen: Observation) -> Judgement:
    port = seen["port"]
    if seen["on_port"]:
        return holds(f"With -e NGINX_PORT={port} alone, nginx answers on port {port}.")
    if not seen["on_80"]:
        return untestable(f"nginx did not start: neither port 80 nor port {port} answers inside the container")
    with_template = "moves it" if seen["template_on_port"] else "does not move it in this image either"
    return fails(f"With -e NGINX_PORT={port} nginx still answers on port 80, and not on {port}; a template that uses it {with_template}.")


def localhost_is_both(seen: Observation) -> Judgement:
    brought, own = seen["as_brought"], seen["own_command"]
    if not brought[LOOPBACK] or not own[LOOPBACK]:
        return untestable("a server did not start: it does not answer on 127.0.0.1 either")
    as_brought = f"As the image brings it, nginx answers {_answered(brought)}"
    if not (brought["[::1]"] and brought["localhost"]):
        return fails(f"{as_brought}.")
    if own["[::1]"]:
        return holds(f"{as_brought}; with a command of one's own {_answered(own)}.")
    return nuance(f"{as_brought}; with a command of one's own, which skips the image's preparations, {_answered(own)}.")


def _answered(seen: Mapping[str, bool]) -> str:
    names = (LOOPBACK, "[::1]", "localhost")
    silent = [name for name in names if not seen[name]]
    said = f"on {', '.join(name for name in names if seen[name])}"
    return f"{said} but not on {', '.join(silent)}" if silent else said


def chosen_address(seen: Observation) -> Judgement:
    own, answers = seen["own"], seen["answers"]
    at_own, at_loopback = answers[own], answers[LOOPBACK]
    if not at_loopback[LOOPBACK] and not at_own[own]:
        return untestable(f"the server did not start: it answers neither on {own} nor on 127.0.0.1")
    one, other = (_reach(at_own, own, LOOPBACK), _reach(at_loopback, LOOPBACK, own))
    chosen = at_own[own] and at_loopback[LOOPBACK] and not at_own[LOOPBACK] and not at_loopback[own]
    return (holds if chosen else fails)(f"A server bound to {own} {one}, and one bound to 127.0.0.1 {other}.")


def _reach(answers: Mapping[str, bool], bound: str, other: str) -> str:
    there = "answers there" if answers[bound] else "does not answer there"
    return f"{there} {'and also' if answers[other] else 'and not'} on {other}"


def reaches_you(seen: Observation) -> Judgement:
    sighting = Sighting(*(seen[one.name] for one in fields(Sighting)))
    if not sighting.answered and not seen["answered_inside"]:
        return untestable(f"the server did not start: port {seen['port']} does not answer in its own container either")
    if not sighting.its_boot_id or not sighting.its_namespace:
        return untestable("the container did not tell its boot id and its network namespace")
    where = f"{sighting.my_namespace} here and {sighting.its_namespace} in the container"
    match place_of(sighting):
        case "same namespace":
            return holds(f"Port {seen['port']} answers here, and it is the same network namespace: {sighting.my_namespace}.")
        case "other namespace":
            return nuance(f"Port {seen['port']} answers here, though the network namespaces differ: {where}.")
        case "forwarded":
            return nuance(f"Port {seen['port']} answers here, forwarded from another kernel: boot id {sighting.its_boot_id}.")
    return fails(f"Port {seen['port']} answers inside the container and not here: {where}.")


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "answers-without-p": answers_without_p,
        "two-hundred-is-proof": two_hundred_is_proof,
        "nginx-port-variable": nginx_port_variable,
        "localhost-is-both": localhost_is_both,
        "chosen-address": chosen_address,
        "reaches-you": reaches_you,
        "faster-without-nat": faster_without_nat,
    }
)
