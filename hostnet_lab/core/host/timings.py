"""How long requests took on several paths, and by how much two paths differ: by pairs, with an interval.

What is measured in turns is compared in turns: a busy moment meets both paths of a pair, and goes out of their difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate, pairwise
from statistics import median, quantiles
from typing import Any

SMALL, BIG, MANY = "one small request", "one big answer", "32 requests at once"  # what may be asked of a path in one turn

CONFIDENCE = 0.99  # of an interval: of a hundred comparisons of equals, one finds a difference
PAIRS_A_ROUND = 5  # short stretches of a round, each long enough for a median
MOST_PAIRS = 100  # of more, neighbours become one: the work grows with the third power
LOOKS = 3  # at most: see until_apart
MIN_PAIRS = 8  # of fewer, no interval of that confidence can be made


@dataclass(frozen=True)
class Series:
    """The samples of one path in microseconds, its rounds kept apart, each in the order of its turns."""

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
    """All in microseconds."""

    median: float
    p5: float
    p25: float
    p75: float
    p95: float


def summary(series: Series) -> Summary:
    """Median, quartiles, 5th and 95th percentile; raises ValueError for a series without samples."""
    samples = series.samples_us
    if not samples:
        raise ValueError(f"the series {series.path!r} holds no samples")
    cuts = quantiles(samples, n=20, method="inclusive") if len(samples) > 1 else [samples[0]] * 19
    return Summary(median(samples), cuts[0], cuts[4], cuts[14], cuts[18])


@dataclass(frozen=True)
class Difference:
    """By how many microseconds a path takes longer than another (less than 0: shorter), from ``low`` to ``high`` at CONFIDENCE.

    ``share``: of a whole request on that other path.
    """

    us: float
    low: float
    high: float
    share: float

    @property
    def measurable(self) -> bool:
        return self.low > 0 or self.high < 0


def difference(path: Series, other: Series) -> Difference | None:
    """How much longer ``path`` takes than ``other``; None where there are too few pairs to say.

    Hodges and Lehmann's estimate with the interval of Wilcoxon's signed ranks (Hollander, Wolfe, Chicken: Nonparametric Statistical
    Methods, 3.2 and 3.3): it asks for no distribution, and one bad moment in five does not move it.
    """
    pairs = [pair for one, two in zip(path.rounds, other.rounds, strict=False) for pair in _pairs(one, two)]
    if len(pairs) < MIN_PAIRS:
        return None
    size = -(-len(pairs) // MOST_PAIRS)
    pairs = [tuple(map(median, zip(*pairs[start : start + size], strict=True))) for start in range(0, len(pairs), size)]
    apart = [one - two for one, two in pairs]
    means = sorted((one + two) / 2 for index, one in enumerate(apart) for two in apart[index:])
    out = _left_out(len(apart))
    middle, whole = median(means), median(two for _, two in pairs)
    return Difference(middle, means[out], means[-1 - out], middle / whole if whole else 0.0)


def until_apart(measured: Callable[[], Sequence[Series]]) -> list[Series]:
    """What is measured; more of it while no difference is found between its first two, three times as much at most, all of it kept.

    On a busy machine a small difference takes more turns. Of a hundred comparisons of equals, three at most find one.
    """
    kept = list(measured())
    for _ in range(LOOKS - 1):
        found = difference(kept[0], kept[1])
        if found is None or found.measurable:
            break
        kept = [replace(one, rounds=(*one.rounds, *more.rounds)) for one, more in zip(kept, measured(), strict=True)]
    return kept


def _pairs(one: tuple[float, ...], two: tuple[float, ...]) -> list[tuple[float, float]]:
    """The medians of both in the same stretches of a round."""
    turns = min(len(one), len(two))
    ends = [turns * number // PAIRS_A_ROUND for number in range(PAIRS_A_ROUND + 1)]
    return [(median(one[start:end]), median(two[start:end])) for start, end in pairwise(ends) if end > start]


@cache
def _left_out(pairs: int) -> int:
    """How many of the sorted means of pairs lie outside of the interval, at each end: the exact distribution of signed ranks."""
    ways = [1]  # ways[s]: in how many sets of ranks the sum is s
    for rank in range(1, pairs + 1):
        longer = [*ways, *[0] * rank]
        for total, count in enumerate(ways):
            longer[total + rank] += count
        ways = longer
    return max(0, sum(below <= (1 - CONFIDENCE) / 2 * (1 << pairs) for below in accumulate(ways)) - 1)
