"""What a teacher and a learner read of the setting-up, in a language that is not English: the board's page, and the help."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.edges.pace import limit_s

BOARD = """
import html
from hostnet_lab.classroom import board_page, rows as board
from tests.test_board import NOW, event
from hostnet_lab.core.progress.events import Progress
seen = {"text": "there is no container called {name}.", "values": {"name": "webserver"}}
tries = [event("checked", "02", "02-own-words", minutes, state="not yet", seen=seen) for minutes in (12, 7, 1)]
wrong = event("compared", "02", "p-flag", 5, choice="not running", fact="ended by itself", right=False)
people = {name: ("running", Progress((*tries, wrong))) for name in ("ada", "bob")}
found = board.board({**people, "eve": ("stopped", Progress())}, NOW)
pages = [
    board_page.page(found, prefix="/b/", nonce="n", address="http://192.0.2.10/", qr="<svg></svg>"),
    board_page.page(board.nameless(found), prefix="/b/", nonce="n", address="http://192.0.2.10/", hidden=True),
    board_page.page(board.Board(), prefix="/b/", nonce="n", address="http://192.0.2.10/"),
    board_page.learner_page(found.rows[0], 11, prefix="/b/", nonce="n", token="t"),
    board_page.message("", "", prefix="/b/", nonce="n"),
]
print(html.unescape("".join(pages)))
"""
HELP = "from hostnet_lab.cli import main; main(['--help'])"
CLASSROOM = "from hostnet_lab.cli import main; main(['classroom', '--help'])"
GERMAN = {
    "board": (
        '<html lang="de">',
        "Tafel der Klasse",
        "3 Lernende, 2 Lab-Hosts laufen, 0 von ",
        "Kommen nicht weiter: 2.",
        "seit 12 min, 3 Versuche",
        "Was die Klasse zuerst falsch glaubte",
        "</b> wählten „läuft nicht“ bei <code>p-flag</code>; tatsächlich: von selbst beendet",
        "Die letzte Prüfung von <b>02-own-words</b> fand: Es gibt keinen Container namens webserver.",
        "Person 1",
        "Jetzt zurücksetzen",
    ),
    "help": ("Befehle, jeder mit eigenem --help:", "nur die Adresse ausgeben"),
    "classroom": ("Wörter:", "wer kommen darf:", "Namensliste"),
}
ENGLISH = (
    "Class board",
    " learners",
    "hosts running",
    "Nobody",
    "out of reach",
    "checks passed",
    "What the class believed",
    "What is recorded",
    "Show names",
    "Back to the board",
    "commands, each with",
    "only print the address",
    "stop what the lab started",
    "who may come",
)
SOURCES = {"board": BOARD, "help": HELP, "classroom": CLASSROOM}


def run(code: str, language: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the language is settled at the first import."""
    environment = {**os.environ, "HOSTNET_LAB_LANGUAGE": language, "PYTHONUTF8": "1", "COLUMNS": "200"}
    command, checkout = [sys.executable, "-c", code], Path(__file__).parents[1]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=checkout, env=environment, timeout=limit_s(30))


def said(code: str, language: str) -> str:
    done = run(code, language)
    assert done.stderr == "", done.stderr
    return done.stdout


@pytest.mark.parametrize("what", SOURCES)
def test_a_reader_of_german_meets_no_english(what: str) -> None:
    text = said(SOURCES[what], "de")
    assert [one for one in GERMAN[what] if one not in text] == []
    assert [one for one in ENGLISH if one in text] == []


def test_the_english_looked_for_is_what_stands_there_otherwise() -> None:
    text = "".join(said(code, "en") for code in SOURCES.values())
    assert [one for one in ENGLISH if one not in text] == []
    assert [one for every in GERMAN.values() for one in every if one in text] == []
