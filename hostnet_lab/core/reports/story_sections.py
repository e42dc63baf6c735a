"""The first part of a learner's report in sections: what they can do, what they no longer believe, their pictures, what is open."""

from __future__ import annotations

from collections.abc import Iterable

from ...words import tr, tr_n
from ..text import moment
from .my_report import Report
from .pictures import Picture
from .sections import Block, Card, Cards, Facts, Figure, Items, Paragraph, Section, Span, Tally, Text, code, filled, text, told
from .story import Held, Skill, best

TITLE = tr("What you can do now")
SECTIONS = {
    "can": tr("You can"),
    "beliefs": tr("What you no longer believe"),
    "mine": tr("Your own pictures"),
    "open": tr("Still open"),
}
STILL = tr("{belief} You predicted so in lesson {held}. It comes back in lesson 07.")


def lead(report: Report) -> str:
    """A sentence for whoever has the page in hand."""
    if not any(one.opened for one in report.skills):
        return tr("Nothing is recorded yet: open lesson 00 and begin.")
    own, helped = (sum(one.how == how for one in report.skills) for how in ("own", "helped"))
    if not own + helped:
        return tr("You have begun. What you pass stands here, with what it lets you do.")
    if own + helped == len(report.skills):
        return tr("Every lesson is passed. All of it ran on a real host, and was checked there.")
    return tr("This much is done. All of it ran on a real host, and was checked there.")


def head(report: Report) -> tuple[Block, ...]:
    """Figures only of what is there; the learner's name only where they gave one."""
    passed = sum(bool(one.passed) for one in report.tasks)
    solved = sum(one.state == "solved" for one in report.tasks)
    dropped = sum(bool(one.dropped) for one in report.beliefs)
    counts = [
        (passed, _of(passed, report.exercises), tr("tasks passed")),
        (solved, str(solved), tr("of them with the solution")),
        (dropped, str(dropped), tr_n(dropped, "misconception dropped", "misconceptions dropped")),
        (len(report.claims), str(len(report.claims)), tr_n(len(report.claims), "claim tested", "claims tested")),
    ]
    shown = tuple((count, what) for number, count, what in counts if number)
    reader = {tr("Reader"): report.name} if report.name else {}
    facts = {**reader, tr("Written"): moment(report.made), tr("Log"): tr("at the end of this file; a browser does not print it")}
    return (*([Tally(shown)] if shown else []), Facts(facts))


def sections(report: Report) -> tuple[Section, ...]:
    pictures = [_figure(what, one) for what, one in best(report.pictures)]
    blocks: tuple[Iterable[Block], ...] = (
        [_can([one for one in report.skills if one.how in ("own", "helped")])],
        [_dropped([one for one in report.beliefs if one.dropped])],
        pictures or [_none(tr("Your first map, your race for a port and your paths stand here once your lessons have drawn them."))],
        _open(report),
    )
    return tuple(Section(*name, tuple(body)) for name, body in zip(SECTIONS.items(), blocks, strict=True))


def _of(some: int, all: int) -> str:
    return tr("{some} of {all}", some=some, all=all)


def _can(done: list[Skill]) -> Block:
    return Cards(tuple(map(_skill, done))) if done else _none(tr("No lesson is passed yet."))


def _skill(one: Skill) -> Card:
    note: list[str | Span] = []
    if one.solved:
        n, some = one.exercises, one.solved
        said = tr_n(n, "{some} of {n} task solved with the solution", "{some} of {n} tasks solved with the solution", some=some)
        note.append(Span(said, "nuance"))
    if one.caught_up:
        note += [*([" · "] if note else []), Span(tr("caught up to: {sections}", sections=one.caught_up), "nuance")]
    return Card(text(_name(one)), tuple(text(told(goal)) for goal in one.goals), text(*note))


def _name(one: Skill) -> str:
    return f"{one.lesson} {one.title}"


def _place(one: Skill) -> Text:
    """Its file, and no link: from a page that was saved, printed or mailed none leads into JupyterLab."""
    return text(f"{_name(one)} (", code(one.file), ")")


def _dropped(dropped: list[Held]) -> Block:
    none = tr("A misconception is dropped when you predicted by it, and rightly in another form later. None is yet.")
    return Cards(tuple(map(_belief, dropped))) if dropped else _none(none)


def _belief(one: Held) -> Card:
    said = tr("Predicted so in lesson {held}, right in another form in lesson {dropped}.")
    title = filled(tr("“{belief}”"), belief=told(one.belief))
    return Card(title, (text(told(one.explanation)),), filled(said, held=told(one.held), dropped=told(one.dropped)))


def _figure(what: str, one: Picture) -> Block:
    caption = filled(tr("{title}, {moment}"), title=one.title, moment=moment(one.at))
    return Figure(one.name, what, one.svg, caption, one.text)


def _open(report: Report) -> tuple[Block, ...]:
    begun = [_begun(one) for one in report.skills if one.how == "open"]
    held = [filled(STILL, **_told(one)) for one in report.beliefs if not one.dropped]
    ahead = [_place(one) for one in report.skills if one.how == "not opened"]
    blocks = (
        *([Items((*begun, *held))] if begun or held else []),
        *([_none(tr("Not opened yet:")), Items(tuple(ahead))] if ahead else []),
    )
    return blocks or (_none(tr("Nothing: every lesson is passed, and no misconception is left.")),)


def _told(one: Held) -> dict[str, Span]:
    return {"belief": told(one.belief), "held": told(one.held)}


def _begun(one: Skill) -> Text:
    passed = one.exercises - len(one.left)
    to_do = tr_n(one.exercises, "{passed} of {n} task passed", "{passed} of {n} tasks passed", passed=passed)
    return (*_place(one), Span(f": {to_do if one.left else tr('to finish it, run its last cell')}"))


def _none(said: str) -> Block:
    return Paragraph(text(said))
