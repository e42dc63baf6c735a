"""A drawing with its text twin."""

from __future__ import annotations

import ipywidgets

from ..words import tr
from .markup import folded


class Figure(ipywidgets.HTML):  # type: ignore[misc]
    """Shows an SVG, and the same as text, folded.

    ``svg`` is markup of our own making (core.topology.svg, core.latency.svg) and goes in as it is; ``text`` may hold
    anything and is escaped. The repr holds the title alone, so that strict nbval can compare it.
    """

    def __init__(self, title: str, svg: str, text: str) -> None:
        self._title = title
        twin = folded(tr("As text"), text)
        super().__init__(value=f'<div style="min-width:0">{svg}{twin}</div>')

    def __repr__(self) -> str:
        return f"Figure({self._title!r})"
