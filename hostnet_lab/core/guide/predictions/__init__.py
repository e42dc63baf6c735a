"""Predict, run, explain: what a learner is asked before an experiment, in at least two forms for each misconception.

The data stand in ``ports``, ``paths``, ``limits``, ``versions`` and ``settings``, the rule in ``model``;
``core/progress/coming_back.py`` says what is asked again.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from ....words import tr
from ...errors import BadRequest
from .limits import LIMITS
from .model import Asked, Choice, Comparison, Fact, Prediction, State, Value, chosen, compared, decided, fact_of, standing
from .paths import PATHS
from .ports import PORTS
from .settings import SETTINGS
from .versions import VERSIONS

__all__ = [
    "PREDICTIONS",
    "Asked",
    "Choice",
    "Comparison",
    "Fact",
    "Prediction",
    "State",
    "Value",
    "chosen",
    "compared",
    "decided",
    "fact_of",
    "forms",
    "named",
    "standing",
]

PREDICTIONS: Mapping[str, Prediction] = {
    one.id: one for one in sorted((*PORTS, *PATHS, *LIMITS, *VERSIONS, *SETTINGS), key=lambda one: one.lesson)
}


def forms(misconception: str) -> list[Prediction]:
    """All forms in which one misconception is asked, by lesson."""
    return [one for one in PREDICTIONS.values() if one.misconception == misconception]


def named(id: str) -> Prediction:
    """Raises BadRequest for an id that there is not, with the nearest that there are."""
    if id in PREDICTIONS:
        return PREDICTIONS[id]
    near = get_close_matches(str(id).lower()[:80], PREDICTIONS, n=3, cutoff=0.5)
    all_of_them = "hostnet_lab.core.guide.predictions.PREDICTIONS"
    do = tr("nearest: {names}", names=", ".join(near)) if near else tr("{place} names them all", place=all_of_them)
    raise BadRequest(tr("predict {id!r}", id=str(id)[:80]), tr("there is no prediction of that name"), do)
