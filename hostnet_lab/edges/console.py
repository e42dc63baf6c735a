"""The one place where text goes out to a terminal. Nothing that goes through here can steer it, whoever wrote it.

A single line of a foreign value is the matter of ``tr``; here line breaks stay, since whole tables go through.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

from ..words import lines, one_line

OWN_LINE, TO_ITS_END = "\r", "\x1b[K"  # ECMA-48, 8.3.41: what we ourselves say to a terminal


def answer(text: object, end: str = "\n") -> None:
    """What was asked for, on stdout. Signs that the terminal does not know become question marks."""
    _write(sys.stdout, text, end)


def tell(text: object, end: str = "\n") -> None:
    """What is done or went wrong, on stderr: stdout is for answers."""
    _write(sys.stderr, text, end)


def say(sentence: str) -> None:
    """What is about to be done, with the lab's name before it."""
    tell(f"lab: {sentence}")


def redraw(text: str, out: TextIO) -> None:
    """One line, drawn again and again in its place; never longer than the terminal is wide."""
    out.write(f"{OWN_LINE}{one_line(text, max(_columns(out) - 1, 20))}{TO_ITS_END}")
    out.flush()


def _columns(out: TextIO) -> int:
    with suppress(OSError, ValueError):
        return os.get_terminal_size(out.fileno()).columns or 80  # 0: a terminal that does not know
    return 80


def _write(out: TextIO, text: object, end: str) -> None:
    if isinstance(out, TextIOWrapper):
        out.reconfigure(errors="replace")
    print(lines(str(text), len(str(text)) + 1), end=end, file=out, flush=True)
