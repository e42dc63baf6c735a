"""The two threads of what is watched: one works, one listens. Neither outlives ``close``; both die with the process."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from threading import Condition, Thread, current_thread
from typing import Any

from ..core.host.ownership import LOOK
from ..edges.pace import limit_s

Event = Mapping[str, Any]
JOIN_S = 5.0


class Worker:
    """Runs jobs one after the other. An exception of a job goes to ``on_error``; the next job is run all the same."""

    def __init__(self, on_error: Callable[[Exception], None]) -> None:
        self._on_error = on_error
        self._jobs: deque[tuple[str, Callable[[], None]]] = deque()
        self._changed = Condition()
        self._closed = False
        self._thread = Thread(target=self._work, name="hostnet-lab worker", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], None], key: str = "") -> None:
        """Queue a job. One with a ``key`` is left out while another of that key still waits: bursts become one."""
        with self._changed:
            if not self._closed and not (key and any(waiting == key for waiting, _ in self._jobs)):
                self._jobs.append((key, job))
                self._changed.notify()

    @property
    def wanted(self) -> bool:
        """True when another job waits, or the end: a job that waits for a fact had better stop."""
        return self._closed or bool(self._jobs)

    def close(self) -> None:
        """Drop what waits and end after the job under way."""
        with self._changed:
            self._closed = True
            self._jobs.clear()
            self._changed.notify()
        if self._thread is not current_thread():
            self._thread.join(limit_s(JOIN_S))

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self.wanted)
                if self._closed:
                    return
                _, job = self._jobs.popleft()
            try:
                job()
            except Exception as error:  # a thread's exception reaches nobody unless it is handed over
                self._on_error(error)


class Follower:
    """Reads a stream of events on a thread; says when the stream ends by itself.

    The stream is opened here, on the caller's thread: what ``open`` raises goes to the caller.
    """

    def __init__(
        self,
        stream: AbstractContextManager[Iterator[Event]],
        on_event: Callable[[Event], None],
        on_end: Callable[[], None],
    ) -> None:
        self._on_event, self._on_end = on_event, on_end
        self._closing = self._ended = False
        self._stack = ExitStack()
        events = self._stack.enter_context(stream)
        self._thread = Thread(target=self._follow, args=(events,), name="hostnet-lab events", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False from the end of the stream on, though its thread may have to tell it yet."""
        return not self._ended and self._thread.is_alive()

    def close(self) -> None:
        """End the stream, and with it the thread."""
        self._closing = True
        with suppress(Exception):  # docker-py raises many kinds when the engine closed the stream's socket before
            self._stack.close()
        if self._thread is not current_thread():
            self._thread.join(limit_s(JOIN_S))

    def _follow(self, events: Iterator[Event]) -> None:
        with suppress(Exception):  # likewise when its socket is closed under it: all of them are the end
            for event in events:
                if LOOK not in ((event.get("Actor") or {}).get("Attributes") or {}):  # else each look would call for another
                    self._on_event(event)
        self._ended = True  # before it is told: who hears of it opens another
        if not self._closing:
            self._on_end()
            with suppress(Exception):
                self._stack.close()  # a stream that has ended still holds its socket
