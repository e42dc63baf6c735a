"""Where the class stands now: the hub's list of users, the engine's containers and the learners' files, put together."""

from __future__ import annotations

from asyncio import get_running_loop
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ..edges.engine import Engine
from . import belongings, hub_api
from .calls import Exchange
from .records import Records
from .roster import TEACHER
from .rows import Board, Row, State, board, row
from .settings import NAME_LABEL, Settings


class Standing:
    """All that takes time is done beside the event loop."""

    def __init__(self, settings: Settings, engine: Engine, exchange: Exchange) -> None:
        self.settings, self.exchange = settings, exchange
        self.engine = engine
        self._records = Records(settings)

    async def look(self) -> Board:
        states = await self._states()
        known = await self._records.of_all(states)
        found = {name: (state, known[name]) for name, state in states.items()}
        return await get_running_loop().run_in_executor(None, board, found, datetime.now(UTC), self.exchange.now)

    async def of(self, name: str) -> Row | None:
        """One learner's row; None where the hub knows no such learner."""
        states = await self._states()
        return row(name, states[name], await self._records.of(name), datetime.now(UTC)) if name in states else None

    async def _states(self) -> dict[str, State]:
        """Of everybody's lab host, by name."""
        loop = get_running_loop()
        users = await loop.run_in_executor(None, hub_api.users, self.settings)
        dead = await loop.run_in_executor(None, self._ended)
        names = {*(one["name"] for one in users), *(self.settings.names or ())} - {TEACHER}
        servers = {one["name"]: (one.get("servers") or {}).get("") for one in users}
        return {name: state(servers.get(name), name in dead) for name in names}

    def _ended(self) -> set[str]:
        """Learners whose lab host ended without being asked to: it is still there, and does not run."""
        there = belongings.containers(self.engine, self.settings.folder)
        return {one["Labels"].get(NAME_LABEL, "") for one in there if one["State"] in ("exited", "dead")}


def state(server: Mapping[str, Any] | None, dead: bool) -> State:
    if dead:
        return "failed"
    if server is None:
        return "stopped"
    return "running" if server.get("ready") else "starting"
