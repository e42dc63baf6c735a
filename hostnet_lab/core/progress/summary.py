"""Progress in words: a table of the lessons, one lesson's lines, and the same as JSON. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict

from ...words import tr, tr_n
from ..guide.catching_up import heading
from ..guide.claims import CLAIMS
from ..guide.lessons import LESSONS, Lesson
from ..guide.predictions import PREDICTIONS
from ..text import cut, table
from .coming_back import open_misconceptions
from .events import Progress
from .state import ExerciseState, LessonState, Place, states, to_do, where_i_was

SCHEMA = "hostnet-lab/progress-state/1"
HEADINGS = (tr("Lesson"), tr("Exercises"), tr("Predictions"), tr("Claims judged"), tr("State"))
MOST = 20  # sections of a lesson that are named
Row = tuple[str, str, str, str, str]


def rows(found: Mapping[str, LessonState]) -> list[Row]:
    """One row for each lesson that there is, in the columns of HEADINGS."""
    return [_row(lesson, found.get(lesson.id, LessonState(lesson.id))) for lesson in LESSONS.values()]


def _row(lesson: Lesson, state: LessonState) -> Row:
    return (f"{lesson.id} {lesson.title}", exercises(state), predictions(state), claims(state), condition(state))


def exercises(state: LessonState) -> str:
    wanted = [state.exercise(id) for id in LESSONS[state.lesson].exercises]
    solved = sum(one.with_solution for one in wanted)
    said = _of(sum(one.passed for one in wanted), len(wanted)) if wanted else tr("none here")
    return tr("{said}, {n} with the solution", said=said, n=solved) if solved else said


def _of(some: int, all: int) -> str:
    return tr("{some} of {all}", some=some, all=all)


def predictions(state: LessonState) -> str:
    """What is open was asked in this lesson, and not answered before its fact was there; running the cells settles none."""
    right, wrong = (sum(one is value for one in state.predictions.values()) for value in (True, False))
    left = len(still_open(state))
    if not state.predictions and not (state.opened and left):
        return tr("none yet") if left else tr("none here")
    return tr("{right} right, {wrong} wrong, {open} open", right=right, wrong=wrong, open=left)


def still_open(state: LessonState) -> list[str]:
    """The predictions of a lesson that were not answered yet, by id."""
    return [one.id for one in PREDICTIONS.values() if one.lesson == state.lesson and one.id not in state.predictions]


def claims(state: LessonState) -> str:
    total = sum(claim.lesson == state.lesson for claim in CLAIMS.values())
    judged = sum(id in CLAIMS and CLAIMS[id].lesson == state.lesson for id in state.claims)
    return _of(judged, total) if total else tr("none here")


def condition(state: LessonState) -> str:
    """A sign beside the word, never instead of it."""
    if not state.opened:
        return tr("· not yet")
    said = tr("✔ finished") if state.finished else tr("▸ begun")
    said = tr("{said}, {minutes} min", said=said, minutes=state.minutes) if state.minutes else said
    return tr("{said}, caught up", said=said) if state.caught_up else said


def caught_up(state: LessonState) -> str:
    """The sections that the lab brought the learner to, "" for none; what a file names is data."""
    return ", ".join(cut(heading(title), 60) for title in [*state.caught_up.values()][:MOST])


def summary(found: Mapping[str, LessonState]) -> str:
    """How much is done, in a sentence."""
    here = [found[id] for id in LESSONS if id in found]
    wanted = sum(len(lesson.exercises) for lesson in LESSONS.values())
    tasks = [state.exercise(id) for state in here for id in LESSONS[state.lesson].exercises]
    solved = sum(one.with_solution for one in tasks)
    done, spent = sum(state.finished for state in here), _time(sum(state.seconds for state in here))
    said = tr(
        "{done} of {lessons} lessons finished, {passed} of {exercises} exercises passed, {time} of work.",
        done=done,
        lessons=len(LESSONS),
        passed=sum(one.passed for one in tasks),
        exercises=wanted,
        time=spent,
    )
    more = tr_n(solved, "{n} exercise was solved with the solution.", "{n} exercises were solved with the solution.")
    return f"{said} {more}" if solved else said


def _time(seconds: float) -> str:
    return tr("{minutes} min", minutes=round(seconds / 60)) if seconds >= 30 else tr("less than a minute")


def told(state: LessonState) -> list[tuple[str, str]]:
    """One lesson, as headings with a sentence each."""
    known = [(id, state.exercise(id)) for id in LESSONS[state.lesson].exercises]
    found = [(tr("Exercise {id}", id=id), _tries(one)) for id, one in known]
    if state.predictions or still_open(state):
        found.append((tr("Predictions"), predictions(state)))
    if any(claim.lesson == state.lesson for claim in CLAIMS.values()):
        found.append((tr("Claims judged"), claims(state)))
    if state.answers:
        right = sum(one is True for one in state.answers.values())
        found.append((tr("Questions"), tr("{right} of {all} answered rightly", right=right, all=len(state.answers))))
    found += [(tr("Caught up to"), caught_up(state))] if state.caught_up else []
    return [*found, (tr("Time"), tr("{time}, breaks left out", time=_time(state.seconds))), (tr("State"), to_do(state))]


def _tries(one: ExerciseState) -> str:
    said = [tr("✔ solved with the solution") if one.with_solution else tr("✔ passed") if one.passed else tr("not passed")]
    said += [tr_n(one.tries, "{n} check", "{n} checks") if one.tries else tr("not checked yet")]
    said += [tr_n(len(one.hints), "{n} hint", "{n} hints")] if one.hints else []
    said += [tr("solution shown")] if one.solution and not one.passed else []
    return ", ".join(said)


def where(place: Place) -> str:
    """Where to go on, in a line."""
    return f"{place.lesson.id} {place.lesson.title}. {place.why}" if place.lesson else place.why


def as_text(progress: Progress) -> str:
    """The table, the sum of it, and where to go on."""
    found = states(progress)
    go_on = tr("Continue with {place}", place=where(where_i_was(found)))
    return f"{table([HEADINGS, *rows(found)])}\n\n{summary(found)}\n{go_on}"


def as_json(progress: Progress) -> str:
    """Every lesson's state; ``continue``: the lesson to go on with, or null; ``come_back``: misconceptions still to be put right."""
    found = states(progress)
    place = where_i_was(found)
    data = {
        "schema": SCHEMA,
        "lessons": {id: {**asdict(state), "finished": state.finished} for id, state in found.items()},
        "continue": place.lesson.id if place.lesson else None,
        "come_back": open_misconceptions(progress),
    }
    return json.dumps(data, indent=2, ensure_ascii=False, default=sorted) + "\n"
