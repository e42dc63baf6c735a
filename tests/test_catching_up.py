"""Which cells of a lesson catching up plays, how it is kept and told, and what it closes in its own process. No engine."""

from __future__ import annotations

import ast
import json
import re
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from hostnet_lab.core.errors import LabError
from hostnet_lab.core.guide import catching_up as steps
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.progress import summary
from hostnet_lab.core.progress.compaction import compacted
from hostnet_lab.core.progress.events import Event, progress_of
from hostnet_lab.core.progress.state import states
from hostnet_lab.core.reports.my_report_reading import report_of
from hostnet_lab.edges import notebook, own_servers
from hostnet_lab.edges.lesson_folder import original
from hostnet_lab.lab import catching_up

AT = "2026-01-01T00:00:00+00:00"
SECTIONS = {lesson: steps.sections(original(LESSONS[lesson].file)) for lesson in LESSONS}
TRANSFORMED = TransformerManager().transform_cell  # type: ignore[no-untyped-call]
every_lesson = pytest.mark.parametrize("lesson", LESSONS)
# Every form of what is left out; another one must be looked at before it is.
LEFT_OUT = re.compile(
    r"\w+|\w+\.test\(\)|\w+\.compare\(.*\)|display\(ways\.compare\(.*\)\)|(Task|ProgressView|Lessons|FollowView)\(.*\)"
    r"|\w+ = measure\(.*\)|Figure\.of_times\(.*\)"
)


def played(cell: steps.Cell) -> ast.Module:
    return ast.parse(TRANSFORMED(cell.played))


def loaded(tree: ast.AST) -> set[str]:
    """The names that it asks for; those in braces behind a magic, too."""
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    braced = {name for text in words for name in re.findall(r"\{(\w+)\}", text)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)} | braced


def stored(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}


# -- what is played ---------------------------------------------------------------------------------


@every_lesson
def test_each_section_has_a_heading_of_its_own_that_can_be_named(lesson: str) -> None:
    there = [one for one in SECTIONS[lesson] if one.id]
    assert len({one.id for one in there}) == len({one.title for one in there}) == len(there)
    for one in there:
        assert steps.meant(there, [one.title]) == steps.meant(there, ["no such section", one.id]) == one
    for cell in original(LESSONS[lesson].file)["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            assert all(f"## {title}" in text.split("\n\n") for title in steps.HEADING.findall(text)), "it is translated as a paragraph"


@every_lesson
def test_only_what_asks_judges_measures_or_shows_is_left_out(lesson: str) -> None:
    for section in SECTIONS[lesson]:
        for cell in steps.before(SECTIONS[lesson], section):
            for statement in played(cell).body:
                if steps.leaves_nothing(statement):
                    assert LEFT_OUT.fullmatch(ast.unparse(statement)), ast.unparse(statement)


@every_lesson
def test_nothing_that_a_played_cell_asks_for_was_left_out(lesson: str) -> None:
    for section in SECTIONS[lesson]:
        made: set[str] = set()
        left: set[str] = set()
        for cell in (*steps.before(SECTIONS[lesson], section), *section.cells):
            for statement in played(cell).body:
                if steps.leaves_nothing(statement) and cell not in section.cells:
                    left |= stored(statement)
                else:
                    made |= stored(statement)
                    assert not loaded(statement) & (left - made), f"{cell.id} needs what {section.title!r} leaves out"


@every_lesson
def test_cells_of_the_learner_and_of_the_lessons_end_are_never_played(lesson: str) -> None:
    cells = {cell for section in SECTIONS[lesson] for cell in steps.before(SECTIONS[lesson], section)}
    assert not [cell for cell in cells if cell.tags & {"answer", "cleanup", "setup"} or (cell.exercise and "check" not in cell.tags)]
    assert steps.ports(steps.set_up(SECTIONS[lesson])) == tuple(ast.literal_eval(_ports(lesson)))


def _ports(lesson: str) -> str:
    found = re.search(r"ports=(\([^)]*\))", steps.set_up(SECTIONS[lesson]).source)
    return found[1] if found else "(80,)"


@every_lesson
def test_an_exercise_whose_result_is_looked_at_later_is_played_for_that_section(lesson: str) -> None:
    """What its solution starts, and no cell of the lesson does, must not be named by a later section."""
    all_cells = [cell for section in SECTIONS[lesson] for cell in section.cells]
    by_cells = set(steps.names(cell for cell in all_cells if not cell.exercise))
    for number, section in enumerate(SECTIONS[lesson]):
        for cell in filter(lambda one: one.exercise, section.cells):
            new = set(steps.names([cell])) - by_cells - set(EXERCISES[cell.exercise].choices)
            for later in SECTIONS[lesson][number + 1 :]:
                source = "\n".join(one.source for one in later.cells)
                needed = any(re.search(rf"\b{name}\b", source.replace(cell.exercise, "")) for name in new)
                assert needed == (steps.LOOKED_AT.get(later.id) == cell.exercise), (later.title, new)
                assert needed == any(one.exercise == cell.exercise for one in steps.before(SECTIONS[lesson], later))


def test_the_names_that_cells_use_are_found_in_shell_and_python() -> None:
    cells = [
        steps.Cell(
            "1", "%%bash\ndocker run -d --network host \\\n    --name=a-1 nginx\ndocker run --name b nginx\ndocker rm -f c d\ndocker stop e"
        ),
        steps.Cell("2", 'client.containers.run("nginx", name="f")\nother = Launcher(lab)\ndocker.from_env()'),
        steps.Cell("3", 'lab.check("04-who-shares", answer)', frozenset({"check"}), "04-who-shares"),
    ]
    assert steps.names(cells) == ("a-1", "b", "c", "d", "e", "f", "ant", "bee", "fly")


def test_what_cells_set_in_their_environment_is_found() -> None:
    found = {lesson: steps.variables(cell for one in SECTIONS[lesson] for cell in one.cells) for lesson in LESSONS}
    assert {lesson: set(names) for lesson, names in found.items() if names} == {
        "05": {"NOTES"},
        "06a": {"SERVER"},
        "06b": {"SERVER", "OWN"},
    }


@every_lesson
def test_every_container_that_a_lesson_names_is_known_by_name(lesson: str) -> None:
    cells = [cell for section in SECTIONS[lesson] for cell in section.cells]
    source = "\n".join(cell.source for cell in cells)
    named = set(re.findall(r"docker (?:logs|exec|inspect|start|wait) (?:-\w+ )?([a-z][\w-]+)", source))
    shown = set(steps.names(cells)) | {name for cell in cells if cell.exercise for name in re.findall(r"--name (\S+)", cell.played)}
    assert named <= shown


# -- what is said -----------------------------------------------------------------------------------


def test_an_unknown_section_or_lesson_is_told_with_those_there_are() -> None:
    with pytest.raises(LabError, match='"Start nginx", "Ask whose network it is"'):
        catching_up.way("01", "no such section")
    with pytest.raises(LabError, match="one of: 00, 01"):
        catching_up.way("99", "Exercise")


def test_the_question_says_what_goes_and_what_is_run() -> None:
    to = catching_up.way("01", "Compare it with a bridge")
    assert catching_up.question(to, ["late", "webserver"]) == (
        "This removes late, webserver. The lesson is opened afresh, and 6 cells before “Compare it with a bridge” are run for you."
    )
    first = catching_up.way("01", "Start nginx")
    assert catching_up.question(first, []) == "Nothing has to be removed. The lesson is opened afresh."


def test_outside_of_a_notebook_it_says_where_it_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hostnet_lab.edges.engine.Engine.connect", lambda: None)
    monkeypatch.setattr("hostnet_lab.edges.notebook.running", lambda: None)
    with pytest.raises(LabError, match="this is no notebook"):
        catching_up.catch_up("01", "Exercise")


# -- how it is kept and told ------------------------------------------------------------------------


def caught(lesson: str, id: str, title: str) -> Event:
    return Event("caught up", AT, lesson, id, {"section": title})


EVENTS = (
    Event("opened", AT, "01", "01"),
    Event("checked", AT, "01", "01-front-door", {"state": "passed", "seen": "x"}),
    caught("01", "01-22", "Find the listener"),
    caught("01", "01-22", "Find the listener"),
    caught("01", "01-27", "Exercise"),
    caught("02", "02-32", "Exercise"),
)


def test_caught_up_is_told_passes_nothing_and_takes_no_pass_away() -> None:
    found = states(progress_of(EVENTS))
    assert found["01"].exercise("01-front-door").passed and not found["01"].exercise("01-front-door").with_solution
    assert not found["02"].exercise("02-own-words").passed and found["02"].passed == 0 and not found["02"].finished
    assert summary.rows(found)[1][4] == "▸ begun, caught up" and summary.rows(found)[3][4] == "· not yet"
    assert ("Caught up to", "Find the listener, Exercise") in summary.told(found["01"])
    assert "Caught up to" not in dict(summary.told(found["03a"]))
    assert json.loads(summary.as_json(progress_of(EVENTS)))["lessons"]["02"]["caught_up"] == {"02-32": "Exercise"}


def test_it_survives_that_the_file_is_compacted() -> None:
    lines = [one.line().encode() for one in EVENTS * 50]
    kept = compacted(lines, 4000)
    again = states(progress_of(Event(**{k: v for k, v in json.loads(one).items() if k != "v"}) for one in kept))
    assert again["01"].caught_up == states(progress_of(EVENTS))["01"].caught_up


def test_the_report_names_the_sections_and_what_a_file_says_is_data() -> None:
    report = report_of(progress_of((*EVENTS, caught("03a", "x", "<b>\x1b[2J" + "é" * 500))), AT)
    by_number = {one.number: one.caught_up for one in report.lessons}
    assert by_number["01"] == "Find the listener, Exercise" and by_number["00"] == ""
    assert "\x1b" not in by_number["03a"] and len(by_number["03a"]) <= 60


# -- the process ------------------------------------------------------------------------------------


@pytest.fixture
def serving() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.server_close()


def refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 5).close()
    except ConnectionRefusedError:
        return True
    return False


def test_a_server_is_closed_by_its_port_and_others_stay(serving: ThreadingHTTPServer) -> None:
    other, idle = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    never = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    ports = [serving.server_address[1], never.server_address[1], idle.getsockname()[1]]
    try:
        own_servers.close(ports)
        assert all(map(refused, ports)) and not refused(other.getsockname()[1])
    finally:
        other.close()


def shell(**names: object) -> SimpleNamespace:
    return SimpleNamespace(user_ns=dict(names), transform_cell=str)


def test_a_cell_is_played_in_the_readers_namespace_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    reader = shell(a=1)
    notebook.play(reader, "01-99", "print(a)\nb = a + 1\nb", steps.kept)
    assert reader.user_ns["b"] == 2 and capsys.readouterr().out == ""


def test_an_error_of_a_cell_is_told_with_its_last_words_and_one_of_the_labs_is_raised_as_it_is() -> None:
    with pytest.raises(notebook.Failed, match=r"^so far \(ZeroDivisionError: division by zero\)$"):
        notebook.play(shell(), "01-99", "print('well')\nprint('so far')\n1 / 0", steps.kept)
    with pytest.raises(LabError, match="Tried: a"):
        notebook.play(shell(E=LabError), "01-99", "raise E('a', 'b', 'c')", steps.kept)
