"""A learner's report: what is read out of the events, and its two forms, each read back by what would read it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Literal

import pytest

from hostnet_lab.core.progress.events import Progress
from hostnet_lab.core.reports import crib, story_sections
from hostnet_lab.core.reports.my_report import HELD, Report, lead
from hostnet_lab.core.reports.my_report_reading import report_of
from hostnet_lab.core.reports.my_report_sections import SECTIONS as LOG
from hostnet_lab.core.reports.sections import coded
from hostnet_lab.core.text import cut, moment

from . import room
from .ledgers import MACHINE
from .pages import RUNS_OR_LOADS, STYLE, Reader, elements
from .reports import CATALOGUE, EVIL, MADE, STORY, as_html, as_markdown, event, evil, picture, told, whole

REPORTS = [pytest.param(whole(), id="whole"), pytest.param(told(), id="empty"), pytest.param(evil(), id="evil")]
SECTIONS = [*story_sections.SECTIONS.values(), crib.TITLE, "The log behind it", *LOG.values()]
every_report = pytest.mark.parametrize("report", REPORTS)


# -- what is read out of the events -----------------------------------------------------------------


def test_every_lesson_is_told_with_its_state_and_the_minutes_without_the_breaks() -> None:
    lessons = {one.number: one for one in whole().lessons}
    assert list(lessons) == list(CATALOGUE.lessons)
    assert (lessons["01"].state, lessons["02"].state, lessons["03a"].state) == ("finished", "begun", "not opened")
    assert lessons["01"].minutes == 6
    again = told(*STORY, event("opened", 59, "01", "01"))
    assert next(one for one in again.lessons if one.number == "01").minutes == 6


def test_a_wrong_prediction_stands_beside_its_fact_and_says_that_another_form_was_right() -> None:
    first, second = whole().predictions
    assert (first.chosen, first.outcome) == ("On 8080", "wrong")
    assert first.fact == "On 80. Port 80 answered, port 8080 refused."
    assert first.later == "right in another form" and first.why.startswith("Nothing listens there. In host mode `-p` is discarded.")
    assert (second.chosen, second.outcome, second.why, second.later) == ("On 80", "right", "So it was.", "")


def test_a_wrong_prediction_whose_other_form_was_wrong_too_says_so_and_one_never_asked_again_says_nothing() -> None:
    alone = event("compared", 1, "02", "p-remaps", choice="8080", fact="80", right=False)
    other = event("compared", 2, "07", "p-remaps-again", choice="8080", fact="80", right=False)
    assert told(alone).predictions[0].later == ""
    assert told(alone, other).predictions[0].later == "not yet right in another form"


def test_the_first_prediction_counts_and_a_right_one_made_later_is_told_as_that() -> None:
    second = event("compared", 9, "02", "p-remaps", choice="80", fact="80", right=True)
    (found,) = told(event("compared", 1, "02", "p-remaps", choice="8080", fact="80", right=False), second).predictions
    assert (found.chosen, found.outcome, found.later) == ("On 8080", "wrong", "right when asked again")


def test_predictions_without_a_misconception_are_not_other_forms_of_each_other() -> None:
    wrong, right = (event("compared", 1, "02", id, choice="x", fact="y", right=id != "alone") for id in ("alone", "alone-too"))
    found = told(wrong, right).predictions[0]
    assert (found.later, found.fact) == ("", "y")
    assert told(event("compared", 1, "02", "alone", choice="x", fact=None, right=None)).predictions[0].fact == "nothing that decides it"


def test_a_prediction_without_a_fact_is_called_neither_right_nor_wrong() -> None:
    made, undecided = (
        told(event("predicted", 1, "02", "p-remaps", choice="80")),
        told(event("compared", 1, "02", "p-remaps", choice="80", fact="not testable here", right=None)),
    )
    assert (made.predictions[0].outcome, made.predictions[0].fact) == ("not decided", "not tested yet")
    assert undecided.predictions[0].outcome == "not decided"


def test_a_task_tells_when_it_was_passed_after_how_many_tries_and_hints() -> None:
    task = whole().tasks[0]
    assert (moment(task.passed), task.tries, task.hints) == ("2026-03-04 09:05 UTC", 2, 1)
    later = told(*STORY, event("checked", 50, "01", "01-front-door", state="not yet", seen="gone"))
    assert later.tasks[0] == task


def test_a_task_that_was_passed_after_its_solution_was_shown_says_so_everywhere() -> None:
    shown = event("shown", 4, "01", "01-front-door")
    helped, own = told(*STORY[:3], shown, *STORY[3:]), told(*STORY, event("shown", 50, "01", "01-front-door"))
    assert (helped.tasks[0].state, own.tasks[0].state) == ("solved", "passed")
    assert "1 of 19 tasks passed; 1 of them solved with the solution;" in lead(helped) and "solution" not in lead(own)
    for page in (as_html(helped), as_markdown(helped)):
        assert "solved with the solution" in page and "2 tries, 1 hint, solution shown" in page
    assert "solution" not in as_markdown(own)


def test_the_capstone_stands_apart_from_the_other_tasks() -> None:
    found = whole().capstone
    assert found and found.passed == "" and found.tries == 1
    assert told(*STORY[:5]).capstone is None


def test_the_latest_verdict_on_a_claim_counts_and_a_word_that_is_none_is_left_out() -> None:
    later = event("judged", 59, "02", "p-is-ignored", verdict="does not hold here", evidence="8080 answered.")
    assert [one.verdict for one in told(*STORY, later).claims] == ["does not hold here"]
    assert (
        told(event("judged", 1, "02", "p-is-ignored", verdict="maybe"), event("judged", 1, "02", "no-such", verdict="holds")).claims == ()
    )


def test_an_answer_of_the_quiz_is_the_last_one_with_the_tries_up_to_the_right_one() -> None:
    (answer,) = whole().answers
    assert (answer.chosen, answer.right, answer.tries) == ("On port 80", True, 2)


def test_the_lead_counts_what_was_done_and_an_empty_file_says_where_to_begin() -> None:
    assert lead(whole()).startswith("1 of 15 lessons finished, 14 minutes in all; 1 of 2 predictions right at first; 1 of 19 tasks passed;")
    assert lead(told()) == "Nothing is recorded yet: open lesson 00 and begin."


def test_without_an_engine_the_report_says_that_none_was_asked() -> None:
    assert report_of(Progress(STORY), MADE).facts == {"Engine": "none was asked when this report was written"}


def test_the_same_drawing_kept_twice_is_shown_once() -> None:
    assert len(told(pictures=(picture(), replace(picture(), name="again"))).pictures) == 1


def test_a_text_is_cut_on_one_line_and_a_moment_that_is_none_is_shown_as_it_is() -> None:
    assert cut("x" * 5000, 10) == "x" * 9 + "…" and cut("a\nb\x1b[0m\u202ec") == "a b [0m c"
    assert moment("yesterday") == "yesterday" and moment("2026-03-04T10:00:00+02:00") == "2026-03-04 08:00 UTC"


def test_backticks_part_code_from_words_and_a_lone_one_stays_a_sign() -> None:
    assert coded("run `docker ps` now") == [("run ", False), ("docker ps", True), (" now", False)]
    assert "".join(piece for piece, _ in coded("a ` b")) == "a ` b"


def test_ten_times_the_events_take_no_more_than_a_few_times_ten_times_the_work() -> None:
    kinds = ("opened", "predicted", "compared", "judged", "checked", "hinted", "shown", "answered", "finished")
    many = [replace(event("opened", n % 60, "02", f"id-{n}"), kind=kinds[n % 8], more={"right": False, "choice": n}) for n in range(10_000)]  # type: ignore[arg-type]

    def work_s(count: int) -> float:
        begun = process_time()
        report = report_of(Progress(tuple(many[:count])), MADE, catalogue=CATALOGUE, machine=MACHINE)
        as_html(report), as_markdown(report)
        return process_time() - begun

    work_s(1_000)  # what is loaded once
    assert work_s(10_000) < 40 * work_s(1_000)


# -- the page ---------------------------------------------------------------------------------------


@every_report
def test_the_page_is_whole_loads_nothing_and_runs_nothing(report: Report) -> None:
    text = as_html(report)
    read = Reader(text).elements
    assert not {tag for tag, _ in read} & RUNS_OR_LOADS
    assert not any(name.startswith("on") or name in ("src", "srcset") for _, attributes in read for name in attributes)
    assert not re.search(r"url\(|@import|@font-face", text) and "default-src 'none'" in text
    assert [one["href"] for one in elements(text, "a") if not one["href"].startswith("#")] == []


@every_report
def test_every_section_is_there_with_a_heading_in_order_and_a_link_that_leads_to_it(report: Report) -> None:
    text = as_html(report)
    assert re.findall(r"<h2 [^>]*>([^<]*)</h2>", text) == SECTIONS
    levels = [int(tag[1]) for tag, _ in Reader(text).elements if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1 and levels.count(1) == 1 and all(deeper - level <= 1 for level, deeper in pairwise(levels))
    ids = [attributes["id"] for _, attributes in Reader(text).elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {one["href"][1:] for one in elements(text, "a")} <= set(ids)


@every_report
def test_a_screen_reader_gets_captions_scopes_and_regions_of_their_own_names(report: Report) -> None:
    text = as_html(report)
    assert text.count("<table") == text.count("<caption>")
    assert all(one.get("scope") in ("row", "col") for one in elements(text, "th"))
    regions = [one["aria-label"] for one in elements(text, "pre")]
    assert len(regions) == len(set(regions)) == len(report.pictures)


def test_hostile_text_is_shown_as_text_in_every_place() -> None:
    text = as_html(evil())
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in text
    assert not set(re.sub(r"<svg.*?</svg>", "", text, flags=re.S)) & {"\x1b", "\x00", "\ud800", "\u202e"}


def test_a_word_of_another_direction_keeps_it_to_itself() -> None:
    hebrew = "\u05e9\u05dc\u05d5\u05dd"
    assert f"<bdi>{hebrew}</bdi>" in as_html(told(event("compared", 1, "02", "p-remaps", choice="8080", fact=hebrew, right=False)))


def test_the_page_tells_what_was_predicted_and_what_happened_in_words_not_colour_alone() -> None:
    text = unescape(re.sub(r"<[^>]+>", "|", as_html(whole())))
    for said in ("Ada Example", "wrong", "later right in another form", "passed", "2 tries, 1 hint", "holds", "not yet", "Docker 20.10.24"):
        assert said in text, said
    assert HELD in text


def test_every_picture_has_a_title_and_its_text_beside_it() -> None:
    text = as_html(whole())
    assert text.count('role="img"') == text.count("<pre") == 2
    assert "eth0  198.51.100.7\n  port 80" in text


def test_a_name_is_there_only_if_the_learner_gave_one() -> None:
    assert "Reader" not in as_html(told(*STORY)) and "Reader" not in as_markdown(told(*STORY))


def luminance(colour: str) -> float:
    """Of ``#rrggbb`` or ``#rgb``: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "faint", "link", "holds", "nuance", "fails", "untested"])
def test_every_ink_is_readable_on_the_paper_and_on_the_wash(scheme: int, ink: str) -> None:
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", STYLE.split(":root")[scheme + 1]))
    for ground in ("paper", "wash", *({f"{ink}-wash"} & colours.keys())):
        darker, lighter = sorted((luminance(colours[ink]), luminance(colours[ground])))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5
    assert not re.search("#[0-9a-f]{3}", re.sub(r":root {.*?}", "", STYLE, flags=re.S)), "colours stand in the palette"


# -- Markdown ---------------------------------------------------------------------------------------


def rendered(text: str) -> str:
    """As Jupyter's own converter renders it."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune

    return str(markdown2html_mistune(text))


@every_report
def test_the_markdown_has_every_section_and_fits_what_a_notebook_renders(report: Report) -> None:
    html = rendered(as_markdown(report))
    assert [unescape(one).rstrip("¶") for one in re.findall(r"<h2[^>]*>([^<]*)", html)] == SECTIONS
    assert html.count("<table>") == 1 and html.count("<th>") == 5
    assert html.count("<tr>") == len(report.lessons) + 1
    assert html.count("<pre") == html.count("<img") == len(report.pictures)


def test_hostile_text_is_no_markup_in_markdown() -> None:
    html = rendered(as_markdown(evil()))
    assert "<script" not in html and 'href="javascript' not in html
    assert "$" not in re.sub(r"<(code|pre)>.*?</\1>|<[^>]*>", "", html, flags=re.S), "a notebook would make a formula of it"


def test_a_picture_in_words_cannot_end_its_own_fence() -> None:
    text = as_markdown(told(pictures=(picture(text="```\n# no heading\n````"),)))
    assert "<h1" not in rendered(text).split("<h2", 1)[1]


def test_the_drawings_come_last_and_can_be_left_out() -> None:
    with_them, without = as_markdown(whole()), as_markdown(whole(), drawings=False)
    assert with_them.startswith(without.split("![")[0][:200]) and "base64" not in without and "![" not in without
    assert all(line.startswith("[picture-") for line in with_them.split(HELD)[1].strip().splitlines())


def test_the_plain_text_reads_well_lines_of_words_and_a_table_in_columns() -> None:
    lines = as_markdown(whole()).splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert len({len(line) for line in table}) == 1
    assert "  - You predicted: On 8080" in lines and "  - What happened: On 80. Port 80 answered, port 8080 refused." in lines


SIGHTS: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 390), ("dark", 390), ("light", 1000), ("dark", 1600))


@pytest.mark.browser
def test_in_a_browser_the_report_fits_phone_and_desk_in_light_and_dark_and_asks_for_nothing(tmp_path: Path) -> None:

    file = tmp_path / "my-report.html"
    with room.chromium() as browser:
        for report in (whole(), evil(), told(*STORY, pictures=(picture(text="a long line " * 60),))):
            file.write_text(as_html(report), "utf-8")
            opened = room.page(browser)
            asked: list[str] = []
            opened.on("request", lambda request: asked.append(request.url))  # noqa: B023
            opened.goto(file.as_uri())
            for scheme, width in SIGHTS:
                opened.emulate_media(color_scheme=scheme)
                opened.set_viewport_size({"width": width, "height": 800})
                assert opened.evaluate("document.documentElement.scrollWidth") <= width
            assert asked == [file.as_uri()]
            opened.context.close()


def test_the_hostile_text_is_hostile() -> None:
    assert all(sign in EVIL for sign in ("<", "`", "|", "$", "\x1b", "\ud800", "\u202e"))
