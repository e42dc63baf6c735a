"""Our guides with one thing wrong at a time: each is found, and nothing else is. On what each printed when it was recorded; no engine."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from hostnet_lab.core.guides.judging import Ran, Way
from hostnet_lab.guides import files, markdown
from hostnet_lab.guides.running import commands_in, judged
from hostnet_lab.guides.shell import Done

from .guide_mutants import MUTANTS, RECORDED, Mutant
from .test_guide_judging import OURS, SENTENCES, checked

PLAYED: dict[str, Any] = json.loads(RECORDED.read_text("utf-8"))
ENDED = {"waits": "waits", "long": "long", "serves": "serves", "shell gone": "shell gone"}


def judged_anew(mutant: Mutant) -> list[Way]:
    """By what its commands printed. What only the engine's events tell, and what was not reached, is as it was recorded."""
    guide = markdown.read("g.md", mutant.text)
    commands = [one for block in guide.blocks for one in commands_in(block)]
    ran = PLAYED[f"{mutant.kind}: {mutant.name}"]["ran"]
    assert [one.text for one in commands] == [one["text"] for one in ran], "record it anew: python -m tests.guide_mutants"
    ways: list[Way] = []
    for command, one in zip(commands, ran, strict=True):
        done = Done(ENDED.get(one["way"], "exit"), one["exit"], one["output"])  # type: ignore[arg-type]
        way, _ = judged(command, done, command.expected, cut_off=True)
        ways.append(one["way"] if one["way"] in ("gone", "not reached") and way == "as told" else way)
    return ways


def cases(*kinds: str) -> list[Any]:
    return [pytest.param(one, id=f"{one.kind}: {one.name}") for one in MUTANTS if one.kind in kinds]


@pytest.mark.parametrize("mutant", cases("command", "output", "left", "port"))
def test_what_is_wrong_is_found_and_nothing_else(mutant: Mutant) -> None:
    ways = judged_anew(mutant)
    assert tuple(number for number, way in enumerate(ways) if Ran(0, "", way).ok is False) == mutant.at
    left = PLAYED[f"{mutant.kind}: {mutant.name}"]["left"]
    assert all(any(one.startswith(begin) for one in left) for begin in mutant.left), left
    assert all(one.startswith(mutant.left) for one in left) if mutant.left else not left


def test_the_table_is_as_long_as_was_promised_and_has_each_kind() -> None:
    assert {f"{one.kind}: {one.name}" for one in MUTANTS} == PLAYED.keys()
    count = Counter(one.kind for one in MUTANTS)
    assert {"command", "output", "left", "port"} == count.keys() and sum(count.values()) + len(SENTENCES) >= 60
    commands = [one for block in files.guide(OURS["host-networking"]).blocks for one in commands_in(block)]
    broken = [one.at[0] for one in MUTANTS if one.kind == "command"]
    assert {*broken} >= {*range(len(commands))}, "each command is broken"
    shown = {number for number, one in enumerate(commands) if one.expected}
    assert {one.at for one in MUTANTS if one.kind == "output"} == {(number,) for number in shown}, "each output is changed"
    assert {number for name, number in SENTENCES if name == "host-networking"} == {
        *range(len(files.side(OURS["host-networking"]).bindings))
    }


def test_a_port_that_was_taken_is_told_by_its_holder() -> None:
    ran = PLAYED["port: by a container"]["ran"][1]
    assert ran["way"] == "gone" and ran["why"].endswith("port 80 was held by container first")


def test_without_a_mutation_nothing_is_found() -> None:
    found = checked(files.guide(OURS["corrected"]))
    assert [one for one in replace(found, host=()).said if one.ok is False] == []
