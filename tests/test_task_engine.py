"""Tasks, hints and disposable hosts on a real engine."""

from __future__ import annotations

import gc
import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import enumerate as living
from typing import Any

import pytest

from conftest import missing
from hostnet_lab import Lab, LabError, RunRequest
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.experiments import disposable, lesson_host, own_engine
from hostnet_lab.widgets import PortsBoard, Task
from hostnet_lab.widgets.task import ENGINE_AWAY

from .staging import a_cut_off_host
from .test_checks_nonsense import HOSTILE_ANSWERS, HOSTILE_TEXTS
from .test_exercises import LENT

pytestmark = pytest.mark.engine
BUDGET_S = 20.0
SERVER = RunRequest("nginx", "caller", "none", command=("tail", "-f", "/dev/null"))


@pytest.fixture
def lab(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    for name in LENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    made = Lab("test", ports=(), names=("caller", "till", "guarded"), engine=engine, quiet=True)
    yield made
    made.clean()
    assert not [one for one in living() if one.name.startswith("hostnet-lab") and one.is_alive()]


def says(task: Task | PortsBoard, words: str) -> None:
    wait_until(lambda: words in task.said, BUDGET_S, f"{words!r}, but it is {task.said!r}")


def test_a_task_looks_by_itself_when_a_container_comes_and_goes(lab: Lab) -> None:
    task = Task(lab, "03b-call-the-host")
    says(task, "there is no container service yet")
    lab.run(replace(SERVER, name="service", network="host"))
    says(task, "no container called caller runs.")
    lab.remove("service")
    says(task, "there is no container service yet")


def test_tasks_whose_checks_run_commands_in_one_container_do_not_wake_each_other(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[str] = []
    look = lab.look

    def counted(key: str, *given: Any, **more: Any) -> Any:
        looks.append(key)
        return look(key, *given, **more)

    monkeypatch.setattr(lab, "look", counted)
    lab.run(replace(SERVER, name="till"))
    lab.run(replace(SERVER, name="bank"))
    tasks = [Task(lab, "repair-bridge-caller"), Task(lab, "03b-call-the-host")]
    says(tasks[0], "till runs without any network.")
    says(tasks[1], "no container")
    lab.run(replace(SERVER, name="last"))
    wait_until(lambda: {"repair-bridge-caller", "03b-call-the-host"} <= set(looks[2:]), BUDGET_S, "both to look after the event")
    lab.engine.execute("till", ["echo", "typed by a learner"])
    wait_until(lambda: looks[-6:].count("repair-bridge-caller") >= 2, BUDGET_S, "a look after the command")
    assert len(looks) <= 2 + 2 * 2 * 3, "two when shown; at most two each for the burst of a start, and for the command"


@contextmanager
def an_engine(engine: Engine, name: str, place: Path, turn: int) -> Iterator[Engine]:
    """One that may end: always at the same socket, with nothing in it but the image."""
    folder = place / str(turn)
    folder.mkdir()
    (folder / "docker.sock").symlink_to("../docker.sock")  # where it is asked whether it answers
    with own_engine.running(disposable.prefix(name), folder, f"unix://{place}/docker.sock", ()):
        own = Engine.connect(f"unix://{place}/docker.sock")
        own.load_image(io.BytesIO(b"".join(engine.save_image("nginx"))))
        try:
            yield own
        finally:
            own.client.close()


# docker-py leaves a socket to the garbage collector when nobody listens at the other end (UnixHTTPConnection.connect).
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_an_engine_that_stops_under_open_widgets_is_shown_and_followed_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    why = disposable.missing()
    if why:
        missing(why)
    for name in LENT:
        monkeypatch.setenv(name, os.environ.get(name, ""))
    with ExitStack() as stack:
        name, place = stack.enter_context(a_cut_off_host())
        first = stack.enter_context(ExitStack())
        lab = Lab("test", ports=(), names=("guarded",), engine=first.enter_context(an_engine(engine, name, place, 1)), quiet=True)
        task, board = Task(lab, "03e-guarded"), PortsBoard(lab)
        says(task, "there is no container called guarded")
        says(board, "Drawn.")
        first.close()
        says(task, ENGINE_AWAY)
        says(board, "The engine stopped, or went out of reach. The board stays as it was.")
        stack.enter_context(an_engine(engine, name, place, 2))
        wait_until(lambda: ENGINE_AWAY not in task.said, BUDGET_S, "the engine to be found again")
        says(task, "there is no container called guarded")
        says(board, "No change.")
        lab.run(replace(SERVER, name="guarded"))
        says(task, "guarded runs, but in none mode")
        board.close()
        lab.clean()
    gc.collect()  # here, where the warning is known


def test_a_task_made_again_replaces_the_one_before(lab: Lab) -> None:
    first, second = Task(lab, "03e-guarded"), Task(lab, "03e-guarded")
    assert first.state.closed and not second.state.closed
    lab.clean()
    assert second.state.closed


def test_hints_of_both_doors_are_recorded_with_their_step(lab: Lab) -> None:
    lab.check("03e-guarded")
    assert str(lab.hint("03e-guarded")).startswith("Hint 1 of 3: The last check found: there is no container called guarded.")
    assert str(lab.hint("03e-guarded")).startswith("Hint 2 of 3: ")
    steps = [event.more["step"] for event in lab.progress.read().events if event.kind == "hinted" and event.id == "03e-guarded"]
    assert steps[-2:] == [1, 2]


@pytest.mark.parametrize("given", [*HOSTILE_ANSWERS, *HOSTILE_TEXTS], ids=range(len(HOSTILE_ANSWERS) + len(HOSTILE_TEXTS)))
def test_whatever_is_typed_as_a_task_or_an_answer_gets_a_sentence(lab: Lab, given: Any) -> None:
    for ask in (lab.check, lab.hint, lambda key: Task(lab, key)):
        with pytest.raises(LabError, match="no such exercise") as refused:
            ask(given)
        assert len(str(refused.value)) < 1000
    assert not lab.check("04-who-shares", given).passed


def test_without_a_host_of_its_own_a_task_says_what_is_missing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "its host is not there" in str(lab.check("repair-firewall"))
    monkeypatch.setattr(disposable, "missing", lambda: "it needs a host of its own, which only root can make")
    assert repr(lab.disposable()) == "Cannot be tried here: it needs a host of its own, which only root can make."
    assert os.environ[lesson_host.HOST_VARIABLE] == "", "the cells see that there is none"
    result = lab.check("repair-firewall")
    assert result.state == "cannot pass" and "cannot be tried here: it needs a host of its own" in result.seen


def test_a_disposable_host_is_followed_and_gone_with_the_lesson(lab: Lab) -> None:
    why = disposable.missing()
    if why:
        missing(why)
    made = lab.disposable()
    assert made.stage and os.environ[lesson_host.ENGINE_VARIABLE] == made.stage.endpoint
    task = Task(lab, "repair-firewall")
    says(task, "there is no container shop and admin yet")
    made.stage.run(replace(SERVER, name="shop"))
    says(task, "admin is not there.")
    name = os.environ[lesson_host.HOST_VARIABLE]
    lab.clean()
    assert task.state.closed and made.stage is None and name not in os.listdir("/run/netns")
    assert lesson_host.HOST_VARIABLE not in os.environ
