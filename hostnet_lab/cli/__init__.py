"""The command ``hostnet-lab``, called by ./lab: reads the arguments and hands over; imports what a command needs, no more."""

from __future__ import annotations

import argparse
import faulthandler
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from ..core.errors import BadRequest, LabError
from ..core.reasons import explained
from ..edges import console, inheritance, rights
from ..edges.console import say
from ..words import tr
from . import actions

ABOUT = tr("Docker host networking, proven on your own machine. Without a command: opens the lab in JupyterLab.")
COMMANDS = {
    "test": tr("prove all of it: unit, engine, lessons, browser; further words go to pytest"),
    "verify": tr("test the guide's claims on this machine, or those named; --list, --json, --junit, --html FILE"),
    "progress": tr("how far you are; --json FILE, --export FILE; reset begins anew"),
    "report": tr("what you did in the lessons, as Markdown; --html FILE, --markdown FILE, --name NAME"),
    "host": tr("run the lab in a host of its own; stop, reset, exec COMMAND; --keep, --rootless, --name NAME, --bundle FILE"),
    "bundle": tr("write FILE with all that `./lab host --bundle FILE` needs on a machine without network"),
    "reset": tr("bring back the original of LESSON ... (03d) or of --all; what you edited stays beside it"),
    "language": tr("which language the lab speaks with you; followed by one of them, or by `system`: it speaks that"),
    "classroom": tr("a lab host for each learner behind one address, and a board for the teacher; --help tells more"),
    "down": tr("stop what the lab started: JupyterLab, and the engine if the lab started it"),
    "exec": tr("run COMMAND ... in the lab's environment"),
    "clean": tr("remove the containers the lab owns; with --images also the image it built"),
    "doctor": tr("tell what was found, what is in the way, who owns it, how to mend it"),
    "bench": tr("measure; further words go to benchmarks/run.py"),
}
FLAGS = ("-h", "--help", "--no-browser", "--no-install", "--images", "--no-skip", "--all", "--fresh-layout")
HELP = ("-h", "--help")
WITH_HELP = ("verify", "progress", "report", "host", "classroom")  # they have options enough for a help of their own
VALUED = ("--port", "--bundle", "--lessons")
# They read further words themselves.
TAKING = ("test", "bench", "verify", "progress", "report", "host", "bundle", "reset", "language", "classroom")

WRITING = ("open", "test", "bench", "verify", "exec", "down", "reset", "language")  # into the checkout; `doctor` never does


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit code: the command's own, or 2 after an error of the lab's, shown on stderr."""
    inheritance.settle()
    faulthandler.register(signal.SIGQUIT, file=2, chain=True)  # Ctrl-\ ends a command that hangs, and shows where it stood
    words = list(sys.argv[1:] if arguments is None else arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
            signal.signal(number, _leave)
    try:
        options, rest = parse(words)
        if options.command in WRITING:
            rights.require(actions.ROOT)
        code = actions.ACTIONS[options.command](options, rest)
        sys.stdout.flush()  # here, where what it raises is told
        return code
    except LabError as error:
        console.tell(error)
        return 2
    except BrokenPipeError:  # whoever read our answer has gone: `./lab doctor | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains once more at its end
        return 128 + signal.SIGPIPE
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


def parse(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The lab's options, wherever they stand, and the words that belong to what is started (exec, test, verify and others)."""
    own, rest = split(words)
    options = _parser().parse_args(own)
    if options.port is not None and not 1 <= options.port <= 65535:
        raise BadRequest(f"--port {options.port}", tr("a port is a number from 1 to 65535"), tr("see ./lab --help"))
    return options, rest


def split(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Ours and theirs: all behind ``exec`` is theirs; behind the others of TAKING what is not an option of the lab's."""
    own: list[str] = []
    rest: list[str] = []
    command, ahead = "", iter(words)
    for word in ahead:
        name, joined, _ = word.partition("=")
        ours = name in FLAGS or name in VALUED
        if command in WITH_HELP and name in HELP:
            ours = False
        if command == "exec" or (command == "host" and "exec" in rest) or (command in TAKING and not ours):
            rest.append(word)
        else:
            own.append(word)
            if name in VALUED and not joined:
                own.extend(value for value in [next(ahead, None)] if value is not None)
            elif not word.startswith("-"):
                command = command or word
    return own, rest


def _parser() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:9} {text}" for name, text in COMMANDS.items())
    heading, form = tr("commands:"), argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("./lab", description=ABOUT, epilog=f"{heading}\n{listing}", formatter_class=form, allow_abbrev=False)
    parser.add_argument("command", nargs="?", default="open", choices=["open", *COMMANDS], metavar="COMMAND")
    parser.add_argument("--no-browser", dest="browser", action="store_false", help=tr("only print the address"))
    parser.add_argument("--no-install", dest="install", action="store_false", help=tr("install no packages and start no engine"))
    parser.add_argument("--port", type=int, metavar="N", help=tr("JupyterLab's port (default: 8888, or the next free one)"))
    parser.add_argument(
        "--bundle", type=Path, metavar="FILE", help=tr("a file made by `./lab bundle`; for the lab itself, one made by `docker save nginx`")
    )
    parser.add_argument("--lessons", type=Path, metavar="DIR", help=tr("the folder of your own copies of the lessons (default: lessons/)"))
    parser.add_argument("--fresh-layout", action="store_true", help=tr("divide JupyterLab's window as at first"))
    parser.add_argument("--all", action="store_true", help=tr("reset: every lesson; test: every proof, not one of each kind"))
    parser.add_argument("--images", action="store_true", help=tr("clean: also the image that the lab built"))
    parser.add_argument("--no-skip", action="store_true", help=tr("test: a missing engine or browser is a failure"))
    return parser
