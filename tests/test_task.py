"""The task's widget and its state, on a lab that is played: no engine, real threads."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from html import escape
from queue import Queue
from threading import Event
from threading import enumerate as living
from types import SimpleNamespace
from typing import Any

import pytest

from hostnet_lab.core.errors import EngineUnavailable
from hostnet_lab.core.guide import checks, tasks
from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Hint, Result, Shown
from hostnet_lab.core.guide.checks.model import NONCE
from hostnet_lab.edges.pace import stretched
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.widgets import Task, task

from . import reading
from .reading import control, controls, press, told

START = {"Action": "start"}
NOT_YET = checks.not_yet("nothing is there.", "Look around.")
PASSED = checks.passed("it is there.")
END = object()


class Played:
    """A lab whose engine says what a test puts into ``stream``, and whose checks end as ``results`` says."""

    lesson = "01"

    def __init__(self) -> None:
        self.result, self.looks, self.given = NOT_YET, 0, list[Any]()
        self.stream: Queue[Any] = Queue()
        self.before_the_end: Callable[[], object] = lambda: None
        self.away, self.recorded, self.steps = False, list[tuple[Any, ...]](), 0
        self.closes = dict[str, Callable[[], None]]()
        self.progress = self
        self.host = SimpleNamespace(settle=lambda: None, places=frozenset)  # nobody opens or closes a port there

    def exercise(self, key: str) -> Exercise:
        return EXERCISES[key]

    def engine_of(self, exercise: Exercise) -> Played:
        return self

    def containers(self) -> list[Any]:
        self._here()
        return []

    def look(self, key: str, given: Any = None, patience_s: float | None = None) -> Result:
        self._here()
        self.looks += 1
        self.given.append(given)
        return self.result

    def check(self, key: str, given: Any = None) -> Result:
        result = self.look(key, given)
        self.record("checked", self.lesson, key, state=result.state)
        return result

    def hint(self, key: str, step: int) -> Hint:
        self.steps += 1
        return EXERCISES[key].hint(step)

    def solution(self, key: str) -> Shown:
        self.record("shown", self.lesson, key)
        return Shown(EXERCISES[key].solution)

    def record(self, *what: Any, **more: Any) -> None:
        self.recorded.append((*what, more.get("state")))

    def at_end(self, what: str, close: Callable[[], None]) -> None:
        self.closes[what] = close

    @contextmanager
    def events(self, **filters: Any) -> Generator[Iterator[Any]]:
        self._here()
        stream = self.stream = Queue()
        yield iter(stream.get, END)
        self.before_the_end()
        stream.put(END)

    def _here(self) -> None:
        if self.away:
            raise EngineUnavailable("look", "no engine", "start it")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task, "SETTLE_S", 0.0)
    monkeypatch.setattr(task, "AWAY_PAUSE_S", 0.01)


@pytest.fixture
def lab() -> Iterator[Played]:
    made = Played()
    yield made
    for close in made.closes.values():
        close()
    assert not [one for one in living() if one.name.startswith("hostnet-lab") and one.is_alive()]


def following() -> bool:
    return any(one.name == "hostnet-lab events" and one.is_alive() for one in living())


def opened(lab: Played, key: str = "01-front-door") -> Task:
    made = Task(lab, key)  # type: ignore[arg-type]
    if not made.state.exercise.choices:
        says(made, "Not yet (")
    return made


def says(widget: Task, words: str) -> None:
    wait_until(lambda: words in widget.said, 5, f"{words!r}, but it is {widget.said!r}")


def test_it_looks_once_when_it_is_shown_and_says_what_it_saw_with_its_hint(lab: Played) -> None:
    shown = opened(lab)
    assert "nothing is there.\nHint: Look around." in shown.said and lab.looks == 1
    assert told(shown) and lab.recorded == []


def test_an_event_of_the_engine_makes_it_look_and_pass_and_the_file_hears_of_it_once(lab: Played) -> None:
    shown = opened(lab)
    lab.result = PASSED
    lab.stream.put(START)
    says(shown, "Passed (")
    assert lab.recorded == [("checked", "01", "01-front-door", "passed")]


def test_what_is_passed_stays_so_until_it_is_checked_again(lab: Played) -> None:
    shown = opened(lab)
    lab.result = PASSED
    lab.stream.put(START)
    says(shown, "Passed (")
    lab.result = NOT_YET
    wait_until(lambda: not following(), 5, "the end of following")
    assert shown.said.startswith("Passed (") and lab.looks == 2
    press(shown, "Check")
    says(shown, "Not yet (")
    assert following()


def test_the_same_result_keeps_its_time(lab: Played) -> None:
    state = tasks.checked(tasks.TaskState(EXERCISES["01-front-door"]), NOT_YET, "10:00:00")
    assert tasks.checked(state, NOT_YET, "10:00:09").at == "10:00:00"
    assert tasks.checked(state, PASSED, "10:00:09").at == "10:00:09"


def test_a_burst_of_events_is_one_look(lab: Played) -> None:
    shown = opened(lab)
    lab.result = checks.not_yet("something new.", "Look.")
    for _ in range(200):
        lab.stream.put(START)
    says(shown, "something new.")
    wait_until(lab.stream.empty, 5, "the end of the burst")
    press(shown, "Check")  # comes after all that waits
    wait_until(lambda: not shown.state.busy, 5, "the check")
    assert lab.looks <= 1 + 3 * 2 + 1, "each round of looks is at most two"


def test_what_checks_run_inside_containers_wakes_no_task_and_what_a_learner_runs_does() -> None:
    watch = tasks.Watch(task.OWN_COMMANDS)

    def run(key: str, words: str) -> bool:
        begun = {"Action": f"exec_start: {words}", "Actor": {"Attributes": {"execID": key}}}
        ended = {"Action": "exec_die", "Actor": {"Attributes": {"execID": key}}}
        return watch.worth(begun) or watch.worth(ended)

    for number, line in enumerate(line for one in EXERCISES.values() for line in one.commands):
        asked = [word.replace(NONCE, f"{number:016x}") for word in line[1:]]
        assert not run(str(number), " ".join(asked)) and not run(f"at a pace, {number}", " ".join(stretched(asked)))
    assert run("a", "nginx -s reload") and run("b", "sh -c echo x\necho y")
    assert not watch.worth({"Action": "exec_die", "Actor": {"Attributes": {"execID": "never begun"}}})
    assert not watch.worth({}) and not watch.worth({"Action": "top", "Actor": None})


def test_a_check_that_was_asked_for_is_recorded_whatever_it_says(lab: Played) -> None:
    shown = opened(lab)
    press(shown, "Check")
    wait_until(lambda: not shown.state.busy, 5, "the check")
    assert lab.recorded == [("checked", "01", "01-front-door", "not yet")]


def test_what_cannot_pass_any_more_comes_with_the_way_back(lab: Played) -> None:
    shown = opened(lab)
    lab.result = checks.cannot_pass("it is gone.", "Run the cell again.")
    lab.stream.put({"Action": "destroy"})
    says(shown, "Cannot pass any more (")
    assert shown.said.endswith("it is gone.\nWay back: Run the cell again.")


def test_hints_come_in_three_steps_and_stay(lab: Played) -> None:
    shown = opened(lab)
    labels = []
    for _ in range(3):
        (hint,) = controls(shown, "Hint")
        labels.append(hint.description)
        press(shown, hint.description)
    assert labels == ["Hint (1 of 3)", "Hint (2 of 3)", "Hint (3 of 3)"]
    assert hint.disabled and all(f"Hint {step} of 3" in reading.shown(shown) for step in (1, 2, 3))
    hint.click()
    assert lab.steps == 3


def test_the_solution_is_shown_once_as_text_to_select_and_a_pass_after_it_is_said_to_be_with_it(lab: Played) -> None:
    shown = opened(lab, "02-own-words")
    (button,) = controls(shown, "Show solution")
    button.click()
    assert button.disabled and button.description == "Solution shown"
    button.click()
    assert lab.recorded == [("shown", "01", "02-own-words", None)]
    assert escape(EXERCISES["02-own-words"].solution.cell) in reading.panel(shown, "Solution")
    assert "noted as solved with the solution" in told(shown)
    lab.result = PASSED
    lab.stream.put(START)
    says(shown, "Solved with the solution (")


def test_what_was_passed_before_its_solution_was_shown_stays_passed(lab: Played) -> None:
    shown = opened(lab)
    lab.result = PASSED
    lab.stream.put(START)
    says(shown, "Passed (")
    press(shown, "Show solution")
    assert "You passed this task before" in told(shown) and shown.said.startswith("Passed (")


def test_the_engine_stopping_is_said_and_recovered_from(lab: Played) -> None:
    shown = opened(lab)
    lab.away = True
    lab.stream.put(END)
    says(shown, "The engine stopped, or went out of reach.")
    assert "nothing is there." in shown.said, "the last result stays"
    lab.result, lab.away = PASSED, False
    says(shown, "Passed (")
    wait_until(lambda: not shown.state.trouble, 5, "no more trouble")
    assert "engine" not in shown.said


def test_pressing_check_while_the_engine_is_away_changes_nothing_and_breaks_nothing(lab: Played) -> None:
    shown = opened(lab)
    lab.away = True
    lab.stream.put(END)
    says(shown, "The engine stopped")
    press(shown, "Check")
    wait_until(lambda: not shown.state.busy, 5, "the end of the check")
    says(shown, "The engine stopped")
    lab.away = False
    says(shown, "Not yet (")
    wait_until(lambda: not shown.state.trouble, 5, "no more trouble")


def test_events_are_followed_again_though_the_stream_that_ended_is_slow_to_let_go(lab: Played) -> None:
    shown, held = opened(lab), Event()
    lab.before_the_end = held.wait
    lab.stream.put(END)
    wait_until(lambda: lab.looks == 2, 5, "the look after the end")
    lab.result = PASSED
    lab.stream.put(START)
    says(shown, "Passed (")
    held.set()


def test_a_look_that_breaks_is_told_and_the_next_one_works(lab: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = opened(lab)

    def broken(*_: Any, **__: Any) -> Result:
        raise ValueError("<b>no</b>")

    with monkeypatch.context() as patch:
        patch.setattr(lab, "check", broken)
        press(shown, "Check")
        says(shown, "This look failed")
        assert "<b>" not in told(shown)
    press(shown, "Check")
    wait_until(lambda: not shown.state.trouble, 5, "no more trouble")


def test_text_from_outside_is_shown_as_text(lab: Played) -> None:
    shown = opened(lab)
    lab.result = checks.not_yet("<img src=x onerror=alert(1)> 鍵", "<script>")
    lab.stream.put(START)
    says(shown, "<img")
    assert "<img" not in told(shown) and "<script" not in told(shown)


def test_a_task_with_choices_waits_for_an_answer_and_gives_what_is_ticked(lab: Played) -> None:
    shown = opened(lab, "04-who-shares")
    says(shown, "Choose, then press Check.")
    lab.stream.put(START)
    control(shown, "bee").value = True
    press(shown, "Check")
    says(shown, "Not yet (")
    assert lab.given and all(one == {"bee"} for one in lab.given)


def test_closed_it_keeps_its_last_words_and_takes_no_clicks(lab: Played) -> None:
    shown = opened(lab)
    shown.close()
    shown.close()
    assert shown.said.startswith("No longer checked. Not yet (") and all(
        control(shown, name).disabled for name in ("Check", "Hint", "Show solution")
    )


def test_its_text_twin_is_the_whole_task(lab: Played) -> None:
    shown = opened(lab, "07-capstone")
    assert shown._repr_mimebundle_()["text/plain"] == repr(shown) == f"Task 07-capstone: {EXERCISES['07-capstone'].task}"
