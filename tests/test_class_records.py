"""What learners' files can do to the board and to the reports: to their own row anything, to the others nothing."""

from __future__ import annotations

import asyncio
import json
import os
import random
import stat
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Gate
from typing import Any

import pytest

from hostnet_lab.classroom import board_page, collecting, disks, hub_api, rows, seats
from hostnet_lab.classroom.records import Records
from hostnet_lab.classroom.settings import Settings
from hostnet_lab.classroom.work import PROGRESS
from hostnet_lab.core.errors import LabError, Taken
from hostnet_lab.core.progress.events import KINDS, Event, Progress

from .test_classroom import a_class

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
AT = NOW.isoformat()
PASSED = Event("checked", AT, "01", "01-front-door", {"state": "passed"}).line().encode()
EVIL = "<img src=x onerror=alert(1)>"


def kept(settings: Settings, name: str, content: bytes) -> Path:
    path = settings.work(name) / PROGRESS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def passed(progress: Progress) -> int:
    return rows.row("x", "running", progress, NOW).passed


def hostile(chance: random.Random) -> bytes:
    """A line that a learner might write to break whoever reads it."""
    values: list[Any] = [
        10**400,
        -(10**400),
        1e308,
        2**64,
        -1,
        None,
        True,
        [],
        {},
        [[[]]],
        {"a": 10**400},
        "9" * 4000,
        EVIL,
        "\u202e",
        "\x00",
    ]
    names = ("choice", "fact", "right", "verdict", "evidence", "figures", "state", "seen", "step", "section", "seconds", "tries")
    more = {name: chance.choice(values) for name in chance.sample(names, 4)}
    at = chance.choice([AT, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x" * 9999, 10**400, None])
    line = {"v": chance.choice([1, 2, 3, 10**400, None]), "kind": chance.choice([*KINDS, EVIL, []]), "at": at, "lesson": "01"}
    text = json.dumps({**line, "id": chance.choice(["01-front-door", "this-machine-only", EVIL, 7]), "more": more})
    return chance.choice([text, text[: len(text) // 2], text.replace("400", "1e999"), "[" * 50_000, "\ud800"]).encode(
        "utf-8", "surrogatepass"
    )


def test_a_thousand_hostile_records_make_no_markup_no_failure_and_keep_what_is_sound() -> None:
    chance = random.Random(15)
    found: dict[str, tuple[rows.State, Progress]] = {}
    for number in range(1000):
        lines = [hostile(chance) for _ in range(chance.randrange(1, 4))]
        found[f"{EVIL}{number}"] = "running", rows.events_of(b"\n".join([*lines, PASSED, b""]))
    found["ada"] = "running", rows.events_of(PASSED)
    board = rows.board(found, NOW)
    assert not [row.name for row in board.rows if row.unreadable] and {row.passed for row in board.rows} == {1}
    page = board_page.fragment(board, prefix="/b/")
    assert EVIL not in page and "<img" not in page
    for name, (_, progress) in list(found.items())[:50]:
        assert b"<img" not in collecting.report(name, progress, NOW)


def test_a_record_that_makes_us_fail_is_its_learners_row_and_nobody_elses() -> None:
    class Trap(dict[str, Any]):
        def get(self, *_: Any) -> Any:
            raise OverflowError

    trapped = Progress((Event("checked", AT, "01", "01-front-door", Trap()),))
    board = rows.board({"ada": ("running", rows.events_of(PASSED)), "eve": ("running", trapped)}, NOW)
    assert [(row.name, row.passed, row.unreadable) for row in board.rows] == [("ada", 1, False), ("eve", 0, True)]
    assert "The record cannot be read." in board_page.fragment(board, prefix="/b/")
    assert b"The record cannot be read." in collecting.report("eve", trapped, NOW)


@pytest.mark.parametrize("filler", [b"\n", b"[]\n", b"x\n", b'{"kind":"opened"}\n'], ids=repr)
def test_of_a_file_without_end_the_last_lines_count_and_no_more_of_them_than_a_lab_writes(filler: bytes) -> None:
    read = []
    content = filler * ((4 << 20) // len(filler)) + PASSED
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "parse", lambda line: read.append(line))
        rows.events_of(content)
    assert len(read) <= rows.MOST_LINES
    assert passed(rows.events_of(content)) == 1


# -- beside the event loop --------------------------------------------------------------------------


def test_a_file_that_takes_long_holds_up_nobody_and_comes_in_a_later_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, gate, real = a_class(tmp_path), Gate(), rows.events_of
    for name in ("ada", "eve"):
        kept(settings, name, PASSED + b"\n" * (name == "eve"))

    def slow(text: bytes) -> Progress:
        assert text == PASSED or gate.wait()
        return real(text)

    monkeypatch.setattr("hostnet_lab.classroom.records.events_of", slow)

    async def looks() -> None:
        records = Records(settings)
        first = await records.of_all(["ada", "eve"])
        assert passed(first["ada"]) == 1 and passed(first["eve"]) == 0
        gate.set()
        assert passed(await records.of("eve")) == 1
        assert passed((await records.of_all(["ada", "eve"]))["eve"]) == 1

    asyncio.run(looks())


def test_a_file_that_changes_without_pause_is_read_for_a_small_share_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is ours: each reading takes one second, and a look comes each second."""
    settings, now, readings = a_class(tmp_path), [0.0], []

    def slow(text: bytes) -> Progress:
        readings.append(now[0])
        now[0] += 1
        return rows.events_of(text)

    monkeypatch.setattr("hostnet_lab.classroom.records.monotonic", lambda: now[0])
    monkeypatch.setattr("hostnet_lab.classroom.records.events_of", slow)

    async def looks() -> None:
        records = Records(settings)
        for number in range(100):
            kept(settings, "eve", PASSED + b"\n" * number)
            await records.of_all(["eve"])
            now[0] += 1
        now[0] += 100
        kept(settings, "eve", b"")
        assert passed(await records.of("eve")) == 0, "what is so in the end is shown in the end"

    asyncio.run(looks())
    assert 3 <= len(readings) - 1 <= 6


def test_of_a_file_that_is_larger_than_what_is_read_the_end_is_read(tmp_path: Path) -> None:
    settings = a_class(tmp_path)
    kept(settings, "eve", b"\n" * (5 << 20) + PASSED)
    assert passed(asyncio.run(Records(settings).of("eve"))) == 1


def test_the_hub_tells_its_names_a_page_at_a_time_and_all_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    everybody = [{"name": f"n{number}"} for number in range(450)]

    def ask(_settings: Settings, _token: str, _method: str, path: str) -> Any:
        limit, offset = (int(part.partition("=")[2]) for part in path.partition("?")[2].split("&"))
        return everybody[offset : offset + min(limit, 200)]

    monkeypatch.setattr(hub_api, "ask", ask)
    assert hub_api.users(a_class(tmp_path)) == everybody


# -- seats ------------------------------------------------------------------------------------------


def seat(settings: Settings, name: str) -> None:
    settings.disk(name).parent.mkdir(exist_ok=True)
    settings.disk(name).touch()
    collecting.remember(settings, name)


def test_there_are_as_many_disks_as_seats_were_promised_and_the_teachers_beside_them(tmp_path: Path) -> None:
    settings = replace(a_class(tmp_path), learners=2, names=None)
    for name in ("ada", "bob"):
        seats.require(settings, name, ())
        seat(settings, name)
    for name in ("carol", "nobody0", "Ada "):
        with pytest.raises(Taken, match="all 2 seats"):
            seats.require(settings, name, ())
    for name in ("ada", "bob", "teacher"):
        seats.require(settings, name, ("ada", "bob"))


def test_where_there_were_more_seats_once_no_more_are_present_than_are_promised_now(tmp_path: Path) -> None:
    settings = replace(a_class(tmp_path), learners=2, names=None)
    for name in ("ada", "bob", "carol"):
        seat(settings, name)
    seats.require(settings, "carol", ("ada", "teacher"))
    with pytest.raises(Taken):
        seats.require(settings, "carol", ("ada", "bob"))
    seats.require(settings, "teacher", ("ada", "bob"))


# -- reports ----------------------------------------------------------------------------------------


@pytest.fixture
def ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A class of two that has ended; its disks are folders here."""
    settings = a_class(tmp_path / "class")
    settings.folder.mkdir(mode=0o700)
    monkeypatch.setattr(collecting, "open_disk", lambda *_: nullcontext())
    for name in ("ada", "eve"):
        seat(settings, name)
        kept(settings, name, PASSED)
    return settings


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(one.lstat().st_mode) for one in folder.rglob("*")}


def test_reports_are_for_their_owner_alone_and_nothing_of_a_learners_runs_beside_them(ended: Settings, tmp_path: Path) -> None:
    for name, content in {"my-report.html": EVIL, "a.svg": EVIL, "b.xml": EVIL, "c.json": "{}", "report-from-progress.html": EVIL}.items():
        (ended.work("eve") / name).write_text(content)
    into = tmp_path / "reports"
    assert collecting.collect(ended, into).learners == 2
    eve = into / ended.disk("eve").stem
    assert {one.name for one in eve.iterdir()} == {
        *("name.txt", "progress.jsonl", "c.json", "report-from-progress.html"),
        *("my-report.html.txt", "a.svg.txt", "b.xml.txt", "report-from-progress.html.txt"),
    }
    assert EVIL not in (eve / "report-from-progress.html").read_text()
    assert modes(into) == {0o600, 0o700} and stat.S_IMODE(into.stat().st_mode) == 0o700
    assert {one.stat().st_uid for one in (into, *into.rglob("*"))} == {tmp_path.stat().st_uid}


def test_one_learners_record_stops_no_others_report(ended: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(progress: Progress, *_: Any, name: str) -> Any:
        raise OverflowError(name)

    monkeypatch.setattr(collecting, "report_of", failing)
    assert collecting.collect(ended, tmp_path / "reports").learners == 2
    assert (tmp_path / "reports" / "class.csv").read_text().count("\n") == 3


@contextmanager
def given_away(path: Path, uid: int = 12345) -> Any:
    if os.geteuid():
        pytest.skip("only root can give a folder to another user")
    before = path.stat().st_uid
    os.chown(path, uid, -1)
    yield
    os.chown(path, before, -1)


@pytest.mark.parametrize("trap", ["the folder", "one above", "far above", "a link", "open", "inside"])
def test_reports_go_nowhere_that_another_user_could_reach_or_exchange(ended: Settings, tmp_path: Path, trap: str) -> None:
    far = tmp_path / "far"
    above = far / "above"
    into = above / "reports"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    above.mkdir(parents=True)
    with pytest.raises(LabError) as caught:
        if trap == "a link":
            into.symlink_to(elsewhere)
            collecting.collect(ended, into)
        into.mkdir(mode=0o755 if trap == "open" else 0o700)
        theirs = {"the folder": into, "one above": above, "far above": far, "inside": into / "x"}.get(trap)
        if trap == "inside":
            (into / "x").write_text("")
        with given_away(theirs) if theirs else nullcontext():
            collecting.collect(ended, into)
    assert caught.value.do and not list(elsewhere.iterdir())
    assert not (into / "class.csv").exists()


def test_a_seat_is_freed_by_its_name_and_work_is_not_lost_by_surprise(ended: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    present = [{"Labels": {"hostnet-lab.class.name": "ada"}}]
    monkeypatch.setattr("hostnet_lab.classroom.belongings.containers", lambda *_: present)
    monkeypatch.setattr(disks, "is_mounted", lambda _: False)
    monkeypatch.setattr(seats, "NAME_LABEL", "hostnet-lab.class.name")
    engine: Any = None
    (ended.work("eve") / PROGRESS).unlink()
    assert [(one.name, one.used is None, one.present) for one in seats.all_of(ended, engine)] == [
        ("eve", True, False),
        ("ada", False, True),
    ]
    for name, said in {"ada": "lab host is there", "nobody": "nobody of that name"}.items():
        with pytest.raises(LabError, match=said):
            seats.free(ended, engine, name, work_too=True)
    present.clear()
    with pytest.raises(LabError, match="there is work"):
        seats.free(ended, engine, "ada", work_too=False)
    seats.free(ended, engine, "Eve ", work_too=False)
    seats.free(ended, engine, "ada", work_too=True)
    assert collecting.known(ended) == [] and not list((ended.folder / "disks").iterdir())
