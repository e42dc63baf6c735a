"""A class has two doors, each a web origin: hub and board behind one, all lab hosts behind the other.

A page that comes from a lab host is its learner's program, with the session of whoever opens it. What the same-origin policy keeps from
other origins it cannot do: read the board or the hub's pages, find their tokens against forged requests, press their buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from tornado import web

from ..words import tr
from .settings import Settings

Routes = dict[str, dict[str, Any]]  # as JupyterHub's proxies tell them, by the address that they begin with


def is_own(headers: Mapping[str, str], host: str) -> bool:
    """As browsers say by themselves, and no page can say otherwise: Origin (RFC 6454), Sec-Fetch-Site (where the class is encrypted).

    Who says neither is no browser of today; the token against forged requests is asked for all the same.
    """
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    own = (f"{scheme}://{host}" for scheme in ("http", "https"))  # the proxy has taken the encryption off: one of both is the door
    return (origin is None or origin in own) and site in (None, "same-origin", "none")


def other_door(settings: Settings, host: str) -> str:
    """The origin of the lab hosts for who came by the door to hub and board, and the other way round; by the name that they came by.

    ``host``: the header, of which ``settings.is_called`` is true.
    """
    came, where = urlsplit(f"//{host}"), settings.addresses
    name = came.hostname or ""
    port = where.port if (came.port or settings.default_port) == where.labs_port else where.labs_port
    return settings.origin(f"[{name}]" if ":" in name else name, port)


def merged(here: Routes, labs: Routes) -> Routes:
    """Each lab host's with its true target. One that only one of both has leads nowhere: the hub then adds it anew, or deletes it."""
    of_labs = {**{one: route for one, route in here.items() if "user" in route["data"]}, **labs}
    return {**here, **{one: route if one in here and one in labs else {**route, "target": ""} for one, route in of_labs.items()}}


class Turn(web.RequestHandler):
    """Sends whoever asks one door for what stands behind the other there. What is no reading has asked the wrong one."""

    def initialize(self, settings: Settings) -> None:
        self.of = settings

    def get(self) -> None:
        try:
            place = other_door(self.of, self.request.host) if self.of.is_called(self.request.host) else ""
        except ValueError:  # a port that is none
            place = ""
        if not place:
            raise web.HTTPError(403, tr("this class is at {address}", address=self.of.address))
        self.set_header("Cache-Control", "no-store")
        self.redirect(place + (self.request.uri or "/"), status=307)

    head = get


def turning(settings: Settings) -> web.Application:
    return web.Application([(r".*", Turn, {"settings": settings})])
