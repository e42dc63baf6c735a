"""What maintainers take into their own CI: action.yml's steps as a runner starts them, and the pre-commit hooks. No engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from hostnet_lab.core.guides.bindings import SideFile, bind
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.guides import files, markdown

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
TEXT = "# G\n\nContainer names resolve in host mode.\n\n```bash\ntouch ran\n```\n"
OTHER = TEXT.replace("resolve", "do not resolve")
HOSTILE = ("$(touch pwned)", "`touch pwned`", "'; touch pwned; '", '"; touch pwned; "', "x\n::warning::x", "--here", "-", "*", "\\")


def value(text: str, inputs: dict[str, str]) -> str:
    """An expression of GitHub's, as far as the action has one in a step's environment."""
    filled = re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: inputs[found[1]], text, count=1) if "inputs." in text else text
    return filled.replace("${{ github.action_path }}", str(ROOT))


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository with one guide that is bound, and nothing of ours beside it."""
    (tmp_path / "repo").mkdir()
    (tmp_path / "temp").mkdir()
    guide(tmp_path / "repo" / "g.md", TEXT)
    return tmp_path


def guide(path: Path, text: str) -> None:
    path.write_text(text)
    files.write_side(path, SideFile((bind(markdown.read("g.md", TEXT).sentences[-1], "names-resolve", "true"),)))


def run(work: Path, **given: str) -> tuple[int, str, Path]:
    """The exit code of the action's one script, what it printed, and the folder that it says to keep."""
    inputs = {name: one.get("default", "") for name, one in ACTION["inputs"].items()} | {"place": "nowhere"} | given
    (step,) = [one for one in STEPS if "run" in one]
    output = work / "output"
    runner = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(output), "RUNNER_TEMP": str(work / "temp"), "PATH": os.environ["PATH"]}
    environment = runner | {name: value(text, inputs) for name, text in step["env"].items()}
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]  # as a runner's own shell is started
    done = subprocess.run(words, cwd=work / "repo", env=environment, capture_output=True, text=True, timeout=limit_s(60.0))
    return done.returncode, done.stdout + done.stderr, Path(output.read_text().removeprefix("folder=").rstrip("\n"))


def test_a_sentence_that_was_edited_is_annotated_and_fails_the_step_and_the_page_is_kept(work: Path) -> None:
    guide(work / "repo" / "a, b.md", OTHER)
    code, said, folder = run(work, files="g.md\n\n  a, b.md \r\n")
    assert code == 1, said
    assert re.findall(r"^::(?!stop-commands)\w+ .*", said, re.M) == [
        "::error file=a%2C b.md,line=3,title=claim/names-resolve::'Container names resolve in host mode.': "
        "the sentence was edited since it was bound: look at it, and bind it anew"
    ]
    assert {one.name for one in folder.iterdir()} == {"guide.html", "guide.json", "guide.junit.xml", "guide.sarif"}
    found = json.loads((folder / "guide.json").read_text())["guides"]
    assert [(one["file"], one["sentences"][0]["trouble"]) for one in found] == [("g.md", ""), ("a, b.md", "edited")]
    assert not (work / "repo" / "ran").exists()
    (kept,) = [one for one in STEPS if "uses" in one]
    assert kept["with"]["path"] == ACTION["outputs"]["folder"]["value"] == "${{ steps.check.outputs.folder }}"
    assert "!cancelled()" in kept["if"] and re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", kept["uses"])


def test_what_is_as_it_was_bound_is_fine(work: Path) -> None:
    code, said, _ = run(work, files="g.md", install="false")
    assert code == 0 and "::error" not in said and "1 sentence bound" in said


def test_what_a_guide_prints_is_no_workflow_command(work: Path) -> None:
    (work / "repo" / "g.md").write_text(TEXT + "\nA container in host mode never answers ##[warning]x on port 80.\n")
    code, said, _ = run(work, files="g.md")
    begun, ended = re.findall(r"^::(?:stop-commands::)?([0-9a-f]{32})(?:::)?$", said, re.M)
    assert code == 0 and begun == ended
    assert said.index(f"::stop-commands::{begun}") < said.index("##[warning]x") < said.index(f"::{ended}::")


@pytest.mark.parametrize("name", ["files", "place", "baseline", "install"])
def test_no_input_is_ever_part_of_a_script(work: Path, name: str) -> None:
    code, said, _ = run(work, **{"files": "g.md", name: "\n".join(HOSTILE) if name == "files" else HOSTILE[0]})
    assert code == 2, said
    assert [one.name for one in (work / "repo").iterdir() if one.suffix not in (".md", ".toml")] == []
    assert not re.search(r"^::warning", said, re.M)


def test_scripts_hold_no_expression_and_every_input_is_used() -> None:
    assert [one["run"] for one in STEPS if "${{" in one.get("run", "")] == []
    used = re.findall(r"inputs\.(\w+)", json.dumps(STEPS))
    assert {*used} == {*ACTION["inputs"]} and ACTION["runs"]["using"] == "composite"


@pytest.mark.parametrize(("text", "code"), [(TEXT, 0), (OTHER, 1)])
def test_the_hook_finds_a_sentence_that_was_edited_before_it_is_committed(work: Path, text: str, code: int) -> None:
    guide(work / "repo" / "g.md", text)
    hook = HOOKS[0]
    program, *words = hook["entry"].split()  # pre-commit looks for a script in the hook's own repository
    done = subprocess.run([ROOT / program, *words, "g.md"], cwd=work / "repo", capture_output=True, text=True, timeout=limit_s(60.0))
    assert done.returncode == code, done.stdout + done.stderr
    assert (hook["language"], hook["types"]) == ("script", ["markdown"])


def test_the_examples_for_maintainers_use_what_there_is() -> None:
    page = (ROOT / "docs" / "guide-in-ci.md").read_text("utf-8")
    blocks = [yaml.safe_load(one) for one in re.findall(r"```yaml\n(.*?)```", page, re.S)]
    steps = [step for one in blocks for step in (one if isinstance(one, list) else one.get("jobs", {}).get("guides", {}).get("steps", []))]
    ours = [step["with"] for step in steps if "hostnet-lab" in step["uses"]]
    assert len(ours) == 2 and all({*one} <= {*ACTION["inputs"]} and one["files"] for one in ours)
    assert [hook["id"] for one in blocks if "repos" in one for hook in one["repos"][0]["hooks"]] == [HOOKS[0]["id"]]
    assert {*re.findall(r"^\| `(\w+)` \|", page, re.M)} == {*ACTION["inputs"]}
    assert all(hook["id"] in page for hook in HOOKS)
