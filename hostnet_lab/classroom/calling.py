"""The board's addresses for calls: a learner's lab host asks with its own token, the teacher by the forms of the page."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import replace

from tornado import web
from tornado.iostream import StreamClosedError

from ..core.guide import catching_up
from ..core.guide.lessons import LESSONS
from ..edges.lesson_folder import original
from ..words import tr
from .board_base import PREFIX, Page
from .calls import Calls, Exchange, Offer, now, told

BEAT_S = 20.0  # between two signs of life where nothing happens: an end that nobody tells is noticed


def offers() -> list[Offer]:
    """Every section of every lesson that can be caught up to, in order."""
    found = ((lesson.id, catching_up.sections(original(lesson.file))) for lesson in LESSONS.values())
    return [Offer(lesson, one.id, one.title) for lesson, all_of_it in found for one in all_of_it if one.id and one.cells]


class Call(Page):
    """A header with a token comes from a program of the learner's own lab host; no page from elsewhere can send it."""

    @property
    def exchange(self) -> Exchange:
        found: Exchange = self.settings["exchange"]
        return found

    @property
    def name(self) -> str:
        return str(self.current_user["name"])

    def check_xsrf_cookie(self) -> None:
        if not self.request.headers.get("Authorization", "").startswith("token "):
            super().check_xsrf_cookie()


class Heard(Call):
    """Server-sent events for a learner's page."""

    @web.authenticated
    async def get(self) -> None:
        self.set_header("Content-Type", "text/event-stream")
        with suppress(StreamClosedError, asyncio.CancelledError), self.exchange.news() as news:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(news.wait(), BEAT_S)
                news.clear()
                self.write(f"data: {json.dumps(told(self.exchange.now, self.name, now()))}\n\n")
                await self.flush()


class Mine(Call):
    """What the teacher sees of a learner who raises a hand, for them to see before they do."""

    @web.authenticated
    async def get(self) -> None:
        row = await self.standing.of(self.name)
        if row is None:
            raise web.HTTPError(404, tr("no such learner"))
        self.finish(
            {
                "name": row.name,
                "lesson": row.lesson,
                "exercise": row.failing.exercise if row.failing else "",
                "seen": row.failing.seen if row.failing else "",
            }
        )


class Raise(Call):
    """A learner's own hand, up or down."""

    @web.authenticated
    async def post(self) -> None:
        up = self.get_body_argument("up", "1") == "1"
        self.exchange.change(lambda calls: calls.raised(self.name, now()) if up else calls.lowered(self.name))
        self.finish(told(self.exchange.now, self.name, now()))


class Say(Call):
    """The teacher's forms: each sends one of these fields."""

    @web.authenticated
    async def post(self) -> None:
        self.require_teacher()
        asked = {key: self.get_body_argument(key) for key in self.request.body_arguments}
        self.exchange.change(lambda calls: self._changed(calls, asked))
        self.redirect(PREFIX, status=303)

    def _changed(self, calls: Calls, asked: dict[str, str]) -> Calls:
        match asked:
            case {"message": text}:
                return calls.said(text)
            case {"minutes": text}:
                return calls.timed(_number(text), now())
            case {"coming": name}:
                return calls.approached(name)
            case {"answered": name}:
                return calls.lowered(name)
            case {"offer": section}:
                return replace(calls, offer=next((one for one in offers() if one.section == section), None))
        raise web.HTTPError(400, tr("nothing of what the board can do was asked for"))


def _number(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        raise web.HTTPError(400, tr("{text!r} is no number of minutes", text=text[:40])) from None


ADDRESSES: list[tuple[str, type[web.RequestHandler]]] = [
    (f"{PREFIX}heard", Heard),
    (f"{PREFIX}mine", Mine),
    (f"{PREFIX}hand", Raise),
    (f"{PREFIX}say", Say),
]
