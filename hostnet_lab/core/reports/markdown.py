"""A learner's report as Markdown (CommonMark with tables): read as plain text it is complete, drawings come last, as data."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Sequence
from typing import TypeVar

from ...words import printable, tr
from ..guide import verdicts
from .html_parts import visible
from .my_report import HELD, SECTIONS, SPOKEN, Answer, Prediction, Report, Stay, Task, Verdicted, effort, lead, moment, spans, tried
from .my_report_sections import TITLE
from .pictures import Picture

Row = TypeVar("Row")
# What CommonMark or a table would read as markup: https://spec.commonmark.org/0.31.2/#backslash-escapes
MARKUP = re.compile(r"([\\*_\[\]<>&|~`])")
DOLLARS = re.compile(r"\$+")


def as_markdown(report: Report, *, drawings: bool = True) -> str:
    """The whole document, in UTF-8. Each picture stands in words where it belongs; as a drawing it is at the end, or nowhere."""
    bodies = (_machine, _lessons, _predictions, _tasks, _capstone, _claims, _quiz)
    texts = [*(body(report) for body in bodies), _pictures(report, drawings)]
    parts = [f"## {name}\n\n{body}" for name, body in zip(SECTIONS, texts, strict=True)]
    drawn = [f"[{_key(one)}]: data:image/svg+xml;base64,{_base64(one.svg)}" for one in report.pictures if drawings]
    return "\n\n".join(filter(None, (f"# {TITLE}", _text(lead(report)), *parts, "---", HELD, "\n".join(drawn)))) + "\n"


def _machine(report: Report) -> str:
    reader = {tr("Reader"): report.name} if report.name else {}
    facts = {**reader, **report.facts, tr("Written"): moment(report.made)}
    return "\n".join(f"- {name}: {_text(said)}" for name, said in facts.items())


def _lessons(report: Report) -> str:
    rows = [(tr("Lesson"), tr("State"), tr("Opened"), tr("Finished"), tr("Minutes")), *map(_stay, report.lessons)]
    widths = [max(len(row[place]) for row in rows) for place in range(5)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def _stay(one: Stay) -> tuple[str, str, str, str, str]:
    opened, finished = (_text(moment(at)) if at else "-" for at in (one.opened, one.finished))
    name = _text(f"{one.number} {one.title}".rstrip())
    return name, SPOKEN[one.state], opened, finished, one.spent or "-"


def _predictions(report: Report) -> str:
    return _list(report.predictions, _prediction, tr("No prediction was made yet."))


def _prediction(one: Prediction) -> str:
    later = tr(", later {how}", how=one.later) if one.later else ""
    why = [tr("Why: {why}", why=_own(one.why))] if one.why else []
    facts = [tr("You predicted: {choice}", choice=_own(one.chosen)), tr("What happened: {fact}", fact=_text(one.fact)), *why]
    lesson = tr("(lesson {number})", number=_text(one.lesson))
    return _item(f"**{SPOKEN[one.outcome]}**{later}: {_own(one.prompt)} {lesson}", facts)


def _tasks(report: Report) -> str:
    return _list([one for one in report.tasks if one is not report.capstone], _task, tr("No task was checked yet."))


def _task(one: Task) -> str:
    state = f"**{SPOKEN[one.state]}**" + (f" {_text(moment(one.passed))}" if one.passed else "")
    seen = tr("The check saw: {seen}", seen=_text(one.seen))
    return _item(f"{state}: {_own(one.task)}", [f"{effort(one)}. {seen}"])


def _capstone(report: Report) -> str:
    return _task(report.capstone) if report.capstone else tr("The capstone of lesson 07 was not checked yet.")


def _claims(report: Report) -> str:
    return _list(report.claims, _claim, tr("No claim was judged yet."))


def _claim(one: Verdicted) -> str:
    place = tr("(lesson {number}, {moment})", number=one.lesson, moment=_text(moment(one.at)))
    head = f"**{verdicts.SPOKEN[one.verdict]}**: {_text(one.statement)} {place}"
    return _item(head, [tr("Evidence: {evidence}", evidence=_text(one.evidence))])


def _quiz(report: Report) -> str:
    return _list(report.answers, _answer, tr("None of {questions} questions was answered yet.", questions=report.questions))


def _answer(one: Answer) -> str:
    head = f"**{SPOKEN[one.outcome]}**, {tried(one.tries)}: {_own(one.prompt)}"
    return _item(head, [tr("Your last answer: {answer}", answer=_own(one.chosen))])


def _pictures(report: Report, drawings: bool) -> str:
    return "\n\n".join(_picture(one, drawings) for one in report.pictures) or tr("No lesson has made a picture yet.")


def _picture(one: Picture, drawn: bool) -> str:
    """The drawing by reference, and the same in words behind a fence that its own text cannot end."""
    fence = "`" * max([3, *(len(run) + 1 for run in re.findall("`+", one.text))])
    lines = "\n".join(map(visible, one.text.splitlines()))
    title = _text(one.title)
    named = tr("{title}, the same as below in words", title=title)
    drawing = f"![{named}][{_key(one)}]\n\n" if drawn else ""
    made = tr("Lesson {number}, {moment}", number=_text(one.lesson), moment=_text(moment(one.at))) + "."
    return f"### {title}\n\n{drawing}{made}\n\n{fence}text\n{lines}\n{fence}"


# -- small pieces -----------------------------------------------------------------------------------


def _list(found: Sequence[Row], write: Callable[[Row], str], none: str) -> str:
    return "\n".join(map(write, found)) if found else none


def _item(head: str, facts: Sequence[str]) -> str:
    return "\n".join([f"- {head}", *(f"  - {one}" for one in facts)])


def _text(found: str) -> str:
    """Any text on one line, with all that would be markup taken at its word; never the first on its line."""
    return _escaped(printable(found))


def _own(found: str) -> str:
    """Likewise, with what stands between backticks as code."""
    return "".join(f"`{piece}`" if code else _escaped(piece) for piece, code in spans(printable(found)))


def _escaped(piece: str) -> str:
    """A dollar becomes code: a notebook would begin a formula at it, escaped or not."""
    return DOLLARS.sub(r"`\g<0>`", MARKUP.sub(r"\\\1", piece))


def _key(one: Picture) -> str:
    return f"picture-{one.name}"


def _base64(svg: str) -> str:
    return b64encode(svg.encode("utf-8", "replace")).decode("ascii")
