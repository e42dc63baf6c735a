"""The anatomy of every lesson: what nbval does not see. Running them is nbval's part."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbval.plugin import get_sanitize_patterns

import hostnet_lab
from hostnet_lab import widgets
from hostnet_lab.core.guide import lesson_copies
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.lessons import LESSONS as CATALOGUE
from hostnet_lab.guides import files
from hostnet_lab.guides.running import commands_in

from . import record
from .test_checks import PASTEABLE

GUIDE = record.NOTEBOOKS.parent / "guide" / "host-networking.md"
GUIDE_COMMANDS = dict(
    zip((one.text for block in files.guide(GUIDE).blocks for one in commands_in(block)), ("01", "02", "04", "05", "05"), strict=True)
)
NUMBERS = ["00", "01", "02", "03a", "03b", "03c", "03d", "03e", "04", "05", "06", "06a", "06b", "06c", "07"]
TAGS = {"setup", "answer", "check", "cleanup", "navigation", "nbval-ignore-output"}
LESSONS = record.lessons()
every_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def read(path: Path) -> list[Any]:
    return list(nbformat.read(path, 4).cells)


def number(path: Path) -> str:
    return path.name.split("-")[0]


def tagged(cells: list[Any], tag: str) -> list[Any]:
    return [cell for cell in cells if tag in cell.metadata.get("tags", [])]


def code(cells: list[Any]) -> list[Any]:
    return [cell for cell in cells if cell.cell_type == "code"]


def prose(cells: list[Any]) -> str:
    return "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def words(text: str) -> int:
    return len(re.sub(r"```.*?```|\]\(.*?\)|[|#*`>-]", " ", text, flags=re.S).split())


def bullets_after(text: str, heading: str) -> list[str]:
    _, found, rest = text.partition(heading)
    lines = rest.strip().splitlines() if found else []
    taken = []
    for line in lines:
        if line.startswith("- "):
            taken.append(line)
        elif taken:
            break
    return taken


def printed(cell: Any) -> str:
    parts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell.outputs]
    return "".join(parts)


@pytest.mark.parametrize("path", sorted(record.NOTEBOOKS.glob("*.ipynb")), ids=lambda path: path.stem)
def test_a_lesson_takes_from_the_lab_only_what_its_two_doors_promise(path: Path) -> None:
    promised = {"hostnet_lab": hostnet_lab.__all__, "hostnet_lab.widgets": widgets.__all__}
    for cell in code(read(path)):
        for node in ast.walk(ast.parse(re.sub(r"^%%\w+.*", "", cell.source, flags=re.S))):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("hostnet_lab"):
                assert {one.name for one in node.names} <= set(promised[str(node.module)])
            assert not (isinstance(node, ast.Import) and any(one.name.startswith("hostnet_lab") for one in node.names))


@pytest.mark.parametrize("door", [hostnet_lab, widgets], ids=lambda door: door.__name__)
def test_a_door_keeps_its_promise(door: Any) -> None:
    assert set(door._HOMES) == set(door.__all__)  # private: what it opens without a promise is not seen from outside
    for name in door.__all__:
        found = getattr(door, name)
        assert isinstance(found, dict) or found.__doc__, f"{name} says nothing of itself"


def test_the_lessons_are_those_of_the_guides_steps() -> None:
    assert [number(path) for path in LESSONS] == NUMBERS


@every_lesson
def test_a_lesson_opens_with_a_title_a_promise_and_what_it_starts(path: Path) -> None:
    first = read(path)[0].source
    assert first.startswith("# ") and "\n# " not in first
    for part in ("You will", "**You will learn to**", "**You need**", "**Time**", "**Starts and removes**"):
        assert part in first, part
    assert 2 <= len(bullets_after(first, "**You will learn to**")) <= 4


@every_lesson
def test_what_is_promised_is_what_is_recalled(path: Path) -> None:
    cells = read(path)
    assert bullets_after(cells[0].source, "**You will learn to**") == bullets_after(prose(cells), "## You can now")


@every_lesson
def test_a_lesson_keeps_its_budget(path: Path) -> None:
    cells = read(path)
    assert len(cells) <= 45
    for cell in cells:
        if cell.cell_type == "markdown":
            assert words(cell.source) <= 150, cell.source[:60]
        else:
            assert len(cell.source.splitlines()) <= 15, cell.source[:60]
    assert words(prose(cells)) <= 1600
    kinds = "".join(cell.cell_type[0] for cell in cells)
    assert "cccc" not in kinds, "four cells of code in a row"


@every_lesson
def test_every_code_cell_was_run_in_order_and_stored_no_error(path: Path) -> None:
    cells = code(read(path))
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert not [output for cell in cells for output in cell.outputs if output.output_type == "error"]


@every_lesson
def test_hardly_any_output_is_ignored(path: Path) -> None:
    cells = code(read(path))
    assert len(tagged(cells, "nbval-ignore-output")) <= max(1, len(cells) // 10)
    silent = [cell.source for cell in cells if not cell.outputs and "answer" not in cell.metadata.get("tags", [])]
    assert len(silent) <= len(cells) // 3, silent


@every_lesson
def test_tags_are_known_and_magic_comments_absent(path: Path) -> None:
    for cell in read(path):
        assert set(cell.metadata.get("tags", [])) <= TAGS
        assert "NBVAL" not in cell.source


@every_lesson
def test_a_lesson_opens_and_closes_the_lab_with_its_own_number(path: Path) -> None:
    cells = read(path)
    (setup,), (cleanup,) = tagged(cells, "setup"), tagged(cells, "cleanup")
    assert f'Lab("{number(path)}"' in setup.source and "is ready" in printed(setup)
    assert code(cells)[-1] is cleanup and "lab.clean()" in cleanup.source


@every_lesson
def test_cells_hold_no_trap_of_the_notebook(path: Path) -> None:
    for cell in code(read(path)):
        assert not re.search(r"^\s*!|=\s*!", cell.source, re.M), "IPython changes braces in ! lines: use %%bash"
        assert not cell.source.rstrip().endswith(";")
        assert "sleep" not in cell.source, "wait on a fact"


@every_lesson
def test_an_exercise_has_a_task_a_cell_for_the_answer_and_one_check_that_refuses_what_the_lesson_leaves(path: Path) -> None:
    cells = code(read(path))
    ids = [match for cell in cells for match in re.findall(r'lab\.check\("([^"]+)"', cell.source)]
    shown = re.findall(r'Task\(lab, "([^"]+)"\)', "\n".join(cell.source for cell in cells))
    assert tuple(shown) == tuple(ids) == CATALOGUE[number(path)].exercises
    assert len(tagged(cells, "check")) == len(tagged(cells, "answer")) == len(ids)
    for cell in tagged(cells, "check"):
        assert printed(cell).startswith("Not yet: ") and "\nHint: " in printed(cell)


@every_lesson
def test_no_cell_holds_a_solution(path: Path) -> None:
    source = "\n".join(cell.source for cell in read(path))
    for exercise in CATALOGUE[number(path)].exercises:
        assert EXERCISES[exercise].solution.text not in source
    assert not [cell for cell in read(path) if cell.metadata.get("jupyter", {}).get("source_hidden")]


@every_lesson
def test_a_hint_never_holds_the_command_to_paste(path: Path) -> None:
    for cell in tagged(code(read(path)), "check"):
        hint = printed(cell).partition("Hint:")[2]
        assert not PASTEABLE.search(hint)


@every_lesson
def test_links_inside_the_lab_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", prose(read(path))):
        if "://" not in target:
            assert (path.parent / target).is_file(), target
            if target == f"../{lesson_copies.GUIDE}":  # which is copied, too
                continue
            assert (path.parent / target).resolve().is_relative_to(path.parent), f"{target}: a learner's copy lies in another folder"


@every_lesson
def test_a_lesson_that_speaks_of_the_guide_leads_to_it_and_quotes_it_as_it_is(path: Path) -> None:
    parts = (part for cell in read(path) if cell.cell_type == "markdown" for part in cell.source.split("\n\n"))
    told = [part for part in parts if re.search(r"\bguide\b", part)]
    assert not told or any(f"](../{lesson_copies.GUIDE})" in part for part in told)
    quoted = [quote for part in told for quote in re.findall(r'"([^"]+)"', part)]
    sentences = " ".join(one.text for one in files.guide(GUIDE).sentences)
    assert [quote for quote in quoted if " ".join(quote.replace("`", "").split()) not in sentences] == []


@every_lesson
def test_the_navigation_is_the_generated_one(path: Path) -> None:
    last = read(path)[-1]
    assert last.metadata.tags == ["navigation"] and last.source == record.navigation(path)


@every_lesson
def test_every_diagram_has_a_title_and_a_description(path: Path) -> None:
    for block in re.findall(r"```mermaid(.*?)```", prose(read(path)), re.S):
        assert "accTitle:" in block and "accDescr:" in block


@every_lesson
def test_words_that_belittle_are_absent(path: Path) -> None:
    assert not re.findall(r"\b(simply|just|obviously|easy|easily)\b", prose(read(path)), re.I)


@pytest.mark.parametrize("command", GUIDE_COMMANDS)
def test_every_command_of_the_guide_stands_verbatim_in_its_lesson(command: str) -> None:
    (path,) = [path for path in LESSONS if number(path) == GUIDE_COMMANDS[command]]
    lines = [line for cell in code(read(path)) if cell.source.startswith("%%bash") for line in cell.source.splitlines()]
    assert command in lines


# What may wait for ever where a machine is not as the lesson expects, and what bounds it.
WAITS = {
    "curl": (r"\bcurl\s|\"curl\"", r"--max-time"),
    "a curl that asks again, after twice the pause each time": (r"--retry\b", r"--retry(\", \"| )[1-5]\b"),
    "docker wait": (r"\bdocker wait\b", r"\btimeout \d+ docker wait\b"),
    "a loop of the shell": (r"\b(until|while)\b.*; do\b", r"\btimeout \d+ sh -c \"(until|while)\b"),
    "a wait of docker-py": (r"\.wait\(", r"\.wait\(timeout=\d"),
    "a request": (r"\b(requests|http)\.(get|post)\(", r"timeout=\d"),
    "a connection": (r"\bcreate_connection\(", r"timeout=\d"),
    "a stream of the engine": (r"\bdocker (attach|events|stats|logs (.* )?(-f|--follow))\b", r"--until|--no-stream"),
}
VERBATIM = {"curl http://localhost"}  # the guide's own line: its server was started by the cell before, on a port that was free


def unbounded(source: str) -> list[str]:
    lines = [line for line in source.splitlines() if line.strip() not in VERBATIM and not line.lstrip().startswith("#")]
    return [line for line in lines for waits, bound in WAITS.values() if re.search(waits, line) and not re.search(bound, line)]


@every_lesson
def test_every_wait_of_a_lesson_is_bounded(path: Path) -> None:
    assert not [line for cell in code(read(path)) for line in unbounded(cell.source)]


@pytest.mark.parametrize(
    "line",
    [
        "until curl -s --max-time 2 http://127.0.0.1:8101; do :; done",
        'timeout 60 sh -c "until curl -s http://127.0.0.1:8101; do :; done"',
        'echo "exit code: $(docker wait rates)"',
        'call = ["curl", "-s", "http://127.0.0.1:8093"]',
        "docker exec caller curl http://host.docker.internal:8092",
        "ended = second.wait()",
        'http.get("http://localhost:8091")',
        "docker logs -f webserver",
        "docker logs --follow webserver",
        "docker events --since 0",
        "docker stats webserver",
    ],
)
def test_a_wait_without_a_bound_is_found(line: str) -> None:
    assert unbounded(line) == [line]


RULES = {
    "container-id": ("started " + "0a" * 32, "started " + "b1" * 32, "started 0a0a"),
    "namespace": ("net:[4026531840]", "net:[4026532999]", "pid:[4026531840]"),
    "swept": ("ready. Swept: bee.", "ready. Swept: ant, fly.", "Removed: bee."),
    "disposable-host": ("Removed: bee. The disposable host is gone.", "Removed: bee.", "The disposable host is there."),
    "address": ("at 172.17.0.2", "at 10.1.2.3", "at 127.0.0.1"),
}


def test_each_sanitize_rule_hides_what_varies_and_nothing_else() -> None:
    assert len(record.sanitize_rules()) == len(RULES) <= 8
    for one, another, different in RULES.values():
        assert record.sanitized(one) == record.sanitized(another) != one
        assert record.sanitized(different) != record.sanitized(one)


def test_nbval_reads_every_sanitize_rule() -> None:
    """It wants a blank after ``replace:``, also before nothing, and leaves a rule out without a word."""
    found = list(get_sanitize_patterns((record.TESTS / "sanitize.cfg").read_text("utf-8")))
    assert len(found) == len(record.sanitize_rules())


def test_an_address_of_this_machine_only_stays_visible() -> None:
    assert record.sanitized("127.0.0.1 0.0.0.0 8.8.8.8 172.99.0.1") == "127.0.0.1 0.0.0.0 8.8.8.8 172.99.0.1"
