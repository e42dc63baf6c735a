"""The host map, redrawn as containers come and go."""

from __future__ import annotations

from ..core.drawings.host_map import HostMap, changes, text
from ..core.drawings.host_map_svg import draw
from ..core.reports.kept_pictures import kept, map_in
from ..edges.clock import now
from ..lab.onlooking import host_map
from ..words import tr
from .live import LiveView


class HostMapView(LiveView[HostMap]):
    """Draws the host as it is now, and again after each event of the engine. Changes nothing; ``close`` ends its threads."""

    noun, stays = tr("map"), tr("The map stays as it was.")

    def __repr__(self) -> str:
        return "HostMapView()"

    def see(self) -> HostMap:
        return host_map(self._lab, self.listed())

    def drawing(self, seen: HostMap) -> str:
        return draw(seen)

    def words(self, seen: HostMap) -> str:
        return text(seen)

    def changes(self, before: HostMap, after: HostMap) -> str:
        return changes(before, after)

    def same_containers(self, before: HostMap, after: HostMap) -> bool:
        return before.names == after.names

    def show(self, seen: HostMap) -> None:
        super().show(seen)
        self._keep(seen)

    def _keep(self, seen: HostMap) -> None:
        """For the learner's report: the last map with a container in host mode, or else the first one of all."""
        name = map_in(self._lab.lesson)
        if seen.inside or not self._lab.pictures.holds(name):
            self._lab.pictures.keep(kept(name, self._lab.lesson, now(), seen))
