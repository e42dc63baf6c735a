"""What came of following one request: its journey, or the reason why there is none. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .journey import Journey, Pair


class Reason(StrEnum):
    """Why there is no journey."""

    NO_PATH = "no-path"  # the container is not there, or has no such path
    ELSEWHERE = "elsewhere"  # the engine's host is not the one that the reader sits at
    NO_EAR = "no-ear"  # the engine starts none, or it ended at once
    NO_PERL = "no-perl"  # the image has none, and an ear is perl
    NO_PACKET_SOCKET = "packet-socket"  # the kernel refuses it: the engine gives no NET_RAW, or not over this namespace
    NO_HOST = "no-host"  # a client in the network takes a disposable host, and none can be made
    NOT_SENT = "not-sent"  # no connection came about
    NOT_HEARD = "not-heard"  # it was sent, and no ear told of its tag in time: that is no verdict on where it went


# Where nobody can listen, or nothing was heard, counters tell what no ear does.
DEAF = frozenset({Reason.NO_EAR, Reason.NO_PERL, Reason.NO_PACKET_SOCKET, Reason.NO_HOST, Reason.NOT_HEARD})


@dataclass(frozen=True)
class Sent:
    """As its sender knows it. ``pair``: None where no connection came about; ``status``: 0 where no answer came; ``why``: in its words."""

    pair: Pair | None
    status: int = 0
    took_us: int = 0
    why: str = ""


@dataclass(frozen=True)
class Caught:
    """``reason``: None where there is a journey. ``said``: what the kernel, the engine or the sender said of the reason, in its words.

    ``inside``: the server's own interfaces were listened to as well.
    """

    journey: Journey | None = None
    sent: Sent | None = None
    reason: Reason | None = None
    said: str = ""
    inside: bool = False
