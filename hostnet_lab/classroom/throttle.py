"""Wrong passwords make the next attempts wait: those on one name, and those from one address, one after the other. Nobody is locked out.

With one password for a whole room an address is that of many, where a router stands before them: it waits a second at most, a name longer.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal

MOST_KEYS = 4096  # what was tried longest ago is forgotten beyond
MOST_WAITING = 20  # on one name or from one address; whoever comes then is refused at once
HALVED_S = 60.0  # in so long a key forgets half of what was wrong
Kind = Literal["name", "address"]
FREE: dict[Kind, int] = {"name": 3, "address": 20}  # wrong ones that cost nothing: everybody mistypes
LONGEST_S: dict[Kind, float] = {"name": 30.0, "address": 1.0}


class TooMany(Exception):
    """Too many wait already."""


@dataclass
class _Key:
    kind: Kind
    wrong: float = 0
    seen_s: float = 0  # on the monotonic clock
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def delay_s(self, now_s: float) -> float:
        self.wrong *= 0.5 ** ((now_s - self.seen_s) / HALVED_S)
        self.seen_s = now_s
        over = self.wrong - FREE[self.kind]
        return min(2.0 ** min(over, 10), LONGEST_S[self.kind]) if over >= 0 else 0.0


class Throttle:
    """``sleep`` and ``clock``: for tests."""

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep, clock: Callable[[], float] = monotonic) -> None:
        self._keys: OrderedDict[tuple[Kind, str], _Key] = OrderedDict()
        self._sleep, self._clock = sleep, clock

    @property
    def remembered(self) -> int:
        """Names and addresses."""
        return len(self._keys)

    @asynccontextmanager
    async def turn(self, name: str, address: str) -> AsyncIterator[Callable[[], None]]:
        """The block tries a password, and calls what it gets if that was wrong. Raises TooMany."""
        keys = [self._key("name", name), self._key("address", address)]
        if any(one.waiting >= MOST_WAITING for one in keys):
            raise TooMany
        async with AsyncExitStack() as stack:
            for key in keys:
                await stack.enter_async_context(self._waited(key))
            yield lambda: self._note(keys)

    @asynccontextmanager
    async def _waited(self, key: _Key) -> AsyncIterator[None]:
        """Who waits for nothing waits for nobody either."""
        if not key.delay_s(self._clock()):
            yield
            return
        key.waiting += 1
        try:
            async with key.turn:
                await self._sleep(key.delay_s(self._clock()))
                yield
        finally:
            key.waiting -= 1

    def _note(self, keys: list[_Key]) -> None:
        for key in keys:
            key.delay_s(self._clock())
            key.wrong += 1

    def _key(self, kind: Kind, text: str) -> _Key:
        key = self._keys.setdefault((kind, text), _Key(kind))
        self._keys.move_to_end((kind, text))
        while len(self._keys) > MOST_KEYS:
            self._keys.popitem(last=False)
        return key
