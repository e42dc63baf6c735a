"""Round trips compared with care: medians, and a sentence that may be "no measurable difference here"."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any

from ...words import tr, tr_n
from ..text import table
from .svg import box, document, line, words

SPOKEN: Mapping[str, str] = {  # what the experiments, and lesson 03a, call their paths
    "host mode": tr("host mode"),
    "the bridge address": tr("the bridge address"),
    "published, by loopback": tr("published, by loopback"),
    "published, by the host's own address": tr("published, by the host's own address"),
    "the container's address on the bridge": tr("the container's address on the bridge"),
    "a published port": tr("a published port"),
    "a published port over loopback": tr("a published port over loopback"),
    "a published port over the host's address": tr("a published port over the host's address"),
}
MIN_ROUNDS = 3  # fewer do not show how much the measurement itself varies


@dataclass(frozen=True)
class Series:
    """The samples of one path in microseconds, its rounds kept apart."""

    path: str
    rounds: tuple[tuple[float, ...], ...]

    @property
    def samples_us(self) -> tuple[float, ...]:
        return tuple(sample for one in self.rounds for sample in one)


def read(microseconds: Mapping[str, Any]) -> list[Series]:
    """From an observation: path -> rounds of samples."""
    return [Series(str(path), tuple(tuple(map(float, one)) for one in rounds)) for path, rounds in microseconds.items()]


@dataclass(frozen=True)
class Summary:
    """All in microseconds. ``spread``: from the lowest to the highest median of a round."""

    median: float
    p5: float
    p25: float
    p75: float
    p95: float
    round_medians: tuple[float, ...]

    @property
    def spread(self) -> float:
        return max(self.round_medians) - min(self.round_medians)


def summary(series: Series) -> Summary:
    """Median, quartiles, 5th and 95th percentile; raises ValueError for a series without samples."""
    samples = series.samples_us
    if not samples:
        raise ValueError(f"the series {series.path!r} holds no samples")
    cuts = quantiles(samples, n=20, method="inclusive") if len(samples) > 1 else [samples[0]] * 19
    medians = tuple(median(one) for one in series.rounds if one)
    return Summary(median(samples), cuts[0], cuts[4], cuts[14], cuts[18], medians)


def differ(one: Summary, other: Summary) -> bool:
    """True when the middle halves do not overlap, and the medians differ by more than rounds of one path do."""
    apart = one.p75 < other.p25 or other.p75 < one.p25
    return apart and abs(one.median - other.median) > max(one.spread, other.spread)


def sentence(series: Sequence[Series]) -> str:
    """What the data allow to say, and no more."""
    if len(series) < 2:
        return tr("One path alone: there is nothing to compare.")
    fewest = min(len(one.rounds) for one in series)
    if fewest < MIN_ROUNDS:
        return tr_n(
            fewest,
            "Nothing can be said from {n} round: at least {least} are needed.",
            "Nothing can be said from {n} rounds: at least {least} are needed.",
            least=MIN_ROUNDS,
        )
    ranked = sorted(((summary(one), _spoken(one)) for one in series), key=lambda pair: pair[0].median)
    best, fastest = ranked[0]
    slower = [(found, path) for found, path in ranked[1:] if differ(best, found)]
    alike = [pair for pair in ranked if pair not in slower]
    said = [
        tr(
            "{path} takes {times:.1f} times as long as {fastest}: median {median} against {best}.",
            path=_first_upper(path),
            times=found.median / best.median,
            fastest=fastest,
            median=_us(found.median),
            best=_us(best.median),
        )
        for found, path in slower
    ]
    if len(alike) > 1:
        none = tr(
            "No measurable difference here between {paths}: medians from {lowest} to {highest}, closer than the measurement itself varies.",
            paths=_listed([path for _, path in alike]),
            lowest=_us(alike[0][0].median),
            highest=_us(alike[-1][0].median),
        )
        said.append(none)
    return " ".join(said)


def text(series: Sequence[Series]) -> str:
    """A table: one line for each path, microseconds."""
    heads = (tr("Path"), tr("Median"), tr("Middle half"), tr("95th pct."), tr("Rounds (microseconds)"))
    rows: list[Sequence[str]] = [heads]
    for one in series:
        found = summary(one)
        middle = tr("{low:.0f} to {high:.0f}", low=found.p25, high=found.p75)
        rows.append((_spoken(one), f"{found.median:.0f}", middle, f"{found.p95:.0f}", str(len(one.rounds))))
    return table(rows, right=[1, 3])


def svg(series: Sequence[Series]) -> str:
    """One row for each path: line from the 5th to the 95th percentile, box of the middle half, median, rounds."""
    width, left, right, row = 900.0, 24.0, 840.0, 74.0
    found = [summary(one) for one in series]
    top, step = _scale(max([one.p95 for one in found] + [max((*one.round_medians, 1)) for one in found]))

    def at(value: float) -> float:
        return left + (right - left) * min(value, top) / top

    end = 64 + row * len(series)
    body = [words(left, 30, tr("Time of one small GET on a new connection"), "bold", size=17)]
    for tick in range(int(top / step) + 1):
        body.append(line(at(tick * step), 48, at(tick * step), end, "grid"))
        body.append(words(at(tick * step), end + 20, f"{tick * step:g}", "faint", size=14, anchor="middle"))
    for index, (one, seen) in enumerate(zip(series, found, strict=True)):
        body += _row(_spoken(one), seen, 64 + row * index, at)
    body.append(words(right, end + 42, tr("microseconds; less is faster"), "faint", size=14, anchor="end"))
    key = tr("Box: middle half of all samples. Line: 5th to 95th percentile. Bar: median. Rings: median of each round.")
    body.append(words(left, end + 66, key, "faint", size=13))
    return document(tr("Latency by path"), sentence(series), width, end + 80, body)


def _row(path: str, found: Summary, y: float, at: Callable[[float], float]) -> list[str]:
    middle = y + 44
    return [
        words(at(0), y + 20, path, "bold", size=15, room=660),
        words(at(0) + 816, y + 20, tr("median {median}", median=_us(found.median)), size=15, anchor="end"),
        line(at(found.p5), middle, at(found.p95), middle, "mark thin"),
        box(at(found.p25), middle - 13, max(at(found.p75) - at(found.p25), 2), 26, "box", corner=2),
        line(at(found.median), middle - 16, at(found.median), middle + 16, "mark"),
        *(f'<circle cx="{at(one):g}" cy="{middle:g}" r="4" class="dot"/>' for one in found.round_medians),
    ]


def _scale(highest: float) -> tuple[float, float]:
    """The end of the axis and the step of its ticks: 4 to 8 ticks at round numbers."""
    power = 10.0 ** (len(str(int(highest))) - 2)
    step = next(power * one for one in (1, 2, 5, 10, 20, 50, 100) if highest / (power * one) <= 8)
    return step * (int(highest / step) + 1), step


def _us(value: float) -> str:
    return f"{value:.0f} µs"


def _spoken(series: Series) -> str:
    return SPOKEN.get(series.path, series.path)


def _listed(names: Sequence[str]) -> str:
    return tr("{others} and {last}", others=", ".join(names[:-1]), last=names[-1])


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
