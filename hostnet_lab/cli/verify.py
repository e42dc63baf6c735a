"""``./lab verify``: which claims, how far it is, the table, and the files."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..core.guide import ledger as entries
from ..core.guide.ledger import Ledger
from ..core.guide.lesson_copies import GUIDE
from ..core.guide.verdicts import SPOKEN
from ..core.reasons import said
from ..core.reports import contribution, ledger_text
from ..edges import console
from ..kept import asked
from ..words import tr
from .checkout import ROOT

if TYPE_CHECKING:
    from ..ledger import Progress

BAR = 20


def write_reports(ledger: Ledger, options: Namespace, complain: Callable[[str], None]) -> bool:
    """True when every file that was asked for is written; one that cannot be is named, and the others are still tried."""
    done = True
    for path, text_of in (
        (options.json, ledger_text.as_json),
        (options.junit, ledger_text.as_junit),
        (options.contribute, contribution.as_json),
        (options.html, page),
    ):
        if path is None:
            continue
        try:
            asked.write(path, text_of(ledger).encode("utf-8", "replace"))
        except OSError as error:
            done = False
            why = said(error)
            complain(tr("the report {path} could not be written: {why}; the verdicts stand above", path=path, why=why))
    return done


def page(ledger: Ledger) -> str:
    """Our guide with its sentences judged, and what else is often believed."""
    from ..core.guides.page import page as told
    from ..core.reports.ledger_sections import document
    from ..guides.checking import as_told
    from ..pages import render

    why = tr("that is what {command} is for", command=f"./lab guide check {GUIDE}")
    guide = told(as_told(ROOT / GUIDE, GUIDE, ledger, why), top=2)
    return render("ledger.html", page=guide, document=document(ledger, guide.places))


class Teller:
    """How far it is, on stderr: one line drawn again and again on a terminal, else a line for each verdict."""

    def __init__(self) -> None:
        self.live = sys.stderr.isatty()

    def __call__(self, progress: Progress) -> None:
        if self.live:
            done = BAR * progress.done // max(progress.total, 1)
            line = f"[{'#' * done}{'.' * (BAR - done)}] {progress.done}/{progress.total} {' '.join(progress.running)}"
            self._draw(line)
            return
        for number, entry in enumerate(progress.entered, progress.done - len(progress.entered) + 1):
            place = f"{number}/{progress.total}"
            console.say(f"{place} {entry.claim.id}: {SPOKEN[entry.judgement.verdict]}")

    def end(self) -> None:
        if self.live:
            self._draw("")

    def _draw(self, line: str) -> None:
        console.redraw(line, sys.stderr)


def show(ledger: Ledger) -> int:
    """Print the table; returns the ledger's exit code."""
    console.answer(ledger_text.table(ledger))
    return entries.exit_code(ledger)
