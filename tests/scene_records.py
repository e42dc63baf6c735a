"""Scenes of every case, recorded on a real engine, so that judges are tested without one: python -m tests.scene_records [--new] [ID ...]

Written to tests/scenes/, one file for each exercise. What differs from run to run (ids, pids, times) is left out, and of a container
also what it has in common with the USUAL one. --new: cases that are recorded stay as they are.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any

from hostnet_lab import Lab
from hostnet_lab.core.guide.checks import EXERCISES, Exercise, Page, Scene
from hostnet_lab.core.host.commands import Publish
from hostnet_lab.core.host.facts import ContainerFacts, Listener, read_container
from hostnet_lab.core.host.ownership import Mark, Process, read_mark
from hostnet_lab.experiments.lesson_host import HOST_VARIABLE

from .cases import CASES, PORTS, Case, played, settled, without_images

FOLDER = Path(__file__).parent / "scenes"
OURS = Mark(1000, "test", Process("boot", "1", 1, 1)).labels()
USUAL = replace(read_container({}), image="nginx", network_mode="bridge", status="running", pid=1, exposed=("80/tcp",), labels={**OURS})
Json = dict[str, Any]
Table = tuple[tuple[Case, Scene], ...]


def to_json(scene: Scene, lines: Sequence[tuple[str, ...]]) -> Json:
    """``lines``: the exercise's commands. ``given`` is left out: it stands in the case."""
    names = {facts.id: name for name, facts in scene.containers.items()}
    found = {
        "containers": {name: _container(facts, names) for name, facts in sorted(scene.containers.items())},
        "listeners": [
            [one.port, one.address, one.pid and 1, names.get(one.container or "")] for one in scene.listeners if one.port in PORTS
        ],
        "pages": {url: {**asdict(page), "body": page.body[:80]} if isinstance(page, Page) else page for url, page in scene.pages.items()},
        "outputs": [
            [number, scene.outputs[line][0], scene.outputs[line][1][:200], scene.servers.get(line)]
            for number, line in enumerate(lines)
            if line in scene.outputs
        ],
    }
    return {key: value for key, value in found.items() if value}


def _container(facts: ContainerFacts, names: Mapping[str, str]) -> Json:
    known = replace(facts, id="", pid=min(facts.pid, 1), labels=OURS if read_mark(facts.labels) else {})
    kind, _, joined = facts.network_mode.partition(":")
    known = replace(known, network_mode=f"{kind}:{names.get(joined, 'gone')}" if joined else kind)
    piece = {"play": facts.labels["play"]} if "play" in facts.labels else {}
    known = replace(known, labels={**known.labels, **piece})
    known = replace(known, started_at="", sandbox="", error=re.sub("[0-9a-f]{12,}", "ID", facts.error))
    known = replace(known, finished_at="then" if facts.finished_at else "")
    usual = asdict(replace(USUAL, name=facts.name))
    return {key: value for key, value in asdict(known).items() if value != usual[key]}


def from_json(found: Json, lines: Sequence[tuple[str, ...]], given: Any = None) -> Scene:
    listeners, outputs = found.get("listeners", []), found.get("outputs", [])
    return Scene(
        containers={name: _facts(name, fields) for name, fields in found.get("containers", {}).items()},
        listeners=tuple(Listener(port, address, pid=pid, container=container) for port, address, pid, container in listeners),
        pages={url: Page(**page) if isinstance(page, dict) else page for url, page in found.get("pages", {}).items()},
        outputs={lines[number]: (code, text) for number, code, text, _ in outputs},
        servers={lines[number]: server for number, _, _, server in outputs},
        given=given,
    )


def _facts(name: str, fields: Json) -> ContainerFacts:
    values: Json = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    for key in {"asked", "published"} & fields.keys():
        values[key] = tuple(Publish(**one) for one in fields[key])
    return replace(USUAL, id=name, name=name, **values)


def read(exercise: str) -> dict[str, Json]:
    """The recorded scenes of one exercise, by the case's title."""
    file = FOLDER / f"{exercise}.json"
    assert file.exists(), f"not recorded yet: ./lab exec python -m tests.scene_records {exercise}"
    found: dict[str, Json] = json.loads(file.read_text("utf-8"))
    return found


@cache
def table(exercise: str) -> Table:
    found = read(exercise)
    return tuple(
        (case, from_json(found[case.title], EXERCISES[exercise].commands, case.given)) for case in CASES if case.exercise == exercise
    )


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


class Misjudged(Exception):
    """The check says something else than the case."""


def record(lab: Lab, case: Case) -> Json:
    with played(lab, case):
        scene, result = settled(lab, case)
    print(f"{case.exercise}, {case.title}\n    {result!s}".replace("\nHint", "\n    Hint"), flush=True)
    if result.passed is not case.right:
        raise Misjudged(f"{case.exercise}, {case.title}")
    return to_json(scene, EXERCISES[case.exercise].commands)


def main(new: bool, chosen: list[str]) -> None:
    FOLDER.mkdir(exist_ok=True)
    wrong: list[str] = []
    for key in chosen or EXERCISES:
        known = read(key) if new else {}
        found: dict[str, Json] = {}
        lab = Lab("test", ports=(), names=(), quiet=True)
        for case in (one for one in CASES if one.exercise == key):
            if case.title in known:
                found[case.title] = known[case.title]
                continue
            if not case.disposable:
                lab = Lab("test", ports=PORTS, names=(), quiet=True)  # which removes what the last case left
            elif HOST_VARIABLE not in os.environ:
                lab.disposable()
            try:
                found[case.title] = record(lab, case)
            except (Misjudged, AssertionError) as error:  # it is not written
                wrong.append(str(error))
        lab.clean()
        without_images()
        lines = ",\n".join(f"{json.dumps(title)}: {json.dumps(scene, sort_keys=True)}" for title, scene in found.items())
        (FOLDER / f"{key}.json").write_text(f"{{\n{lines}\n}}\n", "utf-8")
    if wrong:
        raise SystemExit("That is not what these cases say:\n" + "\n".join(wrong))


if __name__ == "__main__":
    main("--new" in sys.argv, [one for one in sys.argv[1:] if one != "--new"])
