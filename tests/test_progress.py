"""What is read from the learner's events: lines, the state of each lesson, where to go on, and what compaction keeps."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.lessons import LESSONS, next_lesson
from hostnet_lab.core.guide.predictions import forms
from hostnet_lab.core.progress import summary as words
from hostnet_lab.core.progress.coming_back import open_misconceptions
from hostnet_lab.core.progress.compaction import compacted
from hostnet_lab.core.progress.events import LONGEST_LINE, LONGEST_TEXT, Event, Kind, parse, progress_of, sift
from hostnet_lab.core.progress.state import LessonState, states, to_do, where_i_was

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
GOOD = Event("checked", "2026-01-01T00:00:00+00:00", "01", "01-front-door", {"state": "passed", "seen": "ja \u2028 ✔"}).line().encode()


def at(seconds: float, kind: Kind, lesson: str, id: str = "", **more: Any) -> Event:
    return Event(kind, (BEGIN + timedelta(seconds=seconds)).isoformat(), lesson, id or lesson, more)


def state(*events: Event) -> dict[str, LessonState]:
    return states(progress_of(events))


# -- lines ----------------------------------------------------------------------------------------------


def test_an_event_comes_back_from_its_line_as_it_was() -> None:
    event = at(0, "judged", "03e", "stats-are-zero", verdict="holds", evidence="a\nb\u2028c \U0001f600")
    assert "\n" not in event.line() and parse(event.line()) == event == parse(event.line().encode())


def test_a_line_is_bounded_whatever_an_event_holds() -> None:
    event = at(0, "checked", "01", "x", seen="é" * 10**6, deep=[{"a": "b" * 10**5}] * 50, number=float("nan"), odd=object(), step=3)
    line = event.line().encode()
    assert len(line) < LONGEST_LINE
    found = parse(line)
    assert found and found.more["step"] == 3
    cut = parse(at(0, "checked", "01", "x", seen="é" * 10**6).line())
    assert cut and len(cut.more["seen"]) == LONGEST_TEXT


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"kind": "opened", "at": "2026-01-01T00:00', "cut off"),
        (b"\x00\x00\x00\x00", "zeros, as after a power cut"),
        (GOOD + b"\x00", "a zero behind it"),
        (GOOD.decode().encode("utf-16"), "another encoding"),
        (GOOD.replace(b"ja", b"\xe9"), "Latin-1"),
        (b"[" * 50_000, "deep nesting"),
        (b'{"kind": "opened", "x": "' + b"a" * LONGEST_LINE + b'"}', "a huge line"),
        (GOOD.replace(b'"ja', b'"\\ud800'), "half a surrogate pair"),
        (b"7", "not an object"),
        (b'{"at": "2026-01-01T00:00:00"}', "no kind"),
        (b'{"kind": ["opened"]}', "a kind that is no word"),
        (GOOD.replace(b"2026-01-01T", b"yesterday "), "no time"),
        (GOOD.replace(b'"01"', b"1"), "a lesson that is no text"),
        (GOOD.replace(b'"lesson"', b'"listen"'), "no lesson"),
        (b'{"kind": "opened", "at": NaN}', "no JSON"),
    ],
)
def test_a_damaged_line_is_counted_and_its_neighbours_are_read(line: bytes, why: str) -> None:
    found = sift(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")
    assert found.damaged == (line.count(b"\n") + 1 if b"\n" in line else 1), why
    assert len(found.events) == 2 and found.kept == (GOOD, GOOD)
    assert parse(line) is None


def test_windows_line_ends_a_byte_order_mark_and_empty_lines_are_no_damage() -> None:
    found = sift(b"\xef\xbb\xbf" + GOOD + b"\r\n\r\n\n" + GOOD)
    assert len(found.events) == 2 and not found.damaged


def test_a_line_without_a_version_is_read_and_one_of_a_later_version_is_kept() -> None:
    old = json.loads(GOOD)
    del old["v"]
    later = b'{"v": 3, "kind": "dreamed", "of": "ports"}'
    changed = b'{"v": 3, "kind": "opened", "when": 7}'
    found = sift(b"\n".join([json.dumps(old).encode(), later, changed]))
    assert len(found.events) == 1 and not found.damaged
    assert found.kept[1:] == (later, changed)


# -- the state ------------------------------------------------------------------------------------------


def test_tries_and_hints_are_counted_up_to_the_first_pass() -> None:
    found = state(
        at(0, "opened", "01"),
        at(10, "checked", "01", "01-front-door", state="not yet"),
        at(20, "hinted", "01", "01-front-door", step=1),
        at(21, "hinted", "01", "01-front-door", step=1),
        at(30, "checked", "01", "01-front-door", state="passed"),
        at(40, "checked", "01", "01-front-door", state="not yet"),
    )["01"]
    one = found.exercise("01-front-door")
    assert (one.passed, one.tries, one.hints) == (True, 2, frozenset({1}))
    assert (found.opened, found.finished, found.passed, found.seconds) == (True, False, 1, 40)


def test_a_pass_after_the_solution_was_shown_is_with_it_and_one_before_stays_ones_own() -> None:
    shown, passed = at(10, "shown", "01", "01-front-door"), at(20, "checked", "01", "01-front-door", state="passed")
    helped = state(shown, passed)["01"]
    own = state(passed, shown, passed)["01"]
    assert (helped.exercise("01-front-door").with_solution, own.exercise("01-front-door").with_solution) == (True, False)
    assert not state(shown)["01"].exercise("01-front-door").with_solution, "what is not passed is not solved"
    assert words.exercises(helped) == "1 of 1, 1 with the solution" and words.exercises(own) == "1 of 1"
    assert dict(words.told(helped))["Exercise 01-front-door"] == "✔ solved with the solution, 1 check"
    assert dict(words.told(state(shown)["01"]))["Exercise 01-front-door"] == "not passed, not checked yet, solution shown"
    assert "1 exercise was solved with the solution." in words.as_text(progress_of((shown, passed)))
    assert "with the solution" not in words.as_text(progress_of((passed, shown)))
    assert json.loads(words.as_json(progress_of((shown, passed))))["lessons"]["01"]["exercises"]["01-front-door"]["solution"]


def test_a_break_of_ten_minutes_and_a_clock_that_goes_back_are_no_work() -> None:
    found = state(at(0, "opened", "01"), at(60, "opened", "01"), at(660, "opened", "01"), at(640, "opened", "01"), at(700, "opened", "01"))
    assert found["01"].seconds == 120


def test_predictions_verdicts_and_answers_are_those_given_last() -> None:
    found = state(
        at(0, "compared", "02", "p-maps", right=False),
        at(1, "compared", "02", "p-maps", right=True),
        at(2, "compared", "02", "other", right=None),
        at(3, "judged", "02", "answers-without-p", verdict="not testable here"),
        at(4, "judged", "02", "answers-without-p", verdict="holds"),
        at(5, "answered", "07", "names", choice=1, right=False),
    )
    assert found["02"].predictions == {"p-maps": True, "other": None}
    assert found["02"].claims == {"answers-without-p": "holds"}
    assert found["07"].answers == {"names": False}


def test_who_finished_lesson_06_before_it_had_an_appendix_has_that_to_go() -> None:
    old = [at(index, "finished", id) for index, id in enumerate(LESSONS) if id != "06c"]
    found = state(*old, at(99, "judged", "06", "swarm-services", verdict="holds with a nuance"))
    assert found["06"].finished and found["06"].claims and not found["06c"].opened
    assert where_i_was(found).lesson == LESSONS["06c"]


@pytest.mark.parametrize(
    ("events", "lesson", "why"),
    [
        ([], "00", "Nothing is done yet."),
        ([at(0, "opened", "00")], "00", "Nothing is done yet."),
        ([at(0, "opened", "00"), at(1, "finished", "00")], "01", "comes next"),
        ([at(0, "opened", "03d"), at(9, "opened", "00")], "03d", "Still to pass: exercise 03d-second-place"),
        ([at(0, "opened", "03d"), at(5, "checked", "03d", "03d-second-place", state="passed")], "03d", "run its last cell"),
        ([at(0, "opened", "03d"), at(5, "finished", "03d")], "03e", "comes next"),
        ([at(0, "finished", "03e"), at(5, "finished", "03d")], "04", "comes next"),
        ([at(0, "finished", "07")], "01", "comes next"),
        ([at(0, "opened", "a lesson of a later version")], "00", "Nothing is done yet."),
    ],
)
def test_where_i_was_is_the_lesson_worked_in_last_or_the_one_that_is_next(events: list[Event], lesson: str, why: str) -> None:
    place = where_i_was(state(*events))
    assert place.lesson == LESSONS[lesson] and why in place.why


def test_when_all_is_finished_there_is_nowhere_to_go_on() -> None:
    place = where_i_was(state(*(at(index, "finished", id) for index, id in enumerate(LESSONS))))
    assert place.lesson is None and words.where(place) == "Every lesson is finished."
    assert next_lesson("07") is None and next_lesson("02") == LESSONS["03a"] and next_lesson("x") is None


def test_what_is_to_do_says_how_often_it_was_tried() -> None:
    one = state(at(0, "checked", "01", "01-front-door", state="not yet"))["01"]
    assert to_do(one) == "Still to pass: exercise 01-front-door, tried 1 time."


# -- compaction -----------------------------------------------------------------------------------------


def made_up(seed: int, count: int) -> list[Event]:
    chance, seconds, events = random.Random(seed), 0.0, []
    for _ in range(count):
        seconds += chance.choice([1, 30, 500, 700])
        lesson = chance.choice(["01", "02", "03a"])
        id = f"{lesson}-{chance.randrange(3)}"
        form = chance.choice([one.id for name in ("p-remaps-the-port", "one-localhost", "no-address-is-broken") for one in forms(name)])
        more: dict[Kind, dict[str, Any]] = {
            "opened": {},
            "finished": {},
            "predicted": {"choice": 1},
            "checked": {"state": chance.choice(["not yet", "not yet", "cannot pass", "passed"]), "seen": "x" * 200},
            "hinted": {"step": chance.randrange(1, 4)},
            "shown": {},
            "compared": {"right": chance.choice([True, False, None])},
            "answered": {"right": chance.choice([True, False])},
            "judged": {"verdict": chance.choice(["holds", "does not hold here"])},
        }
        kind = chance.choice([*more])
        named = {"opened": lesson, "finished": lesson, "compared": form}.get(kind, id)
        events.append(at(seconds, kind, lesson, named, **more[kind]))
    return events


@pytest.mark.parametrize("seed", range(8))
def test_compaction_changes_no_state_also_when_done_twice_and_gone_on_with(seed: int) -> None:
    events = made_up(seed, 1200)
    kept: list[bytes] = []
    for index in range(0, len(events), 300):
        kept = compacted([*kept, *(event.line().encode() for event in events[index : index + 300])], 10**6)
        read = sift(b"\n".join(kept))
        so_far = progress_of(events[: index + 300])
        assert states(progress_of(read.events)) == states(so_far)
        assert set(open_misconceptions(progress_of(read.events))) == set(open_misconceptions(so_far))
        assert len(kept) < 300


def test_compaction_keeps_to_its_room_and_keeps_the_newest_and_what_it_does_not_know() -> None:
    unknown = [b'{"v": 9, "kind": "dreamed", "n": %d}' % number for number in range(10_000)]
    many = [at(number, "judged", "01", f"claim {number}", evidence="e" * 500).line().encode() for number in range(5000)]
    kept = compacted([*unknown, *many], 100_000)
    assert sum(len(line) + 1 for line in kept) <= 100_000
    assert many[-1] in kept and many[0] not in kept
    assert unknown[-1] in compacted([*many[:10], *unknown], 100_000)


# -- words ----------------------------------------------------------------------------------------------


def test_the_table_has_a_row_for_each_lesson_and_says_what_is_done() -> None:
    (claim, *_) = [one.id for one in CLAIMS.values() if one.lesson == "01"]
    total = sum(one.lesson == "01" for one in CLAIMS.values())
    events = [
        at(0, "opened", "01"),
        at(90, "compared", "01", "p", right=False),
        at(100, "judged", "01", claim, verdict="holds"),
        at(110, "judged", "01", "of another lesson", verdict="holds"),
        at(120, "checked", "01", "01-front-door", state="passed"),
        at(180, "finished", "01"),
    ]
    found, left = words.rows(state(*events)), len(words.still_open(LessonState("01")))
    assert len(found) == len(LESSONS) and left
    assert found[1][1:] == ("1 of 1", f"0 right, 1 wrong, {left} open", f"1 of {total}", "✔ finished, 3 min")
    assert found[2][1:4:2] == ("0 of 1", words.claims(LessonState("02"))) and found[2][4] == "· not yet"
    text = words.as_text(progress_of(events))
    assert "1 of 15 lessons finished, 1 of 19 exercises passed, 3 min of work." in text
    assert text.endswith("Continue with 02 Reach it over HTTP. Lesson 01 is finished; this one comes next.")


def test_the_state_as_json_is_json_and_complete() -> None:
    events = made_up(3, 500)
    data = json.loads(words.as_json(progress_of(events)))
    assert data["schema"] == words.SCHEMA and list(data["lessons"])[: len(LESSONS)] == list(LESSONS)
    assert data["continue"] in LESSONS
    hints = [one["hints"] for lesson in data["lessons"].values() for one in lesson["exercises"].values()]
    assert [1, 2, 3] in hints
