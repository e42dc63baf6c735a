"""Right and wrong answers to every exercise, as a learner might type them: its solution, and one file each in tests/exercises/."""

from __future__ import annotations

import os
import subprocess
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from hostnet_lab import Lab
from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Result, Scene
from hostnet_lab.edges import probe
from hostnet_lab.edges.pace import limit_s

from .exercises.server import SERVER

SOLUTION = "the solution"
PORTS = (80, *range(8080, 8118))
FOLDER = Path(__file__).parent / "exercises"


@dataclass(frozen=True)
class Case:
    """``given``: the answer, where the task asks for one. Where a script is tried, it is the first right one.

    ``python``: the script is Python, and leaves it as ``answer``.
    """

    exercise: str
    right: bool
    name: str
    set_up: str
    script: str
    given: Any = None
    python: bool = False

    @property
    def title(self) -> str:
        return f"{'right' if self.right else 'wrong'}: {self.name}"

    @property
    def disposable(self) -> bool:
        return EXERCISES[self.exercise].place == "disposable"


def literal(text: str) -> Any:
    """The value that a learner would have typed as ``text``."""
    if text.startswith("frozenset("):
        return frozenset(literal_eval(text[len("frozenset(") : -1]))
    return set() if text == "set()" else literal_eval(text)


def _cases() -> Iterator[Case]:
    for file in sorted(FOLDER.glob("[er][0-9]*.py")):
        module = import_module(f"tests.exercises.{file.stem}")
        given = literal(getattr(module, "GIVEN_RIGHT", ["None"])[0])
        solution = EXERCISES[module.ID].solution
        yield Case(module.ID, True, SOLUTION, module.SET_UP, solution.text, given, solution.language == "python")
        for right, kind in ((True, "RIGHT"), (False, "WRONG")):
            for name, script in getattr(module, kind, {}).items():
                yield Case(module.ID, right, name, module.SET_UP, script, given)
            for text in getattr(module, f"GIVEN_{kind}", []):
                yield Case(module.ID, right, text, module.SET_UP, "true", literal(text))


CASES = tuple(_cases())


@contextmanager
def played(lab: Lab, case: Case) -> Iterator[Exercise]:
    """The set-up and the answer are typed in. The lab's own containers are gone before; whoever plays cleans up."""
    _type(["bash", "-c", case.set_up])
    if case.python:
        said = _type([sys.executable, "-c", f"{case.script}\nprint(repr(answer))"])
        assert literal(said.splitlines()[-1]) == case.given, said
    else:
        _type(["bash", "-c", case.script])
    if not case.right and not case.disposable:
        lab.where_am_i()  # a server that was started later has answered: nothing is refused only because it was too early
    yield EXERCISES[case.exercise]


def _type(command: list[str]) -> str:
    """In the kernel of lessons 06a and 06b ``SERVER`` is set."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s(60), env={**os.environ, "SERVER": SERVER})
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def without_images() -> None:
    """Images that an answer has made of a container are gone; they have no name, and this label."""
    subprocess.run(["docker", "image", "prune", "-f", "--filter", "label=hostnet-lab-case"], capture_output=True, timeout=limit_s(60))


def settled(lab: Lab, case: Case) -> tuple[Scene, Result]:
    """Scene and result once a right answer has passed, or the last when nginx had time enough to start. A wrong one is looked at once."""
    exercise, seen = EXERCISES[case.exercise], []

    def look() -> bool:
        scene = lab.scene(exercise, case.given)
        seen.append((scene, exercise.judged(scene)))
        return seen[-1][1].passed or not case.right

    try:
        probe.wait_until(look, 5.0, f"{case.exercise} to pass", pause_s=0.05)
    except NoAnswer:
        return seen[-1]
    return seen[-1]
