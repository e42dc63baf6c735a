"""A widget that stays readable where it cannot be drawn: its whole repr is stored in the lesson."""

from __future__ import annotations

from typing import Any

from ..words import lines


class TextTwin:
    """ipywidgets cuts a repr off after 110 characters; here it is a page's only text for a reader without a kernel."""

    def _repr_mimebundle_(self, **options: Any) -> Any:
        drawn = super()._repr_mimebundle_(**options)  # type: ignore[misc]
        if isinstance(drawn, dict) and "text/plain" in drawn:
            drawn["text/plain"] = lines(repr(self))
        return drawn
