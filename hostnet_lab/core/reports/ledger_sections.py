"""A ledger in sections: "This guide, checked on this machine"."""

from __future__ import annotations

from ...words import tr
from ..guide.ledger import Entry, Ledger, as_expected, counts, differing, exit_code
from ..guide.verdicts import SPOKEN
from ..host.whereabouts import PLACES
from .ledger_text import summary
from .pictures import of_entry
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


def document(ledger: Ledger) -> Document:
    sections = (
        Section("machine", tr("The machine"), (_facts(ledger),)),
        Section("verdicts", tr("The verdicts"), (_verdicts(ledger),)),
        Section("differing", tr("Not as expected"), _differing(ledger)),
        Section("claims", tr("The claims"), (_claims(ledger),)),
        Section("pictures", tr("Pictures"), _pictures(ledger)),
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


def _differing(ledger: Ledger) -> tuple[Block, ...]:
    if exit_code(ledger) == 0:
        return ()
    why = Paragraph(filled(tr("It could not be run to its end: {why}."), why=ledger.broken))
    items = Items(tuple(map(_differs, differing(ledger))))
    return (*((why,) if ledger.broken else ()), *((items,) if items.items else ()))


def _differs(entry: Entry) -> tuple[Span, ...]:
    verdicts = {"expected": spoken(entry.expected), "seen": spoken(entry.judgement.verdict)}
    return (*text(_link(entry), " "), *filled(tr("Expected: {expected}. Seen: {seen}."), **verdicts))


def _link(entry: Entry) -> Span:
    return Span(entry.claim.statement, href=f"#{entry.claim.id}")


def _claims(ledger: Ledger) -> Block:
    caption = tr("What guides say of host networking, and what was seen here")
    columns = (tr("Claim"), tr("Verdict"), tr("Evidence"), tr("Seconds"))
    return Table(caption, columns, tuple(map(_row, ledger.entries)), 1, numbers=True)


def _row(entry: Entry) -> Row:
    claim, said = entry.claim, entry.judgement
    expected = () if as_expected(entry) else cell(Span(tr("Not as expected: {verdict}", verdict=SPOKEN[entry.expected]), "fails"))
    sources = [piece for url in claim.sources for piece in (Span(_site(url), href=url), Span(", "))][:-1]
    place = filled(tr("{id}, lesson {lesson}. Source: {sources}"), id=code(claim.id), lesson=claim.lesson, sources=tuple(sources))
    cells = (
        cell(claim.statement),
        (*cell(spoken(said.verdict)), *expected),
        evidence(said.evidence, said.figures),
        cell(f"{entry.seconds:.1f}"),
    )
    return Row(cells, place, claim.id)


def _pictures(ledger: Ledger) -> tuple[Block, ...]:
    return tuple(
        Figure(picture.name, picture.title, picture.svg, text(_link(entry)), picture.text)
        for entry in ledger.entries
        for picture in of_entry(entry, ledger.machine.date)
    )


def _site(url: str) -> str:
    """A source by the name of its place and its last word."""
    rest = url.partition("://")[2].rstrip("/")
    place, _, path = rest.partition("/")
    last = path.rpartition("/")[2]
    return f"{place}, {last}" if last else place
