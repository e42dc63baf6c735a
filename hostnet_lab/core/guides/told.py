"""What was found of a guide as lines for a terminal: its line, its words, one plain sentence of evidence. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...words import Lines, joined, printable, tr, tr_n
from ..guide.verdicts import SPOKEN
from ..text import cut
from .judging import Checked, Ran, Said, differing

MARKS: Mapping[bool | None, str] = {True: " ", False: "!", None: "?"}
QUOTED, EVIDENCE = 160, 300


def told(found: Checked) -> str:
    """In the order of the guide; what differs is marked by ``!``, what was not decided by ``?``."""
    lines = sorted([*_said(found), *_ran(found), *_bare(found)], key=lambda pair: pair[0])
    return Lines("\n".join([*(text for _, text in lines), *_host(found), "", summary(found)]))


def _line(found: Checked, line: int, ok: bool | None, what: str, why: str, more: str = "") -> tuple[int, str]:
    head = f"{MARKS[ok]} {printable(found.guide.name)}:{line or '-'}: {what}"
    return line or 1 << 30, "\n".join([head, *(f"    {one}" for one in (why, more) if one)])


def _only_read(found: Checked) -> bool:
    """No sentence was judged and no command run: then only what is amiss with a binding is worth a line."""
    return not any(one.judgement for one in found.said) and not any(block.ran for block in found.blocks)


def _said(found: Checked) -> Iterator[tuple[int, str]]:
    for one in found.said:
        if one.ok is None and _only_read(found):
            continue
        quote = tr('"{quote}"', quote=cut(one.bound.binding.quote, QUOTED))
        why = tr("{verdict}: {why}", verdict=word(one), why=cut(one.why, EVIDENCE))
        if one.ok is False and one.judgement and one.judgement.verdict == "holds with a nuance":
            why = tr("{said} The guide does not mention that.", said=why)
        proposal = tr("Proposed: {wording}", wording=one.proposal) if one.proposal else ""
        yield _line(found, one.line, one.ok, quote, why, proposal)


def word(one: Said) -> str:
    """Of the sentence, as the guide has it; the verdict is of the claim, and stands with the evidence."""
    if one.judgement is None:
        return tr("no verdict")
    if one.ok is None:
        return SPOKEN[one.judgement.verdict]
    if one.ok:
        return tr("so it is here")
    return tr("only partly so") if one.judgement.verdict == "holds with a nuance" else tr("not so here")


def _ran(found: Checked) -> Iterator[tuple[int, str]]:
    for block in found.blocks:
        for one in block.ran:
            yield _line(found, one.line, one.ok, f"$ {cut(one.text, QUOTED)}", _ended(one))
        if not block.ran and (why := block.why) and not _only_read(found):
            yield _line(found, block.block.line, None, f"$ {cut('; '.join(block.commands), QUOTED)}", tr("not run: {why}", why=why))


def _ended(one: Ran) -> str:
    """The first line of its output where it went as told."""
    if one.why:
        return cut(one.why, EVIDENCE)
    said = next((line for line in one.output.splitlines() if line.strip()), "")
    return tr("exit {code}; {said}", code=one.exit, said=cut(said, QUOTED)) if said else tr("exit {code}", code=one.exit)


def _bare(found: Checked) -> Iterator[tuple[int, str]]:
    for one in found.uncovered:
        yield _line(found, one.line, None, tr('"{quote}"', quote=cut(one.text, QUOTED)), tr("not covered: no claim is bound to it"))


def _host(found: Checked) -> Iterator[str]:
    if found.host is None:
        return
    if not found.left:
        yield tr("  the host: as before")
    for one in found.left:
        yield tr("! the host: {what}", what=one)
    if found.removed:
        yield tr("  removed afterwards: {names}", names=", ".join(found.removed))


def summary(found: Checked) -> str:
    ran = [one for block in found.blocks for one in block.ran]
    count, judged = len(found.said), any(one.judgement for one in found.said)
    tally = [
        tr_n(count, "{n} sentence judged", "{n} sentences judged") if judged else tr_n(count, "{n} sentence bound", "{n} sentences bound"),
        tr_n(len(found.uncovered), "{n} not covered", "{n} not covered"),
        tr_n(len(ran), "{n} command run", "{n} commands run"),
        tr_n(len(differing(found)), "{n} differs", "{n} differ"),
    ]
    said = [tr("{file}: {tally}, on {engine}.", file=found.guide.name, tally=joined(", ", tally), engine=found.engine or tr("no engine"))]
    if found.not_run:
        said.append(tr("No command was run: {why}.", why=found.not_run))
    if found.reused:
        said.append(tr("It goes by observations from {moment} on.", moment=found.reused))
    if found.broken:
        said.append(tr("It could not be run to its end: {why}.", why=found.broken))
    return " ".join(map(str, said))
