"""Reads a report out of the events of a learner's file. Pure: events in, values out.

Nothing of it is trusted: an event may hold any text, and an id that this version does not know is shown as it is.
What the lab itself said is told in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from ...words import told, tr
from ..guide.choices import Choice, text_of
from ..guide.ledger import Machine
from ..guide.verdicts import Verdict, sentence
from ..host.whereabouts import PLACES
from ..progress.coming_back import beliefs
from ..progress.events import Event, Progress
from ..progress.state import ExerciseState, LessonState, states
from ..progress.summary import caught_up
from ..text import cut
from .my_report import Answer, Asked, Catalogue, Prediction, Report, Stay, Task, Verdicted
from .pictures import Picture
from .story import held_in, skill


def report_of(
    progress: Progress,
    made: str,
    *,
    catalogue: Catalogue | None = None,
    name: str = "",
    machine: Machine | None = None,
    pictures: Sequence[Picture] = (),
) -> Report:
    """The report as of ``made`` (ISO 8601, UTC). Without a ``machine`` it says that no engine was asked."""
    catalogue = catalogue or Catalogue()
    found = states(progress)
    by_kind: dict[str, list[Event]] = {}
    for event in progress.events:
        by_kind.setdefault(event.kind, []).append(event)
    return Report(
        name=cut(name, 80),
        made=made,
        facts=_facts(machine),
        lessons=tuple(_stay(state, catalogue) for state in found.values()),
        predictions=_predictions(by_kind, catalogue),
        tasks=_tasks(found, by_kind.get("checked", ()), catalogue),
        claims=_claims(by_kind, catalogue),
        answers=_answers(by_kind, catalogue),
        exercises=len(catalogue.exercises),
        questions=len(catalogue.questions),
        pictures=tuple(
            sorted({one.svg: one for one in pictures}.values(), key=lambda one: one.lesson)
        ),  # a drawing's ids are its own: never the same one twice
        skills=tuple(skill(lesson, found[lesson.id], catalogue.goals) for lesson in catalogue.lessons.values()),
        beliefs=tuple(map(held_in, beliefs(progress))),
    )


def _facts(machine: Machine | None) -> dict[str, str]:
    if machine is None:
        return {tr("Engine"): tr("none was asked when this report was written")}
    rootless = ", rootless" if machine.rootless else ""
    return {
        tr("Engine"): f"{machine.engine} {machine.version}, API {machine.api}{rootless}",
        tr("Kernel"): f"Linux {machine.kernel}, {machine.architecture}",
        tr("Place"): PLACES[machine.place],
    }


def _stay(state: LessonState, catalogue: Catalogue) -> Stay:
    known = catalogue.lessons.get(state.lesson)
    return Stay(cut(state.lesson, 20), known.title if known else "", state.first, state.finished_at, state.minutes, caught_up(state))


def _predictions(by_kind: Mapping[str, list[Event]], catalogue: Catalogue) -> tuple[Prediction, ...]:
    """Each one once, with the choice of its first fact: a second try at the same question, its fact known, predicts nothing."""
    compared: dict[str, list[Event]] = {}
    for event in by_kind.get("compared", ()):
        compared.setdefault(event.id, []).append(event)
    made: dict[str, Event] = {}
    for event in (*by_kind.get("predicted", ()), *(events[0] for events in compared.values())):
        made.setdefault(event.id, event)
    evidence = {event.id: _evidence(event) for event in by_kind.get("judged", ())}
    return tuple(_prediction(event, compared, evidence, catalogue) for event in made.values())


def _prediction(made: Event, compared: Mapping[str, list[Event]], evidence: Mapping[str, str], catalogue: Catalogue) -> Prediction:
    mine, asked = compared.get(made.id, []), catalogue.asked.get(made.id)
    decided = next((one for one in mine if _right(one) is not None), mine[0] if mine else None)
    right = _right(decided) if decided else None
    chosen = (decided or made).more.get("choice", made.more.get("choice"))
    return Prediction(
        lesson=cut(made.lesson, 20),
        prompt=asked.prompt if asked else cut(made.id, 80),
        chosen=_chosen(chosen, asked.choices if asked else ()),
        fact=_fact(decided.more.get("fact"), asked, evidence) if decided else tr("not tested yet"),
        right=right,
        why=_why(asked, chosen, decided.more.get("fact") if decided else None, right) if asked else "",
        later=_later(made.id, compared, catalogue) if right is False else "",
    )


def _why(asked: Asked, chosen: Any, fact: Any, right: bool | None) -> str:
    """The answer to what was chosen, and what stands behind it where that was not right."""
    choice = next((place for place, one in enumerate(asked.choices) if one.id == chosen), None)
    answer = asked.answer(choice, asked.right(fact)) if right is not None else ""
    return answer if right else f"{answer} {asked.why}".lstrip()


def _fact(value: Any, asked: Asked | None, evidence: Mapping[str, str]) -> str:
    """What was found: the choice that it makes right, and the evidence of the claim that decided; else the value itself."""
    place = asked.right(value) if asked and isinstance(value, str | int) else None
    if not asked or place is None:
        return tr("nothing that decides it") if value is None else _said(value)
    return f"{asked.choices[place].text.rstrip('.')}. {evidence.get(asked.claims[0], '')}".rstrip()


def _later(id: str, compared: Mapping[str, list[Event]], catalogue: Catalogue) -> str:
    """How a prediction went later that was wrong at first: asked again, or in another form of the same misconception."""
    if any(_right(one) for one in compared[id]):
        return tr("right when asked again")
    about = catalogue.asked[id].misconception if id in catalogue.asked else ""
    if not about:
        return ""
    others = [key for key, one in catalogue.asked.items() if one.misconception == about and key != id and key in compared]
    right = any(_right(event) for key in others for event in compared[key])
    return tr("right in another form") if right else tr("not yet right in another form") if others else ""


def _right(event: Event) -> bool | None:
    said = event.more.get("right")
    return said if isinstance(said, bool) else None


def _chosen(choice: Any, choices: Sequence[Choice]) -> str:
    """The choice in words; one that is not offered any more as the file has it."""
    if choice is None:
        return tr("no prediction made")
    return text_of(choice, choices) or _said(choice)


def _said(found: Any) -> str:
    """Any value of an event as text; in the reader's language, where it is a text of the lab's."""
    return cut(told(found))


def _evidence(judged: Event) -> str:
    return cut(sentence(told(judged.more.get("evidence"))))


def _figures(judged: Event) -> str:
    return cut(told(judged.more.get("figures")))


def _tasks(found: Mapping[str, LessonState], checks: Sequence[Event], catalogue: Catalogue) -> tuple[Task, ...]:
    """Every exercise that was tried at least once, in the lessons' order, then those that no lesson has."""
    tried = {id: (state.lesson, one) for state in found.values() for id, one in state.exercises.items()}
    seen: dict[str, Event] = {}
    for event in checks:
        if event.id not in seen or seen[event.id].more.get("state") != "passed":
            seen[event.id] = event
    known = [id for lesson in catalogue.lessons.values() for id in lesson.exercises]
    order = [*(id for id in known if id in tried), *(id for id in tried if id not in known)]
    return tuple(_task(id, *tried[id], seen.get(id), catalogue) for id in order)


def _task(id: str, lesson: str, state: ExerciseState, last: Event | None, catalogue: Catalogue) -> Task:
    known = catalogue.exercises.get(id)
    return Task(
        id=cut(id, 80),
        lesson=cut(lesson, 20),
        task=known.task if known else cut(id, 80),
        passed=state.passed_at,
        tries=state.tries,
        hints=len(state.hints),
        solution=state.solution,
        seen=_said(last.more.get("seen", "")) if last else "",
    )


def _claims(by_kind: Mapping[str, list[Event]], catalogue: Catalogue) -> tuple[Verdicted, ...]:
    """The latest verdict on each claim, in the catalogue's order; a word that is no verdict is left out."""
    latest = {event.id: event for event in by_kind.get("judged", ()) if event.more.get("verdict") in get_args(Verdict)}
    return tuple(
        Verdicted(claim.id, claim.lesson, claim.statement, found.more["verdict"], _evidence(found), found.at, _figures(found))
        for claim in catalogue.claims.values()
        if (found := latest.get(claim.id))
    )


def _answers(by_kind: Mapping[str, list[Event]], catalogue: Catalogue) -> tuple[Answer, ...]:
    """The latest answer to each question of the quiz, in its order; ``tries`` ends with the first right one."""
    of: dict[str, list[Event]] = {}
    for event in by_kind.get("answered", ()):
        of.setdefault(event.id, []).append(event)
    found = []
    for question in catalogue.questions:
        if events := of.get(question.id):
            first = next((place for place, one in enumerate(events, 1) if one.more.get("right") is True), len(events))
            chosen = _chosen(events[-1].more.get("choice"), question.choices)
            found.append(Answer(question.prompt, chosen, events[-1].more.get("right") is True, first))
    return tuple(found)
