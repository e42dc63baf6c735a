"""Reaching nginx in host mode: without -p, by which name and address, from where, and how fast."""

from __future__ import annotations

import socket
from dataclasses import asdict
from typing import Any

from ..core.errors import OutOfTime
from ..core.guide.missing import lacking
from ..core.host.commands import RunRequest
from ..core.host.localhost import misled
from ..edges import host, probe
from ..words import tr
from . import where
from .experiment import Experiment
from .paths import carries_more_without_nat, faster_without_nat
from .servers import foreign_server, start_nginx
from .stage import Stage

SITE, TEMPLATES = "/etc/nginx/conf.d/default.conf", "/etc/nginx/templates"
START_S, LOG_S = 3.0, 2.0  # for nginx to come to answer in its own network namespace, or to say why not


def answers_without_p(stage: Stage) -> dict[str, Any]:
    if misled(resolved := host.resolved("localhost")):
        return lacking("localhost", resolved=resolved)
    port = stage.port()
    url = f"http://localhost:{port}/"
    before = stage.get(url)
    name = start_nginx(stage, str(port))
    settled = stage.settled(url, name)
    facts = stage.facts(name)
    return {
        "port": port,
        "answered_before": before is not None,
        "mode": facts.network_mode if facts else "",
        "published": [str(one) for one in (*facts.asked, *facts.published)] if facts else [],
        "answered": settled == "answers",
        "answered_inside": settled != "ended",
    }


def two_hundred_is_proof(stage: Stage) -> dict[str, Any]:
    marker = stage.name("stranger")
    port = stage.closing.enter_context(foreign_server(marker))
    url = f"http://127.0.0.1:{port}/"
    before = stage.get(url)
    name = start_nginx(stage, str(port))
    log = _first_words(stage, name, url)
    reply = probe.get(url)
    facts = stage.facts(name)
    return {
        "port": port,
        "stranger": marker,
        "container": name,
        "page_before": before or "",
        "status": reply.status if reply else 0,
        "page": reply.body.strip() if reply else "",
        "state": facts.status if facts else "gone",
        "log": log,
    }


def _first_words(stage: Stage, name: str, url: str) -> str:
    """The first line of a container's log, as soon as there is one; "" when it ended without, or serves in silence."""

    def told() -> list[str]:
        facts, log = stage.facts(name), stage.log(name).strip()
        return [log] if log or facts is None or not facts.running else []

    try:
        return probe.wait_until(told, LOG_S, tr("the log"), pause_s=0.01)[0].partition("\n")[0]
    except OutOfTime:
        if stage.get(url, asker=name) != name:
            raise
        return ""


def nginx_port_variable(stage: Stage) -> dict[str, Any]:
    """In network namespaces of their own, where port 80 is free: the image's start is the same in every mode."""
    port = 8099
    moved = f"mkdir -p {TEMPLATES}; echo 'server {{ listen ${{NGINX_PORT}}; }}' > {TEMPLATES}/default.conf.template; "
    plain = _with_variable(stage, port)
    templated = _with_variable(stage, port, "sh", "-c", f"{moved} exec /docker-entrypoint.sh nginx -g 'daemon off;'")
    by_plain, by_template = _comes_to_answer(stage, plain, 80, port), _comes_to_answer(stage, templated, 80, port)
    return {"port": port, "on_80": 80 in by_plain, "on_port": port in by_plain, "template_on_port": port in by_template}


def _with_variable(stage: Stage, port: int, *command: str) -> str:
    name = stage.name("variable")
    request = RunRequest(name=name, network="none", command=command, labels=stage.labels)
    key, _ = stage.engine.create({**request.payload(), "Env": [f"NGINX_PORT={port}"]}, name)
    stage.closing.callback(stage.engine.remove, key, force=True)
    stage.engine.start(key)
    return name


def _comes_to_answer(stage: Stage, name: str, *ports: int) -> set[int]:
    """On which of these ports it answers, as soon as there is one; nginx opens all of its ports at once. None when it has ended."""

    def answering() -> list[set[int]]:
        facts = stage.facts(name)
        if facts is None or not facts.running:
            return [set()]
        found = {port for port in ports if stage.curl(f"http://127.0.0.1:{port}/", "-o", "/dev/null", asker=name).exit_code == 0}
        return [found] if found else []

    return probe.wait_until(answering, START_S, tr("a port of {name} to answer", name=name), pause_s=0.01)[0]


def localhost_is_both(stage: Stage) -> dict[str, Any]:
    if not _has_ipv6():
        return lacking("ipv6")
    if misled(resolved := host.resolved("localhost")):
        return lacking("localhost", resolved=resolved)
    return {"as_brought": _names(stage, through_entrypoint=True), "own_command": _names(stage, through_entrypoint=False)}


def _names(stage: Stage, *, through_entrypoint: bool) -> dict[str, Any]:
    """Which names of this host lead to the image's own site, moved to a free port after the image's preparations."""
    port, name = stage.port(), stage.name("names")
    prepare = "/docker-entrypoint.sh nginx -v; " if through_entrypoint else ""
    page = f"echo {name} > /usr/share/nginx/html/index.html; sed -i 's/80;/{port};/' {SITE}; "
    stage.run(RunRequest(name=name, network="host", command=("sh", "-c", f"{prepare}{page}exec nginx -g 'daemon off;'")))
    first = stage.settled(f"http://127.0.0.1:{port}/", name) == "answers"
    pages = {one: stage.get(f"http://{one}:{port}/") == name for one in ("[::1]", "localhost")}
    return {"port": port, "127.0.0.1": first, **pages}


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as one:
            one.bind(("::1", 0))
    except OSError:
        return False
    return True


def chosen_address(stage: Stage) -> dict[str, Any]:
    own = host.own_address()
    if own is None or own.startswith("127."):
        return lacking("own address")
    places = {own: stage.port(), "127.0.0.1": stage.port()}
    name = start_nginx(stage, *(f"{address}:{port}" for address, port in places.items()))
    for address, port in places.items():
        stage.settled(f"http://{address}:{port}/", name)
    return {
        "own": own,
        "answers": {bound: {asked: stage.get(f"http://{asked}:{port}/") == name for asked in places} for bound, port in places.items()},
    }


def reaches_you(stage: Stage) -> dict[str, Any]:
    seen = where.look(stage)
    return {**asdict(seen.sighting), "port": seen.port}


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(("answers-without-p",), answers_without_p),
    Experiment(("two-hundred-is-proof",), two_hundred_is_proof),
    Experiment(("nginx-port-variable",), nginx_port_variable),
    Experiment(("localhost-is-both",), localhost_is_both),
    Experiment(("chosen-address",), chosen_address),
    Experiment(("reaches-you",), reaches_you),
    Experiment(("faster-without-nat",), faster_without_nat, measures=True),
    Experiment(("carries-more-without-nat",), carries_more_without_nat, measures=True),
)
