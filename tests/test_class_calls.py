"""What teacher and learners tell each other: the queue of hands, offers, messages, the timer; and what each of them gets to know."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hostnet_lab.classroom import board_page, rows
from hostnet_lab.classroom.calls import LONGEST_MESSAGE, MOST_HANDS, Calls, Exchange, Offer, told
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.progress.events import Event, Progress

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>"


def after(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def event(kind: str, lesson: str, id: str, minutes_ago: float, **more: object) -> Event:
    return Event(kind, after(-minutes_ago).isoformat(), lesson, id, more)  # type: ignore[arg-type]


def test_hands_wait_in_turn_and_one_that_is_up_keeps_its_place() -> None:
    calls = Calls().raised("ada", NOW).raised("bob", after(1)).raised("ada", after(2))
    assert [one.name for one in calls.hands] == ["ada", "bob"] and (calls.place("ada"), calls.place("bob"), calls.place("eve")) == (1, 2, 0)
    assert calls.lowered("ada").place("bob") == 1 and calls.lowered("eve") == calls
    assert [one.coming for one in calls.approached("bob").hands] == [False, True]


def test_no_more_hands_are_kept_than_a_bound_and_a_message_and_a_timer_have_theirs() -> None:
    calls = Calls()
    for number in range(MOST_HANDS + 50):
        calls = calls.raised(f"n{number}", NOW)
    assert len(calls.hands) == MOST_HANDS
    assert len(Calls().said("x" * 10_000).message) == LONGEST_MESSAGE and "\n" not in Calls().said("a\nb\x1b[2J").message
    assert Calls().timed(5, NOW).left_s(after(1)) == 240 and Calls().timed(5, NOW).left_s(after(6)) == 0
    assert Calls().timed(1e9, NOW).left_s(NOW) == 180 * 60 and Calls().timed(-3, NOW) == Calls() == Calls().timed(5, NOW).timed(0, NOW)


def test_what_was_called_outlives_the_board_and_who_waits_is_told_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        exchange = Exchange(tmp_path / "calls.json")
        with exchange.news() as news:
            await news.wait()
            news.clear()
            exchange.change(lambda calls: calls.raised("ada", NOW))
            assert news.is_set()
            news.clear()
            exchange.change(lambda calls: calls)
            assert not news.is_set(), "no news"
        assert Exchange(tmp_path / "calls.json").now == exchange.now

    asyncio.run(work())


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"hands": 7}'])
def test_a_damaged_file_is_no_reason_to_have_no_board(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "calls.json").write_bytes(damage)
    assert Exchange(tmp_path / "calls.json").now == Calls()


def shown() -> rows.Board:
    failing = event("checked", "03b", "03b-call-the-host", 2, state="not yet", seen=f"nobody calls {EVIL}")
    people: dict[str, tuple[rows.State, Progress]] = {
        "ada": ("running", Progress((event("opened", "01", "01", 30), event("opened", "03b", "03b", 5), failing))),
        EVIL: ("running", Progress((event("opened", "01", "01", 30),))),
    }
    calls = Calls(offer=Offer("02", "02-04", "Reach it"), message=EVIL).raised(EVIL, after(-9)).raised("ada", after(-3)).raised("gone", NOW)
    return rows.board(people, NOW, calls.timed(5, NOW))


def test_the_board_shows_who_waits_longest_with_the_check_that_fails_and_how_far_the_room_is() -> None:
    found = shown()
    assert [(one.row.name, one.minutes, one.row.lesson) for one in found.hands] == [(EVIL, 9, "01"), ("ada", 3, "03b"), ("gone", 0, "")]
    failing = found.hands[1].row.failing
    assert failing and failing.exercise == "03b-call-the-host" and found.rows[1].stuck is None, "shown before it counts as stuck"
    assert found.past == (("00", 2), ("01", 1), ("02", 1), ("03a", 1))
    page = board_page.fragment(found, prefix="/b/", token="t")
    assert "Raised hands: 3" in page and "9 min" in page and "03b-call-the-host" in page and page.count('name="answered"') == 3
    assert EVIL not in page and "<img" not in page


def test_a_projector_shows_no_name_of_a_hand_and_no_button() -> None:
    page = board_page.page(rows.nameless(shown()), prefix="/b/", nonce="n", address="http://192.0.2.1/", hidden=True, token="t")
    assert "ada" not in page.partition("<footer")[0].partition("<main")[2] and "gone" not in page and 'name="answered"' not in page
    assert "Learner 1" in page and "Tell the class" not in page and "Raised hands: 3" in page


def test_past_a_lesson_is_who_has_done_it_or_gone_on() -> None:
    done = [event("checked", "01", one, 5, state="passed") for one in LESSONS["01"].exercises]
    people: dict[str, tuple[rows.State, Progress]] = {
        "ada": ("running", Progress(tuple(done))),
        "bob": ("running", Progress((event("opened", "02", "02", 5),))),
        "eve": ("running", Progress((event("opened", "01", "01", 5),))),
    }
    past = dict(rows.board(people, NOW).past)
    assert past["01"] == 2 and past.get("02", 0) == 0


def test_nobody_gets_to_know_of_others_hands() -> None:
    calls = replace(Calls(), offer=Offer("02", "02-04", "Reach it")).raised("ada", NOW).raised("bob", NOW).approached("ada").timed(5, NOW)
    assert told(calls, "bob", NOW) == {
        "hand": {"place": 2, "coming": False},
        "offer": {"lesson": "02", "section": "02-04", "title": "Reach it", "file": LESSONS["02"].file},
        "message": "",
        "left_s": 300,
    }
    assert told(Calls(), "bob", NOW)["hand"] is None
