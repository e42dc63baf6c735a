"""One TCP connection, one HTTP GET to an address of this host. Never through a proxy, never followed elsewhere."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar
from urllib.parse import urlsplit

from ..core.errors import BadRequest, NoAnswer, OutOfTime
from ..core.host.pace import SLOW
from ..words import tr
from .pace import PACE, Limit, limit_s

T = TypeVar("T")
PAUSE_S = 0.001  # between two looks at a fact that nobody announces (a port that opens)
IDLE = 0.02  # of one processor: who uses less than that does not work any more, he waits
# Whoever runs things in threads sets this in a thread, to end all its waits at once: an exception cannot be sent there.
give_up: ContextVar[Event] = ContextVar("give_up", default=Event())  # noqa: B039 - the default is never set


@dataclass(frozen=True)
class Answer:
    """One HTTP answer; the body is the server's text: data, never markup."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


def get(url: str, timeout_s: float = 2.0) -> Answer | None:
    """GET one http:// address; None when it is refused, or the connection ends before an answer. http.client reads no proxy variables.

    Raises OutOfTime after ``timeout_s`` of silence, at the usual pace: whether anybody is there is then not known.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not parts.hostname:
        tried, do = tr("the address {url!r}", url=url), tr("type for example http://localhost")
        raise BadRequest(tried, tr("not of the form http://HOST[:PORT]/PATH"), do)
    waited_s = limit_s(timeout_s)
    connection = http.client.HTTPConnection(parts.hostname, parts.port or 80, timeout=waited_s)
    try:
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        reply = connection.getresponse()
        return Answer(reply.status, reply.read(1_000_000).decode("utf-8", "replace"), dict(reply.getheaders()))
    except TimeoutError as error:
        raise silent(url, waited_s) from error
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def accepts(address: str, port: int, timeout_s: float = 1.0) -> bool:
    """True when a TCP connection to ``address``:``port`` is accepted, False when it is refused; OutOfTime as for ``get``."""
    waited_s = limit_s(timeout_s)
    try:
        socket.create_connection((address, port), timeout=waited_s).close()
    except TimeoutError as error:
        raise silent(f"{address}:{port}", waited_s) from error
    except OSError:
        return False
    return True


def silent(place: str, waited_s: float) -> OutOfTime:
    """The error of one question that was not answered, nor refused."""
    found = tr("neither an answer nor a refusal after {seconds:.1f} s", seconds=waited_s)
    return OutOfTime(tr("ask {place}", place=place), found, tr("run `./lab doctor`"))


def wait_until(
    fact: Callable[[], T | None],
    timeout_s: float,
    waiting_for: str,
    pause_s: float = PAUSE_S,
    worked: Callable[[], float] | None = None,
    still: Callable[[float], None] = lambda _: None,
) -> T:
    """Look at a fact until it is truthy and return it; raises OutOfTime with the last thing seen.

    ``timeout_s``: at the usual pace of a machine (``pace.Limit``). A fact that itself runs out of time is not so yet.
    ``worked``: the processor time that what is waited for has used so far, in seconds: while it is at work, the limit begins anew,
    and ``still`` is told the seconds since the beginning. For facts that nobody announces; what the engine announces is waited
    for on its events.
    """
    seen, words = _look(fact)
    if seen:
        return seen
    used_s = worked() if worked else 0.0
    with Limit(timeout_s) as limit:
        while True:
            over = limit.passed  # before the look: so the last one comes after the limit
            if over and worked and worked() - used_s > IDLE * timeout_s:
                over, used_s = False, worked()
                limit.renew()
                still(limit.gone_s)
            seen, words = _look(fact)
            if seen:
                return seen
            if over:
                raise OutOfTime(tr("wait for {what}", what=waiting_for), _not_so(limit, timeout_s, words), tr("run `./lab doctor`"))
            if give_up.get().wait(pause_s):
                raise NoAnswer(tr("wait for {what}", what=waiting_for), tr("interrupted"), tr("run it again"))


def _look(fact: Callable[[], T | None]) -> tuple[T | None, str]:
    """What it is, and in words what was seen; None where the look itself ran out of time."""
    try:
        seen = fact()
    except OutOfTime as late:
        return None, late.found
    return seen, repr(seen)


def _not_so(limit: Limit, timeout_s: float, seen: str) -> str:
    if PACE.pace < SLOW or limit.gone_s < SLOW * timeout_s:
        return tr("not so after {seconds:g} s; seen last: {seen}", seconds=timeout_s, seen=seen)
    return tr(
        "not so after {gone:.1f} s, on this slow machine as much as {seconds:g} s elsewhere; seen last: {seen}",
        gone=limit.gone_s,
        seconds=timeout_s,
        seen=seen,
    )
