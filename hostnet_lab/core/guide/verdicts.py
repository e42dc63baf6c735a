"""Verdicts: what a judge says of a claim after an observation, and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ...words import Said, tr
from . import missing

Verdict = Literal["holds", "holds with a nuance", "does not hold here", "not testable here"]
VERDICTS: tuple[Verdict, ...] = ("holds", "holds with a nuance", "does not hold here", "not testable here")

SPOKEN: Mapping[Verdict, str] = {  # a verdict's own words are its name in every file and test
    "holds": tr("holds"),
    "holds with a nuance": tr("holds with a nuance"),
    "does not hold here": tr("does not hold here"),
    "not testable here": tr("not testable here"),
}

Observation = Mapping[str, Any]  # plain JSON values: can be saved, and judged again


@dataclass(frozen=True)
class Judgement:
    """A verdict, and its evidence: one plain sentence on what was seen (or why nothing could be), and the raw ``figures`` behind it."""

    verdict: Verdict
    evidence: str
    figures: str = ""

    @property
    def whole(self) -> str:
        """The sentence with its figures, for those who can fold nothing."""
        return whole(self.evidence, self.figures)


Judge = Callable[[Observation], Judgement]


def holds(evidence: str, figures: str = "") -> Judgement:
    return Judgement("holds", sentence(evidence), figures)


def nuance(evidence: str, figures: str = "") -> Judgement:
    return Judgement("holds with a nuance", sentence(evidence), figures)


def fails(evidence: str, figures: str = "") -> Judgement:
    return Judgement("does not hold here", sentence(evidence), figures)


def untestable(why: str) -> Judgement:
    return Judgement("not testable here", sentence(why))


def whole(evidence: str, figures: str) -> str:
    return tr("{evidence} ({figures})", evidence=evidence, figures=figures) if figures else evidence


def sentence(text: str) -> str:
    """As it is said of a verdict: also what a file kept of it, which is what it was made of."""
    said = text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".") if text else ""
    return text.reworded(said) if isinstance(text, Said) else said


def judged(judge: Judge, observation: Observation) -> Judgement:
    """The judge's word, unless the observation itself says that it could not be made (key ``missing``).

    A judge that stumbles over an observation (a key that is not there) has seen an experiment break: that is never
    a verdict on the claim.
    """
    try:
        return untestable(missing.why(observation)) if observation.get("missing") else judge(observation)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        return untestable(tr("the experiment broke: its observation lacks {error}", error=error))
