"""Verifies the guide's claims on one engine: runs the experiments, has their observations judged, fills the ledger.

Two runs at once do not disturb each other: names and ports are each run's own, and each sweeps only what a process that
is gone has left. What cannot be kept apart is time: see ``experiments/schedule.py``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from .core.guide import ledger as entries
from .core.guide.claims import CLAIMS, Claim
from .core.guide.ledger import JUDGES, Entry, Ledger, Machine
from .core.guide.verdicts import Judge
from .core.host.quirks import Kind, kind_of
from .core.host.whereabouts import Place
from .core.reports import pictures
from .edges.clock import now
from .edges.engine import Engine
from .edges.pace import PACE
from .experiments import conflicts, crossing, disposable, identity, options, own_host, serving
from .experiments.engine_host import EngineHost
from .experiments.experiment import Experiment
from .experiments.schedule import Moment, Outcome, Schedule
from .lab import Lab, where_am_i
from .words import tr

WIDTH = 10  # experiments side by side: most of them wait, for an engine or for somebody who gives up
# Those that take longest begin first: by waiting for somebody who gives up, or on a host that others need as well.
FIRST = ("multicast", "names-resolve", "conflict-fails-the-run", "swarm-services", "userns-remap")


def _turn(experiment: Experiment) -> int:
    return min((FIRST.index(claim) for claim in experiment.claims if claim in FIRST), default=len(FIRST))


EXPERIMENTS: tuple[Experiment, ...] = tuple(
    sorted(
        (
            *identity.EXPERIMENTS,
            *serving.EXPERIMENTS,
            *crossing.EXPERIMENTS,
            *options.EXPERIMENTS,
            *conflicts.EXPERIMENTS,
            *own_host.EXPERIMENTS,
        ),
        key=_turn,
    )
)


@dataclass(frozen=True)
class Progress:
    """``running``: ids of the claims whose experiments run now; ``entered``: the entries that have just been made."""

    done: int
    total: int
    running: tuple[str, ...]
    entered: tuple[Entry, ...] = ()


Tell = Callable[[Progress], None]


def verify(
    engine: Engine,
    labels: Mapping[str, str],
    ids: Sequence[str] | None = None,
    progress: Tell = lambda _: None,
    width: int = WIDTH,
    *,
    place: Place | None = None,
    experiments: Sequence[Experiment] = EXPERIMENTS,
    judges: Mapping[str, Judge] = JUDGES,
) -> Ledger:
    """Test these claims (None: all). ``progress`` is called in this thread. ``place``: the reader's, where it is known already.

    An experiment that breaks, or runs out of time also when it is tried again alone, makes its claims "not testable here" with the
    reason. ``width``: how many experiments run side by side at the usual pace of a machine, at most. Raises BadRequest for an unknown
    claim and LabError where the engine runs no container at all; an interruption is passed on when everything is removed.
    """
    begun = monotonic()
    wanted = entries.named(ids)
    with PACE.following(engine.ping):
        PACE.look_closely()
        kind, machine = look_at(engine, labels, place)
        made, broken = fill(engine, labels, wanted, kind, experiments, judges, progress, width)
    return Ledger(kind, machine, made, monotonic() - begun, broken)


def look_at(engine: Engine, labels: Mapping[str, str], place: Place | None = None) -> tuple[Kind, Machine]:
    """The engine by its own words; the reader's place, where it is not known, by a container in host mode that is removed again."""
    version, info = engine.version(), engine.info()
    place = place or where_am_i(engine, labels)
    # A connection that failed tells nothing of kernels, and one that was forwarded has told.
    same_kernel = place in ("same namespace", "other namespace") or (place != "forwarded" and EngineHost(engine, labels).same_kernel)
    kind = kind_of(version, info, os.geteuid() == 0, place, same_kernel)
    return kind, entries.machine_of(version, info, kind, place, now())


def judge(lab: Lab, ids: Sequence[str], progress: Tell = lambda _: None) -> Ledger:
    """Test these claims in a lesson, as ``verify`` does, and put the verdicts into the learner's file of progress.

    Where the reader sits is looked for once in a lesson, not before each experiment.
    """
    entries.named(ids)  # an unknown claim is refused before a container is started
    found = verify(lab.engine, lab.labels, ids, progress, place=lab.place or lab.where_am_i())
    for entry in found.entries:
        found_so = entry.judgement
        more = {"figures": found_so.figures} if found_so.figures else {}
        lab.progress.record("judged", lab.lesson, entry.claim.id, verdict=found_so.verdict, evidence=found_so.evidence, **more)
        for picture in pictures.of_entry(entry, now()):
            lab.pictures.keep(picture)
    return found


def fill(
    engine: Engine,
    labels: Mapping[str, str],
    wanted: Sequence[Claim],
    kind: Kind,
    experiments: Sequence[Experiment],
    judges: Mapping[str, Judge],
    progress: Tell,
    width: int = WIDTH,
) -> tuple[tuple[Entry, ...], str]:
    """The entries in the order of CLAIMS, and why the rest was not tested ("" when all was)."""
    no_host = disposable.missing() if any("root" in claim.needs for claim in wanted) else ""
    why = {claim.id: entries.unmet(claim, kind, no_host) for claim in wanted}
    made = {claim.id: entries.enter_unmet(claim, why[claim.id]) for claim in wanted if why[claim.id]}
    to_test = [claim for claim in wanted if claim.id not in made]
    chosen = entries.needed(to_test, experiments)
    served = {one for experiment in chosen for one in experiment.claims}
    for claim in to_test:
        if claim.id not in served:
            made[claim.id] = entries.enter_broken(claim, kind, tr("no experiment serves it"), 0.0)

    def ids_of(experiment: Experiment) -> list[str]:
        return [claim.id for claim in to_test if claim.id in experiment.claims]

    def tell(moment: Moment) -> None:
        new = _entries(moment.ended, ids_of(moment.ended.experiment), kind, judges) if moment.ended else []
        made.update({entry.claim.id: entry for entry in new})
        running = tuple(one for experiment in moment.running for one in ids_of(experiment))
        progress(Progress(len(made), len(wanted), running, tuple(new)))

    progress(Progress(len(made), len(wanted), (), tuple(made.values())))
    schedule = Schedule(engine, labels, width)
    schedule.carry_out(chosen, tell)
    return tuple(made[claim.id] for claim in wanted), schedule.broken


def _entries(outcome: Outcome, ids: Sequence[str], kind: Kind, judges: Mapping[str, Judge]) -> list[Entry]:
    def entry(claim: Claim) -> Entry:
        if outcome.reason == "late":
            why = entries.too_slow(outcome.why, outcome.tries, outcome.lost_s + outcome.seconds, outcome.pace)
            return entries.enter_broken(claim, kind, why, outcome.seconds)
        if outcome.reason:
            return entries.enter_broken(claim, kind, outcome.why, outcome.seconds)
        if claim.id not in judges:
            return entries.enter_broken(claim, kind, tr("no judge was found for it"), outcome.seconds)
        return entries.enter(claim, kind, judges[claim.id], outcome.observation, outcome.seconds)

    return [replace(entry(CLAIMS[one]), tries=outcome.tries, lost_s=outcome.lost_s) for one in ids]
