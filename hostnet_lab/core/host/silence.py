"""Why nobody answers at an address: told from where its name leads and from who listens, so that the advice is about that very port."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_address

from ...words import tr
from .facts import Listener
from .ports import ANY


def explained(name: str, port: int, addresses: Sequence[str] | None, listeners: Iterable[Listener], owner: str | None) -> tuple[str, str]:
    """What is found, and what to do next. ``addresses``: where the name leads, None where nobody told in time.

    ``listeners``: of the asker's own network namespace. ``owner``: who holds the port, in words, where somebody does.
    """
    if not addresses:
        found = tr("{name} does not resolve", name=name) if addresses == () else tr("{name} does not resolve in time", name=name)
        return found, tr("mend the name first: /etc/hosts has a line 127.0.0.1 localhost, other names are the name server's")
    there = [one for one in listeners if one.port == port]
    if not there:
        found = tr("nobody listens on port {port} here", port=port)
        return found, tr("see whether its server runs, in which mode and on which port: docker ps -a, docker logs NAME")
    if not any(reaches(address, one.address) for address in addresses for one in there):
        places = ", ".join(dict.fromkeys(one.place for one in there))
        found = tr("port {port} is open at {places} alone ({owner})", port=port, places=places, owner=owner)
        return found, tr('ask there, or have it listen on every address; -p publishes where "ip" in /etc/docker/daemon.json says')
    found = tr("port {port} is held by {owner}, and that did not answer so", port=port, owner=owner)
    return found, tr("see what it says, and whether a firewall is in between: docker logs NAME, ss -ltnp")


def reaches(address: str, listening: str) -> bool:
    """Whether a connection to one address comes to a socket at the other: ip(7), and ipv6(7) for ``::``, which hears IPv4 too."""
    if address == listening or listening == "::":
        return True
    return listening in ANY and ip_address(address.partition("%")[0]).version == 4
