"""The stage's addresses on JupyterLab's server: the live map as server-sent events, for who is logged in.

The server's start waits for nothing of the map: that is imported, on a thread, when the first page asks for it.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.iostream import StreamClosedError

from ..words import tr
from . import classes, lessons

if TYPE_CHECKING:
    from .live import LiveHostMap

LIVE = "hostnet_lab.stage.live"
BEAT_S = 20.0  # between two signs of life where nothing happens: so that an end that nobody tells is noticed
LINGER_S = 5.0  # a page that is loaded again finds the map still watched
PAGE_WORDS = {
    "title": tr("Host map"),
    "open": tr("Map of the host's network"),
    "came": tr("new"),
    "went": tr("gone"),
    "text": tr("Show as text"),
    "drawing": tr("Hide the text"),
    "to_terminal": tr("To the terminal"),
    "to_terminal_more": tr("Put these commands into the terminal. They run when you press Enter there."),
    "in_terminal": tr("In the terminal"),
    "copy": tr("Copy"),
    "copied": tr("Copied"),
    "parts": tr("Part of the lab"),
    "lesson": tr("Lesson"),
    "terminal": tr("Terminal"),
    "map": tr("Map"),
    **lessons.WORDS,
    **classes.WORDS,
    "lost": tr("JupyterLab's server does not answer. The map stays as it was."),
    "catchUp": tr("Catch up to here"),
    "catchUpDo": tr("Catch up"),
    "catchUpNot": tr("Cancel"),
    "catchUpAsks": tr("Asking the notebook's kernel, which may still run a cell ..."),
    "catchUpRuns": tr("Catching up ..."),
    "catchUpGone": tr("The kernel ended before it was done: start it, and press the button again."),
    "catchUpAlone": tr("This notebook has no kernel: choose one in the menu Kernel."),
}


class Stage:
    """One watch for all pages that are open; none while none is."""

    def __init__(self) -> None:
        self._pages: set[asyncio.Event] = set()
        self._map: LiveHostMap | None = None
        self._end: asyncio.TimerHandle | None = None

    def enter(self) -> tuple[asyncio.Event, LiveHostMap]:
        """An event that is set when there is news, also the first time; give it back to ``leave``."""
        loop = asyncio.get_running_loop()
        if self._end:
            self._end.cancel()
            self._end = None
        if self._map is None:
            from .live import LiveHostMap

            self._map = LiveHostMap(lambda: loop.call_soon_threadsafe(self._announce))
        news = asyncio.Event()
        news.set()
        self._pages.add(news)
        return news, self._map

    def leave(self, news: asyncio.Event) -> None:
        self._pages.discard(news)
        if not self._pages and self._end is None:
            self._end = asyncio.get_running_loop().call_later(LINGER_S, self._close)

    def _announce(self) -> None:
        for news in self._pages:
            news.set()

    def _close(self) -> None:
        self._end = None
        if self._map and not self._pages:
            asyncio.get_running_loop().run_in_executor(None, self._map.close)
            self._map = None


class Events(JupyterHandler):
    """Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html"""

    @web.authenticated
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        self.set_header("Cache-Control", "no-store")
        stage: Stage = self.settings["hostnet_lab_stage"]
        await asyncio.to_thread(import_module, LIVE)
        news, live = stage.enter()
        try:
            while True:
                try:
                    await asyncio.wait_for(news.wait(), BEAT_S)
                    news.clear()
                    self.write(f"data: {json.dumps(asdict(live.shown))}\n\n")
                except TimeoutError:
                    self.write(": nothing new\n\n")
                await self.flush()
        except (StreamClosedError, asyncio.CancelledError):
            pass
        finally:
            stage.leave(news)


def add_to(web_app: Any) -> None:
    settings = web_app.settings
    settings["hostnet_lab_stage"] = Stage()
    settings.setdefault("page_config_data", {})["hostnetLabStage"] = json.dumps(PAGE_WORDS)
    found: dict[str, type[web.RequestHandler]] = {"map": Events, "lesson": lessons.Lesson, "lesson/end": lessons.End}
    if classes.is_in_one():
        settings["page_config_data"]["hostnetLabClass"] = "yes"
        found |= {"class/heard": classes.Heard, "class/(mine|hand)": classes.Asked}
    web_app.add_handlers(".*$", [(url_path_join(settings["base_url"], "hostnet-lab", name), one) for name, one in found.items()])
