"""Text in columns, cut to a length, and moments: each has one way, and none breaks on what others wrote."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hostnet_lab.core import text
from hostnet_lab.words import Lines

PACKAGE = Path(text.__file__).parents[1]


@pytest.mark.parametrize(
    "at",
    ["2026-11-30T10:00:00+00:00", "2026-11-30T10:00:00", "2026-11-30T11:00+01:00", "2026-11-30T10:00:00.123456789Z", "20261130T1000Z"],
)
def test_a_moment_is_read_in_every_form_that_files_and_engines_have(at: str) -> None:
    assert text.time_of(at).replace(microsecond=0) == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert text.moment(at) == "2026-11-30 10:00 UTC"


@pytest.mark.parametrize(
    "at", ["", "soon", "0001-01-01T00:00+14:00", "9999-12-31T23:00-12:00", "2026-02-30", "2026-11-30" + "0" * 1000, None, 5, ["x"], "١٢"]
)
def test_what_is_no_moment_is_a_value_error_and_nothing_else(at: object) -> None:
    with pytest.raises(ValueError):
        text.time_of(at)


def test_what_is_no_date_is_shown_as_it_is_in_bounds_and_without_controls() -> None:
    assert text.moment("soon\x1b[2J") == "soon [2J" and len(text.moment("x" * 100)) == 40


def test_a_table_has_straight_columns_and_no_blanks_at_its_ends() -> None:
    rows = [("step", "s", "said"), ("a", "7.0", "fine"), ("doctor", "12.5", "")]
    assert text.table(rows, right=[1]).splitlines() == ["step       s  said", "a        7.0  fine", "doctor  12.5"]


def test_the_last_cell_goes_on_below_itself_and_what_is_to_be_copied_is_not_broken() -> None:
    command = "sudo " + "x" * 40
    rows = [("port", "in the way", "held by somebody who is not known here"), ("", "", Lines(f"mend: {command}"))]
    assert text.table(rows, 40).splitlines() == [
        "port  in the way  held by somebody who", "                  is not known here", f"                  mend: {command}",
    ]  # fmt: skip


def test_a_table_of_nothing_is_nothing() -> None:
    assert text.table([]) == ""


def test_dates_are_read_and_columns_are_made_nowhere_else() -> None:
    by_hand = re.compile(r"fromisoformat|strptime|\.[lr]just\(|\{[^{}\"']*:[<>]?\{(?!'>')")
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if by_hand.search(path.read_text("utf-8"))}
    assert found == {"core/text.py", "core/reports/markdown.py"}  # its table is Markdown's
