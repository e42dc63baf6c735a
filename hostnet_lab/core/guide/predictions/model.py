"""A prediction, the fact that decides it, and what comes of comparing the two. Pure: the fact is given.

A choice is right when the fact is among those that it names. A fact that no choice names, and a machine on which nothing
could be found out, make no choice wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ....words import tr
from ..ledger import Entry
from ..misconceptions import MISCONCEPTIONS, Misconception
from ..verdicts import Verdict

Value = str | int | bool
Read = Callable[[Mapping[str, Entry]], Value | None]
State = Literal["right", "wrong", "open", "none"]  # open: there was no fact to decide; none: nothing was predicted

HOLDS: tuple[Verdict, ...] = ("holds", "holds with a nuance")
WHOLLY: tuple[Verdict, ...] = ("holds",)
PARTLY: tuple[Verdict, ...] = ("holds with a nuance",)
FAILS: tuple[Verdict, ...] = ("does not hold here",)
OTHERWISE = tr("Here it went otherwise, as the evidence says.")


@dataclass(frozen=True)
class Choice:
    """``id``: what files keep, so it never changes. ``facts``: the values of the fact that make it right; none: no fact makes it so.

    ``right``, ``wrong``: the sentence that answers whoever chose it, once the fact is there; each is true of any fact that makes it so.
    ``believed``: who chooses it believes the misconception.
    """

    id: str
    text: str
    facts: tuple[Value, ...] = ()
    right: str = ""
    wrong: str = ""
    believed: bool = False


@dataclass(frozen=True)
class Prediction:
    """One form of a question. ``misconception``: "" where none stands behind it; ``explanation`` then says why, in two sentences.

    ``claims``: what is tested; the first decides, unless ``read`` takes the fact out of their entries (None: no fact), and its
    evidence is shown, unless ``told`` says what was seen. A lesson's cell may also give the fact as a plain value that it has seen.
    """

    id: str
    lesson: str
    prompt: str
    choices: tuple[Choice, ...]
    claims: tuple[str, ...]
    misconception: str = ""
    explanation: str = ""
    read: Read | None = None
    told: Callable[[Mapping[str, Entry]], str] | None = None

    @property
    def belief(self) -> Misconception | None:
        return MISCONCEPTIONS.get(self.misconception)

    @property
    def why(self) -> str:
        return self.belief.explanation if self.belief else self.explanation

    def right(self, value: Value | None) -> int | None:
        """The choice that a fact makes right. Values are told apart by type as well: True is not 1."""
        for index, choice in enumerate(self.choices):
            if any(type(one) is type(value) and one == value for one in choice.facts):
                return index
        return None

    def answer(self, choice: int | None, right: int | None) -> str:
        """The sentence for one choice, where another or the same is right; "" where there is none of them."""
        if choice is None or right is None:
            return ""
        one = self.choices[choice]
        return one.right if choice == right else one.wrong


@dataclass(frozen=True)
class Fact:
    """``value``: None where nothing could be found out; ``said``: the evidence, or why there is none; ``entry``: whose it is."""

    value: Value | None
    said: str
    entry: Entry | None = None


@dataclass(frozen=True)
class Comparison:
    """``choice`` and ``right``: indices in the prediction's choices, None where nothing was chosen, or decided."""

    prediction: Prediction
    choice: int | None
    fact: Fact
    right: int | None

    @property
    def state(self) -> State:
        if self.choice is None:
            return "none"
        if self.right is None:
            return "open"
        return "right" if self.choice == self.right else "wrong"

    def sentence(self) -> str:
        """What the learner is told first."""
        match self.state:
            case "none":
                return tr("Nothing was predicted, so it stays open: choose above, and run this once more.")
            case "right":
                return tr("Your prediction was right.")
            case "wrong":
                return tr("Your prediction was wrong.")
        if self.fact.value is None:
            return tr("It could not be tested here, so no choice is called right or wrong.")
        return tr("What was seen here fits none of the choices, so none is called wrong.")

    def answer(self) -> str:
        """What is said to whoever made this choice; "" where nothing was chosen, or decided."""
        return self.prediction.answer(self.choice, self.right)

    @property
    def believed(self) -> bool:
        """Whether what was chosen, and is wrong, is the misconception itself."""
        return self.state == "wrong" and self.choice is not None and self.prediction.choices[self.choice].believed


def compared(prediction: Prediction, choice: int | None, fact: Fact) -> Comparison:
    return Comparison(prediction, choice, fact, prediction.right(fact.value))


def fact_of(prediction: Prediction, entries: Mapping[str, Entry]) -> Fact:
    """The fact from the judged entries of the prediction's claims; ``said`` is the deciding claim's evidence.

    Where an entry is missing, or could not be tested, or its observation is not as ``read`` expects, there is no fact.
    """
    decisive = entries.get(prediction.claims[0])
    if decisive is None:
        return Fact(None, tr("Its experiment was not run."))
    judgement = decisive.judgement
    if judgement.verdict == "not testable here":
        return Fact(None, judgement.evidence, decisive)
    try:
        value = prediction.read(entries) if prediction.read else judgement.verdict
        said = prediction.told(entries) if prediction.told else judgement.evidence
    except (KeyError, TypeError, IndexError):
        value, said = None, judgement.evidence
    return Fact(value, said, decisive)


@dataclass(frozen=True)
class Asked:
    """A prediction that stands before a learner. ``comparison``: once the fact is there, which fixes the choice."""

    prediction: Prediction
    choice: int | None = None
    comparison: Comparison | None = None


def chosen(asked: Asked, choice: int) -> Asked:
    """With another choice; a changed mind counts until the fact is there."""
    if asked.comparison is not None or choice not in range(len(asked.prediction.choices)):
        return asked
    return replace(asked, choice=choice)


def decided(asked: Asked, fact: Fact) -> Asked:
    """With the fact. A second run brings a new fact to the same choice."""
    return replace(asked, comparison=compared(asked.prediction, asked.choice, fact))


def standing(asked: Asked, then: str) -> str:
    """What is said under the choices. ``then``: what to do once one is chosen."""
    if asked.comparison is not None:
        return f"{_predicted(asked)} {asked.comparison.sentence()}"
    if asked.choice is None:
        return tr("Choose what you expect, before you run it.")
    return " ".join((_predicted(asked), then, tr("Until then you may change your mind.")))


def _predicted(asked: Asked) -> str:
    if asked.choice is None:
        return ""
    return tr("You predicted: {choice}.", choice=asked.prediction.choices[asked.choice].text.rstrip("."))
