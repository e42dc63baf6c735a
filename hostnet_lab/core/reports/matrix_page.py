"""Claim x engine as a page in Markdown: what engines there are, each verdict, where they differ, what was not to be expected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ...words import printable, tr
from ..guide.verdicts import SPOKEN, VERDICTS, Verdict
from ..host.whereabouts import Place
from .matrix import UNKNOWN, Column, Json, claims, column, differing, finding, ordered

# Words, not signs alone: a table of ticks cannot be read aloud, nor searched.
SHORT: Mapping[Verdict, str] = {
    "holds": tr("holds"),
    "holds with a nuance": tr("nuance"),
    "does not hold here": tr("**no**"),
    "not testable here": tr("untested"),
}
PLACES: Mapping[Place, str] = {
    "same namespace": tr("same namespace"),
    "other namespace": tr("other namespace"),
    "forwarded": tr("forwarded"),
    "unreachable": tr("unreachable"),
    "unknown": tr("unknown"),
}


def page(saved: Iterable[Json], not_tried: Mapping[str, str]) -> str:
    """The whole page. ``not_tried``: engine -> why there is no ledger of it. Raises BadRequest, as ``column`` does."""
    columns = ordered(map(column, saved))
    sections = (HEAD, _engines(columns, not_tried), _verdicts(columns), _differences(columns), _unexpected(columns), _untested(columns))
    return "\n\n".join(section for section in sections if section) + "\n"


HEAD = tr("""# The guide on several engines

<!-- Made by `./lab exec python -m tests.engines.table` from docs/engines/*.json: change those, not this. -->

Where no note says otherwise, an engine came from a release of Debian in a disposable root and ran in a network namespace of its own,
with the same image and on the same kernel; each ledger is what `./lab verify` said there. A rootless engine was looked at by the
unprivileged user whose it is. Claims that need a host of their own were tested on one that the same engine served. What is marked
"sent in" was filled by somebody else, elsewhere.""")


def _engines(columns: Sequence[Column], not_tried: Mapping[str, str]) -> str:
    rows = [
        [
            one.title,
            printable(str(one.machine["api"])),
            f"Linux {printable(str(one.machine['kernel'])).partition('-')[0]}, {printable(str(one.machine['architecture']))}",
            "root" if one.machine["root"] else tr("a plain user"),
            PLACES.get(one.machine["place"], printable(str(one.machine["place"]))),
            str(one.machine["date"])[:10],
            ", ".join(f"{_count(one, verdict)} {SHORT[verdict].strip('*')}" for verdict in VERDICTS),
        ]
        for one in columns
    ]
    rows += [[name, *["-"] * 5, tr("not tried: {why}", why=why)] for name, why in not_tried.items()]
    heads = [tr("engine"), "API", tr("kernel"), tr("reader"), tr("your place in its network"), tr("date"), tr("found")]
    notes = [f"- {one.title}: {_prose(one.note)}" for one in columns if one.note]
    return "\n\n".join([tr("## Engines"), _table(heads, rows), *(["\n".join(notes)] if notes else [])])


def _count(one: Column, verdict: Verdict) -> int:
    return sum(found.verdict == verdict for found in one.findings.values())


def _verdicts(columns: Sequence[Column]) -> str:
    apart = set(differing(columns))
    rows = [[f"{text}{' *' if key in apart else ''}", *(_short(one, key) for one in columns)] for key, text in claims(columns).items()]
    legend = tr(
        "*holds*: as it is told. *nuance*: it holds, and something must be added. ***no***: it does not hold there. "
        "*untested*: it could not be tested there; why stands below. *not yet asked*: the claim is newer than that ledger. "
        "An asterisk marks a claim on which engines differ."
    )
    return tr("## Claims") + f"\n\n{legend}\n\n" + _table([tr("claim"), *(one.title for one in columns)], rows)


def _short(one: Column, claim: str) -> str:
    return SHORT[finding(one, claim).verdict] if claim in one.findings else tr("not yet asked")


def _differences(columns: Sequence[Column]) -> str:
    """By claim, each verdict with the engines that gave it, and the evidence of the newest of them."""
    text = claims(columns)
    parts = []
    for key in differing(columns):
        lines = [f"**{_cell(text[key])}** (`{key}`)", ""]
        for verdict in VERDICTS[:3]:
            ones = [one for one in columns if finding(one, key).verdict == verdict]
            if ones:
                lines.append(f"- *{SPOKEN[verdict]}*: {', '.join(one.title for one in ones)}: {_prose(finding(ones[-1], key).evidence)}")
        parts.append("\n".join(lines))
    none = tr("Nowhere: each claim was found alike on all that could test it.")
    return tr("## Where engines differ") + "\n\n" + ("\n\n".join(parts) or none)


def _unexpected(columns: Sequence[Column]) -> str:
    lines = [
        tr(
            "- {engine}, `{claim}`: *{verdict}*, expected *{expected}*: {evidence}",
            engine=one.title,
            claim=key,
            verdict=SPOKEN[found.verdict],
            expected=SPOKEN[found.expected],
            evidence=_prose(found.evidence),
        )
        for one in columns
        for key, found in one.findings.items()
        if found.verdict != found.expected
    ]
    none = tr("Nothing: every verdict is the one that this kind of engine is known for.")
    return tr("## Not as expected there") + "\n\n" + ("\n".join(lines) or none)


def _untested(columns: Sequence[Column]) -> str:
    """Reasons, each with the engines and the claims; those not as expected stand above."""
    groups: dict[tuple[str, str], list[str]] = {}
    for one in columns:
        for key, found in one.findings.items():
            if found.verdict == UNKNOWN == found.expected:
                groups.setdefault((found.evidence, key), []).append(one.title)
    merged: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (why, key), titles in groups.items():
        merged.setdefault((why, tuple(titles)), []).append(f"`{key}`")
    lines = [f"- {', '.join(titles)}: {', '.join(keys)}: {_prose(why)}" for (why, titles), keys in merged.items()]
    return tr("## Could not be tested") + "\n\n" + "\n".join(lines) if lines else ""


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _prose(evidence: str) -> str:
    """A sentence of evidence as Markdown shows it literally: it may hold what a container wrote."""
    for sign in "\\`*_<>[]|":
        evidence = evidence.replace(sign, f"\\{sign}")
    return evidence if evidence.endswith(".") else f"{evidence}."
