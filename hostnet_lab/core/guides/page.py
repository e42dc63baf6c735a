"""What stands in the margin of a guide's page: a note for each sentence that is judged or not covered, and for each command. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...words import tr
from ..guide.claims import CLAIMS, site
from ..guide.verdicts import SPOKEN
from ..text import cut
from . import told
from .judging import BlockRun, Checked, Ran, Said
from .model import Node, Sentence

LOOKS: Mapping[bool | None, str] = {True: "holds", False: "fails", None: "untested"}
SHORT = 40  # signs of a command beside its block
MOST_OUTPUT = 20_000  # signs of one command's output on the page


@dataclass(frozen=True)
class Note:
    """``word``: the verdict; ``look``: of the page's own. ``number``: of the note, the same at its sentence.

    ``sources``: of the claim, each by its name and address.
    """

    number: int
    look: str
    word: str
    line: int
    quote: str
    differs: bool = False
    claim: str = ""
    evidence: str = ""
    figures: str = ""
    proposal: str = ""
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """``notes``: by the sentence that they stand beside; ``adrift``: of bindings that stand nowhere; ``blocks``: by their line.

    ``top``: the level of the guide's own first heading.
    """

    found: Checked
    number: int
    summary: str
    notes: Mapping[Sentence, tuple[Note, ...]]
    adrift: tuple[Note, ...]
    blocks: Mapping[int, BlockRun]
    top: int = 1

    @property
    def first(self) -> list[tuple[str, int, str, str]]:
        """What differs, in the order of the guide: where its note is, the line, the words, and in a word how."""
        said = [(f"n{one.number}", one.line, one.quote, one.word) for held in self.notes.values() for one in held if one.differs]
        ran = [(f"l{one.line}", one.line, cut(one.text), _went(one)) for block in self.found.blocks for one in block.ran if one.ok is False]
        return sorted([*said, *ran], key=lambda one: one[1])

    @property
    def places(self) -> dict[str, str]:
        """Of each claim that a sentence states the id of its first note."""
        stated = ((one.bound.binding.claim, one.bound.sentence) for one in self.found.said if one.judgement and one.bound.sentence)
        found: dict[str, str] = {}
        for claim, sentence in stated:
            found.setdefault(claim, f"g{self.number}n{self.notes[sentence][0].number}")
        return found

    def level(self, heading: Node) -> int:
        return min(heading.level + self.top - 1, 6)

    def shown(self, line: int) -> list[Shown]:
        """What the commands of the block there came to."""
        ran = self.blocks[line].ran if line in self.blocks else ()
        return [Shown(one.line, cut(one.text, SHORT), LOOKS[one.ok], _went(one), one.why, one.output[:MOST_OUTPUT]) for one in ran]

    @property
    def titled(self) -> bool:
        """The guide has a heading of its own for the whole."""
        return any(one.kind == "heading" and one.level == 1 for one in self.found.guide.nodes)


def page(found: Checked, number: int = 1, top: int = 1) -> Page:
    """``number``: of the guide on a page of several. ``top``: the level of its first heading there."""
    beside = [(one.bound.sentence, _said(one)) for one in found.said if one.bound.sentence]
    beside += [(one, Note(0, "untested", tr("not covered"), one.line, one.text)) for one in found.uncovered]
    notes: dict[Sentence, tuple[Note, ...]] = {}
    for count, (sentence, note) in enumerate(sorted(beside, key=lambda pair: (pair[0].line, pair[0].column)), 1):
        notes[sentence] = (*notes.get(sentence, ()), replace(note, number=count))
    adrift = [replace(_said(one), number=len(beside) + count) for count, one in enumerate(_nowhere(found), 1)]
    blocks = {one.block.line: one for one in found.blocks}
    return Page(found, number, told.summary(found), notes, tuple(adrift), blocks, top)


def _nowhere(found: Checked) -> list[Said]:
    return [one for one in found.said if not one.bound.sentence]


def _said(one: Said) -> Note:
    binding = one.bound.binding
    known = CLAIMS.get(binding.claim)
    claim = known.statement if known else binding.claim
    if one.judgement:
        claim = tr("{claim} ({verdict})", claim=claim, verdict=SPOKEN[one.judgement.verdict])
    figures = one.judgement.figures if one.judgement else ""
    sources = tuple((site(url), url) for url in known.sources) if known else ()
    return Note(0, LOOKS[one.ok], told.word(one), one.line, binding.quote, one.ok is False, claim, one.why, figures, one.proposal, sources)


@dataclass(frozen=True)
class Shown:
    """A command as it stands in the margin, and what it printed."""

    line: int
    short: str
    look: str
    word: str
    why: str
    output: str


def _went(ran: Ran) -> str:
    if ran.ok is None:
        return tr("not decided")
    return tr("as told") if ran.ok else tr("not as told")
