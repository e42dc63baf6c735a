"""The hub's API, on its own address; never through the proxy. https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote

from ..core.errors import NoAnswer
from ..edges.pace import limit_s
from ..words import tr
from .settings import Settings

BUDGET_S = 30.0
PAGE = 200  # the most that the hub tells at once (JupyterHub.api_page_max_limit)


def ask(settings: Settings, token: str, method: str, path: str) -> Any:
    """The answer's JSON, or None where it has none. ``path``: behind /hub/api/. Raises NoAnswer with the hub's own words."""
    status, text = _asked(settings, token, method, path)
    if status >= 400:
        raise _refused(method, path, status, text)
    return json.loads(text) if text.strip() else None


def _asked(settings: Settings, token: str, method: str, path: str) -> tuple[int, str]:
    """Status and text of the hub's answer, whatever they are. Raises NoAnswer where there is none."""
    where = settings.addresses
    connection = http.client.HTTPConnection(where.hub, where.hub_port, timeout=limit_s(BUDGET_S))
    try:
        connection.request(method, f"/hub/api/{path}", "{}" if method == "POST" else None, {"Authorization": f"token {token}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        do = tr("`./lab classroom` starts the hub again where it has ended")
        raise NoAnswer(_tried(method, path), f"{type(error).__name__}: {error}", do) from error
    finally:
        connection.close()


def _tried(method: str, path: str) -> str:
    return tr("ask the hub: {request}", request=f"{method} {path}")


def _refused(method: str, path: str, status: int, text: str) -> NoAnswer:
    found = tr("status {status}: {said}", status=status, said=" ".join(text.split())[:300])
    return NoAnswer(_tried(method, path), found, tr("read its words, and the hub's log"))


def users(settings: Settings) -> list[Any]:
    """Everybody whom the hub knows: it tells them a page at a time."""
    found: list[Any] = []
    while page := ask(settings, settings.secrets.board, "GET", f"users?limit={PAGE}&offset={len(found)}"):
        found += page
        if len(page) < PAGE:
            break
    return found


def answers(settings: Settings) -> bool:
    try:
        ask(settings, settings.secrets.control, "GET", "")
    except NoAnswer:
        return False
    return True


def user_path(name: str) -> str:
    return f"users/{quote(name, safe='')}"


def start_host(settings: Settings, name: str) -> None:
    """Ask for a learner's lab host, and make the learner known first; one that runs stays as it is."""
    path, token = user_path(name), settings.secrets.control
    for method, what in (("POST", path), ("POST", f"{path}/server")):
        status, text = _asked(settings, token, method, what)
        there = status == 409 or "already running" in text or "pending" in text  # the hub speaks English
        if status >= 400 and not there:
            raise _refused(method, what, status, text)
