"""Carries out steps on a booted machine, keeps what each said, and makes the table of what was found."""

from __future__ import annotations

import os
import selectors
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

from .recipes import ACCOUNTS, Account, By
from .steps import Step
from .vm import Booted, tail


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
    """``logs``: one file for each step and account. ``limit_s``: a step that is not done then is ended, and failed."""

    machine: Booted
    logs: Path
    limit_s: float
    left: ExitStack = field(default_factory=ExitStack)  # ends what stays, such as JupyterLab

    def carry_out(self, name: str, step: Step, by: By) -> Result:
        begun, log = monotonic(), self.logs / f"{name}-{by}.log"
        with log.open("wb") as out:
            words = self.machine.words(ACCOUNTS[by], step.words)
            wrong = self._serves(ACCOUNTS[by], words, out.fileno()) if step.kind == "serves" else self._ends(words, out.fileno())
        if step.ledger:
            self.fetch(ACCOUNTS[by], "ledger.json", self.logs / f"{name}-{by}.json")
        return Result(name, by, not wrong, monotonic() - begun, wrong or last_line(log))

    def _ends(self, words: Sequence[str], out: int) -> str:
        """What is wrong, "" when it ended with 0."""
        try:
            code = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=self.limit_s, check=False).returncode
        except subprocess.TimeoutExpired:
            return f"not done after {self.limit_s:.0f} s"
        return f"exit code {code}" if code else ""

    def _serves(self, account: Account, words: Sequence[str], out: int) -> str:
        """What is wrong, "" when the address that it printed answers 200 there."""
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=out)
        self.left.callback(_end, process)
        address = _first_line(process, self.limit_s)
        os.write(out, f"{address}\n".encode())
        if urlsplit(address).scheme != "http":
            return f"it printed no address but {address!r}"
        asked = self.machine.words(account, ("curl", "-sLo", "/dev/null", "--noproxy", "*", "-w", "%{http_code}", address))
        said = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False).stdout
        return "" if said == "200" else f"its address answered {said or 'nothing'}"

    def fetch(self, account: Account, name: str, target: Path) -> None:
        """Copy a file out of the checkout there; none is made here where none is there."""
        said = subprocess.run(self.machine.words(account, ("cat", name)), stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if said.returncode == 0:
            target.write_bytes(said.stdout)

    def bring(self, account: Account, file: Path, name: str) -> None:
        """Copy a file into the checkout there."""
        with file.open("rb") as data:
            subprocess.run(self.machine.words(account, ("sh", "-c", 'cat >"$0"', name)), stdin=data, check=True)


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
    """One line for each step: its name, as whom, the result, the seconds, and what was said."""
    lines = [f"{'step':18} {'as':8} {'result':8} {'seconds':>8}  said"]
    lines += [f"{one.step:18} {one.by:8} {'passed' if one.passed else 'FAILED':8} {one.seconds:8.0f}  {one.words}" for one in results]
    return "\n".join(lines)
