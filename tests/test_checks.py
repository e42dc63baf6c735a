"""The judges, without an engine, on the recorded scenes of every case; and the hints.

tests/scenes/ is recorded by tests/scene_records.py on a real engine; test_exercises.py plays the same cases live.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import nbformat
import pytest

from hostnet_lab.core.guide import checks
from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Page, Scene
from hostnet_lab.core.host.facts import Listener, read_container

from . import record, scene_records
from .cases import CASES
from .exercises.server import SERVER
from .scene_records import misjudged, table

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))


@every_exercise
def test_a_scene_is_recorded_for_every_case_and_for_no_other(exercise: Exercise) -> None:
    assert set(scene_records.read(exercise.id)) == {case.title for case in CASES if case.exercise == exercise.id}


@every_exercise
def test_the_recorded_scenes_are_judged_rightly(exercise: Exercise) -> None:
    assert misjudged(exercise) == []


def test_a_recorded_scene_is_what_was_seen() -> None:
    facts = replace(read_container({}), id="bee", name="bee", status="running", pid=1, addresses=("192.0.2.7",))
    seen = Scene(
        {"bee": facts},
        (Listener(80, "0.0.0.0", pid=1, container="bee"),),
        {"u": Page(200, "b", "bee"), "v": None},
        {("bee", "x"): (1, "y")},
        {("bee", "x"): None},
    )
    lines = [("ant", "x"), ("bee", "x")]
    assert scene_records.from_json(scene_records.to_json(seen, lines), lines) == seen


PASTEABLE = re.compile(r"docker |nsenter|iptables |--\w|(^|\s)-\w|\$\(|%%|client\.|containers\.|\.run\(")


def all_said() -> Iterator[tuple[str, str]]:
    for exercise in EXERCISES.values():
        yield from ((exercise.id, hint) for hint in exercise.hints)
        for _, scene in table(exercise.id):
            yield exercise.id, exercise.judged(scene).hint


def test_no_hint_holds_a_command_or_an_option_to_paste() -> None:
    assert not [found for found in all_said() if PASTEABLE.search(found[1])]


@every_exercise
def test_a_task_has_three_different_hints_in_sentences(exercise: Exercise) -> None:
    assert len(set(exercise.hints)) == 3
    assert all((hint[-1] in ".?" and hint[0] == hint[0].upper()) or hint[0].islower() for hint in exercise.hints)


def test_the_first_hint_tells_what_the_last_check_found_and_the_last_where_the_solution_is() -> None:
    exercise = EXERCISES["01-front-door"]
    last = checks.not_yet("nobody answers.", "look")
    assert str(exercise.hint(1, last)).startswith("Hint 1 of 3: The last check found: nobody answers. Two things")
    assert str(exercise.hint(1, checks.passed("done"))).startswith("Hint 1 of 3: Two things")
    assert "found" not in str(exercise.hint(2, last))
    assert str(exercise.hint(9)) == str(exercise.hint(3)) and "shows its solution" in str(exercise.hint(3))


def test_a_task_whose_containers_were_never_started_says_which_cells_come_first() -> None:
    for exercise in EXERCISES.values():
        if exercise.needs:
            result = exercise.judged(Scene())
            assert not result.passed and exercise.needs[0] in result.hint and "First run" in result.hint


def test_where_every_user_may_open_port_80_the_repair_says_that_nothing_differs() -> None:
    exercise = EXERCISES["repair-non-root"]
    scenes = {case.name: scene for case, scene in table(exercise.id)}
    seen, relayed = scenes["on a high port of the host"], scenes["on a high port of the host, with a relay before it"]
    listener = Listener(80, "0.0.0.0", container=seen.containers["rates"].id)
    opened = replace(seen, listeners=(listener,), pages={"http://localhost": Page(200, "rates: 1.09", "rates")})
    assert "no difference here" in exercise.judged(opened).seen
    assert exercise.judged(relayed).passed and "no difference" not in exercise.judged(relayed).seen


@pytest.mark.parametrize("number", ["06a", "06b"])
def test_the_server_that_is_played_is_the_one_of_the_lessons(number: str) -> None:
    (path,) = [path for path in record.lessons() if path.name.startswith(number)]
    assert SERVER.strip() in "\n".join(cell.source for cell in nbformat.read(path, 4).cells)
