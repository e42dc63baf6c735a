"""A guide as the cells of a lesson: its text, its commands, and a question before each claim that is bound. Pure.

Commands stand below ``%%bash``, so that whatever begins their lines is bash's to read, and none of IPython's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ...words import tr
from ..guide.claims import CLAIMS
from ..guide.verdicts import Verdict
from .as_markdown import coded, plain, written
from .bindings import Bound
from .model import Command, Guide, Node, Sentence
from .wording import WORDING

STARTS = re.compile(r"\bdocker\b[^\n]*\b(?:run|start|restart|up)\b")
NAMED = re.compile(r"--name[= ]\s*([A-Za-z0-9][\w.-]{0,60})")
LESSON = "guide"
SETTLE = f"{tr('# until what was started listens, or has ended')}\nlab.settle()"
BASH = "%%bash"
ANSWERS: Mapping[Verdict, str] = {
    "holds": tr("On Docker on Linux: yes."),
    "holds with a nuance": tr("On Docker on Linux: only in part."),
    "does not hold here": tr("On Docker on Linux: no."),
    "not testable here": tr("That depends on the machine."),
}


@dataclass(frozen=True)
class Cell:
    """``line``: of the guide where its commands begin, 0 for all other cells."""

    kind: Literal["markdown", "code"]
    source: str
    tags: tuple[str, ...] = ()
    line: int = 0


def cells(guide: Guide, commands: Mapping[int, Sequence[Command]], bound: Sequence[Bound]) -> list[Cell]:
    """``commands``: of those blocks that are run, by their line."""
    named = dict.fromkeys(name for held in commands.values() for one in held for name in NAMED.findall(one.text))
    claims = {one.sentence: one.binding.claim for one in bound if one.sentence and not one.trouble}
    first, *rest = _parts(guide, commands, claims) or [Cell("markdown", f"# {plain(guide.name)}")]
    opening = Cell("code", f'from hostnet_lab import Lab\n\nlab = Lab("{LESSON}", ports=(), names={json.dumps([*named])})', ("setup",))
    return [first, opening, *rest, Cell("code", "lab.clean()", ("cleanup",))]


def _parts(guide: Guide, commands: Mapping[int, Sequence[Command]], claims: dict[Sentence, str]) -> list[Cell]:
    made: list[Cell] = []
    held: list[Node] = []
    known: set[str] = set()  # claims that were asked of

    def end() -> None:
        if held:
            made.append(Cell("markdown", written(held)))
            held.clear()

    for node in _opened(guide.nodes, commands):
        if asked := [one for one in dict.fromkeys(claims[one] for one in _sentences(node) if one in claims) if one not in known]:
            end()
            known.update(asked)
            made.append(Cell("markdown", "\n\n".join(map(_question, asked)), ("question",)))
        if node.kind == "code" and node.line in commands:
            end()
            made += _commands(commands[node.line], node.line)
        else:
            held.append(node)
    end()
    return made


def _opened(nodes: Sequence[Node], commands: Mapping[int, Sequence[Command]]) -> Iterator[Node]:
    """Whatever holds commands is taken apart, so that these stand on their own."""
    for node in nodes:
        if node.children and any(one.kind == "code" and one.line in commands for one in _all(node)):
            yield from _opened(node.children, commands)
        else:
            yield node


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children:
        yield from _all(child)


def _sentences(node: Node) -> Iterator[Sentence]:
    return (run.sentence for one in _all(node) for run in one.runs if run.sentence)


def _question(claim: str) -> str:
    known = CLAIMS[claim]
    answer = [ANSWERS[known.expected]]
    if known.expected != "holds" and claim in WORDING:
        answer.append(WORDING[claim])
    answer.append(tr("On this machine it is tried by {command}.", command=coded(f"./lab verify {claim}")))
    asked = tr("**Ask yourself**: is it so? {claim}", claim=f"*{plain(known.statement)}*")
    return f"{asked}\n\n<details><summary>{tr('Answer')}</summary>\n\n{' '.join(answer)}\n\n</details>"


def _commands(held: Sequence[Command], line: int) -> Iterator[Cell]:
    text = "\n".join(one.text for one in held)
    if text:
        yield Cell("code", f"{BASH}\n{text}", line=line)
    if STARTS.search(text):
        yield Cell("code", SETTLE)
