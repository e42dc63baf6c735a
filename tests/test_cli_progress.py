"""./lab progress: what it prints, what it writes, and that a reset is confirmed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.progress import ProgressFile

CHECKOUT = Path(__file__).parents[1]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def file(tmp_path: Path) -> ProgressFile:
    file = ProgressFile(tmp_path / "progress.jsonl")
    file.record("finished", "01", "01")
    return file


@pytest.fixture
def lab(file: ProgressFile) -> Run:
    def run(*words: str, typed: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "HOSTNET_LAB_PROGRESS": str(file.path)}
        command = [sys.executable, "-m", "hostnet_lab", "progress", *words]
        return subprocess.run(
            command, cwd=CHECKOUT, env=environment, text=True, capture_output=True, input=typed, timeout=limit_s(30), check=False
        )

    return run


def test_it_tells_how_far_one_is_and_where_the_file_is(lab: Run, file: ProgressFile) -> None:
    done = lab()
    assert done.returncode == 0 and not done.stderr
    assert f"1 of {len(LESSONS)} lessons finished" in done.stdout and "Continue with 02 Reach it over HTTP." in done.stdout
    assert done.stdout.endswith(f"Kept in {file.path}\n")


def test_the_state_and_a_copy_go_into_the_files_that_are_named(lab: Run, file: ProgressFile, tmp_path: Path) -> None:
    state, copy = tmp_path / "state.json", tmp_path / "copy.jsonl"
    assert lab("--json", str(state), "--export", str(copy)).returncode == 0
    assert json.loads(state.read_text())["lessons"]["01"]["finished"] and copy.read_bytes() == file.path.read_bytes()


def test_a_file_that_cannot_be_written_is_three_lines_and_code_2(lab: Run, tmp_path: Path) -> None:
    for option in ("--json", "--export"):
        done = lab(option, str(tmp_path / "no" / "where"))
        assert done.returncode == 2 and "Found: No such file or directory" in done.stderr and "Traceback" not in done.stderr


def test_a_reset_needs_a_yes(lab: Run, file: ProgressFile) -> None:
    done = lab("reset", typed="yes\n")
    assert done.returncode == 2 and "--yes" in done.stderr and file.read().events
    done = lab("reset", "--yes")
    assert done.returncode == 0 and "progress.before-reset-1.jsonl" in done.stderr and not file.read().events
    assert "nothing to reset" in lab("reset", "--yes").stderr


@pytest.mark.parametrize(("typed", "left"), [("no", 1), ("", 1), ("yes", 0)])
def test_on_a_terminal_it_asks(file: ProgressFile, typed: str, left: int) -> None:
    master, terminal = os.openpty()
    environment = {**os.environ, "HOSTNET_LAB_PROGRESS": str(file.path)}
    os.write(master, f"{typed}\n".encode())
    command = [sys.executable, "-m", "hostnet_lab", "progress", "reset"]
    done = subprocess.run(
        command, cwd=CHECKOUT, env=environment, stdin=terminal, stderr=subprocess.PIPE, text=True, timeout=limit_s(30), check=False
    )
    os.close(master)
    os.close(terminal)
    assert "Type yes:" in done.stderr and done.returncode == left
    assert len(file.read().events) == left
