"""When a fault comes: at a fact that can be waited for, and a moment more. Deterministic by the dice that it is given."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from time import monotonic

from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.edges.probe import wait_until

from .said import Running

PATIENCE_S = 60.0


class Events:
    """What the engine has said since the block began, one line an event."""

    def __init__(self, stream: subprocess.Popen[str]) -> None:
        self.lines: list[str] = []
        self._reading = threading.Thread(target=self._read, args=(stream,), daemon=True)
        self._reading.start()

    def _read(self, stream: subprocess.Popen[str]) -> None:
        assert stream.stdout
        for line in stream.stdout:
            self.lines.append(line.strip())


@contextmanager
def events() -> Iterator[Events]:
    command = ["docker", "events", "--format", "{{.Type}} {{.Action}}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as stream:
        try:
            yield Events(stream)
        finally:
            stream.kill()


def await_moment(running: Running, dice: Random, heard: Events, most: int = 30) -> str:
    """Wait until the engine has said so many things, or the command has; returns which moment it was."""
    wanted, later_s = dice.randint(0, most), dice.uniform(0, 0.3)
    by_event = dice.random() < 0.7

    def come() -> bool:
        count = len(heard.lines) if by_event else running.text.count("\n")
        return count >= wanted or running.ended

    try:
        wait_until(come, PATIENCE_S, "the moment of a fault", pause_s=0.005)
    except NoAnswer:
        return "it did nothing for a minute"
    end = monotonic() + later_s
    wait_until(lambda: running.ended or monotonic() >= end, PATIENCE_S, "a moment more", pause_s=0.002)
    last = heard.lines[-1] if heard.lines else "nothing yet"
    return f"after {len(heard.lines)} events ({last}){', at its end' if running.ended else ''}"
