"""Misconceptions and predictions: the data, the rule that compares, and what comes back."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Any

import pytest

from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.ledger import JUDGES, Entry
from hostnet_lab.core.guide.misconceptions import MISCONCEPTIONS, Misconception
from hostnet_lab.core.guide.predictions import (
    PREDICTIONS,
    Asked,
    Comparison,
    Fact,
    Prediction,
    chosen,
    compared,
    decided,
    fact_of,
    forms,
    named,
    standing,
)
from hostnet_lab.core.guide.predictions.model import OTHERWISE
from hostnet_lab.core.guide.verdicts import VERDICTS, judged
from hostnet_lab.core.progress.coming_back import come_back, open_misconceptions
from hostnet_lab.core.progress.events import Event, Progress

from .ledgers import entry
from .recordings import FOLDER, read

# Recorded on this project's machines, and the claims that they decide.
RECORDED = {
    "options/publishing.json": ("p-is-ignored", "publish-all-warns"),
    "serving/localhost-is-both.json": ("localhost-is-both",),
    "serving/nginx-port-variable.json": ("nginx-port-variable",),
    "serving/reaches-you.json": ("reaches-you",),
    "crossing/targets.json": ("reaches-loopback-services", "bridge-reaches-localhost", "bridge-reaches-gateway"),
    "options/options-still-work.json": ("options-still-work",),
    "conflicts/late-loser.json": ("conflict-fails-the-run",),
    "own_host/firewall.json": ("bypasses-the-firewall", "published-bypasses-input"),
    "options/non-root-on-80.json": ("non-root-on-80",),
    "options/connect-later.json": ("connect-later",),
    "identity/docker-20.10.json": ("stats-show-traffic", "no-address", "shares-the-network"),
}
RIGHT = {  # what a reader of the explanations would choose on Docker on Linux, by the reading of an observation
    "up-on-a-held-port": "Exited",
    "nginx-on-8090": "On 80, as before",
    "docker-py-publish": "Raise an exception",
    "publish-all": "Nothing, without a word",
    "zero-traffic": "0B / 0B",
    "alarm-on-zero": "An alarm, although it is busy",
    "whose-network": "Yes, the same one",
    "no-address": "None: it uses the host's addresses",
    "three-names": "127.0.0.1 and localhost, not [::1]",
    "the-other-loopback": "No: that is another address",
    "which-localhost": "The one in host mode",
    "this-machine-only": "Only webserver",
    "way-across": "The gateway of the bridge",
    "bridge-to-capstone": "No: the server does not listen there",
    "an-alias": "Refuse to run it",
    "drop-on-input": "The one in host mode only",
    "drop-on-docker-user": "The published port only",
    "connect-back": "No: it is refused",
    "port-for-non-root": "8090 only",
}
every_misconception = pytest.mark.parametrize("one", MISCONCEPTIONS.values(), ids=lambda one: one.id)
every_prediction = pytest.mark.parametrize("one", PREDICTIONS.values(), ids=lambda one: one.id)


def recorded_entries() -> Mapping[str, Entry]:
    made = {}
    for name, claims in RECORDED.items():
        seen = read(FOLDER / name).observation
        for claim in claims:
            made[claim] = Entry(CLAIMS[claim], judged(JUDGES[claim], seen), CLAIMS[claim].expected, 0.1, seen)
    return made


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[A-Z0-9-])", text.strip())


def event(prediction: str, right: bool | None) -> Event:
    return Event("compared", "2026-01-02T03:04:05+00:00", "01", prediction, {"choice": "x", "fact": "y", "right": right})


# -- the data ---------------------------------------------------------------------------------------


def test_all_eighteen_misconceptions_are_there() -> None:
    assert len(MISCONCEPTIONS) == 18


@every_misconception
def test_a_misconception_is_explained_in_two_sentences_with_sources_and_claims(one: Misconception) -> None:
    assert len(sentences(one.explanation)) == 2, sentences(one.explanation)
    assert one.explanation.endswith(".") and one.belief.endswith(".")
    assert one.sources and all(source.startswith("https://") for source in one.sources)
    assert one.claims and set(one.claims) <= set(CLAIMS)


@every_misconception
def test_a_misconception_is_asked_in_its_lesson_and_in_another_form_later(one: Misconception) -> None:
    first, *later = forms(one.id)
    assert first.lesson == one.lesson and later
    assert all(other.lesson > first.lesson for other in later)
    assert {claim for form in (first, *later) for claim in form.claims} >= set(one.claims)


@every_prediction
def test_a_prediction_can_be_decided_and_its_choices_differ(one: Prediction) -> None:
    assert one.claims and set(one.claims) <= set(CLAIMS)
    assert one.prompt.endswith("?") and 2 <= len(one.choices) <= 4
    assert len({choice.text for choice in one.choices}) == len(one.choices)
    facts = [(type(fact), fact) for choice in one.choices for fact in choice.facts]
    assert len(set(facts)) == len(facts), "one fact makes two choices right"
    assert one.misconception in MISCONCEPTIONS or (not one.misconception and len(sentences(one.explanation)) == 2)


ANSWERS = [
    pytest.param(one, choice, right, id=f"{one.id}-{one.choices[choice].id}-{one.choices[right].id}")
    for one, choice, right in (
        (one, choice, right)
        for one in PREDICTIONS.values()
        for choice in range(len(one.choices))
        for right in range(len(one.choices))
        if one.choices[right].facts
    )
]


@pytest.mark.parametrize(("one", "choice", "right"), ANSWERS)
def test_every_choice_is_answered_whichever_is_right(one: Prediction, choice: int, right: int) -> None:
    found = compared(one, choice, Fact(one.choices[right].facts[0], "Seen."))
    assert found.right == right and len(sentences(found.answer())) == 1 and found.answer().endswith(".")
    assert found.state == ("right" if choice == right else "wrong")
    assert found.believed == (found.state == "wrong" and one.choices[choice].believed)


@every_prediction
def test_where_it_went_as_usual_each_choice_has_an_answer_of_its_own(one: Prediction) -> None:
    usual = fact_of(one, recorded_entries()) if one.read else Fact(CLAIMS[one.claims[0]].expected, "")
    answers = [compared(one, choice, usual).answer() for choice in range(len(one.choices))]
    assert OTHERWISE not in answers and len(set(answers)) == len(answers) and all(len(answer) > 10 for answer in answers)


def test_what_was_not_chosen_or_not_decided_is_not_answered() -> None:
    assert compared(P, None, Fact("holds", "")).answer() == "" == compared(P, 0, Fact(None, "")).answer()


def test_only_who_believes_it_is_told_of_a_misconception() -> None:
    """One may be wrong otherwise: who says that no port answers has not taken WSL2 for Linux."""
    place = PREDICTIONS["whose-network"]
    told = {choice.id: compared(place, at, Fact("forwarded", "")).believed for at, choice in enumerate(place.choices)}
    assert told == {"same": True, "detour": False, "none": False}
    assert all(not choice.believed or one.misconception for one in PREDICTIONS.values() for choice in one.choices)


@pytest.mark.parametrize("id", [one.id for one in PREDICTIONS.values() if one.read])
def test_the_evidence_is_that_of_the_claim_which_decides(id: str) -> None:
    one, entries = PREDICTIONS[id], recorded_entries()
    fact = fact_of(one, entries)
    assert fact.entry is entries[one.claims[0]]
    assert fact.said == (one.told(entries) if one.told else entries[one.claims[0]].judgement.evidence)


@every_prediction
def test_what_is_expected_on_linux_makes_one_choice_right_and_some_choice_wrong(one: Prediction) -> None:
    if one.read is None:
        right = one.right(CLAIMS[one.claims[0]].expected)
    else:
        right = compared(one, None, fact_of(one, recorded_entries())).right
        assert right is not None and one.choices[right].text == RIGHT[one.id]
    assert right is not None


def test_the_right_choice_is_not_always_at_the_same_place() -> None:
    places = [compared(one, None, fact_of(one, recorded_entries())).right for one in PREDICTIONS.values() if one.read]
    assert len(set(places)) >= 3


def test_every_claim_is_decided_by_some_prediction_of_its_own_lesson() -> None:
    asked = {(one.lesson, claim) for one in PREDICTIONS.values() for claim in one.claims}
    assert {(claim.lesson, claim.id) for claim in CLAIMS.values()} <= asked


def test_an_unknown_prediction_is_refused_with_the_nearest() -> None:
    with pytest.raises(BadRequest, match="published-8080"):
        named("published-8081")


# -- the rule ---------------------------------------------------------------------------------------

P = PREDICTIONS["published-8080"]


@pytest.mark.parametrize(("choice", "state"), [(1, "right"), (0, "wrong"), (2, "wrong"), (None, "none")])
def test_a_choice_is_compared_with_the_fact(choice: int | None, state: str) -> None:
    found = compared(P, choice, fact_of(P, {"p-is-ignored": entry("p-is-ignored", "holds")}))
    assert found.state == state and found.right == 1


@pytest.mark.parametrize("verdict", ["not testable here", "does not hold here"])
def test_without_a_fact_for_it_no_choice_is_called_wrong(verdict: Any) -> None:
    found = compared(P, 0, fact_of(P, {"p-is-ignored": entry("p-is-ignored", verdict)}))
    assert found.state == "open" and "wrong" in found.sentence()


def test_an_experiment_that_was_not_run_or_observed_other_things_gives_no_fact() -> None:
    docker_py = PREDICTIONS["docker-py-publish"]
    assert fact_of(docker_py, {}).value is None
    assert fact_of(docker_py, {"p-is-ignored": entry("p-is-ignored", "holds", observation={})}).value is None


def test_yes_is_not_the_number_one() -> None:
    loopback = PREDICTIONS["the-other-loopback"]
    assert loopback.right(True) == 0 and loopback.right(False) == 1
    assert loopback.right(1) is None and loopback.right(0) is None


def test_a_mind_may_be_changed_until_the_fact_is_there() -> None:
    asked = chosen(chosen(Asked(P), 0), 1)
    assert asked.choice == 1 and "Now run it." in standing(asked, "Now run it.")
    after = decided(asked, Fact("holds", "seen"))
    assert chosen(after, 0) is after and "right" in standing(after, "")
    assert chosen(asked, 7) is asked and chosen(asked, -1) is asked


@pytest.mark.parametrize("seed", range(20))
def test_any_fact_and_any_choice_give_a_sentence(seed: int) -> None:
    chance = random.Random(seed)
    values = ["", "holds", "<b>", "\x00", "日本語", "x" * 10_000, True, False, 0, -1, 8095, None, *VERDICTS]
    for one in PREDICTIONS.values():
        found = compared(one, chance.choice([None, *range(len(one.choices))]), Fact(chance.choice(values), "said"))
        assert isinstance(found, Comparison) and found.sentence()
        assert found.state in ("right", "wrong", "open", "none")


# -- coming back ------------------------------------------------------------------------------------


@every_misconception
def test_a_wrong_prediction_comes_back_in_another_form_until_that_is_right(one: Misconception) -> None:
    first, *_ = forms(one.id)
    (again,) = come_back(Progress((event(first.id, False),)))
    assert again.misconception == one.id and again.id != first.id
    assert come_back(Progress((event(first.id, False), event(again.id, True)))) == []


def test_the_same_form_again_settles_nothing_and_an_undecided_one_neither() -> None:
    events = (event("published-8080", False), event("published-8080", True), event("mapped-and-moved", None))
    assert open_misconceptions(Progress(events)) == ["p-remaps-the-port"]


def test_one_that_is_wrong_in_both_forms_comes_back_in_the_first() -> None:
    events = (event("published-8080", False), event("mapped-and-moved", False))
    assert [one.id for one in come_back(Progress(events))] == ["published-8080"]


def test_what_no_misconception_stands_behind_and_what_is_unknown_never_comes_back() -> None:
    events = (event("multicast", False), event("no-such-form", False), Event("predicted", "", "02", "published-8080"))
    assert come_back(Progress(events)) == [] == come_back(Progress())
