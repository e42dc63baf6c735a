"""JupyterLab on the first lesson, in the foreground: this process waits for it, and ends it with its kernels."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..core.errors import OutOfTime, SetupFailed, Taken
from ..edges import host, open_lessons
from ..edges.lesson_folder import place
from ..edges.pace import limit_s
from ..edges.probe import wait_until
from ..words import tr
from . import browser, record, terminal
from .jupyter_record import answers, find, record_file
from .jupyter_setup import (
    FIRST_PAGE,
    child_environment,
    free_port,
    runtime_folder,
    server_command,
)
from .record import Record, Running
from .room import Room, divide_window, furnish

Say = Callable[[str], None]

IDLE_S = 20.0  # without work, and without an answer; 2 s are usual for both
END_BUDGET_S = 15.0  # for the server and its kernels to end by themselves; then they are killed


@dataclass(frozen=True)
class Request:
    """What the reader asked for. ``environment`` is laid over this process's own; ``lessons``: the folder of their copies."""

    root: Path
    environment: Mapping[str, str]
    port: int | None = None
    browser: bool = True
    lessons: Path | None = None
    fresh_layout: bool = False

    @property
    def jupyter(self) -> Path:
        """JupyterLab's own folders, as ``child_environment`` names them."""
        return self.root / ".lab" / "jupyter"


def open_lab(request: Request, say: Say, show: Callable[[str], None]) -> int:
    """Start JupyterLab, ``show`` its address once it answers, and wait for its end; returns an exit code.

    Where this checkout's JupyterLab runs already its address is shown, and nothing is started.
    """
    running = find(request.root)
    if running:
        say(tr("JupyterLab runs already"))
        if request.lessons:
            say(tr("it goes on with the folder it has; to open another one: ./lab down, then this command again"))
        if request.fresh_layout:
            divide_window(request.jupyter, fresh=True)
            say(tr("a page that is open gets the fresh layout when you reload it"))
        browser.present(request.root, running, request.browser, say, show)
        return 0
    port = free_port(request.port)  # before anything is furnished
    room = Room(request.root / "notebooks", place(request.root, request.lessons), request.jupyter)
    for sentence in furnish(room, fresh_layout=request.fresh_layout):
        say(sentence)
    with runtime_folder(request.root) as runtime:
        while True:
            try:
                return _serve(request, room.lessons, port, runtime, say, show)
            except Taken:
                if request.port is not None:
                    raise
                say(tr("somebody took port {port} first: looking for another one", port=port))
                port = free_port(None)


def _serve(request: Request, lessons: Path, port: int, runtime: Path, say: Say, show: Callable[[str], None]) -> int:
    token = secrets.token_hex(24)
    address = f"http://127.0.0.1:{port}/{FIRST_PAGE}?token={token}"
    inherited = {**os.environ, **request.environment}
    environment = {
        **child_environment(request.root, inherited, host.addresses()),
        "JUPYTER_RUNTIME_DIR": str(runtime),
        open_lessons.VARIABLE: str(terminal.open_folder(request.jupyter)),
        "JUPYTER_TOKEN": token,  # not on the command line, where every user of the machine could read it
    }
    log = record.folder(request.root) / "jupyter.log"
    say(tr("starting JupyterLab, log in {log}", log=log))
    with record.log(log, fresh=True) as out:
        server = subprocess.Popen(
            server_command(lessons, port, terminal.command(request.jupyter)),
            env=environment,
            cwd=lessons,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches only us, and we end it in order
        )
        try:
            _record(request.root, server.pid, address)
            _await_answer(server, port, address, log, say)
            browser.present(request.root, address, request.browser, say, show)
            say(tr("Ctrl-C here, or `./lab down` elsewhere, ends it"))
            return _outcome(server.wait(), log)
        except (KeyboardInterrupt, SystemExit):
            say(tr("ending JupyterLab and its kernels"))
            return 0
        finally:
            if server.poll() is None:
                _end_with_kernels(server)
            record_file(request.root).unlink(missing_ok=True)
            browser.forget(request.root)


def _record(root: Path, pid: int, address: str) -> None:
    processes = tuple(one for one in (Running.of(os.getpid()), Running.of(pid)) if one)
    record.write(record_file(root), Record("server", processes, address))


def _await_answer(server: subprocess.Popen[bytes], port: int, address: str, log: Path, say: Say) -> None:
    """Until it answers or ends. While it is at work it is waited for, and that is said now and then.

    Raises Taken where it ended since somebody has its port, who came first after it was looked for.
    """

    def answers_or_ended() -> bool:
        return server.poll() is not None or answers(address)

    tried, do = tr("start JupyterLab"), tr("mend what its log names, then `./lab` again")
    try:
        wait_until(answers_or_ended, IDLE_S, "JupyterLab", 0.02, lambda: host.worked_s(server.pid), record.still("JupyterLab", say))
    except OutOfTime as error:
        found = tr("no answer, and it is not at work: {why}. {log}", why=error.found, log=record.log_end(log))
        raise SetupFailed(tried, found, do) from error
    if server.poll() is not None:
        free_port(port)
        raise SetupFailed(tried, _ended(server.returncode, log), do)


def _ended(exit_code: int, log: Path) -> str:
    return tr("it ended with exit code {code}. {log}", code=exit_code, log=record.log_end(log))


def _outcome(exit_code: int, log: Path) -> int:
    """JupyterLab ended without us: from its own menu (0), or by a fault."""
    if exit_code:
        raise SetupFailed(tr("keep JupyterLab running"), _ended(exit_code, log), tr("run `./lab` again"))
    return 0


def _end_with_kernels(server: subprocess.Popen[bytes]) -> None:
    """SIGTERM lets the server end its kernels in order; what is left after the budget is killed."""
    import psutil

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # a second Ctrl-C must not leave a kernel behind
        signal.signal(number, signal.SIG_IGN)
    family = [*psutil.Process(server.pid).children(recursive=True), psutil.Process(server.pid)]  # it is not reaped: its number is its own
    server.terminate()
    _, left = psutil.wait_procs(family, timeout=limit_s(END_BUDGET_S))
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    server.wait()
