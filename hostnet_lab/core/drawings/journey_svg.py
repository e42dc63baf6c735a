"""One request that was followed, as a drawing: stations as columns, time downwards, an arrow for each packet with a dot where it was heard.

Never colour alone: an ear's station is a solid line, what nobody can listen to (sender, translation, relay, server) a dashed one,
and an address that changed is set bold, before the one that it was. The text twin is ``journey.text``.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...words import tr, tr_n
from ..host.capture import Place
from ..host.journey import Kind
from .journey import KINDS, Chart, Column, Followed, Row, Station, Stretch, spoken, summary, took
from .svg import box, document, extent, line, words

WIDTH, EDGE, MARGIN = 620.0, 10.0, 60.0  # left of the first column stands the time
TIER, STRETCH, ROW, SLOPE = 40.0, 58.0, 46.0, 5.0  # heights; how far an arrow falls
NAME, SMALL = 16.0, 14.0  # sizes of letters
SPEAKS: tuple[Kind, ...] = ("asks", "answers")
HEARD: tuple[Station, ...] = ("interface",)


def draw(followed: Followed) -> str:
    """The whole drawing; "" where nothing was heard."""
    return _Sheet(followed.chart).drawn(summary(followed)) if followed.chart else ""


class _Sheet:
    def __init__(self, chart: Chart) -> None:
        self._chart, self._rows = chart, chart.shown
        steps = len(chart.columns) - 1
        self._first, last = EDGE + MARGIN + 24, WIDTH - EDGE - 40
        self._step = (last - self._first) / steps
        self._top = EDGE + 2 * TIER + 4
        self._begin = self._top + STRETCH * len(chart.stretches) + 8
        self._end = self._begin + ROW * len(self._rows)

    def drawn(self, said: str) -> str:
        body = [self._lifeline(index, one) for index, one in enumerate(self._chart.columns)]
        body += [part for index, one in enumerate(self._chart.columns) for part in self._head(index, one)]
        body += [part for index, one in enumerate(self._chart.stretches) for part in self._stretch(self._top + index * STRETCH, one)]
        body += [part for index, one in enumerate(self._rows) for part in self._row(self._begin + index * ROW, one)]
        body += self._left_out()
        return document(tr("One request, followed"), said, WIDTH, self._end + 26, body)

    def _x(self, index: int) -> float:
        return self._first + index * self._step

    # -- columns ------------------------------------------------------------------------------------

    def _lifeline(self, index: int, one: Column) -> str:
        """From its name down; in two tiers, so that neighbours have room."""
        return line(self._x(index), EDGE + TIER * (1 + index % 2), self._x(index), self._end, "thin" if one.kind in HEARD else "gone")

    def _head(self, index: int, one: Column) -> Iterator[str]:
        room = min(2 * self._step, 190.0) - 8
        x, y = self._x(index), EDGE + TIER * (index % 2)
        anchor = "end" if index == len(self._chart.columns) - 1 else "middle"
        x, room = (x + 40, room) if anchor == "end" else (x, room)
        kind = tr("in the container") if one.inside else KINDS[one.kind]
        yield from _grounded(x, y + 15, one.name, "bold", size=NAME, room=room, anchor=anchor)
        yield from _grounded(x, y + 32, kind, "faint", size=SMALL, room=room, anchor=anchor)

    # -- addresses ----------------------------------------------------------------------------------

    def _stretch(self, y: float, one: Stretch) -> Iterator[str]:
        """A bar over its columns, and below it who sends to whom there."""
        left, right = self._x(one.first), self._x(one.last)
        yield line(left, y + 8, right, y + 8, "mark")
        yield line(left, y + 3, left, y + 13, "mark")
        yield line(right, y + 3, right, y + 13, "mark")
        was = one.was or one.leg
        lines = [
            (_address(tr("from {place}", place=one.leg.source), one.leg.source, was.source), one.leg.source != was.source),
            (_address(tr("to {place}", place=one.leg.target), one.leg.target, was.target), one.leg.target != was.target),
        ]
        wide = max(extent(said, SMALL) * 1.24 for said, _ in lines)
        x, anchor = (left, "start") if left + wide <= WIDTH - EDGE else (WIDTH - EDGE, "end")
        for index, (said, new) in enumerate(lines):
            yield from _grounded(
                x, y + 29 + 18 * index, said, "bold code" if new else "code", size=SMALL, room=WIDTH - 2 * EDGE, anchor=anchor
            )

    # -- packets ------------------------------------------------------------------------------------

    def _row(self, y: float, row: Row) -> Iterator[str]:
        since = took((row.packet.time_ns - self._chart.begun_ns) // 1000)
        yield words(EDGE, y + 28, since, "faint", size=SMALL, room=MARGIN)
        left = self._x(min(row.first, row.last)) + 6
        look = "bold" if row.packet.kind in SPEAKS else ""
        yield from _grounded(left, y + 14, spoken(row.packet), look, size=SMALL, room=WIDTH - EDGE - left)
        start, end, level = self._x(row.first), self._x(row.last), y + 22
        sign = 1 if end > start else -1
        yield line(start, level, end - 8 * sign, level + SLOPE, "link")
        yield f'<path d="M{end:g},{level + SLOPE:g} l{-11 * sign:g},-5 v10 z" class="tip"/>'
        at = [(self._x(index), level + SLOPE * (self._x(index) - start) / (end - start)) for index, _ in row.stops]
        yield from (f'<circle cx="{x:g}" cy="{height:g}" r="4" class="tip"/>' for x, height in at)
        for (before, _), (after, _), time in zip(at, at[1:], row.between_us, strict=False):
            yield from _grounded((before + after) / 2, level + 20, f"+{took(time)}", "faint", size=SMALL, room=self._step, anchor="middle")

    def _left_out(self) -> list[str]:
        number = len(self._chart.rows) - len(self._rows)
        said = tr_n(
            number, "{n} bare acknowledgement is in the text and in the file.", "{n} bare acknowledgements are in the text and in the file."
        )
        return list(_grounded(EDGE, self._end + 16, said, "faint", size=SMALL, room=WIDTH - 2 * EDGE)) if number else []


def _address(said: str, now: Place, was: Place) -> str:
    return said if now == was else tr("{address} (was {place})", address=said, place=was)


def _grounded(x: float, y: float, text: str, look: str = "", *, size: float, room: float, anchor: str = "start") -> Iterator[str]:
    """A text with paper behind it, so that no line runs through it."""
    wider = 1.24 if "code" in look or "bold" in look else 1.06
    wide = min(extent(text, size) * wider, room)
    left = {"start": x, "middle": x - wide / 2, "end": x - wide}[anchor]
    yield box(left - 2, y - size + 1, wide + 4, size + 3, "paper", corner=2)
    yield words(x, y, text, look, size=size, room=room, anchor=anchor)
