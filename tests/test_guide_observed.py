"""What was observed is taken again for an hour, on the same engine, for the very same commands: and nothing that a damaged file says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from hostnet_lab.core.guides.bindings import Output, SideFile
from hostnet_lab.core.guides.judging import BlockRun, Left, Ran, Way
from hostnet_lab.core.guides.model import Guide
from hostnet_lab.edges.engine import Engine
from hostnet_lab.guides import markdown, observed
from hostnet_lab.guides.running import planned

TEXT = "A guide.\n\n```bash\nls\npwd\n```\n\n```bash no-run\nrm\n```\n\n```console\n$ echo a\na\n```\n"
SIDE = SideFile()
LEFT = (Left("container", True, "x"),)


class FakeEngine:
    def __init__(self, id: str = "one") -> None:
        self.id = id

    def info(self) -> dict[str, Any]:
        return {"ID": self.id}

    def version(self) -> dict[str, Any]:
        return {"Version": "1"}


ENGINE = cast(Engine, FakeEngine())


def ran(guide: Guide, last: Way = "as told") -> tuple[BlockRun, ...]:
    held = [planned(one, SIDE) if not one.kept else [] for one in guide.blocks]
    ways: dict[str, Way] = {"ls": "exit", "echo a": last}
    return tuple(
        BlockRun(
            block,
            tuple(c.text for c in there),
            tuple(Ran(c.line, c.text, ways.get(c.text, "as told"), 0, "o", "w", c.shown, c.expected) for c in there),
        )
        for block, there in zip(guide.blocks, held, strict=True)
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    guide = markdown.read("g.md", TEXT)
    (tmp_path / ".lab" / "run").mkdir(parents=True)
    observed.keep_commands(tmp_path, ENGINE, guide, SIDE, ran(guide), LEFT)
    return tmp_path


def take(root: Path, text: str = TEXT, side: SideFile = SIDE, engine: Engine = ENGINE) -> observed.Commands | None:
    return observed.take_commands(root, engine, markdown.read("g.md", text), side)


def test_commands_are_taken_again_wherever_they_stand_now(root: Path) -> None:
    found = take(root, f"Another sentence.\n\n{TEXT}")
    assert found and found.host == LEFT and found.moment
    assert [(one.line, one.way, one.output) for block in found.blocks for one in block.ran] == [
        *[(6, "exit", "o"), (7, "as told", "o"), (15, "as told", "o")]
    ]
    assert found.blocks[1].why and not found.blocks[1].ran


@pytest.mark.parametrize(
    "other", [TEXT.replace("pwd", "id"), TEXT.replace("\na\n", "\nb\n"), TEXT.replace(" no-run", ""), f"{TEXT}\n```sh\nls\n```\n"]
)
def test_other_commands_or_expected_outputs_are_run(root: Path, other: str) -> None:
    assert take(root, other) is None


def test_another_engine_another_side_file_and_another_hour_are_run(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert take(root) and take(root, engine=cast(Engine, FakeEngine("two"))) is None
    assert take(root, side=SideFile(outputs=(Output("ls", ("a",)),))) is None
    monkeypatch.setattr(observed, "now", lambda: "2999-01-01T00:00:00+00:00")
    assert take(root) is None


def test_a_run_in_which_something_was_lacking_is_not_kept(tmp_path: Path) -> None:
    guide = markdown.read("g.md", TEXT)
    (tmp_path / ".lab" / "run").mkdir(parents=True)
    observed.keep_commands(tmp_path, ENGINE, guide, SIDE, ran(guide, "lacking"), LEFT)
    assert take(tmp_path) is None


@pytest.mark.parametrize(
    "observation",
    [
        *({}, {"ran": [], "host": []}, {"ran": [["no way", 0, "", ""]] * 3, "host": []}, {"ran": 1, "host": []}),
        *({"ran": [["exit", "0", "", ""]] * 3, "host": []}, {"ran": [["exit", 0, "", ""]] * 3, "host": [1]}, {"ran": [[]], "host": []}),
    ],
)
def test_what_a_damaged_file_says_is_not_believed(root: Path, observation: dict[str, Any]) -> None:
    path = observed.place(root)
    held = json.loads(path.read_text())
    (entry,) = held["commands"].values()
    entry["observation"] = observation
    path.write_text(json.dumps(held))
    assert take(root) is None
