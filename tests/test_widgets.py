"""The widgets without a browser and without an engine: what they show, and that they decide nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from inspect import signature
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread
from threading import enumerate as living
from typing import Any, cast

import pytest

from hostnet_lab import widgets
from hostnet_lab.core.errors import LabError, NotOurs, Taken
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.core.host.facts import ContainerFacts
from hostnet_lab.core.launcher.fields import Fields, Reply, Sight
from hostnet_lab.edges import lesson_folder
from hostnet_lab.edges.lesson_folder import LessonFolder
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.lab import Lab
from hostnet_lab.lab.worker import Follower, Worker
from hostnet_lab.widgets import Figure, Launcher, Lessons, Quiz, lessons

from . import reading
from .reading import control, controls, panel, shown, told
from .specimens import ODD, container, ours

END = object()


class LabOfOne:
    """As much of a lab as the launcher may know, with an engine of one container: it remembers what was asked, and tells it as events."""

    def __init__(self) -> None:
        self.engine = self.host = self.launching = self
        self.asked: list[str] = []
        self.containers: dict[str, ContainerFacts] = {}
        self.logs, self.reply_line, self.refuse = "", "hello", list[LabError]()
        self.gate = Event()  # closed: an action waits
        self.gate.set()
        self.stream: SimpleQueue[Any] = SimpleQueue()

    def _ask(self, said: str) -> None:
        self.asked.append(said)
        assert self.gate.wait(limit_s(5))
        if self.refuse:
            raise self.refuse.pop()

    def look(self, fields: Fields) -> Sight:
        return Sight(tuple(self.containers.values()), ours=ours(*self.containers.values()), log=self.logs)

    def run(self, request: RunRequest) -> list[str]:
        self._ask(f"start {request.name}")
        self.containers[request.name] = container(request.name)
        return []

    def answer(self, name: str) -> Reply | None:
        return Reply("http://localhost:80", 200, name, self.reply_line)

    def stop(self, name: str) -> None:
        self._ask(f"stop {name}")
        self.containers[name] = container(name, status="exited")

    def remove(self, name: str) -> None:
        self._ask(f"remove {name}")
        found = [key for key, one in self.containers.items() if name in (key, one.id)]
        for key in found:
            del self.containers[key]

    @contextmanager
    def _events(self) -> Iterator[Iterator[Any]]:
        try:
            yield iter(self.stream.get, END)
        finally:
            self.stream.put(END)

    def events(self, **_: str) -> AbstractContextManager[Any]:
        return self._events()

    def settle(self) -> None:
        """Nobody's place is looked at."""


def threads() -> list[Thread]:
    return [one for one in living() if one.name.startswith("hostnet-lab") and one.is_alive()]


@pytest.fixture
def lab() -> LabOfOne:
    return LabOfOne()


@pytest.fixture
def launcher(lab: LabOfOne) -> Iterator[Launcher]:
    made = Launcher(cast(Lab, lab))
    yield made
    lab.gate.set()
    made.close()
    assert threads() == []


def press(launcher: Launcher, verb: str) -> None:
    """Click a button and wait until its work is finished and shown."""
    reading.press(launcher, verb)
    wait_until(lambda: not launcher.state.busy, 5, f"the end of {verb}")


def says(launcher: Launcher, words: str) -> None:
    wait_until(lambda: words in told(launcher), 5, f"the status {words!r}")


def test_reprs_are_stable_and_are_what_nbval_compares(launcher: Launcher) -> None:
    figure, quiz = Figure("Latency by path", "<svg/>", "text"), Quiz()
    assert figure._repr_mimebundle_()["text/plain"] == "Figure('Latency by path')"
    assert quiz._repr_mimebundle_()["text/plain"] == "Quiz(16 questions)"
    assert launcher._repr_mimebundle_()["text/plain"] == "Launcher()"


SHOWN = {"Figure": "title", "ComparisonView": "compared", "Lessons": "folder"}  # what it shows, where that is not a lab's


@pytest.mark.parametrize("name", widgets.__all__)
def test_a_widget_takes_the_lab_or_what_it_shows_and_no_actions(name: str) -> None:
    _self, first, *others = signature(getattr(widgets, name).__init__).parameters.values()
    assert first.name == SHOWN.get(name, "lab")
    assert not [one for one in others if re.search("Callable|Protocol|Actions", str(one.annotation))]


def test_a_figure_holds_its_text_twin_folded_and_escaped() -> None:
    figure = Figure("t", "<svg/>", "<b>&")
    assert "<svg/>" in figure.value and "<details" in figure.value and "&lt;b&gt;&amp;" in figure.value


def test_a_button_runs_its_action_once_and_prints_the_command(launcher: Launcher, lab: LabOfOne) -> None:
    press(launcher, "Start")
    says(launcher, "my-server runs. GET http://localhost:80: 200")
    press(launcher, "Stop")
    press(launcher, "Remove")
    assert lab.asked == ["start my-server", "stop my-server", "remove my-server"]
    for command in (
        "docker run -d --network host --name my-server nginx",
        "docker stop my-server",
        "docker rm my-server",
    ):
        assert command in panel(launcher, "Done so far, as you would type it")


def test_the_buttons_are_off_while_an_action_runs(launcher: Launcher, lab: LabOfOne) -> None:
    lab.gate.clear()
    reading.press(launcher, "Start")
    assert all(control(launcher, name).disabled for name in ("Start", "Stop", "Remove"))
    launcher.press("start")  # a second press that came too late for the disabled button
    lab.gate.set()
    says(launcher, "my-server runs.")
    wait_until(lambda: not control(launcher, "Stop").disabled, 5, "the buttons")
    assert lab.asked == ["start my-server"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("key", ["Image", "Name", "Publish"])
def test_odd_fields_are_a_sentence_and_nothing_is_started(launcher: Launcher, lab: LabOfOne, key: str, odd: str) -> None:
    control(launcher, key).value = odd
    assert "This cannot be started" in shown(launcher)
    reading.press(launcher, "Start")
    says(launcher, "Next:")
    assert lab.asked == [] and control(launcher, key).value == odd
    assert "<img" not in shown(launcher)


@pytest.mark.parametrize("error", [Taken("port 80", "held by <b>x</b>", "stop it"), NotOurs("remove x", "a stranger's", "leave it")])
def test_an_error_is_shown_as_its_three_sentences(launcher: Launcher, lab: LabOfOne, error: LabError) -> None:
    lab.refuse.append(error)
    press(launcher, "Start")
    for sentence in ("Tried: ", "Found: ", "Next:  "):
        assert sentence in told(launcher)
    assert "<b>x</b>" not in told(launcher)
    assert not control(launcher, "Start").disabled


def test_markup_in_log_and_body_is_text(launcher: Launcher, lab: LabOfOne) -> None:
    lab.logs, lab.reply_line = "<script>alert(1)</script>", "<img src=x>"
    press(launcher, "Start")
    says(launcher, "200")
    assert "&lt;script&gt;" in shown(launcher) and "&lt;img src=x&gt;" in shown(launcher)
    assert "<script" not in shown(launcher) and "<img" not in shown(launcher)


def test_an_exit_that_the_engine_announces_is_told_with_code_and_log(launcher: Launcher, lab: LabOfOne) -> None:
    press(launcher, "Start")
    says(launcher, "my-server runs.")
    lab.containers["my-server"] = container("my-server", status="exited", exit_code=1)
    lab.logs = "bind() failed"
    lab.stream.put({"Action": "die", "Actor": {"Attributes": {"name": "my-server", "exitCode": "1"}}})
    says(launcher, "my-server exited with code 1. Its log ends:\nbind() failed")


def test_close_removes_what_was_started_and_nothing_else(lab: LabOfOne) -> None:
    lab.containers["stranger"] = container("stranger", labels={})
    launcher = Launcher(cast(Lab, lab))
    press(launcher, "Start")
    launcher.close()
    launcher.close()
    assert list(lab.containers) == ["stranger"] and threads() == []


def test_the_quiz_starts_unchosen_explains_and_counts() -> None:
    quiz = Quiz()
    _, choices, button, said = quiz.cards[0].children
    assert choices.value is None
    button.click()
    assert "Choose one first." in said.value
    choices.value = 0
    button.click()
    assert "Not yet. " in said.value and 'role="status"' in said.value
    choices.value = 1
    button.click()
    assert "Right. " in said.value and "1 of 16 right, 0 at the first try." in quiz.children[-1].value


def test_a_worker_joins_waiting_jobs_of_one_key_and_survives_an_error() -> None:
    gate, done, errors = Event(), list[str](), list[Exception]()
    worker = Worker(errors.append)
    worker.submit(lambda: done.append(str(gate.wait(limit_s(5)))))
    wait_until(lambda: not worker.wanted, 5, "the first job to be taken")
    for _ in range(20):
        worker.submit(lambda: done.append("look"), "look")
    worker.submit(lambda: done.append(str(1 // 0)))
    worker.submit(lambda: done.append("last"))
    gate.set()
    wait_until(lambda: done[-1:] == ["last"], 5, "the last job")
    worker.close()
    assert done == ["True", "look", "last"] and isinstance(errors[0], ZeroDivisionError)


def test_a_follower_tells_an_end_by_itself_from_a_close() -> None:
    ends, seen = list[bool](), list[Any]()
    for closed in (False, True):
        lab, told = LabOfOne(), list[Follower]()
        follower = Follower(lab.events(), seen.append, lambda told=told: ends.append(told[0].alive))  # type: ignore[misc]
        told.append(follower)
        lab.stream.put({"Action": "start"})
        wait_until(lambda: seen, 5, "the event")
        if not closed:
            lab.stream.put(END)
            wait_until(lambda: ends, 5, "the end")
        follower.close()
        assert not follower.alive
    assert ends == [False], "who hears of the end may follow anew at once"


# --- the copies of the lessons --------------------------------------------------------------------------------------


@pytest.fixture
def copies(tmp_path: Path) -> LessonFolder:
    made = LessonFolder(tmp_path / "lessons", tmp_path / "notebooks")
    made.originals.mkdir()
    for name in ("00-start.ipynb", "01-run.ipynb"):
        (made.originals / name).write_text('{"cells": [{"cell_type": "markdown", "source": "original"}]}')
    made.fill()
    return made


def test_the_lessons_say_what_is_edited_and_a_reset_says_where_the_edit_went(copies: LessonFolder) -> None:
    view = Lessons(copies)
    assert control(view, "Reset").disabled and view.said == "Choose a lesson."
    control(view, "Lesson").value = "01-run.ipynb"
    assert not control(view, "Reset").disabled and "not edited" in view.said
    (copies.folder / "01-run.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": "<b>mine</b>"}]}')
    for name in ("00-start.ipynb", "01-run.ipynb"):
        control(view, "Lesson").value = name
    assert "you edited it" in view.said
    reading.press(view, "Reset")
    assert "the original is back" in view.said and "01-run (mine).ipynb" in view.said and told(view)
    assert "original" in (copies.folder / "01-run.ipynb").read_text()


def test_another_language_than_the_copies_have_is_offered_and_keeps_what_was_edited(
    copies: LessonFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not controls(Lessons(copies), "Bring")
    (copies.folder / "00-start.ipynb").write_text('{"cells": [{"cell_type": "markdown", "source": "mine"}]}')
    monkeypatch.setattr(lesson_folder, "LANGUAGE", "de")
    monkeypatch.setattr(lesson_folder, "anew", lambda text: text.replace("original", "Original auf Deutsch"))
    monkeypatch.setattr(lessons, "LANGUAGE", "de")
    view = Lessons(copies)
    reading.press(view, "Bring all lessons in Deutsch")
    assert not controls(view, "Bring")
    assert "Done." in view.said and "00-start (new).ipynb" in view.said
    assert "Original auf Deutsch" in (copies.folder / "01-run.ipynb").read_text()
    assert "mine" in (copies.folder / "00-start.ipynb").read_text()


def test_among_the_originals_nothing_can_be_reset(copies: LessonFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(copies.originals)
    view = Lessons()
    assert control(view, "Lesson").disabled and control(view, "Reset").disabled and "These are the originals" in view.said
    assert repr(view) == repr(Lessons(copies)) == "Lessons()"


def test_a_folder_that_cannot_be_written_is_a_sentence_and_no_traceback(copies: LessonFolder) -> None:
    view = Lessons(copies)
    control(view, "Lesson").value = "01-run.ipynb"
    (copies.originals / "01-run.ipynb").unlink()
    reading.press(view, "Reset")
    assert "no lesson of that name" in view.said
