"""The host on which faults are injected: namespaces, an engine and a copy of the checkout of its own, all gone afterwards. Needs root.

The reader's engine is asked for one thing, the image nginx; nothing of theirs is changed, and no name of it can be guessed.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.edges.engine import Engine

from . import groups

IMAGE = "nginx:latest"
TOOLS = ("unshare", "mount", "ip", "ss", "iptables-save", "docker", "dockerd")
MADE = "make a host of its own for the faults"
CHECKOUT = Path(__file__).parents[2]
PLACE = "/var/tmp"  # not /tmp: that is laid over
COPIED = (
    "hostnet_lab",
    "notebooks",
    "tests",
    "locks",
    "labhost",
    "docs",
    "lab",
    "pyproject.toml",
    "environment.yml",
    "conftest.py",
    "README.md",
)
APART = ("unshare", "--mount", "--net", "--ipc", "--pid", "--fork", "--mount-proc", "--kill-child", "--propagation", "private")
# It must reap what is left to it, as the first process of a pid namespace; a shell that waits does. What it waits for gets its
# standard input, which a shell would not give it.
FIRST = 'exec 3<&0; "$@" <&3 3<&- & exec 3<&-; wait $!'
KEPT = ("PATH", "LANG", "TERM", "SSL_CERT_FILE")  # of the environment: nothing else of the reader's reaches the faults


def run(arguments: Sequence[str]) -> int:
    """Run this program again on a host of its own; returns its exit code. Raises SetupFailed, or what the reader's engine raises.

    After a signal to end it tells what was done until then, and ends in order; after a second one at once.
    """
    _hear(_leave)
    if absent := [name for name in TOOLS if shutil.which(name) is None]:
        raise SetupFailed(MADE, f"there is no command {', '.join(absent)} here", "install what is lacking")
    with _folder() as folder, ExitStack() as stack:
        with _refused():
            _furnish(folder)
            stack.enter_context(groups.prepared(folder))
        command = [sys.executable, "-P", "-m", "tests.faults", "--inside", *arguments]
        enter = [str(Path(__file__).with_name("enter")), str(folder), str(CHECKOUT)]
        return _ended([*APART, *enter, "sh", "-c", FIRST, "sh", *command], folder)


def _ended(command: Sequence[str], folder: Path) -> int:
    """Its standard input is a pipe, which ends with this process, however that ends. Nothing else tells it to end: no terminal does."""
    with subprocess.Popen(command, env=_environment(folder), stdin=subprocess.PIPE, start_new_session=True) as first:
        try:
            return first.wait()
        except SystemExit:
            assert first.stdin
            first.stdin.close()
            first.wait()
            raise
        finally:
            _hear(signal.SIG_IGN)  # what is left is short, and must be done
            first.kill()
            groups.thaw((folder / "cgroups").iterdir())


def _hear(answer: Callable[[int, object], None] | signal.Handlers) -> None:
    """To a signal to end; whoever started this with `&` has had Ctrl-C ignored, and only nohup's SIGHUP is a wish."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, answer)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


@contextmanager
def _refused() -> Iterator[None]:
    """What the system says when it lets nobody make a host here."""
    try:
        yield
    except OSError as error:
        raise SetupFailed(MADE, str(error), "it takes root's own rights over mounts and control groups, and room in /var/tmp") from error


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="hostnet-lab-faults-", dir=PLACE))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _furnish(folder: Path) -> None:
    for name in ("env", "checkout", "home"):
        (folder / name).mkdir(exist_ok=True)
    for name in COPIED:
        source, target = CHECKOUT / name, folder / "checkout" / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy2(source, target)
    (folder / "laid").mkdir()
    with closing(Engine.connect().client) as client, (folder / "checkout" / "nginx-image.tar").open("wb") as out:  # `./lab` looks there
        out.writelines(Engine(client).save_image(IMAGE))


def _environment(folder: Path) -> Mapping[str, str]:
    own = {"HOME": str(folder / "home"), "HOSTNET_LAB_LANGUAGE": "en", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(CHECKOUT)}
    return {**{name: os.environ[name] for name in KEPT if name in os.environ}, **own}
