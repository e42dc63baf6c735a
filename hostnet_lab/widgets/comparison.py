"""Prediction, fact and explanation side by side; one under the other where the page is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import ipywidgets

from ..core.guide.predictions import Comparison, Fact, State
from ..core.guide.verdicts import SPOKEN
from ..words import joined, tr
from .markup import BAR, TEXT, coded, figures, question, status
from .text_twin import TextTwin

SIGNS: Mapping[State, str] = {
    "right": tr("✔ right"),
    "wrong": tr("✘ wrong"),
    "open": tr("- not decided here"),
    "none": tr("- nothing was chosen"),
}
ROW = "display:flex;flex-wrap:wrap;gap:8px 16px;margin:4px 0 14px"
# Three columns where there are 800 pixels, one where there are not, and never two: a width that is far too large, or negative.
COLUMN = "flex:1 1 calc((800px - 100%) * 999);min-width:0;overflow-wrap:anywhere"
SUMMARY = "cursor:pointer"
LONGEST_VALUE = 300  # characters of what a cell hands over


class ComparisonView(TextTwin, ipywidgets.HTML):  # type: ignore[misc]
    """Draws comparisons that are made; of one that nobody answered, that it is open, with what was found folded away."""

    def __init__(self, compared: Sequence[Comparison]) -> None:
        self.compared = tuple(compared)
        several = len(self.compared) > 1
        drawn = [drawing(one, titled=several) for one in self.compared]
        super().__init__(value="".join(drawn), layout={"width": "auto", "min_width": "0"})

    def __repr__(self) -> str:
        return "\n".join(map(twin, self.compared))


def twin(compared: Comparison) -> str:
    """In a line. What nobody answered holds nothing of the machine: it is what a lesson stores."""
    if compared.choice is None:
        return tr("Still open ({id}): nothing was predicted.", id=compared.prediction.id)
    fact, right = compared.fact, compared.right
    known = "" if right is None else tr("What happened: {choice}.", choice=compared.prediction.choices[right].text.rstrip("."))
    parts = tr("{id}:", id=compared.prediction.id), compared.sentence(), known, compared.answer(), fact.said
    return joined(" ", (part for part in parts if part))


def drawing(compared: Comparison, *, titled: bool = False) -> str:
    """The three columns, under the sentence that says how the prediction did."""
    head = question(compared.prediction.prompt) if titled else ""
    said = f"{head}{status(compared.sentence())}"
    if compared.choice is None:
        return f'{said}<div style="{TEXT}">{_folded(tr("What was found all the same"), _evidence(compared))}</div>'
    columns = _predicted(compared), _happened(compared), _why(compared)
    return f'{said}<div style="{TEXT};{ROW}">{"".join(columns)}</div>'


def _column(title: str, inner: str, look: str = "") -> str:
    name = escape(title, quote=True)
    return f'<div role="group" aria-label="{name}" style="{COLUMN};{look}"><b>{escape(title)}</b>{inner}</div>'


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f'<div style="margin-top:4px">{coded(text)}</div>' for text in texts if text)


def _folded(summary: str, inner: str, opened: bool = False) -> str:
    shown = " open" if opened else ""
    return f'<details style="margin:4px 0"{shown}><summary style="{SUMMARY}">{escape(summary)}</summary>{inner}</details>'


def _predicted(compared: Comparison) -> str:
    choice = None if compared.choice is None else compared.prediction.choices[compared.choice].text
    return _column(tr("You predicted"), _paragraphs([choice or "", SIGNS[compared.state]]))


def _happened(compared: Comparison) -> str:
    right = None if compared.right is None else compared.prediction.choices[compared.right]
    return _column(tr("What happened"), _paragraphs([f"→ {right.text}" if right else ""]) + _evidence(compared))


def _evidence(compared: Comparison) -> str:
    """What the deciding claim's experiment saw; its verdict where that is what decides, and not another fact of it."""
    fact = compared.fact
    verdict = "" if compared.prediction.read else _verdict(fact)
    raw = fact.entry.judgement.figures if fact.entry else ""
    return _paragraphs([fact.said, verdict]) + (figures(raw) if raw else "")


def _verdict(fact: Fact) -> str:
    if fact.entry is None:
        return ""
    return tr("“{claim}” {verdict}.", claim=fact.entry.claim.statement.rstrip("."), verdict=SPOKEN[fact.entry.judgement.verdict])


def _why(compared: Comparison) -> str:
    """The answer to the choice, and folded what stands behind it: open where the choice is the misconception, or none is behind it."""
    prediction, wrong = compared.prediction, compared.state == "wrong"
    believed = [tr("Many believe: “{belief}”", belief=prediction.belief.belief)] if compared.believed and prediction.belief else []
    opened = compared.believed or compared.state == "open" or (wrong and not prediction.belief)
    behind = _folded(tr("What stands behind it"), _paragraphs([*believed, prediction.why]), opened)
    return _column(tr("Why"), _paragraphs([compared.answer()]) + behind, f"{BAR};padding-left:8px" if wrong else "")
