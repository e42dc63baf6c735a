"""Text of a paragraph cut into sentences; and whether one promises something on containers and networks. Pure, by plain rules."""

from __future__ import annotations

import re
from collections.abc import Iterator

END = re.compile(r"[.!?][\"'\u201d\u2019)\]]*(?=\s)")
SHORT = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|no|resp|z\.B|bzw)|\b[A-Z])\.$", re.IGNORECASE)
CODE = re.compile(r"\x00[^\x00]*\x00")  # between these two, the reader has put a span of code: no sentence ends in it
LONGEST, MOST = 2000, 5000  # signs of one sentence that is looked at; sentences of one guide

SUBJECT = re.compile(
    r"\b(?:host(?:['\u2019]s)?|network\w*|ports?|containers?|docker|localhost|loopback|nat|bridge\w*|interfaces?|isolat\w*|ip|address\w*|"
    r"expos\w*|publish\w*|firewall\w*|iptables|dns|latenc\w*|throughput|namespaces?|conflicts?|nginx|desktop)\b",
    re.IGNORECASE,
)


def cut(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with the place of its first sign; spans of code between NUL signs, which stay in."""
    hidden = CODE.sub(lambda found: "x" * len(found[0]), text)
    begun = 0
    for end in END.finditer(hidden):
        if not SHORT.search(hidden[max(begun, end.start() - 10) : end.start() + 1]):
            yield from _stripped(text, begun, end.end())
            begun = end.end()
    yield from _stripped(text, begun, len(text))


def _stripped(text: str, begun: int, end: int) -> Iterator[tuple[int, str]]:
    piece = text[begun:end]
    if piece.strip():
        yield begun + len(piece) - len(piece.lstrip()), piece.strip()


def promises(sentence: str) -> bool:
    """It says something of the subject that could be so or not: a question does not, nor does what only leads to a list or a command."""
    text = sentence.strip()
    return len(text.split()) > 3 and not text.endswith(("?", ":")) and bool(SUBJECT.search(text))
