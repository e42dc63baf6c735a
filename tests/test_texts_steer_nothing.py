"""Control flow never reads a sentence: no text that is meant for people is compared, searched, looked up or matched."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import hostnet_lab

PACKAGE = Path(hostnet_lab.__file__).parent
MAKERS = {"tr", "tr_n", "joined", "told", "anew"}
READERS = {"get", "startswith", "endswith", "removeprefix", "removesuffix", "find", "index", "partition", "split", "setdefault"}


class Module:
    """``texts``: the names in one module that are bound to texts, attributes of ``self`` too; ``makers``: functions that return one."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.texts: set[str] = set()
        self.makers = {*MAKERS}

    def learn(self, found: dict[str, Module], name: str) -> bool:
        """More than before? ``found``: all modules, of which this one imports from some."""
        before = len(self.texts) + len(self.makers)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and (source := found.get(origin(name, node))):
                self.texts |= {one.asname or one.name for one in node.names if one.name in source.texts}
                self.makers |= {one.asname or one.name for one in node.names if one.name in source.makers}
            elif isinstance(node, ast.FunctionDef) and node.name not in self.makers and self.returns_text(node):
                self.makers.add(node.name)
            for target, value in bound(node):
                if (node in self.tree.body or target.startswith("self.")) and self.is_text(value):
                    self.texts.add(target)
        return len(self.texts) + len(self.makers) > before

    def returns_text(self, function: ast.FunctionDef) -> bool:
        names = self.local(function)
        return any(self.is_text(one.value, names) for one in inside(function) if isinstance(one, ast.Return))

    def is_text(self, node: ast.AST | None, names: frozenset[str] = frozenset()) -> bool:
        match node:
            case ast.Call(func=ast.Name(id=id) | ast.Attribute(value=ast.Name(id="self"), attr=id)):
                return id in self.makers
            case ast.Call(func=ast.Attribute(value=value, attr="join" | "strip" | "rstrip" | "lower" | "upper")):
                return self.is_text(value, names)
            case ast.Name() | ast.Attribute(value=ast.Name(id="self")):
                return ast.unparse(node) in (self.texts | names)
            case ast.IfExp(body=one, orelse=other) | ast.BinOp(left=one, op=ast.Add(), right=other):
                return self.is_text(one, names) or self.is_text(other, names)
            case ast.BoolOp(values=parts) | ast.JoinedStr(values=parts):
                return any(self.is_text(one, names) for one in parts)
            case ast.FormattedValue(value=value):
                return self.is_text(value, names)
        return False

    def local(self, scope: ast.AST) -> frozenset[str]:
        """The names that are bound to texts there."""
        names: frozenset[str] = frozenset()
        for node in inside(scope):
            names |= {target for target, value in bound(node) if self.is_text(value, names)}
        return names

    def steering(self) -> Iterator[ast.AST]:
        functions = (one for one in ast.walk(self.tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef))
        for scope in (self.tree, *functions):
            names = self.local(scope)
            yield from (node for node in inside(scope) if any(self.is_text(one, names) for one in read(node)))


def origin(where: str, node: ast.ImportFrom) -> str:
    """The module that a relative import in the module ``where`` names."""
    parts = where.split(".")[: -node.level] if node.level else []
    return ".".join([*parts, *filter(None, [node.module])])


def inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Its nodes in their order, without those of the functions in it."""
    for node in ast.iter_child_nodes(scope):
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from inside(node)


def bound(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """Each name that is bound here, with its value; a tuple to a tuple part by part."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            yield from ((ast.unparse(one), value) for one, value in zip(targets, values, strict=False))
        case ast.Assign(targets=[target], value=value) | ast.NamedExpr(target=target, value=value):
            yield ast.unparse(target), value
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield ast.unparse(target), value


def read(node: ast.AST) -> list[ast.AST]:
    """What decides at this node, where it is one at which something is decided by a value."""
    match node:
        case ast.Compare(ops=ops, left=left, comparators=others) if not all(isinstance(op, ast.Is | ast.IsNot) for op in ops):
            return [part for one in (left, *others) for part in (one.elts if isinstance(one, ast.Tuple | ast.List | ast.Set) else [one])]
        case ast.Subscript(slice=key):
            return [key]
        case ast.Call(func=ast.Attribute(value=value, attr=attr), args=args) if attr in READERS:
            return [value, *args[:1]]
        case ast.Match(subject=subject):
            return [subject]
    return []


def steering(sources: Mapping[str, str]) -> list[str]:
    """``sources``: by the module's name within the package."""
    found = {name: Module(ast.parse(source)) for name, source in sources.items()}
    while any([one.learn(found, name) for name, one in found.items()]):
        pass
    return [f"{name}: {ast.unparse(node)}" for name, one in found.items() for node in one.steering()]


def test_no_sentence_decides_anything() -> None:
    paths = {".".join(path.relative_to(PACKAGE).with_suffix("").parts): path for path in PACKAGE.rglob("*.py")}
    # ``words`` makes texts, and looks them up.
    assert steering({name: path.read_text("utf-8") for name, path in paths.items() if not name.startswith("words.")}) == []


OTHER = "from .words import tr\nNONE = tr('No change.')\ndef runs(name): return tr('{name} runs.', name=name)\n"
IMPORTS = "from .other import NONE, runs\nfrom .words import tr\n"


@pytest.mark.parametrize(
    "line",
    [
        "said == NONE",
        "said in (NONE, 'x')",
        "said.startswith(runs('web'))",
        "runs('web') != said",
        "words[tr('State')]",
        "words.get(NONE)",
        "[one for one in said if one not in [NONE]]",
        "a, b = said, f'{NONE}.'; b == a",
        "a = said or runs('web'); a.removeprefix('web')",
        "(a := NONE) == 'x'; a != 'y'",
        "self.said = NONE; self.said != 'x'",
    ],
)
def test_a_sentence_that_decides_is_found(line: str) -> None:
    assert steering({"other": OTHER, "reader": f"{IMPORTS}{line}"})
    assert steering({"other": OTHER, "reader": f"{IMPORTS}def function(self):\n    {line}"})


def test_what_is_shown_or_is_no_sentence_is_not_taken_for_one() -> None:
    lines = ("said = NONE or 'x'", "owner = 'ours'", "owner == 'ours'", "NONE is None", "words = {NONE: 1}", "other.runs == 'x'")
    assert steering({"other": OTHER, "reader": "\n".join(["from .other import NONE, runs as owner", *lines])}) == []
