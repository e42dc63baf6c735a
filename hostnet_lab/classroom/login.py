"""Who may log in: a shared password, and a name that can be one. Imported by the hub only."""

from __future__ import annotations

from typing import Any

from jupyterhub.authenticators.shared import SharedPasswordAuthenticator
from tornado.web import HTTPError

from ..core.text import cut
from ..words import tr
from .roster import is_name, normal
from .settings import of_this_process
from .throttle import Throttle, TooMany

FOREIGN = tr("this class does not go by the name {name}: it is at {address}; `./lab classroom --name NAME` gives it another one")
THROTTLE = Throttle()


class ClassAuthenticator(SharedPasswordAuthenticator):  # type: ignore[misc]
    """JupyterHub's own, names that a board can show, and wrong passwords that cost time."""

    def validate_username(self, username: str) -> bool:
        return bool(super().validate_username(username)) and is_name(username)

    async def authenticate(self, handler: Any, data: dict[str, str]) -> Any:
        settings = of_this_process()
        if not settings.is_called(handler.request.host):
            raise HTTPError(403, FOREIGN.format(name=cut(handler.request.host, 60), address=settings.address))
        try:
            async with THROTTLE.turn(normal(data.get("username", "")), handler.request.remote_ip) as was_wrong:
                found = await super().authenticate(handler, data)
                if found is None:
                    was_wrong()
                return found
        except TooMany:
            raise HTTPError(429, tr("too many wrong passwords were tried: wait a minute, then log in again")) from None
