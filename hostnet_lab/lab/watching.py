"""What is looked at again as containers come and go: a map, a board, paths. It changes nothing.

One thread follows the engine's events, another looks. When the engine goes away the last picture stays, and it is looked
for now and then until it is back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from typing import Any, Generic, Protocol, TypeVar

from ..core.errors import EngineUnavailable, LabError, NoAnswer
from ..core.host.facts import ContainerFacts, number
from ..core.host.quirks import as_announced
from ..edges import probe
from ..edges.pace import Limit
from ..words import tr
from .worker import Follower, Worker

SETTLE_S = 1.0  # a server opens its port some milliseconds after the engine says `start`
PAUSE_S = 0.04
AWAY_PAUSE_S = 1.0  # between two tries to reach an engine that is gone
AWAY_S = 900.0  # after that, Redraw tries again
WORTH = ("create", "start", "die", "destroy", "pause", "unpause", "rename")
OF_NETWORKS = ("create", "destroy")  # and, of a container that runs, "connect" and "disconnect"
Event = Mapping[str, Any]
S = TypeVar("S")


class Streaming(Protocol):
    """As much of an engine as is asked."""

    def events(self, **filters: str | list[str]) -> AbstractContextManager[Iterator[Event]]: ...


class Ports(Protocol):
    """As much of its host."""

    def places(self) -> frozenset[tuple[int, str]]: ...


class Looking(Protocol):
    """Who looks: a lab, or somebody who opens no lesson."""

    @property
    def engine(self) -> Streaming: ...
    @property
    def host(self) -> Ports: ...
    def listed(self) -> list[ContainerFacts]: ...


class View(Protocol[S]):
    """What is seen, how it is compared, and where it is shown; all of it on a thread of the watch."""

    stays: str  # a sentence: what is shown while the engine is away

    def see(self) -> S: ...
    def changes(self, before: S, after: S) -> str:
        """One sentence; "" where nothing is different."""

    def same_containers(self, before: S, after: S) -> bool:
        """False where the change was one of containers: what the ports do next is then told apart from it."""

    def show(self, seen: S) -> None: ...
    def say(self, said: str) -> None: ...


class Watch(Generic[S]):
    """Shows what ``view`` sees, from the first ``look_afresh`` on after each event, until ``close``."""

    def __init__(self, lab: Looking, view: View[S]) -> None:
        self._lab, self._view = lab, view
        self._told: S | None = None  # what was last spoken of
        self._follower: Follower | None = None
        self._actions: list[str] = []  # of the events since the last look
        self._died: dict[str, int] = {}  # id -> exit code, by the events; until it is started again
        self._ran: frozenset[str] = frozenset()  # ids of those that ran at the last look
        self._worker = Worker(self._on_error)

    @property
    def wanted(self) -> bool:
        """True when a look waits."""
        return self._worker.wanted

    def submit(self, job: Callable[[], None], key: str = "") -> None:
        """Have something done between two looks, on their thread."""
        self._worker.submit(job, key)

    def look_afresh(self) -> None:
        """Look again, and follow the events again where they have ended."""
        self._worker.submit(self._look_afresh, "afresh")

    def listed(self) -> list[ContainerFacts]:
        """All containers by the engine's list; one that died is said so though the list may not know yet."""
        found = [as_announced(one, self._died) for one in self._lab.listed()]
        self._ran = frozenset(one.id for one in found if one.running)
        return found

    def look(self) -> S:
        """See and show; for a job that was submitted."""
        seen = self._view.see()
        self._view.show(seen)
        return seen

    def told(self, seen: S) -> None:
        """From here on changes are told against this."""
        self._told = seen

    def close(self) -> None:
        """End both threads and the stream."""
        self._worker.close()  # first: a look under way may yet open the stream
        if self._follower:
            self._follower.close()

    # -- on the worker's thread ---------------------------------------------------------------------

    def _look_afresh(self) -> None:
        if self._follower is None or not self._follower.alive:
            self._follower = Follower(self._lab.engine.events(type=["container", "network"]), self._on_event, self._on_end)
        before, seen = self._told, self.look()
        self._told = seen
        first = tr("Drawn. It is drawn again when a container comes or goes.")
        self._view.say(first if before is None else self._view.changes(before, seen) or tr("No change."))

    def _follow_up(self) -> None:
        """Look after a burst of events, and again whenever a listener comes or goes soon after, until the next burst."""
        actions, self._actions = self._actions, []
        before, places, shown = self._told, self._lab.host.places(), self.look()
        if set(actions) == {"create"}:  # `docker run` creates, then starts: told as one
            if self._more_comes():
                return
            places, shown = self._lab.host.places(), self.look()  # a start that the engine refused is no event
        self._tell(before, shown)
        with Limit(SETTLE_S) as limit, suppress(NoAnswer):  # nothing opens or closes a port any more: what is shown stands
            while not self._worker.wanted:
                self._await_places(places, limit.rest_s)
                if self._worker.wanted:
                    return
                last, places, shown = shown, self._lab.host.places(), self.look()
                self._tell(before if self._view.same_containers(last, shown) else last, shown)

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
        if said := tr("Drawn.") if before is None else self._view.changes(before, seen):
            self._view.say(said)

    def _await_engine(self) -> None:
        """Try it now and then until it is back; only while it is away, and not for ever."""

        def back() -> bool:
            with suppress(LabError):  # not yet; or it answers, and its images are not there yet
                self._look_afresh()
                return True
            return False

        with suppress(NoAnswer):
            probe.wait_until(lambda: self._worker.wanted or back(), AWAY_S, tr("the engine"), AWAY_PAUSE_S)
        if self._worker.wanted:
            self._worker.submit(self._await_engine, "away")  # after the job that waits, which need not find it there

    # -- on other threads ---------------------------------------------------------------------------

    def _on_event(self, event: Event) -> None:
        action, actor = str(event.get("Action", "")), event.get("Actor") or {}
        if event.get("Type") == "network":
            action = f"network {action}" if self._tells(action, actor) else ""
        if action == "die":
            self._died[str(actor.get("ID"))] = number(str((actor.get("Attributes") or {}).get("exitCode", ""))) or 0
        elif action in ("start", "destroy"):
            self._died.pop(str(actor.get("ID")), None)
        if action in WORTH or action.startswith("network "):
            self._actions.append(action)
            self._worker.submit(self._follow_up, "events")

    def _tells(self, action: str, actor: Event) -> bool:
        """Each start and each end of a container is told by its networks as well: that would be a second look at the same."""
        container = str((actor.get("Attributes") or {}).get("container"))
        moves = action in ("connect", "disconnect") and container in self._ran and container not in self._died
        return action in OF_NETWORKS or moves

    def _on_end(self) -> None:
        gone, back = tr("The engine stopped, or went out of reach."), tr("It is drawn again when the engine is back.")
        self._view.say(" ".join([gone, self._view.stays, back]))
        self._worker.submit(self._await_engine, "away")

    def _on_error(self, error: Exception) -> None:
        if isinstance(error, EngineUnavailable):
            self._on_end()
        else:
            self._view.say(str(error))
