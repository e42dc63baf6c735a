"""What makes a lesson plain: counted, and the plain command that shows the result of each task, taught by then."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.lessons import LESSONS

from . import plain, record
from .looks import LOOKS
from .test_lessons import code, every_lesson, number, read

TOOLS = {"ss", "ip", "ps", "lsns", "readlink", "iptables", "nft"}  # what shows sockets, addresses, processes, namespaces, rules
ENGINES = {"ps", "inspect", "port", "logs", "events", "network"}  # of docker, likewise
HELPERS = re.compile(r"\blab\.(answer|holder|listeners|containers?)\(|(?<!\.)\b(listeners|interfaces|read_listeners|command_line)\(")
PREDICT = re.compile(r"\*\*Predict\*\*", re.I)
EXPLAINED = "## How a lesson works"  # lesson 00 says what it is
FORETELL = re.compile(r"\*\*(Sagen Sie (vorher|voraus)|Vorhersage)\b[^*]*\*\*")
PRIVATE = re.compile(r"_(?!_)")
FROM_01_ON = pytest.mark.parametrize("path", record.lessons()[1:], ids=lambda path: path.stem)


def programs(found: plain.Words) -> set[str]:
    """What a command starts, and what it starts in its turn, such as by docker exec."""
    return {word for place, word in enumerate(found) if place == 0 or not word.startswith("-")}


def is_plain(source: str) -> bool:
    for found in plain.said(source):
        if found[0] != "echo" and (TOOLS | {"curl"}) & programs(found):
            return True
        if found[0] == "docker" and ENGINES & set(found[1:2]):
            return True
    return False


@FROM_01_ON
def test_a_lesson_uses_a_plain_tool(path: Path) -> None:
    assert [found for found in plain.commands(number(path)) if found[0] != "echo" and TOOLS & programs(found)]


@every_lesson
def test_the_plain_tool_comes_before_the_helper(path: Path) -> None:
    sources = [cell.source for cell in code(read(path))]
    helped = next((place for place, source in enumerate(sources) if HELPERS.search(source)), len(sources))
    assert helped == len(sources) or any(map(is_plain, sources[: helped + 1])), sources[helped]


@every_lesson
def test_a_cell_takes_nothing_private(path: Path) -> None:
    for cell in code(read(path)):
        for node in ast.walk(ast.parse(re.sub(r"^%%\w+.*", "", cell.source, flags=re.S))):
            assert not (isinstance(node, ast.Attribute) and PRIVATE.match(node.attr)), node.attr
            assert not (isinstance(node, ast.ImportFrom) and any(PRIVATE.match(one.name) for one in node.names))


@every_lesson
def test_whoever_is_told_to_predict_has_buttons_right_after(path: Path) -> None:
    cells = read(path)
    asked = [
        place for place, cell in enumerate(cells) if cell.cell_type == "markdown" and PREDICT.search(cell.source.partition(EXPLAINED)[0])
    ]
    assert not [cells[place].source for place in asked if "Predict(" not in cells[place + 1].source]


def test_in_german_nobody_is_told_to_predict_where_the_english_does_not() -> None:
    from babel.messages.pofile import read_po

    with (Path(record.__file__).parents[1] / "hostnet_lab/words/de/lessons.po").open("rb") as file:
        for message in read_po(file):
            assert bool(FORETELL.search(str(message.string))) <= bool(PREDICT.search(str(message.id))), message.id


# -- the results of the tasks ---------------------------------------------------------------------------


LESSON_OF = {id: lesson.id for lesson in LESSONS.values() for id in lesson.exercises}


def test_every_task_has_a_plain_look() -> None:
    assert set(LOOKS) == set(EXERCISES)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_plain_look_at_a_tasks_result_was_taught_by_then(exercise: str) -> None:
    assert plain.runs(LOOKS[exercise].command, plain.commands(*plain.up_to(LESSON_OF[exercise])))


@pytest.mark.parametrize(
    ("command", "source"),
    [
        ("ss -ltn 'sport = :80'", "%%bash\nss -4Hltn 'sport = :80' | grep . || echo nobody"),
        ("ss -ltn 'sport = :<8083>'", '%%bash\nfor port in 1 2; do ss -4Hltn "sport = :$port"; done'),
        ("docker exec webserver readlink /proc/self/ns/net", '%%bash\necho "it: $(docker exec webserver readlink /proc/self/ns/net)"'),
        ('docker inspect -f "{{ .HostConfig.NetworkMode }}" <bee>', '%%bash\ndocker inspect -f "{{ .HostConfig.NetworkMode }}" webserver'),
        ("iptables -S INPUT", "%%bash\n$host iptables -S INPUT"),
    ],
)
def test_a_command_that_is_run_is_found(command: str, source: str) -> None:
    assert plain.runs(command, plain.said(source))


@pytest.mark.parametrize(
    ("command", "source"),
    [
        ("ss -ltnp 'sport = :80'", "%%bash\nss -4Hltn 'sport = :80'"),  # never with -p
        ("ss -ltn 'sport = :80'", "%%bash\nss -4Hltn 'sport = :8080'"),
        ("docker ps", "%%bash\ndocker exec webserver ps"),
        ("docker inspect webserver", "%%bash\ndocker rm webserver"),
        ("ip -br addr", "ip = addr"),  # Python
        ("curl -s http://localhost", "%%bash\n# curl -s http://localhost"),
    ],
)
def test_a_command_that_is_not_run_is_not_found(command: str, source: str) -> None:
    assert not plain.runs(command, plain.said(source))
