"""Where a report is written: never over what somebody else wrote, or changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.core.progress.seal import is_sealed, sealed
from hostnet_lab.edges.report_file import TRIED, write


def test_our_own_report_is_written_anew_in_its_place(tmp_path: Path) -> None:
    first = write(tmp_path / "my-report.md", "# one\n")
    assert write(tmp_path / "my-report.md", "# two\n") == first
    assert first.read_text().startswith("# two\n") and [one.name for one in tmp_path.iterdir()] == ["my-report.md"]


@pytest.mark.parametrize("there", [b"mine", b"", sealed("# one\n").encode() + b"my notes\n", b"\xff\xfe"])
def test_a_file_that_somebody_else_wrote_or_changed_is_kept_and_the_new_one_gets_a_number(there: bytes, tmp_path: Path) -> None:
    (tmp_path / "my-report.md").write_bytes(there)
    assert write(tmp_path / "my-report.md", "# new\n") == tmp_path / "my-report-2.md"
    assert (tmp_path / "my-report.md").read_bytes() == there


def test_a_link_and_a_folder_are_not_written_through(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text(sealed("x\n"))
    (tmp_path / "my-report.md").symlink_to(target)
    (tmp_path / "my-report-2.md").mkdir()
    assert write(tmp_path / "my-report.md", "# new\n").name == "my-report-3.md"
    assert target.read_text() == sealed("x\n")


def test_when_every_name_is_taken_it_says_so(tmp_path: Path) -> None:
    for number in range(2, TRIED + 1):
        (tmp_path / f"r-{number}.md").touch()
    (tmp_path / "r.md").touch()
    with pytest.raises(SetupFailed, match="numbered names are taken"):
        write(tmp_path / "r.md", "x")


def test_a_folder_that_is_not_there_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="No such file"):
        write(tmp_path / "no" / "r.md", "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["", "a", "a\n\n", "ü\ud800", sealed("twice\n")])
def test_a_seal_knows_its_own_text_and_no_other(text: str) -> None:
    found = sealed(text)
    assert is_sealed(found) is bool(found.partition("<!--")[0])
    assert not is_sealed(found + " ") and not is_sealed("x" + found) and not is_sealed(found + found)
