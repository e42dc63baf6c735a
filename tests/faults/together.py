"""Two of the lab's commands at once: none may break the other, and none may wait for ever."""

from __future__ import annotations

import signal
from contextlib import ExitStack
from random import Random

from hostnet_lab.edges.probe import wait_until

from .killing import verify_words
from .said import Running, Said, started

OPEN = ("./lab", "--no-browser", "--no-install")
PAIRS = (
    "verify verify",
    "verify clean",
    "verify down",
    "verify doctor",
    "verify report",
    "open open",
    "open down",
    "open doctor",
    "reset reset",
)


def two_at_once(dice: Random) -> tuple[str, list[Said]]:
    pair = dice.choice(PAIRS)
    with ExitStack() as stack:
        both = [stack.enter_context(started(*_command(word, dice))) for word in pair.split()]
        for running, word in zip(both, pair.split(), strict=True):
            if word == "open":
                _end_when_open(running)
        return pair, [running.wait() for running in both]


def _command(word: str, dice: Random) -> tuple[str, ...]:
    if word == "verify":
        return verify_words(dice)
    return OPEN if word == "open" else ("./lab", word, *(("--all",) if word == "reset" else ()))


def _end_when_open(running: Running) -> None:
    wait_until(lambda: running.ended or "?token=" in running.text, 180, "the address of ./lab", pause_s=0.02)
    if not running.ended:
        running.process.send_signal(signal.SIGTERM)
