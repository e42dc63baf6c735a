"""The claims as data: each has one experiment, one judge and a lesson; nothing serves a claim that there is not."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from hostnet_lab.core.guide.claims import CLAIMS, Claim, expectation, met
from hostnet_lab.core.guide.ledger import GROUPS, JUDGES
from hostnet_lab.core.guide.verdicts import VERDICTS
from hostnet_lab.core.host.quirks import Kind, kind_of
from hostnet_lab.core.host.whereabouts import Place
from hostnet_lab.ledger import EXPERIMENTS

from .recordings import verdicts

LESSONS = {path.name.split("-")[0] for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb")}
every_claim = pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)


def test_every_claim_has_exactly_one_experiment_and_nothing_else_has() -> None:
    assert Counter(claim for experiment in EXPERIMENTS for claim in experiment.claims) == Counter(list(CLAIMS))


def test_every_claim_has_exactly_one_judge_and_nothing_else_has() -> None:
    assert Counter(claim for group in GROUPS for claim in group.JUDGES) == Counter(list(CLAIMS))
    assert set(JUDGES) == set(CLAIMS)


@every_claim
def test_an_id_is_a_slug_and_a_statement_is_a_sentence(claim: Claim) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", claim.id)
    assert claim.statement[-1] == "." and claim.statement.count(". ") == 0


@every_claim
def test_the_lesson_of_a_claim_exists(claim: Claim) -> None:
    assert claim.lesson in LESSONS


@every_claim
def test_every_expected_verdict_can_be_said_by_the_judge(claim: Claim) -> None:
    assert {claim.expected, *claim.otherwise.values()} <= set(VERDICTS)
    assert {claim.expected, *claim.otherwise.values()} <= verdicts(claim.id)


@every_claim
def test_a_source_is_a_whole_address_and_there_is_one(claim: Claim) -> None:
    assert claim.sources
    assert all(re.fullmatch(r"https://\S+", url) for url in claim.sources)


def test_at_least_thirty_claims_and_twenty_seven_of_them_tested_for_real_as_root() -> None:
    tested = [claim for claim in CLAIMS.values() if not met(claim, Kind("docker", (20, 0)))]
    assert len(CLAIMS) >= 30
    assert len(tested) >= 27


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind("docker", (20, 0)), "holds"),
        (Kind("podman", (4, 0)), "does not hold here"),
        (Kind("podman", (4, 0), root=False), "not testable here"),
    ],
    ids=["docker", "podman", "podman, not root"],
)
def test_the_expectation_follows_the_kind_of_host(kind: Kind, expected: str) -> None:
    assert expectation(CLAIMS["reads-loopback-traffic"], kind) == expected


def test_claims_that_need_the_engines_own_namespace_are_not_expected_elsewhere() -> None:
    assert expectation(CLAIMS["reaches-loopback-services"], Kind(same_namespace=False)) == "not testable here"


@pytest.mark.parametrize(
    ("place", "reaches", "answers", "disposable"),
    [
        ("same namespace", "holds", "holds", "holds"),
        ("other namespace", "holds with a nuance", "holds", "holds"),
        ("forwarded", "holds with a nuance", "holds", "not testable here"),
        ("unreachable", "does not hold here", "does not hold here", "holds"),
    ],
)
def test_what_is_expected_follows_the_readers_place(place: Place, reaches: str, answers: str, disposable: str) -> None:
    kind = kind_of({"Version": "26.1.5"}, {}, True, place, same_kernel=place != "forwarded")
    found = [expectation(CLAIMS[claim], kind) for claim in ("reaches-you", "answers-without-p", "multicast")]
    assert found == [reaches, answers, disposable]


def test_a_rootless_engine_reaches_a_reader_who_sits_in_its_own_network() -> None:
    reaches = CLAIMS["rootless-reaches-you"]
    beside, outside = Kind("docker", (26, 0), rootless=True), Kind("docker", (26, 0), rootless=True, same_namespace=False)
    assert [expectation(reaches, kind) for kind in (beside, outside)] == ["holds", "does not hold here"]


def test_only_disposable_hosts_need_root_and_they_all_do() -> None:
    """An experiment that changes the host runs on a disposable one, and its claims say that they need root."""
    for experiment in EXPERIMENTS:
        if experiment.host == "disposable":
            assert all("root" in CLAIMS[claim].needs or "rootless" in CLAIMS[claim].needs for claim in experiment.claims)
