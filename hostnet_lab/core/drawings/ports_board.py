"""The ports board: who holds which port of the host, who can reach it, how it got there, and who came too late for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Literal

from ...words import tr, tr_n
from ..host.facts import ContainerFacts, HostFacts, Listener
from ..host.ports import ANY, Owner
from .host_map import Socket, map_of, rest

COLUMNS = {tr("Port"): 11, tr("At"): 20, tr("Who"): 26, tr("Reachable from"): 19, tr("How it got there"): 24}  # widths in percent
SHOWN_OTHERS = 12  # rows of processes of the host; beyond: "and N more listeners"
REFUSED = re.compile("address already in use|port is already allocated", re.I)  # EADDRINUSE; the engine's own list of ports
PLACE = re.compile(r"(?:\d+\.\d+\.\d+\.\d+|\]|\*|::|localhost):(\d{1,5})\b|\bport:? (\d{1,5})\b", re.I)

How = Literal["process", "published", "host mode", "elsewhere", "refused", "ended"]  # the last two: who did not get it


@dataclass(frozen=True)
class Row:
    """One port with one holder; or, where ``conflict``, with one who wanted it and did not get it."""

    port: int
    how: How
    at: tuple[str, ...] = ()  # of a holder
    owners: tuple[Owner, ...] = ()  # who hold it, without the one who lost
    container: str = ""  # name of the one that did not get it
    exit_code: int = 0  # of that one

    @property
    def conflict(self) -> bool:
        return self.how in ("refused", "ended")

    @property
    def addresses(self) -> str:
        """In words, as all that follows: where it is held, or by whom."""
        if not self.conflict:
            return ", ".join(self.at)
        return tr("held by {holders}", holders=tr(" and ").join(map(str, self.owners))) if self.owners else tr("free by now")

    @property
    def holder(self) -> str:
        return tr("{name} lost the race", name=self.container) if self.conflict else ", ".join(map(str, self.owners))

    @property
    def reachable_from(self) -> str:
        return tr("nobody") if self.conflict else reach(self.at)

    @property
    def came(self) -> str:
        """How it got there, or why it did not."""
        said: dict[How, str] = {
            "process": tr("a process of the host"),
            "published": tr("published: the engine opened it (docker-proxy)"),
            "host mode": tr("host mode: the server opened it"),
            "elsewhere": tr("another engine"),
            "refused": tr("the engine refused at once: address already in use"),
            "ended": tr("started, and ended with exit code {code}: address already in use", code=self.exit_code),
        }
        return said[self.how]

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        return f"{'✘ ' if self.conflict else ''}{self.port}", self.addresses, self.holder, self.reachable_from, self.came


@dataclass(frozen=True)
class Board:
    rows: tuple[Row, ...]
    more: int = 0  # listeners that are not shown
    own: int = 0  # of the lab's own listeners, which are left out

    @property
    def conflicts(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.conflict)

    @property
    def left_out(self) -> list[str]:
        """What is not shown, in sentences."""
        more = [f"{said[:1].upper()}{said[1:]}." for said in rest(range(self.more), 0, "listener")]
        one = [tr_n(self.own, "Left out: {n} listener of JupyterLab itself.", "Left out: {n} listeners of JupyterLab itself.")]
        return more + (one if self.own else [])


def board_of(
    host: HostFacts, containers: Sequence[ContainerFacts], logs: Mapping[str, str], own: Collection[Listener] = frozenset()
) -> Board:
    """``host.listeners``: joined with their containers; ``logs``: the last lines of ended containers, by id; ``own``: the lab's own."""
    known = {one.name: one for one in containers}
    everybodys = map_of(host, containers).sockets
    sockets = map_of(replace(host, listeners=tuple(one for one in host.listeners if one not in own)), containers).sockets
    ours = [_held(one, known[one.container]) for one in sockets if one.container]
    others = sorted((_held(one) for one in sockets if not one.container), key=lambda row: row.port)
    lost = [_lost(one, port, everybodys) for one in containers for port in lost_ports(one, logs.get(one.id, ""))]
    rows = sorted([*ours, *others[:SHOWN_OTHERS], *lost], key=lambda row: (row.port, row.conflict, row.holder))
    return Board(tuple(rows), max(0, len(others) - SHOWN_OTHERS), len(own))


def _held(socket: Socket, container: ContainerFacts | None = None) -> Row:
    published = container is not None and any(one.host_port == socket.port for one in container.published)
    how: How = "elsewhere" if socket.elsewhere else "process"
    if container:
        how = "published" if published else "host mode"
    return Row(socket.port, how, socket.addresses, (Owner(container.name) if container else socket.owner,))


def reach(addresses: Iterable[str]) -> str:
    """Who can connect, by the addresses alone: a firewall is not seen."""
    known = list(addresses)
    if all(ip_address(one).is_loopback for one in known):
        return tr("this machine")
    if any(one in ANY for one in known):
        return tr("this machine, the network")
    return tr("whoever reaches {addresses}", addresses=", ".join(known))


def lost_ports(container: ContainerFacts, log: str) -> list[int]:
    """Ports that a container wanted and did not get, from the engine's words on its start, or from its own log after it ended."""
    words = [container.error] if container.error else []
    if container.status == "exited" and container.exit_code:
        words += log.splitlines()
    refused = (line for line in words if REFUSED.search(line))
    found = (PLACE.search(line) for line in refused)
    return sorted({int(one[1] or one[2]) for one in found if one})


def _lost(container: ContainerFacts, port: int, sockets: Iterable[Socket]) -> Row:
    holders = dict.fromkeys(one.owner for one in sockets if one.port == port and one.container != container.name)
    how: How = "refused" if container.error else "ended"
    return Row(port, how, owners=tuple(holders), container=container.name, exit_code=container.exit_code)


def text(board: Board) -> str:
    """The board as plain lines."""
    lines = []
    for row in board.rows:
        said = {"port": row.port, "addresses": row.addresses, "holder": row.holder, "how": row.came}
        if row.conflict:
            lines.append(tr("Port {port}: {holder} ({addresses}); {how}", **said))
        else:
            reached = row.reachable_from
            lines.append(tr("Port {port} at {addresses}: {holder}; reachable from {reachable_from}; {how}", reachable_from=reached, **said))
    return "\n".join([*(lines or [tr("No port is held.")]), *board.left_out])


def changes(before: Board, after: Board) -> str:
    """What is different, in one sentence; "" where nothing is."""
    was, now = set(before.rows), set(after.rows)
    news = [tr("{name} lost the race for port {port}", name=row.container, port=row.port) for row in after.conflicts if row not in was]
    new = [row for row in after.rows if row not in was and not row.conflict]
    opened = [tr("port {port} is held by {holder}", port=row.port, holder=row.holder) for row in new]
    held = {(row.port, row.owners) for row in after.rows}
    left = [row for row in before.rows if not row.conflict and (row.port, row.owners) not in held]
    closed = [tr("{holder} left port {port}", holder=row.holder, port=row.port) for row in left]
    gone = [tr("{name} lost the race is gone", name=row.container) for row in before.conflicts if row not in now]
    said = "; ".join([*news, *opened, *closed, *gone])
    return f"{said[:1].upper() + said[1:] if not news else said}." if said else ""
