"""In a class: what the teacher's board tells this learner, and their hand, passed on with the lab host's own token.

The page asks its own JupyterLab, and this asks the board: no page needs a right at another place.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress

from jupyter_server.base.handlers import JupyterHandler
from tornado import web
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from ..words import tr

BOARD = "HOSTNET_LAB_BOARD"  # its address, where a class has started this lab host
TOKEN = "JUPYTERHUB_API_TOKEN"
LONGEST = 1000  # bytes of what a page may send
WORDS = {
    "raise": tr("Raise a hand"),
    "raiseName": tr("Your teacher will see: {name}."),
    "raisePreview": tr("Your teacher will see: {name}, lesson {lesson}."),
    "raiseCheck": tr("Your teacher will see: {name}, lesson {lesson}, and of the check {exercise}: {seen}"),
    "raiseSend": tr("Send"),
    "raiseNot": tr("Cancel"),
    "raised": tr("Your hand is up: place {place}."),
    "coming": tr("Your teacher is on the way."),
    "lower": tr("Take it back"),
    "offered": tr("Your teacher offers to catch up to “{title}” in lesson {lesson}."),
    "offeredNot": tr("Not now"),
    "timer": tr("Time left: {time}"),
    "unheard": tr("The class is out of reach; it goes on by itself."),
    "ofClass": tr("Class"),
}


def is_in_one() -> bool:
    return bool(os.environ.get(BOARD) and os.environ.get(TOKEN))


def _request(what: str, **more: object) -> HTTPRequest:
    """``validate_cert``: the class's own certificate is believed by nobody, and the way to it does not leave the server."""
    token = {"Authorization": f"token {os.environ[TOKEN]}"}
    return HTTPRequest(os.environ[BOARD] + what, headers=token, request_timeout=0, validate_cert=False, **more)  # type: ignore[arg-type]


class Heard(JupyterHandler):
    """The board's server-sent events, as they come; their end is ours, and the page asks anew."""

    @web.authenticated
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        self._listening = asyncio.ensure_future(AsyncHTTPClient().fetch(_request("heard", streaming_callback=self._pass_on)))
        with suppress(HTTPClientError, OSError, asyncio.CancelledError):
            await self._listening

    def _pass_on(self, part: bytes) -> None:
        self.write(part)
        self.flush()

    def on_connection_close(self) -> None:
        if listening := getattr(self, "_listening", None):
            listening.cancel()


class Asked(JupyterHandler):
    """One question, or one word, and the board's answer."""

    @web.authenticated
    async def get(self, what: str) -> None:
        await self._ask(_request(what))

    @web.authenticated
    async def post(self, what: str) -> None:
        await self._ask(_request(what, method="POST", body=self.request.body[:LONGEST]))

    async def _ask(self, request: HTTPRequest) -> None:
        try:
            answer: HTTPResponse = await AsyncHTTPClient().fetch(request, raise_error=False)
        except OSError as error:
            raise web.HTTPError(502, str(error)) from error
        self.set_status(answer.code)
        self.set_header("Content-Type", "application/json")
        self.finish(answer.body if answer.code == 200 else b"{}")
