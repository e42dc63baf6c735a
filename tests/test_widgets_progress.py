"""The view of progress without a browser: what it shows, its two presses for a reset, and that it draws again by itself."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from hostnet_lab.core.guide.lessons import LESSONS
from hostnet_lab.edges.progress import NOWHERE, ProgressFile
from hostnet_lab.lab import Lab
from hostnet_lab.widgets import ProgressView

from . import reading
from .reading import controls, shown, told


class OpenLab:
    """As much of a lab as the view may know: no engine."""

    def __init__(self, path: Path) -> None:
        self.progress = ProgressFile(path, lambda _: None)


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    return cast(Lab, OpenLab(tmp_path / "data" / "progress.jsonl"))


def press(view: ProgressView, name: str) -> str:
    reading.press(view, name)
    return told(view)


def test_at_first_every_lesson_is_listed_and_the_way_leads_on(lab: Lab) -> None:
    view = ProgressView(lab)
    assert repr(view) == "ProgressView('all lessons')"
    assert all(lesson.id in shown(view) for lesson in LESSONS.values()) and "0 of 15 lessons finished" in shown(view)
    assert "begin here" in shown(view) and "<a " not in shown(view)
    lab.progress.record("finished", "00", "00")
    assert 'Go on with: <a href="01-run-a-container.ipynb">' in shown(view)
    assert "Lesson  " in shown(view).partition("As text")[2]


def test_it_is_drawn_again_when_this_kernel_records_something_and_not_after_close(lab: Lab) -> None:
    view = ProgressView(lab)
    lab.progress.record("opened", "03d", "03d")
    assert 'Continue where you were: <a href="03d-lose-a-port-race.ipynb">' in shown(view)
    view.close()
    lab.progress.record("finished", "03d", "03d")
    assert "03d-lose" in shown(view)
    view.refresh()
    assert "03e-lose-isolation.ipynb" in shown(view)


def test_refresh_shows_what_another_notebook_has_written(lab: Lab) -> None:
    view = ProgressView(lab)
    ProgressFile(lab.progress.path).record("finished", "01", "01")
    assert "1 of 12" not in shown(view)
    assert "Read again." in press(view, "Refresh") and "1 of 15 lessons finished" in shown(view)


def test_a_reset_takes_two_presses_and_any_other_takes_it_back(lab: Lab) -> None:
    view = ProgressView(lab)
    lab.progress.record("opened", "01", "01")
    assert "Press Reset again" in press(view, "Reset") and controls(view, "Reset: press again")
    press(view, "Refresh")
    assert not controls(view, "Reset: ")
    press(view, "Reset")
    assert lab.progress.read().events
    assert "progress.before-reset-1.jsonl" in press(view, "Reset")
    assert not lab.progress.read().events and not controls(view, "Reset: ")
    press(view, "Reset")
    assert "nothing to reset" in press(view, "Reset")


def test_an_export_says_where_it_is_and_a_failure_is_a_sentence(lab: Lab, tmp_path: Path) -> None:
    view = ProgressView(lab)
    lab.progress.record("opened", "01", "01")
    said = press(view, "Export")
    (copy,) = tmp_path.glob("my-progress-*.jsonl")
    assert str(copy) in said and copy.read_bytes() == lab.progress.path.read_bytes()
    gone = tmp_path / "gone"
    gone.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(lab.progress, "export", lambda: ProgressFile.export(lab.progress, gone / "no" / "x"))
        assert "No such file or directory" in press(view, "Export")


def test_the_end_of_a_lesson_tells_of_this_lesson_and_leads_to_the_next(lab: Lab) -> None:
    lab.progress.record("checked", "01", "01-front-door", state="not yet")
    view = ProgressView(lab, "01")
    assert repr(view) == "ProgressView('01')"
    assert "not passed, 1 check" in shown(view) and "Still to pass: exercise 01-front-door" in shown(view)
    assert 'Next lesson: <a href="02-reach-it.ipynb">' in shown(view)
    assert shown(ProgressView(lab, "07")).count("<a ") == 0


def test_trouble_with_the_file_is_said_and_what_the_file_holds_is_text(lab: Lab) -> None:
    lab.progress.record("compared", "<b>01", "x", right=True)
    lab.progress.path.write_bytes(lab.progress.path.read_bytes() + b"<script>damage\n")
    view = ProgressView(lab)
    assert "could not be read" in told(view)
    assert "<script>" not in shown(view) and "<b>01" not in shown(view)


def test_where_no_progress_is_kept_the_view_says_so() -> None:
    assert "No progress is kept" in told(ProgressView(cast(Lab, OpenLab(NOWHERE))))
