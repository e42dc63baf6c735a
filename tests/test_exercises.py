"""Every exercise, solved in more than one way and got wrong in more than two, on a real engine.

What is right and wrong for each stands in tests/exercises/, as commands that a learner might type.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet  # private: pytest names the type of its params nowhere else

from conftest import missing
from hostnet_lab import Lab
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import disposable
from hostnet_lab.experiments.lesson_host import ENGINE_VARIABLE, HOST_VARIABLE

from .cases import CASES, PORTS, SOLUTION, Case, played, settled, without_images
from .looks import LOOKS

pytestmark = pytest.mark.engine


def live(case: Case) -> ParameterSet:
    """One right and one wrong answer to each exercise are played in each run; the others are told apart by their recorded scenes."""
    alike = [one for one in CASES if (one.exercise, one.right) == (case.exercise, case.right)]
    return pytest.param(case, id=f"{case.exercise}: {case.title}", marks=[pytest.mark.wide] * (case is not alike[0]))


HERE = [live(case) for case in CASES if not case.disposable]
ELSEWHERE = [live(case) for case in CASES if case.disposable]
LENT = ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS")


@pytest.fixture
def lab(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    for name in LENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))  # the lab changes them; put back afterwards
    opened = Lab("test", ports=PORTS, engine=engine, quiet=True)
    yield opened
    opened.clean()
    without_images()


@pytest.mark.parametrize("case", HERE)
def test_a_right_answer_is_accepted_and_a_wrong_one_refused_with_a_hint(lab: Lab, monkeypatch: pytest.MonkeyPatch, case: Case) -> None:
    monkeypatch.setattr("hostnet_lab.lab.trying.PATIENCE_S", 0.2)  # what was started has been waited for
    with played(lab, case):
        _, result = settled(lab, case)
        assert shows_plainly(case)
    assert result.passed is case.right, str(result)
    assert result.passed or (result.hint and result.seen)


def shows_plainly(case: Case) -> bool:
    """Whether the plain look at a task shows its result after the solution, and not while nothing is done."""
    if case.name == SOLUTION or (case.script == "true" and not EXERCISES[case.exercise].choices):  # of what is asked for no look tells
        return LOOKS[case.exercise].shown() is case.right
    return True


@pytest.fixture(scope="module")
def firewalled() -> Iterator[Lab]:
    """A lab with a disposable host, one for all cases: their set-up begins by taking away what the last one left."""
    why = disposable.missing()
    if why:
        missing(why)
    kept = {name: os.environ.get(name) for name in LENT}
    opened = Lab("test", ports=(), names=(), quiet=True)
    opened.disposable()
    yield opened
    opened.clean()
    assert not {HOST_VARIABLE, ENGINE_VARIABLE} & set(os.environ)
    for name, value in kept.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.mark.parametrize("case", ELSEWHERE)
def test_on_a_disposable_host_answers_are_told_apart_as_well(firewalled: Lab, case: Case) -> None:
    with played(firewalled, case):
        _, result = settled(firewalled, case)
        assert shows_plainly(case)
    assert result.passed is case.right, str(result)
    assert result.passed or (result.hint and result.seen)


def test_every_exercise_has_seven_right_answers_and_eight_wrong_ones() -> None:
    for key in EXERCISES:
        rights = [case.right for case in CASES if case.exercise == key]
        assert rights.count(True) >= 7 and rights.count(False) >= 8, key
