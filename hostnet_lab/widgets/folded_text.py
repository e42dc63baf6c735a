"""A picture's words, folded away until its button is pressed."""

from __future__ import annotations

import ipywidgets

from ..words import tr
from .markup import BUTTON, panel


class FoldedText(ipywidgets.HTML):  # type: ignore[misc]
    """``button`` belongs to the picture's others, and can be pressed when there is a text."""

    def __init__(self, tip: str) -> None:
        super().__init__(layout={"width": "auto", "min_width": "0", "display": "none"})
        self.button = ipywidgets.Button(description=tr("Show as text"), tooltip=tip, disabled=True, layout=BUTTON)
        self.button.on_click(lambda _: self._fold())

    def put(self, title: str, text: str) -> None:
        """``text`` is escaped here."""
        self.value = panel(title, text)
        self.button.disabled = False

    def _fold(self) -> None:
        hidden = self.layout.display == "none"
        self.layout.display = None if hidden else "none"
        self.button.description = tr("Hide the text") if hidden else tr("Show as text")
