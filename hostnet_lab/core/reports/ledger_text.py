"""A ledger as text, as JSON and as JUnit XML. Text from engines and containers is data: it never leaves as markup or control."""

from __future__ import annotations

import json
import textwrap
from typing import Any
from xml.etree import ElementTree

from ...words import kept, printable, tr, tr_n
from .. import text
from ..guide.claims import CLAIMS
from ..guide.ledger import Entry, Ledger, as_expected, counts, differing
from ..guide.verdicts import SPOKEN, Verdict
from ..host.whereabouts import PLACES

SCHEMA = "hostnet-lab/ledger/1"
WIDTH = 100


def table(ledger: Ledger, width: int = WIDTH) -> str:
    """Verdict, seconds, the claim with its id, evidence; what differs is marked, with what was expected. Then the summary."""
    rows = [("  " + tr("verdict"), "s", tr("claim, and evidence"))]
    for entry in ledger.entries:
        mark, seen = " " if as_expected(entry) else "!", SPOKEN[entry.judgement.verdict]
        said = printable(f"{entry.judgement.whole} {again(entry)}")
        rows += [(f"{mark} {seen}", f"{entry.seconds:.1f}", f"{entry.claim.statement} [{entry.claim.id}]"), ("", "", said)]
        if not as_expected(entry):
            rows.append(("", "", tr("differs: expected {expected!r}, seen {seen!r}", expected=SPOKEN[entry.expected], seen=seen)))
    sums = textwrap.wrap(summary(ledger), width, break_on_hyphens=False)
    return "\n".join([text.table(rows, width, right=[1]), "", *sums])


def again(entry: Entry) -> str:
    """That a claim was tested once more, if it was."""
    if entry.tries == 1:
        return ""
    return tr("(Try {tries}, alone: before, {lost:.0f} s did not suffice.)", tries=entry.tries, lost=entry.lost_s)


def summary(ledger: Ledger) -> str:
    """How many of which verdict, how long it took, on what; which differ; why it ended early."""
    found = counts(ledger)
    tally = ", ".join(_counted(verdict, number) for verdict, number in found.items() if number)
    values = {"seconds": ledger.seconds, "engine": engine(ledger), "tally": tally}
    said = [
        tr_n(
            len(ledger.entries),
            "{n} claim in {seconds:.1f} s on {engine}: {tally}.",
            "{n} claims in {seconds:.1f} s on {engine}: {tally}.",
            **values,
        )
    ]
    wrong = differing(ledger)
    if ledger.broken:
        said.append(tr("It could not be run to its end: {why}.", why=printable(ledger.broken)))
    if wrong:
        said.append(tr("Not as expected for this kind of host: {ids}.", ids=", ".join(entry.claim.id for entry in wrong)))
    elif not ledger.broken:
        said.append(tr("All as expected for this kind of host."))
    return " ".join(said)


def engine(ledger: Ledger) -> str:
    """The engine and its kernel, in words."""
    machine = ledger.machine
    rootless = " (rootless)" if machine.rootless else ""
    rights = tr("as root") if machine.root else tr("not as root")
    return printable(f"{machine.engine} {machine.version}{rootless}, Linux {machine.kernel}, {rights}")


def listing(width: int = WIDTH) -> str:
    """Every claim by its id, for choosing."""
    rows = []
    for claim in CLAIMS.values():
        needs = " " + tr("Needs: {needs}.", needs=", ".join(claim.needs)) if claim.needs else ""
        rows.append((claim.id, claim.lesson, claim.statement + needs))
    return text.table(rows, width)


def as_json(ledger: Ledger) -> str:
    """The whole ledger, observations included: they can be judged again."""
    return json.dumps(document(ledger), indent=2, ensure_ascii=True) + "\n"


def document(ledger: Ledger) -> dict[str, Any]:
    """The schema is named in ``schema``; its number changes when a reader of the old one would fail."""
    machine = ledger.machine
    return {
        "schema": SCHEMA,
        "machine": {**vars(machine), "place_in_words": PLACES[machine.place]},
        "seconds": round(ledger.seconds, 3),
        "broken": ledger.broken,
        "verdicts": dict(counts(ledger)),
        "claims": [_claim(entry) for entry in ledger.entries],
    }


def _claim(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.claim.id,
        "statement": entry.claim.statement,
        "lesson": entry.claim.lesson,
        "verdict": entry.judgement.verdict,
        "expected": entry.expected,
        "as_expected": as_expected(entry),
        "evidence": entry.judgement.evidence,
        "evidence_kept": kept(entry.judgement.evidence),
        "figures": entry.judgement.figures,
        "figures_kept": kept(entry.judgement.figures),
        "seconds": round(entry.seconds, 3),
        "tries": entry.tries,
        "lost_seconds": round(entry.lost_s, 3),
        "sources": list(entry.claim.sources),
        "observation": dict(entry.observation),
    }


def as_junit(ledger: Ledger) -> str:
    """As expected: passed; as expected, and not testable: skipped; differing: failed, also when it is for not being testable."""
    suite = ElementTree.Element("testsuite", name="hostnet-lab verify", timestamp=ledger.machine.date)
    failures = skipped = 0
    for entry in ledger.entries:
        case = ElementTree.SubElement(suite, "testcase", classname=f"lesson-{entry.claim.lesson}", name=entry.claim.id)
        case.set("time", f"{entry.lost_s + entry.seconds:.3f}")
        said = printable(f"{SPOKEN[entry.judgement.verdict]}: {entry.judgement.whole} {again(entry)}")
        if not as_expected(entry):
            failures += 1
            message = tr("expected: {expected}; seen: {seen}", expected=SPOKEN[entry.expected], seen=said)
            ElementTree.SubElement(case, "failure", message=message)
        elif entry.judgement.verdict == "not testable here":
            skipped += 1
            ElementTree.SubElement(case, "skipped", message=printable(entry.judgement.evidence))
        else:
            ElementTree.SubElement(case, "system-out").text = said
    if ledger.broken:
        ElementTree.SubElement(suite, "system-err").text = printable(ledger.broken)
    for key, value in (("tests", len(ledger.entries)), ("failures", failures), ("errors", 0), ("skipped", skipped)):
        suite.set(key, str(value))
    suite.set("time", f"{ledger.seconds:.3f}")
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _counted(verdict: Verdict, number: int) -> str:
    match verdict:
        case "holds":
            return tr_n(number, "{n} holds", "{n} hold")
        case "holds with a nuance":
            return tr_n(number, "{n} holds with a nuance", "{n} hold with a nuance")
        case "does not hold here":
            return tr_n(number, "{n} does not hold here", "{n} do not hold here")
    return tr("{n} not testable here", n=number)
