"""What a learner chose, in a prediction or in the quiz: files keep the choice's id, and people read its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from .predictions import PREDICTIONS
from .quiz import QUESTIONS


class Choice(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def text(self) -> str: ...


OF_PREDICTIONS: Mapping[str, Sequence[Choice]] = {one.id: one.choices for one in PREDICTIONS.values()}
OF_QUESTIONS: Mapping[str, Sequence[Choice]] = {one.id: one.choices for one in QUESTIONS}
OFFERED: Mapping[str, Mapping[str, Sequence[Choice]]] = {  # by the kind of event that keeps a choice
    "predicted": OF_PREDICTIONS,
    "compared": OF_PREDICTIONS,
    "answered": OF_QUESTIONS,
}


def text_of(id: object, choices: Sequence[Choice]) -> str | None:
    """In the reader's language; None for an id that is none of these."""
    return next((one.text for one in choices if one.id == id), None)
