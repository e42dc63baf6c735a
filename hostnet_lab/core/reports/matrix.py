"""Claim x engine: saved ledgers side by side, read from the JSON that ``ledger_text.py`` writes. ``matrix_page.py`` words it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...words import anew, printable, told, tr
from ..errors import BadRequest
from ..guide.verdicts import Verdict, sentence
from ..host.facts import number
from ..host.quirks import release
from .ledger_text import SCHEMA

Json = Mapping[str, Any]
UNKNOWN: Verdict = "not testable here"


@dataclass(frozen=True)
class Finding:
    verdict: Verdict
    expected: Verdict
    evidence: str


@dataclass(frozen=True)
class Column:
    """One engine's ledger. ``statements``: the claims in the words in which they were tested, in their order.

    ``setting``: where it was filled, in a word or two, where that is not as of the others; ``note``: more of it, in a sentence.
    """

    engine: str
    version: str
    rootless: bool
    machine: Json
    statements: Mapping[str, str]
    findings: Mapping[str, Finding]
    setting: str = ""
    note: str = ""

    @property
    def title(self) -> str:
        return f"{self.engine} {self.version}{' rootless' if self.rootless else ''}{f', {self.setting}' if self.setting else ''}"


def column(saved: Json) -> Column:
    """Raises BadRequest for a file that is not a ledger of this schema, or that was not filled to its end."""
    if saved.get("schema") != SCHEMA:
        tried, found = tr("read a ledger of schema {schema!r}", schema=saved.get("schema")), tr("this reads {schema}", schema=SCHEMA)
        raise BadRequest(tried, found, tr("fill it anew"))
    if saved.get("broken"):
        found = tr("it was not filled to its end: {why}", why=saved["broken"])
        raise BadRequest(tr("compare a ledger"), found, tr("fill it anew"))
    machine, claims = saved["machine"], saved["claims"]
    return Column(
        engine=printable(machine["engine"]),
        version=release(printable(machine["version"])),
        rootless=bool(machine["rootless"]),
        machine=machine,
        statements={claim["id"]: anew(printable(claim["statement"])) for claim in claims},
        findings={claim["id"]: Finding(claim["verdict"], claim["expected"], _evidence(claim)) for claim in claims},
        setting=printable(saved.get("setting", "")),
        note=printable(saved.get("note", "")),
    )


def _evidence(claim: Json) -> str:
    """In the reader's language; as it was said where an earlier lab has not kept what it was made of."""
    made_of = claim.get("evidence_kept")
    return printable((sentence(told(made_of)) if isinstance(made_of, dict) else "") or claim["evidence"])


def ordered(columns: Iterable[Column]) -> list[Column]:
    """By the engine's name, with root before without, old before new; of one version those as usual first."""

    def numbers(version: str) -> list[int]:
        return [found for word in re.findall(r"\d+", version) if (found := number(word)) is not None]

    return sorted(columns, key=lambda one: (one.engine, one.rootless, numbers(one.version), one.setting))


def claims(columns: Sequence[Column]) -> dict[str, str]:
    """Every claim that any of them has, with its statement, in the order of the fullest ledger."""
    fullest = sorted(columns, key=lambda one: -len(one.statements))
    return {key: text for one in fullest for key, text in one.statements.items()}


def finding(one: Column, claim: str) -> Finding:
    return one.findings.get(claim, Finding(UNKNOWN, UNKNOWN, tr("it was not among the claims then")))


def differing(columns: Sequence[Column]) -> list[str]:
    """The claims that were tested on at least two engines, and found to differ."""

    def tested(claim: str) -> set[Verdict]:
        return {finding(one, claim).verdict for one in columns} - {UNKNOWN}

    return [claim for claim in claims(columns) if len(tested(claim)) > 1]
