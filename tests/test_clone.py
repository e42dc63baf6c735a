"""A clone is the repository's own bytes, also with the settings that Git for Windows installs."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[1]
WINDOWS = "[core]\nautocrlf = true\neol = crlf\n[safe]\ndirectory = *\n"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("git") is None or not (CHECKOUT / ".git").exists():
        pytest.skip("no git, or no repository here")
    place = tmp_path_factory.mktemp("clone")
    (place / "settings").write_text(WINDOWS)
    git(place, "clone", "--quiet", "--depth=1", f"file://{CHECKOUT}", str(place / "host net lab"))
    return place / "host net lab"


def git(place: Path, *words: str, given: str = "") -> str:
    settings = place / "settings" if (place / "settings").exists() else place.parent / "settings"
    own = {**os.environ, "GIT_CONFIG_GLOBAL": str(settings), "GIT_CONFIG_NOSYSTEM": "1"}
    done = subprocess.run(["git", *words], cwd=place, env=own, input=given, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_file_is_byte_for_byte_what_was_committed(clone: Path) -> None:
    entries = [line.partition("\t") for line in git(clone, "ls-tree", "-r", "-z", "HEAD").split("\0") if line]
    committed = {name: head.split()[2] for head, _, name in entries}
    found = git(clone, "hash-object", "--no-filters", "--stdin-paths", given="\n".join(committed)).split()
    assert len(committed) > 100 and dict(zip(committed, found, strict=True)) == committed


def test_the_script_starts(clone: Path) -> None:
    done = subprocess.run([clone / "lab", "--help"], text=True, capture_output=True, check=False)
    assert done.returncode == 0 and "./lab" in done.stdout, done.stderr
