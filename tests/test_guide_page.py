"""The page of a guide: its own text in its own order, notes beside it, nothing of anybody's as markup; and what axe finds: nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from hostnet_lab.core.guide.verdicts import Judgement
from hostnet_lab.core.guides import judging
from hostnet_lab.core.guides.bindings import bind, found_again
from hostnet_lab.core.guides.judging import BlockRun, Checked, Left, Ran
from hostnet_lab.core.guides.page import page
from hostnet_lab.guides import files, markdown
from hostnet_lab.pages import render

from . import room
from .accessible import violations
from .pages import RUNS_OR_LOADS, Reader, elements
from .reports import EVIL
from .test_guide_judging import OURS, checked

ARTEFACTS = Path(__file__).parent / "artefacts"


def html(*found: Checked) -> str:
    return render("guide.html", title="t", pages=[page(one, number) for number, one in enumerate(found, 1)])


@pytest.fixture(scope="module")
def ours() -> Checked:
    """With a command of each colour."""
    found = checked(files.guide(OURS["host-networking"]))
    first, second, *rest = found.blocks
    broken = (replace(first.ran[0], way="exit", exit=125, output="docker: no\n" * 40, why="it ended with 125: docker: no"),)
    other = (Ran(second.block.line, "curl", "lacking", 6, "", "it asks a name"),)
    return replace(
        found, blocks=(replace(first, ran=broken), replace(second, ran=other), *rest), host=(Left("container", True, "webserver"),)
    )


def test_the_guides_own_text_stands_in_its_own_order(ours: Checked) -> None:
    text = html(ours)
    places = [
        text.index(one)
        for one in ("<h1>Run a container", "<h2>1. Start", "<pre", "<h2>3. When", "<strong>Speed</strong>", "<ol", "<h2>In")[:5]
    ]
    assert places == sorted(places)
    assert len([*elements(text, "h2")]) == 8 and len([*elements(text, "ol")]) == 1


def test_each_note_is_led_to_from_its_sentence_and_each_difference_from_the_top(ours: Checked) -> None:
    text = html(ours, ours)
    ids = [one["id"] for name in ("div",) for one in elements(text, name) if "id" in one]
    led = [one["href"][1:] for one in elements(text, "a") if one["href"].startswith("#")]
    assert len(ids) == len({*ids}) and {*led} <= {*ids}
    notes = len(ours.said) + len(ours.uncovered)
    assert len([one for one in led if one.startswith("g1n")]) == notes + len([one for one in ours.said if one.ok is False])
    assert "g2l18" in led and "container webserver" in text


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>\n\nOne <b onclick=x>container</b> here.\n",
        '[a](javascript:alert(1)) ![x](http://x/y.png) <http://x/?a="b> a container.',
        "| a | <script> |\n|---|---|\n| `<i>` a container here | b |\n",
        "> 1. **a *b `c` d* e** a container ~~x~~\n>\n>    ```bash\n>    </pre><script>\n>    ```\n",
        "```bash\necho '</pre><script>x</script>'\n```\n",
    ],
)
def test_whatever_a_guide_holds_is_text_on_its_page(text: str) -> None:
    found = html(checked(markdown.read(EVIL, text)))
    reader = Reader(found.replace("<hr>", ""))
    names = {name for name, _ in reader.elements}
    assert not names & RUNS_OR_LOADS and "<script" not in found
    assert not any(key.startswith("on") for _, attributes in reader.elements for key in attributes)
    assert not any("javascript:" in one.get("href", "") for one in elements(found, "a"))


def test_hostile_words_in_every_field_are_text() -> None:
    guide = markdown.read(EVIL, "A container is here.\n\n```bash\nls\n```\n")
    binding = replace(bind(guide.sentences[0], "no-address", "true"), instead=EVIL)
    said = judging.say(found_again([binding], guide.sentences)[0], {"no-address": Judgement("does not hold here", EVIL, EVIL)}, {})
    ran = Ran(4, EVIL, "output", 1, EVIL, EVIL)
    found = Checked(
        guide, EVIL, (BlockRun(guide.blocks[0], (EVIL,), (ran,), EVIL),), (said,), (), (Left(EVIL, True, EVIL),), (), EVIL, EVIL, EVIL
    )
    text = html(found, replace(found, blocks=(BlockRun(guide.blocks[0], (EVIL,), (), EVIL),)))
    Reader(text)
    assert "<script" not in text and text.count("&lt;script&gt;") > 10
    assert not set(text) & {"\x1b", "\x00", "\ud800", "\u202e"}


# -- in a browser -----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), room.SIGHTS)
def test_axe_finds_nothing_on_the_page_and_nothing_is_wider_than_it(
    browser: Browser, ours: Checked, scheme: Literal["light", "dark"], width: int, wide: bool
) -> None:
    context = room.context(browser, color_scheme=scheme, viewport={"width": width, "height": room.HEIGHT})
    shown = context.new_page()
    shown.set_content(html(ours))
    try:
        for one in shown.locator("details").all():
            one.locator("summary").first.click()
        if wide:
            shown.screenshot(path=ARTEFACTS / f"guide-{scheme}-{width}.png", full_page=True)
        assert not violations(shown, all_rules=True)
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
    finally:
        context.close()
