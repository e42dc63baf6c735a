"""Every exercise, solved in more than one way and got wrong in more than two, on a real engine.

What is right and wrong for each stands in tests/exercises/, as commands that a learner might type.
"""

from __future__ import annotations

import os
import subprocess
from ast import literal_eval
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from hostnet_lab import Lab
from hostnet_lab.core.checks import EXERCISES, Result
from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.edges import probe
from hostnet_lab.edges.engine import Engine

MODULES: dict[str, ModuleType] = {}
for file in sorted((Path(__file__).parent / "exercises").glob("e*.py")):
    module = import_module(f"tests.exercises.{file.stem}")
    MODULES[module.ID] = module


def cases(kind: str) -> list[Any]:
    """(exercise, script, given answer) for RIGHT or WRONG.

    Where a task asks for an answer, a script is tried with the first right one: what it does must make the difference.
    """
    found = []
    for key, module in MODULES.items():
        given = getattr(module, "GIVEN_RIGHT", ["None"])[0]
        for name, script in getattr(module, kind, {}).items():
            found.append(pytest.param(key, script, literal(given), id=f"{key}: {name}"))
        for text in getattr(module, f"GIVEN_{kind}", []):
            found.append(pytest.param(key, "true", literal(text), id=f"{key}: {text}"))
    return found


def literal(text: str) -> Any:
    """The value that a learner would have typed as ``text``."""
    if text.startswith("frozenset("):
        return frozenset(literal_eval(text[len("frozenset(") : -1]))
    return set() if text == "set()" else literal_eval(text)


@pytest.fixture
def lab(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # the lab changes them; put back afterwards
    opened = Lab("test", ports=(80, *range(8081, 8091)), engine=engine, quiet=True)
    yield opened
    opened.clean()


def type_in(script: str) -> None:
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def settled(lab: Lab, key: str, given: Any) -> Result:
    """The check's result once it has passed, or what it says last when nginx had time enough to start."""
    seen: list[Result] = []

    def look() -> bool:
        seen.append(lab.check(key, given))
        return seen[-1].passed

    try:
        probe.wait_until(look, 5.0, f"{key} to pass", pause_s=0.05)
    except NoAnswer:
        return seen[-1]
    return seen[-1]


@pytest.mark.engine
@pytest.mark.parametrize(("key", "script", "given"), cases("RIGHT"))
def test_a_right_answer_is_accepted(lab: Lab, key: str, script: str, given: Any) -> None:
    type_in(MODULES[key].SET_UP)
    type_in(script)
    result = settled(lab, key, given)
    assert result.passed, str(result)


@pytest.mark.engine
@pytest.mark.parametrize(("key", "script", "given"), cases("WRONG"))
def test_a_wrong_answer_is_refused_with_a_hint(lab: Lab, key: str, script: str, given: Any) -> None:
    type_in(MODULES[key].SET_UP)
    type_in(script)
    lab.where_am_i()  # a server that was started later has answered: nothing is refused only because it was too early
    result = lab.check(key, given)
    assert not result.passed, str(result)
    assert result.hint and result.seen


def test_every_exercise_has_two_right_answers_and_three_wrong_ones() -> None:
    assert set(MODULES) == set(EXERCISES)
    for key, module in MODULES.items():
        right = len(getattr(module, "RIGHT", {})) + len(getattr(module, "GIVEN_RIGHT", []))
        wrong = len(getattr(module, "WRONG", {})) + len(getattr(module, "GIVEN_WRONG", []))
        assert right >= 2 and wrong >= 3, key
