"""A learner's copies: no edit is ever lost, no upgrade is ever missed, and the originals stay as they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.errors import BadRequest, SetupFailed
from hostnet_lab.core.guide import lesson_copies
from hostnet_lab.core.guide.lesson_copies import Step, aside, fingerprint, matching, step
from hostnet_lab.edges import lesson_folder
from hostnet_lab.edges.lesson_folder import MANIFEST, VARIABLE, LessonFolder, place

OLD, NEW, EDIT = "old", "new", "edit"
RULE: list[tuple[str | None, str | None, str | None, Step]] = [
    (OLD, None, None, "take"),  # the first time
    (OLD, OLD, None, "take"),  # the learner deleted it
    (OLD, OLD, OLD, "keep"),
    (OLD, OLD, EDIT, "keep"),
    (NEW, OLD, OLD, "refresh"),
    (NEW, OLD, EDIT, "set beside"),
    (NEW, OLD, NEW, "keep"),  # the learner took the new one over by hand
    (NEW, None, EDIT, "set beside"),  # no manifest: whose it is cannot be known
    (NEW, None, NEW, "keep"),
    (None, OLD, OLD, "drop"),
    (None, OLD, EDIT, "leave"),
    (None, OLD, None, "keep"),
]


@pytest.mark.parametrize(("original", "copied", "mine", "expected"), RULE)
def test_the_rule_loses_no_edit_and_misses_no_upgrade(original: str | None, copied: str | None, mine: str | None, expected: Step) -> None:
    assert step(original, copied, mine) == expected


def notebook(*sources: str, outputs: bool = False) -> bytes:
    cells: list[dict[str, Any]] = [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "# Title"}]
    for text in sources:
        out = [{"output_type": "stream", "name": "stdout", "text": "seen"}] if outputs else []
        cells.append({"cell_type": "code", "metadata": {}, "source": text, "outputs": out, "execution_count": 1 if outputs else None})
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def test_running_a_lesson_is_no_edit_and_changing_a_cell_is_one() -> None:
    assert fingerprint(notebook("a"), "x.ipynb") == fingerprint(notebook("a", outputs=True), "x.ipynb")
    assert fingerprint(notebook("a"), "x.ipynb") != fingerprint(notebook("b"), "x.ipynb")
    as_lines = notebook("a\nb").replace(b'"a\\nb"', b'["a\\n", "b"]')
    assert fingerprint(notebook("a\nb"), "x.ipynb") == fingerprint(as_lines, "x.ipynb")
    assert fingerprint(notebook("a", ""), "x.ipynb") == fingerprint(notebook("a"), "x.ipynb"), "Shift+Enter at the end appends a cell"


def test_of_a_damaged_notebook_and_of_other_files_every_byte_counts() -> None:
    for one, other, name in ((b"{", b"[", "x.ipynb"), (b'{"cells": [1]}', b'{"cells": [2]}', "x.ipynb"), (b"a", b"b", "x.svg")):
        assert fingerprint(one, name) != fingerprint(other, name)


def test_a_copy_shows_no_answer_before_the_learner_has_run_it() -> None:
    copied = json.loads(lesson_copies.as_copied(notebook("a", outputs=True), "x.ipynb"))
    assert copied["cells"][1]["outputs"] == [] and copied["cells"][1]["execution_count"] is None
    assert copied["cells"][1]["source"] == "a"


def test_what_is_set_aside_takes_no_name_that_is_used() -> None:
    assert aside("03d-x.ipynb", "mine", []) == "03d-x (mine).ipynb"
    assert aside("03d-x.ipynb", "mine", ["03d-x (mine).ipynb"]) == "03d-x (mine 2).ipynb"
    assert aside("README", "new", []) == "README (new)"


def test_a_lesson_is_meant_by_its_number_its_group_or_its_name() -> None:
    names = ["00-start.ipynb", "03a-cost.ipynb", "03b-talk.ipynb"]
    assert matching("03b", names) == matching("03b-talk.ipynb", names) == matching("03b-talk", names) == ["03b-talk.ipynb"]
    assert matching("03", names) == ["03a-cost.ipynb", "03b-talk.ipynb"]
    assert matching("9", names) == matching("", names) == []


# --- the folder -----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> LessonFolder:
    """Two lessons and a picture; the copies are made."""
    made = LessonFolder(tmp_path / "my lessons", tmp_path / "notebooks")
    (made.originals / ".ipynb_checkpoints").mkdir(parents=True)
    (made.originals / ".ipynb_checkpoints" / "00-start.ipynb").write_bytes(notebook("hidden"))
    (made.originals / "pictures").mkdir()
    (made.originals / "pictures" / "map.svg").write_bytes(b"<svg/>")
    for name in ("00-start.ipynb", "01-run.ipynb"):
        (made.originals / name).write_bytes(notebook("original"))
    assert made.fill() == []
    return made


def text(folder: LessonFolder, name: str) -> str:
    return str(json.loads((folder.folder / name).read_text())["cells"][1]["source"])


def there(folder: LessonFolder) -> list[str]:
    return sorted(path.relative_to(folder.folder).as_posix() for path in folder.folder.rglob("*") if path.is_file())


def test_the_first_call_copies_all_that_ships_and_a_second_one_changes_nothing(folder: LessonFolder) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.folder.rglob("*.ipynb")}
    assert there(folder) == [MANIFEST, "00-start.ipynb", "01-run.ipynb", "pictures/map.svg"]
    assert folder.fill() == []
    assert {path: path.stat().st_mtime_ns for path in folder.folder.rglob("*.ipynb")} == before


def test_a_newer_original_replaces_a_copy_that_was_only_run(folder: LessonFolder) -> None:
    (folder.folder / "00-start.ipynb").write_bytes(notebook("original", outputs=True))
    (folder.originals / "00-start.ipynb").write_bytes(notebook("newer"))
    assert folder.fill() == []
    assert text(folder, "00-start.ipynb") == "newer"


def test_an_edited_copy_stays_and_the_newer_original_is_put_beside_it_once(folder: LessonFolder) -> None:
    (folder.folder / "00-start.ipynb").write_bytes(notebook("my edit"))
    (folder.originals / "00-start.ipynb").write_bytes(notebook("newer"))
    (said,) = folder.fill()
    assert "00-start (new).ipynb" in said and "yours is as it was" in said
    assert (text(folder, "00-start.ipynb"), text(folder, "00-start (new).ipynb")) == ("my edit", "newer")
    assert folder.fill() == [] and "00-start (new 2).ipynb" not in there(folder)


def test_another_language_is_a_newer_original(folder: LessonFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in folder.lessons():
        (folder.originals / name).write_bytes(notebook("# original"))
    folder.fill()
    (folder.folder / "00-start.ipynb").write_bytes(notebook("edited"))
    monkeypatch.setattr(lesson_folder, "anew", lambda text: text.replace("original", "Original auf Deutsch"))
    monkeypatch.setattr(lesson_folder, "LANGUAGE", "de")
    assert folder.language == "en"
    said = folder.fill()
    assert folder.language == "de"
    assert len(said) == 1 and "00-start (new).ipynb" in said[0]
    assert text(folder, "01-run.ipynb") == text(folder, "00-start (new).ipynb") == "# Original auf Deutsch"
    assert text(folder, "00-start.ipynb") == "edited"
    assert folder.fill() == []


def test_a_deleted_copy_comes_back_and_the_learners_own_notebooks_are_left_alone(folder: LessonFolder) -> None:
    (folder.folder / "00-start.ipynb").unlink()
    (folder.folder / "notes.ipynb").write_bytes(notebook("mine alone"))
    folder.fill()
    assert text(folder, "00-start.ipynb") == "original" and text(folder, "notes.ipynb") == "mine alone"


def test_without_its_manifest_a_copy_that_differs_counts_as_edited(folder: LessonFolder) -> None:
    (folder.folder / "00-start.ipynb").write_bytes(notebook("whose?"))
    (folder.folder / MANIFEST).write_text("{")
    manifest, edit = folder.fill()
    assert ".originals.json cannot be used" in manifest and "you edited 00-start.ipynb" in edit
    assert text(folder, "00-start.ipynb") == "whose?" and (folder.folder / ".originals.damaged-1.json").read_text() == "{"


def test_a_lesson_that_ships_no_more_goes_unless_it_was_edited(folder: LessonFolder) -> None:
    (folder.folder / "01-run.ipynb").write_bytes(notebook("my edit"))
    for name in ("00-start.ipynb", "01-run.ipynb"):
        (folder.originals / name).unlink()
    (said,) = folder.fill()
    assert "01-run.ipynb is no longer among the lessons" in said
    assert there(folder) == [MANIFEST, "01-run.ipynb", "pictures/map.svg"]


def test_reset_brings_the_original_back_and_keeps_each_edit_under_a_name_of_its_own(folder: LessonFolder) -> None:
    for number, kept in enumerate(("01-run (mine).ipynb", "01-run (mine 2).ipynb")):
        (folder.folder / "01-run.ipynb").write_bytes(notebook(f"edit {number}"))
        assert folder.edited("01-run.ipynb")
        assert folder.reset("01-run.ipynb") == kept
        assert text(folder, "01-run.ipynb") == "original" and text(folder, kept) == f"edit {number}"
    assert not folder.edited("01-run.ipynb")


def test_reset_of_a_lesson_that_was_only_run_keeps_nothing_and_clears_its_outputs(folder: LessonFolder) -> None:
    (folder.folder / "01-run.ipynb").write_bytes(notebook("original", outputs=True))
    assert folder.reset("01-run.ipynb") is None
    assert (folder.folder / "01-run.ipynb").read_bytes() == lesson_copies.as_copied(notebook("original"), "01-run.ipynb")


@pytest.mark.parametrize("name", ["nothing.ipynb", "../notebooks/00-start.ipynb", MANIFEST])
def test_reset_touches_nothing_but_a_lesson(folder: LessonFolder, name: str) -> None:
    with pytest.raises(BadRequest, match="no lesson of that name"):
        folder.reset(name)


def test_the_originals_are_never_changed_and_are_no_folder_of_copies(folder: LessonFolder) -> None:
    assert sorted(path.name for path in folder.originals.iterdir()) == [".ipynb_checkpoints", "00-start.ipynb", "01-run.ipynb", "pictures"]
    assert LessonFolder.around(folder.originals) is None
    assert LessonFolder.around(folder.folder) == folder
    with pytest.raises(BadRequest, match="must stay as they are"):
        LessonFolder(folder.originals, folder.originals).fill()


def test_where_nothing_ships_or_nothing_can_be_written_the_error_says_what_to_do(folder: LessonFolder, tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="no folder"):
        LessonFolder(tmp_path / "a", tmp_path / "missing").fill()
    (tmp_path / "file").write_text("")
    with pytest.raises(SetupFailed, match="--lessons DIR"):
        LessonFolder(tmp_path / "file", folder.originals).fill()


def test_the_folder_is_the_one_named_then_the_variables_then_the_checkouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert place(tmp_path) == tmp_path / "lessons"
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere"))
    assert place(tmp_path) == tmp_path / "elsewhere"
    assert place(tmp_path, tmp_path / "named") == tmp_path / "named"


def test_the_guide_that_the_lessons_follow_lies_in_the_learners_folder_and_its_links_lead_there(folder: LessonFolder) -> None:
    guide = folder.originals.parent / lesson_copies.GUIDE
    guide.parent.mkdir()
    guide.write_text("# The guide\n")
    cells = [{"cell_type": "markdown", "metadata": {}, "source": f"See [it](../{lesson_copies.GUIDE})."}]
    (folder.originals / "01-run.ipynb").write_text(json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    folder.fill()
    assert (folder.folder / lesson_copies.GUIDE).read_text() == "# The guide\n"
    assert json.loads((folder.folder / "01-run.ipynb").read_text())["cells"][0]["source"] == f"See [it]({lesson_copies.GUIDE})."
    assert lesson_copies.GUIDE not in folder.lessons()
