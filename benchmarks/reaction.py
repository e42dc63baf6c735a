"""How long after an event of the engine a widget has changed, and when a bare listener heard of that event."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Condition, Thread
from time import time_ns
from typing import Any

import ipywidgets

from hostnet_lab import Lab, Publish, RunRequest
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.widgets.live import LiveView

PORT = 8290
NAME = "bench-reaction"
BUDGET_S = 20.0
BARE = "docker events"
SHOWN = {"HostMapView": "leads to port 80 of {}", "PortsBoard": "container {}<", "PathView": "{}: its port, by loopback"}
Times = dict[str, list[float]]  # name -> seconds after the event's own time


class BareListener:
    """`docker events`, and the moment at which each of its lines came. The floor: nothing can react before it hears."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[int, int]] = {}
        self._changed = Condition()
        command = ["docker", "events", "--filter", "type=container", "--format", "{{json .}}"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            now, event = time_ns(), json.loads(line)
            with self._changed:
                self._heard[f"{event['Action']} {event['Actor']['Attributes'].get('name')}"] = (int(event["timeNano"]), now)
                self._changed.notify_all()

    def hears(self, container: str) -> bool:
        with self._changed:
            return any(container in key for key in self._heard)

    def heard(self, action: str, name: str) -> tuple[int, int]:
        """The event's own time and that of its line, in nanoseconds since the epoch."""
        key = f"{action} {name}"
        with self._changed:
            if not self._changed.wait_for(lambda: key in self._heard, BUDGET_S):
                raise TimeoutError(f"no event {key}")
            return self._heard[key]

    def forget(self) -> None:
        with self._changed:
            self._heard.clear()

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()


@contextmanager
def listening(lab: Lab) -> Iterator[BareListener]:
    """A bare listener that hears: proven by a container that is created and removed."""
    listener = BareListener()
    try:

        def echo() -> bool:
            lab.engine.create({"Image": "nginx", "Labels": lab.labels}, f"{NAME}-echo")
            lab.remove(f"{NAME}-echo")
            return listener.hears(NAME)

        wait_until(echo, BUDGET_S, "`docker events` to hear", 0.05)
        yield listener
    finally:
        listener.close()


class Stopwatch:
    """When a widget first showed a container as running."""

    def __init__(self, view: LiveView[Any], container: str) -> None:
        self.at = 0
        self._view, self._shown = view, SHOWN[type(view).__name__].format(container)
        self._picture = _picture(view)
        self._picture.observe(self._look, "value")

    def _look(self, change: Any) -> None:
        if not self.at and self._shown in change["new"]:
            self.at = time_ns()

    def wait(self) -> int:
        wait_until(lambda: self.at, BUDGET_S, f"{self._view!r} to show it", 0.005)
        self._picture.unobserve(self._look, "value")
        return self.at


def starts(lab: Lab, views: Mapping[str, LiveView[Any]], rounds: int, listener: BareListener) -> Times:
    """Start a container that publishes a port, again and again: seconds from its event's own time, by view, and to the bare listener."""
    times: Times = {name: [] for name in (BARE, *views)}
    for turn in range(rounds + 1):
        listener.forget()
        clocks = {key: Stopwatch(view, NAME) for key, view in views.items()}
        lab.run(request())
        try:
            own, heard = listener.heard("start", NAME)
            seen = {BARE: heard, **{key: clock.wait() for key, clock in clocks.items()}}
        finally:
            lab.remove(NAME)
        wait_until(lambda: not any(_shows(view) or _works(view) for view in views.values()), BUDGET_S, "its end", 0.02)
        if turn:  # the first one warms up
            for key, at in seen.items():
                times[key].append((at - own) / 1e9)
    return times


def request() -> RunRequest:
    return RunRequest("nginx", NAME, "bridge", (Publish(PORT, 80),))


def _picture(view: LiveView[Any]) -> Any:
    """The part of the view that is drawn anew: all that is markup in it, but for the status line, which is in the bar."""
    return next(one for one in view.children if isinstance(one, ipywidgets.HTML))


def _works(view: LiveView[Any]) -> bool:
    return view._watching.wanted  # private: a look that changes nothing is not seen from outside


def _shows(view: LiveView[Any]) -> bool:
    return SHOWN[type(view).__name__].format(NAME) in _picture(view).value
