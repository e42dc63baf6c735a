"""The board as a web service behind the hub: the teacher sees the class, learners see themselves. A process of its own."""

from __future__ import annotations

import asyncio
import json
import secrets
from contextlib import suppress
from io import BytesIO
from typing import Any

import segno
from jupyterhub.services.auth import HubOAuthCallbackHandler
from tornado import web
from tornado.iostream import StreamClosedError

from ..core.errors import LabError
from ..edges import probe
from ..edges.engine import Engine
from ..words import tr
from . import board_page, calling, doors, hub_api
from .board_base import PREFIX, Page
from .calls import Exchange
from .rows import Board, nameless
from .settings import Settings, of_this_process
from .standing import Standing

REFRESH_S = 3.0  # between two looks, and only while somebody looks at the board
RESET_BUDGET_S = 90.0


class Pulse:
    """One look at the class for all who watch; none while nobody does."""

    def __init__(self, standing: Standing, exchange: Exchange) -> None:
        self.standing, self.exchange = standing, exchange
        self.watchers: set[asyncio.Queue[Board]] = set()
        self._task: asyncio.Task[None] | None = None

    def watch(self) -> asyncio.Queue[Board]:
        queue: asyncio.Queue[Board] = asyncio.Queue(1)
        self.watchers.add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._beat())
        return queue

    async def _beat(self) -> None:
        with self.exchange.news() as news:
            while self.watchers:
                news.clear()
                with suppress(LabError):  # a hub that restarts: the page says so by itself when nothing comes
                    board = await self.standing.look()
                    for queue in self.watchers:
                        if queue.empty():
                            queue.put_nowait(board)
                with suppress(TimeoutError):  # a call is shown at once
                    await asyncio.wait_for(news.wait(), REFRESH_S)


def drawn(address: str) -> str:
    """As a QR code, in an SVG whose size the style sets."""
    svg = BytesIO()
    segno.make(address).save(svg, kind="svg", xmldecl=False, border=2, omitsize=True)
    return svg.getvalue().decode()


class Home(Page):
    @web.authenticated
    async def get(self) -> None:
        if not self.is_teacher:
            return await self.show_learner(self.current_user["name"])
        hidden = self.get_query_argument("names", "") == "hidden"
        board = await self.standing.look()
        address = self.standing.settings.address
        board = nameless(board) if hidden else board
        # Without the token the hub takes the request for events, which no navigation makes, for a forged one.
        token = self.xsrf_token.decode()
        more = {"address": address, "qr": drawn(address), "token": token}
        self.finish(board_page.page(board, prefix=PREFIX, nonce=self.nonce, hidden=hidden, offers=calling.offers(), **more))

    async def show_learner(self, name: str) -> None:
        row = await self.standing.of(name)
        if row is None:
            raise web.HTTPError(404, tr("no such learner"))
        token = self.xsrf_token.decode() if self.is_teacher else None
        exercises = sum(cell.exercises for cell in row.cells)
        self.finish(board_page.learner_page(row, exercises, prefix=PREFIX, nonce=self.nonce, token=token))


class Learner(Home):
    @web.authenticated
    async def get(self, name: str) -> None:
        if not self.is_teacher and name != self.current_user["name"]:
            raise web.HTTPError(403, tr("you see yourself only"))
        await self.show_learner(name)


class Events(Page):
    """Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

    @web.authenticated
    async def get(self) -> None:
        self.require_teacher()
        hidden = self.get_query_argument("names", "") == "hidden"
        self.set_header("Content-Type", "text/event-stream")
        pulse: Pulse = self.settings["pulse"]
        token = self.xsrf_token.decode()
        queue, sent = pulse.watch(), ""
        try:
            while True:
                board = await queue.get()
                text = board_page.fragment(nameless(board) if hidden else board, prefix=PREFIX, hidden=hidden, token=token)
                self.write(f"data: {json.dumps(text)}\n\n" if text != sent else ": as before\n\n")
                sent = text
                await self.flush()
        except (StreamClosedError, asyncio.CancelledError):
            pass
        finally:
            pulse.watchers.discard(queue)


class Reset(Page):
    @web.authenticated
    async def post(self) -> None:
        self.require_teacher()
        name = self.get_body_argument("name")
        if await self.standing.of(name) is None:
            raise web.HTTPError(404, tr("no such learner"))
        self.settings["tasks"].add(asyncio.create_task(asyncio.to_thread(reset, self.standing.settings, name)))
        text = tr("The lab host of {name} is ended and started anew.", name=name)
        self.finish(board_page.message(tr("Resetting"), text, prefix=PREFIX, nonce=self.nonce))


def reset(settings: Settings, name: str) -> None:
    """End a learner's lab host and start a new one, in a thread of its own. Their disk is not touched. Raises NoAnswer."""
    path = hub_api.user_path(name)

    def ask(method: str, what: str) -> Any:
        return hub_api.ask(settings, settings.secrets.board, method, what)

    def begun_anew() -> bool:
        """The hub announces no end of a stop: it is asked, and refuses a start until then."""
        with suppress(LabError):
            if not ask("GET", path).get("servers"):
                ask("POST", f"{path}/server")
                return True
        return False

    with suppress(LabError):  # it does not run
        ask("DELETE", f"{path}/server")
    probe.wait_until(begun_anew, RESET_BUDGET_S, tr("the new lab host of {name}", name=name), pause_s=0.5)


def application(settings: Settings) -> web.Application:
    exchange = Exchange(settings.folder / "calls.json")
    standing = Standing(settings, Engine.connect(), exchange)
    handlers = [
        (PREFIX, Home),
        (f"{PREFIX}events", Events),
        (f"{PREFIX}reset", Reset),
        (f"{PREFIX}learner/([^/]+)", Learner),
        (f"{PREFIX}oauth_callback", HubOAuthCallbackHandler),
        *calling.ADDRESSES,
    ]
    return web.Application(
        handlers,
        standing=standing,
        pulse=Pulse(standing, exchange),
        exchange=exchange,
        tasks=set(),
        cookie_secret=secrets.token_bytes(32),
        xsrf_cookies=True,
    )


async def serve() -> None:
    settings = of_this_process()
    application(settings).listen(settings.addresses.board_port, "127.0.0.1")
    doors.turning(settings).listen(settings.addresses.turn_port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
