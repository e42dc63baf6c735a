"""The first part of a learner's report: what they can do, what they no longer believe, their pictures, what is open, and the crib."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab import pages
from hostnet_lab.core.guide.goals import goals
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.guide.predictions import PREDICTIONS, forms
from hostnet_lab.core.progress.coming_back import Belief, beliefs, open_misconceptions
from hostnet_lab.core.progress.events import Event, Progress, sift
from hostnet_lab.core.reports.kept_pictures import NOW, map_in, paths_in, ports_in
from hostnet_lab.core.reports.markdown import as_markdown
from hostnet_lab.core.reports.my_report import Catalogue, Report
from hostnet_lab.core.reports.my_report_reading import report_of
from hostnet_lab.core.reports.my_report_sections import document, log
from hostnet_lab.core.reports.sections import Facts, Figure, Section, Tally
from hostnet_lab.core.reports.story import best
from hostnet_lab.core.reports.story_sections import head, lead
from hostnet_lab.edges import lesson_folder

from . import room
from .accessible import violations
from .pages import elements
from .reports import EVIL, MADE, event, picture
from .test_my_report import rendered

PROMISES = lesson_folder.goals()
OLD = sorted((Path(__file__).parent / "progress").glob("*.jsonl"))
ABOUT = "p-remaps-the-port"
FIRST, SECOND, *_ = forms(ABOUT)


def report(*events: Event, **more: Any) -> Report:
    return report_of(Progress(events), MADE, catalogue=Catalogue(goals=PROMISES), **more)


def passed(lesson: str, *, but: tuple[str, ...] = (), shown: tuple[str, ...] = ()) -> list[Event]:
    """A lesson from its first cell to its last: all exercises but some, some of them after their solution was shown."""
    exercises = LESSONS[lesson].exercises
    helped = [event("shown", 2, lesson, id) for id in shown]
    checked = [event("checked", 3, lesson, id, state="not yet" if id in but else "passed") for id in exercises]
    return [event("opened", 1, lesson, lesson), *helped, *checked, event("finished", 5, lesson, lesson)]


def predicted(form: Any, *, believed: bool, lesson: str = "02") -> Event:
    choice = next(one for one in form.choices if one.believed is believed)
    return event("compared", 1, lesson, form.id, choice=choice.id, right=not believed)


def skills(found: Report, how: str) -> list[str]:
    return [one.lesson for one in found.skills if one.how == how]


def section(found: Report, id: str) -> str:
    """One section as Markdown."""
    whole = document(found)
    return as_markdown(replace(whole, lead="", head=(), sections=tuple(one for one in whole.sections if one.id == id)), drawings=False)


def figures(section: Section) -> list[str]:
    return [block.name for block in section.blocks if isinstance(block, Figure)]


# -- what one can do ----------------------------------------------------------------------------------


def test_the_promises_are_those_that_the_lessons_make() -> None:
    assert list(PROMISES) == list(LESSONS) and all(2 <= len(one) <= 4 for one in PROMISES.values())
    assert PROMISES["02"][1] == "prove which server answered"


def test_a_lesson_without_promises_or_cells_promises_nothing() -> None:
    assert goals({"cells": []}) == () and goals({"cells": [{"cell_type": "markdown", "source": "# A title"}]}) == ()
    assert goals({"cells": [{"cell_type": "markdown", "source": "**You will learn to**"}]}) == ()


def test_a_lesson_whose_exercises_are_passed_tells_what_one_can_do() -> None:
    found = report(*passed("02"))
    assert skills(found, "own") == ["02"]
    assert "### 02 Reach it over HTTP\n\n- reach a service" in section(found, "can") and "solution" not in section(found, "can")


def test_one_open_exercise_of_four_leaves_the_lesson_open_though_it_was_finished() -> None:
    found = report(*passed("06a", but=("repair-published",)))
    assert skills(found, "open") == ["06a"] and not skills(found, "own")
    assert "06a Repair a port (`06a-repair-a-port.ipynb`): 3 of 4 tasks passed" in section(found, "open")
    assert "06a" not in section(found, "can")


def test_what_was_solved_with_the_solution_or_after_catching_up_says_so() -> None:
    caught = event("caught up", 2, "01", "01-07", section="Who listens?")
    found = report(*passed("06a", shown=("repair-published",)), *passed("01"), caught)
    assert skills(found, "helped") == ["01", "06a"] and not skills(found, "own")
    said = section(found, "can")
    assert "1 of 4 tasks solved with the solution" in said and "caught up to: Who listens?" in said


def test_a_solution_looked_at_after_the_pass_is_no_help() -> None:
    later = event("shown", 59, "02", "02-own-words")
    assert skills(report(*passed("02"), later), "own") == ["02"]


def test_catching_up_alone_passes_nothing() -> None:
    caught = event("caught up", 2, "02", "02-07", section="Prove it yourself")
    assert skills(report(caught), "open") == ["02"]


def test_a_lesson_without_exercises_counts_when_it_is_finished() -> None:
    assert skills(report(event("opened", 1, "06c", "06c")), "open") == ["06c"]
    assert "ipynb`): to finish it, run its last cell" in section(report(event("opened", 1, "06c", "06c")), "open")
    assert skills(report(*passed("06c")), "own") == ["06c"]


def test_a_lesson_that_no_longer_is_there_is_no_skill_and_stays_in_the_log() -> None:
    found = report(event("opened", 1, "99", "99"), event("finished", 2, "99", "99"))
    assert "99" not in [one.lesson for one in found.skills] and "99" in as_markdown(log(found))


def test_without_the_texts_of_the_lessons_their_titles_stand_alone() -> None:
    found = report_of(Progress(tuple(passed("02"))), MADE)
    assert "### 02 Reach it over HTTP\n" in section(found, "can")


# -- the first screen ---------------------------------------------------------------------------------


def test_whoever_has_done_nothing_is_told_where_to_begin_and_sees_no_figure() -> None:
    found = report()
    assert lead(found) == "Nothing is recorded yet: open lesson 00 and begin."
    assert [block.kind for block in head(found)] == ["facts"]
    assert "No lesson is passed yet." in section(found, "can")
    assert section(found, "open").count("\n- ") == len(LESSONS)


def test_the_lead_tells_begun_from_some_from_all() -> None:
    everything = report(*(one for lesson in LESSONS for one in passed(lesson)))
    said = [lead(one) for one in (report(event("opened", 1, "01", "01")), report(*passed("01")), everything)]
    assert [one.partition(".")[0] for one in said] == ["You have begun", "This much is done", "Every lesson is passed"]
    assert "Nothing: every lesson is passed" in section(everything, "open")


def test_the_figures_leave_out_what_is_not_there_and_the_name_what_was_not_given() -> None:
    (tally, facts) = head(report(*passed("02")))
    assert isinstance(tally, Tally) and tally.counts == (("1 of 19", "tasks passed"),)
    assert isinstance(facts, Facts) and list(facts.rows) == ["Written", "Log"]
    (named,) = head(report(name="Ada Example"))
    assert isinstance(named, Facts) and named.rows["Reader"] == "Ada Example"


# -- what one no longer believes ----------------------------------------------------------------------


def test_a_belief_is_dropped_by_a_right_prediction_in_another_form() -> None:
    held, settled = predicted(FIRST, believed=True), predicted(SECOND, believed=False, lesson="07")
    assert beliefs(Progress((held,))) == [Belief(ABOUT, "02")]
    assert beliefs(Progress((held, settled))) == [Belief(ABOUT, "02", "07")]
    said = section(report(held, settled), "beliefs")
    assert "the service answer on port 8080" in said and "Predicted so in lesson 02, right in another form in lesson 07." in said


def test_the_same_form_answered_rightly_drops_nothing_and_a_relapse_takes_it_back() -> None:
    held, again = predicted(FIRST, believed=True), predicted(FIRST, believed=False)
    settled = predicted(SECOND, believed=False, lesson="07")
    assert beliefs(Progress((held, again))) == [Belief(ABOUT, "02")]
    assert beliefs(Progress((held, settled, held))) == [Belief(ABOUT, "02")]
    found = report(held, again)
    assert "It comes back in lesson 07." in section(found, "open") and "None is yet." in section(found, "beliefs")


def test_whoever_was_always_right_has_dropped_nothing() -> None:
    assert beliefs(Progress(tuple(predicted(one, believed=False) for one in (FIRST, SECOND)))) == []


def test_a_wrong_choice_that_stands_for_no_belief_is_none_and_still_comes_back() -> None:
    other = [
        (one, choice)
        for one in PREDICTIONS.values()
        if one.misconception
        for choice in one.choices
        if not choice.believed and not choice.facts
    ]
    form, choice = other[0]
    wrong = Progress((event("compared", 1, "02", form.id, choice=choice.id, right=False),))
    assert beliefs(wrong) == [] and open_misconceptions(wrong) == [form.misconception]


@pytest.mark.parametrize("choice", [None, 7, ["x"], {"id": "x"}, EVIL])
def test_a_choice_that_is_none_is_no_belief(choice: Any) -> None:
    assert beliefs(Progress((event("compared", 1, "02", FIRST.id, choice=choice, right=False),))) == []


# -- pictures -----------------------------------------------------------------------------------------


def test_the_first_map_the_race_and_the_paths_stand_in_the_story_and_the_others_in_the_log() -> None:
    names = [map_in("03c"), map_in("00"), NOW, ports_in("03d"), paths_in("02"), paths_in("03a"), "faster-without-nat"]
    lessons = ["03c", "00", "07", "03d", "02", "03a", "03a"]
    kept = tuple(replace(picture(name), lesson=lesson) for name, lesson in zip(names, lessons, strict=True))
    found = report(pictures=kept)
    assert [one.name for _, one in best(found.pictures)] == [map_in("00"), ports_in("03d"), paths_in("03a")]
    shown = {one.id: figures(one) for one in document(found).sections}
    assert shown["mine"] == [map_in("00"), ports_in("03d"), paths_in("03a")]
    assert sorted([*shown["mine"], *shown["pictures"]]) == sorted(names)
    assert sorted(figures(log(found).sections[-1])) == sorted(names)


def test_the_map_of_now_is_no_first_map() -> None:
    assert best((picture(NOW),)) == ()


# -- the whole ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", OLD, ids=lambda path: path.stem)
def test_a_file_of_an_earlier_lab_has_its_page(path: Path) -> None:
    found = report(*sift(path.read_bytes()).events)
    html, text = pages.as_html(document(found)), as_markdown(document(found))
    assert "What you can do now" in html and "What you can do now" in text
    assert any(one.how != "not opened" for one in found.skills)


def test_an_event_of_a_later_lab_changes_nothing() -> None:
    lines = [one.line() for one in passed("02")]
    later = '{"v": 3, "kind": "taught", "at": "2026-03-04T09:00:00+00:00", "lesson": "03a", "id": "x", "more": {}}'
    found = sift("\n".join([*lines, later]).encode()).events
    assert report(*found) == report(*passed("02"))


def test_hostile_text_is_text_in_the_story() -> None:
    caught = [event("caught up", 2, "01", EVIL, section=EVIL)]
    held = replace(predicted(FIRST, believed=True), lesson=EVIL)
    settled = replace(predicted(SECOND, believed=False), lesson=EVIL)
    found = report(*passed("01"), *caught, held, settled, name=EVIL, pictures=(replace(picture(map_in("00"), EVIL), at=EVIL),))
    for made in (pages.as_html(document(found)), rendered(as_markdown(document(found)))):
        assert "<script" not in made and not set(made) & {"\x1b", "\x00", "\ud800", "\u202e"}


def test_what_is_open_is_named_by_its_file_and_no_link_leads_out_of_the_page() -> None:
    html = pages.as_html(document(report(event("opened", 1, "02", "02"))))
    assert [one["href"] for one in elements(html, "a") if not one["href"].startswith("#")] == []
    assert all(f"<code>{lesson.file}</code>" in html for lesson in LESSONS.values())


def test_the_teachers_copy_is_the_log_with_the_name_and_without_the_story() -> None:
    html = pages.as_html(log(report(*passed("02"), name="Ada Example")))
    assert "Ada Example" in html and "My report on Docker host networking" in html and "What you can do now" not in html


def states() -> dict[str, Report]:
    half = [*passed("00"), *passed("02"), *passed("06a", shown=("repair-published",)), event("opened", 1, "03d", "03d")]
    half += [predicted(FIRST, believed=True), predicted(SECOND, believed=False)]
    full = [one for lesson in LESSONS for one in passed(lesson)] + [
        predicted(form, believed=believed)
        for about in dict.fromkeys(one.misconception for one in PREDICTIONS.values() if one.misconception)
        for form, believed in zip(forms(about)[:2], (True, False), strict=True)
        if any(one.believed for one in form.choices) or not believed
    ]
    drawn = tuple(picture(name) for name in (map_in("00"), "faster-without-nat"))
    return {"nothing": report(), "half": report(*half, pictures=drawn), "everything": report(*full, name="Ada Example", pictures=drawn)}


@pytest.mark.browser
@pytest.mark.parametrize("state", ["nothing", pytest.param("half", marks=pytest.mark.wide), "everything"])
def test_the_page_fits_desk_and_phone_axe_finds_nothing_and_on_paper_the_crib_has_a_sheet_of_its_own(
    tmp_path: Path, state: str, wide: bool
) -> None:
    found = states()[state]
    file = tmp_path / "my-report.html"
    file.write_text(pages.as_html(document(found)), "utf-8")
    with room.chromium() as browser:
        for width, scheme in (*room.FIRST_SIGHTS, *(room.FURTHER_SIGHTS if wide else ())):
            context = room.context(browser, viewport={"width": width, "height": 800}, color_scheme=scheme)
            page = context.new_page()
            page.set_content(file.read_text("utf-8"))
            for one in page.locator("details").all():
                one.locator("summary").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert violations(page, all_rules=True) == []
            context.close()
        page = browser.new_page()
        page.goto(file.as_uri())
        sheets = page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
        page.evaluate("document.querySelector('[aria-labelledby=crib]').remove()")
        assert sheets - page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
        page.close()
