"""What every page of the board has: a user, a policy, and the class."""

from __future__ import annotations

import secrets
from typing import Any

from jupyterhub.services.auth import HubOAuthenticated
from tornado import web

from ..core.errors import LabError
from ..words import tr
from . import board_page, doors
from .config import HEADERS
from .standing import Standing

PREFIX = "/services/board/"
SAFE = ("GET", "HEAD", "OPTIONS")


class Page(HubOAuthenticated, web.RequestHandler):  # type: ignore[misc]
    def initialize(self) -> None:
        """Before all that may refuse: a refusal is a page too."""
        self.nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Security-Policy", board_page.policy(self.nonce))
        for name, value in {**HEADERS, "Cross-Origin-Resource-Policy": "same-origin"}.items():
            self.set_header(name, value)
        self.set_header("Cache-Control", "no-store")  # names

    def prepare(self) -> None:
        if not self.standing.settings.is_called(self.request.host):
            raise web.HTTPError(403, tr("this class is at {address}", address=self.standing.settings.address))
        if self.request.method not in SAFE and not doors.is_own(self.request.headers, self.request.host):
            raise web.HTTPError(403, tr("a page from elsewhere asked for this: open the board itself"))

    @property
    def standing(self) -> Standing:
        found: Standing = self.settings["standing"]
        return found

    @property
    def is_teacher(self) -> bool:
        """By a cookie, which this door alone can use: a token of the teacher's lies in their lab host, behind the door of the learners'."""
        return bool(self.current_user and self.current_user.get("admin")) and not getattr(self, "_token_authenticated", False)

    def require_teacher(self) -> None:
        if not self.is_teacher:
            raise web.HTTPError(403, tr("only the teacher sees the class"))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        text = error.found if isinstance(error, LabError) else getattr(error, "log_message", None) or self._reason
        self.finish(board_page.message(f"{status_code}", str(text), prefix=PREFIX, nonce=self.nonce))
