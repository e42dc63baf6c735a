"""A ledger that its reader gives away, and one that somebody has sent in: each field of a kind that is listed here, and nothing else.

What goes out is chosen, not cleaned: numbers, ids and texts of the lab's. Observations, figures, and every word that an engine,
a container or a machine has said stay where they are. What comes in is held against the same kinds, and refused as a whole.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...words import is_ours, tr
from ..errors import BadRequest
from ..guide.claims import CLAIMS
from ..guide.ledger import Ledger
from ..guide.verdicts import VERDICTS
from ..host.quirks import SPOKEN
from ..host.whereabouts import PLACES
from . import ledger_text

Json = Mapping[str, Any]
SCHEMA = "hostnet-lab/contribution/1"
LARGEST = 1 << 18  # bytes of a file; a whole one has some thirty thousand
UNKNOWN, LEFT_OUT = "?", "…"
NOT_SENT = tr("what was seen was not sent along")
MOST_CLAIMS, DEEPEST = 300, 6
RELEASE = r"\d{1,4}(\.\d{1,6}){0,3}(-(dev|alpha|beta|rc)(\.\d{1,3})?)?"
ARCHITECTURES = ("amd64", "x86_64", "arm64", "aarch64", "arm", "armv7l", "386", "i686", "ppc64le", "riscv64", "s390x", UNKNOWN)
PARTS = re.compile(r"(\{part_\d{1,2}\}|\{between\}|[ ,;:.])+")  # a text that is joined of others


def _matching(pattern: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and bool(re.fullmatch(rf"{pattern}|\?", value, re.ASCII))


def _one_of(*known: str) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and value in known


def _flag(value: object) -> bool:
    return isinstance(value, bool)


MACHINE: Mapping[str, Callable[[object], bool]] = {
    "engine": _one_of(*SPOKEN.values()),
    "version": _matching(RELEASE),
    "api": _matching(r"\d{1,3}\.\d{1,3}"),
    "kernel": _matching(r"\d{1,3}(\.\d{1,5}){1,3}"),
    "architecture": _one_of(*ARCHITECTURES),
    "date": _matching(r"\d{4}-\d\d-\d\d"),
    "root": _flag,
    "rootless": _flag,
    "place": _one_of(*PLACES),
}
CLAIM: Mapping[str, Callable[[object], bool]] = {
    "id": _one_of(*CLAIMS),
    "verdict": _one_of(*VERDICTS),
    "expected": _one_of(*VERDICTS),
    "evidence": lambda value: value is None or _is_text(value, DEEPEST),
}


# -- going out --------------------------------------------------------------------------------------


def as_json(ledger: Ledger) -> str:
    return json.dumps(contribution(ledger_text.document(ledger)), indent=1, ensure_ascii=True) + "\n"


def contribution(saved: Json) -> dict[str, Any]:
    """Of a ledger as ``ledger_text.document`` has it."""
    machine = {name: _fitting(is_kind, saved["machine"][name]) for name, is_kind in MACHINE.items()}
    claims = [{**{name: claim[name] for name in ("id", "verdict", "expected")}, "evidence": _evidence(claim)} for claim in saved["claims"]]
    return {"schema": SCHEMA, "machine": machine, "claims": [claim for claim in claims if claim["id"] in CLAIMS]}


def _fitting(is_kind: Callable[[object], bool], value: object) -> object:
    """The value, or as much of its beginning as is of that kind: of 6.18.4-johns the numbers, of a moment the day."""
    if is_kind(value) or not isinstance(value, str):
        return value if is_kind(value) else UNKNOWN
    return next((value[:end] for end in range(min(len(value), 40), 0, -1) if is_kind(value[:end])), UNKNOWN)


def _evidence(claim: Json) -> Any:
    made_of = claim.get("evidence_kept")
    found = _without_words(made_of if isinstance(made_of, dict) else {"text": made_of}, DEEPEST)
    return found if found and _is_text(found, DEEPEST) else None


def _without_words(made_of: Json, deepest: int) -> dict[str, Any] | None:
    """A text of ours with its numbers, and a sign in place of each word that is not ours; None for any other."""
    text = made_of.get("text")
    if not isinstance(text, str) or not _is_known(text) or not deepest:
        return None
    values: dict[str, Any] = {}
    for name, value in (made_of.get("values") or {}).items():
        inner = _without_words(value, deepest - 1) if isinstance(value, dict) else value if _is_number(value) else None
        values[name] = LEFT_OUT if inner is None else inner
    many = {"many": made_of["many"]} if made_of.get("many") else {}
    return {"text": text, **many, **({"values": values} if values else {})}


# -- coming in --------------------------------------------------------------------------------------


def read(found: object) -> dict[str, Any]:
    """A ledger as ``matrix.column`` takes it, of what a file holds. Raises BadRequest, with the field, for all that is of another kind."""
    for where, what in _amiss(found):
        raise BadRequest(tr("read a ledger that was sent in"), tr("{where} is {what}", where=where, what=what), tr("leave it out"))
    assert isinstance(found, dict)
    claims = [
        {**one, "statement": CLAIMS[one["id"]].statement, "evidence": NOT_SENT, "evidence_kept": one["evidence"]} for one in found["claims"]
    ]
    return {"schema": ledger_text.SCHEMA, "machine": found["machine"], "claims": claims, "setting": tr("sent in")}


def _amiss(found: object) -> Iterator[tuple[str, str]]:
    """The first field that is not as it has to be, if any."""
    if not isinstance(found, dict) or found.get("schema") != SCHEMA:
        yield "schema", tr("another than {schema}", schema=SCHEMA)
    elif {*found} != {"schema", "machine", "claims"}:
        yield "the whole", tr("of other fields")
    elif not isinstance(found["claims"], list) or len(found["claims"]) > MOST_CLAIMS:
        yield "claims", tr("no list of claims")
    else:
        yield from _fields("machine", MACHINE, found["machine"])
        for number, one in enumerate(found["claims"]):
            yield from _fields(f"claims[{number}]", CLAIM, one)
        ids = [one["id"] for one in found["claims"] if isinstance(one, dict) and isinstance(one.get("id"), str)]
        if len({*ids}) < len(ids):
            yield "claims", tr("of one claim twice")


def _fields(where: str, kinds: Mapping[str, Callable[[object], bool]], found: object) -> Iterator[tuple[str, str]]:
    if not isinstance(found, dict) or {*found} != {*kinds}:
        yield where, tr("of other fields")
        return
    for name, is_kind in kinds.items():
        if not is_kind(found[name]):
            yield f"{where}.{name}", tr("of another kind")


def _is_text(found: object, deepest: int) -> bool:
    """A text of the lab's: with numbers, with others of its kind, and with signs for what was left out."""
    if not isinstance(found, dict) or not {"text"} <= {*found} <= {"text", "many", "values"} or not deepest:
        return False
    values = found.get("values", {})
    return (
        isinstance(values, dict)
        and all(isinstance(one, str) and _is_known(one) for one in (found["text"], found.get("many", found["text"])))
        and all(one == LEFT_OUT or _is_number(one) or _is_text(one, deepest - 1) for one in values.values())
    )


def _is_known(text: str) -> bool:
    return is_ours(text) or bool(PARTS.fullmatch(text))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and abs(value) < 1e9
