"""The command ``hostnet-lab``, called by ./lab: reads the arguments and hands over; imports what a command needs, no more."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from collections.abc import Sequence

from ..core.errors import LabError
from ..core.reasons import explained
from ..edges import console, inheritance, rights
from ..edges.console import say
from ..words import tr
from . import actions
from .options import parse as parse

WRITING = ("open", "test", "bench", "verify", "guide", "exec", "down", "reset", "language")  # into the checkout; `doctor` never does


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: the command's own, or 2 after an error of the lab's, shown on stderr."""
    inheritance.settle()
    faulthandler.register(signal.SIGQUIT, file=2, chain=True)  # Ctrl-\ ends a command that hangs, and shows where it stood
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _leave)
    try:
        return _done(list(sys.argv[1:] if arguments is None else arguments))
    except BrokenPipeError:  # whoever read us has gone: `./lab doctor | head`
        for out in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), out.fileno())  # else Python complains once more at its end
        return 128 + signal.SIGPIPE


def _done(words: Sequence[str]) -> int:
    try:
        options = parse(words)
        if options.command in WRITING:
            rights.require(actions.ROOT)
        code = actions.ACTIONS[options.command](options)
        sys.stdout.flush()  # here, where what it raises is told
        return code
    except LabError as error:
        console.tell(error)
        return 2
    except BrokenPipeError:
        raise
    except (OSError, RuntimeError, MemoryError) as error:
        found = rights.explained(error, actions.ROOT) or explained(error)
        if found is None:
            raise
        console.tell(found)
        return 2
    except KeyboardInterrupt:
        say(tr("interrupted: the same command goes on from here"))
        return 130


def _leave(number: int, _frame: object) -> None:
    """A signal to end becomes an exception, so that what was started is ended in order."""
    raise SystemExit(128 + number)
