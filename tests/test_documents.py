"""What the documents name is there: files, folders and modules; and the architecture's drawing and table show today's rooms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import pairwise, product
from pathlib import Path

import pytest

from .test_layers import PACKAGE, rooms

ROOT = PACKAGE.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "benchmarks" / "README.md", *ROOT.glob("docs/*.md")]
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
A_READERS_OWN = {"docker.py", "usercustomize.py"}  # what may stand on their machine
MADE = (".lab/", "lessons/", "tests/artefacts/")  # no clone has them
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def named(text: str) -> Iterator[str]:
    """What is a path below the checkout or the package, or a file of the lab's without its folder; ``xx`` stands for any language."""
    for word in re.findall(r"`([\w.*/-]+)`", text):
        first, *more = word.replace("/xx/", "/de/").split("/")
        if more and first and not word.startswith(MADE) and ((ROOT / first).is_dir() or (PACKAGE / first).is_dir()):
            yield "/".join((first, *more)).rstrip("/")
        elif not more and first.endswith((".py", ".css", ".html")) and not first.startswith(".") and first not in A_READERS_OWN:
            yield f"**/{first}"


@every_document
def test_every_path_and_module_that_is_named_is_there(document: Path) -> None:
    text = document.read_text("utf-8")
    assert [path for path in named(text) if not any(any(place.glob(path)) for place in (ROOT, PACKAGE, ROOT / "tests"))] == []
    assert [module for module in re.findall(r"python -m ([\w.]+)", text) if not find_spec(module)] == []
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if ":" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_a_name_that_is_gone_is_found() -> None:
    assert [*named("`core/gone.py` `gone.py` `docker.py` `/etc/x.y` `--x` `.lab/run`")] == ["core/gone.py", "**/gone.py"]


def drawn() -> set[tuple[str, str]]:
    """The arrows of the drawing: ``a & b --> c --> d`` are four."""
    (drawing,) = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE, re.S)
    chains = [[part.strip().split(" & ") for part in line.split("-->")] for line in drawing.splitlines() if "-->" in line]
    return {arrow for chain in chains for left, right in pairwise(chain) for arrow in product(left, right)}


def there() -> set[tuple[str, str]]:
    """Who imports whom: rooms of the package, and wings within the core."""
    found = set()
    for one, used in rooms().items():
        for other in used:
            inside = one.startswith("core/") and other.startswith("core/")
            found.add((one.removeprefix("core/"), other.removeprefix("core/")) if inside else (one.split("/")[0], other.split("/")[0]))
    return {(one, other) for one, other in found if one not in (other, "__main__")}


def test_the_drawing_shows_the_rooms_and_who_uses_whom() -> None:
    closed, arrows = set(drawn()), there()
    while more := {(a, d) for a, b in closed for c, d in closed if b == c} - closed:
        closed |= more
    assert drawn() <= arrows <= closed


def test_the_table_has_a_line_for_each_room() -> None:
    lines = {name.strip("/").removesuffix(".py") for name in re.findall(r"^\| `([\w./]+)`", ARCHITECTURE, re.M)}
    assert {*rooms()} - {"__main__"} <= lines
