"""Whatever a scene or an answer holds, a check says a sentence: never an exception, never a flood."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from typing import Any

import pytest

from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Page, Result, Scene
from hostnet_lab.core.host.facts import ContainerFacts, Listener, read_container

every_exercise = pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))


HOSTILE_TEXTS = (
    "",
    " \n\t\r\n",
    "\x00\x1b[31m\x85\u2028",
    "<script>alert(1)</script>",
    "'; rm -rf /; '",
    "x" * 100_000,
    "ключ 鍵 مفتاح",
    "\ud800",
    "{address}{0}%s%n",
    "0",
    "-1",
    "0.0.0.0:80",
)


class Unspeakable:
    def __repr__(self) -> str:
        raise RuntimeError("no words")


HOSTILE_ANSWERS: tuple[Any, ...] = (
    None,
    0,
    -1.5,
    True,
    10**5000,
    b"ant",
    object(),
    Unspeakable(),
    [Unspeakable()],
    {"ant": 1},
    [["ant"]],
    {("ant",)},
    set(),
)


def nonsense(dice: random.Random, exercise: Exercise) -> Scene:
    """A scene made of the exercise's own names and urls, and of anything at all."""
    names = [*re.findall(r"[a-z][a-z-]+", exercise.task), *exercise.needs, *exercise.choices, *(line[0] for line in exercise.commands)]
    chosen = {name: _container(dice, name) for name in {*dice.choices(names, k=4), dice.choice(HOSTILE_TEXTS)}}
    ports = [80, 8080, *range(8081, 8118), 0, 65535, -1]
    return Scene(
        containers=chosen,
        listeners=tuple(
            Listener(
                dice.choice(ports),
                dice.choice(["127.0.0.1", "::", "0.0.0.0", *HOSTILE_TEXTS]),
                pid=dice.choice([None, 1]),
                container=dice.choice([None, *chosen]),
            )
            for _ in range(dice.randrange(6))
        ),
        pages={
            url: dice.choice([None, Page(dice.choice([0, 200, 403, 500]), _text(dice), dice.choice([None, *chosen]))])
            for url in exercise.urls
            if dice.random() < 0.9
        },
        outputs={line: (dice.choice([0, 1, 6, 7, 28, 255]), _text(dice)) for line in exercise.commands if dice.random() < 0.9},
        servers={line: dice.choice([None, "", *chosen]) for line in exercise.commands if dice.random() < 0.9},
        given=dice.choice([*HOSTILE_ANSWERS, *HOSTILE_TEXTS, [*HOSTILE_TEXTS], {"ant", "bee"}]),
    )


def _container(dice: random.Random, name: str) -> ContainerFacts:
    status = dice.choice(["created", "running", "running", "running", "exited", "paused", "restarting", "dead", *HOSTILE_TEXTS])
    mode = dice.choice(["host", "host", "bridge", "none", "container:x", *HOSTILE_TEXTS])
    return replace(
        read_container({}), id=name, name=name, status=status, network_mode=mode, user=_text(dice), exit_code=dice.randrange(-1, 300)
    )


def _text(dice: random.Random) -> str:
    said = [
        "orders: open",
        "edition 7",
        "rates: 1.09",
        "stock: 12 crates",
        "http://localhost:8106\nbank: open",
        "not permitted",
        "Uid: 0 0 0 0",
        "Uid:",
    ]
    return dice.choice([*HOSTILE_TEXTS, *said])


@every_exercise
def test_whatever_the_scene_holds_the_check_answers_in_words(exercise: Exercise) -> None:
    dice = random.Random(exercise.id)
    for _ in range(300):
        result = exercise.judged(nonsense(dice, exercise))
        assert isinstance(result, Result) and result.seen
        assert len(str(result)) < 1000, "a text from outside is cut"
        assert result.passed or result.hint
        assert str(exercise.hint(1, result))
