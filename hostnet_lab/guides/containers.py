"""What becomes of the containers that a guide's commands start: do they listen, have they ended, and why.

It follows the engine's events, so that one which is removed at once (``--rm``) is not missed. It changes nothing.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from ..core.errors import LabError, OutOfTime
from ..core.host.facts import Listener, name_of, read_container_id, read_listeners
from ..core.host.ports import holder, owner
from ..edges import containers as all_containers
from ..edges import host, probe
from ..edges.engine import Engine
from ..lab.settling import SETTLE_S
from ..words import tr

PAUSE_S = 0.03
PORT = re.compile(
    r"(?:\d+\.\d+\.\d+\.\d+|\]|\*|\s):(\d{1,5})\b(?=.*(?:\bin use\b|\b98\b))", re.IGNORECASE
)  # errno(3): EADDRINUSE is 98 on Linux
PROC = Path("/proc")


@dataclass
class Life:
    """One container as the engine's events tell it. ``asked``: somebody sent it a signal before it ended."""

    id: str
    name: str
    command: int  # the number of the command that started it
    started: float
    ended: float | None = None
    code: int = 0
    asked: bool = False
    gone: bool = False
    told: bool = field(default=False)

    @property
    def running(self) -> bool:
        return self.ended is None

    @property
    def failed(self) -> bool:
        """By itself, with another code than 0."""
        return self.ended is not None and not self.asked and self.code != 0


class Watch:
    """Used as a context. ``listeners``: how those of the host are looked at, with their owners."""

    def __init__(self, engine: Engine, listeners: Callable[[], Collection[Listener]]) -> None:
        self.engine, self._listeners = engine, listeners
        self.lives: dict[str, Life] = {}
        self.command = 0
        self.before: frozenset[str] = frozenset()  # ids of containers that are not the guide's
        self._attached_to: set[str] = set()
        self._stack = ExitStack()

    def __enter__(self) -> Watch:
        events = self._stack.enter_context(self.engine.events(type="container", event=["attach", "start", "kill", "die", "destroy"]))

        def follow() -> None:
            with suppress(Exception):  # docker-py raises many kinds when the stream ends
                for event in events:
                    self._take(event)

        threading.Thread(target=follow, name="guide-events", daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stack.close()

    def _take(self, event: Mapping[str, object]) -> None:
        actor = event.get("Actor")
        said = actor if isinstance(actor, dict) else {}
        key, given = str(said.get("ID") or ""), dict(said.get("Attributes") or {})
        at = int(str(event.get("timeNano") or 0)) / 1e9
        what = event.get("Action")
        if what == "attach":  # before the start: whoever attached sees its end by himself
            self._attached_to.add(key)
        elif what == "start":
            life = self.lives.setdefault(key, Life(key, str(given.get("name") or key[:12]), self.command, at))
            life.started, life.ended, life.asked = at, None, False
        elif key in self.lives:
            life = self.lives[key]
            if what == "kill":
                life.asked = True
            elif what == "die":
                life.code, life.ended = int(str(given.get("exitCode") or 0)), at
            elif what == "destroy":
                life.gone = True

    # -- waiting ------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait as a reader would, until what runs listens or has ended. What does neither in time decides nothing."""
        with suppress(OutOfTime):
            probe.wait_until(self._settled, SETTLE_S, tr("what was started to listen, or to end"), PAUSE_S)

    def _settled(self) -> bool:
        self._list()
        return all(not one.running or self.listens(one.id) for one in list(self.lives.values()) if one.command == self.command)

    def _list(self) -> None:
        """The events come in a moment; the engine's list is there at once."""
        for entry in self.engine.containers():
            key = str(entry.get("Id"))
            if entry.get("State") == "running" and key not in self.lives and key not in self.before:
                self.lives.setdefault(key, Life(key, name_of(entry), self.command, 0.0))

    def listens(self, container: str) -> bool:
        """One of its processes has a listening socket, in whatever network namespace."""
        for name in os.listdir(PROC):
            if name.isdecimal() and read_container_id(host.control_groups(int(name))) == container:
                return any(one.container == container for one in host.owned(_of_namespace(int(name))))
        return False

    def serves(self) -> bool:
        """What the present command has started listens, and it is attached to that: it runs in the foreground."""
        with suppress(LabError):
            self._list()
            new = [one for one in list(self.lives.values()) if one.running and one.command == self.command]
            return any(self._attached(one) and self.listens(one.id) for one in new)
        return False

    def _attached(self, life: Life) -> bool:
        """As the engine was asked for it, not with -d: https://docs.docker.com/reference/api/engine/ (ContainerCreate, AttachStdout)."""
        return bool(((self.engine.inspect(life.id) or {}).get("Config") or {}).get("AttachStdout"))

    # -- why ----------------------------------------------------------------------------------------

    def fallen(self) -> list[Life]:
        """Those that have ended by themselves with an error, each told once."""
        lives = [one for one in list(self.lives.values()) if one.id not in self._attached_to]
        found = [one for one in lives if one.failed and not one.told]
        for one in found:
            one.told = True
        return found

    def why(self, life: Life) -> str:
        """Such as: webserver ended with 1 after 2.6 s: port 80 was held by container other."""
        values = {"name": life.name, "code": life.code, "seconds": max((life.ended or 0) - life.started, 0) if life.started else 0}
        head = tr("container {name} ended with {code} after {seconds:.1f} s", **values)
        if self._is_gone(life):
            return tr("{head}; its log went with it (--rm)", head=head)
        lines = [line for line in all_containers.log_of(self.engine, life.id, 40).splitlines() if line.strip()]
        taken = next((int(found[1]) for line in lines if (found := PORT.search(line))), None)
        if taken is None:
            return tr("{head}: {line}", head=head, line=lines[-1]) if lines else head
        found_holder = holder(self._listeners(), taken)
        if found_holder is None:
            return tr("{head}: port {port} was taken", head=head, port=taken)
        return tr(
            "{head}: port {port} was held by {holder}",
            head=head,
            port=taken,
            holder=owner(found_holder, all_containers.listed(self.engine)),
        )

    def _is_gone(self, life: Life) -> bool:
        """Or on its way, as what was started with --rm is: its log may be read by chance only."""
        found = None if life.gone else self.engine.inspect(life.id)
        return found is None or bool((found.get("HostConfig") or {}).get("AutoRemove"))


def _of_namespace(pid: int) -> list[Listener]:
    found = []
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            found += read_listeners((PROC / str(pid) / "net" / name).read_text())
    return found
