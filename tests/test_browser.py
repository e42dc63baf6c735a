"""What a learner does in a real JupyterLab in Chromium beside the lessons: its room, tour, languages, launcher, way back, report.

The lessons themselves are taken in test_browser_walk.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hostnet_lab.core.drawings.live_map import SHOWN
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.edges.engine import Engine
from hostnet_lab.provision import tour
from hostnet_lab.words import setting

from . import accessible, record, room
from .conftest import write_notebook

pytestmark = [pytest.mark.engine, pytest.mark.browser]
ARTEFACTS = Path(__file__).parent / "artefacts"
LESSONS = record.lessons()
CONTENTS = LESSONS[0].name
LAUNCHER = "launcher.ipynb"
REPORT = "report.ipynb"


@pytest.fixture(scope="module")
def own_notebooks() -> dict[str, tuple[str, ...]]:
    return {
        LAUNCHER: (
            'from hostnet_lab import Lab\n\nlab = Lab("launcher")',
            'from hostnet_lab.widgets import Launcher\n\nlauncher = Launcher(lab, name="my-server")\nlauncher',
        ),
        REPORT: (
            'from hostnet_lab import Lab\n\nlab = Lab("07", ports=())',
            "from hostnet_lab.widgets import MyReport\n\nMyReport(lab)",
        ),
    }


def test_the_room_opens_with_lesson_terminal_and_map_side_by_side(engine: Engine, opened: room.Room, page: Page, wide: bool) -> None:
    opened.enter(page, CONTENTS)
    panels = page.locator("#jp-main-dock-panel > .lm-DockPanel-widget")
    expect(panels).to_have_count(3)
    tabs = page.locator("#jp-main-dock-panel .lm-TabBar-tab")
    lesson, terminal, host_map = (tabs.filter(has_text=label).bounding_box() for label in (CONTENTS, "Terminal", "Host map"))
    assert lesson and terminal and host_map
    assert lesson["x"] < terminal["x"] == host_map["x"] and terminal["y"] < host_map["y"]
    # What stands as code in a text goes to the next line as a whole: no -p in two lines.
    expect(page.locator(".jp-RenderedHTMLCommon :not(pre) > code").first).to_have_css("display", "inline-block")
    page.locator(".jp-Terminal .xterm-helper-textarea").focus()
    page.keyboard.type("docker version --format '{{ .Server.Os }}' && pwd\n")
    if wide:
        room.shoot(page, ARTEFACTS / "room")


SMALLEST_PX = 12
# Notes whose removal is told while what was drawn of them still stands there, struck out. Each removal draws the map twice.
KEPT_IN_SIGHT = """() => {
  window.goneAndShown = new Set();
  const look = () => {
    const told = document.querySelector('.hostnet-stage [role=status]').textContent.match(/(\\S+) was removed/);
    if (told && [...document.querySelectorAll('.went[data-mark=gone]')].some(one => one.textContent.includes(told[1])))
      window.goneAndShown.add(told[1]);
  };
  new MutationObserver(look).observe(document.querySelector('.hostnet-stage'), {subtree: true, childList: true, characterData: true});
}"""
FONT_SIZES = """map => [...map.querySelectorAll("*")].filter(one => one.checkVisibility() && one.textContent.trim())
  .map(one => parseFloat(getComputedStyle(one).fontSize))"""


def test_the_map_lives_without_a_cell_and_without_a_kernel(engine: Engine, opened: room.Room, page: Page) -> None:
    opened.enter(page, CONTENTS)
    host_map = page.locator(".hostnet-stage")
    expect(host_map.get_by_role("status")).to_have_text(re.compile(r"\w+\."))
    page.evaluate(KEPT_IN_SIGHT)
    for name, mode, room_of_it in (("h3-inside", "host", ".frame"), ("h3-apart", "bridge", ".wired .home")):
        key, _ = engine.create(RunRequest("nginx", name, mode, command=("sleep", "600")).payload(), name)
        try:
            engine.start(key)
            box = host_map.locator(f'{room_of_it} [data-key="container {name}"]')
            expect(box).to_be_visible()
            expect(box).to_have_class(re.compile("came"))
            expect(host_map.get_by_role("status")).to_contain_text(f"{name} started")
            assert min(host_map.evaluate(FONT_SIZES)) >= SMALLEST_PX
        finally:
            engine.remove(key, force=True)
        expect(box).to_have_count(0)
    expect(host_map.get_by_role("status")).to_contain_text("h3-apart was removed")
    assert page.evaluate("[...window.goneAndShown]") == ["h3-inside", "h3-apart"]
    host_map.get_by_role("button").press("Enter")
    expect(host_map.locator("pre")).to_contain_text("Host network namespace")
    page.locator("#jp-main-dock-panel .lm-TabBar-tab", has_text="Host map").locator(".lm-TabBar-tabCloseIcon").click()
    expect(host_map).to_have_count(0)
    room.choose(page, "View", "Map of the host's network")
    expect(host_map.get_by_role("status")).to_have_text(re.compile(r"\w+\."))


@pytest.mark.wide
def test_the_map_stays_where_it_is_read_while_things_come_and_go(engine: Engine, opened: room.Room, page: Page) -> None:
    def made(name: str, mode: str = "bridge") -> str:
        return engine.create(RunRequest("nginx", name, mode, command=("sleep", "600")).payload(), name)[0]

    opened.enter(page, CONTENTS)  # JupyterLab moves the focus into the lesson until it is idle
    host_map = page.locator(".hostnet-stage")
    expect(host_map.get_by_role("status")).to_have_text(re.compile(r"\w+\."))
    network = engine.create_network({"Name": "h3-net", "Driver": "bridge"})
    keys = [made(f"h3-rests-{number}") for number in range(SHOWN + 2)]
    try:
        expect(host_map.locator('section[aria-label="Network h3-net"]')).to_contain_text("no container")
        fold = host_map.locator('details[data-fold="stopped"]')
        expect(fold).to_have_count(1)
        fold.locator("summary").press("Enter")
        expect(fold).to_have_attribute("open", "")
        page.set_viewport_size({"width": 1280, "height": 500})  # so that there is much to scroll
        place = "fold => { fold.closest('.hostnet-stage').scrollTop = 60; return fold.getBoundingClientRect().top; }"
        height = fold.evaluate(place)
        keys.append(made("h3-both"))
        expect(fold).to_contain_text("and 3 more containers")
        engine.start(keys[-1])
        expect(host_map.locator('[data-key="container h3-both"]')).to_have_count(1)
        expect(fold).to_have_attribute("open", "")
        expect(fold.locator("summary")).to_be_focused()
        assert abs(fold.evaluate("fold => fold.getBoundingClientRect().top") - height) < 2  # pixels are broken
        engine.client.networks.get(network).connect(keys[-1])
        also = host_map.locator('.also[data-key="also h3-net h3-both"]')
        expect(also).to_have_class(re.compile("came"))
        expect(host_map.get_by_role("status")).to_contain_text("h3-both joined network h3-net")
        for theme in ("Light", "Dark"):
            room.use_theme(page, theme)
            assert not accessible.violations(page, ".hostnet-stage"), theme
        engine.client.networks.get(network).disconnect(keys[-1])
        expect(also).to_have_count(0)
        expect(host_map.locator(".also.went")).to_contain_text("h3-both")
        assert host_map.locator(".also.went").get_attribute("data-mark") == "gone"
    finally:
        for key in keys:
            engine.remove(key, force=True)
        engine.remove_network(network)
    expect(host_map.locator('section[aria-label="Network h3-net"]')).to_have_count(0)


@pytest.mark.parametrize(
    "behind", [pytest.param(False, id="alone", marks=pytest.mark.wide), pytest.param(True, id="another lesson behind it")]
)
def test_the_tour_shows_each_of_its_places_and_ends(opened: room.Room, page: Page, behind: bool) -> None:
    opened.enter(page, CONTENTS)
    if behind:
        room.follow(page, LESSONS[1].name)
    room.choose(page, "Help", tour.LABEL)
    for _, _, title, text in tour.STEPS:
        step = page.locator(".react-joyride__tooltip")
        expect(step).to_be_visible()
        expect(step).to_contain_text(title)
        expect(step).to_contain_text(text)
        step.locator('[data-action="primary"]').press("Space")
    expect(page.locator(".react-joyride__tooltip")).to_have_count(0)


@pytest.mark.wide
def test_the_way_leads_on_and_back(opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, CONTENTS)
    room.follow(page, LESSONS[1].name)
    room.follow(page, CONTENTS)
    room.follow(page, LESSONS[1].name)
    room.close(page)


@pytest.mark.wide
def test_the_launcher_starts_nginx_shows_its_answer_and_removes_it(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LAUNCHER)
    room.run_all(page, 2)
    output = page.locator(".jp-OutputArea-output").last
    expect(output).to_contain_text("docker run -d --network host --name my-server nginx")
    page.get_by_role("button", name="Start", exact=True).click()
    proof = "200. my-server answered: its log shows this request, or the port is its own."
    expect(output).to_contain_text(proof)
    expect(output).to_contain_text("Welcome to nginx!")
    found = engine.inspect("my-server")
    assert found and found["State"]["Running"] and found["HostConfig"]["NetworkMode"] == "host"
    page.get_by_role("button", name="Remove", exact=True).click()
    expect(output).not_to_contain_text(proof)
    assert engine.inspect("my-server") is None


@pytest.mark.wide
def test_a_learner_brings_a_lesson_back_without_leaving_the_browser(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, LAUNCHER)
    cell = room.notebook(page).locator(".jp-CodeCell [contenteditable]").last
    cell.fill("from hostnet_lab.widgets import Lessons\nLessons()")
    page.keyboard.press("Shift+Enter")
    page.get_by_role("combobox", name="Lesson").select_option("launcher")
    page.keyboard.press("Control+s")
    page.get_by_role("button", name="Reset this lesson").click()
    expect(room.notebook(page)).to_contain_text("launcher (mine).ipynb")
    room.command(page, "File", "docmanager:reload")
    expect(room.notebook(page).locator(".jp-CodeCell").last).to_contain_text("Launcher(lab")


@pytest.mark.wide
def test_a_learner_changes_the_language_in_jupyterlabs_own_menu(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(setting.FORCED)
    monkeypatch.setenv("LANG", "C.UTF-8")
    write_notebook(tmp_path / "notebooks" / "mine.ipynb", "from hostnet_lab.widgets import Lessons\nLessons()")
    with room.jupyterlab(tmp_path) as address:
        room.open_notebook(page, address, "mine.ipynb")
        room.run_all(page, 1)
        expect(page.get_by_text("Choose a lesson.")).to_be_visible()
        page.get_by_role("menuitem", name="Settings", exact=True).click()
        page.locator(".lm-Menu").last.get_by_text("Language", exact=True).hover()
        page.get_by_text("German (Germany) - Deutsch (Deutschland)").click()
        with page.expect_navigation():
            room.agree(page)
        room.wait_idle(page)
        room.command(page, "Kernel", "kernelmenu:restart-and-clear")  # the same word in both languages
        room.agree(page)
        room.wait_idle(page)
        room.notebook(page).locator(".jp-CodeCell [contenteditable]").first.click()
        page.keyboard.press("Shift+Enter")
        page.get_by_role("button", name="Alle Lektionen auf Deutsch holen").click()
        expect(page.get_by_role("status").filter(has_text="Fertig.")).to_be_visible()
        page.goto("about:blank")  # before its server ends: it would complain
    assert "## Wie eine Lektion" in (tmp_path / "lessons" / CONTENTS).read_text("utf-8")


@pytest.mark.wide
def test_my_report_is_written_beside_the_lessons_and_opens_from_its_link(engine: Engine, opened: room.Room, page: Page) -> None:
    room.open_notebook(page, opened.address, REPORT)
    room.run_all(page, 2)
    page.get_by_label("Your name").fill("Ada Example")
    page.get_by_role("button", name="Write HTML", exact=True).click()
    page.get_by_role("link", name="Open my-report.html").click()
    shown = page.frame_locator("iframe").get_by_role("heading", name="What you can do now")
    expect(shown).to_be_visible()
    assert "Ada Example" in (opened.folder / "lessons" / "my-report.html").read_text("utf-8")
