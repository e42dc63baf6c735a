"""By how much two paths differ: no difference is seldom called one, a small one is found, and all who tell it say the same."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from statistics import median

import pytest

from hostnet_lab.core.drawings import latency
from hostnet_lab.core.guide.judges.paths import (
    BRIDGE,
    FROM_THE_LAN,
    HOST_MODE,
    PUBLISHED,
    carries_more_without_nat,
    faster_for_a_lan_client,
    faster_without_nat,
)
from hostnet_lab.core.host.timings import LOOKS, Difference, Series, difference, read, summary, until_apart

from . import recordings

NOISE = json.loads((Path(__file__).parent / "timings/busy-machine.json").read_text("utf-8"))
ROUND, RUNS = 150, 100


def made(seed: int, times: float = 1.0) -> tuple[Series, Series]:
    """Two paths of equal length, in the noise of a busy machine, the first then ``times`` as long: who of a turn was which is chance."""
    chance = Random(seed)
    level = median(NOISE["one"]) / median(NOISE["other"])
    turns = [(one, other * level) for one, other in zip(NOISE["one"], NOISE["other"], strict=True)]
    mixed = [(one, other) if chance.random() < 0.5 else (other, one) for one, other in turns]
    rounds = [mixed[start : start + ROUND] for start in range(0, len(mixed), ROUND)]
    first = Series("first", tuple(tuple(times * one for one, _ in part) for part in rounds))
    return first, Series("second", tuple(tuple(other for _, other in part) for part in rounds))


def found(seed: int, times: float = 1.0) -> Difference:
    seen = difference(*made(seed, times))
    assert seen
    return seen


def test_no_difference_is_called_one_in_at_most_five_of_a_hundred_runs() -> None:
    assert sum(found(seed).measurable for seed in range(RUNS)) <= 5


def test_a_tenth_is_found_in_at_least_95_of_a_hundred_runs_and_on_the_right_side() -> None:
    seen = [found(seed, 1.1) for seed in range(RUNS)]
    assert sum(one.measurable and one.us > 0 for one in seen) >= 95
    seen = [found(seed, 1 / 1.1) for seed in range(RUNS)]
    assert sum(one.measurable and one.us < 0 for one in seen) >= 95


def looked_again(seed: int, times: float) -> tuple[Difference | None, int]:
    """What comes of it, and how often was measured."""
    taken = [made(seed * LOOKS + look, times) for look in range(LOOKS)]
    left = iter(taken)
    return difference(*until_apart(lambda: next(left))), LOOKS - len(list(left))


def test_who_looks_again_while_nothing_is_found_finds_less_than_a_tenth_and_seldom_what_is_not_there() -> None:
    equals = [looked_again(seed, 1.0) for seed in range(RUNS)]
    assert sum(seen is not None and seen.measurable for seen, _ in equals) <= 5
    assert {looks for seen, looks in equals if seen and not seen.measurable} == {LOOKS}
    small = [looked_again(seed, 1.04) for seed in range(RUNS)]
    once = sum(found(seed * LOOKS, 1.04).measurable for seed in range(RUNS))
    assert sum(seen is not None and seen.measurable for seen, _ in small) > once


def test_what_both_paths_suffer_goes_out_of_the_difference() -> None:
    """The middle halves overlap by far, and the difference is plain: it was called none."""
    busy = [100.0 + 40 * step for step in range(50)]
    one, other = (Series(name, (tuple(us + more for us in busy),) * 2) for name, more in (("one", 30.0), ("other", 0.0)))
    assert summary(one).p25 < summary(other).p75
    seen = difference(one, other)
    assert seen and seen.measurable and (seen.us, seen.low, seen.high) == (30, 30, 30)


@pytest.mark.parametrize(("pairs", "left_out"), [(8, 0), (10, 3), (15, 15), (20, 37), (25, 68)])
def test_the_interval_is_that_of_the_tables_of_signed_ranks(pairs: int, left_out: int) -> None:
    """Critical values of Wilcoxon's signed ranks, two sides, 0.01."""
    apart = [float(2**number) for number in range(pairs)]  # no two sums are equal
    seen = difference(Series("one", tuple((us,) for us in apart)), Series("other", ((0.0,),) * pairs))
    means = sorted((one + two) / 2 for index, one in enumerate(apart) for two in apart[index:])
    assert seen and (seen.low, seen.high) == (means[left_out], means[-1 - left_out])


@pytest.mark.parametrize("rounds", [(), ((1.0,),) * 7, ((),) * 20])
def test_of_too_few_pairs_nothing_is_said(rounds: tuple[tuple[float, ...], ...]) -> None:
    assert difference(Series("one", rounds), Series("other", rounds)) is None


def test_however_much_was_measured_the_comparison_ends() -> None:
    long = [Series(name, ((us, us + 1.0, us + 2.0),) * 20_000) for name, us in (("one", 11.0), ("other", 10.0))]
    seen = difference(*long)
    assert seen and (seen.us, seen.low, seen.high) == (1, 1, 1)


def test_equal_times_are_no_difference() -> None:
    same = Series("same", ((5.0,),) * 10)
    seen = difference(same, same)
    assert seen and not seen.measurable and seen.us == seen.share == 0


# --- sentence, table, chart and verdict --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "verdict", "said"),
    [(1.0, "holds with a nuance", "no measurable difference"), (1.3, "holds", "+"), (0.7, "does not hold here", "-")],
)
def test_sentence_table_chart_and_verdict_say_the_same(times: float, verdict: str, said: str) -> None:
    published, host = made(3, times)
    paths = {HOST_MODE: host.rounds, FROM_THE_LAN: published.rounds}
    told = latency.apart(difference(published, host))
    assert told.startswith(said)
    series = read(paths)
    judgement = faster_for_a_lan_client(
        {"client": "192.0.2.2", "seen_as": dict.fromkeys((HOST_MODE, FROM_THE_LAN), "192.0.2.2"), "microseconds": paths}
    )
    assert judgement.verdict == verdict
    for text in (judgement.figures, latency.sentence(series), latency.text(series), latency.svg(series)):
        assert told in text


@pytest.mark.parametrize(
    ("loopback", "address", "verdict"),
    [(2.0, 1.1, "holds with a nuance"), (1.2, 1.2, "holds"), (1.0, 1.0, "does not hold here"), (0.7, 0.7, "does not hold here")],
)
def test_what_costs_most_decides_whether_it_is_nat_that_host_mode_saves(loopback: float, address: float, verdict: str) -> None:
    times = {HOST_MODE: 1.0, BRIDGE: 1.0, PUBLISHED[0]: loopback, PUBLISHED[1]: address}
    sources = {HOST_MODE: 0, BRIDGE: 1, PUBLISHED[0]: 1, PUBLISHED[1]: 1}
    pair = made(7)
    paths = {path: [[us * one for us in part] for part in pair[sources[path]].rounds] for path, one in times.items()}
    judgement = faster_without_nat({"microseconds": paths, "relays": []})
    assert judgement.verdict == verdict
    assert latency.apart(difference(*(read({path: paths[path]})[0] for path in (PUBLISHED[1], HOST_MODE)))) in judgement.figures


def test_of_what_is_carried_sentence_table_chart_and_verdict_say_the_same() -> None:
    seen = recordings.read(recordings.FOLDER / "serving/carries-more-without-nat.json").observation
    figures = carries_more_without_nat(seen).figures
    for load, paths in seen["microseconds"].items():
        series = {one.path: one for one in read(paths)}
        for path in (BRIDGE, *PUBLISHED):
            told = latency.apart(difference(series[path], series[HOST_MODE]))
            ordered = [series[HOST_MODE], *(one for one in series.values() if one.path != HOST_MODE)]
            for text in (figures, latency.sentence(ordered, load), latency.text(ordered), latency.svg(ordered, load)):
                assert told in text
