"""Bytecode that is cut short is made anew, whoever has written it, and nothing is left that Python cannot read."""

from __future__ import annotations

import resource
import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from hostnet_lab.edges import bytecode
from hostnet_lab.edges.pace import limit_s

SCRIPT = Path(bytecode.__file__)
LONG = "\n".join(f"x{number} = {number}" for number in range(2000))  # some tens of KiB of bytecode


def imported(folder: Path) -> str:
    done = subprocess.run([sys.executable, "-B", "-c", "import one; print(one.x7)"], cwd=folder, text=True, capture_output=True)
    return done.stdout.strip() or done.stderr.splitlines()[-1]


def one(folder: Path) -> Path:
    """A module and its bytecode."""
    (folder / "one.py").write_text(LONG)
    bytecode.main([str(folder)])
    return Path(cache_from_source(str(folder / "one.py")))


@pytest.mark.parametrize("left", [0, 7, 16, 17, 4096, -1])
def test_what_is_cut_short_is_made_anew(tmp_path: Path, left: int) -> None:
    compiled = one(tmp_path)
    whole = compiled.read_bytes()
    compiled.write_bytes(whole[:left])
    if left >= 16:
        assert "EOFError" in imported(tmp_path)  # the fault as it is met
    bytecode.main([str(tmp_path)])
    assert compiled.read_bytes() == whole and imported(tmp_path) == "7"


def test_where_it_cannot_be_written_whole_none_is_left(tmp_path: Path) -> None:
    one(tmp_path).unlink()

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    subprocess.run([sys.executable, str(SCRIPT), str(tmp_path)], preexec_fn=small_files, check=True, timeout=limit_s(20))
    assert not list(tmp_path.rglob("*.pyc")) and imported(tmp_path) == "7"


def test_what_cannot_be_compiled_and_what_is_no_file_keeps_nobody_from_the_rest(tmp_path: Path) -> None:
    (tmp_path / "wrong.py").write_text("def")
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "nowhere.py").symlink_to(tmp_path / "gone")
    Path(cache_from_source(str(tmp_path / "folder.py"))).mkdir(parents=True)
    one(tmp_path)
    assert imported(tmp_path) == "7"
