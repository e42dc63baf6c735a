"""The ports board, redrawn as containers come and go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..core.drawings.ports_board import COLUMNS, Board, board_of, changes, text
from ..core.host.facts import ContainerFacts
from ..core.reports.kept_pictures import kept, ports_in
from ..edges.clock import now
from ..edges.containers import described_again, log_of
from ..edges.own_listeners import own
from ..lab import Lab
from ..words import tr
from .live import LiveView
from .markup import note, table

TAIL = 40  # lines of a log: nginx says why at its end, once for each try
BY_SIGNAL = 128  # exit codes from here on: somebody stopped it
CAVEAT = tr("Reachable: by the address alone; a firewall is not seen here. ✘: it wanted this port and did not get it.")


class PortsBoard(LiveView[Board]):
    """Shows who holds which port of the host, and which container came too late for one. Changes nothing.

    A container that ended is asked for its last log lines once. ``close`` ends its threads.
    """

    noun, stays = tr("board"), tr("The board stays as it was.")

    def __init__(self, lab: Lab) -> None:
        self._logs: dict[str, str] = {}  # by container id
        super().__init__(lab)

    def __repr__(self) -> str:
        return "PortsBoard()"

    def see(self) -> Board:
        facts = self._lab.host.facts()
        containers = [self._with_error(one) for one in self.listed()]
        joined = replace(facts, listeners=tuple(self._lab.with_containers(facts.listeners)))
        mine = own(joined.listeners) if self._lab.host.beside else frozenset()
        return board_of(joined, containers, self._logs_of(containers), mine)

    def _with_error(self, listed: ContainerFacts) -> ContainerFacts:
        """One that was created and never started may have been refused: only ``docker inspect`` says so."""
        return described_again(self._lab.engine, listed) if listed.status == "created" else listed

    def _logs_of(self, containers: Iterable[ContainerFacts]) -> Mapping[str, str]:
        """The last lines of those that ended by themselves, with an error; a log that was read is not read again.

        A container that started again and ended anew meanwhile was seen running in between, which forgets its log.
        """
        ended = [one.id for one in containers if one.status == "exited" and 0 < one.exit_code < BY_SIGNAL]
        self._logs = {key: self._logs.get(key) or log_of(self._lab.engine, key, TAIL) for key in ended}
        return self._logs

    def drawing(self, seen: Board) -> str:
        marked = [index for index, row in enumerate(seen.rows) if row.conflict]
        shown = table(tr("Ports of the host"), COLUMNS, [row.cells for row in seen.rows], marked=marked)
        return shown + note(" ".join([*seen.left_out, CAVEAT]))

    def words(self, seen: Board) -> str:
        return text(seen)

    def changes(self, before: Board, after: Board) -> str:
        return changes(before, after)

    def show(self, seen: Board) -> None:
        super().show(seen)
        self._keep(seen)

    def _keep(self, seen: Board) -> None:
        """For the learner's report: the last board on which somebody lost a port, or else the first one of all."""
        name = ports_in(self._lab.lesson)
        if seen.conflicts or not self._lab.pictures.holds(name):
            self._lab.pictures.keep(kept(name, self._lab.lesson, now(), seen))
