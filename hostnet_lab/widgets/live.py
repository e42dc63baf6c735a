"""What is redrawn as containers come and go: the frame of the host map, the ports board and the paths."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Generic, TypeVar

import ipywidgets

from ..core.errors import NoAnswer
from ..core.host.facts import ContainerFacts, number
from ..core.host.quirks import as_announced
from ..edges import probe
from ..edges.pace import Limit
from ..lab import Lab
from ..lab.worker import Follower, Worker
from ..words import tr
from .markup import BUTTON, panel, status

SETTLE_S = 1.0  # a server opens its port some milliseconds after the engine says `start`
PAUSE_S = 0.04
WORTH = ("create", "start", "die", "destroy", "pause", "unpause", "rename", "connect", "disconnect")
S = TypeVar("S")


class LiveView(ipywidgets.VBox, Generic[S]):  # type: ignore[misc]
    """Draws what ``see`` finds, and again after each event of the engine. Changes nothing.

    One thread follows the events, another looks and draws. When the engine goes away the last picture stays, the status
    line says so, and Redraw connects again. ``close`` ends both threads. A subclass says what is seen, how it is drawn,
    put into words, and compared.
    """

    noun, stays = tr("picture"), tr("The picture stays as it was.")

    def __init__(self, lab: Lab, buttons: Sequence[ipywidgets.Button] = (), below: Sequence[ipywidgets.Widget] = ()) -> None:
        self._lab = lab
        lab.host.settle()
        self._seen: S | None = None  # what is drawn
        self._told: S | None = None  # what the status line last spoke of
        self._said = tr("Looking ...")
        self._follower: Follower | None = None
        self._actions: list[str] = []  # of the events since the last drawing
        self._died: dict[str, int] = {}  # id -> exit code, by the events; until it is started again
        self._picture = ipywidgets.HTML(layout={"width": "auto"})
        self._twin = ipywidgets.HTML(layout={"width": "auto", "display": "none"})
        self._status = ipywidgets.HTML(value=status(self._said), layout={"width": "auto", "flex": "1 1 300px"})
        self._redraw = ipywidgets.Button(description=tr("Redraw"), tooltip=tr("Look at the host and the engine again"), layout=BUTTON)
        tip = tr("The same {noun} as text", noun=self.noun)
        self._as_text = ipywidgets.Button(description=tr("Show as text"), tooltip=tip, layout=BUTTON)
        self._buttons = [*buttons, self._redraw]
        bar = ipywidgets.HBox([*self._buttons, self._as_text, self._status], layout={"flex_flow": "row wrap"})
        super().__init__([bar, self._picture, self._twin, *below], layout={"min_width": "0"})
        self._worker: Worker = Worker(lambda error: self._say(str(error)))
        self._redraw.on_click(lambda _: self._worker.submit(self._look_afresh, "afresh"))
        self._as_text.on_click(lambda _: self._fold())
        self._worker.submit(self._look_afresh, "afresh")

    # -- what a subclass says -----------------------------------------------------------------------

    def see(self) -> S:
        """Look at host and engine; on the worker's thread."""
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
        return [as_announced(one, self._died) for one in self._lab.listed()]

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
        """End the threads and the stream. The last drawing stays on the page, and says that it is the last."""
        if not hasattr(self, "_worker") or self._redraw.disabled:
            return
        self._worker.close()  # first: a look under way may yet open the stream
        if self._follower:
            self._follower.close()
        for button in self._buttons:
            button.disabled = True
        self._say(tr("No longer watched: this is how it was last."))

    # -- on the worker's thread ---------------------------------------------------------------------

    def _look_afresh(self) -> None:
        if self._follower is None or not self._follower.alive:
            stream = self._lab.engine.events(type="container")
            self._follower = Follower(stream, self._on_event, self._on_end)
        before, seen = self._told, self._look()
        self._told = seen
        first = tr("Drawn. It is drawn again when a container comes or goes.")
        self._say(first if before is None else self.changes(before, seen) or tr("No change."))

    def _look(self) -> S:
        """See and draw."""
        seen = self._seen = self.see()
        self._draw(seen)
        return seen

    def _follow_up(self) -> None:
        """Draw after a burst of events, and again whenever a listener comes or goes soon after, until the next burst."""
        actions, self._actions = self._actions, []
        before, places, shown = self._told, self._lab.host.places(), self._look()
        if set(actions) == {"create"}:  # `docker run` creates, then starts: told as one
            if self._more_comes():
                return
            places, shown = self._lab.host.places(), self._look()  # a start that the engine refused is no event
        self._tell(before, shown)
        with Limit(SETTLE_S) as limit, suppress(NoAnswer):  # nothing opens or closes a port any more: the drawing stands
            while not self._worker.wanted:
                self._await_places(places, limit.rest_s)
                if self._worker.wanted:
                    return
                last, places, shown = shown, self._lab.host.places(), self._look()
                self._tell(before if self.same_containers(last, shown) else last, shown)

    def _await_places(self, places: frozenset[tuple[int, str]], left_s: float) -> None:
        """Wait until the listeners are others than ``places``, or another event came; raises NoAnswer where neither."""
        waiting_for = tr("a listener that comes or goes")
        probe.wait_until(lambda: self._worker.wanted or self._lab.host.places() != places, left_s, waiting_for, PAUSE_S)

    def _more_comes(self) -> bool:
        try:
            return probe.wait_until(lambda: self._worker.wanted, SETTLE_S, tr("another event"), PAUSE_S)
        except NoAnswer:
            return False

    def _tell(self, before: S | None, seen: S) -> None:
        self._told = seen
        if said := tr("Drawn.") if before is None else self.changes(before, seen):
            self._say(said)

    def _draw(self, seen: S) -> None:
        self._picture.value = self.drawing(seen)
        self._twin.value = panel(tr("The {noun} as text", noun=self.noun), self.words(seen))

    def _say(self, said: str) -> None:
        self._said = said
        self._status.value = status(said)

    # -- on other threads ---------------------------------------------------------------------------

    def _on_event(self, event: Any) -> None:
        action, actor = str(event.get("Action", "")), event.get("Actor") or {}
        if action == "die":
            self._died[str(actor.get("ID"))] = number(str((actor.get("Attributes") or {}).get("exitCode", ""))) or 0
        elif action in ("start", "destroy"):
            self._died.pop(str(actor.get("ID")), None)
        if action in WORTH:
            self._actions.append(action)
            self._worker.submit(self._follow_up, "events")

    def _on_end(self) -> None:
        said = tr("The engine's events ended: it stopped, or went out of reach.")
        self._say(" ".join([said, self.stays, tr("Redraw looks again.")]))

    def _fold(self) -> None:
        hidden = self._twin.layout.display == "none"
        self._twin.layout.display = None if hidden else "none"
        self._as_text.description = tr("Hide the text") if hidden else tr("Show as text")
