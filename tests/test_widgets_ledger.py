"""The reader's ledger in a lesson: the same experiments as ./lab verify, a row for each claim."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostnet_lab import Lab, ledger
from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.ledger import Entry, Ledger
from hostnet_lab.core.guide.verdicts import fails
from hostnet_lab.edges.engine import Engine
from hostnet_lab.widgets.ledger import LedgerView
from hostnet_lab.widgets.predict import Predict
from hostnet_lab.widgets.whereabouts import WhereAmI

from .ledgers import ledger as made_up
from .reading import shown

pytestmark = pytest.mark.engine


@pytest.fixture
def lab(engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Lab]:
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("HOSTNET_LAB_PROGRESS", str(tmp_path / "progress.jsonl"))
    opened = Lab("test", ports=(), names=(), engine=engine, quiet=True)
    yield opened
    opened.clean()


@pytest.fixture
def view(lab: Lab) -> LedgerView:
    return LedgerView(lab)


def test_claims_are_proven_one_lesson_at_a_time_and_the_table_fills_up(view: LedgerView, capsys: pytest.CaptureFixture[str]) -> None:
    view.prove("another-host-network")
    assert "1 claim was judged here; the verdict is the usual one." in capsys.readouterr().out
    view.prove("answers-without-p")
    assert repr(view) == "LedgerView('test')"
    markup = shown(view.children[0])
    for claim in ("another-host-network", "answers-without-p"):
        assert CLAIMS[claim].statement in markup
    assert "does not hold here" in markup and "✔ holds" in markup


def test_a_verdict_that_differs_is_named_with_what_was_expected(view: LedgerView, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = CLAIMS["answers-without-p"]
    found = Entry(claim, fails("nobody <answers>"), claim.expected, 0.1, {})

    def judge(lab: Lab, ids: tuple[str, ...], tell: ledger.Tell) -> Ledger:
        tell(ledger.Progress(0, 1, ()))
        assert claim.statement in shown(view) and "not judged yet" in shown(view)
        tell(ledger.Progress(1, 1, (), (found,)))
        return made_up(found)

    monkeypatch.setattr(ledger, "judge", judge)
    view.prove(claim.id)
    assert "(expected: holds)" in shown(view) and "<answers>" not in shown(view)


def test_an_unknown_claim_is_refused_before_anything_runs(view: LedgerView) -> None:
    with pytest.raises(BadRequest, match="answers-without-p"):
        view.prove("answers-without-q")
    assert "running" not in shown(view) and "You have judged 0 of" in shown(view)


def test_the_readers_place_is_shown_with_its_three_facts(lab: Lab) -> None:
    widget = WhereAmI(lab)
    assert widget.place == lab.where_am_i()
    shown = widget.children[0].value
    assert os.readlink("/proc/self/ns/net") in shown and "boot id" in shown and "answered by the container" in shown
    assert repr(widget) == f"WhereAmI({widget.place!r})"


def test_a_prediction_is_tested_by_the_experiment_of_its_claim(lab: Lab, view: LedgerView, capsys: pytest.CaptureFixture[str]) -> None:
    asked = Predict(lab, "published-8080", "docker-py-publish")
    asked.cards["published-8080"].buttons[0].click()
    asked.cards["docker-py-publish"].buttons[1].click()
    explained = asked.test()
    assert "1 claim was judged here; the verdict is the usual one." in capsys.readouterr().out
    assert [one.state for one in explained.compared] == ["wrong", "right"]
    assert "Ports is empty" in explained.value
    assert lab.progress.read().last("judged")["p-is-ignored"].more["verdict"] == "holds"
    assert "You have judged 1 of" in shown(view)
