"""Predictions and misconceptions in every other language: complete, told apart, and recorded by ids."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab import words
from hostnet_lab.core.guide.misconceptions import MISCONCEPTIONS, Misconception
from hostnet_lab.core.guide.predictions import PREDICTIONS, Prediction
from hostnet_lab.edges.pace import limit_s

LANGUAGES = [one for one in words.NAMES if one != words.ENGLISH]
SAME = {"localhost", "Exited", "0B / 0B"}  # what programs print

SAID = """
import json
from hostnet_lab.core.guide.misconceptions import MISCONCEPTIONS
from hostnet_lab.core.guide.predictions import PREDICTIONS

def said(one):
    choices = [{"id": choice.id, "text": choice.text, "right": choice.right, "wrong": choice.wrong} for choice in one.choices]
    return {"prompt": one.prompt, "why": one.why, "choices": choices}

believed = {id: [one.belief, one.explanation] for id, one in MISCONCEPTIONS.items()}
print(json.dumps({"predictions": {id: said(one) for id, one in PREDICTIONS.items()}, "misconceptions": believed}))
"""

RECORDED = """
import json, sys
from pathlib import Path
from types import SimpleNamespace
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.widgets import Predict

class FakeLab(SimpleNamespace):
    __hash__ = object.__hash__

lab = FakeLab(lesson="04", progress=ProgressFile(Path(sys.argv[1])))
asked = Predict(lab, "mapped-and-moved")
(card,) = asked.cards.values()
card.buttons[0].click()
view = asked.compare("its own").value
print(json.dumps({"button": card.buttons[0].description, "view": view, "more": [event.more for event in lab.progress.read().events]}))
"""


def run(language: str, program: str, *arguments: str) -> Any:
    """What a program prints for a reader of that language."""
    environment = {**os.environ, "HOSTNET_LAB_LANGUAGE": language}
    done = subprocess.run([sys.executable, "-c", program, *arguments], env=environment, capture_output=True, text=True, timeout=limit_s(60))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@cache
def said(language: str) -> Any:
    return run(language, SAID)


def sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+(?=[^\Wa-z_]|[-`„])", text.strip())


in_every_language = pytest.mark.parametrize("language", LANGUAGES)
every_misconception = pytest.mark.parametrize("one", MISCONCEPTIONS.values(), ids=lambda one: one.id)
every_prediction = pytest.mark.parametrize("one", PREDICTIONS.values(), ids=lambda one: one.id)


@in_every_language
@every_prediction
def test_a_prediction_is_asked_in_the_readers_language(language: str, one: Prediction) -> None:
    found = said(language)["predictions"][one.id]
    assert found["prompt"] != one.prompt and found["prompt"].endswith("?")
    assert found["why"] != one.why and found["why"].endswith(".")
    assert len(sentences(found["why"])) == 2, sentences(found["why"])
    for choice, english in zip(found["choices"], one.choices, strict=True):
        assert (choice["text"] == english.text) is (english.text in SAME), choice["text"]
        assert (choice["right"] == english.right) is (not english.right), choice["right"]
        assert choice["wrong"] != english.wrong


@in_every_language
@every_prediction
def test_choices_differ_and_keep_their_ids(language: str, one: Prediction) -> None:
    choices = said(language)["predictions"][one.id]["choices"]
    assert len({choice["text"] for choice in choices}) == len(choices)
    assert [choice["id"] for choice in choices] == [choice.id for choice in one.choices]


@in_every_language
@every_misconception
def test_a_misconception_is_told_and_explained_in_the_readers_language(language: str, one: Misconception) -> None:
    belief, explanation = said(language)["misconceptions"][one.id]
    assert belief != one.belief and belief.endswith(".")
    assert explanation != one.explanation and len(sentences(explanation)) == 2, sentences(explanation)


@in_every_language
def test_what_is_chosen_in_another_language_is_recorded_by_its_id(language: str, tmp_path: Path) -> None:
    found = run(language, RECORDED, str(tmp_path / "progress.jsonl"))
    choice = said(language)["predictions"]["mapped-and-moved"]["choices"][0]["text"]
    assert choice in found["button"] and choice in found["view"]
    assert found["more"] == [{"choice": "8094"}, {"choice": "8094", "fact": "its own", "right": False}]
