"""Runs the tests on several hosts side by side: this machine, and private hosts, each with an engine and a port 80 of its own.

pytest-xdist does the rest. A file runs on one host from its first test to its last. What belongs to this machine (the lab host's
image in its engine, the network outside, the repository) is tested on it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from hostnet_lab.core.errors import LabError, SetupFailed

from .private_host import engine, host

try:
    from xdist.scheduler import LoadFileScheduling
except ImportError:  # in the lab host, where nothing is to be distributed
    LoadFileScheduling = object

READY = "ready"
THIS_MACHINE = "gw0"  # as pytest-xdist calls the first worker
# In the order in which they begin: those that take longest first, so that no worker is left with one at the end.
ON_THIS_MACHINE = (
    "tests/test_late_servers.py",
    "tests/test_bundle_offline.py",
    "tests/test_classroom_through_the_hub.py",
    "tests/test_classroom_options.py",
    "tests/test_labhost_engine.py",
    "tests/test_debian_image.py",
    "tests/test_clone.py",
)
LONG = (
    *("tests/test_exercises", "tests/test_catching_up_engine"),  # by far, where all is run
    *("tests/test_browser", "notebooks/", "tests/test_guide_running", "tests/test_experiments"),
    *("tests/test_accessibility", "tests/test_faults"),
    *("tests/test_lint.py", "tests/test_jupyter.py", "tests/test_package_sources.py"),  # of those that need no engine
    *("tests/test_kept_everywhere.py", "tests/test_words_widgets.py", "tests/test_cli.py", "tests/test_lab_script.py"),
)
# Of whose tests each names in its brackets what it is about, an exercise or a lesson: these run apart, since the whole is too long.
IN_PARTS = ("tests/test_exercises.py", "tests/test_catching_up_engine.py")


def distribute(config: pytest.Config) -> None:
    """Before pytest-xdist looks at its options. Where no private host can be made, the tests run one after another, on this machine."""
    stack, beside = ExitStack(), _beside(config)
    try:
        joined = [] if config.option.fast else [stack.enter_context(_open()) for _ in range(beside)]
    except LabError as error:
        stack.close()
        print(f"one test after another: {error}", file=sys.stderr)
        return
    config.add_cleanup(stack.close)
    if joined:
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # which ends in order
    if beside:
        config.option.dist = "loadfile"
        config.option.tx = ["popen", *([f"popen//python={shlex.join(one)}" for one in joined] or ["popen"] * beside)]


def _beside(config: pytest.Config) -> int:
    """How many workers beside the first: as asked for, else one for each processor where folders are run, since a worker waits half
    of its time; private hosts need root.
    """
    if config.option.hosts is not None:
        return int(config.option.hosts)
    alone = config.option.collectonly or getattr(config.option, "usepdb", False) or not config.pluginmanager.hasplugin("xdist")
    whole = all(Path(one).is_dir() for one in config.args)
    able = config.option.fast or not (os.geteuid() or host.lacking())
    return os.cpu_count() or 1 if whole and able and not alone else 0


@contextmanager
def _open() -> Iterator[list[str]]:
    """The command that starts Python on a private host with an engine."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with host.furnished() as folder:
        command = host.first(folder, sys.executable, "-P", "-m", "tests.workers")
        with subprocess.Popen(command, env=host.environment(folder), text=True, start_new_session=True, **pipes) as first:
            assert first.stdin and first.stdout
            try:
                if first.stdout.readline().strip() != READY:
                    raise SetupFailed(host.MADE, "its engine did not start: see above", "`./lab test --hosts 0`")
                (child,) = psutil.Process(first.pid).children()
                own = ("env", "-u", "DOCKER_HOST", f"HOME={folder}/home", sys.executable, "-P")
                yield host.further(folder, child.pid, *own)
            finally:
                first.stdin.close()
                first.wait()
        _bring_artefacts(folder)


def _bring_artefacts(folder: Path) -> None:
    """What tests leave for a reader to look at."""
    made = folder / "checkout" / "tests" / "artefacts"
    if made.is_dir():
        shutil.copytree(made, host.CHECKOUT / "tests" / "artefacts", dirs_exist_ok=True)


class OnHosts(LoadFileScheduling):  # type: ignore[misc]  # it ships no types
    """A file, or a part of one, belongs to one worker; some to this machine."""

    def __init__(self, config: pytest.Config, log: Any = None) -> None:
        config.option.loadscopereorder = False
        super().__init__(config, log)

    def schedule(self) -> None:
        self._ordered = False
        super().schedule()

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)  # private: as below
        return nodeid.partition(": ")[0] if file in IN_PARTS else file

    def _assign_work_unit(self, node: Any) -> None:
        if not self._ordered:
            self._ordered = True
            for scope in sorted(self.workqueue, key=_turn):
                self.workqueue.move_to_end(scope)
        here = node.gateway.id == THIS_MACHINE
        scope = next((one for one in self.workqueue if here or one not in ON_THIS_MACHINE), None)
        if scope is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)  # private: pytest-xdist has no other place for it


def _turn(scope: str) -> int:
    order = (*ON_THIS_MACHINE, *LONG)
    return next((place for place, one in enumerate(order) if scope.startswith(one)), len(order))


def _first_process() -> None:
    """On the private host, until whoever made it lets go of the pipe."""
    engine.start()
    print(READY, flush=True)
    sys.stdin.read()
    engine.end()


if __name__ == "__main__":
    _first_process()
