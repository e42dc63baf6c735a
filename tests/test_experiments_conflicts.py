"""Two servers that want one port, on a real engine: every claim once, every arrangement broken once."""

from __future__ import annotations

import pytest

from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.judges.conflicts import JUDGES
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import conflicts
from hostnet_lab.experiments.conflicts import EXPERIMENTS
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.servers import nginx_command
from hostnet_lab.experiments.stage import Stage

from .staging import IDLE, Idle, Impatient, judgements

pytestmark = pytest.mark.engine
RACE, PUBLISHED, SHARING = EXPERIMENTS


def test_each_claim_of_the_group_has_its_judge() -> None:
    assert {claim for one in EXPERIMENTS for claim in one.claims} == set(JUDGES)


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda one: one.claims[0])
def test_the_finding_is_the_expected_one(engine: Engine, experiment: Experiment) -> None:
    for claim, found in judgements(experiment, JUDGES, engine).items():
        assert found.verdict == CLAIMS[claim].expected, found.evidence


def test_a_race_without_a_first_server_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts, "nginx_command", lambda page, *listens: IDLE)
    found = judgements(RACE, JUDGES, engine, Impatient)
    assert {one.verdict for one in found.values()} == {"not testable here"}


def test_a_race_that_nobody_loses_proves_nothing(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conflicts, "GIVES_UP_S", 0.3)
    monkeypatch.setattr(conflicts, "start_nginx", lambda stage, listen, **options: stage.name("absent"))
    aside = ("unix:/run/aside",)
    monkeypatch.setattr(conflicts, "nginx_command", lambda page, port: nginx_command(page, *((port,) if "winner" in page else aside)))
    found = judgements(RACE, JUDGES, engine)
    assert {one.verdict for one in found.values()} == {"not testable here"}


def test_a_run_that_fails_for_another_reason_is_no_conflict(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = Stage.docker
    monkeypatch.setattr(Stage, "docker", lambda stage, *words: docker(stage, *words[:-1], "--no-such-option", words[-1]))
    assert judgements(PUBLISHED, JUDGES, engine)["bridge-conflict-at-once"].verdict == "not testable here"


def test_two_ports_are_no_conflict(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    docker = Stage.docker
    apart = lambda stage, *words: docker(stage, *(f"{stage.port()}:80" if word.endswith(":80") else word for word in words))  # noqa: E731
    monkeypatch.setattr(Stage, "docker", apart)
    assert judgements(PUBLISHED, JUDGES, engine)["bridge-conflict-at-once"].verdict != "holds"


def test_servers_that_were_not_started_share_nothing_and_prove_nothing(engine: Engine) -> None:
    assert judgements(SHARING, JUDGES, engine, Idle)["one-port-one-server"].verdict == "not testable here"
