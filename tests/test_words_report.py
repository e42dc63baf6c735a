"""A file of progress outlives a change of language: what was recorded in one is told in the other, each time by a lab of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from hostnet_lab.core.guide.checks import EXERCISES, Scene
from hostnet_lab.core.guide.ledger import JUDGES
from hostnet_lab.core.guide.predictions import PREDICTIONS
from hostnet_lab.core.guide.quiz import QUESTIONS
from hostnet_lab.core.guide.verdicts import judged
from hostnet_lab.core.progress.events import Event
from hostnet_lab.core.reports.kept_pictures import parse
from hostnet_lab.core.reports.my_report_reading import report_of
from hostnet_lab.core.reports.pictures import drawn
from hostnet_lab.edges.progress import ProgressFile

from .recordings import FOLDER, read
from .reports import MADE, as_html, as_markdown, event, told

ASKED = "published-8080"
PUBLISHING = FOLDER / "options" / "publishing.json"
JUDGED = judged(JUDGES["p-is-ignored"], read(PUBLISHING).observation)
EVIDENCE, FIGURES = JUDGED.evidence, JUDGED.figures
TELL = """
import sys
from pathlib import Path
from hostnet_lab.core.reports.my_report_reading import report_of
from hostnet_lab.edges.progress import ProgressFile
from tests.reports import as_html, as_markdown

report = report_of(ProgressFile(Path(sys.argv[1])).read(), sys.argv[2])
print(as_markdown(report), as_html(report))
"""
LEARN = """
import json, sys
from pathlib import Path
from hostnet_lab.core.drawings.host_map import Box, HostMap
from hostnet_lab.core.guide.checks import EXERCISES, Scene
from hostnet_lab.core.guide.ledger import JUDGES
from hostnet_lab.core.guide.verdicts import judged
from hostnet_lab.core.reports.kept_pictures import kept
from hostnet_lab.core.reports.pictures import TITLES
from hostnet_lab.core.guide.predictions import PREDICTIONS
from hostnet_lab.core.guide.quiz import QUESTIONS
from hostnet_lab.edges.progress import ProgressFile
from hostnet_lab.widgets import Predict, Quiz

class Opened:
    lesson, progress = "07", ProgressFile(Path(sys.argv[1]))

quiz = Quiz(Opened())
for asked, card in zip(QUESTIONS, quiz.cards):
    for index in range(len(asked.choices)):
        card.children[1].value = index
        card.children[2].click()
for id, asked in PREDICTIONS.items():
    for index in range(len(asked.choices)):
        Predict(Opened(), id).cards[id].buttons[index].click()
seen = json.loads(Path(sys.argv[2]).read_text())["observation"]
Opened.progress.record("judged", "02", "p-is-ignored", verdict="holds", evidence=judged(JUDGES["p-is-ignored"], seen).evidence)
Opened.progress.record("checked", "01", "01-front-door", state="not yet", seen=EXERCISES["01-front-door"].judged(Scene()).seen)
shared = Box("web", "nginx", "shared", "running", home="front")
print(kept("host-map-07", "07", "", HostMap("net:[1]", (), 0, (), (shared,), (), ())).line())
print(QUESTIONS[0].choices[0].text, TITLES["clean-up-restores-host-mode"])
"""


def in_german(program: str, *arguments: object) -> str:
    environment = {**os.environ, "HOSTNET_LAB_LANGUAGE": "de", "PYTHONIOENCODING": "utf-8"}
    words = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(words, env=environment, capture_output=True, encoding="utf-8", check=True).stdout


def written(path: Path, *events: Event) -> Path:
    path.write_text("".join(one.line() + "\n" for one in events), "utf-8")
    return path


def test_what_was_recorded_in_english_is_reported_in_german(tmp_path: Path) -> None:
    choice = PREDICTIONS[ASKED].choices[0]
    path = written(
        tmp_path / "progress.jsonl",
        event("predicted", 1, "02", ASKED, choice=choice.id),
        event("judged", 2, "02", "p-is-ignored", verdict="holds", evidence=EVIDENCE, figures=FIGURES),
        event("judged", 2, "02", "answers-without-p", verdict="holds", evidence="Port 80 answered."),
        event("checked", 2, "01", "01-front-door", state="not yet", seen=EXERCISES["01-front-door"].judged(Scene()).seen),
        event("answered", 3, "07", "publish", choice="8080", right=False),
    )
    said = in_german(TELL, path, MADE)
    assert "Ihre letzte Antwort: Auf Port 8080" in said and "On port 8080" not in said
    assert "Ihre Vorhersage: " in said and choice.text not in said
    assert "**trifft zu**" in said and '<span class="verdict holds">trifft zu</span>' in said
    assert '<html lang="de">' in said and '<h2 id="predictions">Vorhersagen</h2>' in said
    assert "Der Server antwortet auf seinem eigenen Port 51491" in said and "Exit-Code 0, " in said and "exit code 0" not in said
    assert "Es gibt keinen Container namens front-door." in said and "there is no container" not in said
    assert "Port 80 answered." in said  # as an earlier lab has kept it: whole


def test_what_was_recorded_in_german_is_reported_in_english(tmp_path: Path) -> None:
    path = tmp_path / "progress.jsonl"
    line, said = in_german(LEARN, path, PUBLISHING).splitlines()[-2:]
    assert said.startswith("Auf Port 8080 Das Netzwerk des Hosts")
    events = ProgressFile(path).read().events
    answered = [(one.id, one.more["choice"]) for one in events if one.kind == "answered"]
    assert answered == [(asked.id, choice.id) for asked in QUESTIONS for choice in asked.choices]
    predicted = [(one.id, one.more["choice"]) for one in events if one.kind == "predicted"]
    assert predicted == [(id, choice.id) for id, asked in PREDICTIONS.items() for choice in asked.choices]
    report = report_of(ProgressFile(path).read(), MADE)
    assert [one.evidence for one in report.claims] == [EVIDENCE] and [one.seen for one in report.tasks] == [
        "there is no container called front-door."
    ]
    assert [one.chosen for one in report.answers] == [asked.choices[-1].text for asked in QUESTIONS]
    assert f"Your last answer: {QUESTIONS[0].choices[-1].text}" in as_markdown(report) and '<html lang="en">' in as_html(report)
    (picture,) = drawn(filter(None, [parse(line)]))
    assert picture.title == "The host's network in lesson 07"
    assert "container web (image nginx, shares the namespace of front)" in picture.text and "<svg" in picture.svg


def test_a_text_that_no_lab_said_stands_in_the_report_as_it_is() -> None:
    (answer,) = told(event("answered", 1, "07", "publish", choice="{n} ports", right=False)).answers
    assert answer.chosen == "{n} ports"
