"""Finds a command, and runs it to its end, within a limit that follows the pace. Never through a shell; it judges no exit code."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from typing import Any

from ..core.errors import OutOfTime
from ..words import tr
from .pace import Limit

SYSTEM_FOLDERS = "/usr/sbin:/sbin:/usr/local/sbin"  # not on everybody's PATH


def find(name: str) -> str | None:
    """A command, also where an ordinary PATH does not lead."""
    return shutil.which(name) or shutil.which(name, path=SYSTEM_FOLDERS)


def run(words: Sequence[str], limit_s: float, *, input: Any = None, **options: Any) -> subprocess.CompletedProcess[Any]:
    """As ``subprocess.run``, with its ``options``; what it said is in the result, where they ask for pipes.

    Raises OutOfTime after ``limit_s`` at the usual pace: the command is killed then, and what it did by then stays done.
    """
    if input is not None:
        options["stdin"] = subprocess.PIPE
    with subprocess.Popen(words, **options) as process, Limit(limit_s) as limit:
        try:
            while True:
                try:
                    out, error = process.communicate(input, timeout=limit.left_s)
                    return subprocess.CompletedProcess(words, process.returncode, out, error)
                except subprocess.TimeoutExpired:
                    input = None  # it is on its way
                    if limit.passed:
                        raise _late(words, limit) from None
        except BaseException:
            process.kill()
            raise


def _late(words: Sequence[str], limit: Limit) -> OutOfTime:
    found = tr("it was not done after {seconds:.0f} s, and was ended", seconds=limit.gone_s)
    return OutOfTime(tr("run {command}", command=" ".join(words)[:300]), found, tr("run `./lab doctor`"))
