"""Runs experiments side by side where they cannot disturb each other, and leaves nothing of them, however they end.

It knows no claim and no verdict: an experiment gives an observation, or the reason why not, with its seconds. How many run at
once follows the pace of the machine, and what ran out of time is tried again alone, with longer limits. One that measures
arranges its servers beside the others, and then waits (``Stage.quiet``) until no other experiment of this process is at
work; what else the machine does, and another process that verifies at the same time, it cannot keep away: its judge
compares interleaved rounds.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from time import monotonic
from typing import Any, Literal

from ..core.errors import LabError, OutOfTime
from ..core.host.ownership import PREFIX
from ..edges import probe
from ..edges.engine import Engine
from ..edges.pace import PACE, Limit, width
from ..words import joined, tr
from . import disposable as hosts
from .experiment import Experiment
from .stage import Stage

RUN = f"{PREFIX}.run"  # one run of experiments; a kernel's other containers carry the same mark, but not this
LOOK_S = 0.2  # between two looks at the pace
RETURN_BUDGET_S = 3.0  # how long an engine that stopped is waited for at the end, to remove what was on it


TRIES = 3  # all but the first alone
MORE_TIME = 4.0  # by how much each further try's limits are longer

# Why there is no observation. "late": a limit passed, which says nothing of what was looked at; "broke": a fault; the others: not begun.
Reason = Literal["late", "broke", "gone", "interrupted"]
Failure = tuple[Reason, str]  # and in words


@dataclass(frozen=True)
class Outcome:
    """``reason``: None when there is an observation; ``why`` tells it to a reader. ``seconds``: without its waits for quiet.

    ``tries``: with those that ran out of time, which took ``lost_s``. ``pace``: of the machine at the end.
    """

    experiment: Experiment
    observation: Mapping[str, Any]
    seconds: float
    reason: Reason | None = None
    why: str = ""
    tries: int = 1
    lost_s: float = 0.0
    pace: float = 1.0


@dataclass(frozen=True)
class Moment:
    """What runs now; ``ended``: the outcome that has just come, if this moment is one's end."""

    running: tuple[Experiment, ...]
    ended: Outcome | None = None


Watch = Callable[[Moment], None]


Lane = Sequence[Experiment]  # what runs one after the other


class Schedule:
    """One run. ``carry_out`` may be called once; ``broken`` then says why the rest was not run, if it was not."""

    def __init__(self, engine: Engine, labels: Mapping[str, str], width: int = 4) -> None:
        self.engine, self.width, self.broken = engine, width, ""
        self.run = os.urandom(6).hex()
        self.labels = {**labels, RUN: self.run}
        self._moments: SimpleQueue[tuple[Experiment, Outcome | None]] = SimpleQueue()
        self._stopping = threading.Event()
        self._silent = threading.Event()  # the engine did not answer in time: nothing more is begun before it does
        self._tries = 1
        self._lanes_run = 0  # those at work now, at most ``width``
        self._lanes_open = 0  # those that have not ended
        self._turns: list[object] = []  # one for each lane that waits to measure, or measures: the first has its turn
        self._resting = 0  # lanes that have measured, and wait for the others' turns
        self._waited = threading.local()
        self._lanes_change = threading.Condition()
        self._engines: list[Engine] = [engine]  # those that may hold containers of this run

    def carry_out(self, experiments: Sequence[Experiment], watch: Watch) -> list[Outcome]:
        """Every experiment's outcome, in the order of their ends. ``watch`` is called in this thread.

        An interruption (KeyboardInterrupt, SystemExit, or an exception of ``watch``) is passed on after everything
        that was started is removed.
        """
        outcomes: list[Outcome] = []
        late = self._pass(experiments, outcomes, {}, watch)
        while late and self._tries < TRIES and not self.broken:
            self._tries += 1
            lost_s = {one.experiment.claims: one.lost_s + one.seconds for one in late}
            with PACE.more_time(MORE_TIME ** (self._tries - 1)):
                late = self._pass([one.experiment for one in late], outcomes, lost_s, watch)
        for one in late:
            outcomes.append(one)
            watch(Moment((), one))
        if self.broken:
            self._remove_late()
        return outcomes

    def _pass(
        self, experiments: Sequence[Experiment], outcomes: list[Outcome], lost_s: Mapping[tuple[str, ...], float], watch: Watch
    ) -> list[Outcome]:
        """Each is tried once; returns the outcomes of those that ran out of time, which are not told to anybody yet."""
        lanes = _lanes(experiments)
        self._lanes_open, self._resting = len(lanes), 0
        if self._silent.is_set():
            self._ask_engine()  # once more, and for the last time
            self._silent.clear()
        pool = ThreadPoolExecutor(max(len(lanes), 1), "experiment")
        try:
            for lane in lanes:
                pool.submit(self._enter_lane, lane)
            return self._follow(len(experiments), outcomes, lost_s, watch)
        except BaseException:
            with _deaf():
                self._stop()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _follow(self, awaited: int, outcomes: list[Outcome], lost_s: Mapping[tuple[str, ...], float], watch: Watch) -> list[Outcome]:
        """Until each experiment has its outcome."""
        running: list[Experiment] = []
        late: list[Outcome] = []
        ended = 0
        while ended < awaited:
            experiment, outcome = self._moments.get()
            if outcome is None:
                running.append(experiment)
            else:
                ended += 1
                if experiment in running:
                    running.remove(experiment)
                outcome = replace(outcome, tries=self._tries, lost_s=lost_s.get(experiment.claims, 0.0), pace=PACE.pace)
                if outcome.reason == "late":
                    late.append(outcome)
                    outcome = None
                else:
                    outcomes.append(outcome)
            watch(Moment(tuple(running), outcome))
        return late

    # -- in the workers -----------------------------------------------------------------------------

    def _enter_lane(self, lane: Lane) -> None:
        """Lanes count themselves: an interruption may strike where a thread is started and nobody has noted it yet."""
        with self._lanes_change:
            while not (self._stopping.is_set() or self._lanes_run < self._width):
                self._lanes_change.wait(LOOK_S)  # a lane ends, or the machine gets faster, which nobody notifies
            self._lanes_run += 1
        try:
            if not self._stopping.is_set():
                self._run_lane(lane)
        finally:
            with self._lanes_change:
                self._lanes_run -= 1
                self._lanes_open -= 1
                self._lanes_change.notify_all()

    @property
    def _width(self) -> int:
        return width(self.width) if self._tries == 1 else 1

    @contextmanager
    def _quiet_turn(self) -> Iterator[None]:
        """Nothing else is at work in this block: others have ended, or wait for such a turn themselves.

        After its turn a lane waits for the others': its clean-up would disturb them. Raises LabError when interrupted.
        """
        turn, begun = object(), monotonic()
        with self._lanes_change:
            self._turns.append(turn)
            self._lanes_run -= 1
            self._lanes_change.notify_all()
            self._lanes_change.wait_for(lambda: self._stopping.is_set() or self._is_turn(turn))
            self._lanes_run += 1
        try:
            if self._stopping.is_set():
                raise LabError(tr("measure"), tr("it was interrupted"), tr("run it again"))
            self._waited.seconds += monotonic() - begun
            yield
        finally:
            begun = monotonic()
            with self._lanes_change:
                self._turns.remove(turn)
                self._resting += 1
                self._lanes_change.notify_all()
                self._lanes_change.wait_for(lambda: self._stopping.is_set() or not self._turns)
                self._resting -= 1
            self._waited.seconds += monotonic() - begun

    def _is_turn(self, turn: object) -> bool:
        return self._turns[0] is turn and self._lanes_open == len(self._turns) + self._resting

    def _run_lane(self, lane: Lane) -> None:
        """One experiment on the reader's host, or several, one after the other, on one disposable host."""
        left, begun = list(lane), monotonic()
        if left[0].host == "here":
            self._observe(left[0], Stage(self.engine, self.labels, quiet=self._quiet_turn), 0.0)
            return
        first = left[0]
        failure = self._idle()
        try:
            if not failure:
                self._moments.put((first, None))
                with hosts.disposable(self.engine, self.labels, first.options) as host:
                    self._engines.append(host.engine)
                    start_s = monotonic() - begun
                    while left:
                        stage = Stage(host.engine, host.labels, host.prefix, host.endpoint, self._quiet_turn)
                        self._observe(left[0], stage, start_s, left[0] is not first)
                        left.pop(0)
        except Exception as error:
            if not left:
                self.broken = self.broken or tr("a disposable host could not be removed: {why}", why=_words(error))
            failure = _failure(error)
        if failure:
            for one in left:
                self._moments.put((one, Outcome(one, {}, monotonic() - begun, *failure)))

    def _observe(self, experiment: Experiment, stage: Stage, start_s: float, announce: bool = True) -> None:
        begun, failure, observation = monotonic(), self._idle(), {}
        self._waited.seconds = 0.0
        if not failure:
            if announce:
                self._moments.put((experiment, None))
            try:
                with stage:
                    observation = self._look(experiment, stage)
            except BaseException as error:  # whatever it is, it must not pass for a finding, nor end the other experiments
                failure = _failure(error)
            failure = self._ask_engine() or failure
        seconds = start_s + monotonic() - begun - self._waited.seconds
        outcome = Outcome(experiment, {}, seconds, *failure) if failure else Outcome(experiment, observation, seconds)
        self._moments.put((experiment, outcome))

    def _look(self, experiment: Experiment, stage: Stage) -> dict[str, Any]:
        """An interruption ends its waits; the stage's clean-up afterwards may wait as long as it must."""
        token = probe.give_up.set(self._stopping)
        try:
            return dict(experiment.observe(stage))
        finally:
            probe.give_up.reset(token)

    def _idle(self) -> Failure | None:
        """Why nothing more is begun, if it is not."""
        if self._stopping.is_set():
            return "interrupted", tr("it was interrupted")
        if self.broken:
            return "gone", self.broken
        return ("late", tr("the engine did not answer in time")) if self._silent.is_set() else None

    def _ask_engine(self) -> Failure | None:
        """Asked after each experiment: a refusal by an engine that is not there is no finding. One that is silent may come back."""
        try:
            self.engine.version()
        except Exception as error:
            if _is_late(error) and self._tries == 1 and not self._silent.is_set():
                self._silent.set()
            else:
                self.broken = self.broken or tr("the engine stopped answering in the middle: {why}", why=_words(error))
        return self._idle() if self.broken or self._silent.is_set() else None

    # -- the end ------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Take the containers away under the experiments, so that they end at once, and wait for their own clean-up."""
        with self._lanes_change:
            self._stopping.set()
            self._lanes_change.notify_all()
        while self._lanes_run:
            self._remove_all()
            with self._lanes_change:
                self._lanes_change.wait_for(lambda: not self._lanes_run, 0.1)
        self._remove_all()

    def _remove_all(self) -> None:
        for engine in list(self._engines):
            with suppress(Exception):  # a disposable host may be gone by now
                remove_run(engine, self.run)

    def _remove_late(self) -> None:
        """An engine that a service manager starts again comes back soon; else the next start's sweep finds the rest."""
        with Limit(RETURN_BUDGET_S) as limit:
            while not limit.passed:
                try:
                    remove_run(self.engine, self.run)
                    return
                except Exception:
                    with self._lanes_change:
                        self._lanes_change.wait(0.1)  # nothing will notify: a pause
        rest = tr("What it held is removed by the next `./lab verify` or `./lab clean` with that engine")
        self.broken = f"{self.broken}. {rest}"


def remove_run(engine: Engine, run: str) -> None:
    """Remove every container that carries this run's label."""
    for entry in engine.containers(label=f"{RUN}={run}"):
        engine.remove(entry["Id"], force=True)


def _lanes(experiments: Sequence[Experiment]) -> list[Lane]:
    """In the order given: a lane for each experiment here, and one for each disposable host, where its first one stands.

    On a shared host one that measures comes last: it waits for all others.
    """
    lanes: dict[object, list[Experiment]] = {}
    for one in sorted(experiments, key=lambda one: one.measures):
        lanes.setdefault(("disposable", one.options) if one.host == "disposable" else one.claims, []).append(one)
    return list(lanes.values())


def _failure(error: BaseException) -> Failure:
    return ("late", _words(error)) if _is_late(error) else ("broke", tr("the experiment broke: {why}", why=_words(error)))


def _is_late(error: BaseException | None) -> bool:
    """True when a limit passed, whatever that was made of on its way here."""
    if error is None:
        return False
    return isinstance(error, OutOfTime | TimeoutError | subprocess.TimeoutExpired) or _is_late(error.__cause__)


def _words(error: BaseException) -> str:
    """One line: what was tried and found, or the exception's own words with its kind."""
    parts = (error.tried, error.found) if isinstance(error, LabError) else (f"{type(error).__name__} {error}",)
    return joined(": ", [one if one.isprintable() else " ".join(one.split()) for one in parts])


@contextmanager
def _deaf() -> Iterator[None]:
    """Signals to end are not heard while the clean-up runs: a second Ctrl-C would leave things behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
