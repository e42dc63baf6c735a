"""The hub's API, on its own address; never through the proxy. https://jupyterhub.readthedocs.io/en/stable/reference/rest-api.html"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import quote

from ..core.errors import NoAnswer
from .settings import Settings

BUDGET_S = 30.0


def ask(settings: Settings, token: str, method: str, path: str) -> Any:
    """The answer's JSON, or None where it has none. ``path``: behind /hub/api/. Raises NoAnswer with the hub's own words."""
    where = settings.addresses
    connection = http.client.HTTPConnection(where.hub, where.hub_port, timeout=BUDGET_S)
    tried, do = f"ask the hub: {method} {path}", "`./lab classroom` starts the hub again where it has ended"
    try:
        connection.request(method, f"/hub/api/{path}", "{}" if method == "POST" else None, {"Authorization": f"token {token}"})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(tried, f"{type(error).__name__}: {error}", do) from error
    finally:
        connection.close()
    if answer.status >= 400:
        raise NoAnswer(tried, f"status {answer.status}: {' '.join(text.split())[:300]}", "read its words, and the hub's log")
    return json.loads(text) if text.strip() else None


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
        try:
            ask(settings, token, method, what)
        except NoAnswer as error:
            if "status 409" not in error.found and "already running" not in error.found and "pending" not in error.found:
                raise
