"""Which test runs where, and what a whole run leaves out: by names that are there, and never the only one of its kind."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from . import test_exercises, workers
from .cases import CASES

ROOT = Path(__file__).parents[1]
FILES = [
    str(path.relative_to(ROOT))
    for folder, kind in (("tests", "test_*.py"), ("notebooks", "*.ipynb"))
    for path in (ROOT / folder).glob(kind)
]


@pytest.mark.parametrize("name", workers.ON_THIS_MACHINE)
def test_what_belongs_to_this_machine_is_a_file(name: str) -> None:
    assert name in FILES


@pytest.mark.parametrize("beginning", workers.LONG)
def test_what_is_begun_first_is_there(beginning: str) -> None:
    assert any(name.startswith(beginning) for name in FILES)


def test_a_whole_run_tries_one_right_and_one_wrong_answer_to_each_exercise() -> None:
    always: list[Any] = [one.values[0] for one in (*test_exercises.HERE, *test_exercises.ELSEWHERE) if not one.marks]
    tried = Counter((case.exercise, case.right) for case in always)
    assert tried == {(case.exercise, case.right): 1 for case in CASES}
