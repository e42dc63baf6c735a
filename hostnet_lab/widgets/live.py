"""What is redrawn as containers come and go: the frame of the host map, the ports board and the paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

import ipywidgets

from ..core.host.facts import ContainerFacts
from ..lab import Lab
from ..lab.watching import Watch
from ..words import tr
from .folded_text import FoldedText
from .markup import BUTTON, status

S = TypeVar("S")


class LiveView(ipywidgets.VBox, Generic[S]):  # type: ignore[misc]
    """Draws what ``see`` finds, and again after each event of the engine. Changes nothing.

    When the engine goes away the last picture stays, and the status line says so. ``close`` ends the watch. A subclass says
    what is seen, how it is drawn, put into words, and compared.
    """

    noun, stays = tr("picture"), tr("The picture stays as it was.")

    def __init__(self, lab: Lab, buttons: Sequence[ipywidgets.Button] = (), below: Sequence[ipywidgets.Widget] = ()) -> None:
        self._lab = lab
        self._seen: S | None = None  # what is drawn
        self._said = tr("Looking ...")
        self._picture = ipywidgets.HTML(layout={"width": "auto"})
        self._twin = FoldedText(tr("The same {noun} as text", noun=self.noun))
        self._status = ipywidgets.HTML(value=status(self._said), layout={"width": "auto", "flex": "1 1 300px"})
        self._redraw = ipywidgets.Button(description=tr("Redraw"), tooltip=tr("Look at the host and the engine again"), layout=BUTTON)
        self._buttons = [*buttons, self._redraw]
        bar = ipywidgets.HBox([*self._buttons, self._twin.button, self._status], layout={"flex_flow": "row wrap"})
        super().__init__([bar, self._picture, self._twin, *below], layout={"min_width": "0"})
        lab.host.settle()
        self._watching: Watch[S] = Watch(lab, self)
        self._redraw.on_click(lambda _: self._watching.look_afresh())
        self._watching.look_afresh()

    # -- what a subclass says -----------------------------------------------------------------------

    def see(self) -> S:
        """Look at host and engine; on the thread of the watch."""
        raise NotImplementedError

    def drawing(self, seen: S) -> str:
        """Markup."""
        raise NotImplementedError

    def words(self, seen: S) -> str:
        """The text twin; it is escaped here."""
        raise NotImplementedError

    def changes(self, before: S, after: S) -> str:
        """One sentence; "" where nothing is different."""
        raise NotImplementedError

    def same_containers(self, before: S, after: S) -> bool:
        """False where the change was one of containers: what the ports do next is then told apart from it."""
        return True

    def listed(self) -> list[ContainerFacts]:
        """All containers by the engine's list; one that died is said so though the list may not know yet."""
        return self._watching.listed()

    # -- for everybody ------------------------------------------------------------------------------

    @property
    def said(self) -> str:
        """What the status line says, as plain text."""
        return self._said

    @property
    def text(self) -> str:
        """What is shown, as text; "" before the first look."""
        return self.words(self._seen) if self._seen is not None else ""

    def close(self) -> None:
        """End the watch. The last drawing stays on the page, and says that it is the last."""
        if not hasattr(self, "_watching") or self._redraw.disabled:
            return
        self._watching.close()
        for button in self._buttons:
            button.disabled = True
        self.say(tr("No longer watched: this is how it was last."))

    # -- where the watch shows it -------------------------------------------------------------------

    def show(self, seen: S) -> None:
        self._seen = seen
        self._picture.value = self.drawing(seen)
        self._twin.put(tr("The {noun} as text", noun=self.noun), self.words(seen))

    def say(self, said: str) -> None:
        self._said = said
        self._status.value = status(said)
