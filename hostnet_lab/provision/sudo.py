"""Root's rights: they are here already, or sudo gives them, or they cannot be had."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import BinaryIO

from ..core.errors import SetupFailed
from ..words import tr

SAYS_ITS_PID = 'cd / && echo $$ && exec "$@" >&2 </dev/null'


def root_prefix() -> list[str] | None:
    """What stands before a command to run it as root: nothing, or sudo; None where neither works."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo"] if silent or sys.stdin.isatty() else None


def word() -> str:
    """What the reader types before a command for root."""
    return "" if os.geteuid() == 0 else "sudo "


def run(command: Sequence[str]) -> None:
    """Run a command as root; its output goes to the terminal. Raises SetupFailed with what it said on stderr."""
    answer = subprocess.run([*(root_prefix() or []), *command], text=True, stderr=subprocess.PIPE, check=False)
    if answer.returncode:
        found = answer.stderr.strip() or tr("exit code {code}", code=answer.returncode)
        raise SetupFailed(shlex.join(command), found, tr("run it by hand, as root"))


def ask(command: Sequence[str]) -> str:
    """What a command says on stdout when root runs it. Raises SetupFailed with what it said on stderr."""
    answer = subprocess.run([*(root_prefix() or []), *command], text=True, capture_output=True, check=False)
    if answer.returncode:
        found = answer.stderr.strip() or tr("exit code {code}", code=answer.returncode)
        raise SetupFailed(shlex.join(command), found, tr("run it by hand, as root"))
    return answer.stdout


def start(command: Sequence[str], log: BinaryIO) -> int:
    """Start a program as root, in a session of its own, and return its pid; what it says goes to ``log``.

    Root opens no file by a name for that: the log is ours, opened by us.
    """
    words = [*(root_prefix() or []), "setsid", "--fork", "sh", "-c", SAYS_ITS_PID, "sh", *command]
    answer = subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=log, check=False)
    pid = answer.stdout.strip()
    if answer.returncode or not pid.isdecimal():
        found = tr("exit code {code}", code=answer.returncode)
        raise SetupFailed(shlex.join(command), found, tr("run it by hand, as root"))
    return int(pid)


def kill(pid: int, number: int) -> None:
    """Like os.kill, for a process of root's."""
    if os.geteuid() == 0:
        os.kill(pid, number)
    else:
        name = signal.Signals(number).name.removeprefix("SIG")
        run(["sh", "-c", 'kill -s "$0" "$1"', name, str(pid)])  # the shell's own: a bare Debian has no other
