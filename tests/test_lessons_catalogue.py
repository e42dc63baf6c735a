"""The catalogue of lessons says of each notebook what the notebook says of itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.lessons import LESSONS

from .minutes import NEAR, minutes
from .record import title
from .test_lessons import LESSONS as NOTEBOOKS
from .test_lessons import number, read, tagged


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_is_in_the_catalogue_as_it_is(path: Path) -> None:
    cells = read(path)
    lesson = LESSONS[number(path)]
    checks = [id for cell in tagged(cells, "check") for id in re.findall(r'lab\.check\("([^"]+)"', cell.source)]
    (minutes,) = re.findall(r"\*\*Time\*\* about (\d+) minutes", cells[0].source)
    assert (lesson.file, lesson.title, lesson.minutes) == (path.name, title(path), int(minutes))
    assert lesson.exercises == tuple(dict.fromkeys(checks))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lesson_takes_the_minutes_that_it_promises(path: Path) -> None:
    """They stand in its first cell and in the catalogue; ``python -m tests.minutes`` says how many they are."""
    promised = LESSONS[number(path)].minutes
    assert promised % 5 == 0
    assert minutes(path) == pytest.approx(promised, abs=NEAR)


def test_the_catalogue_has_no_other_lesson_and_the_same_order() -> None:
    assert list(LESSONS) == [number(path) for path in NOTEBOOKS] == [lesson.id for lesson in LESSONS.values()]


def test_every_exercise_and_every_claim_has_its_lesson() -> None:
    assert sorted(id for lesson in LESSONS.values() for id in lesson.exercises) == sorted(EXERCISES)
    assert {claim.lesson for claim in CLAIMS.values()} <= set(LESSONS)
