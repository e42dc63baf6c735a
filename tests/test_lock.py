"""One lock for all, and what happens where a file system has none."""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.kept import file
from hostnet_lab.kept.lock import Lock, lock, unlock

NO_LOCKS = [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF, errno.EIO]


@pytest.fixture(params=NO_LOCKS, ids=lambda number: errno.errorcode[number])
def no_locks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(request.param, os.strerror(request.param))

    monkeypatch.setattr(fcntl, "flock", refuse)


def test_of_two_one_holds_it_until_it_lets_it_go(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with path.open("wb") as one, path.open("rb") as other:
        assert (lock(one), lock(other)) == (Lock.HELD, Lock.BUSY)
        unlock(one)
        assert lock(other, wait=True) is Lock.HELD


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_wish_is_answered_at_once(tmp_path: Path) -> None:
    with (tmp_path / "lock").open("wb") as one:
        assert lock(one) is lock(one, wait=True) is Lock.NONE
        unlock(one)


@pytest.mark.usefixtures("no_locks")
def test_without_locks_progress_is_kept_read_reset_and_repaired(tmp_path: Path) -> None:
    said: list[str] = []
    progress = ProgressFile(tmp_path / "progress.jsonl", said.append)
    progress.record("opened", "01", "01")
    with progress.path.open("ab") as damaged:
        damaged.write(b"no event\n")
    assert len(progress.read().events) == 1 and len(said) == 1 and "is kept as" in said[0]
    assert progress.reset() and not progress.read().events


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_kept_file_is_written_and_nobody_elses_part_is_swept(tmp_path: Path) -> None:
    (tmp_path / ".kept.json.other.part").write_text("half")
    file.write(tmp_path / "kept.json", b"{}")
    assert sorted(one.name for one in tmp_path.iterdir()) == [".kept.json.other.part", "kept.json"]
