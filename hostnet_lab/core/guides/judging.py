"""What a guide's sentences and commands come to: as told, not as told, or not decided here. Pure.

Only facts differ: what could not be looked at, or was given up for want of time, is named and decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ...words import tr
from ..guide.verdicts import Judgement, Verdict
from ..host.network import SPOKEN
from .bindings import Bound, Told, Trouble
from .model import Block, Guide, Sentence

# How a command went, by a fact. "lacking": it needs what is not here; "long", "serves": it was ended, as a reader would by Ctrl-C.
Way = Literal["as told", "exit", "output", "gone", "waits", "shell gone", "lacking", "long", "serves", "not reached"]
DIFFERS: frozenset[Way] = frozenset({"exit", "output", "gone", "waits", "shell gone"})
UNDECIDED: frozenset[Way] = frozenset({"lacking", "long", "not reached"})


@dataclass(frozen=True)
class Ran:
    """One command with what came of it. ``why``: one plain sentence, "" where it went as told. ``exit``: None where it has none."""

    line: int
    text: str
    way: Way
    exit: int | None = None
    output: str = ""
    why: str = ""
    shown: int = 0  # line of the output that the guide shows
    expected: tuple[str, ...] | None = None

    @property
    def ok(self) -> bool | None:
        return False if self.way in DIFFERS else None if self.way in UNDECIDED else True


@dataclass(frozen=True)
class Left:
    """One part of the host that came or went; ``kind``: container, network, or as in ``core/host/network.py``."""

    kind: str
    added: bool
    what: str

    @property
    def key(self) -> str:
        """The same in every language: for files."""
        return f"{'added' if self.added else 'removed'}: {self.kind} {self.what}"

    def __str__(self) -> str:
        kinds: dict[str, str] = {**dict(SPOKEN.items()), "container": tr("container"), "network": tr("network")}
        kind = kinds.get(self.kind, self.kind)
        values = {"kind": kind, "what": self.what}
        return tr("added: {kind} {what}", **values) if self.added else tr("removed: {kind} {what}", **values)


@dataclass(frozen=True)
class BlockRun:
    """``why``: why it was not run, "" when it was."""

    block: Block
    commands: tuple[str, ...]
    ran: tuple[Ran, ...] = ()
    why: str = ""

    @property
    def ok(self) -> bool | None:
        seen = [one.ok for one in self.ran]
        return False if False in seen else True if seen and None not in seen else None

    @property
    def exit(self) -> int | None:
        """The first that is not 0."""
        codes = [one.exit for one in self.ran if one.exit is not None]
        return next((code for code in codes if code), codes[-1] if codes else None)


@dataclass(frozen=True)
class Said:
    """A bound sentence with its verdict; None where its binding is in trouble, or nothing was judged."""

    bound: Bound
    judgement: Judgement | None
    ok: bool | None
    why: str
    proposal: str = ""

    @property
    def line(self) -> int:
        return self.bound.sentence.line if self.bound.sentence else 0


@dataclass(frozen=True)
class Checked:
    """All that was found of one guide. ``host``: what is different at its end, None where that was not compared.

    ``broken``: why not all was run, "" when it was.
    """

    guide: Guide
    engine: str
    blocks: tuple[BlockRun, ...]
    said: tuple[Said, ...]
    uncovered: tuple[Sentence, ...]
    host: tuple[Left, ...] | None
    kept: tuple[str, ...] = ()  # keys of those differences that the guide means to leave
    not_run: str = ""  # why no command was run
    broken: str = ""
    reused: str = ""  # the oldest moment of observations that were taken from before
    removed: tuple[str, ...] = field(default=())

    @property
    def left(self) -> tuple[Left, ...]:
        return tuple(one for one in self.host or () if one.key not in self.kept)


TROUBLES: Mapping[Trouble, str] = {
    "edited": tr("the sentence was edited since it was bound: look at it, and bind it anew"),
    "missing": tr("the sentence that was bound stands nowhere in the guide"),
    "doubled": tr("the sentence stands more than once in the guide: which one is bound cannot be told"),
    "damaged": tr("the quotation in the side file was changed, and its hash was not"),
    "unknown claim": tr("there is no claim of that name"),
}


def fits(verdict: Verdict, told: Told, mentions: bool) -> bool | None:
    """Does the verdict fit what a guide tells, and how? None: it was not testable."""
    if verdict == "not testable here":
        return None
    if verdict == "holds with a nuance":
        return told == "warning" or mentions
    return (verdict == "holds") == (told != "false")


def say(bound: Bound, judgements: Mapping[str, Judgement], proposal_of: Mapping[str, str]) -> Said:
    """A binding in trouble has lost its verdict, and that differs from what was confirmed."""
    if bound.trouble:
        return Said(bound, None, False, TROUBLES[bound.trouble])
    binding = bound.binding
    judgement = judgements.get(binding.claim)
    if judgement is None:
        return Said(bound, None, None, tr("nothing was judged"))
    ok = fits(judgement.verdict, binding.told, binding.mentions)
    proposal = "" if ok is not False else binding.instead or proposal_of.get(binding.claim, "")
    return Said(bound, judgement, ok, judgement.evidence, proposal)


def exit_code(found: Sequence[Checked]) -> int:
    """0: all as told. 1: something differs. 2: it could not be run to its end."""
    if any(one.broken for one in found):
        return 2
    return int(any(differing(one) for one in found))


def differing(found: Checked) -> list[Said | Ran | Left]:
    """Sentences, commands, and what is left on the host."""
    runs = [one for block in found.blocks for one in block.ran if one.ok is False]
    return [*(one for one in found.said if one.ok is False), *runs, *found.left]


Key = tuple[str, ...]


def verdicts(document: Mapping[str, object]) -> dict[Key, object]:
    """Of a document of ``formats.document`` (or what a file holds as one) each thing judged with its verdict, whatever its line is now."""
    found: dict[Key, object] = {}
    for one in _list(document.get("sentences")):
        found["sentence", str(one.get("quote")), str(one.get("claim"))] = (one.get("verdict"), one.get("ok"))
    for one in _list(document.get("blocks")):
        for ran in _list(one.get("runs")):
            key: Key = ("command", str(ran.get("text")))
            found[(*key, str(sum(other[:2] == key for other in found)))] = ran.get("ok")
    host = document.get("host")
    found["host",] = sorted(map(str, host)) if isinstance(host, list) else host
    return found


def _list(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def changed(before: Mapping[str, object], now: Mapping[str, object]) -> list[Key]:
    """What has another verdict than before, or came, or went."""
    was, is_now = verdicts(before), verdicts(now)
    return [key for key in dict.fromkeys((*was, *is_now)) if was.get(key, "none") != is_now.get(key, "none")]
