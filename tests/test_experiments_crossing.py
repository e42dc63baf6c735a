"""What containers reach of the host and of each other, on a real engine: every claim once, every control broken once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.judges.crossing import JUDGES
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import crossing
from hostnet_lab.experiments.crossing import EXPERIMENTS
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.servers import foreign_server
from hostnet_lab.experiments.stage import Output, Stage

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


class WithoutNames(Stage):
    """Whoever is to be on a network of the stage's own is on the usual bridge, where no names resolve."""

    def create(self, request: RunRequest, **more: object) -> str:
        return super().create(request if request.network == "host" else replace(request, network="bridge"), **more)


class WithoutNetworks(Stage):
    """It names its networks as no engine lets one be named."""

    def name(self, what: str) -> str:
        return "host" if what == "net" else super().name(what)


class HostModeAlone(Stage):
    """Who is to read in a container on the bridge reads in the one in host mode."""

    first = ""

    def name(self, what: str) -> str:
        name = super().name(what)
        self.first = self.first or name
        return name

    def inside(self, container: str, *command: str) -> Output:
        return super().inside(self.first if command[0] in ("cat", "grep") else container, *command)


def test_a_network_without_names_proves_nothing(engine: Engine) -> None:
    assert judgements(NAMES, JUDGES, engine, WithoutNames)["names-resolve"].verdict == "not testable here"


def test_an_engine_that_makes_no_network_is_told_so(engine: Engine) -> None:
    found = judgements(NAMES, JUDGES, engine, WithoutNetworks)["names-resolve"]
    assert found.verdict == "not testable here" and "made no network" in found.evidence and "predefined" in found.evidence


def test_a_host_that_shows_nothing_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "Path", lambda _: Path("/nowhere"))
    found = judgements(BOTH_KINDS, JUDGES, engine)
    assert {found[claim].verdict for claim in NEED_NO_SERVER} == {"not testable here"}


def test_a_bridge_that_is_none_proves_nothing(engine: Engine) -> None:
    assert judgements(BOTH_KINDS, JUDGES, engine, HostModeAlone)["sees-abstract-sockets"].verdict == "not testable here"
