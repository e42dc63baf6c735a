"""What the reader asked for is written at the place that they named, and never where a stranger's link leads."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.classroom import settings
from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.core.reasons import said
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.shared_file import SharedFile
from hostnet_lab.kept import asked
from hostnet_lab.kept.unusable import Unusable

from .strangers import as_stranger, everybodys

__all__ = ["everybodys"]


@pytest.fixture
def victim(everybodys: Path) -> Path:
    """A file of root's that the stranger would like to have changed."""
    path = everybodys / "victim"
    path.write_text("precious")
    return path


def test_it_has_the_mode_of_any_file_that_its_reader_makes_and_replaces_an_earlier_one(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        asked.write(tmp_path / "report.json", b"one")
        asked.write(tmp_path / "report.json", b"two")
    finally:
        os.umask(before)
    assert (tmp_path / "report.json").read_bytes() == b"two" and os.listdir(tmp_path) == ["report.json"]
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o640


@pytest.mark.parametrize("there", [True, False], ids=["to a file", "to nothing yet"])
def test_the_readers_own_link_leads_to_their_file(tmp_path: Path, there: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    if there:
        (tmp_path / "elsewhere" / "real").touch()
    (tmp_path / "report").symlink_to("elsewhere/real")
    asked.write(tmp_path / "report", b"one")
    assert (tmp_path / "report").is_symlink() and (tmp_path / "elsewhere" / "real").read_bytes() == b"one"


def test_a_stream_that_the_shell_hands_over_is_written_to(tmp_path: Path) -> None:
    code = "from pathlib import Path; from hostnet_lab.kept import asked; asked.write(Path('/dev/stdout'), b'one')"
    piped = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=limit_s(20))
    assert piped.stdout == b"one" and Path("/dev/stdout").is_symlink()
    asked.write(Path("/dev/null"), b"one")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


def test_a_strangers_link_is_refused_and_its_aim_stays_as_it_is(everybodys: Path, victim: Path) -> None:
    as_stranger("os.symlink(*sys.argv[1:])", victim, everybodys / "report.json")
    as_stranger("os.symlink(*sys.argv[1:])", everybodys / "new", everybodys / "report.html")
    for name in ("report.json", "report.html"):
        with pytest.raises(Unusable) as refused:
            asked.write(everybodys / name, b"ours")
        assert "a link that another user made" in said(refused.value)
    assert victim.read_text() == "precious" and not (everybodys / "new").exists()


def test_a_strangers_file_is_replaced_and_not_written_into(everybodys: Path) -> None:
    path = everybodys / "report.json"
    as_stranger("open(sys.argv[1], 'w')", path)
    with path.open() as theirs:
        asked.write(path, b"ours")
        assert theirs.read() == "" and path.stat().st_uid == os.geteuid()


def test_a_pipe_of_the_readers_own_is_written_to(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reader:
        asked.write(tmp_path / "pipe", b"one")
        assert reader.communicate(timeout=limit_s(20))[0] == b"one"


def test_a_strangers_pipe_is_refused_at_once(everybodys: Path) -> None:
    as_stranger("os.mkfifo(sys.argv[1])", everybodys / "report.json")
    with pytest.raises(Unusable):
        asked.write(everybodys / "report.json", b"ours")


def test_progress_is_not_kept_through_a_strangers_link_nor_in_a_strangers_file(everybodys: Path, victim: Path) -> None:
    as_stranger("os.symlink(*sys.argv[1:])", victim, everybodys / "progress.jsonl")
    as_stranger("open(sys.argv[1], 'w')", everybodys / "theirs.jsonl")
    for name in ("progress.jsonl", "theirs.jsonl"):
        with pytest.raises(Unusable):
            SharedFile(everybodys / name, lambda line: True).append(b"{}")
    assert victim.read_text() == "precious" and (everybodys / "theirs.jsonl").read_bytes() == b""


def test_a_class_is_not_kept_in_a_folder_of_everybodys_and_that_one_stays_as_it_is(
    everybodys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.VARIABLE, str(everybodys))
    kept = type("Kept", (), {"folder": everybodys})()
    with pytest.raises(SetupFailed, match="open to others"):
        settings.write(kept)
    assert stat.S_IMODE(everybodys.stat().st_mode) == 0o1777
