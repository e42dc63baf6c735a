"""Carries out steps at their seats, keeps what each said, and makes the table of what was found."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Protocol
from urllib.parse import urlsplit

from hostnet_lab.core.text import table as in_columns

from .recipes import By
from .steps import Step
from .vm import tail


class Seat(Protocol):
    """Where commands are run: an account on the machine, or a reader outside."""

    def words(self, command: Sequence[str]) -> list[str]:
        """What runs ``command`` there, in a checkout."""
        ...


@dataclass(frozen=True)
class Result:
    """``words``: the last line that it said, or what was wrong. ``seconds``: from its start to what it must come to."""

    step: str
    by: By
    passed: bool
    seconds: float
    words: str


@dataclass
class Walk:
    """``seat``: made when a step first asks for it. ``logs``: one file for each step and seat.

    ``limit_s``: a step that is not done then is ended, and has failed.
    """

    seat: Callable[[By], Seat]
    logs: Path
    limit_s: float
    left: ExitStack = field(default_factory=ExitStack)  # ends what stays, such as JupyterLab

    def carry_out(self, name: str, step: Step, by: By) -> Result:
        begun, log = monotonic(), self.logs / f"{name}-{by}.log"
        seat = self.seat(by)
        with log.open("wb") as out:
            wrong = (self._serves if step.kind == "serves" else self._ends)(seat, step, out.fileno())
        if not wrong and step.says and step.says not in log.read_text("utf-8", "replace"):
            wrong = f"it does not say {step.says!r}"
        if step.ledger:
            _fetch(seat, self.logs / f"{name}-{by}.json")
        return Result(name, by, not wrong, monotonic() - begun, wrong or last_line(log))

    def _ends(self, seat: Seat, step: Step, out: int) -> str:
        """What is wrong, "" when it ended as it should."""
        words = seat.words(step.words)
        try:
            code = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=self.limit_s, check=False).returncode
        except subprocess.TimeoutExpired:
            return f"not done after {self.limit_s:.0f} s"
        return "" if code == step.code else f"exit code {code}"

    def _serves(self, seat: Seat, step: Step, out: int) -> str:
        """What is wrong, "" when the address that it printed answers 200 there."""
        process = subprocess.Popen(seat.words(step.words), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=out)
        self.left.callback(_end, process)
        address = _first_line(process, self.limit_s)
        os.write(out, f"{address}\n".encode())
        if urlsplit(address).scheme != "http":
            return f"it printed no address but {address!r}"
        asked = seat.words(("curl", "-sLo", "/dev/null", "--noproxy", "*", "--max-time", "300", "-w", "%{http_code}", address))
        said = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout
        return "" if said == "200" else f"its address answered {said or 'nothing'}"


def _fetch(seat: Seat, target: Path) -> None:
    """Copy the ledger from there; none is made here where none is there."""
    said = subprocess.run(seat.words(("cat", "@ledger")), stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if said.returncode == 0:
        target.write_bytes(said.stdout)


def _first_line(process: subprocess.Popen[bytes], limit_s: float) -> str:
    assert process.stdout
    with selectors.DefaultSelector() as waiting:
        waiting.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline().decode("utf-8", "replace").strip() if waiting.select(limit_s) else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.kill()


def last_line(log: Path) -> str:
    return tail(log, 1).strip()[:120]


def table(results: Sequence[Result]) -> str:
    """One line for each step: its name, at which seat, the result, the seconds, and what was said."""
    rows = [(one.step, one.by, "passed" if one.passed else "FAILED", f"{one.seconds:.0f}", one.words) for one in results]
    return in_columns([("step", "by", "result", "seconds", "said"), *rows], right=[3])
