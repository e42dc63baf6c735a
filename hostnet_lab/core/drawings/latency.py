"""Round trips by path as a chart, as a table and in a sentence: all three say the same differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...words import tr
from ..host.timings import Difference, Series, Summary, difference, summary
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
WHOLE_MS = 10  # a request as applications know it, with its way through a network


def sentence(series: Sequence[Series]) -> str:
    """What the data allow to say of each path beside the first, and no more."""
    first, *others = series
    if not others:
        return tr("One path alone: there is nothing to compare.")
    head = tr("{path}: median {median}.", path=_first_upper(spoken(first.path)), median=us(summary(first).median))
    said = (tr("{path}: {difference}.", path=_first_upper(spoken(one.path)), difference=in_words(difference(one, first))) for one in others)
    return " ".join([head, *said])


def in_words(found: Difference | None) -> str:
    """A difference with its interval: whether it can be measured, and what it comes to beside a whole request."""
    if found is None or not found.measurable:
        return apart(found)
    shares = {"share": f"{abs(found.share):.0%}", "whole": f"{abs(found.us) / WHOLE_MS / 1000:.1%}", "ms": WHOLE_MS}
    return apart(found) + tr(", that is {share} of so small a request, and {whole} of one that takes {ms} ms", **shares)


def apart(found: Difference | None) -> str:
    """The same in short."""
    if found is None:
        return tr("too few rounds to compare")
    values = {"low": f"{found.low:+.0f}", "high": f"{found.high:+.0f} µs"}
    if not found.measurable:
        return tr("no measurable difference ({low} to {high})", **values)
    return tr("{middle} ({low} to {high})", middle=f"{found.us:+.0f}", **values)


def text(series: Sequence[Series]) -> str:
    """A table: one line for each path, microseconds."""
    rows: list[Sequence[str]] = [(tr("Path"), tr("Median"), tr("Middle half"), tr("95th pct."), tr("Beside the first (microseconds)"))]
    for one in series:
        found = summary(one)
        middle = tr("{low:.0f} to {high:.0f}", low=found.p25, high=found.p75)
        rows.append((spoken(one.path), f"{found.median:.0f}", middle, f"{found.p95:.0f}", _beside(one, series)))
    return table(rows, right=[1, 3])


def svg(series: Sequence[Series]) -> str:
    """One row for each path: line from the 5th to the 95th percentile, box of the middle half, median, difference from the first."""
    width, left, right, row = 900.0, 24.0, 840.0, 74.0
    found = [summary(one) for one in series]
    top, step = _scale(max(max(one.p95, 1) for one in found))

    def at(value: float) -> float:
        return left + (right - left) * min(value, top) / top

    end = 64 + row * len(series)
    body = [words(left, 30, tr("Time of one small GET on a new connection"), "bold", size=17)]
    for tick in range(int(top / step) + 1):
        body.append(line(at(tick * step), 48, at(tick * step), end, "grid"))
        body.append(words(at(tick * step), end + 20, f"{tick * step:g}", "faint", size=14, anchor="middle"))
    for index, (one, seen) in enumerate(zip(series, found, strict=True)):
        body += _row(spoken(one.path), _beside(one, series), seen, 64 + row * index, at)
    body.append(words(right, end + 42, tr("microseconds; less is faster"), "faint", size=14, anchor="end"))
    key = tr("Box: middle half. Line: 5th to 95th percentile. Bar: median. In brackets: where a difference lies, 99 in 100 times.")
    body.append(words(left, end + 66, key, "faint", size=13))
    return document(tr("Latency by path"), sentence(series), width, end + 80, body)


def _beside(one: Series, series: Sequence[Series]) -> str:
    return "" if one is series[0] else apart(difference(one, series[0]))


def _row(path: str, beside: str, found: Summary, y: float, at: Callable[[float], float]) -> list[str]:
    middle = y + 44
    told = ", ".join(filter(None, (tr("median {median}", median=us(found.median)), beside)))
    return [
        words(at(0), y + 20, path, "bold", size=15, room=400),
        words(at(0) + 816, y + 20, told, size=15, anchor="end"),
        line(at(found.p5), middle, at(found.p95), middle, "mark thin"),
        box(at(found.p25), middle - 13, max(at(found.p75) - at(found.p25), 2), 26, "box", corner=2),
        line(at(found.median), middle - 16, at(found.median), middle + 16, "mark"),
    ]


def _scale(highest: float) -> tuple[float, float]:
    """The end of the axis and the step of its ticks: 4 to 8 ticks at round numbers."""
    power = 10.0 ** (len(str(int(highest))) - 2)
    step = next(power * one for one in (1, 2, 5, 10, 20, 50, 100) if highest / (power * one) <= 8)
    return step * (int(highest / step) + 1), step


def us(value: float) -> str:
    return f"{value:.0f} µs"


def spoken(path: str) -> str:
    return SPOKEN.get(path, path)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
