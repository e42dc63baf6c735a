"""The host map, redrawn as containers come and go."""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import Any

import ipywidgets

from ..core.errors import NoAnswer
from ..core.pictures import Picture
from ..core.topology import HostMap, changes, map_of, svg, text
from ..edges import host, probe
from ..edges.pictures import now
from ..lab import Lab
from .markup import panel, status
from .worker import Follower, Worker

SETTLE_S = 1.0  # a server opens its port some milliseconds after the engine says `start`
PAUSE_S = 0.04
WORTH = ("create", "start", "die", "destroy", "pause", "unpause", "rename", "connect", "disconnect")


class HostMapView(ipywidgets.VBox):  # type: ignore[misc]
    """Draws the host as it is now, and again after each event of the engine. Changes nothing.

    One thread follows the events, another looks and draws. When the engine goes away the last map stays, the status
    line says so, and Redraw connects again. ``close`` ends both threads.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._map: HostMap | None = None
        self._said = "Looking ..."
        self._follower: Follower | None = None
        self._actions: list[str] = []  # of the events since the last drawing
        self._picture = ipywidgets.HTML(layout={"width": "auto"})
        self._twin = ipywidgets.HTML(layout={"width": "auto", "display": "none"})
        self._status = ipywidgets.HTML(value=status("Looking ..."), layout={"width": "auto", "flex": "1 1 300px"})
        self._redraw = ipywidgets.Button(description="Redraw", tooltip="Look at the host and the engine again")
        self._as_text = ipywidgets.Button(description="Show as text", tooltip="The same map as text")
        bar = ipywidgets.HBox([self._redraw, self._as_text, self._status], layout={"flex_flow": "row wrap"})
        super().__init__([bar, self._picture, self._twin], layout={"min_width": "0"})
        self._worker: Worker = Worker(lambda error: self._say(str(error)))
        self._redraw.on_click(lambda _: self._worker.submit(self._look_afresh, "afresh"))
        self._as_text.on_click(lambda _: self._fold())
        self._worker.submit(self._look_afresh, "afresh")

    def __repr__(self) -> str:
        return "HostMapView()"

    @property
    def said(self) -> str:
        """What the status line says, as plain text."""
        return self._said

    @property
    def text(self) -> str:
        """The map that is shown, as text; "" before the first look."""
        return text(self._map) if self._map else ""

    def close(self) -> None:
        """End the threads and the stream. The last drawing stays on the page, and says that it is the last."""
        if not hasattr(self, "_worker") or self._redraw.disabled:
            return
        self._worker.close()  # first: a look under way may yet open the stream
        if self._follower:
            self._follower.close()
        self._redraw.disabled = True
        self._say("No longer watched: this is how it was last.")

    # -- on the worker's thread ---------------------------------------------------------------------

    def _look_afresh(self) -> None:
        if self._follower is None or not self._follower.alive:
            stream = self._lab.engine.events(type="container")
            self._follower = Follower(stream, self._on_event, self._on_end)
        before, self._map = self._map, self._see()
        self._draw(self._map)
        self._say(changes(before, self._map) if before else "Drawn. It is drawn again when a container comes or goes.")

    def _follow_up(self) -> None:
        """Draw after a burst of events, and again whenever the listeners change soon after, until the next burst."""
        actions, self._actions = self._actions, []
        if set(actions) == {"create"} and self._more_comes():
            return  # `docker run` creates, then starts: told as one
        before, shown = self._map or self._see(), self._see()
        self._show(before, shown)
        end = monotonic() + SETTLE_S

        def listeners_changed() -> bool:
            now = {(one.port, one.address) for one in host.listeners()}
            return self._worker.wanted or now != {(one.port, address) for one in shown.sockets for address in one.addresses}

        with suppress(NoAnswer):  # nothing opens or closes a port any more: the map stands
            while not self._worker.wanted:
                left = max(end - monotonic(), 0)
                probe.wait_until(listeners_changed, left, "a listener that comes or goes", PAUSE_S)
                if self._worker.wanted:
                    return
                last, shown = shown, self._see()
                self._show(before if shown.names == last.names else last, shown)

    def _more_comes(self) -> bool:
        try:
            return probe.wait_until(lambda: self._worker.wanted, SETTLE_S, "another event", PAUSE_S)
        except NoAnswer:
            return False

    def _see(self) -> HostMap:
        facts = host.facts()
        containers = self._lab.containers()
        joined = tuple(self._lab.with_containers(facts.listeners))
        return map_of(type(facts)(facts.namespace, facts.interfaces, joined), containers)

    def _show(self, before: HostMap, seen: HostMap) -> None:
        self._map = seen
        self._draw(seen)
        said = changes(before, seen)
        if said != "No change.":
            self._say(said)

    def _draw(self, seen: HostMap) -> None:
        self._picture.value = svg(seen)
        self._twin.value = panel("The map as text", text(seen))
        self._keep(seen, self._picture.value)

    def _keep(self, seen: HostMap, drawn: str) -> None:
        """For the learner's report: the last map with a container in host mode, or else the first one of all."""
        name = f"host-map-{self._lab.lesson}"
        if seen.inside or not self._lab.pictures.holds(name):
            title = f"The host's network in lesson {self._lab.lesson}"
            self._lab.pictures.keep(Picture(name, title, self._lab.lesson, now(), drawn, text(seen)))

    def _say(self, said: str) -> None:
        self._said = said
        self._status.value = status(said)

    # -- on other threads ---------------------------------------------------------------------------

    def _on_event(self, event: Any) -> None:
        action = str(event.get("Action", ""))
        if action in WORTH:
            self._actions.append(action)
            self._worker.submit(self._follow_up, "events")

    def _on_end(self) -> None:
        self._say("The engine's events ended: it stopped, or went out of reach. The map stays as it was. Redraw looks again.")

    def _fold(self) -> None:
        hidden = self._twin.layout.display == "none"
        self._twin.layout.display = None if hidden else "none"
        self._as_text.description = "Hide the text" if hidden else "Show as text"
