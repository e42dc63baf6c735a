"""Imports run one way, and each outside thing has one door. Read from the source, imports inside functions included."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "hostnet_lab"
LAYERS = (
    *("kept", "words", "core", "pages", "edges", "experiments", "lab", "ledger", "guides", "provision", "labhost", "classroom"),
    *("widgets", "stage", "cli"),
)
MAY_IMPORT = {
    "kept": {"kept"},
    "words": {"kept", "words"},
    "core": {"kept", "words", "core"},
    "pages": {"words", "core", "pages"},
    "edges": {"kept", "words", "core", "edges"},
    "experiments": {"kept", "words", "core", "edges", "experiments"},
    "lab": {"kept", "words", "core", "edges", "experiments", "lab"},
    "ledger": {"kept", "words", "core", "edges", "experiments", "lab", "ledger"},
    "guides": {"kept", "words", "core", "edges", "experiments", "lab", "ledger", "guides"},
    "provision": {"kept", "words", "core", "edges", "lab", "provision"},
    "labhost": {"kept", "words", "core", "edges", "lab", "provision", "labhost"},
    "classroom": {"kept", "words", "core", "pages", "edges", "lab", "provision", "labhost", "classroom"},
    "widgets": {"kept", "words", "core", "pages", "edges", "experiments", "lab", "ledger", "widgets"},
    "stage": {"words", "core", "pages", "lab", "stage"},
    "cli": {
        "kept",
        "words",
        "core",
        "pages",
        "edges",
        "experiments",
        "lab",
        "ledger",
        "guides",
        "provision",
        "labhost",
        "classroom",
        "cli",
    },
    "__main__": {"words", "cli"},
    "__init__": {"words", "core", "edges", "experiments", "lab"},
}
# provision/engine_data.py asks whether an engine holds a lock, and is run by root on its own, where nothing of the lab can be imported.
ONE_DOOR = {
    "docker": {"edges/engine.py"},
    "fcntl": {"kept/lock.py", "provision/engine_data.py"},
    "jinja2": {"pages/environment.py", "words/update.py"},
    "markdown_it": {"guides/markdown.py"},
    "markupsafe": {"pages/environment.py"},
}
STANDARD_ONLY = "core"
FILES = sorted(PACKAGE.rglob("*.py"))


MODULES = {".".join(("hostnet_lab", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path for path in FILES}


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imports(path: Path) -> list[str]:
    """Absolute names of all that a file imports, relative ones resolved."""
    package = ("hostnet_lab", *path.relative_to(PACKAGE).parts[:-1])
    names = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(filter(None, [base, node.module or ""]))
            names += [f"{module}.{alias.name}" for alias in node.names]
    return names


def arrows() -> dict[str, set[str]]:
    """Of each module the modules that it imports, also those inside functions and for types alone."""
    named = {module: imports(path) for module, path in MODULES.items()}
    return {
        module: {name if name in MODULES else name.rpartition(".")[0] for name in names} & {*MODULES} for module, names in named.items()
    }


def test_no_module_needs_itself_by_way_of_others() -> None:
    TopologicalSorter({module: used - {module} for module, used in arrows().items()}).prepare()  # raises CycleError, with the circle


def room(module: str) -> str:
    """A layer, or a wing of the core."""
    place = MODULES[module].relative_to(PACKAGE).with_suffix("").parts
    return "/".join(place[: 2 if place[0] == "core" and len(place) > 2 else 1])


def rooms() -> dict[str, set[str]]:
    """Of each room those that it uses. The package's own door uses all."""
    found: dict[str, set[str]] = {}
    for module, used in arrows().items():
        if room(module) != "__init__":
            found.setdefault(room(module), set()).update({room(one) for one in used} - {room(module), "__init__"})
    return found


def test_no_room_needs_itself_by_way_of_others() -> None:
    TopologicalSorter(rooms()).prepare()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_from_its_own_layer_or_below(path: Path) -> None:
    used = {name.split(".")[1] for name in imports(path) if name.startswith("hostnet_lab.")}
    assert used & set(LAYERS) <= MAY_IMPORT[layer(path)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_an_outside_thing_is_imported_by_its_own_module_only(path: Path) -> None:
    inside = str(path.relative_to(PACKAGE))
    for name in imports(path):
        doors = ONE_DOOR.get(name.split(".")[0])
        assert doors is None or inside in doors, f"{inside} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if layer(path) == STANDARD_ONLY], ids=lambda path: path.name)
def test_the_core_needs_the_standard_library_only(path: Path) -> None:
    import sys

    outside = {name.split(".")[0] for name in imports(path)} - {"hostnet_lab"}
    assert outside <= sys.stdlib_module_names
    assert "hostnet_lab.kept.file" not in {name.rpartition(".")[0] for name in imports(path)} | {*imports(path)}
    assert not outside & {"socket", "subprocess", "time", "os", "threading"}, "the core touches no outside thing"


def test_the_layers_named_here_are_the_folders_that_exist() -> None:
    there = {layer(path) for path in FILES}
    assert there <= set(MAY_IMPORT)
