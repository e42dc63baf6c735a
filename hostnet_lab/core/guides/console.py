"""A console block cut into its commands, each with the output that is shown for it: prompts as readers know them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .model import Block, Command

PROMPT = re.compile(r"[$#] ?")
MORE = re.compile(r"> ?")


def commands_of(block: Block) -> list[Command]:
    """What stands before the first prompt belongs to no command, and is left out. ``> `` goes on with the command above it."""
    return [_with_output(command, shown) for command, shown in _parts(block)]


def _parts(block: Block) -> Iterator[tuple[Command, list[str]]]:
    command: Command | None = None
    shown: list[str] = []
    for number, line in enumerate(block.lines, block.line):
        prompt = re.match(r"[$#] ", line) or (line.rstrip() in ("$", "#"))
        if prompt:
            if command:
                yield command, shown
            command, shown = Command(number, PROMPT.sub("", line, count=1)), []
        elif command and not shown and (line.startswith("> ") or _goes_on(command.text)):
            command = replace(command, text=f"{command.text}\n{MORE.sub('', line, count=1)}")
        elif command:
            shown.append(line)
    if command:
        yield command, shown


def _goes_on(text: str) -> bool:
    """Its last line ends in an odd number of backslashes."""
    return (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _with_output(command: Command, shown: list[str]) -> Command:
    while shown and not shown[-1].strip():
        shown = shown[:-1]
    first = command.line + command.text.count("\n") + 1
    return replace(command, expected=tuple(shown), shown=first) if shown else command
