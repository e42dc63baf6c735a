"""A task with its check, which also looks by itself whenever the engine says that something happened."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import RLock
from typing import Any
from urllib.parse import urlsplit

import ipywidgets

from ..core.errors import EngineUnavailable, LabError, NoAnswer
from ..core.guide import tasks
from ..core.guide.checks import EXERCISES, Hint
from ..core.guide.tasks import TaskState
from ..edges import probe
from ..edges.pace import Limit
from ..lab import SOCKETS, Lab
from ..lab.worker import Follower, Worker
from ..words import tr
from . import markup

OWN_COMMANDS = tasks.own_commands(EXERCISES.values()) | {" ".join(SOCKETS)}
DEBOUNCE_S = 0.15  # `docker run` alone makes three events
SETTLE_S = 1.5  # a server opens its port, or a reload takes effect, some time after its event
PAUSE_S = 0.1
AWAY_PAUSE_S = 1.0  # between two tries to reach an engine that is gone
AWAY_S = 900.0  # after that, the Check button tries again
ENGINE_AWAY = tr("The engine stopped, or went out of reach. The check goes on by itself when it is back.")
WIDE = {"width": "auto", "min_width": "0"}


class Task(ipywidgets.VBox):  # type: ignore[misc]
    """Shows one exercise; checks it at the press of Check and after the engine's events. Changes nothing.

    One thread follows the events until the task is passed, another looks; idle, both sleep. When the engine goes away the
    line says so, and the check goes on when it is back. ``close``, which ``lab.clean`` calls, ends both. Raises LabError for
    an unknown exercise.
    """

    def __init__(self, lab: Lab, exercise_id: str) -> None:
        self._lab, self._lock = lab, RLock()
        lab.host.settle()
        self.state = TaskState(lab.exercise(exercise_id))
        self._follower: Follower | None = None
        self._watch = tasks.Watch(OWN_COMMANDS)
        self._given: Any = None
        self._make()
        super().__init__(
            [self._head, *([self._choices] if self._boxes else []), self._buttons, self._status, self._help, self._solved], layout=WIDE
        )
        self._draw()
        self._worker = Worker(self._on_error)
        lab.at_end(f"task {exercise_id}", self.close)
        self._worker.submit(self._follow_and_check, "check")

    def __repr__(self) -> str:
        return tr("Task {id}: {task}", id=self.state.exercise.id, task=self.state.exercise.task)

    def _repr_mimebundle_(self, **options: Any) -> Any:
        """The stock one cuts the text, which is all that a reader without a kernel has."""
        shown = super()._repr_mimebundle_(**options)
        return {**shown, "text/plain": repr(self)} if isinstance(shown, dict) else shown

    @property
    def said(self) -> str:
        """What the status line says, as plain text."""
        return tasks.status_line(self.state)

    def close(self) -> None:
        """End both threads. The last result stays on the page."""
        if not hasattr(self, "_worker") or self.state.closed:
            return
        self._worker.close()  # first: a look under way may yet open the stream
        if self._follower:
            self._follower.close()
        self._step(tasks.closed)

    # -- making -------------------------------------------------------------------------------------

    def _make(self) -> None:
        exercise = self.state.exercise
        self._head = ipywidgets.HTML(value=markup.task(tr("Task {id}", id=exercise.id), exercise.task), layout=WIDE)
        self._boxes = {
            name: ipywidgets.Checkbox(description=name, indent=False, layout={"width": "auto", "margin": "0 16px 0 0"})
            for name in exercise.choices
        }
        self._choices = ipywidgets.HBox([*self._boxes.values()], layout={"flex_flow": "row wrap", **WIDE})
        self._check = ipywidgets.Button(
            description=tr("Check"), tooltip=tr("Check the task {id} now", id=exercise.id), layout=markup.BUTTON
        )
        self._hint = ipywidgets.Button(tooltip=tr("Show the next step of help"), layout=markup.BUTTON)
        words = tr("Show the solution; a pass of this task after it is noted as solved with it")
        self._solution = ipywidgets.Button(tooltip=words, layout=markup.BUTTON)
        self._check.on_click(lambda _: self._press())
        self._hint.on_click(lambda _: self._show_hint())
        self._solution.on_click(lambda _: self._show_solution())
        self._buttons = ipywidgets.HBox([self._check, self._hint, self._solution], layout={"flex_flow": "row wrap", **WIDE})
        self._status, self._help, self._solved = (ipywidgets.HTML(layout=WIDE) for _ in range(3))

    # -- acting -------------------------------------------------------------------------------------

    def _press(self) -> None:
        if self._boxes:
            self._given = {name for name, box in self._boxes.items() if box.value}
        self._step(tasks.checking)
        self._worker.submit(partial(self._follow_and_check, asked=True), "asked")

    def _show_hint(self) -> None:
        if len(self.state.hints) < len(self.state.exercise.hints):
            hint: Hint = self._lab.hint(self.state.exercise.id, len(self.state.hints) + 1)
            self._step(lambda state: tasks.hinted(state, hint))

    def _show_solution(self) -> None:
        if not self.state.solution:
            shown = self._lab.solution(self.state.exercise.id)
            self._step(lambda state: tasks.solution_shown(state, shown))

    # -- on the worker's thread ---------------------------------------------------------------------

    def _follow_and_check(self, asked: bool = False) -> None:
        if self._follower is None or not self._follower.alive:
            stream = self._lab.engine_of(self.state.exercise).events(type=["container", "network"])
            self._follower = Follower(stream, self._on_event, self._on_end)
        self._look(asked)

    def _look(self, asked: bool = False) -> None:
        if self._boxes and self._given is None:
            return  # nothing was answered yet
        key = self.state.exercise.id
        before = self.state
        result = self._lab.check(key, self._given) if asked else self._lab.look(key, self._given, patience_s=0)
        if not asked and tasks.worth_recording(before, result):
            self._lab.progress.record("checked", self._lab.lesson, key, state=result.state, seen=result.seen)
        now = datetime.now().strftime("%H:%M:%S")
        self._step(lambda state: tasks.checked(state, result, now))
        if result.passed and self._follower:
            self._follower.close()  # what is passed stays so, whatever comes later; Check looks again

    def _after_events(self) -> None:
        """Look after a burst of events, and again whenever a listener comes or goes soon after, until the next burst."""
        if self.state.result and self.state.result.passed:
            return
        if self._becomes(lambda: self._worker.wanted, DEBOUNCE_S):
            return  # the job that waits looks as well, and later
        seen = self._listening()
        self._look()

        def moved() -> bool:
            return self._worker.wanted or self._listening() != seen

        with Limit(SETTLE_S) as limit:
            while self.state.result and not self.state.result.passed and not self._worker.wanted:
                if not self._becomes(moved, limit.rest_s) or self._worker.wanted:
                    break
                seen = self._listening()
                self._look()
        if not self._worker.wanted and self.state.result and not self.state.result.passed:
            self._look()  # what opens no port of the host, such as a name that is known now

    def _await_engine(self) -> None:
        """Try the engine now and then until it is back; only while it is away, and not for ever."""

        def back() -> bool:
            with suppress(LabError):  # not yet; or it answers, and its images are not there yet
                self._follow_and_check()
                return True
            return False

        self._becomes(lambda: self._worker.wanted or back(), AWAY_S, AWAY_PAUSE_S)
        if self._worker.wanted:
            self._worker.submit(self._await_engine, "away")  # after the job that waits, which need not find the engine there

    @staticmethod
    def _becomes(fact: Callable[[], bool], within_s: float, pause_s: float = PAUSE_S) -> bool:
        try:
            return probe.wait_until(fact, within_s, tr("a change"), pause_s)
        except NoAnswer:
            return False

    def _listening(self) -> set[tuple[int, str]]:
        """Who listens on the ports that the task asks for."""
        ports = {urlsplit(url).port or 80 for url in self.state.exercise.urls}
        return {place for place in self._lab.host.places() if place[0] in ports}

    # -- on other threads ---------------------------------------------------------------------------

    def _on_event(self, event: Any) -> None:
        if self._watch.worth(event):
            self._worker.submit(self._after_events, "events")

    def _on_end(self) -> None:
        self._step(lambda state: tasks.troubled(state, ENGINE_AWAY))
        self._worker.submit(self._await_engine, "away")

    def _on_error(self, error: Exception) -> None:
        if isinstance(error, EngineUnavailable):
            self._on_end()
        else:
            failed = tr("This look failed: {error!r}. Press Check to look again.", error=error)
            words = str(error) if isinstance(error, LabError) else failed
            self._step(lambda state: tasks.troubled(state, words))

    # -- drawing ------------------------------------------------------------------------------------

    def _step(self, change: Callable[[TaskState], TaskState]) -> None:
        with self._lock:
            self.state = change(self.state)
            self._draw()

    def _draw(self) -> None:
        state = self.state
        self._status.value = markup.status(f"{tasks.mark(state)} {tasks.status_line(state)}")
        steps = [(tr("Hint {step} of {steps}", step=one.step, steps=one.steps), replace(one, before="").body) for one in state.hints]
        self._help.value = markup.lines(steps) if steps else ""
        self._hint.description = tasks.hint_label(state)
        self._hint.disabled = state.closed or len(state.hints) >= len(state.exercise.hints)
        if state.solution:
            solution = markup.panel(tr("Solution"), state.solution.solution.cell, commands=True)
            self._solved.value = markup.status(state.solution.note) + solution
        self._solution.description = tasks.solution_label(state)
        self._solution.disabled = state.closed or bool(state.solution)
        self._check.disabled = state.closed or state.busy
        for box in self._boxes.values():
            box.disabled = state.closed
