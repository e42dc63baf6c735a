"""The judges, fed with recorded observations: what was seen on engines that are not here is judged here all the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.guide.ledger import JUDGES
from hostnet_lab.core.guide.missing import lacking
from hostnet_lab.core.guide.verdicts import VERDICTS, Judgement, judged

from .recordings import FOLDER, PATHS, content, read, verdicts

every_recording = pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(FOLDER).with_suffix("")))
every_judge = pytest.mark.parametrize("claim", JUDGES)
CASES = [
    pytest.param(path, claim, id=f"{path.relative_to(FOLDER).with_suffix('')}-{claim}") for path in PATHS for claim in read(path).claims
]


@pytest.mark.parametrize(("path", "claim"), CASES)
def test_a_judge_says_of_a_recording_what_is_stated_in_it(path: Path, claim: str) -> None:
    recording = read(path)
    found = judged(JUDGES[claim], recording.observation)
    assert found.verdict == recording.claims[claim], found.evidence


@pytest.mark.parametrize(("path", "claim"), CASES)
def test_the_evidence_is_one_line_of_words(path: Path, claim: str) -> None:
    evidence = judged(JUDGES[claim], read(path).observation).evidence
    assert evidence.strip() and len(evidence.splitlines()) == 1


@every_judge
def test_a_judge_has_recordings_for_at_least_two_verdicts(claim: str) -> None:
    assert len(verdicts(claim)) >= 2
    assert verdicts(claim) <= set(VERDICTS)


@every_judge
def test_a_judge_finds_nothing_in_an_observation_that_is_empty_or_says_what_was_missing(claim: str) -> None:
    assert judged(JUDGES[claim], {}).verdict == "not testable here"
    assert judged(JUDGES[claim], lacking("compose")) == Judgement("not testable here", "There is no Docker Compose here.")


@pytest.mark.parametrize(("seen", "evidence"), [
    (lacking("own address"), "This host has no address besides its loopback."),
    (lacking("ipv6"), "This host has no IPv6 loopback address."),
    (lacking("localhost", resolved=["192.0.2.7"]), "Localhost leads to 192.0.2.7, not to 127.0.0.1."),
    (lacking("localhost", resolved=None), "Localhost does not resolve in time: whoever is asked for names does not answer."),
    (lacking("logs", said="no such driver"), "The engine's logs cannot be read: no such driver."),
    (lacking("network", said="no pool"), "The engine made no network: no pool."),
    (lacking("published"), "The engine gave a container on the bridge no address, or published nothing for -p."),
    (lacking("published elsewhere", addresses=["192.0.2.1"]), "The engine publishes at 192.0.2.1 alone."),
    (lacking("rootless engine"), "It needs a rootless engine."),
    (lacking("swarm", said="No."), "Docker swarm init said: No."),
    (lacking("swarm"), "The experiment broke: its observation lacks 'said'."),
    ({"missing": "there is no Docker Compose here"}, "There is no Docker Compose here."),  # as older labs have it
])  # fmt: skip
def test_what_was_missing_is_told_in_words(seen: dict[str, Any], evidence: str) -> None:
    assert judged(JUDGES["no-address"], seen) == Judgement("not testable here", evidence)


@every_recording
def test_a_recording_says_where_it_comes_from_and_a_made_up_one_says_so_in_its_name(path: Path) -> None:
    recording = read(path)
    assert len(recording.origin.split()) >= 2
    assert path.name.startswith("constructed-") == recording.origin.startswith("constructed: ")


@pytest.mark.parametrize("path", [path for path in PATHS if "base" in content(path)], ids=lambda path: path.stem)
def test_a_constructed_recording_tells_only_what_differs_from_a_recorded_one(path: Path) -> None:
    told = content(path)
    base = content(path.parent / told["base"])
    assert told.keys() == {"from", "claims", "base", "change"} and "observation" in base and not told["base"].startswith("constructed-")
    assert told["change"] == difference(base["observation"], read(path).observation)


def difference(base: dict[str, Any], seen: dict[str, Any]) -> dict[str, Any]:
    """The shortest change that makes of one observation the other."""
    return {key: None for key in base if key not in seen} | {
        key: difference(base[key], value) if isinstance(value, dict) and isinstance(base.get(key), dict) else value
        for key, value in seen.items()
        if key not in base or base[key] != value
    }


@every_recording
def test_a_recording_belongs_to_claims_that_have_a_judge(path: Path) -> None:
    assert read(path).claims
    assert set(read(path).claims) <= set(JUDGES)
