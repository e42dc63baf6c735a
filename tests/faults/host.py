"""Runs the command of the faults again, on a private host, and ends it in order."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ..private_host import groups
from ..private_host.host import environment, first, furnished


def run(arguments: Sequence[str]) -> int:
    """Run this program again on a host of its own; returns its exit code. Raises SetupFailed, or what the reader's engine raises.

    After a signal to end it tells what was done until then, and ends in order; after a second one at once.
    """
    _hear(_leave)
    with furnished() as folder:
        return _ended(first(folder, sys.executable, "-P", "-m", "tests.faults", "--inside", *arguments), folder)


def _ended(command: Sequence[str], folder: Path) -> int:
    """Its standard input is a pipe, which ends with this process, however that ends. Nothing else tells it to end: no terminal does."""
    with subprocess.Popen(command, env=environment(folder), stdin=subprocess.PIPE, start_new_session=True) as process:
        try:
            return process.wait()
        except SystemExit:
            assert process.stdin
            process.stdin.close()
            process.wait()
            raise
        finally:
            _hear(signal.SIG_IGN)  # what is left is short, and must be done
            process.kill()
            groups.thaw((folder / "cgroups").iterdir())


def _hear(answer: Callable[[int, object], None] | signal.Handlers) -> None:
    """To a signal to end; whoever started this with `&` has had Ctrl-C ignored, and only nohup's SIGHUP is a wish."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, answer)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)
