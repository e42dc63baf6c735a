"""Whose network it is, on a real engine; and that a broken arrangement is never taken for a finding."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.judges.identity import JUDGES
from hostnet_lab.core.guide.verdicts import Verdict, judged
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import PACE
from hostnet_lab.experiments import identity
from hostnet_lab.experiments.stage import Output, Stage

from .staging import HASTE, observed

pytestmark = pytest.mark.engine


@pytest.fixture
def stage(engine: Engine) -> Iterator[Stage]:
    with Stage(engine, Mark(os.getuid(), "test", host.this_process()).labels()) as one:
        yield one


def verdicts(observation: Mapping[str, Any]) -> dict[str, Verdict]:
    return {claim: judged(judge, observation).verdict for claim, judge in JUDGES.items()}


def broken(stage: Stage) -> set[Verdict]:
    """The verdicts on a broken arrangement; one that raises gives no observation to judge."""
    try:
        return set(verdicts(observed(identity.observe, stage)).values())
    except LabError:
        return {"not testable here"}


def test_every_claim_gets_the_verdict_that_is_expected(stage: Stage) -> None:
    assert verdicts(observed(identity.observe, stage)) == {claim: CLAIMS[claim].expected for claim in JUDGES}


def test_the_experiment_and_the_judges_are_of_the_same_claims() -> None:
    assert [claim for one in identity.EXPERIMENTS for claim in one.claims] == list(JUDGES)


@pytest.mark.parametrize("command", [("sleep", "60"), ("true",)], ids=["no server", "exited"])
def test_without_a_server_nothing_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    monkeypatch.setattr(identity, "nginx_command", lambda *_: command)
    monkeypatch.setattr(PACE, "patience", HASTE)
    assert broken(stage) == {"not testable here"}


@pytest.mark.parametrize("network", ["host", "bridge"])
def test_two_servers_in_one_mode_are_no_comparison(stage: Stage, monkeypatch: pytest.MonkeyPatch, network: str) -> None:
    create = stage.create
    monkeypatch.setattr(stage, "create", lambda request, **more: create(replace(request, network=network), **more))
    monkeypatch.setattr(PACE, "patience", HASTE)
    assert broken(stage) == {"not testable here"}


def test_commands_that_fail_are_no_finding(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "shell", lambda *_, **__: Output(125, "broken"))
    found = verdicts(observed(identity.observe, stage))
    assert "holds" not in {
        found[claim] for claim in ("same-as-on-the-host", "sees-the-interfaces", "network-lists-it", "ps-shows-the-port")
    }
