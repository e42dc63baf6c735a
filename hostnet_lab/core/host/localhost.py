"""Where the name localhost leads, by which lessons and claims go."""

from __future__ import annotations

from ...words import tr

LOOPBACKS = ("127.0.0.1", "::1")


def misled(addresses: tuple[str, ...] | None) -> str:
    """Why the name localhost is of no use here, in a sentence without its full stop; "" where it leads to 127.0.0.1 and no further."""
    if addresses is None:
        return tr("localhost does not resolve in time: whoever is asked for names does not answer")
    if not addresses:
        return tr("localhost does not resolve")
    strange = [one for one in addresses if one not in LOOPBACKS]
    if strange or LOOPBACKS[0] not in addresses:
        return tr("localhost leads to {addresses}, not to 127.0.0.1", addresses=", ".join(strange or addresses))
    return ""
