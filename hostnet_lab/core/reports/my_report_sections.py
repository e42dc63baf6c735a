"""A learner's report in sections: the story first, the crib, and behind them the log, which says all that was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ...words import tr
from ..text import moment
from . import crib, story_sections
from .my_report import HELD, SPOKEN, Answer, Prediction, Report, Stay, Task, Verdicted, Word, effort, lead
from .pictures import Picture
from .sections import (
    Block,
    Document,
    Facts,
    Figure,
    Look,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    cell,
    code,
    evidence,
    filled,
    spoken,
    text,
    told,
)
from .story import best

TITLE = tr("My report on Docker host networking")
SECTIONS = {
    "machine": tr("The machine"),
    "lessons": tr("Lessons"),
    "predictions": tr("Predictions"),
    "tasks": tr("Tasks"),
    "capstone": tr("Capstone"),
    "claims": tr("Claims"),
    "quiz": tr("Quiz"),
    "pictures": tr("Pictures"),
}
LOOKS: Mapping[Word, Look] = {
    "right": "holds",
    "passed": "holds",
    "finished": "holds",
    "wrong": "fails",
    "solved": "nuance",
    "not yet": "nuance",
    "begun": "nuance",
}


def document(report: Report) -> Document:
    """The learner's own page."""
    shown = {one.name for _, one in best(report.pictures)}
    rest = log(replace(report, pictures=tuple(one for one in report.pictures if one.name not in shown)))
    behind = Section("log", tr("The log behind it"), (Paragraph(text(lead(report))),))
    sections = (*story_sections.sections(report), crib.section(), behind, *rest.sections)
    return Document(story_sections.TITLE, story_sections.lead(report), sections, rest.foot, "story", story_sections.head(report))


def log(report: Report) -> Document:
    """What was recorded, and no more: what a teacher gets of each learner."""
    tasks = [one for one in report.tasks if one is not report.capstone]
    capstone = [report.capstone] if report.capstone else []
    blocks: tuple[Iterable[Block], ...] = (
        [_machine(report)],
        [_lessons(report)],
        [_predictions(report)],
        [_tasks(tasks, tr("Tasks that were checked at least once"), tr("No task was checked yet."))],
        [_tasks(capstone, tr("The task of lesson 07"), tr("The capstone of lesson 07 was not checked yet."))],
        [_claims(report)],
        [_quiz(report)],
        map(_picture, report.pictures) if report.pictures else [_none(tr("No lesson has made a picture yet."))],
    )
    sections = tuple(Section(*head, tuple(body)) for head, body in zip(SECTIONS.items(), blocks, strict=True))
    foot = (*filled(tr("Made by {command}."), command=code("./lab report")), Span(f" {HELD}"))
    return Document(TITLE, lead(report), sections, foot)


def _machine(report: Report) -> Block:
    reader = {tr("Reader"): report.name} if report.name else {}
    return Facts({**reader, **report.facts, tr("Written"): moment(report.made)})


def _lessons(report: Report) -> Block:
    columns = (tr("Lesson"), tr("State"), tr("Opened"), tr("Finished"), tr("Minutes"))
    return Table(tr("Every lesson, in its order"), columns, tuple(map(_stay, report.lessons)), numbers=True)


def _stay(one: Stay) -> Row:
    moments = (cell(moment(at)) if at else () for at in (one.opened, one.finished))
    more = tr(", caught up to: {sections}", sections=one.caught_up) if one.caught_up else ""
    return Row((cell(f"{one.number} {one.title}"), cell(_word(one.state), more), *moments, cell(one.spent) if one.spent else ()))


def _predictions(report: Report) -> Block:
    columns = (tr("What was asked"), tr("You predicted"), tr("What happened"), tr("And why"))
    rows = tuple(map(_prediction, report.predictions))
    return Table(tr("Each prediction beside its fact"), columns, rows, 3) if rows else _none(tr("No prediction was made yet."))


def _prediction(one: Prediction) -> Row:
    later = tr(", later {how}", how=one.later) if one.later else ""
    why = (text(_word(one.outcome), later), *([text(told(one.why))] if one.why else []))
    cells = (cell(told(one.prompt)), cell(told(one.chosen)), cell(told(one.fact)), why)
    return Row(cells, filled(tr("Lesson {number}"), number=told(one.lesson)))


def _tasks(tasks: Iterable[Task], caption: str, none: str) -> Block:
    columns = (tr("Task"), tr("State"), tr("Tries and hints"), tr("What the check saw"))
    rows = tuple(map(_task, tasks))
    return Table(caption, columns, rows, 1) if rows else _none(none)


def _task(one: Task) -> Row:
    state = cell(_word(one.state), f" {moment(one.passed)}" if one.passed else "")
    return Row((cell(told(one.task)), state, cell(effort(one)), cell(told(one.seen)) if one.seen else ()), text(code(one.id)))


def _claims(report: Report) -> Block:
    columns = (tr("Claim"), tr("Verdict"), tr("Evidence"), tr("Judged"))
    rows = tuple(map(_claim, report.claims))
    caption = tr("What guides say, as it was seen on this machine")
    return Table(caption, columns, rows, 1) if rows else _none(tr("No claim was judged yet."))


def _claim(one: Verdicted) -> Row:
    cells = (cell(one.statement), cell(spoken(one.verdict)), evidence(one.evidence, one.figures), cell(moment(one.at)))
    return Row(cells, filled(tr("{id}, lesson {number}"), id=code(one.id), number=one.lesson))


def _quiz(report: Report) -> Block:
    columns = (tr("Question"), tr("Your last answer"), tr("Right"), tr("Tries"))
    rows = tuple(map(_answer, report.answers))
    none = tr("None of {questions} questions was answered yet.", questions=report.questions)
    return Table(tr("Questions that were answered"), columns, rows, 2, numbers=True) if rows else _none(none)


def _answer(one: Answer) -> Row:
    return Row((cell(told(one.prompt)), cell(told(one.chosen)), cell(_word(one.outcome)), cell(str(one.tries))))


def _picture(one: Picture) -> Block:
    caption = filled(tr("Lesson {number}, {moment}"), number=told(one.lesson), moment=moment(one.at))
    return Figure(one.name, one.title, one.svg, caption, one.text)


def _none(said: str) -> Block:
    return Paragraph(text(said))


def _word(said: Word) -> Span:
    """A state in its colour, and in words."""
    return Span(SPOKEN[said], LOOKS.get(said, "untested"))
