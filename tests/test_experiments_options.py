"""Options and network commands on a real engine; and that a broken arrangement is never taken for a finding."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.judges.options import JUDGES
from hostnet_lab.core.guide.verdicts import Verdict, judged
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import PACE
from hostnet_lab.experiments import compose, options, rights
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.stage import Output, Stage

from .staging import HASTE, observed

pytestmark = pytest.mark.engine
FOUND: set[Verdict] = {"holds", "holds with a nuance"}
each_experiment = pytest.mark.parametrize("experiment", options.EXPERIMENTS, ids=lambda one: str(one.claims[0]))


@pytest.fixture
def stage(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with Stage(engine, Mark(os.getuid(), "test", host.this_process()).labels()) as one:
        yield one
        monkeypatch.undo()  # what is removed at the end is removed with whole commands


def verdicts(experiment: Experiment, observation: Mapping[str, Any]) -> dict[str, Verdict]:
    return {claim: judged(JUDGES[claim], observation).verdict for claim in experiment.claims}


def broken(stage: Stage, experiment: Experiment) -> set[Verdict]:
    """The verdicts on a broken arrangement; one that raises gives no observation to judge."""
    try:
        return set(verdicts(experiment, observed(experiment.observe, stage)).values())
    except LabError:
        return {"not testable here"}


def expected(claim: str, observation: Mapping[str, Any]) -> Verdict:
    if "missing" in observation:
        return "not testable here"
    first_compose = claim == "compose-ports" and observation["version"].startswith("1.")
    return "does not hold here" if first_compose else CLAIMS[claim].expected


@each_experiment
def test_every_claim_gets_the_verdict_that_is_expected(stage: Stage, experiment: Experiment) -> None:
    observation = observed(experiment.observe, stage)
    assert verdicts(experiment, observation) == {claim: expected(claim, observation) for claim in experiment.claims}


def test_experiments_and_judges_are_of_the_same_claims() -> None:
    assert {claim for one in options.EXPERIMENTS for claim in one.claims} == set(JUDGES)


@each_experiment
@pytest.mark.parametrize("said", [Output(125, "broken"), Output(0, "")], ids=["refuses", "does nothing"])
def test_a_docker_command_that_is_broken_finds_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, experiment: Experiment, said: Output
) -> None:
    monkeypatch.setattr(Stage, "docker", lambda *_: said)
    assert not broken(stage, experiment) & FOUND


@pytest.mark.parametrize("module", [options, compose], ids=["docker run", "compose"])
def test_without_a_server_nothing_is_ignored(stage: Stage, monkeypatch: pytest.MonkeyPatch, module: object) -> None:
    monkeypatch.setattr(module, "nginx_command", lambda *_: ("sleep", "60"))
    monkeypatch.setattr(PACE, "patience", HASTE)
    experiment = options.EXPERIMENTS[0] if module is options else options.EXPERIMENTS[-1]
    assert broken(stage, experiment) == {"not testable here"}


@pytest.mark.parametrize("claim", ["non-root-on-80", "drop-net-raw", "reconfigures-the-host"])
def test_a_program_that_does_not_run_shows_no_right(stage: Stage, monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    monkeypatch.setattr(rights, "once", lambda *_: Output(127, "perl: not found"))
    experiment = next(one for one in options.EXPERIMENTS if claim in one.claims)
    assert broken(stage, experiment) == {"not testable here"}


def test_a_right_that_a_container_has_is_seen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    once, able = rights.once, ["--network", "none", "--cap-add", "NET_ADMIN"]
    monkeypatch.setattr(rights, "once", lambda stage, _, command: once(stage, able, command))
    assert judged(JUDGES["reconfigures-the-host"], rights.interfaces(stage)).verdict == "holds"
