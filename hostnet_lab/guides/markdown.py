"""Reads Markdown: the blocks of commands, and the sentences of the prose, each with line and column. The one door to markdown-it-py.

Headings, code and HTML are no prose. What a guide holds is data: it is bounded before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from ..core.errors import BadRequest
from ..core.guides.model import Block, Guide, Node, Piece, Run, Sentence, block_of
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
    layout = _Layout(source.split("\n"))
    nodes = layout.nodes(SyntaxTreeNode(tokens))
    sentences = tuple(layout.sentences)
    if len(blocks) > MOST_BLOCKS or len(sentences) > MOST:
        found = tr("it has more than {blocks} blocks of commands or {sentences} sentences", blocks=MOST_BLOCKS, sentences=MOST)
        raise BadRequest(tr("read the guide {file}", file=name), found, tr("check its parts one by one"))
    return Guide(name, source, blocks, sentences, nodes)


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


KINDS = {
    **{"bullet_list": "list", "ordered_list": "list", "list_item": "item", "blockquote": "quote", "table": "table", "tr": "row"},
    **{"th": "head", "td": "cell", "hr": "rule", "paragraph": "paragraph", "heading": "heading"},
}
LOOKS = {"strong": "strong", "em": "em", "s": "s"}
SITES = ("http://", "https://")


class _Layout:
    """Walks the guide once: how it is laid out, and its sentences in their order."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.sentences: list[Sentence] = []
        self.column: dict[int, int] = {}  # of a table's row: cells stand on one line, each is looked for behind the one before

    def nodes(self, tree: SyntaxTreeNode) -> tuple[Node, ...]:
        return tuple(node for child in tree.children for node in self._of(child))

    def _of(self, tree: SyntaxTreeNode) -> Iterator[Node]:
        if tree.type in ("fence", "code_block") and tree.map:
            yield Node("code", text=tree.content.rstrip("\n"), line=tree.map[0] + 1 + (tree.type == "fence"))
        elif tree.type in ("thead", "tbody"):
            yield from self.nodes(tree)
        elif tree.type in KINDS:
            yield self._part(tree)

    def _part(self, tree: SyntaxTreeNode) -> Node:
        inline = next((child for child in tree.children if child.type == "inline"), None)
        level = int(tree.tag[1]) if tree.type == "heading" else 0
        if inline is not None and inline.token:
            return Node(KINDS[tree.type], tuple(self._runs(inline.token, told=not level)), level=level)
        start = str(tree.attrs.get("start", 1))
        number = int(start) if start.isdecimal() and len(start) < 10 else 1
        return Node(KINDS[tree.type], (), self.nodes(tree), ordered=tree.type == "ordered_list", start=number)

    def _runs(self, token: Token, told: bool) -> Iterator[Run]:
        signs = _signs(token)
        text = "".join(one.text for one in signs)
        done = 0
        for at, said in cut(text):
            yield Run(_pieces(signs[done:at]))
            done = at + len(said)
            sentence = self._sentence(token, signs[at].place, said) if told else None
            yield Run(_pieces(signs[at:done]), sentence)

    def _sentence(self, token: Token, place: int, said: str) -> Sentence:
        first = (token.map or [0])[0]
        raw = token.content.split("\n")
        row = token.content.count("\n", 0, place)
        within = place - (token.content.rfind("\n", 0, place) + 1)
        source = self.lines[first + row] if first + row < len(self.lines) else ""
        begins = max(source.find(raw[row].strip() if row else raw[row], self.column.get(first, 0) if not row else 0), 0)
        self.column[first + row] = begins
        text = one_line(" ".join(said.replace("\0", "").split()), LONGEST)
        self.sentences.append(Sentence(first + row + 1, begins + within + 1, text))
        return self.sentences[-1]


@dataclass(frozen=True)
class _Sign:
    """One sign as it is read, with its look, and its place in the token's own source."""

    text: str
    place: int
    looks: tuple[str, ...] = ()
    href: str = ""


def _signs(token: Token) -> list[_Sign]:
    """Spans of code stand between NUL signs, so that no sentence ends in one."""
    signs: list[_Sign] = []
    looks: list[str] = []
    at, href = 0, ""

    def add(said: str, hidden: bool = False) -> None:
        nonlocal at
        found = token.content.find(said, at) if said.strip() else at
        begun = found if found >= 0 else at  # an entity or an escape reads otherwise than it is written
        whole = f"\0{said}\0" if hidden else said
        look = (*looks, "code") if hidden else tuple(looks)
        for number, sign in enumerate(whole):
            signs.append(_Sign(sign, min(begun + max(number - hidden, 0), len(token.content)), look, href))
        at = begun + len(said) if found >= 0 else at

    for child in token.children or ():
        name, opening = child.type.rpartition("_")[0], child.type.endswith("_open")
        if child.type in ("text", "code_inline"):
            add(child.content, child.type == "code_inline")
        elif child.type in ("softbreak", "hardbreak"):
            signs.append(_Sign(" ", at, tuple(looks), href))
            at = token.content.find("\n", at) + 1 or at
        elif child.type == "image":
            at = token.content.find("]", at) + 1 or at
        elif name == "link":
            target = str(child.attrs.get("href", "")) if opening else ""
            href = target if target.startswith(SITES) else ""
        elif name in LOOKS:
            looks.append(LOOKS[name]) if opening else looks.remove(LOOKS[name])
    return signs


def _pieces(signs: list[_Sign]) -> tuple[Piece, ...]:
    grouped = groupby(signs, lambda one: (one.looks, one.href))
    found = [Piece("".join(one.text for one in group).replace("\0", ""), looks, href) for (looks, href), group in grouped]
    return tuple(one for one in found if one.text)
