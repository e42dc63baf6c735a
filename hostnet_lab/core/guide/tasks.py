"""The state of a learner at one task: what the last check said, which help was shown, whether the engine is there. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ...words import tr
from .checks import Exercise, Hint, Result, Shown
from .checks.model import WORDS

# Events of the engine after which a task may look different. What runs inside a container (exec) is judged apart.
WORTH = frozenset(["create", "start", "die", "destroy", "pause", "unpause", "rename", "restart", "connect", "disconnect"])


@dataclass(frozen=True)
class TaskState:
    """``at``: the time of day of the last check. ``trouble``: why no check can be made now, in words."""

    exercise: Exercise
    result: Result | None = None
    at: str = ""
    hints: tuple[Hint, ...] = ()
    solution: Shown | None = None
    trouble: str = ""
    busy: bool = False
    closed: bool = False


def checking(state: TaskState) -> TaskState:
    return replace(state, busy=True)


def checked(state: TaskState, result: Result, at: str) -> TaskState:
    """A check was made, so the engine is there. The same result as before keeps its time: nothing happened."""
    same = state.result == result
    return replace(state, result=result, at=state.at if same else at, trouble="", busy=False)


def hinted(state: TaskState, hint: Hint) -> TaskState:
    return replace(state, hints=(*state.hints, hint))


def solution_shown(state: TaskState, shown: Shown) -> TaskState:
    own = shown.own or bool(state.result and state.result.passed and not state.solution)
    return replace(state, solution=replace(shown, own=own))


def troubled(state: TaskState, words: str) -> TaskState:
    return replace(state, trouble=words, busy=False)


def closed(state: TaskState) -> TaskState:
    return replace(state, closed=True, busy=False)


def worth_recording(before: TaskState, result: Result) -> bool:
    """Whether a check that nobody asked for is news for the file of progress: a task passed, or become impossible."""
    return result.state != "not yet" and (before.result is None or before.result.state != result.state)


def status_line(state: TaskState) -> str:
    """What the line with role=status says."""
    if state.closed and not (state.result and state.result.passed):
        said = tr("No longer checked.")
        return f"{said} {_result_line(state)}".strip()
    if state.trouble:
        return f"{state.trouble} {_result_line(state)}".strip()
    if state.result is None:
        first = tr("Choose, then press Check.") if state.exercise.choices else tr("Not checked yet.")
        return tr("Checking ...") if state.busy else first
    return _result_line(state)


def _result_line(state: TaskState) -> str:
    result = state.result
    if result is None:
        return ""
    word = tr("Way back") if result.state == "cannot pass" else tr("Hint")
    more = f"\n{word}: {result.hint}" if result.hint else ""
    helped = result.passed and state.solution and not state.solution.own
    said = tr("Solved with the solution") if helped else WORDS[result.state]
    return f"{said} ({state.at}): {result.seen}{more}"


def mark(state: TaskState) -> str:
    """A sign for the state, beside its words."""
    signs = {"passed": "✓", "not yet": "…", "cannot pass": "✗"}
    return "!" if state.trouble else signs[state.result.state] if state.result else "○"


def hint_label(state: TaskState) -> str:
    """What is written on the hint's button."""
    steps, shown = len(state.exercise.hints), len(state.hints)
    return tr("Hint ({step} of {steps})", step=shown + 1, steps=steps) if shown < steps else tr("All hints shown")


def solution_label(state: TaskState) -> str:
    return tr("Solution shown") if state.solution else tr("Show solution")


# What differs each time that a check runs its command: the pace of this machine, and the word by which a log shows who was asked.
MADE = re.compile(r"(?<=--max-time )[0-9.]+|(?<=hostnet-lab=)(?:[0-9a-f]{16}|\{nonce\})")


def own_commands(exercises: Iterable[Exercise]) -> frozenset[str]:
    """What checks themselves run inside containers, as the engine's events name it."""
    return frozenset(_alike(" ".join(line[1:])) for exercise in exercises for line in exercise.commands)


def _alike(words: str) -> str:
    return MADE.sub("", words.strip())


class Watch:
    """Which events are worth a check. What checks themselves run inside containers is not: two tasks would wake each other for ever.

    The end of a command bears its id alone; the words came with its begin.
    """

    def __init__(self, own: frozenset[str]) -> None:
        self._own = own
        self._ids: set[str] = set()  # of commands under way that a learner may have typed

    def worth(self, event: Mapping[str, Any]) -> bool:
        action, _, words = str(event.get("Action", "")).partition(":")
        if action in WORTH:
            return True
        attributes = (event.get("Actor") or {}).get("Attributes") or {}
        key = str(attributes.get("execID", ""))
        if action == "exec_start" and _alike(words) not in self._own:
            self._ids.add(key)
        if action == "exec_die" and key in self._ids:
            self._ids.discard(key)
            return True
        return False
