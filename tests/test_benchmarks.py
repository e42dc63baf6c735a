"""The benchmark with ways that only note what was asked of them: order, removal, table, JSON, faults."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path
from typing import cast

import pytest

from benchmarks import clock, figures, run, stage, widgets
from benchmarks.ways import Ground, Missing, Way
from hostnet_lab.core.errors import EngineUnavailable, LabError

Notes = list[tuple[str, str]]


class FakeWay:
    """Notes its calls; raises ``fault`` when it starts."""

    def __init__(self, name: str, notes: Notes, fault: BaseException | None = None) -> None:
        self.name, self._notes, self._fault = name, notes, fault

    def start(self) -> None:
        self._notes.append((self.name, "start"))
        if self._fault:
            raise self._fault

    def remove(self) -> None:
        self._notes.append((self.name, "remove"))


def time_ways(ways: list[Way], rounds: int) -> tuple[clock.Times, clock.Times]:
    ticks = count()
    return clock.time_ways(ways, rounds, rest=lambda: None, tell=lambda turn: None, clock=lambda: float(next(ticks)))


def test_each_round_runs_each_way_once_and_removes_it_before_the_next() -> None:
    notes: Notes = []
    time_ways([FakeWay(name, notes) for name in "abc"], rounds=4)
    turns = [notes[at : at + 6] for at in range(0, len(notes), 6)]
    assert len(turns) == 5  # one to warm up
    for turn in turns:
        assert sorted(name for name, _ in turn) == list("aabbcc")
        assert all(turn[at][0] == turn[at + 1][0] and turn[at + 1][1] == "remove" for at in (0, 2, 4))


def test_the_order_differs_between_rounds_and_is_the_same_in_each_run() -> None:
    first: Notes = []
    second: Notes = []
    for notes in (first, second):
        time_ways([FakeWay(name, notes) for name in "abcdef"], rounds=3)
    orders = [[name for name, what in first[at : at + 12] if what == "start"] for at in range(0, len(first), 12)]
    assert first == second
    assert len({tuple(order) for order in orders}) > 1


def test_the_warm_up_round_is_not_among_the_figures() -> None:
    starts, removals = time_ways([FakeWay("a", []), FakeWay("b", [])], rounds=3)
    assert starts == {"a": [1.0] * 3, "b": [1.0] * 3}
    assert removals == {"a": [1.0] * 3, "b": [1.0] * 3}


def test_a_way_that_fails_is_removed_and_named_with_its_tools_own_words() -> None:
    notes: Notes = []
    with pytest.raises(LabError, match=r"by way of odd") as caught:
        time_ways([FakeWay("odd", notes, OSError("409 name in use"))], rounds=1)
    assert "409 name in use" in caught.value.found
    assert notes == [("odd", "start"), ("odd", "remove")]


def test_a_way_that_is_interrupted_is_removed_and_the_interrupt_goes_on() -> None:
    notes: Notes = []
    with pytest.raises(KeyboardInterrupt):
        time_ways([FakeWay("a", notes, KeyboardInterrupt())], rounds=1)
    assert notes[-1] == ("a", "remove")


def test_imports_are_timed_in_fresh_processes_and_a_missing_library_is_named() -> None:
    times, missing = clock.time_imports(2, {figures.BARE: "pass", "gone": "import no_such_library"})
    assert list(times) == [figures.BARE] and len(times[figures.BARE]) == 2
    assert "no_such_library" in missing["gone"]


def test_the_table_shows_the_spread_and_the_ratio_to_the_raw_api() -> None:
    lines = figures.table("run (ms)", {"raw_api": [0.1, 0.2, 0.3], "other": [0.3, 0.3, 0.6]}).splitlines()
    assert lines[0].split() == ["run", "(ms)", "min", "median", "p95", "max", "x", "raw_api", "95%", "of", "it"]
    assert lines[1].split() == ["raw_api", "100.0", "200.0", "290.0", "300.0", "1.00", "-"]
    assert lines[2].split() == ["other", "300.0", "300.0", "570.0", "600.0", "1.50", "1.00-6.00"]


def test_without_the_raw_api_there_are_no_ratios() -> None:
    assert figures.table("run (ms)", {"other": [0.1]}).splitlines()[1].split()[-2:] == ["-", "-"]


def test_imports_are_told_over_bare_python() -> None:
    assert figures.import_table({figures.BARE: [0.01], "docker": [0.15]}).splitlines()[2].split()[2] == "140.0"


def test_the_json_holds_milliseconds_ratios_rounds_and_the_machine() -> None:
    starts = {"raw_api": [0.1, 0.1], "hostnet_lab": [0.104, 0.104]}
    removals = {"raw_api": [0.05, 0.05], "hostnet_lab": [0.05, 0.05]}
    report = figures.report(starts, removals, {figures.BARE: [0.01], "hostnet_lab": [0.03]}, 2, {"cpus": 2})
    assert json.loads(json.dumps(report)) == {
        "run_to_first_200": {"raw_api": 100.0, "hostnet_lab": 104.0},
        "removal": {"raw_api": 50.0, "hostnet_lab": 50.0},
        "import": {"bare_python": 10.0, "hostnet_lab": 20.0},
        "ratios": {
            "run_to_first_200": {"raw_api": 1.0, "hostnet_lab": 1.04},
            "removal": {"raw_api": 1.0, "hostnet_lab": 1.0},
        },
        "ratio_intervals": {"run_to_first_200": {"hostnet_lab": [1.04, 1.04]}, "removal": {"hostnet_lab": [1.0, 1.0]}},
        "rounds": 2,
        "machine": {"cpus": 2},
    }


def test_a_way_whose_tool_is_missing_is_left_out_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(ground: object) -> None:
        raise Missing("the command `curl`")

    fail.name = "cli_curl"  # type: ignore[attr-defined]
    monkeypatch.setattr(run, "WAYS", [fail])
    found = run._ways(cast(Ground, None))  # private: around it stands a whole measurement
    assert found == ([], {"cli_curl": "needs the command `curl`"})


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (EngineUnavailable("the engine", "no socket", "start it"), 2, "Found: no socket"),
        (KeyboardInterrupt(), 130, "is removed"),
    ],
)
def test_faults_end_in_their_exit_code_and_one_clear_text(
    fault: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(rounds: int) -> None:
        raise fault

    monkeypatch.setattr(run, "measure", fail)
    assert run.main([]) == code
    assert words in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_refused_before_the_measuring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "measure", lambda rounds: pytest.fail("measured"))
    assert run.main(["--json", str(tmp_path / "no" / "figures.json")]) == 2
    assert "no file can be written there" in capsys.readouterr().err


def test_reactions_are_told_in_ms_and_as_ratios_to_the_bare_listener() -> None:
    found = widgets.figures({"docker events": [0.001, 0.003, 0.002], "map": [0.030, 0.010, 0.020]})
    assert found["map"] == {"median": 20.0, "p95": 29.0, "ratio": 10.0} and found["docker events"]["ratio"] == 1.0
    assert "map" in widgets.table({"rounds": 3, "kernel, map alone": found, "idle, all widgets": {"kernel": 0.004}})


def test_a_slow_widget_and_a_busy_idle_kernel_break_their_budgets() -> None:
    slow = {"map": {"median": 100.1, "p95": 200.0, "ratio": 50.0}, "board": {"median": 99.0, "p95": 300.0, "ratio": 50.0}}
    assert widgets.broken({"rounds": 1, "page, all widgets": slow, "idle, all widgets": {"kernel": 0.021, "server": 0.5}}) == [
        "page, all widgets: map takes 100 ms",
        "the idle kernel takes 2.10% of one core",
    ]


def test_the_stage_is_judged_by_its_slowest_and_by_its_idle_server() -> None:
    def beside(came: float, went: float) -> dict[str, object]:
        waits = {"docker events": 1.0, "came": came, "went": went}
        return {name: {"median": one / 2, "p95": one} for name, one in waits.items()} | {"bytes": 2000}

    found = {
        "rounds": 3,
        "beside 0": beside(150.0, 20.0),
        "idle beside 0": 0.01,
        "beside 200": beside(20.0, 150.2),
        "idle beside 200": 0.011,
    }
    assert stage.broken(found) == ["beside 200: 95 of 100 went within 150 ms", "idle beside 200: 1.10% of one core"]
    assert "beside 200: 2 kB of markup, server idle 1.10% of one core, 90 ms" in stage.table(
        {**found, "work beside 0": 50, "work beside 200": 90}
    )
