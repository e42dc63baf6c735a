"""Reads Markdown: the blocks of commands, and the sentences of the prose, each with line and column. The one door to markdown-it-py.

Headings, code and HTML are no prose. What a guide holds is data: it is bounded before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ..core.errors import BadRequest
from ..core.guides.model import Block, Guide, Sentence, block_of
from ..core.guides.sentences import LONGEST, MOST, cut
from ..words import one_line, tr

LARGEST = 1 << 20  # bytes of one guide; a long one has some 50 KiB
MOST_BLOCKS = 500
PARSER = MarkdownIt("commonmark").enable("table")


def read(name: str, source: str) -> Guide:
    """Raises BadRequest for a guide with more than can be run or judged."""
    source = source.replace("\r\n", "\n").removeprefix("\ufeff")
    try:
        tokens = PARSER.parse(_without_front_matter(source))
    except (RecursionError, ValueError, IndexError) as error:
        raise BadRequest(tr("read the guide {file}", file=name), str(error), tr("see whether it is Markdown")) from error
    blocks = tuple(islice(_blocks(tokens), MOST_BLOCKS + 1))
    sentences = tuple(islice(_sentences(tokens, source.split("\n")), MOST + 1))
    if len(blocks) > MOST_BLOCKS or len(sentences) > MOST:
        found = tr("it has more than {blocks} blocks of commands or {sentences} sentences", blocks=MOST_BLOCKS, sentences=MOST)
        raise BadRequest(tr("read the guide {file}", file=name), found, tr("check its parts one by one"))
    return Guide(name, source, blocks, sentences)


def _without_front_matter(source: str) -> str:
    """Of the same number of lines: what a site's generator keeps between two lines of dashes at the top is no prose."""
    lines = source.split("\n")
    if lines[0].rstrip() != "---" or "---" not in [line.rstrip() for line in lines[1:100]]:
        return source
    end = [line.rstrip() for line in lines].index("---", 1)
    return "\n".join(["", *("" for _ in lines[1 : end + 1]), *lines[end + 1 :]])


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    for token in tokens:
        if token.type in ("fence", "code_block") and token.map:
            first = token.map[0] + 1 + (token.type == "fence")
            block = block_of(token.info, token.content, first)
            if block:
                yield block


def _sentences(tokens: list[Token], lines: list[str]) -> Iterator[Sentence]:
    heading = False
    column = dict[int, int]()  # of a table's row: cells stand on one line, and each is looked for behind the one before
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        if token.type == "inline" and token.map and not heading:
            yield from _of_paragraph(token, lines, column)


def _of_paragraph(token: Token, lines: list[str], column: dict[int, int]) -> Iterator[Sentence]:
    text, places = _read(token)
    first = (token.map or [0])[0]
    raw = token.content.split("\n")
    for at, sentence in cut(text):
        row = token.content.count("\n", 0, places[at])
        within = places[at] - (token.content.rfind("\n", 0, places[at]) + 1)
        source = lines[first + row] if first + row < len(lines) else ""
        begins = max(source.find(raw[row].strip() if row else raw[row], column.get(first, 0) if not row else 0), 0)
        column[first + row] = begins
        yield Sentence(first + row + 1, begins + within + 1, one_line(" ".join(sentence.replace("\0", "").split()), LONGEST))


def _read(token: Token) -> tuple[str, list[int]]:
    """The text as it is read, spans of code between NUL signs; and for each sign of it the place in the token's own source."""
    text: list[str] = []
    places: list[int] = []
    at = 0

    def add(said: str, hidden: bool = False) -> None:
        nonlocal at
        found = token.content.find(said, at) if said.strip() else at
        begun = found if found >= 0 else at  # an entity or an escape reads otherwise than it is written
        whole = f"\0{said}\0" if hidden else said
        text.extend(whole)
        places.extend(min(begun + max(place - hidden, 0), len(token.content)) for place in range(len(whole)))
        at = begun + len(said) if found >= 0 else at

    for child in token.children or ():
        if child.type in ("text", "code_inline"):
            add(child.content, child.type == "code_inline")
        elif child.type in ("softbreak", "hardbreak"):
            text.append(" ")
            places.append(at)
            at = token.content.find("\n", at) + 1 or at
        elif child.type == "image":
            at = token.content.find("]", at) + 1 or at
    return "".join(text), places
