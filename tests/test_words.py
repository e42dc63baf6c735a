"""The lab's words: every sentence is marked, every one has a translation, and a translation loses nothing on the way."""

from __future__ import annotations

import ast
import io
import json
import os
import re
import string
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from hostnet_lab import words
from hostnet_lab.core.progress.events import Event
from hostnet_lab.words import compiled, setting, update
from hostnet_lab.words.lessons import said_anew, texts

from .untranslated import UNTRANSLATED

PACKAGE = Path(words.__file__).parents[1]
LANGUAGES = [one for one in words.NAMES if one != words.ENGLISH]
MARKS = {"tr", "tr_n"}
TYPED = {"Solution": 0, "Answer": 1}  # by place, what a learner types, in whatever language
# A sentence, or a part of one: three words in a row, none of which is an option, a path or a name of the program's.
SENTENCE = re.compile(r"(?<![\w\-/.`<>=&:])[A-Za-z][a-z']*,? [a-z']+,? [a-z']+(?![\w\-/`=(])")


def sentences(path: Path) -> Iterator[tuple[int, str]]:
    """What a module says outside of its marks: line and text."""
    tree = ast.parse(path.read_text("utf-8"))
    silent: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)) and ast.get_docstring(node, clean=False):
            silent.add(id(node.body[0].value))  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            silent |= {id(argument) for argument in node.args}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TYPED:
            silent.add(id(node.args[TYPED[node.func.id]]))
        if isinstance(node, ast.JoinedStr):
            silent |= {id(value) for value in node.values}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            text = "{}".join(str(value.value) if isinstance(value, ast.Constant) else "" for value in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if SENTENCE.search(text):
            yield node.lineno, text


def place(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=place)
def test_every_sentence_is_marked(path: Path) -> None:
    known = UNTRANSLATED.get(place(path), ())
    found = [(line, text) for line, text in sentences(path) if not any(one in text for one in known)]
    assert not found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=place)
def test_a_mark_holds_a_literal(path: Path) -> None:
    """An f-string would be filled in before it is looked up, and never found."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            keys = node.args if node.func.id == "tr" else node.args[1:]
            assert keys and all(isinstance(one, ast.Constant) for one in keys), f"line {node.lineno}"


def test_what_is_not_translated_is_still_there() -> None:
    for name, known in UNTRANSLATED.items():
        said = [text for _, text in sentences(PACKAGE / name)]
        assert [one for one in known if not any(one in text for text in said)] == [], name


def translated(language: str) -> Iterator[tuple[str, Message]]:
    for part in update.PARTS:
        for message in read_po(io.BytesIO((words.HERE / language / f"{part}.po").read_bytes()), locale=language):
            if message.id:
                yield part, message


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_complete_and_holds_no_more(language: str) -> None:
    """Where it fails: ``./lab exec python -m hostnet_lab.words.update``, and docs/languages.md."""
    for part, template in update.templates().items():
        path = words.HERE / language / f"{part}.po"
        have = {message.id: message.string for message in read_po(io.BytesIO(path.read_bytes()), locale=language) if message.id}
        assert have.keys() == {message.id for message in template if message.id}, part
        assert [text for text, said in have.items() if not said or (isinstance(said, tuple) and not all(said))] == [], part


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_text_is_translated_in_one_way(language: str) -> None:
    said: dict[object, object] = {}
    for part, message in translated(language):
        assert said.setdefault(message.id, message.string) == message.string, f"{part}: {message.id}"


def forms(message: Message) -> list[tuple[str, str]]:
    """Each translated form beside the English one that it must agree with."""
    if isinstance(message.id, tuple):
        return [(message.id[-1], one) for one in message.string or ()]
    return [(str(message.id), str(message.string))]


def kept(text: str) -> dict[str, list[str]]:
    """What must come through a translation unchanged: of a diagram, all but its words."""
    if text.startswith("```"):
        return {"diagram": [re.sub(r'"[^"]*"|\[[^]]*\]|\(\[[^]]*\]\)|\|[^|]*\||acc(Title|Descr):.*', "", text)]}
    return {
        "code": sorted(re.findall(r"`[^`]+`", text)),
        "links": sorted(re.findall(r"\]\(([^)]*)\)", text)),
        "tags": sorted(re.findall(r"</?[a-z]+", text)),
    }


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_code_links_and_space(language: str) -> None:
    for part, message in translated(language):
        for text, said in forms(message):
            assert kept(said) == kept(text), f"{part}: {said}"
            blanks = re.compile(r"^\s*|\s*$")
            assert blanks.findall(said) == blanks.findall(text), f"{part}: {said!r}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_the_original(language: str) -> None:
    for part, message in translated(language):
        if part != "lessons" and "python-brace-format" in message.flags:
            for text, said in forms(message):
                wanted = placeholders(text)
                assert placeholders(said) in ([wanted, wanted - {"n"}] if isinstance(message.id, tuple) else [wanted]), f"{part}: {said}"
                assert not any("." in one or "[" in one for one in wanted), f"{part}: {text}"


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Makes the reader a German one."""
    catalogue = compiled.translations(words.HERE / "de")
    return lambda: monkeypatch.setattr(words, "_translations", lambda: catalogue)  # private: a language is settled once


def kept_in_a_file(said: str) -> Any:
    line = Event("judged", "2026-01-01T00:00:00+00:00", "02", "x", {"evidence": said}).line()
    return json.loads(line)["more"]["evidence"]


def test_what_was_said_in_one_language_is_told_in_another(german: Callable[[], None]) -> None:
    port = words.tr("Port {port}", port=80)
    said = words.tr(
        "in host mode: {outcome}; on the bridge: {other}", outcome=words.joined(" {and} ", [port, words.tr("holds")]), other="holds"
    )
    counted = words.tr_n(2, "{n} listener", "{n} listeners") + ": " + words.tr(" and ").join(["a", "{b}"])
    records = [kept_in_a_file(one) for one in (said, counted)]
    assert [words.told(one) for one in records] == [said, counted]
    assert said == "in host mode: Port 80 {and} holds; on the bridge: holds" and counted == "2 listeners: a and {b}"
    german()
    assert [words.told(one) for one in records] == ["im Host-Modus: Port 80 {and} trifft zu; an der Bridge: holds", "2 Listener: a und {b}"]
    assert words.told("holds") == "trifft zu" and words.told("Nobody said this.") == "Nobody said this."


@pytest.mark.parametrize(
    "found",
    [
        {},
        {"text": 7},
        {"text": "{port", "values": {"port": 1}},
        {"text": "{port} {other}", "values": {"port": 1}},
        {"text": "{port.__class__}", "values": {"port": 1}},
        {"text": "{port[0]}", "values": {"port": "x"}},
        {"text": "{0}", "values": {"0": 1}},
        {"text": "{port:99999999}", "values": {"port": 1}},
        {"text": "{port:{port}}", "values": {"port": 1}},
        {"text": "{port:.1f}", "values": {"port": "x"}},
        {"text": "{port:.1f}", "values": {"port": 10**400}},
        {"text": "{port}", "values": [1]},
        {"text": "{n}", "many": "{n}", "values": {"n": "x"}},
        {"text": "{n}", "many": ["{n}"], "values": {"n": 1}},
        {"text": "{n}" * 200, "values": {"n": 1}},
        [{"text": "holds"}],
        None,
    ],
    ids=str,
)
def test_a_damaged_record_of_a_text_is_nothing(found: Any, german: Callable[[], None]) -> None:
    assert words.told(found) == ""
    german()
    assert words.told(found) == ""


def test_a_text_from_a_file_is_bounded_and_cannot_steer() -> None:
    deep: Any = "x" * 5000
    for _ in range(30):
        deep = {"text": "{a}{a}", "values": {"a": deep}}
    assert len(words.told(deep)) <= 2 * 1000
    assert words.told({"text": "{a}", "values": {"a": "\x1b[2J\nError"}}) == " [2J Error"


def test_values_are_data() -> None:
    assert words.tr("{name} runs", name="{0.__class__}") == "{0.__class__} runs"
    assert words.tr("{literal} braces") == "{literal} braces"
    assert [words.tr_n(n, "{n} port", "{n} ports") for n in (0, 1, 2)] == ["0 ports", "1 port", "2 ports"]


def test_a_lesson_is_said_anew_by_paragraph_and_keeps_its_code() -> None:
    notebook = {
        "cells": [
            {"cell_type": "markdown", "id": "a", "source": ["# Title\n", "\n", "One\n", "two\n", "\n", "```\n", "code\n", "```"]},
            {"cell_type": "code", "id": "b", "source": "# Your answer\nx = 1  # why\n", "outputs": []},
        ]
    }
    assert list(texts(notebook)) == ["# Title", "One\ntwo", "# Your answer"]
    said = said_anew(notebook, str.upper)
    assert "".join(said["cells"][0]["source"]) == "# TITLE\n\nONE\nTWO\n\n```\ncode\n```"
    assert "".join(said["cells"][1]["source"]) == "# YOUR ANSWER\nx = 1  # why\n"
    assert said["cells"][1]["id"] == "b"


@pytest.mark.parametrize(
    ("environment", "chosen"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANGUAGE": "xx:de", "LANG": "en_US.UTF-8"}, "de"),
        ({"HOSTNET_LAB_LANGUAGE": "en", "LANG": "de_DE.UTF-8"}, "en"),
        ({"HOSTNET_LAB_LANGUAGE": "de"}, "de"),
        ({"HOSTNET_LAB_LANGUAGE": "../../etc"}, "en"),
    ],
)
def test_the_language_is_the_readers(environment: dict[str, str], chosen: str) -> None:
    assert setting.chosen(words.NAMES, words.ENGLISH, environment) == chosen


@pytest.mark.parametrize(
    ("written", "chosen"),
    [
        ('{"locale": "de_DE"}', "de"),
        ('{\n    // Translation\n    "locale": "de_DE",\n}', "de"),
        ('{"locale": "default"}', "en"),
        ('{"locale": "xx_XX"}', "en"),
        ('{"locale": 7}', "en"),
        ("[]", "en"),
        ("{", "en"),
        ("", "en"),
    ],
)
def test_what_was_chosen_in_jupyterlab_counts(tmp_path: Path, written: str, chosen: str) -> None:
    path = tmp_path / setting.FILE
    path.parent.mkdir(parents=True)
    path.write_text(written, "utf-8")
    system = {"LANG": "en_US.UTF-8", setting.FOLDER: str(tmp_path)}
    assert setting.chosen(words.NAMES, words.ENGLISH, system) == chosen


def test_what_is_chosen_is_written_as_jupyterlab_would_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / setting.FILE
    path.parent.mkdir(parents=True)
    path.write_text('{\n    // mine\n    "locale": "default", "stringsPrefix": "!",\n}', "utf-8")
    setting.choose(tmp_path, "de")
    assert json.loads(path.read_text("utf-8")) == {"locale": "de_DE", "stringsPrefix": "!"}
    assert setting.chosen(words.NAMES, words.ENGLISH, {setting.FOLDER: str(tmp_path)}) == "de"
    setting.choose(tmp_path, "system")
    assert setting.chosen(words.NAMES, words.ENGLISH, {setting.FOLDER: str(tmp_path), "LANG": "de_AT.UTF-8"}) == "de"


def test_every_language_has_jupyterlabs_own_name_for_it() -> None:
    assert {*words.NAMES, "system"} == set(setting.LOCALES)


def a_language(folder: Path, **parts: Mapping[str, str]) -> Path:
    """Made anew in a folder, in place of the lab's own: its parts hold these texts."""
    place = folder / "de"
    place.mkdir()
    head = update.HEADER.format(language="de", plural="nplurals=2; plural=(n != 1);")
    for part, said in parts.items():
        lines = [f'msgid "{text}"\nmsgstr "{translation}"\n' for text, translation in said.items()]
        (place / f"{part}.po").write_text(head + "\n".join(lines), "utf-8")
    return place


def test_an_updated_language_keeps_its_translations_wherever_a_text_has_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {"stays": "bleibt", "gone": "weg", "moves": "zieht um", "both": "hier"}
    place = a_language(tmp_path, one=before, other={"both": "dort", "empty": ""})
    wanted = {"one": ("stays", "both", "new"), "other": ("moves", "both", "empty")}
    made = {part: Catalog() for part in wanted}
    for part, ids in wanted.items():
        for one in ids:
            made[part].add(one)
    monkeypatch.setattr(update, "HERE", tmp_path)
    monkeypatch.setattr(update, "ROOT", tmp_path)
    monkeypatch.setattr(update, "PARTS", dict.fromkeys(wanted, ()))
    monkeypatch.setattr(update, "templates", lambda: made)
    assert update.update("de") == 2
    kept = {part: {one.id: one.string for one in read_po(io.BytesIO((place / f"{part}.po").read_bytes())) if one.id} for part in wanted}
    assert kept == {"one": {"stays": "bleibt", "both": "hier", "new": ""}, "other": {"moves": "zieht um", "both": "dort", "empty": ""}}


def test_a_language_is_read_from_its_compiled_file_as_long_as_no_source_is_newer(tmp_path: Path) -> None:
    place = a_language(tmp_path, one={"stays": "bleibt"}, other={"goes": "geht"})
    said = compiled.translations(place)
    assert (said.gettext("stays"), said.gettext("goes")) == ("bleibt", "geht")
    compiled.main(tmp_path)
    there = place / compiled.NAME
    whole = there.read_bytes()
    there.write_bytes(whole.replace(b"bleibt", b"BLEIBT"))
    assert compiled.translations(place).gettext("stays") == "BLEIBT"
    os.utime(place / "other.po", ns=(there.stat().st_mtime_ns + 1,) * 2)
    assert compiled.translations(place).gettext("stays") == "bleibt"


@pytest.mark.parametrize("damage", [lambda data: b"", lambda data: data[:7], lambda data: data[: len(data) // 2], lambda data: b"x" * 99])
def test_a_compiled_file_that_is_damaged_is_as_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    place = a_language(tmp_path, one={"stays": "bleibt", "goes": "geht"})
    compiled.main(tmp_path)
    there = place / compiled.NAME
    there.write_bytes(damage(there.read_bytes()))
    assert compiled.translations(place).gettext("stays") == "bleibt"
