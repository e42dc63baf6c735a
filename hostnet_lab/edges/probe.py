"""One TCP connection, one HTTP GET to an address of this host. Never through a proxy, never followed elsewhere."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event
from time import monotonic
from typing import TypeVar
from urllib.parse import urlsplit

from ..core.errors import BadRequest, NoAnswer
from ..words import tr

T = TypeVar("T")
PAUSE_S = 0.001  # between two looks at a fact that nobody announces (a port that opens)
# Whoever runs things in threads sets this in a thread, to end all its waits at once: an exception cannot be sent there.
give_up: ContextVar[Event] = ContextVar("give_up", default=Event())  # noqa: B039 - the default is never set


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; the body is the server's text: data, never markup."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def get(url: str, timeout_s: float = 2.0) -> Answer | None:
    """GET one http:// address; None when nobody answers. http.client reads no proxy variables."""
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        tried, do = tr("the address {url!r}", url=url), tr("type for example http://localhost")
        raise BadRequest(tried, tr("not of the form http://HOST[:PORT]/PATH"), do)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=timeout_s)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        reply = connection.getresponse()
        return Answer(reply.status, reply.read(1_000_000).decode("utf-8", "replace"), dict(reply.getheaders()))
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def accepts(address: str, port: int, timeout_s: float = 1.0) -> bool:
    """True when a TCP connection to ``address``:``port`` is accepted."""
    try:
        socket.create_connection((address, port), timeout=timeout_s).close()
    except OSError:
        return False
    return True


def wait_until(fact: Callable[[], T], timeout_s: float, waiting_for: str, pause_s: float = PAUSE_S) -> T:
    """Look at a fact until it is truthy and return it; raises NoAnswer with the last thing seen.

    For facts that nobody announces; what the engine announces is waited for on its events.
    """
    end = monotonic() + timeout_s
    while True:
        seen = fact()
        if seen:
            return seen
        if monotonic() >= end:
            found = tr("not so after {seconds:g} s; seen last: {seen!r}", seconds=timeout_s, seen=seen)
            raise NoAnswer(tr("wait for {what}", what=waiting_for), found, tr("run `./lab doctor`"))
        if give_up.get().wait(pause_s):
            raise NoAnswer(tr("wait for {what}", what=waiting_for), tr("interrupted"), tr("run it again"))
