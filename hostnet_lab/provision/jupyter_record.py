"""The JupyterLab of this checkout, wherever it was started: is it running, at which address, and its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import NoAnswer
from ..edges import host, turns
from ..edges.probe import get, wait_until
from ..words import tr
from . import record
from .jupyter_setup import forget_runtime

ANSWER_S = 10.0  # without any work: a server that answers nothing meanwhile hangs
STOP_BUDGET_S = 25.0  # for all of that, seen from ./lab down


@contextmanager
def turn(root: Path, say: Callable[[str], None]) -> Iterator[Callable[[], None]]:
    """Of two ``./lab`` of one checkout the second waits here until the first one's JupyterLab answers, and then finds it.

    What is yielded ends the turn early.
    """

    def waiting(holder: str) -> None:
        say(tr("another ./lab is opening this lab: waiting for {holder}", holder=holder))

    with turns.turn(record.lock(record.folder(root) / "jupyter.lock"), waiting) as end:
        yield end


def find(root: Path) -> str | None:
    """The address, with its token, of this checkout's JupyterLab, or None when none runs."""
    found = record.read(record_file(root))
    if found is None or not found.alive:
        return None
    server = found.processes[-1]

    def known() -> tuple[bool]:
        """Refused, or answered: either is known at once. A server that is busy is silent for a while."""
        return (server.alive and answers(found.address),)

    return found.address if wait_until(known, ANSWER_S, "JupyterLab", 0.05, lambda: host.worked_s(server.pid))[0] else None


def stop(root: Path, say: Callable[[str], None]) -> bool:
    """End this checkout's JupyterLab and its kernels; False when none runs."""
    path = record_file(root)
    found = record.read(path)
    if found is None or not found.alive:
        path.unlink(missing_ok=True)
        return False
    say(tr("stopping JupyterLab (pid {pid})", pid=found.processes[-1].pid))
    for process in found.processes:  # the waiting ./lab first: it ends the server and the kernels itself
        if not record.end(process, STOP_BUDGET_S):
            still = tr("it still runs after {seconds:g} s", seconds=STOP_BUDGET_S)
            raise NoAnswer(tr("stop JupyterLab"), still, f"kill -KILL {process.pid}")
    path.unlink(missing_ok=True)
    forget_runtime(root)
    return True


def record_file(root: Path) -> Path:
    return record.folder(root) / "jupyter.json"


def answers(address: str) -> bool:
    """/api/status with our token: only our own server accepts it."""
    parts = urlsplit(address)
    answer = get(f"http://{parts.netloc}/api/status?{parts.query}", timeout_s=2.0)
    return answer is not None and answer.status == 200
