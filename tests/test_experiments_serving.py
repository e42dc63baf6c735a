"""Reaching nginx in host mode, on a real engine: every claim once, and every arrangement broken once."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.judges.serving import JUDGES
from hostnet_lab.core.host.commands import Publish, RunRequest
from hostnet_lab.core.host.facts import ContainerFacts, read_container
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import PACE, limit_s
from hostnet_lab.experiments import paths, serving, where
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.servers import foreign_server
from hostnet_lab.experiments.serving import EXPERIMENTS
from hostnet_lab.experiments.stage import Stage

from .staging import HASTE, IDLE, Idle, Impatient, judgements

pytestmark = pytest.mark.engine
BY_CLAIM = {claim: one for one in EXPERIMENTS for claim in one.claims}
TIMED = ("faster-without-nat", "carries-more-without-nat")


def test_each_claim_of_the_group_has_its_judge() -> None:
    assert set(BY_CLAIM) == set(JUDGES)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.claims[0])
def test_the_finding_is_the_expected_one(engine: Engine, experiment: Experiment) -> None:
    for claim, found in judgements(experiment, JUDGES, engine).items():
        assert found.verdict == CLAIMS[claim].expected, found.evidence


@pytest.mark.parametrize("claim", ["answers-without-p", "localhost-is-both", "chosen-address", "reaches-you", *TIMED])
def test_a_server_that_was_not_started_proves_nothing(engine: Engine, claim: str) -> None:
    assert judgements(BY_CLAIM[claim], JUDGES, engine, Idle)[claim].verdict == "not testable here"


def test_a_variable_of_a_server_that_was_not_started_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    create = engine.create
    monkeypatch.setattr(engine, "create", lambda payload, name: create({**payload, "Cmd": list(IDLE)}, name))
    monkeypatch.setattr(PACE, "patience", HASTE)
    found = judgements(BY_CLAIM["nginx-port-variable"], JUDGES, engine, Impatient)
    assert found["nginx-port-variable"].verdict == "not testable here"


def test_without_the_foreign_server_a_reply_proves_nothing_either_way(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def absent(page: str) -> Iterator[int]:
        with foreign_server(page) as port:
            pass
        yield port

    monkeypatch.setattr(serving, "foreign_server", absent)
    found = judgements(BY_CLAIM["two-hundred-is-proof"], JUDGES, engine, Impatient)
    assert found["two-hundred-is-proof"].verdict == "not testable here"


def test_a_port_that_answered_before_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    with foreign_server("a stranger") as port:
        monkeypatch.setattr(Stage, "port", lambda stage: port)
        found = judgements(BY_CLAIM["answers-without-p"], JUDGES, engine, Impatient)
    assert found["answers-without-p"].verdict == "not testable here"


@pytest.mark.parametrize("claim", ["answers-without-p", "localhost-is-both"])
@pytest.mark.parametrize("addresses", [None, (), ("::1",), ("192.0.2.7",)])
def test_where_localhost_leads_elsewhere_a_claim_on_it_is_not_testable(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, claim: str, addresses: tuple[str, ...] | None
) -> None:
    monkeypatch.setattr(host, "resolved", lambda _: addresses)
    found = judgements(BY_CLAIM[claim], JUDGES, engine)[claim]
    assert found.verdict == "not testable here" and found.evidence.startswith("Localhost ")


class Told(Stage):
    """Of its containers nothing is known but what the engine says."""

    def __init__(self, facts: ContainerFacts) -> None:
        self.told, self.labels = facts, {}

    def run(self, request: RunRequest, **_: object) -> str:
        return request.name

    def facts(self, container: str) -> ContainerFacts:
        return self.told

    def await_page(self, url: str, server: str, inside: str = "") -> None:
        raise NoAnswer("a path", "there is nobody", "to be timed")


@pytest.mark.parametrize(
    ("published", "addresses", "seen"),
    [
        ((Publish(80, 80, "127.0.0.1"),), ("172.17.0.2",), {"missing": "published elsewhere", "addresses": ["127.0.0.1"]}),
        ((Publish(80, 80, "0.0.0.0"), Publish(80, 80, "::")), ("172.17.0.2",), {}),
        ((Publish(80, 80, "10.0.0.5"),), ("172.17.0.2",), {}),
        ((), ("172.17.0.2",), {"missing": "published"}),
        ((Publish(80, 80, "0.0.0.0"),), (), {"missing": "published"}),
    ],
)
def test_a_path_that_the_engine_does_not_make_is_not_timed(
    monkeypatch: pytest.MonkeyPatch, published: tuple[Publish, ...], addresses: tuple[str, ...], seen: Any
) -> None:
    monkeypatch.setattr(host, "own_address", lambda: "10.0.0.5")
    stage = Told(replace(read_container({}), published=published, addresses=addresses))
    if seen:
        assert paths.faster_without_nat(stage) == seen
    else:
        with pytest.raises(NoAnswer, match="to be timed"):
            paths.faster_without_nat(stage)


def test_a_host_without_ipv6_is_told_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError("Address family not supported by protocol")

    monkeypatch.setattr(serving, "socket", SimpleNamespace(socket=refused, AF_INET6=socket.AF_INET6, SOCK_STREAM=socket.SOCK_STREAM))
    found = judgements(BY_CLAIM["localhost-is-both"], JUDGES, engine)["localhost-is-both"]
    assert found.verdict == "not testable here" and "IPv6" in found.evidence


def test_a_host_with_its_loopback_alone_is_told_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hostnet_lab.edges.host.own_address", lambda: None)
    for claim in ("chosen-address", *TIMED):
        found = judgements(BY_CLAIM[claim], JUDGES, engine)[claim]
        assert found.verdict == "not testable here" and "loopback" in found.evidence


@pytest.mark.parametrize("claim", TIMED)
def test_a_measurement_that_breaks_off_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    def silent(*_: object, **__: object) -> None:
        raise NoAnswer("a GET", "nobody answered", "start it")

    monkeypatch.setattr(paths, "measure", silent)
    assert judgements(BY_CLAIM[claim], JUDGES, engine)[claim].verdict == "not testable here"


def test_where_am_i_leaves_no_container(engine: Engine) -> None:
    assert where.where_am_i(engine) in ("same namespace", "other namespace", "forwarded", "unreachable")


def test_the_foreign_server_frees_its_port() -> None:
    with foreign_server("hello") as port, socket.create_connection(("127.0.0.1", port), timeout=limit_s(2)) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert connection.recv(4096).endswith(b"hello")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=limit_s(2))
