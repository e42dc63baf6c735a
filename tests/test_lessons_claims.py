"""Each claim is judged in its own lesson, each misconception is predicted in its own, and a lesson asks nothing that there is not."""

from __future__ import annotations

import ast
import re

import pytest

from hostnet_lab.core.guide.claims import CLAIMS, Claim
from hostnet_lab.core.guide.misconceptions import MISCONCEPTIONS
from hostnet_lab.core.guide.predictions import PREDICTIONS

from .test_lessons import LESSONS, code, number, read

MADE = re.compile(r"^(\w+) = Predict\(\s*lab,([^)]*)\)", re.M)
SOURCES = {number(path): [cell.source for cell in code(read(path))] for path in LESSONS}


def predictions(lesson: str) -> dict[str, list[str]]:
    """The predictions of a lesson by the name of their widget."""
    return {name: list(ast.literal_eval(f"[{ids}]")) for name, ids in MADE.findall("\n".join(SOURCES[lesson]))}


def judged(lesson: str) -> set[str]:
    """The claims that a lesson tests: those of the predictions whose widget is told to."""
    text = "\n".join(SOURCES[lesson])
    tested = [id for name, ids in predictions(lesson).items() if f"{name}.test()" in text for id in ids]
    return {claim for id in tested for claim in PREDICTIONS[id].claims}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=lambda claim: claim.id)
def test_a_claim_is_judged_in_its_lesson(claim: Claim) -> None:
    assert claim.id in judged(claim.lesson)


@pytest.mark.parametrize("id", PREDICTIONS)
def test_a_prediction_is_asked_in_its_lesson(id: str) -> None:
    assert id in [one for ids in predictions(PREDICTIONS[id].lesson).values() for one in ids]


@pytest.mark.parametrize("lesson", SOURCES)
def test_a_lesson_predicts_what_there_is_and_each_prediction_gets_its_fact_in_a_later_cell(lesson: str) -> None:
    for name, ids in predictions(lesson).items():
        assert all(PREDICTIONS[id].lesson == lesson for id in ids)
        made = next(index for index, source in enumerate(SOURCES[lesson]) if f"{name} = Predict(" in source)
        runs = [index for index, source in enumerate(SOURCES[lesson]) if f"{name}.test()" in source or f"{name}.compare(" in source]
        assert runs and min(runs) > made, name


def test_each_misconception_is_asked_in_its_lesson_and_again_in_a_later_one() -> None:
    for one in MISCONCEPTIONS.values():
        lessons = [
            lesson for lesson in SOURCES for ids in predictions(lesson).values() for id in ids if PREDICTIONS[id].misconception == one.id
        ]
        assert lessons and min(lessons) == one.lesson and max(lessons) > one.lesson, (one.id, lessons)


@pytest.mark.parametrize("lesson", SOURCES)
def test_the_ledger_stands_once_at_a_lessons_end(lesson: str) -> None:
    shows = [index for index, source in enumerate(SOURCES[lesson]) if "LedgerView(lab)" in source]
    assert len(shows) == (lesson not in ("00", "06a", "06b", "07")) and all(index >= len(SOURCES[lesson]) - 3 for index in shows)
