"""Reads what earlier versions of the lab wrote as if it were written now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...words import Said


def renewed(kind: str, id: str, more: Mapping[str, Any]) -> dict[str, Any]:
    """``more`` of an event of version 1, which kept the English text of a choice; one that is not offered any more stays as it is."""
    from ..guide.choices import OFFERED  # all predictions and the quiz, for the rare file that is so old

    for choice in OFFERED.get(kind, {}).get(id, ()):
        if more.get("choice") == (choice.text.text if isinstance(choice.text, Said) else choice.text):
            return {**more, "choice": choice.id}
    return dict(more)
