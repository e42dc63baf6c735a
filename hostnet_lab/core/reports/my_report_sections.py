"""A learner's report as one page that needs no other file: the look of the ledger's page, for screen, phone, paper and ear."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ...words import tr
from ..drawings.svg import safe
from .html_parts import document, facts, marked, plain, row, table
from .html_parts import text as shown
from .my_report import HELD, SECTIONS, SPOKEN, Answer, Prediction, Report, Stay, Task, Verdicted, Word, effort, lead, moment, spans
from .pictures import Picture

Row = TypeVar("Row")
TITLE = tr("My report on Docker host networking")
MADE_BY = tr("Made by {command}.", command="<code>./lab report</code>")
FOOTER = f"<p>{MADE_BY} {safe(HELD)}</p>"
KEYS = ("the-machine", "lessons", "predictions", "tasks", "capstone", "claims", "quiz", "pictures")  # of SECTIONS, in their order
LOOKS: Mapping[Word, str] = {
    "right": "holds",
    "passed": "holds",
    "finished": "holds",
    "wrong": "fails",
    "not yet": "nuance",
    "begun": "nuance",
}
STYLE = """
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: 0.2rem 0; }
.claims.mine { table-layout: auto; }
.claims.mine th, .claims.mine td, .claims.mine td:last-child { width: auto; text-align: left; }
@media (min-width: 44rem) {
  .claims.mine { table-layout: fixed; }
  .claims.mine th:nth-child(1) { width: 31%; }
  .claims.mine th:nth-child(2) { width: 20%; }
  .claims.mine th:nth-child(3) { width: 21%; }
  .claims.mine th:nth-child(4) { padding-right: 0; }
  .claims.dated th:nth-child(4) { width: 7rem; }
}
@media (max-width: 44rem) { .claims td:empty { display: none; } }
h3 { font-size: 1.05rem; margin: 1.25rem 0 0.5rem; }
figure svg { max-width: 100%; }
@media print { nav { display: none; } }
"""


def as_html(report: Report) -> str:
    """The whole document, in UTF-8; every text that comes from outside is escaped."""
    bodies = (_machine, _lessons, _predictions, _tasks, _capstone, _claims, _quiz, _pictures)
    parts = [_section(key, name, body(report)) for key, name, body in zip(KEYS, SECTIONS, bodies, strict=True)]
    links = "".join(f'<li><a href="#{key}">{name}</a></li>' for key, name in zip(KEYS, SECTIONS, strict=True))
    name = tr("Sections")
    nav = f'<nav aria-label="{name}"><ul>{links}</ul></nav>'
    return document(TITLE, lead(report), "\n".join((nav, *parts)), FOOTER, STYLE)


def _section(key: str, name: str, body: str) -> str:
    return f'<section aria-labelledby="{key}">\n<h2 id="{key}">{name}</h2>\n{body}\n</section>'


def _machine(report: Report) -> str:
    reader = {tr("Reader"): report.name} if report.name else {}
    return facts({**reader, **report.facts, tr("Written"): moment(report.made)})


def _lessons(report: Report) -> str:
    columns = (tr("Lesson"), tr("State"), tr("Opened"), tr("Minutes"))
    return table("claims mine", tr("Every lesson, in its order"), columns, map(_stay, report.lessons))


def _stay(one: Stay) -> str:
    state = _word(one.state) + (f"<p>{shown(moment(one.finished))}</p>" if one.finished else "")
    cells = {tr("State"): state, tr("Opened"): shown(moment(one.opened)) if one.opened else "", tr("Minutes"): one.spent}
    return row(f"{_any(one.number)} {shown(one.title)}", cells)


def _predictions(report: Report) -> str:
    columns = (tr("What was asked"), tr("You predicted"), tr("What happened"), tr("And why"))
    return _table(report.predictions, _prediction, columns, tr("Each prediction beside its fact"), tr("No prediction was made yet."))


def _prediction(one: Prediction) -> str:
    lesson = tr("Lesson {number}", number=_any(one.lesson))
    head = f'<p>{_own(one.prompt)}</p><p class="fine">{lesson}</p>'
    later = tr(", later {how}", how=one.later) if one.later else ""
    why = f"<p>{_word(one.outcome)}{later}</p>" + (f"<p>{_own(one.why)}</p>" if one.why else "")
    return row(head, {tr("You predicted"): _own(one.chosen), tr("What happened"): _any(one.fact), tr("And why"): why})


def _tasks(report: Report) -> str:
    columns = (tr("Task"), tr("State"), tr("Tries and hints"), tr("What the check saw"))
    rest = [one for one in report.tasks if one is not report.capstone]
    return _table(rest, _task, columns, tr("Tasks that were checked at least once"), tr("No task was checked yet."))


def _task(one: Task) -> str:
    head = f'<p>{_own(one.task)}</p><p class="fine"><code>{shown(one.id)}</code></p>'
    cells = {tr("State"): _state(one), tr("Tries and hints"): effort(one), tr("What the check saw"): _any(one.seen)}
    return row(head, cells)


def _state(one: Task) -> str:
    return _word(one.state) + (f"<p>{shown(moment(one.passed))}</p>" if one.passed else "")


def _capstone(report: Report) -> str:
    one = report.capstone
    if one is None:
        return _paragraph(tr("The capstone of lesson 07 was not checked yet."))
    state = _word(one.state) + (f" {shown(moment(one.passed))}" if one.passed else "")
    said = tr("The check said: {seen}", seen=_any(one.seen))
    return f"<p>{_own(one.task)}</p>\n<p>{state}. {effort(one)}. {said}</p>"


def _claims(report: Report) -> str:
    columns = (tr("Claim"), tr("Verdict"), tr("Evidence"), tr("Judged"))
    caption = tr("What guides say, as it was seen on this machine")
    return _table(report.claims, _claim, columns, caption, tr("No claim was judged yet."), "claims dated")


def _claim(one: Verdicted) -> str:
    place = tr("{id}, lesson {number}", id=f"<code>{safe(one.id)}</code>", number=safe(one.lesson))
    head = f'<p>{shown(one.statement)}</p><p class="fine">{place}</p>'
    return row(head, {tr("Verdict"): marked(one.verdict), tr("Evidence"): _any(one.evidence), tr("Judged"): shown(moment(one.at))})


def _quiz(report: Report) -> str:
    columns = (tr("Question"), tr("Your last answer"), tr("Right"), tr("Tries"))
    none = tr("None of {questions} questions was answered yet.", questions=report.questions)
    return _table(report.answers, _answer, columns, tr("Questions that were answered"), none)


def _answer(one: Answer) -> str:
    cells = {tr("Your last answer"): _own(one.chosen), tr("Right"): _word(one.outcome), tr("Tries"): str(one.tries)}
    return row(f"<p>{_own(one.prompt)}</p>", cells)


def _pictures(report: Report) -> str:
    figures = "\n".join(map(_picture, report.pictures))
    return figures or _paragraph(tr("No lesson has made a picture yet."))


def _picture(one: Picture) -> str:
    made = tr("Lesson {number}, {moment}", number=_any(one.lesson), moment=shown(moment(one.at)))
    words = plain(one.text, tr("{title}, in words ({name})", title=one.title, name=one.name))
    return f"<h3>{shown(one.title)}</h3>\n<figure>{one.svg}<figcaption>{made}</figcaption>{words}</figure>"


# -- small pieces -----------------------------------------------------------------------------------


def _table(
    found: Sequence[Row], draw: Callable[[Row], str], columns: Sequence[str], caption: str, none: str, look: str = "claims mine"
) -> str:
    return table(look, caption, columns, map(draw, found)) if found else _paragraph(none)


def _paragraph(said: str) -> str:
    return f"<p>{said}</p>"


def _word(said: Word) -> str:
    """A state in its colour, and in words."""
    return f'<span class="verdict {LOOKS.get(said, "untested")}">{SPOKEN[said]}</span>'


def _any(found: str) -> str:
    """Text from the file: escaped, and its direction kept to itself."""
    return f"<bdi>{shown(found)}</bdi>"


def _own(found: str) -> str:
    """Likewise, with what stands between backticks as code."""
    return "<bdi>" + "".join(f"<code>{shown(piece)}</code>" if code else _kept(piece) for piece, code in spans(found)) + "</bdi>"


def _kept(piece: str) -> str:
    """A piece of a text with the blanks at its ends, which part it from its neighbours."""
    return f"{' ' * piece.startswith(' ')}{shown(piece)}{' ' * piece.endswith(' ')}"
