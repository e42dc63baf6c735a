"""One bash for all commands of a guide, on a terminal of its own: each command as it is written, one after another.

Variables, folders and functions stay from one to the next. A pseudo-terminal, since many programs say something else into a pipe,
and since a command that waits for input is then seen to: it reads the terminal. It is never told apart by time alone.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import termios
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal

from ..core.errors import NoAnswer
from ..edges.command import find, run
from ..edges.pace import Limit
from ..words import lines as printable_lines
from ..words import tr

RUN_S = 20.0  # of a command at the usual pace of a machine; then it is ended, as a reader would by Ctrl-C
END_S = 3.0  # that it has to end in
LOOK_S = 0.3  # between two looks at what a command does that has not ended
SYNTAX_S = 10.0
MOST_OUTPUT = 1 << 18  # bytes of one command
PROC = Path("/proc")
Ended = Literal["exit", "waits", "long", "serves", "shell gone"]

# $1, $2: the descriptors of commands and of exit codes. Both are closed for what a command starts. `$?` is the reader's own.
DRIVER = """
eval "exec 198<&$1 199>&$2 $1<&- $2>&-"; set --; trap : INT; __lab_code=0
while IFS= read -r -d '' -u 198 __lab_command; do
{ eval "(exit $__lab_code)
$__lab_command"; __lab_code=$?; } 198<&- 199>&-
builtin printf '%s\\n' "$__lab_code" >&199
done
"""


@dataclass(frozen=True)
class Done:
    """``code``: None where it was ended before it ended itself, and where the shell has gone with it."""

    ended: Ended
    code: int | None
    output: str


def cut(lines: Sequence[str]) -> list[tuple[int, str]]:
    """Lines of a script as commands, each with its first line's place: as many lines as bash itself wants. Nothing is executed."""
    found: list[tuple[int, str]] = []
    held: list[str] = []
    for number, line in enumerate(lines):
        if not held and (not line.strip() or line.lstrip().startswith("#")):
            continue
        held.append(line)
        if _is_whole("\n".join(held)):
            found.append((number - len(held) + 1, "\n".join(held)))
            held = []
    return [*found, (len(lines) - len(held), "\n".join(held))] if held else found


def _is_whole(text: str) -> bool:
    """bash says nothing of it: neither of what is open nor of a here-document without its end."""
    if (len(text) - len(text.rstrip("\\"))) % 2:
        return False
    words = [find("bash") or "bash", "--noprofile", "--norc", "-n"]
    done = run(words, SYNTAX_S, input=text + "\n", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env={"LC_ALL": "C"})
    return done.returncode == 0 and not done.stderr


class Shell:
    """Used as a context. ``first``: the words that lead to where it runs (a namespace, a sandbox)."""

    def __init__(self, first: Sequence[str], environment: Mapping[str, str], folder: str | None = None) -> None:
        self._first, self._environment, self._folder = tuple(first), dict(environment), folder
        self.stopping = threading.Event()  # set by who wants no further command

    def __enter__(self) -> Shell:
        self._master, terminal = os.openpty()
        _plain(terminal)
        self._terminal = os.fstat(terminal).st_rdev
        commands, self._commands = os.pipe()
        self._codes, codes = os.pipe()
        shell = [find("bash") or "bash", "--noprofile", "--norc", "-c", DRIVER, "bash", str(commands), str(codes)]
        self._process = subprocess.Popen(
            [*self._first, "setsid", "--ctty", *shell],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            pass_fds=(commands, codes),
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
        )
        for one in (terminal, commands, codes):
            os.close(one)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for one in self._beside():  # what it left in the background would outlive it
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for descriptor in (self._master, self._commands, self._codes):
            os.close(descriptor)

    def do(self, command: str, serves: Callable[[], bool] = lambda: False) -> Done:
        """Run one command to its end, or until a fact says that it will not come; ``serves`` is asked now and then."""
        try:
            if self.stopping.is_set():
                raise NoAnswer(tr("run {command}", command=command), tr("interrupted"), tr("run it again"))
            os.write(self._commands, command.encode("utf-8", "replace").replace(b"\0", b"") + b"\0")
        except BrokenPipeError:
            return Done("shell gone", None, "")
        output = bytearray()
        seen: Ended | None = None
        with Limit(RUN_S) as limit:
            while True:
                code = self._heard(output, LOOK_S)
                if code is not None:
                    return Done(*code, _text(output))
                waits: Ended | None = "waits" if self._reads() else "serves" if serves() else None
                if waits and waits == seen:  # twice: not on its way to something else
                    return Done(waits, None, self._interrupted(output, waits))
                if limit.passed or self.stopping.is_set():
                    return Done("long", None, self._interrupted(output, "long"))
                seen = waits

    def _heard(self, output: bytearray, pause_s: float) -> tuple[Literal["exit", "shell gone"], int | None] | None:
        """What it wrote goes to ``output``; the exit code, once it has ended, when all that it wrote is there."""
        ready, _, _ = select.select([self._master, self._codes], [], [], pause_s)
        ended = os.read(self._codes, 64) if self._codes in ready else None
        if self._master in ready or ended is not None:
            self._drain(output)
        if ended is None:
            return None
        return ("exit", int(ended)) if ended.strip() else ("shell gone", None)

    def _drain(self, output: bytearray) -> None:
        while select.select([self._master], [], [], 0)[0]:
            try:
                piece = os.read(self._master, 1 << 16)
            except OSError:  # nobody has the terminal open any more
                return
            output += piece[: max(MOST_OUTPUT - len(output), 0)]
            if not piece:
                return

    def _interrupted(self, output: bytearray, why: Ended) -> str:
        """As by a reader: by Ctrl-D where it waits for input, by Ctrl-C, and then by what nobody can refuse."""
        keys = (termios.VEOF, termios.VINTR, None) if why == "waits" else (termios.VINTR, None)
        for key in keys:
            self._press(key) if key is not None else self._kill()
            with Limit(END_S) as limit:
                while not limit.passed:
                    if self._heard(output, 0.1) is not None:
                        return _text(output)
        return _text(output)

    def _press(self, key: int) -> None:
        with suppress(OSError, termios.error):
            sign = termios.tcgetattr(self._master)[6][key]
            os.write(self._master, sign)
        if key == termios.VINTR and not self._cooked():  # a program that has the terminal for itself gets the key as a sign
            for one in self._beside():
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGINT)

    def _kill(self) -> None:
        for one in self._beside():
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)

    # -- what it does -------------------------------------------------------------------------------

    def _reads(self) -> bool:
        """A process of the terminal sleeps in read(2) of it, or has taken it for itself, as programs do that are used by keys."""
        return not self._cooked() or any(_reads_terminal(pid, self._terminal) for pid in self._family())

    def _cooked(self) -> bool:
        try:
            return bool(termios.tcgetattr(self._master)[3] & termios.ICANON)
        except termios.error:
            return True

    def _family(self) -> list[int]:
        """All processes that have this terminal (proc_pid_stat(5), field 7)."""
        found = []
        for name in os.listdir(PROC):
            if name.isdecimal():
                with suppress(OSError, IndexError, ValueError):
                    fields = (PROC / name / "stat").read_text().rpartition(")")[2].split()
                    if int(fields[4]) == self._terminal and fields[0] not in ("Z", "X"):
                        found.append(int(name))
        return found

    def _beside(self) -> list[int]:
        """Without the shell itself: that is the leader of the session."""
        return [pid for pid in self._family() if _session(pid) != pid]


def _plain(terminal: int) -> None:
    """What is written comes as it is, and nothing that is typed is shown."""
    mode = termios.tcgetattr(terminal)
    mode[1] &= ~termios.OPOST
    mode[3] &= ~termios.ECHO
    termios.tcsetattr(terminal, termios.TCSANOW, mode)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return pid


def _reads_terminal(pid: int, terminal: int) -> bool:
    """Source: proc_pid_syscall(5). The number of read(2) is 0 on x86-64, and 63 where the kernel has the generic table."""
    with suppress(OSError, ValueError, IndexError):
        words = (PROC / str(pid) / "syscall").read_text().split()
        number = 0 if os.uname().machine == "x86_64" else 63
        if words[0] == str(number):
            return os.stat(PROC / str(pid) / "fd" / str(int(words[1], 16))).st_rdev == terminal
    return False


def _text(output: bytearray) -> str:
    """As a terminal shows it: what was drawn over is gone."""
    lines = output.decode("utf-8", "replace").replace("\r\n", "\n").replace("\t", "        ").split("\n")
    return printable_lines("\n".join(one.rstrip("\r").rpartition("\r")[2] for one in lines), MOST_OUTPUT).rstrip("\n")


def said(done: Done) -> str:
    """Why it is not as told, in a sentence; "" for one that ended by itself."""
    return {
        "exit": "",
        "waits": tr("it waits for input"),
        "long": tr("it did not end by itself, and was ended as by Ctrl-C: what it comes to is not decided"),
        "serves": tr("it serves in the foreground; it was ended as by Ctrl-C"),
        "shell gone": tr("the shell ended with it: no later command could be run"),
    }[done.ended]
