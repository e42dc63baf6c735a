"""A ledger in sections. What a guide on the same page states is told there, by its sentences; here stands what else is believed."""

from __future__ import annotations

from collections.abc import Mapping

from ...words import tr
from ..guide.claims import site
from ..guide.ledger import Entry, Ledger, as_expected, counts, differing, exit_code
from ..guide.verdicts import SPOKEN, Verdict
from ..host.whereabouts import PLACES
from .ledger_text import summary
from .pictures import drawn, of_entry
from .sections import (
    Block,
    Document,
    Facts,
    Figure,
    Items,
    Paragraph,
    Row,
    Section,
    Span,
    Table,
    cell,
    code,
    evidence,
    filled,
    spoken,
    text,
)

TITLE = tr("This guide, checked on this machine")
ORDER: tuple[Verdict, ...] = ("does not hold here", "holds with a nuance", "holds", "not testable here")
Places = Mapping[str, str]  # the id of the place on the page where a claim is told, for those that a guide states


def document(ledger: Ledger, places: Places) -> Document:
    """What is believed wrongly comes first."""
    sections = (
        Section("claims", tr("Often believed"), _claims(ledger, places)),
        Section("differing", tr("Not as expected"), _differing(ledger, places)),
        Section("pictures", tr("Pictures"), _pictures(ledger, places)),
        Section("verdicts", tr("The verdicts"), (_verdicts(ledger),)),
        Section("machine", tr("The machine"), (_facts(ledger),)),
    )
    made = filled(tr("Made by {command}."), command=code("./lab verify --html"))
    foot = (*made, Span(" " + tr("Each verdict is for this engine on this machine, on this day.")))
    return Document(TITLE, summary(ledger), tuple(one for one in sections if one.blocks), foot)


def _facts(ledger: Ledger) -> Block:
    machine = ledger.machine
    rights = "root" if machine.root else tr("not root: what needs a host of its own was not tested")
    return Facts(
        {
            tr("Engine"): f"{machine.engine} {machine.version}, API {machine.api}{', rootless' if machine.rootless else ''}",
            tr("Kernel"): f"Linux {machine.kernel}, {machine.architecture}",
            tr("Date"): machine.date.replace("T", " ").replace("+00:00", " UTC"),
            tr("Run as"): rights,
            tr("Place"): PLACES[machine.place],
        }
    )


def _verdicts(ledger: Ledger) -> Block:
    rows = tuple(Row((cell(spoken(verdict)), cell(str(number)))) for verdict, number in counts(ledger).items())
    return Table(tr("How often each was given"), (tr("Verdict"), tr("Claims")), rows, numbers=True)


def _differing(ledger: Ledger, places: Places) -> tuple[Block, ...]:
    if exit_code(ledger) == 0:
        return ()
    why = Paragraph(filled(tr("It could not be run to its end: {why}."), why=ledger.broken))
    items = Items(tuple(_differs(one, places) for one in differing(ledger)))
    return (*((why,) if ledger.broken else ()), *((items,) if items.items else ()))


def _differs(entry: Entry, places: Places) -> tuple[Span, ...]:
    verdicts = {"expected": spoken(entry.expected), "seen": spoken(entry.judgement.verdict)}
    return (*text(_link(entry, places), " "), *filled(tr("Expected: {expected}. Seen: {seen}."), **verdicts))


def _link(entry: Entry, places: Places) -> Span:
    return Span(entry.claim.statement, href=f"#{places.get(entry.claim.id, entry.claim.id)}")


def _claims(ledger: Ledger, places: Places) -> tuple[Block, ...]:
    caption = tr("What guides say of host networking, and what was seen here")
    columns = (tr("Claim"), tr("Verdict"), tr("Evidence"), tr("Seconds"))
    rest = sorted((one for one in ledger.entries if one.claim.id not in places), key=lambda one: ORDER.index(one.judgement.verdict))
    return (Table(caption, columns, tuple(map(_row, rest)), 1, numbers=True),) if rest else ()


def _row(entry: Entry) -> Row:
    claim, said = entry.claim, entry.judgement
    expected = () if as_expected(entry) else cell(Span(tr("Not as expected: {verdict}", verdict=SPOKEN[entry.expected]), "fails"))
    sources = [piece for url in claim.sources for piece in (Span(site(url), href=url), Span(", "))][:-1]
    place = filled(tr("{id}, lesson {lesson}. Source: {sources}"), id=code(claim.id), lesson=claim.lesson, sources=tuple(sources))
    cells = (
        cell(claim.statement),
        (*cell(spoken(said.verdict)), *expected),
        evidence(said.evidence, said.figures),
        cell(f"{entry.seconds:.1f}"),
    )
    return Row(cells, place, claim.id)


def _pictures(ledger: Ledger, places: Places) -> tuple[Block, ...]:
    return tuple(
        Figure(picture.name, picture.title, picture.svg, text(_link(entry, places)), picture.text)
        for entry in ledger.entries
        for picture in drawn(of_entry(entry, ledger.machine.date))
    )
