"""The reader's own ledger: claims, verdicts and evidence, filling up while the experiments run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import ipywidgets

from .. import ledger
from ..core.claims import CLAIMS, Claim
from ..core.ledger import Entry, as_expected, named
from ..core.verdicts import Verdict
from ..lab import Lab
from .markup import status, table

MARKS: Mapping[Verdict, str] = {  # beside the word, never instead of it
    "holds": "✔",
    "holds with a nuance": "◐",
    "does not hold here": "✘",
    "not testable here": "-",
}
COLUMNS = {"It is said": 32, "Verdict": 20, "Evidence": 48}  # widths in percent


class LedgerView(ipywidgets.VBox):  # type: ignore[misc]
    """Shows a row for each claim that was asked about. Runs nothing until ``prove`` is called."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._asked: list[Claim] = []
        self._entries: dict[str, Entry] = {}
        self._table = ipywidgets.HTML(layout={"width": "auto"})
        self._status = ipywidgets.HTML(value=status("Nothing judged yet."), layout={"width": "auto"})
        super().__init__([self._table, self._status], layout={"min_width": "0", "width": "auto"})

    def __repr__(self) -> str:
        return f"LedgerView({len(self._asked)} claims)"

    def prove(self, *ids: str) -> None:
        """Run the experiments of these claims, as ``./lab verify`` does, and wait for the verdicts.

        Prints how many are as expected on this kind of host, and names those that are not. Raises BadRequest for an
        unknown claim.
        """
        self._asked += [claim for claim in named(ids) if claim not in self._asked]
        self._draw(ids)
        found = ledger.verify(self._lab.engine, self._lab.labels, ids, self._enter)
        self._say(found.broken or "All of these are judged.")
        differing = [entry for entry in found.entries if not as_expected(entry)]
        for entry in differing:
            print(f"{entry.claim.id}: expected {entry.expected!r}, found {entry.judgement.verdict!r}: {entry.judgement.evidence}")
        print(f"{len(found.entries)} judged, {len(found.entries) - len(differing)} as expected on this kind of host.")

    def _enter(self, progress: ledger.Progress) -> None:
        self._entries |= {entry.claim.id: entry for entry in progress.entered}
        self._draw(progress.running)
        self._say(f"Running the experiments: {progress.done} of {progress.total} claims judged.")

    def _draw(self, running: Sequence[str]) -> None:
        self._table.value = table("Claims and verdicts", COLUMNS, [self._row(claim, claim.id in running) for claim in self._asked])

    def _row(self, claim: Claim, running: bool) -> tuple[str, str, str]:
        entry = self._entries.get(claim.id)
        if entry is None:
            return claim.statement, "running ..." if running else "not judged yet", ""
        verdict = entry.judgement.verdict
        expected = "" if as_expected(entry) else f" (expected: {entry.expected})"
        return CLAIMS[claim.id].statement, f"{MARKS[verdict]} {verdict}{expected}", entry.judgement.evidence

    def _say(self, said: str) -> None:
        self._status.value = status(said)
