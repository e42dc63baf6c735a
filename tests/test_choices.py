"""A choice's id is what files keep: short, its own, and found also in files that kept the English text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from hostnet_lab.classroom import rows
from hostnet_lab.core.guide.choices import OF_PREDICTIONS, OF_QUESTIONS, Choice
from hostnet_lab.core.progress.events import Event, progress_of, sift
from hostnet_lab.core.reports.my_report_reading import report_of

from .test_board import NOW, event

OLD = sorted((Path(__file__).parent / "progress").glob("old-*.jsonl"))  # by version 1 of the file, for a reader of that language
CHOSEN = {
    "published-8080": ["8080", "80", "both"],
    "drop-on-input": ["neither", "published", "host-mode", "both"],
    "three-names": ["all", "ipv4", "127.0.0.1"],
    "publish": ["8080", "80", "both", "nowhere"],
    "move": ["publish", "variable", "expose", "configuration"],
}


@pytest.mark.parametrize("offered", [OF_PREDICTIONS, OF_QUESTIONS], ids=["predictions", "quiz"])
def test_ids_are_short_and_told_apart_also_from_the_texts(offered: Mapping[str, Sequence[Choice]]) -> None:
    for id, choices in offered.items():
        assert all(re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,15}", one.id) for one in choices), id
        assert len({one.id for one in choices}) == len(choices), id
        texts = {one.text: one.id for one in choices}
        assert all(texts.get(one.id, one.id) == one.id for one in choices), f"{id}: an id is the text of another choice"


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_a_file_that_kept_english_texts_is_read_by_ids(path: Path) -> None:
    found = sift(path.read_bytes())
    assert not found.damaged and len(OLD) == 2
    chosen: dict[str, list[str]] = {}
    for one in found.events:
        if one.kind in ("predicted", "answered"):
            chosen.setdefault(one.id, []).append(one.more["choice"])
    assert chosen == CHOSEN
    assert [one.more["choice"] for one in found.events if one.kind == "compared"] == CHOSEN["published-8080"]
    report = report_of(progress_of(found.events), "2026-03-04T10:00:00+00:00")
    assert [one.chosen for one in report.answers] == ["Nowhere: the command fails", "Give nginx a configuration with listen 8081"]
    (claim,), (task,) = report.claims, report.tasks
    assert claim.evidence.startswith("Published ports are discarded when using host network mode: ") and "51491" in claim.evidence
    assert task.seen == {"old-de": "Es gibt keinen Container namens front-door."}.get(path.stem, "there is no container called front-door.")


def test_only_what_the_old_version_wrote_is_taken_for_a_text() -> None:
    new = event("compared", "04", "listed-address", choice="None, and it works", right=True)
    gone = event("compared", "04", "listed-address", choice="A choice of long ago", right=False)
    lines = [new.line(), *(one.line().replace('"v": 2', '"v": 1') for one in (new, gone))]
    found = sift("\n".join(lines).encode()).events
    assert [one.more["choice"] for one in found] == ["None, and it works", "none", "A choice of long ago"]


def test_a_prediction_and_a_question_of_one_name_are_two_on_the_board() -> None:
    first: Sequence[Event] = (
        event("compared", "06", "rootless", 5, choice="yes", fact="does not hold here", right=False),
        event("answered", "07", "rootless", 4, choice="nginx", right=False),
    )
    found = rows.board({name: ("running", progress_of(first)) for name in ("ada", "bob")}, NOW).misconceptions
    assert [(one.choice, one.learners, one.asked) for one in found] == [
        ("Yes: it is the host's network", 2, 2),
        ("nginx: host mode is host mode", 2, 2),
    ]
    assert [bool(one.belief) for one in found] == [True, False]


def test_the_board_counts_old_and_new_files_of_one_choice_together() -> None:
    old = rows.events_of(OLD[0].read_bytes())
    new = progress_of([event("compared", "02", "published-8080", 5, choice="8080", fact="holds", right=False)])
    (found,) = rows.board({"ada": ("running", old), "bob": ("running", new)}, NOW).misconceptions
    assert (found.id, found.choice, found.learners) == ("published-8080", "On port 8080", 2)
