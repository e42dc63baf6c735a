"""A learner's disk: what was promised is reserved, whatever is formatted, trimmed or lost; else it is refused before a lesson begins."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing
from hostnet_lab.classroom import disks
from hostnet_lab.core.errors import LabError

SIZE_MIB = 24


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A server's disk that is so small that two learners' disks do not fit."""
    if why := disks.why_not():
        missing(why)
    server = tmp_path / "server"
    server.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", server], capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"no file system of a test's own: {done.stderr}")
    yield server
    disks.unmount_all(server)
    subprocess.run(["umount", "--lazy", server], check=True)


def mounted(place: Path, name: str) -> Path:
    folder = place / "work" / name / "work"
    disks.mount(place / "disks" / f"{name}.ext4", folder, SIZE_MIB)
    return folder


def reserved_mib(place: Path, name: str) -> int:
    return (place / "disks" / f"{name}.ext4").stat().st_blocks * 512 >> 20


def test_all_that_was_promised_is_reserved_and_a_trim_gives_nothing_back(place: Path) -> None:
    folder = mounted(place, "ada")
    assert reserved_mib(place, "ada") == SIZE_MIB
    (folder / "big").write_bytes(os.urandom(8 << 20))
    os.sync()
    (folder / "big").unlink()
    trimmed = subprocess.run(["fstrim", folder.parent], capture_output=True, text=True, check=False)
    assert trimmed.returncode and "not supported" in trimmed.stderr
    assert reserved_mib(place, "ada") == SIZE_MIB


def test_a_disk_of_an_earlier_lab_is_reserved_when_it_is_mounted_again_and_keeps_what_is_in_it(place: Path) -> None:
    (mounted(place, "ada") / "mine").write_text("kept")
    disks.unmount_all(place / "work" / "ada", itself=True)
    file = place / "disks" / "ada.ext4"
    subprocess.run(["e2fsck", "-fy", "-E", "discard", file], capture_output=True, check=False)  # as an earlier mkfs, which gave it back
    assert reserved_mib(place, "ada") < SIZE_MIB
    folder = mounted(place, "ada")
    assert reserved_mib(place, "ada") == SIZE_MIB and (folder / "mine").read_text() == "kept"


def test_what_the_server_has_no_room_for_is_refused_at_once_and_nothing_is_left_of_it(place: Path) -> None:
    mounted(place, "ada")
    with pytest.raises(LabError) as caught:
        mounted(place, "bob")
    assert "no room" in caught.value.found and caught.value.do
    assert [one.name for one in (place / "disks").iterdir()] == ["ada.ext4"]


def test_a_disk_whose_room_was_given_back_and_taken_by_others_is_refused_and_not_damaged(place: Path) -> None:
    (mounted(place, "ada") / "mine").write_text("kept")
    disks.unmount_all(place / "work" / "ada", itself=True)
    file = place / "disks" / "ada.ext4"
    subprocess.run(["e2fsck", "-fy", "-E", "discard", file], capture_output=True, check=False)
    taken = place / "others"
    free = os.statvfs(place).f_bavail * os.statvfs(place).f_frsize
    taken.write_bytes(b"1" * free)
    with pytest.raises(LabError):
        mounted(place, "ada")
    assert not disks.is_mounted(place / "work" / "ada")
    taken.unlink()
    assert (mounted(place, "ada") / "mine").read_text() == "kept"
