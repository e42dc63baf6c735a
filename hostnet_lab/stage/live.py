"""The live map: watched while somebody looks at it, for all who do; what it shows is a fragment of HTML and its text twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..core.drawings.host_map import HostMap, changes, leads_to, state_words, telling, text
from ..core.drawings.live_map import NOWHERE, SHOWN, SHOWN_NETS, LiveMap, live_map
from ..lab.onlooking import Onlooker, host_map
from ..lab.watching import Watch
from ..pages import render
from ..words import tr


@dataclass(frozen=True)
class Shown:
    """``html``, ``text``: the map; ``said``: one sentence on what came of it last."""

    html: str = ""
    text: str = ""
    said: str = tr("Looking ...")


def drawn(seen: LiveMap) -> str:
    """A fragment of HTML, to be styled by page/map.css."""
    limits = {"shown": SHOWN, "shown_nets": SHOWN_NETS, "nowhere": NOWHERE}
    return render("live_map.html", map=seen, **limits, leads=leads_to, state=state_words, told=lambda one: telling(one.addresses))


class LiveHostMap:
    """A view for a ``Watch``. ``news`` is called after each change of ``shown``, on a thread of the watch."""

    stays = tr("The map stays as it was.")

    def __init__(self, news: Callable[[], object], onlooker: Any = None) -> None:
        self._news, self._onlooker = news, onlooker or Onlooker("map")
        self.shown = Shown()
        self._watching: Watch[HostMap] = Watch(self._onlooker, self)
        self._watching.look_afresh()

    def close(self) -> None:
        self._watching.close()

    # -- where the watch looks and shows ------------------------------------------------------------

    def see(self) -> HostMap:
        self._onlooker.host.settle()
        listed = self._watching.listed()
        self._mine = {one.name for one in listed if self._onlooker.is_mine(one)}
        return host_map(self._onlooker, listed)

    def changes(self, before: HostMap, after: HostMap) -> str:
        return changes(before, after)

    def same_containers(self, before: HostMap, after: HostMap) -> bool:
        return before.names == after.names

    def show(self, seen: HostMap) -> None:
        networks = self._onlooker.networks(seen)
        self._tell(Shown(drawn(live_map(seen, networks, self._mine)), text(seen), self.shown.said))

    def say(self, said: str) -> None:
        self._tell(Shown(self.shown.html, self.shown.text, said))

    def _tell(self, shown: Shown) -> None:
        if shown != self.shown:
            self.shown = shown
            self._news()
