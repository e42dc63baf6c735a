"""The board: how far each learner is, who is stuck, and what the class believed wrongly. Pure.

Everything comes out of learners' own files: any text in them may be anything, and no time in them is to be trusted.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from ..core.guide.checks import EXERCISES
from ..core.guide.choices import OFFERED, text_of
from ..core.guide.lessons import LESSONS
from ..core.guide.misconceptions import MISCONCEPTIONS
from ..core.guide.predictions import PREDICTIONS
from ..core.progress.events import Event, Kind, Progress, parse, progress_of
from ..core.text import cut, time_of
from ..words import told, tr
from .calls import Calls

STUCK_MIN = 5  # minutes with a check that does not pass, before the board says so
AWAY_MIN = 30  # minutes without any event, after which nobody is called stuck
LONGEST = 80  # characters of a learner's text on the board
MOST = 5  # misconceptions shown
# What a lab writes is compacted at 1 MiB (edges/progress.py), and no line of it has less than 60 bytes.
LARGEST, MOST_LINES = 2 << 20, 20_000

Belief = tuple[Kind, str, str]  # of a prediction or a question: its id, and the choice
State = Literal["running", "starting", "stopped", "failed"]
STATES: Mapping[State, str] = {
    "running": tr("running"),
    "starting": tr("starting"),
    "stopped": tr("not running"),
    "failed": tr("ended by itself"),
}


def events_of(text: bytes) -> Progress:
    """The events in a learner's file, in its last lines; those that are none, or that try to break the reader, do not count."""
    lines = text[-LARGEST:].rsplit(b"\n", MOST_LINES)[-MOST_LINES:]
    return progress_of(event for event in map(_event, lines) if event)


def _event(line: bytes) -> Event | None:
    try:
        return parse(line.decode("utf-8", "replace"))
    except (TypeError, ValueError, RecursionError):  # a kind that is a list; a thousand brackets
        return None


@dataclass(frozen=True)
class Cell:
    """One learner in one lesson: opened at all, and how many of its exercises have passed, ``solved`` of these with the solution.

    ``caught_up``: the lab brought them to a section of it.
    """

    lesson: str
    opened: bool = False
    passed: int = 0
    exercises: int = 0
    solved: int = 0
    caught_up: bool = False

    @property
    def done(self) -> bool:
        return self.opened and self.exercises > 0 and self.passed == self.exercises


@dataclass(frozen=True)
class Stuck:
    exercise: str
    minutes: int
    tries: int
    seen: str  # what the last check found


@dataclass(frozen=True)
class Row:
    """``lesson``: where they are. ``failing``: the exercise last tried, where it has never passed; ``stuck``: the same after a while."""

    name: str
    state: State = "stopped"
    cells: tuple[Cell, ...] = ()
    stuck: Stuck | None = None
    active_min: int | None = None  # minutes since the last event; None: never
    lesson: str = ""
    failing: Stuck | None = None
    unreadable: bool = False  # the record holds something that no reader of ours can make a row of

    @property
    def passed(self) -> int:
        return sum(cell.passed for cell in self.cells)

    @property
    def solved(self) -> int:
        return sum(cell.solved for cell in self.cells)


@dataclass(frozen=True)
class Misconception:
    """``learners`` of ``asked`` believed ``choice``; ``id``: of the prediction or the question; ``belief``: what stands behind it."""

    id: str
    choice: str
    fact: str
    learners: int
    asked: int
    belief: str = ""


@dataclass(frozen=True)
class Raised:
    """A hand: whose, where they are, since how many minutes, and whether the teacher is on the way. ``key``: their name, for a form."""

    row: Row
    minutes: int
    coming: bool
    key: str


@dataclass(frozen=True)
class Board:
    """``past``: of each lesson how many have all its checks, or a later lesson open."""

    rows: tuple[Row, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    exercises: int = field(default_factory=lambda: len(EXERCISES))
    hands: tuple[Raised, ...] = ()
    past: tuple[tuple[str, int], ...] = ()
    calls: Calls = field(default_factory=Calls)


def board(found: Mapping[str, tuple[State, Progress]], now: datetime, calls: Calls | None = None) -> Board:
    """``found``: name -> state of the lab host, and progress."""
    calls = calls or Calls()
    rows = tuple(row(name, state, progress, now) for name, (state, progress) in sorted(found.items()))
    sound = [found[one.name][1] for one in rows if not one.unreadable]
    return Board(rows, misconceptions(sound), hands=_hands(rows, calls, now), past=_past(rows), calls=calls)


def _hands(rows: Iterable[Row], calls: Calls, now: datetime) -> tuple[Raised, ...]:
    known = {one.name: one for one in rows}
    minutes = {one.name: max(0, int((now - time_of(one.since)).total_seconds() // 60)) for one in calls.hands}
    return tuple(Raised(known.get(one.name, Row(one.name)), minutes[one.name], one.coming, one.name) for one in calls.hands)


def _past(rows: tuple[Row, ...]) -> tuple[tuple[str, int], ...]:
    """Those lessons that anybody is past."""
    counted: Counter[str] = Counter()
    for one in rows:
        last = max((place for place, cell in enumerate(one.cells) if cell.opened), default=-1)
        counted.update(cell.lesson for place, cell in enumerate(one.cells) if place < last or cell.done)
    return tuple((lesson, counted[lesson]) for lesson in LESSONS if counted[lesson])


def row(name: str, state: State, progress: Progress, now: datetime) -> Row:
    """A record that makes us fail is its learner's alone: theirs is a row that says so."""
    try:
        _beliefs(progress)
        failing, lesson = _failing(progress, now), next((one.lesson for one in reversed(progress.events) if one.lesson in LESSONS), "")
        stuck = failing if failing and failing.minutes >= STUCK_MIN else None
        return Row(name, state, _cells(progress), stuck, _minutes(progress.events[-1:], now), lesson, failing)
    except Exception:
        logging.getLogger(__name__).exception("%r", name)
        return Row(name, state, _cells(Progress(())), unreadable=True)


def _cells(progress: Progress) -> tuple[Cell, ...]:
    passed = _passed(progress)
    opened = {event.lesson for event in progress.events}
    caught_up = {event.lesson for event in progress.events if event.kind == "caught up"}
    return tuple(
        Cell(
            lesson.id,
            lesson.id in opened,
            sum(one in passed for one in lesson.exercises),
            len(lesson.exercises),
            sum(passed.get(one, False) for one in lesson.exercises),
            lesson.id in caught_up,
        )
        for lesson in LESSONS.values()
    )


def _passed(progress: Progress) -> dict[str, bool]:
    """The exercises that passed at least once, and whether the solution had been shown before: what is done stays done."""
    shown: set[str] = set()
    found: dict[str, bool] = {}
    for event in progress.events:
        if event.kind == "shown":
            shown.add(event.id)
        elif event.kind == "checked" and event.more.get("state") == "passed" and event.id in EXERCISES:
            found.setdefault(event.id, event.id in shown)
    return found


def _failing(progress: Progress, now: datetime) -> Stuck | None:
    """The exercise last tried, when it has never passed."""
    checked = [event for event in progress.events if event.kind == "checked" and event.id in EXERCISES]
    away = _minutes(progress.events[-1:], now)
    if not checked or checked[-1].id in _passed(progress) or away is None or away >= AWAY_MIN:
        return None
    tries = [event for event in checked if event.id == checked[-1].id]
    since = _minutes(tries[:1], now)
    if since is None:
        return None
    return Stuck(checked[-1].id, since, len(tries), said(tries[-1].more.get("seen", "")))


def _minutes(events: Iterable[Event], now: datetime) -> int | None:
    """Whole minutes since the first of the events; None without one, or when its time is none. Never negative."""
    for event in events:
        with suppress(ValueError):
            return max(0, int((now - time_of(event.at)).total_seconds() // 60))
        return None
    return None


def _beliefs(progress: Progress) -> list[tuple[Belief, str | None]]:
    """What one learner first chose, each with what is so in fact where they were wrong."""
    return [
        (
            (event.kind, shown(event.id), shown(event.more.get("choice", ""))),
            said(event.more.get("fact", "")) if event.more.get("right") is False else None,
        )
        for event in _first_choices(progress)
    ]


def misconceptions(all_progress: Iterable[Progress]) -> tuple[Misconception, ...]:
    """What at least two learners first chose wrongly, most learners first: predictions, and answers of the quiz."""
    asked: Counter[tuple[Kind, str]] = Counter()
    wrong: Counter[Belief] = Counter()
    facts: dict[Belief, str] = {}
    for progress in all_progress:
        for key, fact in _beliefs(progress):
            asked[key[:2]] += 1
            if fact is not None:
                wrong[key] += 1
                facts.setdefault(key, fact)
    found = [_misconception(*key, facts[key], count, asked[key[:2]]) for key, count in wrong.items() if count > 1]
    return tuple(sorted(found, key=lambda one: (-one.learners, one.id, one.choice))[:MOST])


def _misconception(kind: Kind, id: str, choice: str, fact: str, learners: int, asked: int) -> Misconception:
    """``choice``: by its id; one that is not offered any more is shown as the file has it."""
    words = text_of(choice, OFFERED[kind].get(id, ())) or said(choice)
    return Misconception(id, words, fact, learners, asked, belief_of(id) if kind == "compared" else "")


def belief_of(id: str) -> str:
    """The misconception that a prediction asks for, in our own words; "" where there is none."""
    prediction = PREDICTIONS.get(id)
    found = MISCONCEPTIONS.get(prediction.misconception) if prediction else None
    return found.belief if found else ""


def _first_choices(progress: Progress) -> list[Event]:
    """A second try shows what was learnt, not what was believed."""
    first: dict[tuple[Kind, str], Event] = {}
    for event in progress.events:
        if event.kind in ("compared", "answered"):
            first.setdefault((event.kind, event.id), event)
    return list(first.values())


def shown(value: object) -> str:
    """A learner's text for the board: one short line."""
    return cut(value if isinstance(value, str) else repr(value), LONGEST)


def said(value: object) -> str:
    """The same for a text that the lab said, in the reader's language."""
    return shown(told(value))


def nameless(shown_board: Board) -> Board:
    """The same without names, for the projector: numbered in the order of the rows."""
    names = {one.name: tr("Learner {number}", number=number) for number, one in enumerate(shown_board.rows, 1)}
    rows = tuple(replace(one, name=names[one.name]) for one in shown_board.rows)
    unnamed = tr("A learner")
    hands = tuple(replace(one, row=replace(one.row, name=names.get(one.row.name, unnamed)), key="") for one in shown_board.hands)
    return replace(shown_board, rows=rows, hands=hands, calls=replace(shown_board.calls, hands=()))
