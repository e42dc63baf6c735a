"""The report's widget and its command: what they write, where, and what they leave alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import enumerate as living

import pytest

from hostnet_lab import Lab, cli
from hostnet_lab.cli import report as words
from hostnet_lab.core.guide.quiz import QUESTIONS
from hostnet_lab.core.reports.my_report_sections import SECTIONS
from hostnet_lab.core.reports.story_sections import TITLE
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pictures import PictureFolder
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.widgets import HostMapView, LedgerView, MyReport, Quiz

from . import reading
from .reading import control, shown, told
from .reports import EVIL, STORY, kept_map, whole


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProgressFile:
    """A learner's own file, with a story in it."""
    monkeypatch.setenv("HOSTNET_LAB_PROGRESS", str(tmp_path / "kept" / "progress.jsonl"))
    file = ProgressFile()
    for event in STORY:
        file.record(event.kind, event.lesson, event.id, **event.more)
    return file


@pytest.fixture
def lab(engine: Engine, mine: ProgressFile, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    opened = Lab("07", ports=(), names=(), engine=engine, quiet=True)
    yield opened
    opened.clean()


@pytest.fixture
def view(lab: Lab, tmp_path: Path) -> Iterator[MyReport]:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    made = MyReport(lab, folder)
    yield made
    made.close()
    assert not [one for one in living() if one.name == "hostnet-lab worker" and one.is_alive()]


def press(view: MyReport, form: str) -> str:
    """Click a button and wait for what is said in the end."""
    reading.press(view, f"Write {form}")
    wait_until(lambda: not control(view, f"Write {form}").disabled, 20, "the end of the writing")
    return told(view)


@pytest.mark.engine
def test_nothing_is_written_until_a_button_is_pressed_and_the_repr_is_stable(view: MyReport, tmp_path: Path) -> None:
    assert view._repr_mimebundle_()["text/plain"] == "MyReport()"
    assert "1 of 19 tasks passed" in told(view) and "no name that you did not type" in shown(view)
    assert list((tmp_path / "notebooks").iterdir()) == []


@pytest.mark.engine
def test_both_forms_are_written_with_the_machine_the_map_and_the_name_and_a_link_to_each(view: MyReport, tmp_path: Path) -> None:
    control(view, "Your name").value = EVIL.replace("\ud800", "")
    for form, name in (("HTML", "my-report.html"), ("Markdown", "my-report.md")):
        assert f"Written: {tmp_path / 'notebooks' / name}" in press(view, form)
        assert f'href="{name}"' in shown(view)
        text = (tmp_path / "notebooks" / name).read_text("utf-8")
        assert TITLE in text and all(section in text for section in SECTIONS.values()) and "docker port webserver" in text
        assert "Same kernel, same network namespace" in text
        assert "when this report was written" in text and "<script>" not in text and "alert(1)" in text


@pytest.mark.engine
def test_what_the_learner_changed_is_left_and_the_next_report_gets_a_number(view: MyReport, tmp_path: Path) -> None:
    press(view, "Markdown")
    (tmp_path / "notebooks" / "my-report.md").write_text("my own words")
    assert "my-report-2.md" in press(view, "Markdown")
    assert (tmp_path / "notebooks" / "my-report.md").read_text() == "my own words"


@pytest.mark.engine
def test_a_folder_that_cannot_be_written_to_is_named_and_the_buttons_stay_usable(view: MyReport, tmp_path: Path) -> None:
    (tmp_path / "notebooks").rmdir()
    assert "No such file" in press(view, "HTML")
    (tmp_path / "notebooks").mkdir()
    assert "Written: " in press(view, "HTML")


@pytest.mark.engine
def test_the_host_map_and_the_network_before_and_after_are_kept_as_lessons_draw_them(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    shown = HostMapView(lab)
    wait_until(lambda: lab.pictures.holds("host-map-07"), 10, "the first map")
    shown.close()
    LedgerView(lab).prove("no-address")
    assert [one.name for one in lab.pictures.kept()] == ["host-map-07"], "an experiment without a drawing keeps none"


def test_the_quiz_records_each_new_answer_by_its_id(mine: ProgressFile) -> None:
    class Opened:
        lesson, progress = "07", mine

    quiz = Quiz(Opened())  # type: ignore[arg-type]
    _, choices, button, _ = quiz.cards[1].children
    button.click()
    choices.value = QUESTIONS[1].right
    button.click()
    button.click()
    events = [event for event in mine.read().events if event.kind == "answered" and event.id == QUESTIONS[1].id]
    assert [dict(event.more) for event in events] == [{"choice": QUESTIONS[1].choices[QUESTIONS[1].right].id, "right": True}]


def test_the_command_writes_both_files_and_shows_the_text_where_none_is_named(
    mine: ProgressFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("hostnet_lab.provision.engine.connect", lambda: None)
    PictureFolder(mine.path).keep(kept_map())
    page, text = tmp_path / "a.html", tmp_path / "a.md"
    assert cli.main(["report", "--html", str(page), "--markdown", str(text), "--name", "Ada Example"]) == 0
    assert capsys.readouterr().out == f"Written: {page}\nWritten: {text}\n"
    assert "Ada Example" in page.read_text("utf-8") and "[picture-host-map-00]: data:" in text.read_text("utf-8")
    assert cli.main(["report"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("# What you can do now") and "none was asked" in shown and "base64" not in shown and "process sshd" in shown


def test_the_command_names_a_place_that_it_cannot_write_to(mine: ProgressFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hostnet_lab.provision.engine.connect", lambda: None)
    assert cli.main(["report", "--html", str(tmp_path / "no" / "a.html")]) == 2


def test_what_the_terminal_shows_is_the_markdown_without_its_drawings(capsys: pytest.CaptureFixture[str]) -> None:
    words.write(whole(), cli.parse(["report"]))
    assert "## Pictures" in (shown := capsys.readouterr().out) and "![" not in shown


def test_beginning_anew_takes_the_pictures_away_too(mine: ProgressFile) -> None:
    folder = PictureFolder(mine.path)
    folder.keep(kept_map())
    assert cli.main(["progress", "reset", "--yes"]) == 0
    assert folder.kept() == () and mine.read().events == ()
