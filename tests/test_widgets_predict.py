"""Predict, compare, come back: the widgets without a browser and without an engine."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import enumerate as living
from typing import Any, cast

import pytest

from hostnet_lab import ledger as running
from hostnet_lab.core.errors import BadRequest, EngineUnavailable
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.ledger import Entry, Ledger
from hostnet_lab.core.guide.predictions import PREDICTIONS, Fact, compared
from hostnet_lab.core.guide.verdicts import Verdict
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.lab import Lab
from hostnet_lab.widgets import ComeBack, ComparisonView, LedgerView, Predict

from . import reading
from .ledgers import entry, ledger
from .reading import shown

P = "published-8080"
HOSTILE = ["<script>alert(1)</script>", "", "\x00", "日本語 العربية", "x" * 100_000, "`", None, True, 8080, 3.5, ["a"], {"<b>": 1}]


class FakeLab:
    """A lesson with a file of progress, and nothing else."""

    def __init__(self, folder: Path) -> None:
        self.lesson, self.progress = "02", ProgressFile(folder / "progress.jsonl")

    def kinds(self) -> list[tuple[str, str]]:
        return [(event.kind, event.id) for event in self.progress.read().events]


@pytest.fixture
def lab(tmp_path: Path) -> FakeLab:
    return FakeLab(tmp_path)


@pytest.fixture
def verdicts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Verdict]:
    """What experiments would find, by claim; as expected unless set."""
    found: dict[str, Verdict] = {}

    def judge(lab: Lab, ids: Sequence[str], tell: object = None) -> Ledger:
        entries: list[Entry] = [entry(one, found.get(one, CLAIMS[one].expected), CLAIMS[one].expected, "Seen: <b>8080</b>.") for one in ids]
        for one in entries:
            lab.progress.record("judged", lab.lesson, one.claim.id, verdict=one.judgement.verdict, evidence=one.judgement.evidence)
        return ledger(*entries)

    monkeypatch.setattr(running, "judge", judge)
    return found


def predict(lab: FakeLab, *ids: str) -> Predict:
    return Predict(cast(Lab, lab), *(ids or (P,)))


def press(widget: Predict, choice: int, id: str = P) -> None:
    widget.cards[id].buttons[choice].click()


def test_a_press_commits_says_so_and_is_remembered(lab: FakeLab) -> None:
    asked = predict(lab)
    assert "Choose what you expect" in shown(asked)
    press(asked, 0)
    assert "You predicted: On port 8080. Now run the next cell." in shown(asked)
    assert [button.description[0] for button in asked.cards[P].buttons] == ["●", "○", "○"]
    press(asked, 1)
    assert "You predicted: On port 80." in shown(asked)
    assert [event.more["choice"] for event in lab.progress.read().events] == ["8080", "80"]


def test_a_cell_run_anew_keeps_the_choice_until_the_fact_is_there_and_then_asks_afresh(lab: FakeLab, verdicts: object) -> None:
    press(predict(lab), 0)
    again = predict(lab)
    assert again.cards[P].asked.choice == 0 and "You predicted: On port 8080." in shown(again)
    again.test()
    assert predict(lab).cards[P].asked.choice is None


def test_the_choice_is_fixed_when_the_fact_is_there(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab)
    press(asked, 0)
    asked.test()
    assert all(button.disabled for button in asked.cards[P].buttons)
    press(asked, 1)
    assert asked.cards[P].asked.choice == 0


def test_an_option_of_a_command_is_never_broken_across_lines(lab: FakeLab) -> None:
    asked = predict(lab, "answers-without-p")
    joined = "Yes: in host mode a port needs no -\u2060p"
    assert asked.cards["answers-without-p"].buttons[0].description.endswith(joined)
    press(asked, 0, "answers-without-p")
    assert 'needs no <span style="white-space:nowrap">-p</span>' in asked.cards["answers-without-p"].children[-1].value


def test_a_wrong_prediction_opens_and_marks_the_explanation(lab: FakeLab, verdicts: object, capsys: pytest.CaptureFixture[str]) -> None:
    asked = predict(lab)
    press(asked, 0)
    view = shown(asked.test())
    assert " open><summary" in view and "Many believe" in view and "Nothing answered on 8080: -p has nothing to lead into" in view
    assert "✘ wrong" in view and "→ On port 80" in view and "&lt;b&gt;8080&lt;/b&gt;" in view
    for title in ("You predicted", "What happened", "Why"):
        assert f'aria-label="{title}"' in view
    assert capsys.readouterr().out == "1 claim was judged here; the verdict is the usual one.\n"
    assert lab.kinds() == [("predicted", P), ("judged", "p-is-ignored"), ("compared", P)]
    assert lab.progress.read().events[-1].more == {"choice": "8080", "fact": "holds", "right": False}


def test_a_right_prediction_folds_the_explanation(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab)
    press(asked, 1)
    view = shown(asked.test())
    assert "✔ right" in view and "It answered where it listens" in view and "<details" in view and " open><summary" not in view


def test_one_that_is_wrong_otherwise_is_not_told_of_the_misconception(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab, "up-and-200")
    press(asked, 2, "up-and-200")
    view = shown(asked.test())
    assert "✘ wrong" in view and "both must ask for SO_REUSEPORT" in view
    assert "Many believe" not in view and " open><summary" not in view


def test_what_nobody_answered_stays_open_and_may_still_be_answered(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab)
    view = asked.test()
    assert "Nothing was predicted, so it stays open" in view.value and repr(view) == f"Still open ({P}): nothing was predicted."
    assert "→" not in view.value and "Why" not in view.value and " open><summary" not in view.value
    assert "Seen: &lt;b&gt;8080" in view.value.partition("What was found all the same")[2], "the guide is proven all the same"
    assert lab.kinds() == [("judged", "p-is-ignored")]
    assert not any(button.disabled for button in asked.cards[P].buttons) and "Choose what you expect" in shown(asked)
    press(asked, 1)
    assert "✔ right" in asked.test().value and lab.kinds()[-1] == ("compared", P)


def test_a_cells_own_fact_leaves_open_what_nobody_answered(lab: FakeLab) -> None:
    asked = predict(lab)
    assert "it stays open" in asked.compare("published").value and not asked.cards[P].buttons[0].disabled
    press(asked, 0)
    assert "✔ right" in asked.compare("published").value


def test_only_the_deciding_claim_is_shown(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab, "a-held-port", "up-on-a-held-port")
    press(asked, 1, "a-held-port")
    press(asked, 2, "up-on-a-held-port")
    view = shown(asked.test())
    assert view.count(CLAIMS["conflict-fails-the-run"].statement.rstrip(".")) == 1, (
        "its verdict decides one of the two; of the other it is no word"
    )
    assert CLAIMS["rm-eats-the-log"].statement.rstrip(".") not in view


@pytest.mark.parametrize("verdict", ["not testable here", "does not hold here"])
def test_without_a_fact_for_it_nobody_is_called_wrong(lab: FakeLab, verdicts: dict[str, Verdict], verdict: Verdict) -> None:
    verdicts["p-is-ignored"] = verdict
    asked = predict(lab)
    press(asked, 0)
    assert "✘ wrong" not in asked.test().value
    assert lab.progress.read().events[-1].more["right"] is None


def test_several_predictions_share_one_run(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab, P, "up-and-200", P)
    assert len(asked.cards) == 2
    view = asked.test()
    assert [one.prediction.id for one in view.compared] == [P, "up-and-200"]
    assert lab.kinds() == [("judged", "p-is-ignored"), ("judged", "two-hundred-is-proof")]


def test_a_cells_own_fact_is_compared_and_not_tested_again(lab: FakeLab, verdicts: object) -> None:
    asked = predict(lab, P, "mapped-and-moved")
    press(asked, 0, "mapped-and-moved")
    assert "✘ wrong" in asked.compare("its own", of="mapped-and-moved").value
    assert [one.prediction.id for one in asked.test().compared] == [P]


def test_a_fact_for_no_question_is_refused_with_the_questions_there_are(lab: FakeLab) -> None:
    with pytest.raises(BadRequest, match="mapped-and-moved"):
        predict(lab, P, "mapped-and-moved").compare("its own")
    with pytest.raises(BadRequest, match=P):
        predict(lab, P).compare(8080, of="<b>")
    for ids in ((), ("no-such",), ("<script>",)):
        with pytest.raises(BadRequest):
            Predict(cast(Lab, lab), *ids)


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: repr(value)[:20])
def test_whatever_a_cell_hands_over_is_shown_as_text_and_calls_nobody_wrong(lab: FakeLab, value: Any) -> None:
    asked = predict(lab)
    press(asked, 0)
    view = asked.compare(value).value
    assert "<script>" not in view and "<b>&" not in view and len(view) < 6000
    assert "fits none of the choices" in view


def test_an_engine_that_is_gone_leaves_the_choice_open(lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> Ledger:
        raise EngineUnavailable("ask the engine", "nobody answers", "start it")

    monkeypatch.setattr(running, "judge", gone)
    asked = predict(lab)
    press(asked, 0)
    with pytest.raises(EngineUnavailable):
        asked.test()
    assert not asked.cards[P].buttons[1].disabled and asked.cards[P].asked.comparison is None


def test_reprs_hold_question_and_explanation_and_nothing_of_the_learner(lab: FakeLab, verdicts: object) -> None:
    asked, other = predict(lab), predict(lab)
    press(asked, 0)
    press(other, 0)
    assert repr(asked) == repr(other) and repr(asked).startswith("Predict: You start nginx") and "  2. On port 80" in repr(asked)
    assert asked._repr_mimebundle_()["text/plain"] == repr(asked)
    assert repr(asked.test()) == repr(other.test())
    assert repr(other.test()).startswith(f"{P}: Your prediction was wrong. What happened: On port 80. Nothing answered on 8080")


@pytest.mark.parametrize("one", PREDICTIONS.values(), ids=lambda one: one.id)
def test_each_prediction_can_be_drawn_in_every_state(one: Any) -> None:
    for choice in (None, *range(len(one.choices))):
        for value in (None, "other", *(fact for each in one.choices for fact in each.facts)):
            view = ComparisonView([compared(one, choice, Fact(value, "seen"))]).value
            assert view.count('role="group" aria-label=') == (0 if choice is None else 3)


# -- coming back ------------------------------------------------------------------------------------


@pytest.fixture
def coming_back(lab: FakeLab, verdicts: object) -> Iterator[ComeBack]:
    made = ComeBack(cast(Lab, lab))
    yield made
    made.close()
    assert not [one for one in living() if one.name == "hostnet-lab worker" and one.is_alive()]


def test_there_is_nothing_to_come_back_to_at_first(coming_back: ComeBack) -> None:
    assert "Nothing to come back to" in shown(coming_back) and repr(coming_back) == "ComeBack()"


def test_what_was_wrong_comes_back_in_another_form_and_goes_when_it_is_right(lab: FakeLab, coming_back: ComeBack) -> None:
    wrong = predict(lab)
    press(wrong, 0)
    wrong.test()
    reading.press(coming_back, "Look again")
    (question,) = coming_back.children[1].children
    (id,) = question.predict.cards
    assert id == "mapped-and-moved" and "Now run the next cell" not in shown(question)
    press(question.predict, 1, id)
    question.run.click()
    wait_until(lambda: "✔ right" in shown(question) and not question.run.disabled, 5, "the comparison")
    reading.press(coming_back, "Look again")
    assert "Nothing to come back to" in shown(coming_back)


def test_an_experiment_that_breaks_is_said_and_may_be_run_again(
    lab: FakeLab, coming_back: ComeBack, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.progress.record("compared", "02", P, choice="x", fact="y", right=False)
    coming_back.look()

    def gone(*_: object) -> Ledger:
        raise EngineUnavailable("ask the engine", "nobody <answers>", "start it")

    monkeypatch.setattr(running, "judge", gone)
    (question,) = coming_back.children[1].children
    question.run.click()
    wait_until(lambda: "nobody &lt;answers&gt;" in shown(coming_back) and not question.run.disabled, 5, "the engine's absence to be said")


# -- the ledger -------------------------------------------------------------------------------------


def test_the_ledger_shows_what_was_judged_in_this_lesson_and_folded_in_others(lab: FakeLab) -> None:
    lab.progress.record("judged", "02", "p-is-ignored", verdict="holds", evidence="Seen: 80 answers.")
    lab.progress.record("judged", "01", "no-address", verdict="holds", evidence="Seen: none.")
    view = LedgerView(cast(Lab, lab))
    own, others = view.children[0].value, view.children[1].value
    assert "Seen: 80 answers." in own and "not judged yet" in own and "Seen: none." not in own
    assert "<details" in others and "Seen: none." in others
    here = sum(claim.lesson == "02" for claim in CLAIMS.values())
    assert f"You have judged 2 of {len(CLAIMS)} claims. Judged of this lesson: 1 of {here}." in shown(view)
    assert repr(view) == "LedgerView('02')"


def test_the_ledger_says_how_many_predictions_of_its_lesson_are_open(lab: FakeLab, verdicts: object) -> None:
    view, asked = LedgerView(cast(Lab, lab)), predict(lab)
    total = sum(one.lesson == "02" for one in PREDICTIONS.values())
    asked.test()
    assert f"still open: {total}." in shown(view), "a run that nobody predicted settles none"
    press(asked, 0)
    asked.test()
    assert f"still open: {total - 1}." in shown(view)
    view.close()


def test_the_ledger_is_filled_up_by_predictions_too(lab: FakeLab, verdicts: object) -> None:
    view = LedgerView(cast(Lab, lab))
    predict(lab).test()
    assert "✔ holds" in view.children[0].value
    view.close()
    predict(lab, "up-and-200").test()
    assert "✘" not in view.children[0].value
    reading.press(view, "Look again")
    assert "✘ does not hold here" in view.children[0].value


@pytest.mark.parametrize("seed", range(10))
def test_a_file_of_progress_with_anything_in_it_is_shown_as_text(lab: FakeLab, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(20):
        id = chance.choice([*CLAIMS, "<b>", "no-such"])
        lab.progress.record("judged", "<i>", id, verdict=chance.choice(HOSTILE[:5]), evidence=chance.choice(HOSTILE))
        lab.progress.record("compared", "02", chance.choice([*PREDICTIONS, "<b>"]), right=chance.choice(HOSTILE))
    view, back = LedgerView(cast(Lab, lab)), ComeBack(cast(Lab, lab))
    back.close()
    assert "<script>" not in shown(view) + shown(back)
    assert len(shown(view)) < 200_000
