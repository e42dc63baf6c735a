"""One request, followed: a path is chosen, a button pressed, and what every station heard of it is drawn."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import ipywidgets

from ..core.drawings.journey import Chart, Followed, summary, text
from ..core.drawings.journey_svg import draw
from ..core.drawings.stations import Path
from ..core.errors import LabError
from ..core.host.followed import DEAF
from ..core.host.pcapng import pcapng
from ..lab import Lab
from ..lab.worker import Worker
from ..words import tr
from .folded_text import FoldedText
from .markup import BUTTON, TEXT, panel, status
from .path import PathView

WIDE = {"width": "auto", "min_width": "0"}
PCAPNG = "application/x-pcapng"
FILE = "request.pcapng"


class FollowView(ipywidgets.VBox):  # type: ignore[misc]
    """Follows one request to one of these containers, and draws where it was heard. Where that cannot be it says why, and shows counters.

    What listens is gone when the picture is there. A thread does the work; ``close``, which ``lab.clean`` calls, ends it.
    """

    def __init__(self, lab: Lab, *names: str) -> None:
        self._lab, self._names = lab, names or ("webserver",)
        self._paths: dict[str, Path] = {}
        self._followed: Followed | None = None
        self._counters: PathView | None = None
        self._closed = False
        self._said = tr("Looking ...")
        self._make()
        top = ipywidgets.HBox([self._path, self._follow, self._twin.button, self._file], layout={"flex_flow": "row wrap", **WIDE})
        self._parts = [top, self._status, self._picture, self._twin, self._commands]
        super().__init__(self._parts, layout=WIDE)
        lab.host.settle()
        self._worker = Worker(self._on_error)
        lab.at_end(f"follow {' '.join(self._names)}", self.close)
        self._worker.submit(self._look)

    def __repr__(self) -> str:
        return f"FollowView({', '.join(map(repr, self._names))})"

    @property
    def said(self) -> str:
        """What the status line says, as plain text."""
        return self._said

    @property
    def text(self) -> str:
        """What is shown, as text; "" before the first request."""
        return text(self._followed) if self._followed else ""

    def close(self) -> None:
        """End the thread. The last picture stays on the page."""
        if self._closed or not hasattr(self, "_worker"):
            return
        self._closed = True
        self._worker.close()
        if self._counters:
            self._counters.close()
        self._path.disabled = self._follow.disabled = True

    # -- making -------------------------------------------------------------------------------------

    def _make(self) -> None:
        self._path = ipywidgets.Dropdown(description=tr("Path"), disabled=True, layout={"width": "auto", "max_width": "100%"})
        words = tr("Send one request on this path, and listen wherever it passes")
        self._follow = ipywidgets.Button(description=tr("Follow one request"), tooltip=words, disabled=True, layout=BUTTON)
        self._twin = FoldedText(tr("Every packet of the request as text"))
        self._status = ipywidgets.HTML(value=status(self._said), layout=WIDE)
        self._picture, self._commands, self._file = (ipywidgets.HTML(layout=WIDE) for _ in range(3))
        self._follow.on_click(lambda _: self.follow())

    # -- looking, and following ---------------------------------------------------------------------

    def _look(self) -> None:
        self._find()
        self._follow.disabled = self._closed
        names = ", ".join(self._names)
        self._say(tr("Choose a path and press the button.") if self._paths else tr("No path leads to {names} now.", names=names))

    def _find(self) -> None:
        """Which paths there are now. The chosen one stays chosen."""
        found = {path.name: path for path in self._lab.following.paths(*self._names)}
        if list(found) != list(self._paths):
            chosen = self._path.value
            self._paths = found
            self._path.options = [*found]
            self._path.value = chosen if chosen in found else next(iter(found), None)
        self._path.disabled = self._closed or not found

    def follow(self) -> None:
        """What the button does."""
        if self._follow.disabled:
            return
        self._follow.disabled = True
        self._say(tr("Listening ..."))
        self._worker.submit(self._follow_chosen)

    def _follow_chosen(self) -> None:
        try:
            if not self._paths:
                self._find()
            path = self._paths.get(self._path.value or "")
            self._show(self._lab.follow(path.container, path.sender) if path else self._lab.follow(self._names[0]))
        finally:
            self._follow.disabled = self._closed

    def _show(self, followed: Followed) -> None:
        self._followed = followed
        journey = followed.caught.journey
        self._picture.value = draw(followed)
        self._twin.put(tr("The request as text"), text(followed))
        chart, title = followed.chart, tr("The same in short, as root, where tcpdump is installed")
        self._commands.value = panel(title, commands(chart)) if chart else ""
        self._file.value = saved(pcapng(journey.frames)) if journey else ""
        self._say(summary(followed))
        if followed.caught.reason in DEAF:
            self._show_counters()

    def _show_counters(self) -> None:
        if not self._counters:
            self._counters = PathView(self._lab, *self._names)
            self.children = [*self._parts, self._counters]

    def _on_error(self, error: Exception) -> None:
        self._say(str(error) if isinstance(error, LabError) else f"{type(error).__name__}: {error}")

    def _say(self, said: str) -> None:
        self._said = said
        self._status.value = status(said)


def saved(content: bytes) -> str:
    """A link that keeps the file; nothing is written until it is followed."""
    data = f"data:{PCAPNG};base64,{b64encode(content).decode('ascii')}"
    words, tip = tr("Save for Wireshark (pcapng)"), tr("The packets of this request, and no others")
    look = f"{TEXT};display:inline-block;padding:4px 8px;color:var(--jp-content-link-color,#0b57a4)"
    return f'<a download="{FILE}" href="{data}" title="{escape(tip, quote=True)}" style="{look}">{escape(words)}</a>'


def commands(chart: Chart) -> str:
    """The idea in plain commands: listen everywhere on the ports that the request came by, and ask."""
    targets = [one.leg.target for one in chart.stretches]
    ports = dict.fromkeys(one.port for one in targets)
    return f"tcpdump -n -i any '{' or '.join(f'tcp port {port}' for port in ports)}' &\ncurl http://{targets[0]}"
