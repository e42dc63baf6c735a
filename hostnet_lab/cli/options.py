"""Every command of ./lab and every option, each told once, and how a line of words is read.

Only what must be known before there is an environment stands in the script ``lab`` as well: which of the options take a value.
"""

from __future__ import annotations

import argparse
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from ..core.errors import BadRequest
from ..core.text import table
from ..edges.console import answer
from ..labhost.configuration import FLAVOURS
from ..words import setting, tr

OPEN, EXEC = "open", "exec"  # what is done where no command is named; and whose further words are another program's


def parse(words: Sequence[str]) -> Namespace:
    """``command``, a value for each of its options, and ``rest``: the words of the program that it starts.

    Options may stand before the command and behind it. Raises BadRequest for what cannot be understood.
    """
    at = _place_of_command(words)
    name = words[at] if at < len(words) else OPEN
    if name not in COMMANDS:
        raise BadRequest(f"./lab {name}", tr("there is no such command"), tr("see {command}", command="./lab --help"))
    behind = words[at + 1 :]
    cut = 0 if name == EXEC else behind.index(EXEC) + 1 if name == "host" and EXEC in behind else len(behind)
    parser = _parser(name)
    options, unknown = parser.parse_known_intermixed_args([*words[:at], *behind[:cut]])
    if unknown and not COMMANDS[name].passes_on:
        parser.error(tr("{word!r} belongs to nothing", word=unknown[0]))
    options.command, options.rest = name, [*unknown, *behind[cut:]]
    return options


def _place_of_command(words: Sequence[str]) -> int:
    """Of the first word that is neither an option nor the value of one."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in VALUED else 1
    return at


class _Help(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        # argparse itself cuts seven signs off, as "usage: " has, where options and words are mixed
        super().add_usage(usage and usage.strip(), actions, groups, tr("usage:") + " ")


class _Parser(ArgumentParser):
    """argparse speaks through gettext's default domain, which is nobody's here: its headings are given, its errors quoted."""

    def __init__(self, program: str, told: str, listing: str) -> None:
        super().__init__(program, description=told, epilog=listing, formatter_class=_Help, allow_abbrev=False, add_help=False)
        self._optionals.title, self._positionals.title = tr("options"), tr("what is named")
        self.add_argument("-h", "--help", action="help", help=tr("show this help"))

    def print_help(self, file: object = None) -> None:
        answer(self.format_help(), end="")

    def error(self, message: str) -> NoReturn:
        raise BadRequest(self.prog, message, tr("see {command}", command=f"{self.prog} --help"))


def _parser(name: str) -> ArgumentParser:
    command = COMMANDS[name]
    listing = f"{command.heading}\n{table((f'  {word}', told) for word, told in command.words.items())}"
    parser = _Parser("./lab" if name == OPEN else f"./lab {name}", command.told, listing)
    for option in ("--no-install", *command.shared):
        parser.add_argument(option, **SHARED[option])
    command.more(parser)
    return parser


# -- kinds of values --------------------------------------------------------------------------------


def port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:6]) <= 65535):
        raise ArgumentTypeError(tr("a port is a number from 1 to 65535"))
    return int(text)


def one_of(*known: str) -> Callable[[str], str]:
    def checked(text: str) -> str:
        if text not in known:
            raise ArgumentTypeError(tr("{word!r} is none of: {names}", word=text, names=", ".join(known)))
        return text

    return checked


def container_name(text: str) -> str:
    if not (0 < len(text) <= 30 and text.isascii() and text[0].isalnum() and all(one.isalnum() or one in ".-" for one in text)):
        rule = tr("use letters, digits, dots and dashes, at most 30, a letter or digit first")
        raise ArgumentTypeError(tr("{name!r} cannot be the name of a container: {rule}", name=text, rule=rule))
    return text


# -- what several commands take ---------------------------------------------------------------------

FILE: dict[str, Any] = {"type": Path, "metavar": "FILE"}
MIB: dict[str, Any] = {"type": int, "metavar": "MIB"}
SHARED: dict[str, dict[str, Any]] = {
    "--no-install": {"dest": "install", "action": "store_false", "help": tr("install no packages and start no engine")},
    "--no-browser": {"dest": "browser", "action": "store_false", "help": tr("only print the address")},
    "--port": {"type": port, "metavar": "N", "help": tr("the port to listen on (default: 8888, for a class 8000, or the next free one)")},
    "--bundle": {**FILE, "help": tr("a file made by `./lab bundle`; for the lab itself, one made by `docker save nginx`")},
    "--lessons": {"type": Path, "metavar": "DIR", "help": tr("the folder of your own copies of the lessons (default: lessons/)")},
    "--html": {**FILE, "help": tr("write it as a page that needs no other file")},
    "--yes": {"action": "store_true", "help": tr("do not ask before something is deleted or begun anew")},
}
VALUED = tuple(option for option, how in SHARED.items() if "type" in how)

# -- what one command takes -------------------------------------------------------------------------


def _open(parser: ArgumentParser) -> None:
    parser.add_argument("--fresh-layout", action="store_true", help=tr("divide JupyterLab's window as at first"))


def _test(parser: ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", help=tr("every proof, not one of each kind"))
    parser.add_argument("--no-skip", action="store_true", help=tr("a missing engine or browser is a failure"))


def _verify(parser: ArgumentParser) -> None:
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help=tr("only these; --list names them"))
    parser.add_argument("--list", action="store_true", help=tr("name the claims, and test nothing"))
    parser.add_argument("--json", **FILE, help=tr("also write the verdicts and the observations there"))
    parser.add_argument("--junit", **FILE, help=tr("also write them as JUnit XML"))
    giving = tr("also write the verdicts there to give away: without names, paths and addresses of yours")
    parser.add_argument("--contribute", **FILE, help=giving)


def _progress(parser: ArgumentParser) -> None:
    doing = tr("reset: begin anew; the old events are kept aside")
    parser.add_argument("action", nargs="?", type=one_of("show", "reset"), default="show", metavar="ACTION", help=doing)
    parser.add_argument("--json", **FILE, help=tr("also write the state of every lesson there"))
    parser.add_argument("--export", **FILE, help=tr("also write a copy of the file of progress there"))


def _report(parser: ArgumentParser) -> None:
    parser.add_argument("--markdown", **FILE, help=tr("write it as Markdown"))
    parser.add_argument("--name", default="", metavar="NAME", help=tr("your name, if it is to stand in the report"))


def _guide(parser: ArgumentParser) -> None:
    parser.add_argument("action", type=one_of(*COMMANDS["guide"].words), metavar="ACTION", help=tr("check, bind or lesson"))
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help=tr("Markdown files, or folders of them"))
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--here", action="store_true", help=tr("run the commands on this machine, not in a disposable host"))
    reading = tr("run nothing, and need no engine: only whether each sentence is still the one that was bound")
    where.add_argument("--no-run", dest="runs", action="store_false", help=reading)
    parser.add_argument("--reuse", action="store_true", help=tr("judge by what was observed on this engine within the last hour"))
    parser.add_argument("-o", dest="out", type=Path, metavar="OUT", help=tr("lesson: the notebook to write"))
    parser.add_argument("--update", action="store_true", help=tr("write what came in place of the output that the guide shows"))
    parser.add_argument("--baseline", **FILE, help=tr("exit code 1 only for what has changed since this file of --json"))
    parser.add_argument("--json", **FILE, help=tr("also write what was found there"))
    parser.add_argument("--junit", **FILE, help=tr("also write it as JUnit XML"))
    parser.add_argument("--sarif", **FILE, help=tr("also write it as SARIF"))


def _host(parser: ArgumentParser) -> None:
    doing, known = tr("stop, reset, or exec COMMAND ...; none: start it"), one_of("start", "stop", "reset", EXEC)
    parser.add_argument("action", nargs="?", type=known, default="start", metavar="ACTION", help=doing)
    parser.add_argument("--keep", action="store_true", help=tr("keep the work and the progress in a volume"))
    parser.add_argument("--rootless", action="store_true", help=tr("the flavour without added rights"))
    named = tr("of the lab host, where several are wanted (default: lab)")
    parser.add_argument("--name", type=container_name, default="lab", metavar="NAME", help=named)


def _bundle(parser: ArgumentParser) -> None:
    parser.add_argument("file", **FILE, help=tr("the file to write"))


def _reset(parser: ArgumentParser) -> None:
    parser.add_argument("named", nargs="*", metavar="LESSON", help=tr("for example 03d"))
    parser.add_argument("--all", action="store_true", help=tr("every lesson"))


def _end(parser: ArgumentParser) -> None:
    parser.add_argument("named", nargs="*", metavar="LESSON", help=tr("for example 03e; none: tell which are open"))


def _language(parser: ArgumentParser) -> None:
    known = one_of(*setting.LOCALES)
    parser.add_argument("language", nargs="?", type=known, metavar="LANGUAGE", help=tr("one of: {names}", names=", ".join(setting.LOCALES)))


def _clean(parser: ArgumentParser) -> None:
    parser.add_argument("--images", action="store_true", help=tr("also the image that the lab built"))


def _classroom(parser: ArgumentParser) -> None:
    words = COMMANDS["classroom"].words
    parser.add_argument("word", nargs="?", type=one_of(*words), default="start", metavar="WORD")
    parser.add_argument("seat", nargs="?", metavar="NAME", help=tr("free: whose seat"))
    who = parser.add_argument_group(tr("who may come"))
    who.add_argument("--learners", type=int, metavar="N", help=tr("seats (default: the roster's length, else what fits, 30 at most)"))
    who.add_argument("--roster", **FILE, help=tr("only these names, one a line (default: anybody with the password)"))
    who.add_argument("--password", metavar="WORD", help=tr("the password that all learners share (default: one is made)"))
    where = parser.add_argument_group(tr("where"))
    where.add_argument("--address", metavar="A", help=tr("the server's address to listen on (default: that of the default route)"))
    where.add_argument("--name", metavar="NAME", help=tr("the name that learners type, where the server has one"))
    labs = tr("the port of the lab hosts, a web origin apart from the board's (default: the next free one)")
    where.add_argument("--labs-port", dest="labs_port", type=port, metavar="N", help=labs)
    where.add_argument("--subnet", metavar="NET", help=tr("private addresses for the learners' networks (default: a /20 that is free)"))
    where.add_argument("--tls", action="store_true", help=tr("encrypt, with a certificate made here"))
    where.add_argument("--cert", dest="certificate", **FILE, help=tr("encrypt, with this certificate (PEM) ..."))
    where.add_argument("--key", **FILE, help=tr("... and its key"))
    most = parser.add_argument_group(tr("the most that one learner can take"))
    most.add_argument("--memory", dest="memory_mib", **MIB, help=tr("memory (default: 1024)"))
    most.add_argument("--disk", dest="disk_mib", **MIB, help=tr("disk for their work (default: 256); a disk that is there keeps its size"))
    most.add_argument("--cpus", type=float, metavar="N", help=tr("processors (default: 1)"))
    most.add_argument("--processes", type=int, metavar="N", help=tr("processes (default: 1000)"))
    flavours = ", ".join(FLAVOURS)
    flavour = tr("how the lab hosts get their rights, one of: {names} (default: rootless); see docs/classroom.md", names=flavours)
    parser.add_argument("--flavour", type=one_of(*FLAVOURS), metavar="FLAVOUR", help=flavour)
    parser.add_argument("--ahead", action="store_true", help=tr("start the lab hosts of the roster before anybody logs in"))
    parser.add_argument("--into", type=Path, metavar="FOLDER", help=tr("reports: where to (default: ./class-reports)"))


# -- the commands -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """``words`` are listed below its help; with ``passes_on``, what it does not know belongs to the program that it starts."""

    told: str
    shared: tuple[str, ...] = ()
    more: Callable[[ArgumentParser], None] = lambda _: None
    passes_on: bool = False
    heading: str = ""
    words: dict[str, str] = field(default_factory=dict)


NAMED = {
    "test": Command(
        tr("prove all of it: unit, engine, lessons, browser; further words go to pytest"), ("--bundle",), _test, passes_on=True
    ),
    "verify": Command(tr("test the guide's claims on this machine, or those named"), ("--bundle", "--html"), _verify),
    "guide": Command(
        tr("run a guide's commands, and judge its sentences"),
        ("--bundle", "--html"),
        _guide,
        heading=tr("actions:"),
        words={
            "check": tr("of each command whether it does as told, of each bound sentence whether it is so here"),
            "lesson": tr("make a lesson of one guide, a notebook: -o OUT.ipynb"),
            "bind": tr("propose claims for the sentences of one guide; each is confirmed by you"),
        },
    ),
    "progress": Command(tr("how far you are; reset begins anew"), ("--yes",), _progress),
    "report": Command(tr("what you did in the lessons, as Markdown or as a page"), ("--html",), _report),
    "crib": Command(tr("the questions of the lessons, the plain command for each, what its answer means; as a page to print"), ("--html",)),
    "host": Command(tr("run the lab in a host of its own; stop, reset, exec COMMAND"), ("--no-browser", "--port", "--bundle"), _host),
    "bundle": Command(tr("write FILE with all that `./lab host --bundle FILE` needs on a machine without network"), ("--bundle",), _bundle),
    "reset": Command(
        tr("bring back the original of LESSON ... (03d) or of --all; what you edited stays beside it"), ("--lessons",), _reset
    ),
    "end": Command(tr("end LESSON ... (03e) that was left open: its kernel, and the containers that it runs"), more=_end),
    "language": Command(
        tr("which language the lab speaks with you; followed by one of them, or by `system`: it speaks that"), more=_language
    ),
    "classroom": Command(
        tr("a lab host for each learner behind one address, and a board for the teacher"),
        ("--port", "--bundle", "--yes"),
        _classroom,
        heading=tr("words:"),
        words={
            "start": tr("start the class, or go on with it after a stop or a reboot (this is done where no word is given)"),
            "status": tr("tell what runs, and the address and passwords"),
            "reports": tr("copy every learner's progress and reports into --into FOLDER"),
            "seats": tr("tell who has a seat, the unused first"),
            "free": tr("delete the disk of NAME, so that somebody else can have the seat; needs --yes where work is on it"),
            "stop": tr("end the class; work and settings stay"),
            "remove": tr("end the class and delete it, the learners' work included; needs --yes"),
        },
    ),
    "down": Command(tr("stop what the lab started: JupyterLab, and the engine if the lab started it")),
    "exec": Command(tr("run COMMAND ... in the lab's environment"), passes_on=True),
    "clean": Command(tr("remove the containers the lab owns; with --images also the image it built"), more=_clean),
    "doctor": Command(tr("tell what was found, what is in the way, who owns it, how to mend it")),
    "bench": Command(tr("measure; further words go to benchmarks/run.py"), ("--bundle",), passes_on=True),
}
COMMANDS = {
    OPEN: Command(
        tr("Docker host networking, proven on your own machine. Without a command: opens the lab in JupyterLab."),
        ("--no-browser", "--port", "--bundle", "--lessons"),
        _open,
        heading=tr("commands, each with a --help of its own:"),
        words={name: command.told for name, command in NAMED.items()},
    ),
    **NAMED,
}
