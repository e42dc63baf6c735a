"""The reader's own ledger: claims, verdicts and evidence, filling up from lesson to lesson and while experiments run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

import ipywidgets

from .. import ledger
from ..core.guide.claims import CLAIMS, Claim
from ..core.guide.ledger import Entry, Ledger, as_expected, named
from ..core.guide.lessons import LESSONS
from ..core.guide.verdicts import SPOKEN, Verdict, sentence
from ..core.progress.events import Event
from ..core.progress.state import states
from ..core.progress.summary import still_open
from ..edges.console import answer
from ..lab import Lab
from ..words import told, tr, tr_n
from .markup import BUTTON, TEXT, Cell, status, table

MARKS: Mapping[Verdict, str] = {  # beside the word, never instead of it
    "holds": "✔",
    "holds with a nuance": "◐",
    "does not hold here": "✘",
    "not testable here": "-",
}
COLUMNS = {tr("It is said"): 32, tr("Verdict"): 20, tr("Evidence"): 48}  # widths in percent
LONGEST = 600  # characters of evidence; what a file of progress holds may be anything


class LedgerView(ipywidgets.VBox):  # type: ignore[misc]
    """Shows the claims of the lesson, and folded those of the others that this learner has judged. Runs nothing by itself.

    Its repr does not say how many: that is the learner's own, and no output of a lesson.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._asked: list[Claim] = [claim for claim in CLAIMS.values() if claim.lesson == lab.lesson]
        self._entries: dict[str, Entry] = {}
        self._table = ipywidgets.HTML(layout={"width": "auto"})
        self._others = ipywidgets.HTML(layout={"width": "auto"})
        self._status = ipywidgets.HTML(layout={"width": "auto"})
        tip = tr("Read once more: another notebook may have judged")
        self._again = ipywidgets.Button(description=tr("Look again"), tooltip=tip, layout=BUTTON)
        self._again.on_click(lambda _: self.look())
        super().__init__([self._table, self._others, self._status, self._again], layout={"min_width": "0", "width": "auto"})
        self._end = lab.progress.watch(self._note)
        self.look()

    def __repr__(self) -> str:
        return f"LedgerView({self._lab.lesson!r})"

    def close(self) -> None:
        """Watch no more; the last drawing stays."""
        if hasattr(self, "_end"):
            self._end()

    def _note(self, event: Event) -> None:
        """What this kernel has judged just now, by whatever cell."""
        if event.kind == "compared" and event.id in self._open:
            self._open.remove(event.id)
            self._say(self._filled())
        if event.kind == "judged" and event.id in CLAIMS:
            self._events[event.id] = event
            self._draw(())
            self._say(self._filled())

    def look(self) -> None:
        """Read from the learner's progress what is judged by now, and which predictions of the lesson nobody has answered."""
        progress = self._lab.progress.read()
        self._events = {id: event for id, event in progress.last("judged").items() if id in CLAIMS}
        self._open = still_open(states(progress)[self._lab.lesson]) if self._lab.lesson in LESSONS else []
        self._draw(())
        self._say(self._filled())

    def prove(self, *ids: str) -> None:
        """Run the experiments of these claims, as ``./lab verify`` does, and wait for the verdicts.

        Prints how many were judged, and which came out otherwise than usual on such a machine. Raises BadRequest for an
        unknown claim.
        """
        self._asked += [claim for claim in named(ids) if claim not in self._asked]
        self._draw(ids)
        found = ledger.judge(self._lab, ids, self._enter)
        self.look()
        if found.broken:
            self._say(found.broken)
        print_findings(found)

    def _enter(self, progress: ledger.Progress) -> None:
        self._entries |= {entry.claim.id: entry for entry in progress.entered}
        self._draw(progress.running)
        said = tr("Running the experiments: {done} of {total} claims judged.", done=progress.done, total=progress.total)
        self._say(said)

    def _filled(self) -> str:
        judged = {*self._events, *self._entries}
        own = [claim.id for claim in CLAIMS.values() if claim.lesson == self._lab.lesson]
        said = tr("You have judged {count} of {total} claims.", count=len(judged), total=len(CLAIMS))
        if not own:
            return said
        here = tr("Judged of this lesson: {count} of {total}.", count=sum(id in judged for id in own), total=len(own))
        left = tr("Predictions of this lesson that are still open: {count}.", count=len(self._open)) if self._open else ""
        return f"{said} {here} {left}".rstrip()

    def _draw(self, running: Sequence[str]) -> None:
        rows = [self._row(claim, claim.id in running) for claim in self._asked]
        self._table.value = table(tr("Claims and verdicts"), COLUMNS, rows) if rows else ""
        others = [CLAIMS[id] for id in CLAIMS if id in self._events and CLAIMS[id] not in self._asked]
        summary = tr("Judged in other lessons: {count}", count=len(others))
        self._others.value = folded_table(summary, (self._row(claim, False) for claim in others))

    def _row(self, claim: Claim, running: bool) -> tuple[Cell, ...]:
        entry, event = self._entries.get(claim.id), self._events.get(claim.id)
        if running and entry is None:
            return claim.statement, tr("running ..."), ""
        if entry is not None:
            verdict = entry.judgement.verdict
            expected = "" if as_expected(entry) else tr(" (expected: {verdict})", verdict=SPOKEN[entry.expected])
            return claim.statement, f"{MARKS[verdict]} {SPOKEN[verdict]}{expected}", (entry.judgement.evidence, entry.judgement.figures)
        return (claim.statement, *_recorded(event)) if event else (claim.statement, tr("not judged yet"), "")

    def _say(self, said: str) -> None:
        self._status.value = status(said)


def _recorded(event: Event) -> tuple[Cell, Cell]:
    """Verdict and evidence as the file has them, whatever it holds."""
    verdict = str(event.more.get("verdict", ""))[:LONGEST]
    said = next((f"{mark} {SPOKEN[known]}" for known, mark in MARKS.items() if known == verdict), f"? {verdict}")
    return said, (sentence(told(event.more.get("evidence")))[:LONGEST], told(event.more.get("figures"))[:LONGEST])


def folded_table(summary: str, rows: Iterable[tuple[Cell, ...]]) -> str:
    """A table that opens on demand; nothing where there are no rows."""
    rows = list(rows)
    if not rows:
        return ""
    head = f'<summary style="cursor:pointer">{escape(summary)}</summary>'
    return f'<details style="{TEXT}">{head}{table(summary, COLUMNS, rows)}</details>'


def print_findings(found: Ledger) -> None:
    """How many claims were judged; those that came out otherwise than usual on such a machine, with their evidence."""
    differing = [entry for entry in found.entries if not as_expected(entry)]
    for entry in differing:
        verdict = SPOKEN[entry.judgement.verdict]
        said = tr("expected {expected!r}, found {verdict!r}", expected=SPOKEN[entry.expected], verdict=verdict)
        answer(f"{entry.claim.id}: {said}: {entry.judgement.whole}")
    count, others = len(found.entries), len(differing)
    if differing:
        said = tr_n(count, "{n} claim was judged here", "{n} claims were judged here")
        answer(tr("{judged}; {count} came out otherwise than usual on such a machine.", judged=said, count=others))
    else:
        answer(
            tr_n(
                count,
                "{n} claim was judged here; the verdict is the usual one.",
                "{n} claims were judged here; the verdicts are the usual ones.",
            )
        )
