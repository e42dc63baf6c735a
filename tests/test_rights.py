"""A checkout that was once used with sudo, is somebody else's, or lies on a read-only disk: three sentences, and a command that helps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.edges.pace import limit_s

from .test_jupyter import OPEN
from .test_lab_script import PYTHON3, UV, Machine

OTHER = 4242  # a user without a name
MERE = ["setpriv", "--inh-caps=-all", "--bounding-set=-all", "--"]  # root without its rights: a user like any other
needs_root = pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="gives files to another user: needs root")
WRONG = (".lab", ".lab/run", ".lab/run/jupyter.lock", ".lab/jupyter", ".lab/jupyter/settings/deep.json", "lessons", "lessons/00.ipynb")


def checkout(place: Path) -> Path:
    root = place / "host net lab"
    for name in (".lab/run/jupyter.lock", ".lab/jupyter/settings/deep.json", "lessons/00.ipynb"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("{}")
    return root


def lab(root: Path, *words: str, prefix: tuple[str, ...] = ()) -> list[str]:
    command = [*prefix, *MERE, sys.executable, "-P", "-c", OPEN, str(root), *words]
    done = subprocess.run(command, text=True, capture_output=True, timeout=limit_s(30), check=False)
    assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    return done.stderr.splitlines()


@needs_root
@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("verb", ["--no-browser", "exec"])
def test_what_sudo_left_is_named_and_the_command_brings_it_back(tmp_path: Path, name: str, verb: str) -> None:
    root = checkout(tmp_path)
    os.chown(root / name, OTHER, OTHER)
    tried, found, do = lab(root, verb, *(["true"] if verb == "exec" else []))
    assert tried == f"Tried: write to {root / name}"
    assert found == f"Found: it belongs to {OTHER}, as after a ./lab that was run with sudo"
    command = do.partition("take it back: ")[2].partition("   then")[0].removeprefix("sudo ")
    subprocess.run(["sh", "-c", command], check=True)
    assert (root / name).stat().st_uid == 0


@needs_root
def test_somebody_elses_checkout_is_not_to_be_taken_but_copied(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    for name in ("", ".lab", "lessons"):
        os.chown(root / name, OTHER, OTHER)
    assert "take a copy of your own" in lab(root, "exec", "true")[-1]


@needs_root
def test_a_disk_that_is_mounted_read_only_is_named(tmp_path: Path) -> None:
    root = checkout(tmp_path)
    bound = ("unshare", "--mount", "sh", "-c", 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"', str(root))
    _, found, do = lab(root, "exec", "true", prefix=bound)
    assert found == "Found: it lies on a disk that is mounted read-only" and "take a copy" in do


@needs_root
@pytest.mark.parametrize("name", [".lab", ".lab/env", ".lab/env/bin", ".lab/env/bin/python"])
def test_the_script_says_the_same_before_there_is_an_environment(tmp_path: Path, name: str) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.prefix = [shutil.which(MERE[0]) or "", *MERE[1:]]
    (machine.root / ".lab/env/bin").mkdir(parents=True)
    (machine.root / ".lab/env/bin/python").write_text("")
    os.chown(machine.root / name, OTHER, OTHER)
    os.chmod(machine.root / name, 0o755)
    run = machine.lab("doctor")
    assert run.returncode == 2 and machine.makers == [], run.stderr
    tried, found, do = run.stderr.splitlines()
    assert tried == f"Tried: to write to {machine.root}/{name}" and "a ./lab that was run with sudo" in found
    subprocess.run(["sh", "-c", do.removeprefix("Next:  sudo ").partition("   then")[0]], check=True)
    assert machine.lab("doctor").returncode == 0


@needs_root
def test_the_script_names_a_folder_in_which_nothing_can_be_made(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.prefix = [shutil.which(MERE[0]) or "", *MERE[1:]]
    os.chown(machine.root, OTHER, OTHER)
    run = machine.lab("doctor")
    assert run.returncode == 2 and run.stderr.startswith("Tried: to make .lab in") and "cp -R" in run.stderr
