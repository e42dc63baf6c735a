"""The exercises of a lesson: looked at, judged, helped with. Nothing is recorded here, and nothing changed but a lesson's own host."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ..core.errors import LabError
from ..core.guide import checks
from ..core.guide.checks.looks import shown as shown_value
from ..core.guide.lessons import LESSONS
from ..core.host.facts import ContainerFacts
from ..core.text import time_of
from ..edges.engine import Engine
from ..edges.pace import limit_s
from ..experiments.lesson_host import LessonHost
from ..words import tr
from .looking import Sight

YOUNG_S, PATIENCE_S = 5.0, 1.0  # of a check, with a server that was started a moment ago


class Exercises:
    """``address``: asks for the host's own."""

    def __init__(self, lesson: str, engine: Engine, sight: Sight, address: Callable[[], str | None]) -> None:
        self.host: LessonHost | None = None  # a disposable one, see ``Lab.disposable``
        self._lesson, self._engine, self._sight, self._address = lesson, engine, sight, address
        self._results: dict[str, checks.Result] = {}
        self._steps: dict[str, int] = {}  # of hints, by exercise

    def look(self, exercise_id: str, given: Any, patience_s: float | None) -> checks.Result:
        exercise = self.named(exercise_id)
        if exercise.place == "disposable" and not (self.host and self.host.stage):
            gone = tr("its host is not there, or not any more.")
            why = tr("it cannot be tried here: {why}.", why=self.host.why) if self.host else gone
            result = checks.cannot_pass(why, tr("The cell that makes the host comes first; it needs root."))
        else:
            result = exercise.judged(self.scene(exercise, given, patience_s))
        self._results[exercise_id] = result
        return result

    def hint(self, exercise_id: str, step: int | None) -> checks.Hint:
        exercise = self.named(exercise_id)
        shown = exercise.hint(step or self._steps.get(exercise_id, 0) + 1, self._results.get(exercise_id))
        self._steps[exercise_id] = shown.step
        return shown

    def named(self, exercise_id: str) -> checks.Exercise:
        if not isinstance(exercise_id, str) or exercise_id not in checks.EXERCISES:
            mine = LESSONS[self._lesson].exercises if self._lesson in LESSONS else ()
            tried, do = tr("exercise {id}", id=shown_value(exercise_id)), tr("one of: {names}", names=", ".join(mine or checks.EXERCISES))
            raise LabError(tried, tr("no such exercise"), do)
        return checks.EXERCISES[exercise_id]

    def engine_of(self, exercise: checks.Exercise) -> Engine:
        stage = self.host.stage if self.host and exercise.place == "disposable" else None
        return stage.engine if stage else self._engine

    def scene(self, exercise: checks.Exercise, given: Any, patience_s: float | None) -> checks.Scene:
        if exercise.place == "disposable" and self.host:
            return self.host.scene(exercise, given, PATIENCE_S if patience_s is None else patience_s)
        there = {facts.name: facts for facts in self._sight.containers()}
        commands = [line for line in exercise.commands if line[0] in there and there[line[0]].running]
        if patience_s is None:
            patience_s = PATIENCE_S if any(facts.running and _age_s(facts) < limit_s(YOUNG_S) for facts in there.values()) else 0.1
        address = self._address() or "127.0.0.1"
        said = {line: self._sight.called(line, exercise.servers) for line in commands}
        return checks.Scene(
            containers=there,
            pages={url: self._sight.page(url.format(address=address), patience_s, exercise.servers) for url in exercise.urls},
            listeners=tuple(self._sight.listeners()),
            outputs={line: (code, text) for line, (code, text, _) in said.items()},
            servers={line: server for line, (_, _, server) in said.items()},
            given=given,
        )


def _age_s(facts: ContainerFacts) -> float:
    """Seconds since a container was started: a server that has only begun may not listen yet."""
    try:
        return (datetime.now(UTC) - time_of(facts.started_at)).total_seconds()
    except ValueError:
        return float("inf")
