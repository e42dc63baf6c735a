"""What every test may rely on: an engine or a reason, a browser or a reason, and nothing left behind.

Without an engine (or a browser) the tests that need one are skipped with the reason; with HOSTNET_LAB_REQUIRE=1, as in
CI, that is a failure: a run that proved nothing must not look like one that did.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

os.environ["HOSTNET_LAB_LANGUAGE"] = "en"  # before the lab is imported: outputs are compared, whatever the reader's language

from hostnet_lab.core.errors import LabError
from hostnet_lab.edges import host, inheritance
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import PACE, limit_s
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.experiments import disposable
from hostnet_lab.provision import chromium
from tests import workers

os.environ["LC_ALL"] = "C"  # likewise of what bash and others say
sys.dont_write_bytecode = False  # else each process makes all test modules anew; pytest writes a file whole, or not at all
inheritance.settle()  # also where pytest was not started by ./lab
KEPT = tempfile.TemporaryDirectory(prefix="hostnet-lab-progress-")  # until the run ends
PROGRESS = os.environ["HOSTNET_LAB_PROGRESS"] = f"{KEPT.name}/progress.jsonl"  # of the tests: never the reader's own
os.environ.pop("HOSTNET_LAB_OPEN", None)  # where the reader's own kernels tell their terminal which lesson is open
os.environ.pop("HOSTNET_LAB_LESSONS", None)  # likewise the reader's own copies of the lessons
ON_A_DISPOSABLE_HOST = ("lab.disposable()", "$OWN_HOST", '"repair-firewall"')  # in the source of a lesson's cell
EARNED = ("predicted", "compared", "answered", "shown")  # what only a learner does, in the file of progress
REQUIRED = os.environ.get("HOSTNET_LAB_REQUIRE") == "1"


def pytest_addoption(parser: pytest.Parser) -> None:
    words = "so many private hosts beside this machine (folders as root: one for each processor; else none)"
    parser.addoption("--hosts", type=int, metavar="N", help=words)
    parser.addoption("--all", dest="wide", action="store_true", help="also what a whole run leaves out: see the marker wide")
    parser.addoption("--fast", action="store_true", help="only what needs neither an engine nor a browser")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """A worker of pytest-xdist is told the words of the command alone, so each concludes from them for itself."""
    config.option.wide = config.option.wide or config.args_source is not pytest.Config.ArgsSource.TESTPATHS
    if not hasattr(config, "workerinput"):
        workers.distribute(config)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = {item for item in items if _left_out(config, item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


def _left_out(config: pytest.Config, item: pytest.Item) -> bool:
    if config.option.fast:
        return any(item.get_closest_marker(name) for name in ("engine", "browser")) or item.path.suffix == ".ipynb"
    return item.get_closest_marker("wide") is not None and not config.option.wide


def pytest_collection_finish() -> None:
    """Twelve thousand tests stay until the end: who looks for garbage needs not look through them, again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> workers.OnHosts:
    return workers.OnHosts(config, log)


def pytest_configure(config: pytest.Config) -> None:
    """The limits of a lesson's cells, in seconds: what pyproject.toml says is for the usual pace."""
    if hasattr(config, "workerinput"):
        Path(config.option.basetemp).parent.mkdir(parents=True, exist_ok=True)  # named by pytest-xdist, on another host
    PACE.look_closely()
    for name in ("nbval_cell_timeout", "nbval_kernel_startup_timeout"):
        setattr(config.option, name, round(limit_s(float(getattr(config.option, name)))))


@cache
def engine_or_reason() -> Engine | str:
    """One connection for the whole run, or why there is none."""
    try:
        engine = Engine.connect()
        return engine if engine.image_id("nginx") else "the engine has no image nginx; `./lab` provides it"
    except LabError as error:
        return f"no Docker engine: {error.found}"


def missing(reason: str) -> None:
    """Skip, or fail where the run must be complete."""
    if REQUIRED:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.path.suffix == ".ipynb":
        os.environ["HOSTNET_LAB_PROGRESS"] = f"{KEPT.name}/{item.path.stem}.jsonl"  # its kernel starts next
    if item.get_closest_marker("engine") or item.path.suffix == ".ipynb":
        found = engine_or_reason()
        if isinstance(found, str):
            missing(found)
        source = str(getattr(item, "cell", {}).get("source", ""))
        if any(words in source for words in ON_A_DISPOSABLE_HOST) and disposable.missing():
            missing(disposable.missing())
    if item.get_closest_marker("browser") and not (chromium.find() and chromium.driver_runs()):
        missing("no Chromium, or no driver for it: `./lab test` installs both")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """A lesson that was run from top to bottom has earned nothing: no task is passed, and no question answered."""
    if item.path.suffix == ".ipynb" and (nextitem is None or nextitem.path != item.path):
        events = ProgressFile().read().events
        os.environ["HOSTNET_LAB_PROGRESS"] = PROGRESS
        earned = [one for one in events if one.kind in EARNED or one.more.get("state") == "passed"]
        assert not earned, "cells alone have earned: " + ", ".join(f"{one.kind} {one.id}" for one in earned)
        looked = {"opened", "checked"} <= {one.kind for one in events}
        assert looked or isinstance(engine_or_reason(), str) or "Task(" not in item.path.read_text("utf-8"), "nothing was run"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The files that took longest, where there were several."""
    took_s: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                took_s[report.nodeid.partition("::")[0]] += report.duration
    if len(took_s) > 10:
        terminalreporter.section("files that took longest, in seconds")
        for name, seconds in took_s.most_common(10):
            terminalreporter.line(f"{seconds:7.1f}  {name}")


@pytest.fixture(autouse=True, scope="module")
def pace_of_now() -> None:
    """The limits of tests go by ``limit_s`` too, in files where nothing else measures: what the machine gives now, in 30 ms."""
    PACE.look_closely()


def containers(engine: Engine) -> set[str]:
    return {f"{entry['Names'][0].lstrip('/')} ({entry['Image']})" for entry in engine.containers()}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """The engine, and afterwards the proof that the test left no container and no listener."""
    found = engine_or_reason()
    if isinstance(found, str):
        missing(found)
    assert isinstance(found, Engine)
    before, listening = containers(found), set(host.listeners())
    yield found
    assert containers(found) == before
    new = {one for one in set(host.listeners()) - listening if one.pid != os.getpid() and one.process != "pytest"}
    assert not {one for one in new if one.container or one.process in ("nginx", "docker-proxy")}, new
