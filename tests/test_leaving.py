"""Lessons that are left open, and opened again, without a browser: who is ended, who never, and what is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from hostnet_lab.core.errors import BadRequest, StillOpen
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.host.ownership import Mark, Process
from hostnet_lab.core.progress.events import Event, progress_of
from hostnet_lab.core.progress.how_far import how_far
from hostnet_lab.edges import end_requests, host, notebook, open_lessons
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.lab import ending, returning
from hostnet_lab.provision.jupyter_setup import FORGOTTEN_S, server_command

AT = "2026-01-02T03:04:05+00:00"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A private folder of open lessons."""
    monkeypatch.setenv(open_lessons.VARIABLE, str(tmp_path))
    tmp_path.chmod(0o700)
    return tmp_path


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """Another process that lives, as a kernel would."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        yield child
        child.kill()


def mark_of(pid: int, lesson: str = "03e", learner: int | None = None, **changed: Any) -> Mark:
    me = host.this_process()
    values = {"boot_id": me.boot_id, "pid_namespace": me.pid_namespace, "pid": pid, "start_ticks": host.start_ticks(pid) or 0}
    process = Process(**{**values, "machine": me.machine, "time_namespace": me.time_namespace, **changed})
    return Mark(os.getuid() if learner is None else learner, lesson, process)


def announce(mark: Mark) -> None:
    open_lessons.announce(mark.process, mark.labels())


# -- who is ended -----------------------------------------------------------------------------------


def test_an_open_lesson_is_ended_where_no_server_listens(place: Path, other: subprocess.Popen[bytes]) -> None:
    announce(mark_of(other.pid))
    assert [mark.lesson for mark in ending.open_now(None)] == ["03e"]
    ending.end(None, ending.open_now(None))
    assert other.wait(limit_s(10)) < 0 and not ending.open_now(None)


def test_where_a_server_listens_it_is_asked_and_no_signal_is_sent(place: Path, other: subprocess.Popen[bytes]) -> None:
    mark = mark_of(other.pid)
    pipe = end_requests.listen()
    assert pipe is not None and end_requests.ask(mark.process)
    assert end_requests.asked(pipe) == [(other.pid, mark.process.start_ticks)] and end_requests.asked(pipe) == []
    assert other.poll() is None
    os.close(pipe)
    assert not end_requests.ask(mark.process), "nobody listens any more"


@pytest.mark.parametrize("there", ["file", "link", "folder"])
def test_what_is_no_pipe_of_ones_own_is_neither_written_nor_read(place: Path, other: subprocess.Popen[bytes], there: str) -> None:
    path = place / end_requests.PIPE
    make: Any = {"file": path.touch, "link": lambda: path.symlink_to("/dev/null"), "folder": path.mkdir}[there]
    make()
    assert end_requests.listen() is None and not end_requests.ask(mark_of(other.pid).process)


@pytest.mark.parametrize("line", ["", "x", "1", "1.", ".1", "1.2.3", "1.x", "-1.2", "9" * 70 + ".1", "\0", "\udcff"])
def test_what_is_no_name_of_a_process_is_no_wish(place: Path, line: str) -> None:
    pipe = end_requests.listen()
    assert pipe is not None
    os.write(pipe, line.encode("utf-8", "surrogateescape") + b"\n7.8\n")
    assert end_requests.asked(pipe) == [(7, 8)]
    os.close(pipe)


STRANGERS: dict[str, dict[str, Any]] = {
    "another learner's": {"learner": 54321},
    "no lesson": {"lesson": "verify"},
    "another process by now": {"start_ticks": 1},
    "one that cannot be told apart": {"start_ticks": 0},
    "another boot's": {"boot_id": "another"},
    "another container's": {"pid_namespace": "1"},
}


@pytest.mark.parametrize("changed", STRANGERS.values(), ids=STRANGERS)
def test_nobody_else_is_ended(place: Path, other: subprocess.Popen[bytes], changed: dict[str, Any]) -> None:
    mark = mark_of(other.pid, **changed)
    announce(mark)
    assert not ending.can_end(mark) and not ending.open_now(None)


def test_a_lesson_does_not_end_itself() -> None:
    assert not ending.can_end(Mark(os.getuid(), "03e", host.this_process()))


@pytest.mark.parametrize("content", [b"", b"x", b"org.hostnet-lab.lesson=03e", b"\xff" * 9, b"a" * 9000])
def test_a_damaged_file_of_an_open_lesson_is_passed_over(place: Path, other: subprocess.Popen[bytes], content: bytes) -> None:
    (place / open_lessons.name(mark_of(other.pid).process)).write_bytes(content)
    (place / "notes").mkdir()
    assert open_lessons.marks() == []


def test_a_mark_in_a_file_of_another_name_is_not_believed(place: Path, other: subprocess.Popen[bytes]) -> None:
    mine = mark_of(os.getpid()).process
    open_lessons.announce(mine, mark_of(other.pid).labels())
    assert open_lessons.marks() == []


def test_what_a_kernel_started_holds_for_its_lesson(place: Path, other: subprocess.Popen[bytes]) -> None:
    announce(mark_of(os.getpid()))
    found = ending.holding(other.pid)
    assert found and found.lesson == "03e" and ending.holding(1) is None and ending.holding(99999999) is None


def test_the_command_ends_what_is_named_and_refuses_what_is_not_open(
    place: Path, other: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from hostnet_lab.cli import ending as command
    from hostnet_lab.provision import engine

    monkeypatch.setattr(engine, "connect", lambda: None)
    announce(mark_of(other.pid))
    assert command.run([]) == 0 and capsys.readouterr().out == "Open lessons: 03e.\n"
    with pytest.raises(BadRequest, match=r"it is not open(.|\n)*open are: 03e"):
        command.run(["03e", "04"])
    assert other.poll() is None
    assert command.run(["03e", "03e"]) == 0 and capsys.readouterr().out == "Ended: 03e.\n"
    wait_until(lambda: other.poll() is not None, 10, "its end")


# -- cells of a lesson that is not open -------------------------------------------------------------


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """IPython, with the name of the cell that is run as JupyterLab tells it."""
    InteractiveShell.clear_instance()
    made: Any = InteractiveShell.instance()
    made.kernel = type("Kernel", (), {"get_parent": lambda *_: {"metadata": {"cellId": made.cell_id}}})()
    made.cell_id = "04-01"
    yield made
    InteractiveShell.clear_instance()


IN_THE_WAY = StillOpen("open lesson 04", ("03e",), ("1.2",), "webserver, port 80")


def fail(shell: Any) -> None:
    shell.user_ns.update(opening=notebook.opening, error=IN_THE_WAY)
    assert shell.run_cell("with opening('04'): raise error  # Lab(").error_in_exec is IN_THE_WAY


def ran(shell: Any, source: str, cell: str) -> bool:
    shell.cell_id = cell
    return bool(shell.run_cell(source).success)


def test_its_cells_run_nothing_and_say_one_sentence_until_it_opens(shell: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fail(shell)
    assert "lesson 03e is still open, and has webserver, port 80" in capsys.readouterr().out
    for source in (f"open({str(tmp_path / 'made')!r}, 'w')", f"%%bash\ntouch {tmp_path / 'made'}", f"!touch {tmp_path / 'made'}", "lab"):
        assert not ran(shell, source, "04-02")
        said = capsys.readouterr()
        assert said.out.strip() == "Lesson 04 is not open yet: run its first cell, which says what is in the way." and not said.err
    assert not (tmp_path / "made").exists()
    assert ran(shell, "with opening('04'): pass  # Lab(", "04-01") and ran(shell, "held = 1", "04-02")


@pytest.mark.parametrize(("source", "cell"), [("x = 1", "f3a9"), ("x = 1", "05-02"), ("x = 1", ""), ("x = 'lab end 03e'", "04-02")])
def test_a_learners_own_cell_and_the_command_that_ends_a_lesson_are_run(shell: Any, source: str, cell: str) -> None:
    fail(shell)
    assert ran(shell, source, cell)


def test_without_a_notebook_nothing_is_held_back(shell: Any) -> None:
    shell.kernel = None
    fail(shell)
    assert ran(shell, "x = 1", "04-02")


def test_failing_twice_holds_back_once(shell: Any) -> None:
    before = [*shell.input_transformers_cleanup]
    fail(shell)
    fail(shell)
    assert len(shell.input_transformers_cleanup) == len(before) + 1
    assert ran(shell, "with opening('04'): pass  # Lab(", "04-01") and shell.input_transformers_cleanup == before


def test_what_the_page_is_given_names_lessons_and_processes() -> None:
    told = notebook.in_the_way(IN_THE_WAY)
    assert told["button"] == "End lesson 03e" and told["processes"] == ["1.2"] and told["command"] == "lab end 03e"
    two = notebook.in_the_way(StillOpen("open lesson 04", ("01", "03e"), ("1.2", "3.4"), "webserver"))
    assert two["button"] == "End lessons 01, 03e" and two["command"] == "lab end 01 03e"


# -- how far one was --------------------------------------------------------------------------------


def happened(*events: tuple[str, str, str]) -> Any:
    return progress_of(Event(kind, AT, lesson, id) for kind, lesson, id in events)  # type: ignore[arg-type]


def test_the_latest_comes_first_each_once_and_only_of_this_lesson() -> None:
    found = how_far(
        happened(
            ("opened", "03e", "03e"),
            ("predicted", "03e", "a"),
            ("predicted", "03e", "b"),
            ("predicted", "04", "c"),
            ("compared", "03e", "a"),
            ("caught up", "03e", "03e-22"),
        ),
        "03e",
    )
    assert found.met == ("03e-22", "a", "b") and not found.finished and found.said == "0 of 1 exercise passed."


def test_passed_exercises_are_counted_and_a_lesson_without_any_has_no_number() -> None:
    passed = Event("checked", AT, "06a", "repair-published", {"state": "passed"})
    assert how_far(progress_of([passed]), "06a").said == "1 of 4 exercises passed."
    assert how_far(happened(("finished", "00", "00")), "00") == type(how_far(happened(), "00"))((), True, "")


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_is_told_of_by_its_file_alone(lesson: str, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTNET_LAB_PROGRESS", os.devnull)
    found = returning.told(f"some/folder/{LESSONS[lesson].file}", None)
    assert found and found.lesson == lesson and not found.open


def test_no_other_notebook_is_a_lesson(place: Path) -> None:
    assert returning.told("mine.ipynb", 1) is None and returning.told("", None) is None


def test_a_lesson_is_open_in_its_own_kernel_only(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTNET_LAB_PROGRESS", str(tmp_path / "progress.jsonl"))
    ProgressFile().record("predicted", "03e", "the-door", choice="x")
    announce(mark_of(os.getpid()))
    name = LESSONS["03e"].file
    here, elsewhere = returning.told(name, os.getpid()), returning.told(name, os.getppid())
    assert here and here.open and here.met == ("the-door",) and elsewhere and not elsewhere.open


def test_a_kernel_without_a_page_is_kept_for_a_day_here_and_in_a_lab_host() -> None:
    in_a_lab_host = json.loads((Path(__file__).parents[1] / "labhost" / "jupyter_server_config.json").read_text())["MappingKernelManager"]
    assert in_a_lab_host == {"cull_idle_timeout": FORGOTTEN_S}, "and none that a page shows"
    here = [word for word in server_command(Path("lessons"), 8888, ["sh"]) if "cull" in word]
    assert here == [f"--MappingKernelManager.cull_idle_timeout={FORGOTTEN_S}"] and FORGOTTEN_S == 24 * 3600
