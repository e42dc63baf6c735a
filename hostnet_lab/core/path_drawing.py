"""Paths as a drawing and as text: a row for each path, a column for each kind of station, a rail through those that it passes.

Never colour alone: a station on the path stands on the rail in a solid box, one that the path avoids lies below the rail
in a dotted one. After requests were sent the counters decide, and say so: a tick and what was added, or "stood still".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .counters import Counter, Counts
from .drawing import box, document, extent, line, words
from .paths import KINDS, NEEDS_ROOT, Kind, Mark, Passage, Path, Station

WIDTH, EDGE, GAP, HEAD, TITLE = 840.0, 12.0, 10.0, 48.0, 30.0
WIDEST = 150.0  # of a column: where there are few, the line between them is long
START = EDGE + 30.0  # where the first column begins: left of it the sender is a dot
TALL, LOW, DIP, BETWEEN = 76.0, 32.0, 28.0, 18.0  # a box with and without a counter; how far an avoided one lies lower; rows
HEADS: Mapping[Kind, tuple[str, str]] = {  # and what its counter counts
    "interface": ("Interface", "packets"),
    "nat rule": ("NAT rule", "connections"),
    "relay": ("Relay", "processor time"),
    "bridge": ("Bridge", "packets"),
    "veth pair": ("veth pair", "packets"),
    "server": ("Server", "connections"),
}
SIGNS: Mapping[Mark, str] = {"passed": "✔", "stood still": "=", "not visible": "?"}
Sent = Mapping[Path, Passage]


def draw(paths: Sequence[Path], counts: Counts, sent: Sent) -> str:
    """The whole drawing; ``counts``: as they are now, shown until requests were sent on a path."""
    kinds = [kind for kind in KINDS[1:] if any(one.kind == kind for path in paths for one in path.stations)]
    steps, room = max(len(kinds) - 1, 1), WIDTH - START - EDGE
    width = min((room + GAP) / (steps + 1) - GAP, WIDEST)
    at = {kind: START + index * (room - width) / steps for index, kind in enumerate(kinds)}
    body = [words(at[kind], EDGE + 14, HEADS[kind][0], "bold", size=16) for kind in kinds]
    body += [words(at[kind], EDGE + 31, HEADS[kind][1], "faint", size=14) for kind in kinds]
    y = EDGE + HEAD
    for path in paths:
        row = _Row(path, y, at, width, counts, sent.get(path))
        body += row.drawn()
        y = row.end + BETWEEN
    return document("Paths to the server", " ".join(summary(paths, sent).splitlines()), WIDTH, y, body)


@dataclass(frozen=True)
class _Row:
    """One path, from ``y`` down to ``end``; without counters where nothing can be sent."""

    path: Path
    y: float
    at: Mapping[Kind, float]  # the left edge of each column
    width: float
    counts: Counts
    passage: Passage | None

    @property
    def height(self) -> float:
        return LOW if self.path.remote else TALL

    @property
    def end(self) -> float:
        return self.y + TITLE + self.height + DIP * any(not one.on for one in self.path.stations)

    def drawn(self) -> list[str]:
        said = _answered(self.passage) if self.passage else "not sent from here" if self.path.remote else "nothing sent yet"
        rail, on = self.y + TITLE + 16, [one for one in self.path.stations if one.on]
        drawn = [
            words(EDGE, self.y + 20, self.path.name, "bold", size=16, room=440),
            words(EDGE + 446, self.y + 20, self.path.url, "code", size=14, room=232),
            words(WIDTH - EDGE, self.y + 20, said, "faint", size=14, anchor="end"),
            f'<circle cx="{EDGE + 6:g}" cy="{rail:g}" r="6" class="tip"/>',
            line(EDGE + 6, rail, self.at[on[-1].kind], rail, "link"),
        ]
        drawn += [part for one in self.path.stations if one.kind in self.at for part in self._station(one)]
        return [*drawn, *(f'<path d="M{self.at[one.kind]:g},{rail:g} l-9,-5 v10 z" class="tip"/>' for one in on[1:])]

    def _station(self, one: Station) -> list[str]:
        x, y, faint = self.at[one.kind], self.y + TITLE + (0 if one.on else DIP), "" if one.on else "faint "
        look = "tab" if self.passage and self.passage.mark(one) == "passed" else "box" if one.on else "gone"
        lines = [] if self.path.remote else _counter_lines(one, self.counts, self.passage, self.width - 12)
        ground = [box(x, y, self.width, self.height, "paper", corner=5)] if look == "gone" else []
        return [
            *ground,
            box(x, y, self.width, self.height, look, corner=5),
            words(x + 8, y + 21, one.name, f"{faint}bold", size=15, room=self.width - 8),
            *(words(x + 8, y + 44 + 20 * index, said, faint + look, size=14) for index, (said, look) in enumerate(lines)),
        ]


def _counter_lines(one: Station, counts: Counts, passage: Passage | None, room: float) -> list[tuple[str, str]]:
    """Up to two lines with their looks: the counter now, or before and after, and what was added."""
    if one.counter is None or (passage is None and one.counter.key not in counts):
        return [("no counter", ""), *([(f"({one.hidden})", "")] if one.hidden == NEEDS_ROOT else [])]
    if passage is None:
        return [(_bare(counts[one.counter.key], one.counter), "")]
    moved, mark = passage.moved(one), passage.mark(one)
    if moved is None:
        return [("? no counter", "")]
    before, after = (_bare(seen[one.counter.key], one.counter) for seen in (passage.before, passage.after))
    both = f"{before.removesuffix(' ms')} → {after}"
    added = "stood still" if moved == 0 else f"{'' if mark == 'passed' else 'only '}+{_bare(moved, one.counter)}"
    return [(both if extent(both, 14) <= room else f"→ {after}", ""), (f"{SIGNS[mark]} {added}", "bold" if mark == "passed" else "")]


def _answered(passage: Passage) -> str:
    return f"{passage.answered} of {passage.requests} answered"


def _unit(counter: Counter) -> str:
    return "of processor time" if counter.unit == "µs" else counter.unit


def _bare(value: int, counter: Counter) -> str:
    return f"{value / 1000:,.1f} ms" if counter.unit == "µs" else f"{value:,}"


# -- text -------------------------------------------------------------------------------------------


def text(paths: Sequence[Path], counts: Counts, sent: Sent) -> str:
    """The twin of the drawing: a block for each path, a line for each station."""
    lines: list[str] = []
    for path in paths:
        passage = sent.get(path)
        said = f", {_answered(passage)}" if passage else ", not sent from here" if path.remote else ""
        lines.append(f"{path.name} ({path.url}){said}")
        lines += [f"  {_station_words(one, counts, passage)}" for one in path.stations if one.on]
        avoided = [_station_words(one, counts, passage) for one in path.stations if not one.on]
        lines += [f"  Avoids {one}" for one in avoided]
    return "\n".join(lines)


def _station_words(one: Station, counts: Counts, passage: Passage | None) -> str:
    name = f"{one.kind} {one.name}" if one.kind != "sender" else f"from {one.name}"
    if one.kind == "sender":
        return name
    if one.counter is None:
        return f"{name}: no counter{f', {one.hidden}' if one.hidden != 'no counter' else ''}"
    moved = passage.moved(one) if passage else None
    if passage and moved is not None:
        before, after = (_bare(seen[one.counter.key], one.counter) for seen in (passage.before, passage.after))
        return f"{name}: {passage.mark(one)}, {before} before, {after} after (+{_bare(moved, one.counter)}, {_unit(one.counter)})"
    now = counts.get(one.counter.key)
    return f"{name}: {'counter not visible' if now is None else f'{_bare(now, one.counter)} {_unit(one.counter)}'}"


def summary(paths: Sequence[Path], sent: Sent) -> str:
    """A sentence for each path: which stations saw the requests, or which would; then the surprises."""
    said = []
    for path in paths:
        passage = sent.get(path)
        if passage is None:
            through = ", ".join(one.name for one in path.stations[1:] if one.on)
            said.append(f"{path.name} leads over {through}.")
        else:
            passed = ", ".join(one.name for one in path.stations if passage.mark(one) == "passed")
            said.append(f"{path.name}: {_answered(passage)}; seen by {passed or 'no counter'}.")
            said += [f"But {one}." for one in passage.surprises]
    return "\n".join(said)


def outcome(sent: Sent) -> str:
    """What came of the requests, for a status line: answers, and where the counters contradict the configuration."""
    if not sent:
        return "Nothing was sent: no path starts on this machine."
    lost = [f"{path.name}: {_answered(passage)}" for path, passage in sent.items() if passage.answered < passage.requests]
    each = next(iter(sent.values())).requests
    where, end = "one path" if len(sent) == 1 else f"each of {len(sent)} paths", "" if lost else ": all were answered"
    said = [f"{each} requests were sent on {where}{end}."]
    surprises = [f"{path.name}: {one}." for path, passage in sent.items() for one in passage.surprises]
    return "\n".join([*said, *lost, *(surprises or ["The counters moved where the configuration says."])])
