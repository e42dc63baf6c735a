"""Times by path as a chart, as a table and in a sentence: all three say the same differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ...words import tr
from ..host.timings import BIG, MANY, SMALL, Difference, Series, Summary, difference, summary
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
LOADS: Mapping[str, str] = {SMALL: tr("one small request"), BIG: tr("one big answer"), MANY: tr("32 requests at once")}
HEADS: Mapping[str, str] = {
    SMALL: tr("Time of one small GET on a new connection"),
    BIG: tr("Time of one big answer"),
    MANY: tr("Time until 32 requests at once are answered"),
}
MS = 1000  # microseconds
WHOLE_MS = 10  # a request as applications know it, with its way through a network


def sentence(series: Sequence[Series], load: str = SMALL) -> str:
    """What the data allow to say of each path beside the first, and no more."""
    first, *others = series
    if not others:
        return tr("One path alone: there is nothing to compare.")
    head = tr("{path}: median {median}.", path=_first_upper(spoken(first.path)), median=us(summary(first).median))
    told = ((_first_upper(spoken(one.path)), in_words(difference(one, first), load)) for one in others)
    return " ".join([head, *(tr("{path}: {difference}.", path=path, difference=said) for path, said in told)])


def in_words(found: Difference | None, load: str = SMALL) -> str:
    """A difference with its interval: whether it can be measured, and what it comes to beside the whole."""
    if found is None or not found.measurable:
        return apart(found)
    if load != SMALL:
        share = f"{abs(found.share):.0%}"
        return apart(found) + (tr(", that is {share} more", share=share) if found.us > 0 else tr(", that is {share} less", share=share))
    shares = {"share": f"{abs(found.share):.0%}", "whole": f"{abs(found.us) / WHOLE_MS / MS:.1%}", "ms": WHOLE_MS}
    return apart(found) + tr(", that is {share} of so small a request, and {whole} of one that takes {ms} ms", **shares)


def apart(found: Difference | None) -> str:
    """The same in short."""
    if found is None:
        return tr("too few rounds to compare")
    in_ms = max(abs(found.low), abs(found.high)) >= MS
    middle, low, high = (f"{one / MS:+.2f}" if in_ms else f"{one:+.0f}" for one in (found.us, found.low, found.high))
    values = {"low": low, "high": f"{high} ms" if in_ms else f"{high} µs"}
    if not found.measurable:
        return tr("no measurable difference ({low} to {high})", **values)
    return tr("{middle} ({low} to {high})", middle=middle, **values)


def text(series: Sequence[Series]) -> str:
    """A table: one line for each path."""
    rows: list[Sequence[str]] = [(tr("Path"), tr("Median"), tr("Middle half"), tr("95th pct."), tr("Beside the first"))]
    for one in series:
        found = summary(one)
        middle = tr("{low} to {high}", low=us(found.p25), high=us(found.p75))
        rows.append((spoken(one.path), us(found.median), middle, us(found.p95), _beside(one, series)))
    return table(rows, right=[1, 3])


def svg(series: Sequence[Series], load: str = SMALL) -> str:
    """One row for each path: line from the 5th to the 95th percentile, box of the middle half, median, difference from the first."""
    width, left, right, row = 640.0, 20.0, 620.0, 96.0
    found = [summary(one) for one in series]
    top, step = _scale(max(max(one.p95, 1) for one in found))
    unit = MS if top >= 2 * MS else 1

    def at(value: float) -> float:
        return left + (right - left) * min(value, top) / top

    end = 64 + row * len(series)
    body = [words(left, 30, HEADS.get(load, load), "bold", size=17)]
    for tick in range(int(top / step) + 1):
        body.append(line(at(tick * step), 48, at(tick * step), end, "grid"))
        body.append(words(at(tick * step), end + 20, f"{tick * step / unit:g}", "faint", size=14, anchor="middle"))
    for index, (one, seen) in enumerate(zip(series, found, strict=True)):
        body += _row(spoken(one.path), _beside(one, series), seen, 64 + row * index, at)
    less = tr("microseconds; less is faster") if unit == 1 else tr("milliseconds; less is faster")
    body.append(words(right, end + 42, less, "faint", size=14, anchor="end"))
    body.append(words(left, end + 66, tr("Box: middle half. Line: 5th to 95th percentile. Bar: median."), "faint", size=13))
    body.append(words(left, end + 86, tr("In brackets: where a difference lies, 99 times in 100."), "faint", size=13))
    return document(HEADS.get(load, load), sentence(series, load), width, end + 100, body)


def _beside(one: Series, series: Sequence[Series]) -> str:
    return "" if one is series[0] else apart(difference(one, series[0]))


def _row(path: str, beside: str, found: Summary, y: float, at: Callable[[float], float]) -> list[str]:
    middle = y + 66
    told = ", ".join(filter(None, (tr("median {median}", median=us(found.median)), beside)))
    return [
        words(at(0), y + 20, path, "bold", size=15, room=600),
        words(at(0), y + 42, told, size=15),
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
    return f"{value:.0f} µs" if value < MS else f"{value / MS:.2f} ms"


def spoken(path: str) -> str:
    return SPOKEN.get(path, path)


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]
