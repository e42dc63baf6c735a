"""The board from learners' files: what it says, and that no text of theirs is more than text."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hostnet_lab.classroom import board_page, rows
from hostnet_lab.classroom.collecting import as_csv
from hostnet_lab.classroom.rows import Board, State
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.guide.predictions import PREDICTIONS
from hostnet_lab.core.progress.events import Event, Kind, Progress

from . import room
from .accessible import violations

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
LESSON_OF = {exercise: lesson.id for lesson in LESSONS.values() for exercise in lesson.exercises}
ARTEFACTS = Path(__file__).parent / "artefacts"
EVIL = "<img src=x onerror=alert(1)>"


def event(kind: Kind, lesson: str, id: str, minutes_ago: int = 0, **more: object) -> Event:
    return Event(kind, (NOW - timedelta(minutes=minutes_ago)).isoformat(), lesson, id, more)


def checked(id: str, state: str, minutes_ago: int = 0, seen: str = "") -> Event:
    return event("checked", LESSON_OF.get(id, "no"), id, minutes_ago, state=state, seen=seen)


def one(*events: Event, state: State = "running") -> Board:
    return rows.board({"ada": (state, Progress(events))}, NOW)


def test_every_exercise_belongs_to_a_lesson_of_the_board() -> None:
    assert set(LESSON_OF) == set(EXERCISES)


def test_what_has_passed_once_stays_passed() -> None:
    (row,) = one(checked("01-front-door", "passed", 9), checked("01-front-door", "not yet", 1)).rows
    cells = {cell.lesson: cell for cell in row.cells}
    assert cells["01"].done and not cells["02"].opened and row.passed == 1 and row.stuck is None


def test_what_was_passed_after_its_solution_was_shown_is_marked_so() -> None:
    shown = event("shown", "01", "01-front-door", 9)
    helped, own = one(shown, checked("01-front-door", "passed", 5)), one(checked("01-front-door", "passed", 12), shown)
    assert (helped.rows[0].passed, helped.rows[0].solved, own.rows[0].solved) == (1, 1, 0)
    page = board_page.fragment(helped, prefix="/b/")
    assert (
        "✓*" in page and "all checks passed, 1 with the solution" in page and "1/19, 1*" in page and "*1 of them with the solution." in page
    )
    assert "✓*" not in board_page.fragment(own, prefix="/b/") and "1/19<" in board_page.fragment(own, prefix="/b/")
    header, line = csv.reader(io.StringIO(as_csv(helped)))
    assert (header[-2:], line[-2:]) == (["checks passed", "of these with the solution"], ["1", "1"])


def test_a_lesson_that_was_caught_up_is_marked_so_and_has_passed_nothing() -> None:
    found = one(event("caught up", "01", "01-22", section="Find the listener"), checked("02-own-words", "passed"))
    cells = {cell.lesson: cell for cell in found.rows[0].cells}
    assert cells["01"].caught_up and not cells["01"].passed and not cells["02"].caught_up
    page = board_page.learner_page(found.rows[0], found.exercises, prefix="/", nonce="n", token=None)
    assert "-»</span>" in page and "opened, 0 of 1 checks passed, caught up</span>" in page and page.count(", caught up</span>") == 1
    _, line = csv.reader(io.StringIO(as_csv(found)))
    assert line[2:4] == ["0 of 1, caught up", "1 of 1"]


def test_stuck_is_a_check_that_never_passed_for_some_minutes() -> None:
    tries = [checked("02-own-words", "not yet", minutes, "nobody answers") for minutes in (12, 7, 1)]
    (row,) = one(*tries).rows
    assert row.stuck == rows.Stuck("02-own-words", 12, 3, "nobody answers")


@pytest.mark.parametrize(
    "events",
    [
        [checked("02-own-words", "not yet", 4)],  # for too short a time
        [checked("02-own-words", "not yet", 50)],  # gone for lunch
        [checked("02-own-words", "not yet", 9), checked("02-own-words", "passed", 8)],
        [checked("02-own-words", "not yet", 20), checked("03a-no-detour", "passed", 1)],  # went on with another
        [checked("no-such-exercise", "not yet", 9)],
    ],
)
def test_nobody_else_is_called_stuck(events: list[Event]) -> None:
    assert one(*events).rows[0].stuck is None


def test_a_misconception_is_what_two_chose_wrongly_at_first() -> None:
    def class_of(*choices: tuple[str, bool]) -> Board:
        people = {
            f"learner {number}": ("running", Progress((event("compared", "02", "p-flag", 5, choice=choice, fact="dropped", right=right),)))
            for number, (choice, right) in enumerate(choices)
        }
        return rows.board(people, NOW)  # type: ignore[arg-type]

    assert class_of(("maps", False), ("dropped", True)).misconceptions == ()
    (found,) = class_of(("maps", False), ("maps", False), ("dropped", True)).misconceptions
    assert found == rows.Misconception("p-flag", "maps", "dropped", 2, 3)


def test_a_prediction_is_shown_with_the_belief_behind_it() -> None:
    id = next(id for id, one in PREDICTIONS.items() if one.misconception == "p-remaps-the-port")
    wrong = Progress((event("compared", "02", id, 5, choice="8080", fact="80", right=False),))
    found = rows.board({"ada": ("running", wrong), "bob": ("running", wrong)}, NOW)
    assert found.misconceptions[0].belief == "In host mode, -p 8080:80 makes the service answer on port 8080."
    assert "In host mode, -p 8080:80 makes" in board_page.fragment(found, prefix="/b/")


def test_a_second_try_does_not_count_as_belief() -> None:
    later = [event("answered", "07", "q1", 5, choice="a", right=True), event("answered", "07", "q1", 4, choice="b", right=False)]
    people: dict[str, tuple[State, Progress]] = {name: ("running", Progress(tuple(later))) for name in ("ada", "bob")}
    assert rows.board(people, NOW).misconceptions == ()


LINES = [
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"kind": ["checked"], "at": "", "lesson": "", "id": ""}',
    b'{"kind": "checked", "at": "", "lesson": "", "id": "", "more": 7}',
    b'{"kind": "checked", "at": "9999-99-99", "lesson": "01", "id": "01-front-door", "more": {"state": ["passed"]}}',
    b'{"kind": "compared", "at": 1e999, "lesson": {}, "id": [], "more": {"choice": {"a": 1}, "right": false}}',
    b'{"kind": "checked", "at": "2999-01-01T00:00:00+00:00", "lesson": "01", "id": "01-front-door", "more": {"seen": null}}',
    b"null",
    b"",
]


@pytest.mark.parametrize("line", LINES)
def test_no_line_of_a_learners_file_breaks_the_board(line: bytes) -> None:
    found = rows.board({"ada": ("running", rows.events_of(line + b"\n" + line))}, NOW)
    assert board_page.page(found, prefix="/b/", nonce="n", address="http://192.0.2.10/")


def hostile() -> Board:
    events = (
        event("opened", EVIL, EVIL),
        checked("02-own-words", "not yet", 12, EVIL),
        event("compared", "02", EVIL, 5, choice=EVIL, fact=EVIL, right=False),
    )
    people: dict[str, tuple[State, Progress]] = {name: ("running", Progress(events)) for name in (EVIL, f'"{EVIL}', "</script>")}
    return rows.board(people, NOW)


def test_hostile_names_and_texts_are_text_on_every_page() -> None:
    found = hostile()
    pages = [
        board_page.page(found, prefix="/b/", nonce="n", address="http://192.0.2.10/"),
        board_page.page(rows.nameless(found), prefix="/b/", nonce="n", address="http://192.0.2.10/", hidden=True),
        *(board_page.learner_page(row, 11, prefix="/b/", nonce="n", token='"><x') for row in found.rows),
        board_page.message(EVIL, EVIL, prefix="/b/", nonce="n"),
    ]
    for page in pages:
        assert "<img" not in page and page.count("</script>") <= 1 and '"><x' not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in pages[0]


def test_hidden_names_are_not_sent_at_all() -> None:
    found = rows.board({"Ada Lovelace": ("running", Progress())}, NOW)
    page = board_page.page(rows.nameless(found), prefix="/b/", nonce="n", address="http://192.0.2.10/", hidden=True)
    assert "Lovelace" not in page and "Learner 1" in page and "Show names" in page
    assert "Lovelace" not in board_page.fragment(rows.nameless(found), prefix="/b/", hidden=True)


def test_only_the_teachers_page_of_a_learner_has_the_button() -> None:
    (row,) = one().rows
    own = board_page.learner_page(row, 11, prefix="/b/", nonce="n", token=None)
    assert "<form" not in own and "All learners" not in own
    assert '<form method="post" action="/b/reset">' in board_page.learner_page(row, 11, prefix="/b/", nonce="n", token="t")


def test_every_page_says_what_is_recorded_and_loads_nothing_from_elsewhere() -> None:
    page = board_page.page(one(), prefix="/b/", nonce="n", address="http://192.0.2.10/")
    assert "Not recorded:" in page
    assert "src=" not in page and "@import" not in page and "url(" not in page
    assert "default-src 'none'" in board_page.policy("n") and "unsafe" not in board_page.policy("n")


def test_a_state_has_a_mark_and_a_word_beside_its_colour() -> None:
    for state, words in rows.STATES.items():
        page = board_page.fragment(one(state=state), prefix="/b/")
        assert board_page.MARKS[state] in page and words in page
    assert len(set(board_page.MARKS.values())) == len(rows.STATES)


def test_the_summary_for_spreadsheets_holds_no_formula() -> None:
    people: dict[str, tuple[State, Progress]] = {name: ("stopped", Progress()) for name in ("=cmd()", "+1", "-1", "@x", "ada")}
    table = list(csv.reader(io.StringIO(as_csv(rows.board(people, NOW)))))
    assert [row[0][:1] for row in table[1:]] == ["'", "'", "'", "'", "a"]


def test_thirty_learners_are_drawn_in_a_moment() -> None:
    events = tuple(checked(id, "passed") for id in EXERCISES)
    people: dict[str, tuple[State, Progress]] = {f"learner {number}": ("running", Progress(events)) for number in range(30)}
    page = board_page.fragment(rows.board(people, NOW), prefix="/b/")
    assert page.count("<tr id=") == 30 and f"{30 * len(EXERCISES)} of {30 * len(EXERCISES)} checks passed" in page
    assert len(json.dumps(page)) < 200_000


PEOPLE = ("Ada Lovelace", "bob", "Zoë", EVIL, "x" * 40)


def a_class_of_thirty() -> Board:
    """Every state of a learner and of a lab host, a misconception that many share, and names that are too long or hostile."""
    states: tuple[State, ...] = ("running", "starting", "stopped", "failed")
    people: dict[str, tuple[State, Progress]] = {}
    for number in range(30):
        name = PEOPLE[number] if number < len(PEOPLE) else f"learner {number}"
        passed = [checked(id, "passed", 60 - number) for id in list(LESSON_OF)[: number % len(LESSON_OF)]]
        stuck = [checked("03d-second-place", "not yet", 12, f"nobody answers on {EVIL}")] if number % 7 == 0 else []
        opened = [
            event("opened", "01", "01", 61),
            event("compared", "02", "published-8080", 50, choice="On both", fact="its own", right=False),
        ]
        people[name] = states[number % 9 % 4] if number % 9 < 4 else "running", Progress((*opened, *passed, *stuck))
    return rows.board(people, NOW)


@pytest.mark.browser
def test_the_board_of_thirty_has_room_on_a_phone_and_on_a_projector_and_breaks_no_rule(tmp_path: Path, wide: bool) -> None:
    found = a_class_of_thirty()
    assert len(found.rows) == 30 and found.misconceptions
    pages = {
        "board": board_page.page(found, prefix="/", nonce="n", address="http://192.0.2.1:8000/"),
        "board-nameless": board_page.page(rows.nameless(found), prefix="/", nonce="n", address="http://192.0.2.1:8000/", hidden=True),
        "board-learner": board_page.learner_page(found.rows[0], len(EXERCISES), prefix="/", nonce="n", token="t"),
    }
    broken: list[str] = []
    with room.chromium() as browser:
        for name, text in pages.items():
            (tmp_path / f"{name}.html").write_text(text, "utf-8")
            for theme in ("light", "dark"):
                page = room.page(browser, color_scheme=theme)
                page.goto((tmp_path / f"{name}.html").as_uri())
                for width in (360, 1000, 1920):
                    page.set_viewport_size({"width": width, "height": 900})
                    if page.evaluate("document.documentElement.scrollWidth") > width:
                        broken.append(f"{name}: wider than {width} pixels")
                    if wide:
                        page.screenshot(path=ARTEFACTS / f"{name}-{theme}-{width}.png", full_page=True)
                broken += violations(page, all_rules=True)
                page.context.close()
    assert not broken
