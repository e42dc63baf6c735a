"""Where the class stands now: the hub's list of users, the engine's containers and the learners' files, put together."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..core.progress.events import Progress
from ..edges.engine import Engine
from . import belongings, hub_api, work
from .roster import TEACHER
from .rows import Board, Row, State, board, events_of, row
from .settings import NAME_LABEL, Settings


class Standing:
    """``look`` reads only files that have changed since the last look."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.engine = engine
        self._read: dict[str, tuple[object, Progress]] = {}

    async def look(self) -> Board:
        return board(await self._everybody(), datetime.now(UTC))

    async def of(self, name: str) -> Row | None:
        """One learner's row; None where the hub knows no such learner."""
        found = (await self._everybody()).get(name)
        return row(name, *found, datetime.now(UTC)) if found else None

    async def _everybody(self) -> dict[str, tuple[State, Progress]]:
        loop = get_running_loop()
        users = await loop.run_in_executor(None, hub_api.ask, self.settings, self.settings.secrets.board, "GET", "users?limit=200")
        dead = await loop.run_in_executor(None, self._ended)
        names = {*(one["name"] for one in users), *(self.settings.names or ())} - {TEACHER}
        servers = {one["name"]: (one.get("servers") or {}).get("") for one in users}
        return {name: (state(servers.get(name), name in dead), self.progress(name)) for name in names}

    def _ended(self) -> set[str]:
        """Learners whose lab host ended without being asked to: it is still there, and does not run."""
        there = belongings.containers(self.engine, self.settings.folder)
        return {one["Labels"].get(NAME_LABEL, "") for one in there if one["State"] in ("exited", "dead")}

    def progress(self, name: str) -> Progress:
        folder = self.settings.work(name)
        now = work.changed(folder, work.PROGRESS)
        known = self._read.get(name)
        if known is None or known[0] != now:
            known = now, events_of(work.read(folder, work.PROGRESS) or b"")
            self._read[name] = known
        return known[1]


def state(server: Mapping[str, Any] | None, dead: bool) -> State:
    if dead:
        return "failed"
    if server is None:
        return "stopped"
    return "running" if server.get("ready") else "starting"
