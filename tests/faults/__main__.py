"""``./lab exec python -m tests.faults [--rounds N] [--seed S] [KIND ...]``: faults on a host of its own, and a table of what they left.

Needs root, and an engine with the image nginx to copy it from. Exit code 0 only when nothing was left after the next start,
nothing ended in a traceback, nothing hung, and no stranger's thing was touched; 2 when it could not go on. SIGINT and SIGTERM end it
in order, and the table is of what was done until then.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

from hostnet_lab.core import text
from hostnet_lab.core.errors import LabError

from ..private_host import engine, groups
from . import host, strangers
from .kinds import BY_NAME, KINDS
from .rounds import Round, carry_out, chosen, used_once

COLUMNS = ("kind", "injected", "left behind", "tracebacks", "hangs", "strangers touched", "engine's own")


def options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help="only these; --list names them")
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="how many faults in all, each kind in its turn (default: 50)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another one: other moments, values and combinations")
    parser.add_argument("--first", type=int, default=0, metavar="N", help="leave out the first N of this seed's rounds")
    parser.add_argument("--list", action="store_true", help="name the kinds, and do nothing")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(words)


def main() -> int:
    asked = options(sys.argv[1:])
    if asked.list:
        print("\n".join(BY_NAME))
        return 0
    unknown = [name for name in asked.kinds if name not in BY_NAME]
    if unknown or asked.rounds < 1:
        print(f"no such kind: {', '.join(unknown)}; one of: {', '.join(BY_NAME)}" if unknown else "--rounds: 1 or more", file=sys.stderr)
        return 2
    if not asked.inside:
        if os.geteuid():
            print("only root can make a host of its own: sudo ./lab exec python -m tests.faults", file=sys.stderr)
            return 2
        try:
            return host.run(sys.argv[1:])
        except LabError as error:
            print(error, file=sys.stderr)
            return 2
    return _inside(asked)


def _inside(asked: argparse.Namespace) -> int:
    done: list[Round] = []
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has started this, and ignored it
    threading.Thread(target=_hear_the_end, daemon=True).start()
    try:
        kinds = [BY_NAME[name] for name in asked.kinds] or KINDS
        print(f"seed {asked.seed}, {asked.rounds} faults of {len(kinds)} kinds", flush=True)
        engine.start()
        strangers.settle()
        used_once()
        for number, kind in enumerate(chosen(kinds, asked.first + asked.rounds)):
            if number >= asked.first:
                done.append(carry_out(kind, number, asked.seed))
                _tell(done[-1])
    except KeyboardInterrupt:
        print("interrupted: the table is of what was done", file=sys.stderr)
    except (LabError, subprocess.SubprocessError) as error:  # of the faults' own host, not of a command under a fault
        print(_explained(error, asked, len(done)), file=sys.stderr)
        return 2
    finally:
        groups.thaw([groups.CGROUPS])
        print(table(done), flush=True)
    return int(any(one.bad for one in done))


def _hear_the_end() -> None:
    """Standard input is a pipe that nobody writes to: it ends when the process outside does, or wants this one to."""
    while os.read(0, 1):
        pass
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)


def _explained(error: Exception, asked: argparse.Namespace, done: int) -> str:
    if isinstance(error, LabError):
        return f"{error}\nThe engine's last words:\n{_indented(engine.last_words())}"
    words = getattr(error, "stderr", None) or ""
    again = f"--seed {asked.seed} --first {asked.first + done} goes on from here"
    return str(LabError("look after the faults' own host", f"{error}\n{words}".strip(), again))


def _tell(one: Round) -> None:
    codes = " ".join("hung" if said.code is None else str(said.code) for said in one.said)
    print(f"{one.number} {one.kind}: {one.which} [{codes}]", flush=True)
    for kind, name in one.left:
        print(f"    LEFT {kind}: {name[:200]}", flush=True)
    for kind, name in one.engines_own:
        print(f"    the engine's own: {kind} {name[:200]}", flush=True)
    for name in one.touched:
        print(f"    TOUCHED {name}", flush=True)
    for said in one.said:
        if said.tracebacks or said.code is None:
            print(f"    {'HUNG' if said.code is None else 'TRACEBACK'} {said.command[:200]}\n{_indented(said.text)}", flush=True)


def _indented(text: str) -> str:
    return "\n".join(f"        {line[:300]}" for line in text.splitlines()[-60:])


def table(rounds: Sequence[Round]) -> str:
    """A line for each kind, and one for all."""
    names = list(dict.fromkeys(one.kind for one in rounds))
    rows = [_row(name, [one for one in rounds if one.kind == name]) for name in names] + [_row("all", rounds)]
    return text.table([COLUMNS, *rows])


def _row(name: str, rounds: Sequence[Round]) -> tuple[str, ...]:
    lists = [[len(one.left), one.tracebacks, one.hangs, len(one.touched), len(one.engines_own)] for one in rounds] or [[0] * 5]
    return (name, str(len(rounds)), *(str(sum(column)) for column in zip(*lists, strict=True)))


if __name__ == "__main__":
    raise SystemExit(main())
