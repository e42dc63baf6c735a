"""The ledger: what was found of each claim on one machine, and whether that was to be expected there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Protocol, TypeVar

from ...words import tr
from ..errors import BadRequest
from ..host.pace import SLOW
from ..host.quirks import SPOKEN, Kind
from ..host.whereabouts import Place
from .claims import CLAIMS, Claim, Need, expectation, met
from .judges import conflicts, crossing, identity, options, own_host, serving
from .verdicts import VERDICTS, Judge, Judgement, Observation, Verdict, judged, untestable

Json = Mapping[str, Any]
GROUPS = (identity, serving, crossing, options, conflicts, own_host)
JUDGES: Mapping[str, Judge] = {claim: judge for group in GROUPS for claim, judge in group.JUDGES.items()}
FOUND_BY_LOOKING: frozenset[Need] = frozenset(
    {"compose", "ipv6", "localhost", "logs", "publishing"}
)  # needs that only the experiment itself can find unmet


class Serving(Protocol):
    """What serves claims, such as an experiment."""

    @property
    def claims(self) -> tuple[str, ...]: ...


Served = TypeVar("Served", bound=Serving)


@dataclass(frozen=True)
class Machine:
    """The engine by its own words, and the reader's place beside it. ``date``: ISO 8601, UTC."""

    engine: str
    version: str
    api: str
    kernel: str
    architecture: str
    date: str
    root: bool
    rootless: bool
    place: Place


@dataclass(frozen=True)
class Entry:
    """``seconds``: of the claim's experiment, with the start of its own host where it has one; 0 when it was not run.

    ``tries``: more than one when it ran out of time before, which took ``lost_s``; what stands here is the last one's.
    """

    claim: Claim
    judgement: Judgement
    expected: Verdict
    seconds: float
    observation: Observation
    tries: int = 1
    lost_s: float = 0.0


@dataclass(frozen=True)
class Ledger:
    """``entries`` in the order of CLAIMS. ``broken``: why it was not carried to its end, "" when it was."""

    kind: Kind
    machine: Machine
    entries: tuple[Entry, ...]
    seconds: float
    broken: str = ""


def as_expected(entry: Entry) -> bool:
    return entry.judgement.verdict == entry.expected


def differing(ledger: Ledger) -> list[Entry]:
    return [entry for entry in ledger.entries if not as_expected(entry)]


def counts(ledger: Ledger) -> dict[Verdict, int]:
    """How often each verdict was given, all four named."""
    return {verdict: sum(entry.judgement.verdict == verdict for entry in ledger.entries) for verdict in VERDICTS}


def exit_code(ledger: Ledger) -> int:
    """0: every verdict as expected. 1: at least one differs. 2: it could not be run to its end."""
    if ledger.broken:
        return 2
    return int(bool(differing(ledger)))


def machine_of(version: Json, info: Json, kind: Kind, place: Place, date: str) -> Machine:
    """The kernel and the architecture are the engine's, which in a virtual machine are not the reader's."""

    def said(*sources: tuple[Json, str]) -> str:
        return next((str(source[key]) for source, key in sources if source.get(key)), "?")

    return Machine(
        engine=SPOKEN[kind.engine],
        version=said((version, "Version"), (info, "ServerVersion")),
        api=said((version, "ApiVersion")),
        kernel=said((version, "KernelVersion"), (info, "KernelVersion")),
        architecture=said((version, "Arch"), (info, "Architecture")),
        date=date,
        root=kind.root,
        rootless=kind.rootless,
        place=place,
    )


def named(ids: Sequence[str] | None) -> list[Claim]:
    """The claims of these ids (None or none: all), each once, in the order of CLAIMS.

    Raises BadRequest for an id that there is not, with the nearest that there are.
    """
    for one in ids or ():
        if one not in CLAIMS:
            near = get_close_matches(one.lower(), CLAIMS, n=3, cutoff=0.5)
            do = tr("nearest: {ids}", ids=", ".join(near)) if near else tr("./lab verify --list names them all")
            raise BadRequest(tr("verify the claim {id!r}", id=one), tr("there is no claim of that name"), do)
    return [claim for claim in CLAIMS.values() if not ids or claim.id in ids]


def needed(claims: Iterable[Claim], experiments: Iterable[Served]) -> list[Served]:
    """The experiments that at least one of these claims needs."""
    wanted = {claim.id for claim in claims}
    return [one for one in experiments if wanted.intersection(one.claims)]


def enter(claim: Claim, kind: Kind, judge: Judge, observation: Observation, seconds: float) -> Entry:
    """Judge an observation. Where the experiment found the machine to lack what only it could find, that is expected."""
    lacking = bool(observation.get("missing")) and bool(FOUND_BY_LOOKING.intersection(claim.needs))
    expected: Verdict = "not testable here" if lacking else expectation(claim, kind)
    return Entry(claim, judged(judge, observation), expected, seconds, observation)


def enter_unmet(claim: Claim, why: str) -> Entry:
    """A claim that cannot be tested on this kind of host, as was known before."""
    return Entry(claim, untestable(why), "not testable here", 0.0, {})


def enter_broken(claim: Claim, kind: Kind, why: str, seconds: float) -> Entry:
    """A claim whose experiment broke: not testable, and not as expected."""
    return Entry(claim, untestable(why), expectation(claim, kind), seconds, {})


def too_slow(why: str, tries: int, seconds: float, pace: float) -> str:
    """Why a claim was not tested whose experiment ran out of time in all its tries, of ``seconds`` together; the last was alone."""
    values = {"why": why, "tries": tries, "seconds": seconds, "pace": pace}
    if pace < SLOW:
        return tr("it ran out of time {tries} times, {seconds:.0f} s in all, though this machine is not slow: {why}", **values)
    return tr(
        "this machine was too slow for it, some {pace:.0f} times slower than usual: it ran out of time {tries} times, "
        "{seconds:.0f} s in all, at last alone: {why}",
        **values,
    )


def unmet(claim: Claim, kind: Kind, no_host: str = "") -> str:
    """Why a claim will not be run here, "" when it will. ``no_host``: why no disposable host can be made."""
    return met(claim, kind) or (no_host if "root" in claim.needs else "")
