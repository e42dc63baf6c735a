"""JupyterLab's terminal, as its shell starts: which docker and which lab it finds, whatever the reader's own files do."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.core.host.ownership import Mark, read_mark
from hostnet_lab.edges import host, shim
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.lesson_folder import VARIABLE as LESSONS
from hostnet_lab.edges.lesson_values import assignments
from hostnet_lab.edges.open_lessons import VARIABLE, announce
from hostnet_lab.provision import terminal

ROOT = Path(__file__).resolve().parents[1]
MARK = Mark(os.getuid(), "test", host.this_process())
NAME = "terminal-test"
SHELLS = [one for one in (terminal.BASH, "") if one is not None]
THEIRS = {
    "nothing": "",
    "another PATH": "PATH=/usr/local/bin:/usr/bin:/bin",
    "a PATH in front": "PATH=/opt/theirs:$PATH; export PATH",
    "an alias": "alias docker='sudo docker' lab=ls",
    "a function": "docker() { echo theirs; }; lab() { echo theirs; }",
    "a strict shell": "set -eu",
    "a return": "return 1",
}


@pytest.fixture
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The room's folder, at a path that needs quotes; with a home of its own."""
    place = tmp_path / "their lab's $HOME" / "jupyter"
    terminal.furnish(place, ROOT, tmp_path / "my lessons")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(VARIABLE, str(terminal.open_folder(place)))
    return place


def typed(jupyter: Path, line: str, shell: str | None = terminal.BASH, **environment: str) -> str:
    """What a line says in a shell that is started as JupyterLab does, on a terminal."""
    command = terminal.command(jupyter) if shell else terminal.plain_command(str(terminal.start_up_file(jupyter)))
    inside, outside = pty.openpty()
    kept = {key: value for key, value in os.environ.items() if key not in (VARIABLE, LESSONS, "PS1")}
    with subprocess.Popen(
        [*command, "-i"], stdin=outside, stdout=subprocess.PIPE, stderr=outside, text=True, env=kept | environment
    ) as child:
        os.close(outside)
        os.write(inside, f"{line}\nexit\n".encode())
        assert child.stdout
        said = child.stdout.read()
    os.close(inside)
    return said.strip()


@pytest.mark.parametrize("shell", SHELLS, ids=["bash", "sh"][: len(SHELLS)])
@pytest.mark.parametrize("theirs", THEIRS.values(), ids=THEIRS)
def test_docker_and_lab_are_the_labs_whatever_the_readers_files_do(jupyter: Path, tmp_path: Path, shell: str, theirs: str) -> None:
    (tmp_path / ".bashrc").write_text(f"{theirs}\n")
    programs = jupyter / "terminal" / "programs"
    found = typed(jupyter, "command -v docker; command -v lab; echo $HOSTNET_LAB_LESSONS", shell)
    assert found.splitlines() == [str(programs / "docker"), str(programs / "lab"), str(tmp_path / "my lessons")]


def test_what_else_the_reader_set_stays(jupyter: Path, tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("PATH=/opt/theirs:/usr/bin; alias ll='ls -l'\n")
    path, alias = typed(jupyter, "echo $PATH; alias ll").splitlines()
    assert path.split(":")[1:3] == ["/opt/theirs", "/usr/bin"] and path.endswith(os.environ["PATH"])
    assert alias == "alias ll='ls -l'"


def test_a_kernels_lesson_is_not_inherited(jupyter: Path) -> None:
    assert typed(jupyter, "echo .$HOSTNET_LAB_LABELS$HOSTNET_LAB_DOCKER.", **{shim.LABELS: "a=b", shim.REAL: "/x"}) == ".."


def test_lab_is_this_checkouts_without_its_run_bit(jupyter: Path, tmp_path: Path) -> None:
    root = tmp_path / "unpacked"
    root.mkdir()
    (root / "lab").write_text('#!/bin/sh\necho "$0" "$@"\n')
    terminal.furnish(jupyter, root, tmp_path / "my lessons")
    assert typed(jupyter, "lab reset '03 d'") == f"{root / 'lab'} reset 03 d"


def test_a_room_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "terminal").write_text("")
    with pytest.raises(SetupFailed, match=r"terminal(.|\n)*Next"):
        terminal.furnish(tmp_path, ROOT, tmp_path)


@pytest.mark.engine
def test_what_is_started_there_belongs_to_the_lesson_that_is_open(jupyter: Path, engine: Engine) -> None:
    words = f"docker create --name {NAME} nginx >/dev/null; docker hostnet-lab"
    for opened in (False, True):
        if opened:
            announce(MARK.process, MARK.labels())
        try:
            said = typed(jupyter, words)
            mark = read_mark((engine.inspect(NAME) or {})["Config"]["Labels"])
        finally:
            engine.remove(NAME)
        assert mark == (MARK if opened else None) and bool(said) is opened


def test_a_cells_values_are_there_before_the_next_command_and_the_readers_own_stay(jupyter: Path) -> None:
    values = terminal.open_folder(jupyter) / "values"
    values.write_text(
        assignments({"A": "1", "B": "2"}, {"A": "1", "B": "it's\n$HOME `id`", "PATH": "/x", "lower": "y", "HOSTNET_LAB_X": "z"})
    )
    assert values.read_text().startswith("export B=") and values.read_text().count("export") == 1
    assert typed(jupyter, 'printf "%s|" "$B" "$PATH"').startswith("it's\n$HOME `id`|" + str(jupyter / "terminal" / "programs"))
    assert typed(jupyter, 'B=mine; true; echo "$B"') == "mine"
    values.write_bytes(b"")
    assert typed(jupyter, 'echo ".${B-}."') == ".."


def test_its_prompt_is_short_and_a_strict_shell_lives(jupyter: Path, tmp_path: Path) -> None:
    (tmp_path / ".bashrc").write_text("PS1='a very long prompt of theirs: '; PROMPT_COMMAND='PS1=theirs'; set -eu\n")
    assert typed(jupyter, 'echo "$PS1"') == r"\[\e[1m\]\W\$\[\e[0m\]"  # and a blank
