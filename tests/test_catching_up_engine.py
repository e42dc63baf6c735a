"""Catching up in real kernels: to every section of every lesson, and out of states that wrong answers have left.

What a section needs is proven by its own cells: they print what the lesson stores, compared as strictly as nbval compares a whole lesson.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from _pytest.mark import ParameterSet  # private: pytest names the type of its params nowhere else

from conftest import ON_A_DISPOSABLE_HOST, missing
from hostnet_lab.core.guide import catching_up as steps
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.core.progress.state import states
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.lesson_folder import original
from hostnet_lab.edges.progress import VARIABLE, ProgressFile
from hostnet_lab.experiments import disposable
from hostnet_lab.lab import sweep

from . import record
from .cases import CASES, Case, without_images
from .exercises.server import SERVER
from .kernels import Kernel, kernel

pytestmark = pytest.mark.engine
CATCH_UP = 'from hostnet_lab.lab.catching_up import catch_up\ncatch_up("{}", "{}")'
FORGET = "get_ipython().reset(new_session=False)"  # the names that cells have made; their threads and containers stay
EARNED = {"predicted", "compared", "judged", "checked", "answered", "finished", "hinted"}
IN_EACH_RUN = ("03e-24", "05-21", "07-17")  # one with servers in the kernel, one that needs a file and names, one with a solution
# What these sections print where the lesson's exercise is solved: their lesson was stored without.
SOLVED = {"07-18": "host\nLISTEN 127.0.0.1:8090\n"}


@pytest.fixture
def file(tmp_path: Path) -> ProgressFile:
    return ProgressFile(tmp_path / "progress.jsonl")


@pytest.fixture
def own(engine: Engine, file: ProgressFile) -> Iterator[Kernel]:
    with kernel({VARIABLE: str(file.path), "SERVER": SERVER}) as started:
        yield started
    sweep(engine)  # as the next start does: its kernel is gone
    without_images()


def of(lesson: str) -> tuple[steps.Section, ...]:
    return tuple(one for one in steps.sections(original(LESSONS[lesson].file)) if one.id and one.cells)


def opening(lesson: str) -> str:
    return steps.set_up(steps.sections(original(LESSONS[lesson].file))).source


def stored(lesson: str) -> dict[str, list[Any]]:
    notebook = nbformat.read(record.NOTEBOOKS / LESSONS[lesson].file, 4)
    return {cell.id: cell.get("outputs", []) for cell in notebook.cells}


def plain(outputs: Sequence[Any]) -> list[Any]:
    """As nbval compares them: without numbers, and with what varies said in one word."""
    kept = [{key: value for key, value in one.items() if key not in ("execution_count", "metadata")} for one in outputs]
    return list(record.sanitized(record.merged(list(map(nbformat.from_dict, kept)), 1)))


def different(own: Kernel, lesson: str, cells: Sequence[steps.Cell]) -> list[str]:
    """Which of these cells print something else than the lesson stores."""
    wanted, found = stored(lesson), []
    for cell in cells:
        got = own.run(cell.source)
        same = SOLVED[cell.id] in str(got[0].get("text")) if cell.id in SOLVED else plain(got) == plain(wanted[cell.id])
        if not same and "nbval-ignore-output" not in cell.tags:
            found.append(f"{cell.id}: {plain(got)}, not {plain(wanted[cell.id])}")
    return found


def require_disposable(cells: Sequence[steps.Cell]) -> None:
    if any(words in cell.source for cell in cells for words in ON_A_DISPOSABLE_HOST) and disposable.missing():
        missing(disposable.missing())


def caught_up(own: Kernel, file: ProgressFile, lesson: str, section: steps.Section) -> None:
    before = len(file.read().events)
    said = own.said(CATCH_UP.format(lesson, section.id))
    assert f"Caught up to “{section.title}”" in said, said
    new = file.read().events[before:]
    assert not [one for one in new if one.kind in EARNED], "what was played has earned something"
    assert [one.id for one in new if one.kind == "caught up"] == [section.id]


def proven(own: Kernel, file: ProgressFile, lesson: str, section: steps.Section) -> list[str]:
    """What is wrong after catching up from a kernel that knows no name."""
    require_disposable(section.cells)
    own.run(FORGET)
    caught_up(own, file, lesson, section)
    return different(own, lesson, section.cells)


@pytest.mark.parametrize("id", IN_EACH_RUN)
def test_after_catching_up_the_cells_of_a_section_print_what_the_lesson_stores(own: Kernel, file: ProgressFile, id: str) -> None:
    lesson = id.partition("-")[0]
    (section,) = [one for one in of(lesson) if one.id == id]
    assert proven(own, file, lesson, section) == []


@pytest.mark.wide
@pytest.mark.parametrize("lesson", LESSONS)
def test_every_section_of_a_lesson_can_be_caught_up_to(own: Kernel, file: ProgressFile, lesson: str) -> None:
    ran_out = "07-24"  # it removes a capstone that was made for the section before
    found = [wrong for section in of(lesson) for wrong in proven(own, file, lesson, section) if not wrong.startswith(ran_out)]
    assert found == []


# -- wrecked states ---------------------------------------------------------------------------------

# By exercise, wrong answers that leave something behind: names and ports taken, servers that sleep, are paused, start over and over.
WRECKS = {
    "01-front-door": ["a stand-in that sleeps, beside webserver"],
    "02-own-words": ["a webserver that sleeps, and mapped answers"],
    "03a-no-detour": ["a relay before direct"],
    "03b-call-the-host": ["service moved to a bridge and published", "caller joined to service"],
    "03c-one-address": ["published on loopback from a bridge: not host mode"],
    "03d-second-place": ["the names exchanged", "first paused meanwhile"],
    "03e-guarded": ["the port is still held by webserver"],
    "04-who-shares": ["the names of two exchanged"],
    "05-only-yours": ["everything"],
    "06-switched": ["host mode, published"],
    "07-capstone": ["paused after the restart"],
    "repair-taken-port": ["orders started over and over"],
    "repair-published": ["renamed, and another of its name"],
    "repair-moved-nginx": ["moved, and another server on port 80"],
    "repair-non-root": ["a stand-in that sleeps, and root serves"],
    "repair-loopback": ["renamed"],
    "repair-bridge-caller": ["till removed"],
    "repair-unresolved-name": ["archive paused"],
    "repair-firewall": ["the shop a stand-in, and another serves"],
}
PLAYED = [case for case in CASES if not case.right and case.name in WRECKS.get(case.exercise, ())]
PAST = "06a-07"  # the cell asks the engine for events of the last ten minutes: what orders did before it was caught up stays true
FIRST = {"03d-second-place": "the names exchanged", "03b-call-the-host": "caller joined to service"}
PASSES = "from hostnet_lab.edges.probe import wait_until\nwait_until(lambda: lab.look({!r}, {}).passed, 10, 'a pass') and None"


def wreck(case: Case) -> ParameterSet:
    marks = [pytest.mark.wide] * (FIRST.get(case.exercise) != case.name)
    return pytest.param(case, id=f"{case.exercise}: {case.name}", marks=marks)


def place_of(exercise: str) -> tuple[str, steps.Section]:
    return next((lesson, one) for lesson in LESSONS for one in of(lesson) if any(cell.exercise == exercise for cell in one.cells))


def test_of_each_exercise_a_wrecked_state_is_tried_twenty_at_least() -> None:
    assert set(WRECKS) == set(EXERCISES)
    assert len(PLAYED) == sum(map(len, WRECKS.values())) >= 20


@pytest.mark.parametrize("case", [wreck(case) for case in PLAYED])
def test_out_of_a_wrecked_state_it_reaches_what_the_exercise_needs(own: Kernel, file: ProgressFile, engine: Engine, case: Case) -> None:
    lesson, section = place_of(case.exercise)
    strangers = [engine.create(RunRequest("nginx", "somebody-elses", command=("sleep", "600")).payload(), "somebody-elses")[0]]
    try:
        own.run(opening(lesson))
        require_disposable(section.cells)
        for cell in section.cells:
            if cell.source in ON_A_DISPOSABLE_HOST:  # what makes the host that the wrong answer is played on
                own.run(cell.source)
        for script in (case.set_up, case.script):
            said = own.said(f"%%bash\n{script}").splitlines()
            assert not [one for one in said if "Error" in one and "No such container" not in one]  # one sets up by removing
        own.run("lab = docker = client = None")
        caught_up(own, file, lesson, section)
        assert not states(file.read())[lesson].passed
        (check,) = [cell for cell in section.cells if cell.exercise == case.exercise]
        steps_before = [cell for cell in section.cells[: section.cells.index(check)] if "answer" not in cell.tags]
        assert [one for one in different(own, lesson, steps_before) if not one.startswith(PAST)] == []
        own.run(EXERCISES[case.exercise].solution.cell)
        own.run(PASSES.format(case.exercise, "globals().get('answer')"))
        assert "Passed" in str(own.run(check.source)[0])
        assert engine.inspect(strangers[0])
    finally:
        for one in strangers:
            engine.remove(one, force=True)


@pytest.mark.parametrize(("lesson", "heading", "name"), [("01", "Find the listener", "bridged"), ("04", "Exercise", "bee")])
def test_a_strangers_container_of_a_name_that_is_needed_is_named_and_nothing_is_removed(
    own: Kernel, file: ProgressFile, engine: Engine, lesson: str, heading: str, name: str
) -> None:
    own.run(opening(lesson))
    own.run("%%bash\ndocker run -d --network host --name webserver nginx")
    mine, theirs = engine.inspect("webserver"), engine.create(RunRequest("nginx", name).payload(), name)[0]
    try:
        said = own.said(f"lab.catch_up({heading!r})")
        assert "Taken" in said and name in said and f"docker rename {name} my-{name}" in said
        found = engine.inspect("webserver")
        assert engine.inspect(theirs) and mine and found and found["Id"] == mine["Id"]
        assert [one.kind for one in file.read().events] == ["opened"]
    finally:
        engine.remove(theirs, force=True)


def test_a_port_that_a_stranger_holds_is_named_with_what_to_do(own: Kernel, engine: Engine) -> None:
    request = RunRequest("nginx", "squatter", "host")
    theirs = engine.create(request.payload(), "squatter")[0]
    engine.start(theirs)
    try:
        own.run("from hostnet_lab.edges.probe import get, wait_until\nwait_until(lambda: get('http://localhost'), 10, 'it') and None")
        said = own.said(CATCH_UP.format("01", "Find the listener"))
        assert "port 80" in said and "container squatter" in said and "Next:" in said
        found = engine.inspect(theirs)
        assert found and found["State"]["Running"]
    finally:
        engine.remove(theirs, force=True)


def test_servers_of_cells_that_were_run_twice_are_closed_though_nobody_can_name_them(own: Kernel, file: ProgressFile) -> None:
    (section,) = [one for one in of("03b") if one.title == "Ask whose localhost it is"]
    caught_up(own, file, "03b", section)
    own.run("services = []")
    caught_up(own, file, "03b", section)
    assert different(own, "03b", section.cells[1:2]) == []


def test_a_cell_that_fails_is_told_with_what_it_said_and_catching_up_is_not_noted(own: Kernel, file: ProgressFile) -> None:
    failing = '"%%bash\\necho out of luck >&2\\nexit 3"'
    own.run(f"from hostnet_lab.core.guide import catching_up as steps\nsteps.before = lambda *_: (steps.Cell('01-99', {failing}),)")
    said = own.said(CATCH_UP.format("01", "Exercise"))
    assert "cell 01-99 of the lesson" in said and "CalledProcessError" in said and "out of luck" in said and "Next:" in said
    assert [one.kind for one in file.read().events] == ["opened"]
