"""What a process was given by whoever started it: variables, signals, open files, the mask of new files. Made good once, at its start.

Whatever it starts inherits from it in turn; so one call is enough for all of them.
"""

from __future__ import annotations

import locale
import os
import pwd
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from ..core.host.inheritance import Rule, What, dropped, read_rules, wanted_language

FILE = Path(__file__).resolve().parents[1] / "inherited.rules"
OWN_HOME = FILE.parents[1] / ".lab" / "home"
PYTHONS_OWN = (signal.SIGPIPE, signal.SIGXFSZ)  # Python ignores these itself, and gives them back to what subprocess starts


@cache
def rules() -> tuple[Rule, ...]:
    """Those of this version of the lab."""
    return read_rules(FILE.read_text("utf-8"))


def settle() -> None:
    """For a process that the reader starts, from its main thread: what docs/environment.md says."""
    kept = taken_over(os.environ)
    for name in [*os.environ]:
        if name not in kept:
            del os.environ[name]
    os.environ.update(kept, HOME=home(kept))
    settle_process()


def settle_process() -> None:
    """The same without the variables, for one that got the lab's own."""
    _hear_signals()
    _open_streams()
    os.umask(os.umask(0o022) | 0o002)  # where everybody may write to what the lab makes, everybody could change what it runs


def taken_over(environment: Mapping[str, str]) -> dict[str, str]:
    """What is left of an environment after the rules."""
    gone = set(dropped(environment, rules(), USABLE))
    kept = {name: value for name, value in environment.items() if name not in gone}
    if any(name.startswith(("LC_", "LANG")) for name in gone):
        kept["LANGUAGE"] = wanted_language(environment)
    return kept


def home(environment: Mapping[str, str]) -> str:
    """A folder that is there: HOME's, the system's for this user, or one of the lab's own, which is made."""
    named = environment.get("HOME", "")
    if os.path.isabs(named) and os.path.isdir(named):
        return named
    with suppress(KeyError):  # a user id without a name, as in `docker run --user 12345`
        own = pwd.getpwuid(os.getuid()).pw_dir
        if os.path.isdir(own):
            return own
    with suppress(OSError):
        OWN_HOME.mkdir(mode=0o700, parents=True, exist_ok=True)
    return str(OWN_HOME)


def give_back_signals() -> None:
    """Before this process becomes another program: it is to end with SIGPIPE, as programs do."""
    for number in PYTHONS_OWN:
        signal.signal(number, signal.SIG_DFL)


def _is_folder(value: str) -> bool:
    return os.path.isdir(value) and os.access(value, os.W_OK | os.X_OK)


def _is_locale(value: str) -> bool:
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, value)
    except (locale.Error, ValueError):
        return False
    locale.setlocale(locale.LC_TIME, before)
    return True


USABLE = {What.FOLDER: _is_folder, What.LOCALE: _is_locale}


def _hear_signals() -> None:
    """A process that a shell starts with `&` ignores Ctrl-C, and so would all below it; only nohup's SIGHUP is a wish."""
    for number in signal.valid_signals():
        if signal.getsignal(number) is signal.SIG_IGN and number not in (*PYTHONS_OWN, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _open_streams() -> None:
    """A file that is opened later must not become the standard output."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # it gets the lowest number that is free: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 (for the whole life of the process)
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
