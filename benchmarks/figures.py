"""From seconds measured to what is shown: medians, ratios, tables, the JSON. Pure; runs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from statistics import median, quantiles
from typing import Any

Samples = Mapping[str, Sequence[float]]  # way -> seconds, one for each round
REFERENCE = "raw_api"
BARE = "bare_python"
RESAMPLES = 1000


def medians_ms(samples: Samples) -> dict[str, float]:
    return {way: round(median(seconds) * 1000, 3) for way, seconds in samples.items()}


def p95(seconds: Sequence[float]) -> float:
    """Linear between ranks; with fewer than 20 rounds close to the maximum."""
    return quantiles(seconds, n=20, method="inclusive")[-1] if len(seconds) > 1 else seconds[0]


def ratios(medians: Mapping[str, float]) -> dict[str, float]:
    """Each median over the raw API's; empty where that was not measured."""
    floor = medians.get(REFERENCE)
    return {way: round(value / floor, 3) for way, value in medians.items()} if floor else {}


def interval(seconds: Sequence[float], floor: Sequence[float]) -> tuple[float, float]:
    """The 95% interval of the ratio of two medians, by resampling: what this run's noise allows to say."""
    random = Random(RESAMPLES)
    drawn = (median(random.choices(seconds, k=len(seconds))) / median(random.choices(floor, k=len(floor))) for _ in range(RESAMPLES))
    ranked = sorted(drawn)
    return round(ranked[RESAMPLES // 40], 3), round(ranked[-RESAMPLES // 40 - 1], 3)


def intervals(samples: Samples) -> dict[str, tuple[float, float]]:
    floor = samples.get(REFERENCE)
    return {way: interval(seconds, floor) for way, seconds in samples.items() if way != REFERENCE} if floor else {}


def over_bare(samples: Samples) -> dict[str, float]:
    """Medians over bare Python's, whose own stands beside them as it is."""
    medians = medians_ms(samples)
    return {way: value if way == BARE else round(value - medians[BARE], 3) for way, value in medians.items()}


def table(title: str, samples: Samples) -> str:
    """Milliseconds, in the order given: minimum, median, p95, maximum, ratio of the medians to the raw API's with its 95% interval."""
    over, sure = ratios(medians_ms(samples)), intervals(samples)
    lines = [_row(title, "min", "median", "p95", "max", f"x {REFERENCE}", "95% of it")]
    for way, seconds in samples.items():
        ratio = f"{over[way]:.2f}" if way in over else "-"
        spread = [f"{one * 1000:.1f}" for one in (min(seconds), median(seconds), p95(seconds), max(seconds))]
        within = "{:.2f}-{:.2f}".format(*sure[way]) if way in sure else "-"
        lines.append(_row(way, *spread, ratio, within))
    return "\n".join(lines)


def import_table(samples: Samples) -> str:
    """Milliseconds over bare Python's median; bare Python's own row is as it is."""
    lines = [_row("import, over bare (ms)", "min", "median", "p95", "max")]
    for way, seconds in samples.items():
        bare = 0.0 if way == BARE else median(samples[BARE])
        spread = (min(seconds), median(seconds), p95(seconds), max(seconds))
        lines.append(_row(f"{way} (itself)" if way == BARE else way, *(f"{(one - bare) * 1000:.1f}" for one in spread)))
    return "\n".join(lines)


def report(starts: Samples, removals: Samples, imports: Samples, rounds: int, machine: Mapping[str, Any]) -> dict[str, Any]:
    """What --json writes; all times in milliseconds."""
    run, removal = medians_ms(starts), medians_ms(removals)
    return {
        "run_to_first_200": run,
        "removal": removal,
        "import": over_bare(imports),
        "ratios": {"run_to_first_200": ratios(run), "removal": ratios(removal)},
        "ratio_intervals": {"run_to_first_200": intervals(starts), "removal": intervals(removals)},
        "rounds": rounds,
        "machine": dict(machine),
    }


def _row(name: str, *cells: str) -> str:
    return f"{name:24}" + "".join(f"{cell:>11}" for cell in cells)
