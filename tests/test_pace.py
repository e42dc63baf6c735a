"""The clock that limits go by, its measuring thread, and what becomes of an experiment that runs out of time."""

from __future__ import annotations

import ast
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

import hostnet_lab
from hostnet_lab.core.errors import LabError, NoAnswer, OutOfTime, SetupFailed
from hostnet_lab.core.guide import ledger as entries
from hostnet_lab.core.host.pace import SLOWEST, STANDSTILL_S, USUAL_LATE_S, WorkClock, pace_of, width_of
from hostnet_lab.edges import command, pace, probe
from hostnet_lab.edges.pace import Limit, Pace
from hostnet_lab.experiments import schedule
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.schedule import Moment, Outcome, Schedule
from hostnet_lab.experiments.stage import Stage

from .ledgers import FakeEngine

# -- the clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late_s", "cost", "pace"),
    [
        (0.0, 0.2, 1.0),  # a faster machine shortens no limit
        (USUAL_LATE_S, 1.0, 1.0),
        (10 * USUAL_LATE_S, 1.0, 10.0),
        (0.0, 12.0, 12.0),
        (2 * USUAL_LATE_S, 3.0, 6.0),
        (3600.0, 1.0, SLOWEST),
    ],
)
def test_the_pace_is_how_late_a_beat_comes_times_what_it_costs(late_s: float, cost: float, pace: float) -> None:
    assert pace_of(late_s, cost) == pytest.approx(pace)


def test_at_the_usual_pace_a_second_of_work_is_a_second() -> None:
    clock = WorkClock(100.0, ahead_s=0.25)
    for beat in range(1, 41):
        clock = clock.beaten(100.0 + beat * 0.25, 0.001, 1.0, 0.25)
    assert clock.read(110.0) == pytest.approx(10.0)


def test_at_a_tenth_of_the_pace_ten_seconds_go_by_for_one() -> None:
    clock = WorkClock(0.0, ahead_s=0.25)
    for beat in range(1, 201):
        clock = clock.beaten(beat * 0.75, 10 * USUAL_LATE_S, 1.0, 0.25)
    assert clock.read(150.0) == pytest.approx(15.0, rel=0.05)


def test_a_stop_of_five_seconds_counts_as_next_to_nothing() -> None:
    clock = WorkClock(0.0, ahead_s=0.25).beaten(0.25, 0.0, 1.0, 0.25)
    assert clock.read(5.25) <= 0.5, "while it lasts"
    clock = clock.beaten(5.5, 5.0, 1.0, 0.25)
    assert clock.read(5.5) <= 0.75, "afterwards"
    assert clock.pace == 1.0, "one late beat makes no slow machine"


def test_what_stands_still_for_good_does_not_stop_the_clock() -> None:
    clock = WorkClock(0.0, ahead_s=0.25)
    assert clock.read(STANDSTILL_S) < 1.0 < 9.0 < clock.read(STANDSTILL_S + 10.0)


def test_the_clock_never_goes_back() -> None:
    clock, read = WorkClock(0.0, ahead_s=0.25), 0.0
    for now, late_s in [(0.25, 0.0), (0.9, 0.4), (6.0, 5.0), (6.25, 0.0), (80.0, 73.0), (80.5, 0.0)]:
        assert clock.read(now) >= read
        clock = clock.beaten(now, late_s, 1.0, 0.25)
        assert clock.read(now) >= read
        read = clock.read(now)


@pytest.mark.parametrize(("pace", "width"), [(1.0, 10), (1.9, 5), (4.0, 2), (12.0, 1), (30.0, 1)])
def test_fewer_things_run_side_by_side_on_a_slow_machine(pace: float, width: int) -> None:
    assert width_of(10, pace) == width


# -- the thread that beats ------------------------------------------------------------------------------


def test_it_beats_while_a_limit_is_open_and_no_longer() -> None:
    one, others = Pace(), set(threading.enumerate())
    with Limit(60.0, one):
        (thread,) = set(threading.enumerate()) - others
        assert thread.name == "pace"
    thread.join(10.0)
    assert not thread.is_alive()
    read = one.read()
    threading.Event().wait(0.6)
    assert one.read() - read < 0.3, "what goes by while nobody waits counts for nobody"


def test_a_silent_engine_makes_the_limit_longer_by_its_silence() -> None:
    one, speak = Pace(), threading.Event()
    with one.following(speak.wait), Limit(0.4, one) as limit:
        threading.Event().wait(1.5)
        assert not limit.passed
        speak.set()
        probe.wait_until(lambda: limit.passed, 10.0, "the limit to pass")


def test_an_engine_that_is_gone_says_nothing_of_the_pace() -> None:
    one = Pace()
    with one.following(lambda: 1 / 0), Limit(0.1, one) as limit:
        probe.wait_until(lambda: limit.passed, 10.0, "the limit to pass")
    assert one.pace < SLOWEST


def test_where_no_thread_is_to_be_had_seconds_count_as_they_go_by(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    with Limit(0.05, Pace()) as limit:
        threading.Event().wait(0.1)
        assert limit.passed


def test_more_time_makes_every_limit_longer_and_ends() -> None:
    one = Pace()
    with one.more_time(4.0):
        assert Limit(2.0, one).seconds == 8.0
    assert Limit(2.0, one).seconds == 2.0


# -- waiting -------------------------------------------------------------------------------------------


def test_a_look_that_runs_out_of_time_is_not_so_yet() -> None:
    looks = iter([True, False])

    def fact() -> str:
        if next(looks):
            raise OutOfTime("ask", "silence", "-")
        return "answered"

    assert probe.wait_until(fact, 5.0, "an answer") == "answered"


def test_the_last_look_comes_after_the_limit() -> None:
    begun = monotonic()
    assert probe.wait_until(lambda: monotonic() - begun > 0.3, 0.05, "later", pause_s=0.6)


def test_a_wait_that_fails_is_typed_and_says_what_was_seen() -> None:
    with pytest.raises(OutOfTime, match=r"not so after .*0\.\d+ s.*; seen last: 0"):
        probe.wait_until(lambda: 0, 0.05, "never")


def test_who_is_at_work_is_waited_for_and_who_idles_is_not() -> None:
    used = iter(range(1, 100))
    told: list[float] = []
    assert probe.wait_until(lambda: len(told) > 2, 0.1, "it", 0.01, lambda: float(next(used)), told.append)
    assert told == sorted(told)
    with pytest.raises(OutOfTime):
        probe.wait_until(lambda: False, 0.1, "it", 0.01, lambda: 7.0)


def test_a_refusal_is_a_fact_and_silence_is_none(silent_port: int, refused_port: int) -> None:
    assert probe.get(f"http://127.0.0.1:{refused_port}/") is None
    assert not probe.accepts("127.0.0.1", refused_port)
    with pytest.raises(OutOfTime, match="neither an answer nor a refusal"):
        probe.get(f"http://127.0.0.1:{silent_port}/", timeout_s=0.05)


@pytest.fixture
def silent_port() -> Iterator[int]:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@pytest.fixture
def refused_port() -> Iterator[int]:
    import socket

    with socket.socket() as bound:  # bound, and not listening
        bound.bind(("127.0.0.1", 0))
        yield int(bound.getsockname()[1])


def test_a_command_that_is_not_done_is_ended_and_typed() -> None:
    begun = monotonic()
    with pytest.raises(OutOfTime, match="was ended"):
        command.run([sys.executable, "-c", "import time; time.sleep(60)"], 0.1, stdout=subprocess.PIPE)
    assert monotonic() - begun < 30


def test_a_command_gets_its_input_and_gives_all_it_says() -> None:
    script = "import sys, time; print(len(sys.stdin.read())); time.sleep(1.2); print('x' * 200000)"
    done = command.run([sys.executable, "-c", script], 60.0, input="y" * 200_000, stdout=subprocess.PIPE, text=True)
    assert done.stdout.split() == ["200000", "x" * 200_000]


# -- tried again, alone -------------------------------------------------------------------------------------


def carried_out(*experiments: Experiment, engine: FakeEngine | None = None, width: int = 4) -> tuple[list[Outcome], list[Moment], Schedule]:
    moments: list[Moment] = []
    fake: Any = engine or FakeEngine()
    one = Schedule(fake, {}, width)
    return one.carry_out(experiments, moments.append), moments, one


def late(times: int, seen: list[tuple[float, int]], others: Callable[[], int] = int) -> Callable[[Stage], dict[str, Any]]:
    """Runs out of time so many times; notes the patience that it met, and how many others were at work."""

    def observe(_: Stage) -> dict[str, Any]:
        seen.append((pace.PACE.patience, others()))
        if len(seen) <= times:
            raise OutOfTime("wait for it", "not so after 5 s", "-")
        return {"said": "seen"}

    return observe


def test_what_ran_out_of_time_is_tried_again_alone_with_more_time() -> None:
    at_work = [0]
    seen: list[tuple[float, int]] = []

    def busy(_: Stage) -> dict[str, Any]:
        at_work[0] += 1
        threading.Event().wait(0.3)
        at_work[0] -= 1
        return {}

    one = Experiment(("no-address",), late(2, seen, lambda: at_work[0]))
    outcomes, moments, _ = carried_out(one, *(Experiment((f"busy-{number}",), busy) for number in range(6)))
    assert [patience for patience, _ in seen] == [1.0, 4.0, 16.0]
    assert [others for _, others in seen[1:]] == [0, 0], "alone"
    found = next(outcome for outcome in outcomes if outcome.experiment is one)
    assert (found.reason, found.observation, found.tries) == (None, {"said": "seen"}, 3)
    assert sum(moment.ended is not None for moment in moments) == 7, "one end for each, told once"
    assert pace.PACE.patience == 1.0


def test_what_never_has_enough_time_says_so_and_is_no_fault() -> None:
    seen: list[tuple[float, int]] = []
    (found,), _, _ = carried_out(Experiment(("no-address",), late(99, seen)))
    assert (found.reason, found.tries, len(seen)) == ("late", schedule.TRIES, schedule.TRIES)
    assert "not so after 5 s" in found.why


@pytest.mark.parametrize(
    ("error", "reason", "tries"),
    [
        (NoAnswer("ask", "refused", "-"), "broke", 1),
        (ValueError("no"), "broke", 1),
        (SetupFailed("start", "it ended", "-"), "broke", 1),
        (TimeoutError(), "late", 3),
        (subprocess.TimeoutExpired("docker", 5), "late", 3),
    ],
)
def test_only_a_passed_limit_is_tried_again(error: BaseException, reason: str, tries: int) -> None:
    ran = []

    def observe(_: Stage) -> dict[str, Any]:
        ran.append(1)
        raise error

    (found,), _, _ = carried_out(Experiment(("no-address",), observe))
    assert (found.reason, len(ran)) == (reason, tries)


def test_a_limit_is_known_behind_what_was_made_of_it() -> None:
    ran = []

    def observe(_: Stage) -> dict[str, Any]:
        ran.append(1)
        try:
            raise OutOfTime("wait", "not so", "-")
        except LabError as error:
            raise SetupFailed("start a host", "not so", "-") from error

    carried_out(Experiment(("no-address",), observe))
    assert len(ran) == schedule.TRIES


def test_nothing_is_run_twice_when_nothing_is_lost() -> None:
    ran: list[Stage] = []
    outcomes, _, _ = carried_out(*(Experiment((f"one-{number}",), lambda stage: ran.append(stage) or {}) for number in range(5)))  # type: ignore[func-returns-value]
    assert (len(ran), {outcome.tries for outcome in outcomes}) == (5, {1})


class HiccupEngine(FakeEngine):
    """Does not answer in time, so many times."""

    silences = 1

    def version(self) -> dict[str, Any]:
        if self.silences:
            self.silences -= 1
            raise OutOfTime("ask the engine", "silence", "-")
        return super().version()


def test_an_engine_that_is_silent_for_a_while_loses_nothing() -> None:
    outcomes, _, one = carried_out(*(Experiment((f"one-{number}",), lambda _: {}) for number in range(5)), engine=HiccupEngine(), width=1)
    assert [outcome.reason for outcome in outcomes] == [None] * 5
    assert not one.broken


def test_an_engine_that_stays_silent_ends_the_run() -> None:
    engine = HiccupEngine()
    engine.silences = 99
    outcomes, _, one = carried_out(*(Experiment((f"one-{number}",), lambda _: {}) for number in range(3)), engine=engine, width=1)
    assert "stopped answering" in one.broken
    assert {outcome.reason for outcome in outcomes} == {"gone"}


def test_a_slow_machine_runs_fewer_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "width", lambda widest: width_of(widest, 12.0))
    at_work, most, lock = [0], [0], threading.Lock()

    def busy(_: Stage) -> dict[str, Any]:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        threading.Event().wait(0.02)
        with lock:
            at_work[0] -= 1
        return {}

    carried_out(*(Experiment((f"busy-{number}",), busy) for number in range(6)), width=10)
    assert most == [1]


# -- what a reader is told --------------------------------------------------------------------------------


def test_a_lost_claim_names_the_pace_and_the_tries() -> None:
    said = entries.too_slow("wait for nginx: not so", 3, 321.4, 11.8)
    assert "some 12 times slower than usual" in said and "3 times, 321 s in all" in said and "not so" in said


def test_a_machine_that_is_not_slow_is_not_called_so() -> None:
    assert "this machine is not slow" in entries.too_slow("wait for nginx: not so", 3, 321.4, 1.2)


# -- one door ---------------------------------------------------------------------------------------------

PACKAGE = Path(hostnet_lab.__file__).parent
BLOCKING = {"timeout", "start_timeout", "http_timeout"}  # keywords of calls that give up, each by its own clock
WAITS = {"wait", "join", "settimeout", "poll", "set_default_timeout"}  # methods that take seconds first
NO_LIMITS = {  # what these wait for by seconds of their own is a pause, or the measuring itself
    "edges/pace.py",
    "experiments/schedule.py",
}
STRETCHED = ("core/guide/checks/",)  # commands for a container, run through ``pace.stretched``


def is_fixed(given: ast.expr) -> bool:
    """A number of seconds, or the name of one, by itself or in a sum; not what a function of the pace makes of it."""
    if isinstance(given, ast.BinOp):
        return is_fixed(given.left) and is_fixed(given.right)
    if isinstance(given, ast.Constant):
        return isinstance(given.value, int | float) or str(given.value).replace(".", "").isdecimal()
    return isinstance(given, ast.Name | ast.Attribute) and ast.unparse(given).endswith("_S")


def unpaced(path: Path) -> list[str]:
    """Where a wait, a call or a curl has a fixed limit."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        given: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            given += [one.value for one in node.keywords if one.arg in BLOCKING]
            given += node.args[:1] if name in WAITS else []
        words = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple | ast.List) else []
        given += [after for word, after in pairwise(words) if isinstance(word, ast.Constant) and word.value == "--max-time"]
        found += [f"{one.lineno}: {ast.unparse(one)}" for one in given if is_fixed(one)]
    return found


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_limit_goes_through_the_door_of_the_pace(path: Path) -> None:
    place = path.relative_to(PACKAGE).as_posix()
    if place not in NO_LIMITS and not place.startswith(STRETCHED):
        assert unpaced(path) == []


TESTS = Path(__file__).parent
THEIR_SUBJECT = {"slow.py", "test_pace.py", "test_settled.py"}  # limits, and the time that a fault lasts


@pytest.mark.parametrize("path", sorted(TESTS.glob("*.py")), ids=lambda path: path.name)
def test_a_limit_of_a_test_goes_through_it_too(path: Path) -> None:
    """Less than a second is a pause."""
    if path.name not in THEIR_SUBJECT:
        assert [one for one in unpaced(path) if ": 0." not in one] == []


def test_a_fixed_limit_is_seen(tmp_path: Path) -> None:
    source = """
run(words, timeout=20)
thread.join(JOIN_S)
link.settimeout(limit_s(2.0))
call(url, timeout=timeout_s)
words = ("curl", "--max-time", "2", url)
words = ("curl", "--max-time", f"{limit_s(2.0):.2f}", url)
", ".join(names)
"""
    file = tmp_path / "one.py"
    file.write_text(source)
    assert unpaced(file) == ["2: 20", "3: JOIN_S", "6: '2'"]
