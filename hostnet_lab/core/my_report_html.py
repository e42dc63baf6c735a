"""A learner's report as one page that needs no other file: the look of the ledger's page, for screen, phone, paper and ear."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from .drawing import safe
from .my_report import HELD, SECTIONS, Answer, Prediction, Report, Stay, Task, Verdicted, effort, lead, moment, spans
from .pictures import Picture
from .report_parts import document, facts, marked, plain, row, table
from .report_parts import text as shown

Row = TypeVar("Row")
TITLE = "My report on Docker host networking"
FOOTER = f"<p>Made by <code>./lab report</code>. {safe(HELD)}</p>"
LOOKS: Mapping[str, str] = {
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
    parts = [_section(name, body(report)) for name, body in zip(SECTIONS, bodies, strict=True)]
    links = "".join(f'<li><a href="#{_key(name)}">{name}</a></li>' for name in SECTIONS)
    nav = f'<nav aria-label="Sections"><ul>{links}</ul></nav>'
    return document(TITLE, lead(report), "\n".join((nav, *parts)), FOOTER, STYLE)


def _section(name: str, body: str) -> str:
    return f'<section aria-labelledby="{_key(name)}">\n<h2 id="{_key(name)}">{name}</h2>\n{body}\n</section>'


def _key(name: str) -> str:
    return name.lower().replace(" ", "-")


def _machine(report: Report) -> str:
    reader = {"Reader": report.name} if report.name else {}
    return facts({**reader, **report.facts, "Written": moment(report.made)})


def _lessons(report: Report) -> str:
    columns = ("Lesson", "State", "Opened", "Minutes")
    return table("claims mine", "Every lesson, in its order", columns, map(_stay, report.lessons))


def _stay(one: Stay) -> str:
    state = _word(one.state) + (f"<p>{shown(moment(one.finished))}</p>" if one.finished else "")
    cells = {"State": state, "Opened": shown(moment(one.opened)) if one.opened else "", "Minutes": one.spent}
    return row(f"{_any(one.number)} {shown(one.title)}", cells)


def _predictions(report: Report) -> str:
    columns = ("What was asked", "You predicted", "What happened", "And why")
    return _table(report.predictions, _prediction, columns, "Each prediction beside its fact", "No prediction was made yet.")


def _prediction(one: Prediction) -> str:
    head = f'<p>{_own(one.prompt)}</p><p class="fine">Lesson {_any(one.lesson)}</p>'
    why = f"<p>{_word(one.outcome)}{', later ' + one.later if one.later else ''}</p>" + (f"<p>{_own(one.why)}</p>" if one.why else "")
    return row(head, {"You predicted": _own(one.chosen), "What happened": _any(one.fact), "And why": why})


def _tasks(report: Report) -> str:
    columns = ("Task", "State", "Tries and hints", "What the check saw")
    rest = [one for one in report.tasks if one is not report.capstone]
    return _table(rest, _task, columns, "Tasks that were checked at least once", "No task was checked yet.")


def _task(one: Task) -> str:
    head = f'<p>{_own(one.task)}</p><p class="fine"><code>{shown(one.id)}</code></p>'
    cells = {"State": _state(one), "Tries and hints": effort(one), "What the check saw": _any(one.seen)}
    return row(head, cells)


def _state(one: Task) -> str:
    return f"{_word('passed')}<p>{shown(moment(one.passed))}</p>" if one.passed else _word("not yet")


def _capstone(report: Report) -> str:
    one = report.capstone
    if one is None:
        return "<p>The capstone of lesson 07 was not checked yet.</p>"
    state = f"{_word('passed')} {shown(moment(one.passed))}" if one.passed else _word("not yet")
    return f"<p>{_own(one.task)}</p>\n<p>{state}. {effort(one)}. The check said: {_any(one.seen)}</p>"


def _claims(report: Report) -> str:
    columns = ("Claim", "Verdict", "Evidence", "Judged")
    return _table(
        report.claims, _claim, columns, "What guides say, as it was seen on this machine", "No claim was judged yet.", "claims dated"
    )


def _claim(one: Verdicted) -> str:
    head = f'<p>{shown(one.statement)}</p><p class="fine"><code>{safe(one.id)}</code>, lesson {safe(one.lesson)}</p>'
    return row(head, {"Verdict": marked(one.verdict), "Evidence": _any(one.evidence), "Judged": shown(moment(one.at))})


def _quiz(report: Report) -> str:
    columns = ("Question", "Your last answer", "Right", "Tries")
    return _table(
        report.answers, _answer, columns, "Questions that were answered", f"None of {report.questions} questions was answered yet."
    )


def _answer(one: Answer) -> str:
    word = _word("right" if one.right else "wrong")
    return row(f"<p>{_own(one.prompt)}</p>", {"Your last answer": _own(one.chosen), "Right": word, "Tries": str(one.tries)})


def _pictures(report: Report) -> str:
    figures = "\n".join(map(_picture, report.pictures))
    return figures or "<p>No lesson has made a picture yet.</p>"


def _picture(one: Picture) -> str:
    made = f"Lesson {_any(one.lesson)}, {shown(moment(one.at))}"
    words = plain(one.text, f"{one.title}, in words ({one.name})")
    return f"<h3>{shown(one.title)}</h3>\n<figure>{one.svg}<figcaption>{made}</figcaption>{words}</figure>"


# -- small pieces -----------------------------------------------------------------------------------


def _table(
    found: Sequence[Row], draw: Callable[[Row], str], columns: Sequence[str], caption: str, none: str, look: str = "claims mine"
) -> str:
    return table(look, caption, columns, map(draw, found)) if found else f"<p>{none}</p>"


def _word(said: str) -> str:
    """A state in its colour, and in words."""
    return f'<span class="verdict {LOOKS.get(said, "untested")}">{said}</span>'


def _any(found: str) -> str:
    """Text from the file: escaped, and its direction kept to itself."""
    return f"<bdi>{shown(found)}</bdi>"


def _own(found: str) -> str:
    """Likewise, with what stands between backticks as code."""
    return "<bdi>" + "".join(f"<code>{shown(piece)}</code>" if code else _kept(piece) for piece, code in spans(found)) + "</bdi>"


def _kept(piece: str) -> str:
    """A piece of a text with the blanks at its ends, which part it from its neighbours."""
    return f"{' ' * piece.startswith(' ')}{shown(piece)}{' ' * piece.endswith(' ')}"
