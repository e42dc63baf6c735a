"""The layout of the host map: the host's frame on the left, other namespaces on the right, the stopped below.

Never colour alone: the host's frame is solid, another namespace is dashed, a stopped container is dotted, and
each of them says so in words.
"""

from __future__ import annotations

from ...words import tr
from .host_map import SHOWN_OTHERS, SHOWN_PORTS, SHOWN_STOPPED, Box, HostMap, Socket, interface_words, leads_to, rest, state_words
from .svg import arrow, box, document, extent, line, words

WIDTH, EDGE, PAD = 940.0, 14.0, 18.0
RIGHT, RIGHT_WIDTH = 690.0, 236.0  # the column of other namespaces
ROW, FRAME = 30.0, 118.0  # heights


class _Column:
    """A stack of drawn rows; ``y`` is where the next one starts."""

    def __init__(self, left: float, width: float, y: float) -> None:
        self.left, self.width, self.y = left, width, y
        self.drawn: list[str] = []

    def heading(self, text: str) -> None:
        self.drawn.append(words(self.left, self.y + 16, text, "faint bold", size=13, room=self.width))
        self.y += 24

    def chips(self, texts: list[str], look: str, size: float = 14) -> None:
        """Small boxes side by side, wrapped to the column."""
        x = self.left
        for text in texts:
            width = min(extent(text, size) + 22, self.width)
            if x > self.left and x + width > self.left + self.width:
                x, self.y = self.left, self.y + 34
            self.drawn.append(box(x, self.y, width, 27, look))
            self.drawn.append(words(x + width / 2, self.y + 18.5, text, size=size, room=width - 12, anchor="middle"))
            x += width + 8
        self.y += 42

    def port(self, socket: Socket, said: str, indent: float = 0, free: float = 0) -> float:
        """One row: the port in a tab, then what is said, ``free`` left at the end; returns the middle of the row."""
        x = self.left + indent
        self.drawn.append(box(x, self.y, 66, 24, "tab", corner=12))
        self.drawn.append(words(x + 33, self.y + 17, f":{socket.port}", "bold code", size=14, anchor="middle"))
        self.drawn.append(words(x + 78, self.y + 17, said, size=14, room=self.width - indent - 84 - free))
        self.y += ROW
        return self.y - ROW + 12

    def more(self, texts: list[str], indent: float = 0) -> None:
        for text in texts:
            self.drawn.append(words(self.left + indent, self.y + 16, text, "faint", size=14))
            self.y += 26


def draw(host_map: HostMap) -> str:
    """The whole drawing; it grows downwards with what is there."""
    wide = WIDTH - 2 * EDGE
    frame = RIGHT - EDGE - 74 if host_map.apart else wide
    left = _Column(EDGE + PAD, frame - 2 * PAD, EDGE + 46)
    left.heading(tr("Interfaces"))
    left.chips(interface_words(host_map), "tab")
    for one in host_map.inside:
        _container_inside(left, one)
    drawn, bottom = _other_namespaces(left, host_map, EDGE + frame)
    if host_map.others:
        left.heading(tr("Other listeners"))
        for socket in host_map.others[:SHOWN_OTHERS]:
            left.port(socket, tr("on {addresses}: {owner}", addresses=socket.where, owner=socket.owner))
        left.more(rest(host_map.others, SHOWN_OTHERS, "listener"))
    end = max(left.y + 4, bottom)
    title = [
        box(EDGE, EDGE, frame, end - EDGE, "host", corner=10),
        words(EDGE + PAD, EDGE + 30, tr("The host's network namespace"), "bold", size=18),
        words(EDGE + frame - PAD, EDGE + 30, host_map.namespace, "faint code", size=13, anchor="end"),
    ]
    below = _stopped(host_map, end + 14)
    return document(tr("Host map"), _summary(host_map), WIDTH, below.y, [*title, *left.drawn, *drawn, *below.drawn])


def _container_inside(column: _Column, one: Box) -> None:
    shown = one.sockets[:SHOWN_PORTS]
    extra = rest(one.sockets, SHOWN_PORTS, "port")
    height = 62 + ROW * max(len(shown), 1) + 26 * len(extra)
    column.drawn.append(box(column.left, column.y, column.width, height, "box"))
    column.drawn.append(words(column.left + 14, column.y + 24, one.name, "bold", size=17, room=column.width * 0.55))
    kind = tr("container, image {image}", image=one.image)
    x = column.left + column.width - 14
    column.drawn.append(words(x, column.y + 24, kind, "faint", size=14, room=column.width * 0.4, anchor="end"))
    said = tr("host mode: it listens here, and has no address of its own")
    if one.space != "host":
        said = one.network
    column.drawn.append(words(column.left + 14, column.y + 45, said, size=14, room=column.width - 28))
    end = column.y + height + 14
    column.y += 55
    for socket in shown:
        column.port(socket, tr("listens on {addresses}", addresses=socket.where), indent=14)
    column.more(extra or ([] if shown else [tr("listens on no port")]), indent=14)
    column.y = end


def _other_namespaces(left: _Column, host_map: HostMap, edge: float) -> tuple[list[str], float]:
    """Published ports on the left, the namespaces that they lead to on the right; returns those and their end."""
    rows: list[tuple[int, float, float]] = []  # which container; where its arrow starts
    top = left.y
    if any(one.sockets for one in host_map.apart):
        left.heading(tr("Published ports"))
    for index, one in enumerate(host_map.apart):
        for socket in one.sockets[:SHOWN_PORTS]:
            said = tr("on {addresses}, {leads}", addresses=socket.where, leads=leads_to(socket, one))
            rows.append((index, left.left + 86 + extent(said, 14), left.port(socket, said, free=40)))
        left.more(rest(one.sockets, SHOWN_PORTS, "port"))
    left.y += 10 if rows else 0
    tall = len(host_map.apart) * (FRAME + 14) - 14
    start = max(EDGE, (top + left.y - tall) / 2) if rows else EDGE
    drawn = [part for index, one in enumerate(host_map.apart) for part in _namespace(one, start + index * (FRAME + 14))]
    for index, x, y in rows:
        first = next(place for number, _, place in rows if number == index)
        target = start + index * (FRAME + 14) + 46 + (y - first) / ROW * 12
        from_x = min(x, edge - PAD - 30)
        drawn.append(line(from_x, y, edge - PAD, y, "link") + arrow(edge - PAD, y, RIGHT, target))
    return drawn, start + tall


def _namespace(one: Box, y: float) -> list[str]:
    room = RIGHT_WIDTH - 40
    shared = one.space == "shared"
    reach = "" if one.sockets or shared else tr("no port of the host leads here")
    return [
        box(RIGHT, y, RIGHT_WIDTH, FRAME, "apart", corner=10),
        words(
            RIGHT + 14,
            y + 20,
            tr("Another network namespace") if not shared else tr("That namespace, shared"),
            "faint bold",
            size=13,
        ),
        box(RIGHT + 12, y + 30, RIGHT_WIDTH - 24, FRAME - 42, "box"),
        words(RIGHT + 22, y + 50, one.name, "bold", size=16, room=room),
        words(RIGHT + 22, y + 68, tr("image {image}, {network}", image=one.image, network=one.network), "faint", size=13, room=room),
        words(RIGHT + 22, y + 84, ", ".join(one.addresses) or tr("loopback only"), "code", size=13, room=room),
        words(RIGHT + 22, y + 100, reach, "faint", size=12, room=room),
    ]


def _stopped(host_map: HostMap, y: float) -> _Column:
    column = _Column(EDGE, WIDTH - 2 * EDGE, y)
    if host_map.stopped:
        column.heading(tr("Stopped: in no network"))
        shown = [f"{one.name} ({state_words(one)})" for one in host_map.stopped[:SHOWN_STOPPED]]
        column.chips(shown + rest(host_map.stopped, SHOWN_STOPPED, "container"), "gone")
    return column


def _summary(host_map: HostMap) -> str:
    def names(boxes: tuple[Box, ...]) -> str:
        return ", ".join(one.name for one in boxes) or tr("none")

    return tr(
        "Containers inside the host's network namespace: {inside}. In namespaces of their own: {apart}. Stopped: {stopped}.",
        inside=names(host_map.inside),
        apart=names(host_map.apart),
        stopped=names(host_map.stopped),
    )
