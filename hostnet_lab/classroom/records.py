"""Learners' files of progress, read beside the event loop: each learner has a share of the reading, and holds up nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import monotonic

from ..core.progress.events import Progress
from ..edges.pace import limit_s
from . import work
from .rows import LARGEST, events_of
from .settings import Settings

SHARE = 20  # a file that changes without pause is read for a twentieth of the time
PATIENCE_S = 0.1  # how long a look waits for what is read just now; what comes later is in the next look
NOTHING = Progress(())


@dataclass(frozen=True)
class Record:
    """``mark``: of the file that was read; ``due``: when the next may be, on the monotonic clock."""

    mark: object
    progress: Progress
    due: float


class Records:
    """What is known of each learner; one thread reads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._known: dict[str, Record] = {}
        self._reading: dict[str, asyncio.Future[None]] = {}
        self._thread = ThreadPoolExecutor(1, "records")

    async def of_all(self, names: Iterable[str]) -> dict[str, Progress]:
        """The latest that is known of each; a file that takes long is in a later look."""
        wanted = list(names)
        reading = [one for name in wanted if (one := self._begun(name))]
        if reading:
            await asyncio.wait(reading, timeout=limit_s(PATIENCE_S))
        return {name: self._progress(name) for name in wanted}

    async def of(self, name: str) -> Progress:
        """The latest of one, however long it takes."""
        if reading := self._begun(name):
            await asyncio.shield(reading)
        return self._progress(name)

    def _progress(self, name: str) -> Progress:
        return self._known[name].progress if name in self._known else NOTHING

    def _begun(self, name: str) -> asyncio.Future[None] | None:
        """The reading of a file that is due; None where nothing is to be read now."""
        reading = self._reading.get(name)
        if reading is None and (name not in self._known or self._known[name].due <= monotonic()):
            reading = asyncio.get_running_loop().run_in_executor(self._thread, self._read, name)
            self._reading[name] = reading
            reading.add_done_callback(lambda _: self._reading.pop(name))
        return reading

    def _read(self, name: str) -> None:
        """In the thread."""
        folder, before, began = self._settings.work(name), self._known.get(name), monotonic()
        mark = work.changed(folder, work.PROGRESS)
        if before and before.mark == mark:
            return
        progress = events_of(work.end(folder, work.PROGRESS, LARGEST) or b"")
        ended = monotonic()
        self._known[name] = Record(mark, progress, ended + SHARE * (ended - began))
