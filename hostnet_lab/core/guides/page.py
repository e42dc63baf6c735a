"""What stands in the margin of a guide's page: a note for each sentence that is judged or not covered, and for each command. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ...words import tr
from ..guide.claims import CLAIMS
from ..guide.verdicts import SPOKEN
from ..text import cut
from . import told
from .judging import BlockRun, Checked, Ran, Said
from .model import Sentence

LOOKS: Mapping[bool | None, str] = {True: "holds", False: "fails", None: "untested"}
SHORT = 40  # signs of a command beside its block
MOST_OUTPUT = 20_000  # signs of one command's output on the page


@dataclass(frozen=True)
class Note:
    """``word``: the verdict; ``look``: of the page's own. ``number``: of the note, the same at its sentence."""

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


@dataclass(frozen=True)
class Page:
    """``notes``: by the sentence that they stand beside; ``adrift``: of bindings that stand nowhere; ``blocks``: by their line."""

    found: Checked
    number: int
    summary: str
    notes: Mapping[Sentence, tuple[Note, ...]]
    adrift: tuple[Note, ...]
    blocks: Mapping[int, BlockRun]

    @property
    def first(self) -> list[tuple[str, int, str]]:
        """What differs, in the order of the guide: where its note is, the line, and the words."""
        said = [(f"n{one.number}", one.line, one.quote) for held in self.notes.values() for one in held if one.differs]
        ran = [(f"l{one.line}", one.line, one.text) for block in self.found.blocks for one in block.ran if one.ok is False]
        return sorted([*said, *((place, line, cut(words)) for place, line, words in ran)], key=lambda one: one[1])

    @property
    def titled(self) -> bool:
        """The guide has a heading of its own for the whole."""
        return any(one.kind == "heading" and one.level == 1 for one in self.found.guide.nodes)


def page(found: Checked, number: int) -> Page:
    """``number``: of the guide on a page of several."""
    beside = [(one.bound.sentence, _said(one)) for one in found.said if one.bound.sentence]
    beside += [(one, Note(0, "untested", tr("not covered"), one.line, one.text)) for one in found.uncovered]
    notes: dict[Sentence, tuple[Note, ...]] = {}
    for count, (sentence, note) in enumerate(sorted(beside, key=lambda pair: (pair[0].line, pair[0].column)), 1):
        notes[sentence] = (*notes.get(sentence, ()), replace(note, number=count))
    adrift = [replace(_said(one), number=len(beside) + count) for count, one in enumerate(_nowhere(found), 1)]
    blocks = {one.block.line: one for one in found.blocks}
    return Page(found, number, told.summary(found), notes, tuple(adrift), blocks)


def _nowhere(found: Checked) -> list[Said]:
    return [one for one in found.said if not one.bound.sentence]


def _said(one: Said) -> Note:
    binding = one.bound.binding
    claim = CLAIMS[binding.claim].statement if binding.claim in CLAIMS else binding.claim
    if one.judgement:
        claim = tr("{claim} ({verdict})", claim=claim, verdict=SPOKEN[one.judgement.verdict])
    figures = one.judgement.figures if one.judgement else ""
    return Note(0, LOOKS[one.ok], told.word(one), one.line, binding.quote, one.ok is False, claim, one.why, figures, one.proposal)


@dataclass(frozen=True)
class Shown:
    """A command as it stands in the margin, and what it printed."""

    line: int
    short: str
    look: str
    word: str
    why: str
    output: str


def commands(block: BlockRun | None) -> list[Shown]:
    return (
        [Shown(one.line, cut(one.text, SHORT), LOOKS[one.ok], _went(one), one.why, one.output[:MOST_OUTPUT]) for one in block.ran]
        if block
        else []
    )


def _went(ran: Ran) -> str:
    if ran.ok is None:
        return tr("not decided")
    return tr("as told") if ran.ok else tr("not as told")
