"""What a lesson leaves in the learner's file: opened when it is ready, finished when its exercises are passed; never an error."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from hostnet_lab import Lab
from hostnet_lab.core.errors import Taken
from hostnet_lab.core.progress.state import states
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.progress import VARIABLE, ProgressFile

pytestmark = pytest.mark.engine


@pytest.fixture
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ProgressFile:
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv(VARIABLE, str(tmp_path / "progress.jsonl"))
    return ProgressFile()


def open_lab(engine: Engine, lesson: str) -> Lab:
    return Lab(lesson, ports=(), names=(), engine=engine, quiet=True)


def kinds(file: ProgressFile) -> list[str]:
    return [f"{event.kind} {event.id}" for event in file.read().events]


def test_a_lesson_is_finished_by_its_last_cell_once_its_exercise_is_passed(engine: Engine, file: ProgressFile) -> None:
    lab = open_lab(engine, "01")
    lab.check("01-front-door")
    lab.clean()
    assert kinds(file) == ["opened 01", "checked 01-front-door"]
    lab.progress.record("checked", "01", "01-front-door", state="passed")
    open_lab(engine, "01").clean()
    assert kinds(file)[-2:] == ["opened 01", "finished 01"]
    state = states(file.read())["01"]
    assert state.finished and state.exercise("01-front-door").tries == 2


def test_a_solution_that_is_asked_for_is_recorded_and_tells_what_follows(engine: Engine, file: ProgressFile) -> None:
    lab = open_lab(engine, "01")
    assert str(lab.solution("01-front-door")).startswith(
        "From now on, a pass of this task is noted as solved with the solution.\n\n%%bash\n"
    )
    lab.progress.record("checked", "02", "02-own-words", state="passed")
    own = open_lab(engine, "02").solution("02-own-words")
    assert own.own and own.note.startswith("You passed this task before")
    assert kinds(file) == ["opened 01", "shown 01-front-door", "checked 02-own-words", "opened 02", "shown 02-own-words"]


def test_a_lesson_without_an_exercise_is_finished_by_its_last_cell(engine: Engine, file: ProgressFile) -> None:
    open_lab(engine, "00").clean()
    assert kinds(file) == ["opened 00", "finished 00"]


def test_a_lesson_that_does_not_open_and_one_that_is_none_leave_nothing(engine: Engine, file: ProgressFile) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held, pytest.raises(Taken):
        Lab("01", ports=(held.getsockname()[1],), names=(), engine=engine)
    open_lab(engine, "a notebook of one's own").clean()
    assert kinds(file) == []


def test_a_file_that_cannot_be_used_is_one_sentence_and_the_lesson_goes_on(
    engine: Engine, file: ProgressFile, capsys: pytest.CaptureFixture[str]
) -> None:
    file.path.mkdir()
    lab = open_lab(engine, "01")
    lab.check("01-front-door")
    lab.clean()
    said = capsys.readouterr().out
    assert said.count("Your progress is not kept at present") == 1 and said.endswith("Nothing of this lesson was left.\n")
