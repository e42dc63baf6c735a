"""Runs a command of the lab's as a reader would, waits for it by its progress, and keeps what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from hostnet_lab.edges.probe import wait_until

from .look import CHECKOUT

QUIET_S = 75.0  # without a sign of life this long, it hangs; a call to an engine that is stopped is given up after 60
LONGEST_S = 600.0  # however lively
MOST = 1 << 20  # bytes that are kept of what it says
TRACE = "Traceback (most recent call last)"


@dataclass(frozen=True)
class Said:
    """``code``: None for a command that hung, and was killed for it."""

    command: str
    code: int | None
    text: str

    @property
    def tracebacks(self) -> int:
        return self.text.count(TRACE)


@dataclass
class Running:
    """A command under way: its process, and all it has said so far on both streams."""

    command: str
    process: subprocess.Popen[bytes]
    heard: bytearray = field(default_factory=bytearray)
    started: float = field(default_factory=monotonic)

    def listen(self) -> None:
        """To its pipe; a file would be bound by the limits that a fault sets."""
        assert self.process.stdout
        while piece := os.read(self.process.stdout.fileno(), 1 << 16):
            self.heard += piece[: max(0, MOST - len(self.heard))]

    @property
    def text(self) -> str:
        return bytes(self.heard).decode("utf-8", "replace")

    @property
    def ended(self) -> bool:
        return self.process.poll() is not None

    def wait(self) -> Said:
        """Its end, or the end of its progress."""
        seen, since = _progress(self), monotonic()

        def over() -> bool:
            nonlocal seen, since
            now = _progress(self)
            if now != seen:
                seen, since = now, monotonic()
            return self.ended or monotonic() - since > QUIET_S or monotonic() - self.started > LONGEST_S

        wait_until(over, LONGEST_S + 60, self.command, pause_s=0.02)
        hung = not self.ended
        self.kill()
        self._drain()
        return Said(self.command, None if hung else self.process.returncode, self.text)

    def _drain(self) -> None:
        """What it said last is in the pipe still."""
        seen = -1
        while seen != len(self.heard):
            seen = len(self.heard)
            threading.Event().wait(0.05)

    def kill(self) -> None:
        """With all of its session, if it still lives."""
        if not self.ended:
            for number in (signal.SIGCONT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.killpg(self.process.pid, number)
        self.process.wait()


def _progress(running: Running) -> tuple[int, int]:
    return len(running.heard), sum(map(_ticks, _tree(running.process.pid)))


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _ticks(pid: int) -> int:
    with suppress(OSError, IndexError):
        return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]))
    return 0


@contextmanager
def started(
    *command: str, environment: Mapping[str, str] | None = None, before: Callable[[], None] | None = None, user: int | None = None
) -> Iterator[Running]:
    """A command in the checkout, in a session of its own; killed at the block's end if it still lives. ``before``: run in the child."""
    process = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=before,
        user=user,
        group=user,
        extra_groups=None if user is None else [],
    )
    running = Running(" ".join(command), process)
    threading.Thread(target=running.listen, daemon=True).start()  # what a killed command left may hold the pipe for ever
    try:
        yield running
    finally:
        running.kill()


def run(
    *command: str, environment: Mapping[str, str] | None = None, before: Callable[[], None] | None = None, user: int | None = None
) -> Said:
    with started(*command, environment=environment, before=before, user=user) as running:
        return running.wait()


def all_of(commands: Sequence[Sequence[str]]) -> list[Said]:
    return [run(*one) for one in commands]
