"""Addresses for the class: one pool that nobody else uses, cut into one small network for each learner. Pure.

Each learner has a bridge of their own. On a shared one, rules for IP packets are not enough: a learner is root in their
containers, could answer ARP for a neighbour's address, and would then be sent what the proxy means for the neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network

from ..core.errors import SetupFailed
from ..words import tr

POOL_PREFIX = 20  # 4094 addresses: 512 networks
SEAT_PREFIX = 29  # six addresses: the gateway, the lab host, and four to spare
# Private ranges (RFC 1918), the seldom used first. The engine's own choices (172.17 to 172.31) come last.
RANGES = ("10.224.0.0/11", "192.168.0.0/16", "172.16.0.0/12", "10.0.0.0/8")


def pool(taken: Iterable[str]) -> IPv4Network:
    """The first network of POOL_PREFIX that overlaps nothing of ``taken`` (addresses or networks, as text).

    Raises SetupFailed where there is none.
    """
    used = [one for one in map(_network, taken) if one and one.prefixlen]  # the default route is no network
    for wide in RANGES:
        for candidate in IPv4Network(wide).subnets(new_prefix=POOL_PREFIX):
            if not any(candidate.overlaps(one) for one in used):
                return candidate
    tried, found = tr("find addresses for the class"), tr("every private range is in use here")
    raise SetupFailed(tried, found, tr("name one: --subnet 10.89.0.0/20"))


def _network(text: str) -> IPv4Network | None:
    """None for IPv6, and for what a network's driver wrote that is no address."""
    try:
        return IPv4Network(text, strict=False)
    except ValueError:
        return None


def next_free(wide: IPv4Network, taken: Iterable[str]) -> IPv4Network:
    """The first seat's network in the pool that is not among ``taken``, the class's own. Raises SetupFailed where all are."""
    used = {IPv4Network(one) for one in taken}
    for seat in wide.subnets(new_prefix=SEAT_PREFIX):
        if seat not in used:
            return seat
    found = tr("all {n} are in use", n=2 ** (SEAT_PREFIX - wide.prefixlen))
    raise SetupFailed(tr("find a free network in {network}", network=wide), found, "`./lab classroom stop`")


def gateway(network: IPv4Network) -> IPv4Address:
    """The server's own address in a network: the first one."""
    return network.network_address + 1
