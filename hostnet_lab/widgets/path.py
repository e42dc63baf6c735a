"""The ways that packets take to a container, with the counters that they move."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import ipywidgets

from ..core.drawings.stations import Passage, Path, Ways, paths_of, why_none
from ..core.drawings.stations_svg import draw, outcome, text
from ..core.errors import NoAnswer, OutOfTime
from ..core.host.counters import Counts
from ..core.host.facts import ContainerFacts
from ..core.reports.kept_pictures import kept, paths_in
from ..edges import counters, probe
from ..edges.clock import now
from ..edges.containers import described_again
from ..lab import Lab
from ..words import tr, tr_n
from .live import LiveView
from .markup import BUTTON, note, panel

REQUESTS = 10
QUIET_S, PAUSE_S = 0.3, 0.02  # how long the counters may take to rest; between two looks at them


@dataclass(frozen=True)
class Paths(Ways):
    """What the view shows."""

    missing: tuple[str, ...] = ()  # why a container has no path, a sentence each


class PathView(LiveView[Paths]):
    """Draws the paths to one or more containers, and sends requests on them to see which counters move.

    Its button sends ten small requests on each path that starts on this machine, after it has shown the commands that it
    stands for. What was sent is forgotten when a path changes. ``close`` ends its threads.
    """

    noun, stays = tr("paths"), tr("The paths stay as they were.")

    def __init__(self, lab: Lab, *names: str) -> None:
        self._names = names or ("webserver",)
        self._meters = counters.Meters()
        self._send = ipywidgets.Button(
            description=tr_n(REQUESTS, "Send {n} request", "Send {n} requests"),
            tooltip=tr("On each path, one after the other: the counters before and after are compared"),
            layout=BUTTON,
        )
        self._commands = ipywidgets.HTML(layout={"width": "auto"})
        super().__init__(lab, [self._send], [self._commands])
        self._send.on_click(lambda _: self.send())

    def __repr__(self) -> str:
        return f"PathView({', '.join(map(repr, self._names))})"

    # -- looking ------------------------------------------------------------------------------------

    def see(self) -> Paths:
        if not self._lab.host.beside:  # namespaces, relays and rules there are not this kernel's
            why = tr("The engine's host is not the one that you sit at: what packets pass there is not seen from here.")
            return Paths((), {}, missing=(why,))
        listed = {one.name: one for one in self.listed()}
        found = {name: self._facts(listed.get(name)) for name in self._names}
        containers = [one for one in found.values() if one]
        inside = any(one.in_host_mode for one in containers)  # else nobody asks whose the listeners are, which takes its time
        listeners = self._lab.listeners() if inside else []
        ground, self._meters = counters.ground([one for one in containers if one.running], listeners)
        paths = [path for one in containers for path in paths_of(one, ground)]
        missing = [tr("There is no container {name}: no path leads to it.", name=name) for name, one in found.items() if one is None]
        missing += [why_none(one) for one in containers if not paths_of(one, ground)]
        sent = tuple(one for one in (self._seen.sent if self._seen else ()) if one.path in paths)
        counts = self._meters.read(ground.translations or ())
        return Paths(tuple(sorted(paths, key=lambda one: one.remote)), counts, sent, tuple(missing))

    def _facts(self, listed: ContainerFacts | None) -> ContainerFacts | None:
        """Inspected only while it runs: the engine lets ``docker inspect`` wait for a container that it starts or removes."""
        return described_again(self._lab.engine, listed) if listed and listed.running else listed

    # -- sending ------------------------------------------------------------------------------------

    def send(self) -> None:
        """What the button does; the requests are sent between two looks."""
        if self._send.disabled:
            return
        self._send.disabled = True
        self._watching.submit(self._send_on_all, "send")

    def _send_on_all(self) -> None:
        try:
            seen = self._watching.look()
            near = [path for path in seen.paths if not path.remote]
            self._show_commands(near)
            sent = tuple(self._send_on(path) for path in near)
            seen = Paths(seen.paths, self._meters.read(), sent, seen.missing)
            self.show(seen)
            self._watching.told(seen)
            self.say(outcome(seen.passages))
        finally:
            self._send.disabled = self._redraw.disabled  # closed meanwhile

    def _show_commands(self, paths: Iterable[Path]) -> None:
        shell, python = commands(paths)
        self._commands.value = panel(tr("On the command line"), shell) + panel(tr("In Python"), python)

    def _send_on(self, path: Path) -> Passage:
        before = self._rested()
        answered = sum(self._answers(path.url) for _ in range(REQUESTS))
        return Passage(path, REQUESTS, answered, before, self._rested())

    @staticmethod
    def _answers(url: str) -> bool:
        try:
            return probe.get(url) is not None
        except OutOfTime:  # it is counted as sent, and not as answered by now
            return False

    def _rested(self) -> Counts:
        """The counters, when two looks at them agree: the last packets of a connection come after its answer."""
        looks = [self._meters.read()]

        def still() -> bool:
            looks.append(self._meters.read())
            return looks[-2] == looks[-1]

        with suppress(NoAnswer):  # other traffic: they never rest
            probe.wait_until(still, QUIET_S, tr("counters that rest"), PAUSE_S)
        return looks[-1]

    # -- drawing ------------------------------------------------------------------------------------

    def drawing(self, seen: Paths) -> str:
        return (draw(seen) if seen.paths else "") + "".join(map(note, seen.missing))

    def show(self, seen: Paths) -> None:
        super().show(seen)
        self._keep(seen)

    def _keep(self, seen: Paths) -> None:
        """For the learner's report: the last paths that requests were sent on, or else the first ones of all."""
        name = paths_in(self._lab.lesson)
        if seen.paths and (seen.sent or not self._lab.pictures.holds(name)):
            self._lab.pictures.keep(kept(name, self._lab.lesson, now(), Ways(seen.paths, seen.counts, seen.sent)))

    def words(self, seen: Paths) -> str:
        return "\n".join([text(seen), *seen.missing]).strip()

    def changes(self, before: Paths, after: Paths) -> str:
        was, now = ({path.name for path in one.paths} for one in (before, after))
        news = [tr("new: {path}", path=name) for name in sorted(now - was)] + [tr("gone: {path}", path=name) for name in sorted(was - now)]
        same = before.paths == after.paths and before.missing == after.missing
        return "" if same else " ".join([tr("The paths changed."), *filter(None, ["; ".join(news)])])


def commands(paths: Iterable[Path]) -> tuple[str, str]:
    """What the button does, as one would type it, and in Python: each request on a new connection."""
    urls = [path.url for path in paths]
    shell = f"for url in {' '.join(urls)}; do\n  for i in $(seq {REQUESTS}); do curl -s -o /dev/null $url; done\ndone"
    quoted = ", ".join(f'"{url}"' for url in urls)
    return shell, f"for url in [{quoted}]:\n    for i in range({REQUESTS}):\n        requests.get(url)"
