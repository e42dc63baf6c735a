"""A drawing with its text twin."""

from __future__ import annotations

from collections.abc import Sequence

import ipywidgets

from ..core.drawings import latency
from ..core.host.timings import Series
from ..words import tr
from .markup import folded


class Figure(ipywidgets.HTML):  # type: ignore[misc]
    """Shows an SVG, and the same as text, folded.

    ``svg`` is markup of our own making (core/drawings) and goes in as it is; ``text`` may hold
    anything and is escaped. The repr holds the title alone, so that strict nbval can compare it.
    """

    def __init__(self, title: str, svg: str, text: str) -> None:
        self._title = title
        twin = folded(tr("As text"), text)
        super().__init__(value=f'<div style="min-width:0">{svg}{twin}</div>')

    @classmethod
    def of_times(cls, load: str, series: Sequence[Series]) -> Figure:
        """The chart of what ``hostnet_lab.measure`` has measured of a load, such as "one big answer", with what it says in a sentence."""
        return cls(load, latency.svg(series, load) + f"<p>{latency.sentence(series, load)}</p>", latency.text(series))

    def __repr__(self) -> str:
        return f"Figure({self._title!r})"
