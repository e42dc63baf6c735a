"""A guide's text written as Markdown again, of what was read of it alone: no HTML, no pictures, no attachments, no formulas. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from .model import Node, Piece

SIGNS = re.compile(r"([\\`*_\[\]<>&$~|]|!$)")  # they mark up wherever they stand; the last, before a link
FIRST = re.compile(r"^(\s*)(\d{0,9})([#+=.)-])")  # at the beginning of a line
AROUND = {"strong": "**", "em": "*", "s": "~~"}
MOST = 9999  # items of a list that are numbered


def written(nodes: Sequence[Node]) -> str:
    """Paragraphs on one line each."""
    return "\n\n".join(filter(None, ("\n".join(_lines(node)) for node in nodes)))


def plain(text: str) -> str:
    """Text as text, whatever it holds."""
    return FIRST.sub(r"\1\2\\\3", SIGNS.sub(r"\\\1", " ".join(text.split())))


def fenced(text: str) -> list[str]:
    """Behind a fence that is longer than any in it; without a language, which could be drawn."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    return [fence, *text.split("\n"), fence]


def coded(text: str) -> str:
    ticks = "`" * (1 + max(map(len, re.findall(r"`+", text)), default=0))
    blank = " " if text[:1] in ("`", " ") or text[-1:] in ("`", " ") else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def _lines(node: Node) -> Iterator[str]:
    if node.kind == "heading":
        yield f"{'#' * node.level} {_said(node)}"
    elif node.kind == "code":
        yield from fenced(node.text)
    elif node.kind == "rule":
        yield "***"
    elif node.kind == "list":
        for number, item in enumerate(node.children, min(node.start, MOST)):
            mark = f"{number}. " if node.ordered else "- "
            yield from _within(item.children, mark, " " * len(mark))
    elif node.kind == "quote":
        yield from _within(node.children, "> ", "> ")
    elif node.kind == "table":
        for number, row in enumerate(node.children):
            yield f"| {' | '.join(_said(cell, in_table=True) for cell in row.children)} |"
            if not number:
                yield f"|{'---|' * len(row.children)}"
    else:
        yield _said(node)


def _within(nodes: Sequence[Node], first: str, further: str) -> Iterator[str]:
    lines = written(nodes).split("\n")
    yield f"{first}{lines[0]}".rstrip()
    for line in lines[1:]:
        yield f"{further}{line}".rstrip() if line or further.strip() else ""


def _said(node: Node, in_table: bool = False) -> str:
    text = "".join(_piece(piece, in_table) for run in node.runs for piece in run.pieces).strip()
    return text if in_table or node.kind == "heading" else FIRST.sub(r"\1\2\\\3", text)


def _piece(piece: Piece, in_table: bool) -> str:
    looks = [AROUND[look] for look in piece.looks if look in AROUND]
    code = coded(piece.text).replace("|", "\\|" if in_table else "|")
    core = code if "code" in piece.looks else SIGNS.sub(r"\\\1", piece.text)
    lead, tail = core[: len(core) - len(core.lstrip())], core[len(core.rstrip()) :]
    inner = core.strip()
    if inner and looks:
        core = f"{lead}{''.join(looks)}{inner}{''.join(reversed(looks))}{tail}"
    return f"[{core}](<{piece.href.replace('<', '%3C').replace('>', '%3E')}>)" if piece.href and inner else core
