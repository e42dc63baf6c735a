"""A guide as it is read: its blocks of commands and the sentences of its prose, each with its place in the file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["script", "console", "elsewhere"]  # commands alone; with prompts and output; for another system
Why = Literal["", "no-run", "elsewhere"]

SCRIPTS = ("bash", "sh", "shell")
CONSOLES = ("console", "shell-session", "sh-session", "shellsession")
ELSEWHERE = ("powershell", "ps1", "pwsh", "bat", "cmd", "dos", "batch")
PROMPT = re.compile(r"\$ ")


@dataclass(frozen=True)
class Sentence:
    """``line`` and ``column`` count from 1. ``text``: as it is read, without marks, on one line."""

    line: int
    column: int
    text: str


@dataclass(frozen=True)
class Command:
    """``expected``: the lines of output that the guide shows for it, from line ``shown``; None where it shows none."""

    line: int
    text: str
    expected: tuple[str, ...] | None = None
    shown: int = 0


@dataclass(frozen=True)
class Block:
    """``line``: of its first line of content. ``kept``: why it is not run, "" when it is."""

    line: int
    kind: Kind
    lines: tuple[str, ...]
    kept: Why = ""

    @property
    def end(self) -> int:
        return self.line + max(len(self.lines) - 1, 0)


@dataclass(frozen=True)
class Piece:
    """Text of one look: of "strong", "em", "code", "s". ``href``: of a link to another site, "" for all else."""

    text: str
    looks: tuple[str, ...] = ()
    href: str = ""


@dataclass(frozen=True)
class Run:
    """A sentence in its looks; None for what lies between two, and for headings."""

    pieces: tuple[Piece, ...]
    sentence: Sentence | None = None


@dataclass(frozen=True)
class Node:
    """A part of the guide as it is laid out. ``kind``: heading, paragraph, list, item, quote, table, row, head, cell, code, rule.

    ``level``: of a heading; ``ordered`` and ``start``: of a list; ``text`` and ``line``: of code.
    """

    kind: str
    runs: tuple[Run, ...] = ()
    children: tuple[Node, ...] = ()
    level: int = 0
    ordered: bool = False
    start: int = 1
    text: str = ""
    line: int = 0


@dataclass(frozen=True)
class Guide:
    """``source``: the file's text; ``nodes``: how it is laid out."""

    name: str
    source: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    nodes: tuple[Node, ...] = ()


def block_of(info: str, content: str, line: int) -> Block | None:
    """The block of commands that a fence with this ``info`` holds, "" for one without; None where it holds none."""
    words = re.split(r"[\s,{}]+", info.strip().lower().strip("{}"))
    language, marks = words[0].lstrip("."), words[1:]
    lines = tuple(content.rstrip("\n").split("\n"))
    prompted = any(PROMPT.match(one) for one in lines)
    if language in ELSEWHERE:
        return Block(line, "elsewhere", lines, "elsewhere")
    kept: Why = "no-run" if "no-run" in marks else ""
    if language in CONSOLES or (language in ("", *SCRIPTS) and prompted):
        return Block(line, "console", lines, kept)
    return Block(line, "script", lines, kept) if language in SCRIPTS and any(map(str.strip, lines)) else None
