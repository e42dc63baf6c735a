"""What containers reach of the host and of each other, on a real engine: every claim once, every control broken once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.judges.crossing import JUDGES
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import crossing
from hostnet_lab.experiments.crossing import EXPERIMENTS
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.servers import foreign_server

from .staging import Idle, judgements

pytestmark = pytest.mark.engine
BOTH_KINDS, NAMES = EXPERIMENTS
NEED_NO_SERVER = {"hosts-name-servers", "sees-abstract-sockets"}


@pytest.fixture(autouse=True)
def no_network_is_left(engine: Engine) -> Iterator[None]:
    before = {network.name for network in engine.client.networks.list()}
    yield
    assert {network.name for network in engine.client.networks.list()} == before


def test_each_claim_of_the_group_has_its_judge() -> None:
    assert {claim for one in EXPERIMENTS for claim in one.claims} == set(JUDGES)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.claims[0])
def test_the_finding_is_the_expected_one(engine: Engine, experiment: Experiment) -> None:
    for claim, found in judgements(experiment, JUDGES, engine).items():
        nothing_to_compare = "names no name server" in found.evidence  # true of some machines
        assert found.verdict == CLAIMS[claim].expected or nothing_to_compare, found.evidence


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.claims[0])
def test_servers_that_were_not_started_prove_nothing(engine: Engine, experiment: Experiment) -> None:
    found = judgements(experiment, JUDGES, engine, Idle)
    assert {one.verdict for claim, one in found.items() if claim not in NEED_NO_SERVER} == {"not testable here"}


def test_a_loopback_service_that_was_not_started_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def absent(page: str) -> Iterator[int]:
        with foreign_server(page) as port:
            pass
        yield port

    monkeypatch.setattr(crossing, "foreign_server", absent)
    found = judgements(BOTH_KINDS, JUDGES, engine)
    assert found["reaches-loopback-services"].verdict == "not testable here"


def test_a_network_without_names_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "_network", lambda stage: "bridge")
    assert judgements(NAMES, JUDGES, engine)["names-resolve"].verdict == "not testable here"


def test_an_engine_that_makes_no_network_is_told_so(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(stage: object) -> str:
        raise LabError("create network", "no address pool is left", "remove one")

    monkeypatch.setattr(crossing, "_network", refused)
    found = judgements(NAMES, JUDGES, engine)["names-resolve"]
    assert found.verdict == "not testable here" and "no address pool" in found.evidence


def test_a_host_that_shows_nothing_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "_text", lambda path: "")
    found = judgements(BOTH_KINDS, JUDGES, engine)
    assert {found[claim].verdict for claim in NEED_NO_SERVER} == {"not testable here"}


def test_a_bridge_that_is_none_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = crossing._readings
    monkeypatch.setattr(crossing, "_readings", lambda stage, in_host, on_bridge: readings(stage, in_host, in_host))
    assert judgements(BOTH_KINDS, JUDGES, engine)["sees-abstract-sockets"].verdict == "not testable here"
