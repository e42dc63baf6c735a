"""What a process was given by whoever started it: variables, signals, open files, the mask of new files. Made good once, at its start.

Whatever it starts inherits from it in turn; so one call is enough for all of them.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ..core.inheritance import Rule, dropped, read_rules

FILE = Path(__file__).resolve().parents[1] / "inherited.rules"
PYTHONS_OWN = (signal.SIGPIPE, signal.SIGXFSZ)  # Python ignores these itself, and gives them back to what subprocess starts


@cache
def rules() -> tuple[Rule, ...]:
    """Those of this version of the lab."""
    return read_rules(FILE.read_text("utf-8"))


def settle() -> None:
    """For a process that the reader starts, from its main thread: what docs/environment.md says."""
    for name in dropped(os.environ, rules(), _usable):
        del os.environ[name]
    settle_process()


def settle_process() -> None:
    """The same without the variables, for one that got the lab's own."""
    _hear_signals()
    _open_streams()
    os.umask(os.umask(0o022) | 0o002)  # where everybody may write to what the lab makes, everybody could change what it runs


def taken_over(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left of an environment after the rules."""
    gone = set(dropped(environment, rules(), _usable))
    return {name: value for name, value in environment.items() if name not in gone}


def give_back_signals() -> None:
    """Before this process becomes another program: it is to end with SIGPIPE, as programs do."""
    for number in PYTHONS_OWN:
        signal.signal(number, signal.SIG_DFL)


def _usable(folder: str) -> bool:
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _hear_signals() -> None:
    """A process that a shell starts with `&` ignores Ctrl-C, and so would all below it; only nohup's SIGHUP is a wish."""
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN and number not in (*PYTHONS_OWN, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _open_streams() -> None:
    """A file that is opened later must not become the standard output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it gets the lowest number that is free: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for the whole life of the process)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
