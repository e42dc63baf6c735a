"""Predict, run, explain: a question with its choices, before the cell that gives the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from weakref import WeakKeyDictionary

import ipywidgets

from .. import ledger
from ..core.errors import BadRequest
from ..core.guide.ledger import Entry, Ledger
from ..core.guide.predictions import Asked, Comparison, Fact, Value, chosen, compared, decided, fact_of, named, standing
from ..core.reports.sections import coded
from ..core.text import OPTION
from ..lab import Lab
from ..words import tr
from .comparison import LONGEST_VALUE, ComparisonView
from .ledger import print_findings
from .markup import question, status
from .text_twin import TextTwin

# A press on a choice makes its cell the active one, so that the next Shift+Enter runs that cell anew: what was chosen stays.
_chosen: WeakKeyDictionary[Lab, dict[str, int]] = WeakKeyDictionary()

JOINER = "\u2060"  # between two signs: no line ends here
WIDE = {"width": "auto", "min_width": "0"}
# A button of ipywidgets cuts a long text off; a choice has to be read whole.
LOOK = """<style>
.hostnet-lab-choices .jupyter-button { white-space: normal; height: auto; min-height: 28px; text-align: left; line-height: 1.4;
  padding: 4px 10px; overflow: visible; font-size: var(--jp-ui-font-size2, 14px); max-width: 60em; }
.hostnet-lab-choices .jupyter-button:focus-visible { outline: 3px solid var(--jp-brand-color1, #1976d2); outline-offset: 1px; }
.hostnet-lab-choices .jupyter-button:disabled { opacity: 1; color: var(--jp-ui-font-color2, #555); }
</style>"""


class Predict(TextTwin, ipywidgets.VBox):  # type: ignore[misc]
    """Asks one or more predictions, until ``test`` or ``compare`` brings the facts. Raises BadRequest for an unknown one.

    Made anew before that, it keeps what was chosen; made anew afterwards, it asks afresh.
    """

    def __init__(self, lab: Lab, *ids: str, then: str = tr("Now run the next cell.")) -> None:
        if not ids:
            example = 'Predict(lab, "published-8080")'
            raise BadRequest(
                tr("predict nothing"), tr("no prediction was named"), tr("name at least one, such as {example}", example=example)
            )
        self._lab, self._chosen = lab, _chosen.setdefault(lab, {})
        asked = {one: Asked(named(one), self._chosen.get(one)) for one in dict.fromkeys(ids)}
        self.cards = {one: Card(each, self._note, then) for one, each in asked.items()}
        super().__init__([ipywidgets.HTML(value=LOOK, layout={"display": "none"}), *self.cards.values()], layout=WIDE)

    def __repr__(self) -> str:
        return "\n".join(repr(card) for card in self.cards.values())

    def _note(self, asked: Asked) -> None:
        assert asked.choice is not None
        self._chosen[asked.prediction.id] = asked.choice
        choice = asked.prediction.choices[asked.choice].id
        self._lab.progress.record("predicted", self._lab.lesson, asked.prediction.id, choice=choice)

    def test(self) -> ComparisonView:
        """Run the experiments of all claims that decide these predictions, as ``./lab verify`` does, and compare.

        Prints how many claims were judged, and which came out otherwise than usual on such a machine. What nobody has answered
        stays open, and may still be answered.
        """
        found = self.judge()
        print_findings(found)
        return self.explain({entry.claim.id: entry for entry in found.entries})

    def judge(self, tell: Callable[[ledger.Progress], None] = lambda _: None) -> Ledger:
        """Run the experiments, and nothing else: what is found is in the answer."""
        claims = dict.fromkeys(claim for card in self.cards.values() for claim in card.asked.prediction.claims)
        return ledger.judge(self._lab, list(claims), tell)

    def explain(self, entries: Mapping[str, Entry]) -> ComparisonView:
        """Compare all predictions that have not been compared, with what these entries say; show all of them."""
        cards = [card for card in self.cards.values() if not card.given]
        return ComparisonView([self._decide(card, fact_of(card.asked.prediction, entries)) for card in cards])

    def compare(self, value: Value, of: str = "") -> ComparisonView:
        """Compare one prediction with a fact that the lesson's cell has seen. ``of``: which one, where there are several.

        A value that is none of text, number or yes/no is taken as its text.
        """
        card = self._one(of)
        card.given = True
        plain = value if isinstance(value, (str, int, bool)) else str(value)
        known = card.asked.prediction.right(plain) is not None
        if known:
            seen = tr("Seen by your cell: its lines stand above.")
        else:
            seen = tr("Seen by your cell: {value}", value=str(plain)[:LONGEST_VALUE])
        return ComparisonView([self._decide(card, Fact(plain, seen))])

    def _one(self, id: str) -> Card:
        if id in self.cards:
            return self.cards[id]
        if not id and len(self.cards) == 1:
            return next(iter(self.cards.values()))
        tried, do = tr("compare {id!r}", id=str(id)[:80]), tr("name one of: {names}", names=", ".join(self.cards))
        raise BadRequest(tried, tr("it is none of the questions here"), do)

    def _decide(self, card: Card, fact: Fact) -> Comparison:
        """Compare with the fact, which ends the question. One that nobody has answered stays as it is."""
        found = compared(card.asked.prediction, card.asked.choice, fact)
        if found.choice is None:
            return found
        card.decide(fact)
        self._chosen.pop(found.prediction.id, None)
        right = None if found.right is None else found.choice == found.right
        more = {"choice": found.prediction.choices[found.choice].id, "fact": fact.value, "right": right}
        self._lab.progress.record("compared", self._lab.lesson, found.prediction.id, **more)
        return found


class Card(ipywidgets.VBox):  # type: ignore[misc]
    """One question. The model is ``asked``; a press on a choice makes a new one and draws it."""

    def __init__(self, asked: Asked, note: Callable[[Asked], None], then: str) -> None:
        self.asked, self.given, self._note, self._then = asked, False, note, then
        self.buttons = [ipywidgets.Button(layout={"width": "auto", "margin": "2px 0"}) for _ in asked.prediction.choices]
        for index, button in enumerate(self.buttons):
            button.on_click(lambda _, index=index: self._choose(index))
        self._said = ipywidgets.HTML(layout=WIDE)
        prompt = ipywidgets.HTML(value=question(asked.prediction.prompt), layout=WIDE)
        choices = ipywidgets.VBox(self.buttons, layout=WIDE).add_class("hostnet-lab-choices")
        super().__init__([prompt, choices, self._said], layout={"margin": "0 0 12px 0", **WIDE})
        self._draw()

    def __repr__(self) -> str:
        prediction = self.asked.prediction
        lines = [
            tr("Predict: {question}", question=prediction.prompt),
            *(f"  {number}. {one.text}" for number, one in enumerate(prediction.choices, 1)),
        ]
        return "\n".join(lines)

    def _choose(self, index: int) -> None:
        before, self.asked = self.asked, chosen(self.asked, index)
        if self.asked is not before:
            self._note(self.asked)
        self._draw()

    def decide(self, fact: Fact) -> None:
        self.asked = decided(self.asked, fact)
        self._draw()

    def _draw(self) -> None:
        for index, (button, choice) in enumerate(zip(self.buttons, self.asked.prediction.choices, strict=True)):
            mine = index == self.asked.choice
            button.description = f"{'●' if mine else '○'} {index + 1}. {_plain(choice.text)}"
            button.tooltip = tr("Your prediction") if mine else tr("Predict this")
            button.disabled = self.asked.comparison is not None
        self._said.value = status(standing(self.asked, self._then))


def _plain(choice: str) -> str:
    """A button knows no markup: without the signs of code, and an option such as -p goes to the next line as a whole."""
    words = "".join(piece for piece, _ in coded(choice))
    return OPTION.sub(lambda found: found[0].replace("-", f"-{JOINER}"), words)
