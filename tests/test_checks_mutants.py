"""A check that does not look, or whose condition is turned round, is found out by the recorded scenes."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from hostnet_lab.core.guide import checks
from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Judge, Result, Scene

from .scene_records import misjudged, table

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))


BLIND: dict[str, Judge] = {
    "always passed": lambda scene: checks.passed("so it is"),
    "always not yet": lambda scene: checks.not_yet("not so", "look again"),
    "always cannot pass": lambda scene: checks.cannot_pass("never", "go back"),
    "passed when anything runs": lambda scene: (
        checks.passed("it runs") if any(one.running for one in scene.containers.values()) else checks.not_yet("no", "start it")
    ),
    "passed when every page is there": lambda scene: (
        checks.passed("it answers") if all(scene.pages.values()) else checks.not_yet("no", "look")
    ),
}


@every_exercise
@pytest.mark.parametrize("mutant", BLIND)
def test_a_check_that_does_not_look_is_found_out(exercise: Exercise, mutant: str) -> None:
    assert misjudged(replace(exercise, judge=BLIND[mutant]))


@every_exercise
def test_a_check_that_lost_its_hint_is_found_out(exercise: Exercise) -> None:
    def silent(scene: Scene) -> Result:
        return replace(exercise.judge(scene), hint="")

    assert misjudged(replace(exercise, judge=silent, needs=()))


PACKAGE = Path(checks.__file__).parent


class Turned(ast.NodeTransformer):
    """Changes one decision, counted in the order of the source: a condition into its opposite, or a chain of looks by one link."""

    def __init__(self, which: int) -> None:
        self.left, self.line = which, 0

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if self._is_it(node):
            node.test = ast.UnaryOp(ast.Not(), node.test)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        links = [link for link in node.values if isinstance(link, ast.Call) and not self.line]
        for link in links:
            if self._is_it(link):
                rest = [one for one in node.values if one is not link]
                return rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
        return node

    def _is_it(self, node: ast.stmt | ast.expr) -> bool:
        self.left -= 1
        if self.left == -1:
            self.line = node.lineno
        return self.left == -1


def mutants(file: Path) -> Iterator[tuple[int, ModuleType]]:
    """One module for each decision of a file, which decides otherwise there; with the line."""
    which = 0
    while True:
        turned = Turned(which)
        tree = ast.fix_missing_locations(turned.visit(ast.parse(file.read_text("utf-8"))))
        if not turned.line:
            return
        module = ModuleType(f"hostnet_lab.core.guide.checks.{file.stem}_mutant")
        module.__package__ = "hostnet_lab.core.guide.checks"
        sys.modules[module.__name__] = module
        try:
            exec(compile(tree, str(file), "exec"), module.__dict__)
        finally:
            del sys.modules[module.__name__]
        yield turned.line, module
        which += 1


GROUPS = [file for file in sorted(PACKAGE.glob("*.py")) if file.stem not in ("__init__", "model", "looks")]


def said(module: ModuleType) -> dict[str, Result | None]:
    """What each exercise of a module says to each of its cases; None where it breaks."""
    found: dict[str, Result | None] = {}
    for exercise in module.EXERCISES:
        for case, scene in table(exercise.id):
            try:
                found[f"{exercise.id}, {case.title}"] = exercise.judged(scene)
            except Exception:  # a mutant may break in any way: that is found, too
                found[f"{exercise.id}, {case.title}"] = None
    return found


def original(file: Path) -> ModuleType:
    module: ModuleType = getattr(checks, file.stem)
    return module


@pytest.mark.parametrize("file", GROUPS, ids=lambda file: file.stem)
def test_no_condition_of_a_judge_can_be_turned_round_unnoticed(file: Path) -> None:
    truth = said(original(file))
    survivors = [line for line, module in mutants(file) if said(module) == truth]
    assert not survivors, f"{file.name}: no recorded case tells the difference at lines {survivors}"


def test_no_condition_of_a_look_can_be_turned_round_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    groups = [original(file) for file in GROUPS]
    truth = [said(group) for group in groups]
    survivors = []
    for line, module in mutants(PACKAGE / "looks.py"):
        with monkeypatch.context() as patch:
            for group in groups:
                for name in set(vars(group)) & set(vars(module)):
                    if getattr(vars(group)[name], "__module__", "") == "hostnet_lab.core.guide.checks.looks":
                        patch.setattr(group, name, vars(module)[name])
            if [said(group) for group in groups] == truth:
                survivors.append(line)
    assert not survivors, f"no recorded case tells the difference at lines {survivors}"
