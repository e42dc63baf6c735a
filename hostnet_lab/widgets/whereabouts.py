"""Where the reader sits, with the three facts that say so."""

from __future__ import annotations

import ipywidgets

from ..core.errors import LabError
from ..core.host.whereabouts import PLACES, Place, place_of
from ..experiments.stage import Stage
from ..experiments.where import Look, look
from ..lab import Lab
from ..words import tr
from .markup import BUTTON, status, table

COLUMNS = {tr("Fact"): 26, tr("Here"): 28, tr("In a container in host mode"): 28, tr("Alike"): 18}  # widths in percent


class WhereAmI(ipywidgets.VBox):  # type: ignore[misc]
    """Looks once when it is made, and again on its button; the container that this takes is gone afterwards."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.place: Place | None = None
        self._table = ipywidgets.HTML(layout={"width": "auto"})
        self._status = ipywidgets.HTML(layout={"width": "auto"})
        self._again = ipywidgets.Button(description=tr("Look again"), tooltip=tr("Start the probe once more"), layout=BUTTON)
        self._again.on_click(lambda _: self.look())
        super().__init__([self._table, self._status, self._again], layout={"min_width": "0", "width": "auto"})
        self.look()

    def __repr__(self) -> str:
        shown = self.place or tr("unknown")
        return f"WhereAmI({shown!r})"

    def look(self) -> None:
        """Start the probe and draw what it found; an engine that does not answer is a sentence."""
        self._status.value = status(tr("Looking ..."))  # else a second look that finds the same would be announced by nothing
        try:
            with Stage(self._lab.engine, self._lab.labels) as stage:
                found = look(stage)
        except LabError as error:
            self._status.value = status(str(error))
            return
        self.place = place_of(found.sighting)
        self._table.value = table(tr("Three facts"), COLUMNS, rows(found))
        self._status.value = status(PLACES[self.place])


def rows(found: Look) -> list[tuple[str, str, str, str]]:
    """The three facts, side by side."""
    seen = found.sighting

    def compared(one: str, other: str) -> tuple[str, str, str]:
        unread = tr("not readable")
        alike = tr("unknown") if not (one and other) else tr("yes") if one == other else tr("no")
        return one or unread, other or unread, alike

    return [
        (tr("The kernel's boot id"), *compared(seen.my_boot_id, seen.its_boot_id)),
        (tr("The network namespace"), *compared(seen.my_namespace, seen.its_namespace)),
        (tr("A connection to port {port}", port=found.port), _answers(seen.answered), _answers(seen.answered_inside), ""),
    ]


def _answers(yes: bool) -> str:
    return tr("answered by the container") if yes else tr("not answered")
