"""Which sentence of a guide states which claim: bindings, found again by the sentence's own words. Pure.

A binding holds for the words that a person has confirmed, and for no others: a sentence that was edited loses it.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, get_args

from ..guide.claims import CLAIMS, Claim
from .model import Sentence
from .sentences import promises

Told = Literal["true", "warning", "false"]
TOLD: tuple[Told, ...] = get_args(Told)
Trouble = Literal["", "edited", "missing", "doubled", "damaged", "unknown claim"]
ALIKE = 0.6  # by SequenceMatcher: an edited sentence is at least as like as that
WORD = re.compile(r"-{1,2}[a-z][\w-]*|[a-z0-9]+", re.IGNORECASE)
IDLE = frozenset(
    (
        *("a", "an", "and", "any", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "has", "have", "if"),
        *("in", "into", "is", "it", "its", "no", "not", "of", "on", "or", "so", "than", "that", "the", "their", "then"),
        *("this", "to", "use", "used", "using", "when", "which", "will", "with", "without", "you", "your"),
    )
)


@dataclass(frozen=True)
class Binding:
    """``told``: how the guide has the claim. ``mentions``: it tells the nuance too. ``instead``: a wording of the author's own."""

    quote: str
    hash: str
    claim: str
    told: Told
    mentions: bool = False
    instead: str = ""


@dataclass(frozen=True)
class Output:
    """What is expected of a command, kept out of the guide's own text."""

    command: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class SideFile:
    """``keeps``: differences of the host that the guide means to leave."""

    bindings: tuple[Binding, ...] = ()
    outputs: tuple[Output, ...] = ()
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bound:
    """A binding where it was found. ``sentence``: for one in trouble, the nearest there is; None where there is none."""

    binding: Binding
    sentence: Sentence | None
    trouble: Trouble = ""


def plain(text: str) -> str:
    """Whatever breaks and blanks it has."""
    return " ".join(text.split())


def fingerprint(text: str) -> str:
    return hashlib.sha256(plain(text).encode("utf-8", "replace")).hexdigest()[:16]


def bind(sentence: Sentence, claim: str, told: Told, mentions: bool = False) -> Binding:
    return Binding(sentence.text, fingerprint(sentence.text), claim, told, mentions)


def found_again(bindings: Iterable[Binding], sentences: Sequence[Sentence]) -> list[Bound]:
    """Each binding with its sentence, in the order of the guide; what is found nowhere comes last."""
    held = tuple(bindings)
    quoted = {plain(one.quote) for one in held}
    places: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        places.setdefault(plain(sentence.text), []).append(sentence)
    loose = [one for one in sentences if plain(one.text) not in quoted]
    bound = [_found(one, places.get(plain(one.quote), []), loose) for one in held]
    return sorted(
        bound, key=lambda one: (one.sentence is None, one.sentence.line if one.sentence else 0, one.sentence.column if one.sentence else 0)
    )


def _found(binding: Binding, places: Sequence[Sentence], loose: Sequence[Sentence]) -> Bound:
    if binding.hash != fingerprint(binding.quote):
        return Bound(binding, places[0] if places else None, "damaged")
    if not places:
        near = nearest(binding.quote, loose)
        return Bound(binding, near, "edited" if near else "missing")
    if len(places) > 1:
        return Bound(binding, places[0], "doubled")
    return Bound(binding, places[0], "" if binding.claim in CLAIMS else "unknown claim")


def nearest(quote: str, sentences: Iterable[Sentence]) -> Sentence | None:
    """What an edited sentence has become: of those that are bound to nothing the one most like it, where one is like it at all."""
    rated = [(SequenceMatcher(None, plain(quote).lower(), plain(one.text).lower(), autojunk=False).ratio(), one) for one in sentences]
    rate, best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    return best if rate >= ALIKE else None


def uncovered(bound: Iterable[Bound], sentences: Iterable[Sentence]) -> list[Sentence]:
    """What promises something, and has no claim."""
    held = {(one.sentence.line, one.sentence.column) for one in bound if one.sentence and not one.trouble}
    held |= {
        (one.sentence.line, one.sentence.column)
        for one in bound
        if one.sentence and one.trouble in ("doubled", "edited", "damaged", "unknown claim")
    }
    return [one for one in sentences if (one.line, one.column) not in held and promises(one.text)]


def proposals(sentence: str, most: int = 3, claims: Mapping[str, Claim] = CLAIMS) -> list[Claim]:
    """Claims that have words in common with a sentence, those with the rarest and most first. A person decides."""
    texts = {key: words(f"{claim.statement} {key.replace('-', ' ')}") for key, claim in claims.items()}
    often = Counter(word for one in texts.values() for word in one)
    said = words(sentence)
    rated = {key: sum(1 / often[word] for word in said & one) / (len(one) ** 0.5) for key, one in texts.items()}
    best = sorted((key for key in rated if rated[key] > 0), key=lambda key: -rated[key])
    return [claims[key] for key in best[:most]]


def words(text: str) -> frozenset[str]:
    """Its words without those that say nothing, each without an ending of the plural."""
    return frozenset(one.removesuffix("s") if len(one) > 3 else one for one in map(str.lower, WORD.findall(text)) if one not in IDLE)
