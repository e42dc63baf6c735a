"""Style and types, as CONTRIBUTING promises them."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("words", [["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]], ids=" ".join)
def test_nothing_is_found_by(words: list[str]) -> None:
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# -- from outside ----------------------------------------------------------------------------------------------------

PATCHING = ("setattr", "getattr", "delattr", "patch", "object")
REASON = "# private: "


def is_private(name: str) -> bool:
    """Such as ``_name``; what Python and IPython call of themselves is ``__name__`` and ``_name_``."""
    return name.startswith("_") and not name.endswith("_")


def private(source: str) -> Iterator[tuple[int, str]]:
    """Line and name, wherever a private name of somebody else is read, imported or replaced."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Attribute) and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
            names = [node.attr]
        elif isinstance(node, ast.ImportFrom):
            names = [part for one in node.names for part in (*str(node.module).split("."), one.name)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            texts = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
            names = [part for text in texts for part in text.split(".")] if called in PATCHING else []
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) == "vars":
            names = [str(node.slice.value)] if isinstance(node.slice, ast.Constant) else []
        yield from ((getattr(node, "lineno", 0), name) for name in names if is_private(name))


@pytest.mark.parametrize("path", [*ROOT.glob("*.py"), *ROOT.glob("benchmarks/*.py"), *ROOT.glob("tests/**/*.py")], ids=lambda one: one.name)
def test_a_private_name_stands_in_a_test_only_with_its_reason(path: Path) -> None:
    source = path.read_text("utf-8")
    assert [(line, name) for line, name in private(source) if REASON not in source.splitlines()[line - 1]] == []


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a._b.c", ["_b"]),
        ("self._b, cls._b, a.__b__, a._b_, _", []),
        ("from a import _b", ["_b"]),
        ("from ._a import b", ["_a"]),
        ("patch.setattr(a, '_b', 1)", ["_b"]),
        ("patch.setattr('a._b.c', 1)", ["_b"]),
        ("vars(a)['_b'] = 1", ["_b"]),
        ("print('_b')", []),
    ],
)
def test_a_private_name_is_found_however_it_is_reached(source: str, names: list[str]) -> None:
    assert [name for _, name in private(source)] == names
