"""The lab's `docker` on this process's PATH: lent, proven by running it as cells do, and repaired where it can be.

It changes this process's environment, and nothing else; a copy that it needs lies in a private folder that ends with the process.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from shlex import quote

from ..core.errors import EngineUnavailable, OutOfTime, SetupFailed
from ..kept import file
from ..words import tr
from .command import run

FOLDER = Path(__file__).parents[1] / "shim"
SIGN = b"# hostnet-lab: "  # begins the second line of a shim, wherever it was copied to
ASK = "docker hostnet-lab"  # it answers with its labels; any other docker knows no such command
REAL, LABELS = "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"
LAB = '#!/bin/sh\nexec sh {script} "$@"\n'  # the program `lab` where it is a copy, by sh: a ZIP keeps no modes
LARGEST = 1 << 16  # bytes of a shim: a program of docker's is larger, and not read
BASH_CELL, LINE = "%%bash", "!"  # how a cell comes to run a command
ANSWER_S = 30.0  # a start-up file of theirs may take its time; one that waits for something never ends
# What makes a shell read a file of theirs, or take a function of theirs for a command.
START_UP = ("BASH_ENV", "ENV", "BASH_FUNC_docker%%", "BASH_FUNC_docker()")


def lend(labels: Mapping[str, str]) -> str:
    """Put the shim first on the PATH, with these labels; returns what was changed besides, in a sentence, or "".

    Raises EngineUnavailable where there is no docker command, and SetupFailed where a cell's `docker` cannot be made the shim.
    """
    folders = _others()
    real = readers_docker()
    if real is None:
        do = tr("run `./lab doctor`: it says what to install")
        raise EngineUnavailable(tr("the command `docker`"), tr("it is not on the PATH"), do)
    os.environ[REAL] = real
    os.environ[LABELS] = " ".join(f"{key}={value}" for key, value in labels.items())
    os.environ["PATH"] = os.pathsep.join([str(FOLDER), *folders])
    changed = [said for repair in REPAIRS if hidden() and (said := repair())]
    if found := hidden():
        do = tr("see what your shell's start-up files do to PATH and to `docker`, and start the lab without that")
        raise SetupFailed(tr("let cells run the lab's own `docker`"), found, do)
    return " ".join(changed)


def readers_docker() -> str | None:
    """The docker command behind every shim on the PATH, which a shim must be given: one that is given a shim calls itself for ever."""
    return shutil.which("docker", path=os.pathsep.join(_others()))


def _others() -> list[str]:
    """The folders on the PATH without those of shims."""
    return [one for one in os.environ.get("PATH", os.defpath).split(os.pathsep) if not is_shim(Path(one or ".") / "docker")]


def is_shim(path: Path) -> bool:
    with suppress(OSError):
        return file.read(path, LARGEST).partition(b"\n")[2].startswith(SIGN)
    return False


# -- the proof --------------------------------------------------------------------------------------


def hidden() -> str:
    """In which kind of cell `docker` is not the shim, and what it is there, in a sentence; "" where it is in all."""
    for name, words, given in _ways():
        if os.environ[LABELS] not in _said(words, given).splitlines():
            what = " ".join(_said(*_asking("command -v docker", words, given)).split())[-200:]
            return tr("in a `{cell}` cell it is {found}", cell=name, found=what or tr("not found"))
    return ""


def _ways() -> list[tuple[str, list[str], str]]:
    """Each kind of cell with the command that IPython runs for it, and what that reads."""
    return [(BASH_CELL, ["bash"], f"{ASK}\n"), (LINE, [_shell(), "-c", ASK], "")]


def _asking(question: str, words: list[str], given: str) -> tuple[list[str], str]:
    """The same way, with another question."""
    return [question if one == ASK else one for one in words], given and f"{question}\n"


def _said(words: list[str], given: str) -> str:
    try:
        pipe = subprocess.PIPE
        done = run(words, ANSWER_S, input=given, stdout=pipe, stderr=pipe, text=True, errors="replace", start_new_session=True)
    except OutOfTime as late:
        return late.found
    except OSError as error:
        return str(error)
    return str(done.stdout)


def _shell() -> str:
    """What `!` runs: IPython looks at SHELL once."""
    handler = _ipython_handler()
    return getattr(handler, "_sh", None) or os.environ.get("SHELL") or "sh"


def _ipython_handler() -> object | None:
    module = sys.modules.get("IPython.utils._process_posix")
    return getattr(getattr(module, "system", None), "__self__", None)


# -- repairs ----------------------------------------------------------------------------------------


def _copied() -> str:
    """A shim that may not be run where it is: a ZIP keeps no modes, an editor may change the ends of lines."""
    if _runs(FOLDER / "docker"):
        return ""
    os.environ["PATH"] = os.environ["PATH"].replace(str(FOLDER), str(_private(FOLDER)), 1)
    return ""  # nothing of the reader's was changed


def _runs(path: Path) -> bool:
    with suppress(OSError):
        return subprocess.run([path, "hostnet-lab"], capture_output=True, check=False).returncode == 0
    return False


@cache
def _private(_: Path) -> Path:
    """A copy of that folder in a new one of our own, until this process ends."""
    place = Path(tempfile.mkdtemp(prefix="hostnet-lab-shim-"))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    copy(place)
    file.write(place / "lab", LAB.format(script=quote(str(FOLDER.parents[1] / "lab"))).encode(), 0o700)
    return place


def copy(place: Path) -> None:
    """The shim as a program in ``place``, whatever mode and ends of lines it has here."""
    file.write(place / "docker", source("docker"), 0o700)


def source(name: str) -> bytes:
    """A file of the shim's folder with the ends of lines that a shell takes."""
    return (FOLDER / name).read_bytes().replace(b"\r\n", b"\n")


def _without_start_up_files() -> str:
    gone = [name for name in START_UP if os.environ.pop(name, None) is not None]
    return tr("Left out of this notebook, since it hid the lab's `docker`: {names}.", names=", ".join(gone)) if gone else ""


def _with_plain_shell() -> str:
    """A shell that reads files of theirs even for one command, such as zsh, or one that is none, as /bin/false."""
    shell = shutil.which("bash") or shutil.which("sh")
    if shell is None or _shell() == shell:
        return ""
    before, os.environ["SHELL"] = _shell(), shell
    if handler := _ipython_handler():
        handler._sh = None  # type: ignore[attr-defined]
    return tr("In this notebook `!` runs {shell}: with {before} it would not find the lab's `docker`.", shell=shell, before=before)


REPAIRS: tuple[Callable[[], str], ...] = (_copied, _without_start_up_files, _with_plain_shell)
