"""The exercises in each language: the recorded scenes are judged alike, and all that is said is said in it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab import words
from hostnet_lab.core.guide.checks import EXERCISES, Scene
from hostnet_lab.core.guide.checks.model import LONGEST
from hostnet_lab.edges.pace import limit_s

from .scene_records import table
from .test_checks import PASTEABLE
from .test_words import kept_in_a_file

LANGUAGES = [one for one in words.NAMES if one != words.ENGLISH]
CHECKOUT = Path(__file__).parents[1]
SAME = frozenset[str]()  # texts that hold no words, and so are the same in every language
every_exercise = pytest.mark.parametrize("exercise", EXERCISES)
every_language = pytest.mark.parametrize("language", LANGUAGES)
Said = dict[str, list[tuple[str, str, str]]]


def said() -> Said:
    """By exercise, all that it says in the language of this process: where, the state if it is of a check, and the text."""
    found: Said = {}
    for exercise in EXERCISES.values():
        texts = [("task", "", exercise.task)] + [(f"hint {number}", "", hint) for number, hint in enumerate(exercise.hints)]
        scenes = [(case.title, scene) for case, scene in table(exercise.id)] + [("nothing is there", Scene())]
        for title, scene in scenes:
            result = exercise.judged(scene)
            texts += [(f"{title}, seen", result.state, result.seen), (f"{title}, hint", result.state, result.hint)]
        found[exercise.id] = texts
    return found


@cache
def said_in(language: str) -> Said:
    found: Said = run_in(language, f"import json, hostnet_lab.words; from {__name__} import said; print(json.dumps(said()))")
    return found


def run_in(language: str, script: str) -> Any:
    """In a process of its own: the words are imported first, since the package of tests asks for English."""
    environment = {**os.environ, "HOSTNET_LAB_LANGUAGE": language, "PYTHONPATH": str(CHECKOUT)}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=True, timeout=limit_s(60)
    )
    return json.loads(done.stdout)


def kept() -> dict[str, list[Any]]:
    """By exercise, what a file keeps of all that it says."""
    return {id: [kept_in_a_file(text) for *_, text in texts] for id, texts in said().items()}


@every_language
def test_what_a_check_said_in_one_language_is_told_in_another(language: str) -> None:
    elsewhere = run_in(language, f"import json, hostnet_lab.words; from {__name__} import kept; print(json.dumps(kept()))")
    assert {id: list(map(words.told, records)) for id, records in elsewhere.items()} == {
        id: [text for *_, text in texts] for id, texts in said().items()
    }


@every_language
@every_exercise
def test_a_recorded_scene_is_judged_the_same_in_every_language(exercise: str, language: str) -> None:
    assert [(where, state) for where, state, _ in said_in(language)[exercise]] == [(where, state) for where, state, _ in said()[exercise]]


@every_language
@every_exercise
def test_all_that_an_exercise_says_is_said_in_the_language(exercise: str, language: str) -> None:
    for (where, _, english), (_, _, text) in zip(said()[exercise], said_in(language)[exercise], strict=True):
        assert bool(text) is bool(english), where
        assert not text or text != english or text in SAME, where


@every_language
@every_exercise
def test_no_translated_sentence_is_cut_and_no_hint_can_be_pasted(exercise: str, language: str) -> None:
    for where, _, text in said_in(language)[exercise]:
        assert len(text) < LONGEST, where
        assert "hint" not in where or not PASTEABLE.search(text), f"{where}: {text}"
