"""The crib: each command is run in the lesson that it names, and the page is one sheet of paper in every language."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab import pages, words
from hostnet_lab.core.guide.crib import CRIB, Answer
from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.core.reports.crib import document
from hostnet_lab.core.reports.markdown import as_markdown

from . import plain, room
from .pages import Reader

ANSWERS = [one for answers in CRIB.values() for one in answers]
ARTEFACTS = Path(__file__).parent / "artefacts"


@pytest.mark.parametrize("one", ANSWERS, ids=lambda one: one.question)
def test_the_lesson_that_is_named_runs_the_command(one: Answer) -> None:
    assert one.lesson in LESSONS
    assert plain.runs(one.command, plain.commands(one.lesson))


def test_it_is_taken_from_all_over_the_lessons_and_asks_nothing_twice() -> None:
    assert len({one.question for one in ANSWERS}) == len({one.command for one in ANSWERS}) == len(ANSWERS)
    assert {one.lesson[:2] for one in ANSWERS} >= {"01", "02", "03", "04", "05", "06"}


def test_the_page_and_the_text_hold_each_row_and_ask_for_nothing() -> None:
    page, text = pages.as_html(document()), as_markdown(document())
    for one in ANSWERS:
        assert f"`{one.command}`" in text
    assert sum(name == "code" for name, _ in Reader(page).elements) >= len(ANSWERS)
    assert not [name for name, values in Reader(page).elements if "src" in values or (name == "link")]


@pytest.mark.browser
@pytest.mark.parametrize("language", words.NAMES)
def test_it_is_one_page_of_a4_and_fits_a_phone(tmp_path: Path, language: str, wide: bool) -> None:
    file = tmp_path / "crib.html"
    environment = {**os.environ, "HOSTNET_LAB_LANGUAGE": language}
    subprocess.run([sys.executable, "-m", "hostnet_lab", "crib", "--html", str(file)], env=environment, check=True)
    with room.chromium() as browser:
        for scheme in ("light", "dark"):
            context = room.context(browser, viewport={"width": 375, "height": 800}, color_scheme=scheme)
            page = context.new_page()
            page.goto(file.as_uri())
            assert page.locator("html").get_attribute("lang") == language
            assert page.evaluate("document.documentElement.scrollWidth") <= 375
            if wide:
                page.screenshot(path=ARTEFACTS / f"crib-{language}-{scheme}.png", full_page=True)
            assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
            context.close()
