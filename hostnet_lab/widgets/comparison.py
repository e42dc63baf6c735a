"""Prediction, fact and explanation side by side; one under the other where the page is narrow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import ipywidgets

from ..core.guide.ledger import Entry
from ..core.guide.predictions import Comparison, State
from ..core.guide.verdicts import SPOKEN
from ..words import tr
from .ledger import MARKS
from .markup import BAR, TEXT, coded, question, status
from .text_twin import TextTwin

SIGNS: Mapping[State, str] = {
    "right": tr("✔ right"),
    "wrong": tr("✘ wrong"),
    "open": tr("- not decided here"),
    "none": tr("- nothing was chosen"),
}
ROW = "display:flex;flex-wrap:wrap;gap:8px 16px;margin:4px 0 14px"
# Three columns where there are 500 pixels, one where there are not, and never two: a width that is far too large, or negative.
COLUMN = "flex:1 1 calc((500px - 100%) * 999);min-width:0;overflow-wrap:anywhere"
SMALL = "font-size:13px"
LONGEST_VALUE = 300  # characters of what a cell hands over


class ComparisonView(TextTwin, ipywidgets.HTML):  # type: ignore[misc]
    """Draws comparisons that are made. Its repr holds what does not depend on the learner or the machine."""

    def __init__(self, compared: Sequence[Comparison], entries: Mapping[str, Entry] | None = None) -> None:
        self.compared = tuple(compared)
        several = len(self.compared) > 1
        told: set[str] = set()  # a claim's evidence stands here once
        drawn = [drawing(one, entries or {}, told, titled=several) for one in self.compared]
        super().__init__(value="".join(drawn), layout={"width": "auto", "min_width": "0"})

    def __repr__(self) -> str:
        return "\n".join(tr("Why ({id}): {why}", id=one.prediction.id, why=one.prediction.why) for one in self.compared)


def drawing(compared: Comparison, entries: Mapping[str, Entry], told: set[str], *, titled: bool = False) -> str:
    """The three columns, under the sentence that says how the prediction did. Adds to ``told`` the claims whose evidence is in it."""
    head = question(compared.prediction.prompt) if titled else ""
    columns = _predicted(compared), _happened(compared, entries, told), _why(compared)
    return f'{head}{status(compared.sentence())}<div style="{TEXT};{ROW}">{"".join(columns)}</div>'


def _column(title: str, inner: str, look: str = "") -> str:
    name = escape(title, quote=True)
    return f'<div role="group" aria-label="{name}" style="{COLUMN};{look}"><b>{escape(title)}</b>{inner}</div>'


def _paragraphs(texts: Iterable[str]) -> str:
    return "".join(f'<div style="margin-top:4px">{coded(text)}</div>' for text in texts if text)


def _predicted(compared: Comparison) -> str:
    choice = None if compared.choice is None else compared.prediction.choices[compared.choice]
    said = [choice.text if choice else "", SIGNS[compared.state], choice.why if choice and compared.state == "wrong" else ""]
    return _column(tr("You predicted"), _paragraphs(said))


def _happened(compared: Comparison, entries: Mapping[str, Entry], told: set[str]) -> str:
    right = None if compared.right is None else compared.prediction.choices[compared.right]
    judged = [entries[one] for one in compared.prediction.claims if one in entries]
    inner = "".join(_found(entry, entry.claim.id in told) for entry in judged)
    told.update(entry.claim.id for entry in judged)
    return _column(tr("What happened"), _paragraphs([f"→ {right.text}" if right else ""]) + (inner or _paragraphs([compared.fact.said])))


def _found(entry: Entry, again: bool) -> str:
    """Verdict, claim and evidence of one entry."""
    verdict = entry.judgement.verdict
    evidence = tr("The evidence stands above.") if again else entry.judgement.evidence
    claim = tr("“{claim}”", claim=entry.claim.statement)
    said = f"<b>{MARKS[verdict]} {escape(SPOKEN[verdict])}:</b> {coded(claim)}"
    return f'<div style="margin-top:4px;{SMALL}">{said}<br>{coded(evidence)}</div>'


def _why(compared: Comparison) -> str:
    """Open and marked after a wrong prediction, folded after a right one."""
    wrong, prediction = compared.state == "wrong", compared.prediction
    believed = [tr("Many believe: “{belief}”", belief=prediction.belief.belief)] if wrong and prediction.belief else []
    opened = "" if compared.state == "right" else " open"
    summary = tr("What stands behind it: read this") if wrong else tr("What stands behind it")
    inner = (
        f'<details{opened}><summary style="cursor:pointer">{escape(summary)}</summary>{_paragraphs([*believed, prediction.why])}</details>'
    )
    return _column(tr("Why"), inner, f"{BAR};padding-left:8px" if wrong else "")
