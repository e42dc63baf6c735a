"""Paths as a drawing and as text: a row for each path, a column for each kind of station, a rail through those that it passes.

Never colour alone: a station on the path stands on the rail in a solid box, one that the path avoids lies below the rail
in a dotted one. After requests were sent the counters decide, and say so: a tick and what was added, or "stood still".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ...words import tr, tr_n
from ..host.counters import Counter, Counts, Unit
from .stations import KINDS, SPOKEN, Kind, Mark, Passage, Path, Reason, Station, Ways
from .svg import box, document, extent, line, words

WIDTH, EDGE, GAP, HEAD, TITLE = 840.0, 12.0, 10.0, 48.0, 30.0
WIDEST = 150.0  # of a column: where there are few, the line between them is long
START = EDGE + 30.0  # where the first column begins: left of it the sender is a dot
TALL, LOW, DIP, BETWEEN = 76.0, 32.0, 28.0, 18.0  # a box with and without a counter; how far an avoided one lies lower; rows
HEADS: Mapping[Kind, tuple[str, str]] = {  # and what its counter counts
    "interface": (tr("Interface"), tr("packets")),
    "nat rule": (tr("NAT rule"), tr("connections")),
    "relay": (tr("Relay"), tr("processor time")),
    "bridge": (tr("Bridge"), tr("packets")),
    "veth pair": (tr("veth pair"), tr("packets")),
    "server": (tr("Server"), tr("connections")),
}
UNITS: Mapping[Unit, str] = {"packets": tr("packets"), "connections": tr("connections"), "µs": tr("of processor time")}
HIDDEN: Mapping[Reason, str] = {"needs root": tr("needs root"), "no counter": tr("no counter"), "not visible": tr("not visible")}
SIGNS: Mapping[Mark, str] = {"passed": "✔", "stood still": "=", "not visible": "?"}
Sent = Mapping[Path, Passage]


def draw(seen: Ways) -> str:
    """The whole drawing; the counters as they are now are shown until requests were sent on a path."""
    paths, sent = seen.paths, seen.passages
    kinds = [kind for kind in KINDS[1:] if any(one.kind == kind for path in paths for one in path.stations)]
    steps, room = max(len(kinds) - 1, 1), WIDTH - START - EDGE
    width = min((room + GAP) / (steps + 1) - GAP, WIDEST)
    at = {kind: START + index * (room - width) / steps for index, kind in enumerate(kinds)}
    body = [words(at[kind], EDGE + 14, HEADS[kind][0], "bold", size=16) for kind in kinds]
    body += [words(at[kind], EDGE + 31, HEADS[kind][1], "faint", size=14) for kind in kinds]
    y = EDGE + HEAD
    for path in paths:
        row = _Row(path, y, at, width, seen.counts, sent.get(path))
        body += row.drawn()
        y = row.end + BETWEEN
    return document(tr("Paths to the server"), " ".join(summary(paths, sent).splitlines()), WIDTH, y, body)


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
        said = tr("not sent from here") if self.path.remote else tr("nothing sent yet")
        said = _answered(self.passage) if self.passage else said
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
            words(x + 8, y + 21, one.said, f"{faint}bold", size=15, room=self.width - 8),
            *(words(x + 8, y + 44 + 20 * index, said, faint + look, size=14) for index, (said, look) in enumerate(lines)),
        ]


def _counter_lines(one: Station, counts: Counts, passage: Passage | None, room: float) -> list[tuple[str, str]]:
    """Up to two lines with their looks: the counter now, or before and after, and what was added."""
    if one.counter is None or (passage is None and one.counter.key not in counts):
        return [(tr("no counter"), ""), *([(f"({HIDDEN[one.hidden]})", "")] if one.hidden == "needs root" else [])]
    if passage is None:
        return [(_bare(counts[one.counter.key], one.counter), "")]
    moved, mark = passage.moved(one), passage.mark(one)
    if moved is None:
        return [("? " + tr("no counter"), "")]
    before, after = (_bare(seen[one.counter.key], one.counter) for seen in (passage.before, passage.after))
    both = f"{before.removesuffix(' ms')} → {after}"
    more = f"+{_bare(moved, one.counter)}"
    added = tr("stood still") if moved == 0 else more if mark == "passed" else tr("only {number}", number=more)
    return [(both if extent(both, 14) <= room else f"→ {after}", ""), (f"{SIGNS[mark]} {added}", "bold" if mark == "passed" else "")]


def _answered(passage: Passage) -> str:
    return tr("{answered} of {requests} answered", answered=passage.answered, requests=passage.requests)


def _bare(value: int, counter: Counter) -> str:
    return f"{value / 1000:,.1f} ms" if counter.unit == "µs" else f"{value:,}"


# -- text -------------------------------------------------------------------------------------------


def text(seen: Ways) -> str:
    """The twin of the drawing: a block for each path, a line for each station."""
    lines: list[str] = []
    for path in seen.paths:
        passage = seen.passages.get(path)
        said = [f"{path.name} ({path.url})", tr("not sent from here") if path.remote else ""]
        said[1] = _answered(passage) if passage else said[1]
        lines.append(", ".join(filter(None, said)))
        lines += [f"  {_station_words(one, seen.counts, passage)}" for one in path.stations if one.on]
        avoided = [_station_words(one, seen.counts, passage) for one in path.stations if not one.on]
        lines += ["  " + tr("Avoids {station}", station=one) for one in avoided]
    return "\n".join(lines)


def _station_words(one: Station, counts: Counts, passage: Passage | None) -> str:
    if one.kind == "sender":
        return tr("from {sender}", sender=one.said)
    name = f"{SPOKEN[one.kind]} {one.said}"
    if one.counter is None:
        why = f", {HIDDEN[one.hidden]}" if one.hidden in ("needs root", "not visible") else ""
        return tr("{station}: no counter", station=name) + why
    moved = passage.moved(one) if passage else None
    if passage and moved is not None:
        before, after = (_bare(seen[one.counter.key], one.counter) for seen in (passage.before, passage.after))
        more = {
            "station": name,
            "before": before,
            "after": after,
            "added": f"+{_bare(moved, one.counter)}",
            "unit": UNITS[one.counter.unit],
        }
        if passage.mark(one) == "passed":
            return tr("{station}: passed, {before} before, {after} after ({added}, {unit})", **more)
        return tr("{station}: stood still, {before} before, {after} after ({added}, {unit})", **more)
    now = counts.get(one.counter.key)
    if now is None:
        return tr("{station}: counter not visible", station=name)
    return f"{name}: {_bare(now, one.counter)} {UNITS[one.counter.unit]}"


def summary(paths: Sequence[Path], sent: Sent) -> str:
    """A sentence for each path: which stations saw the requests, or which would; then the surprises."""
    said = []
    for path in paths:
        passage = sent.get(path)
        if passage is None:
            through = ", ".join(one.said for one in path.stations[1:] if one.on)
            said.append(tr("{path} leads over {stations}.", path=path.name, stations=through))
        else:
            passed = ", ".join(one.said for one in path.stations if passage.mark(one) == "passed")
            answered = _answered(passage)
            if passed:
                said.append(tr("{path}: {answered}; seen by {stations}.", path=path.name, answered=answered, stations=passed))
            else:
                said.append(tr("{path}: {answered}; seen by no counter.", path=path.name, answered=answered))
            said += [tr("But {surprise}.", surprise=one) for one in passage.surprises]
    return "\n".join(said)


def outcome(sent: Sent) -> str:
    """What came of the requests, for a status line: answers, and where the counters contradict the configuration."""
    if not sent:
        return tr("Nothing was sent: no path starts on this machine.")
    lost = [f"{path.name}: {_answered(passage)}" for path, passage in sent.items() if passage.answered < passage.requests]
    each = next(iter(sent.values())).requests
    if lost:
        end = tr_n(
            len(sent),
            "{requests} requests were sent on one path.",
            "{requests} requests were sent on each of {n} paths.",
            requests=each,
        )
    else:
        end = tr_n(
            len(sent),
            "{requests} requests were sent on one path: all were answered.",
            "{requests} requests were sent on each of {n} paths: all were answered.",
            requests=each,
        )
    surprises = [f"{path.name}: {one}." for path, passage in sent.items() for one in passage.surprises]
    return "\n".join([end, *lost, *(surprises or [tr("The counters moved where the configuration says.")])])
