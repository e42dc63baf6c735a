"""Scenes of every case, recorded on a real engine, so that judges are tested without one: python -m tests.scene_records [ID ...]

Written to tests/scenes/, one file for each exercise. What differs from run to run (ids, pids, times) is left out.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from hostnet_lab import Lab
from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Page, Scene
from hostnet_lab.core.host.commands import Publish
from hostnet_lab.core.host.facts import ContainerFacts, Listener, read_container
from hostnet_lab.core.host.ownership import Mark, Process, read_mark

from .cases import CASES, PORTS, Case, played, settled

FOLDER = Path(__file__).parent / "scenes"
OURS = Mark(1000, "test", Process("boot", "1", 1, 1)).labels()
EMPTY = asdict(read_container({}))
Json = dict[str, Any]
Table = tuple[tuple[Case, Scene], ...]


def to_json(scene: Scene) -> Json:
    """``given`` is left out: it stands in the case."""
    names = {facts.id: name for name, facts in scene.containers.items()}
    return {
        "containers": {name: _container(facts) for name, facts in sorted(scene.containers.items())},
        "listeners": [
            [one.port, one.address, one.pid and 1, names.get(one.container or "")] for one in scene.listeners if one.port in PORTS
        ],
        "pages": {url: {**asdict(page), "body": page.body[:200]} if isinstance(page, Page) else page for url, page in scene.pages.items()},
        "outputs": [[list(line), code, text[:200]] for line, (code, text) in scene.outputs.items()],
    }


def _container(facts: ContainerFacts) -> Json:
    known = replace(facts, id=facts.name, pid=min(facts.pid, 1), labels=OURS if read_mark(facts.labels) else {})
    known = replace(known, started_at="", sandbox="", error="", finished_at="then" if facts.finished_at else "")
    return {key: value for key, value in asdict(known).items() if value != EMPTY[key] and key != "name"}


def from_json(found: Json, given: Any = None) -> Scene:
    return Scene(
        containers={name: _facts(name, fields) for name, fields in found["containers"].items()},
        listeners=tuple(Listener(port, address, pid=pid, container=container) for port, address, pid, container in found["listeners"]),
        pages={url: Page(**page) if isinstance(page, dict) else page for url, page in found["pages"].items()},
        outputs={tuple(line): (code, text) for line, code, text in found["outputs"]},
        given=given,
    )


def _facts(name: str, fields: Json) -> ContainerFacts:
    values: dict[str, Any] = {**EMPTY, **fields, "name": name}
    for key in ("asked", "published"):
        values[key] = tuple(Publish(**one) for one in values[key])
    lists = {key: tuple(value) for key, value in values.items() if isinstance(value, list)}
    return ContainerFacts(**{**values, **lists})


def read(exercise: str) -> dict[str, Json]:
    """The recorded scenes of one exercise, by the case's title."""
    file = FOLDER / f"{exercise}.json"
    assert file.exists(), f"not recorded yet: ./lab exec python -m tests.scene_records {exercise}"
    found: dict[str, Json] = json.loads(file.read_text("utf-8"))
    return found


@cache
def table(exercise: str) -> Table:
    found = read(exercise)
    return tuple((case, from_json(found[case.title], case.given)) for case in CASES if case.exercise == exercise)


def misjudged(exercise: Exercise) -> list[str]:
    """The cases in which the exercise's check says the wrong thing."""
    wrong = []
    for case, scene in table(exercise.id):
        try:
            result = exercise.judged(scene)
        except Exception as error:  # a mutant may break in any way: that is found, too
            wrong.append(f"{case.title}: {error!r}")
            continue
        if result.passed is not case.right or not (result.passed or (result.seen and result.hint)):
            wrong.append(f"{case.title}: {result}")
    return wrong


def record(lab: Lab, case: Case) -> Json:
    with played(lab, case):
        scene, result = settled(lab, case)
    print(f"{case.exercise}, {case.title}\n    {result!s}".replace("\nHint", "\n    Hint"), flush=True)
    if result.passed is not case.right:  # nothing is written
        raise SystemExit("That is not what the case says.")
    return to_json(scene)


def main(chosen: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    for key in chosen or EXERCISES:
        found: dict[str, Json] = {}
        lab = Lab("test", ports=(), names=(), quiet=True)
        for case in (one for one in CASES if one.exercise == key):
            if not case.disposable:
                lab = Lab("test", ports=PORTS, names=(), quiet=True)  # which removes what the last case left
            elif not found:
                lab.disposable()
            found[case.title] = record(lab, case)
        lab.clean()
        lines = ",\n".join(f"{json.dumps(title)}: {json.dumps(scene, sort_keys=True)}" for title, scene in found.items())
        (FOLDER / f"{key}.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
