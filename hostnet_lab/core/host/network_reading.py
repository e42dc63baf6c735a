"""Parts of a network from recorded text: ``ip -json``, /proc/net, iptables-save, nft, the command line of docker-proxy."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from ipaddress import ip_address, ip_network
from itertools import pairwise
from typing import Any, Literal

from .facts import read_listeners
from .network import Address, Link, Listener, Relay, Route, Rule

BOUND = "07"  # TCP_CLOSE, which is what an unconnected UDP socket is in: include/net/tcp_states.h


def read_links(ip_json_addr: str) -> tuple[list[Link], list[Address]]:
    """From ``ip -json addr``, as iproute2 4.13 and later print it (ip-address(8))."""
    links, addresses = [], []
    for one in _entries(ip_json_addr):
        name = str(one["ifname"])
        links.append(Link(name, "UP" in (one.get("flags") or ()), str(one.get("master") or "")))
        for entry in one.get("addr_info") or ():
            if entry.get("local") and not ip_address(entry["local"]).is_link_local:
                addresses.append(Address(name, f"{entry['local']}/{entry['prefixlen']}"))
    return sorted(links), sorted(addresses)


def read_routes(ip_json_route: str) -> list[Route]:
    """From ``ip -json route``, either family; multipath routes count once for each next hop."""
    routes = []
    for one in _entries(ip_json_route):
        destination = str(one.get("dst", ""))
        if _link_local(destination):
            continue
        for hop in one.get("nexthops") or (one,):
            routes.append(Route(destination, str(hop.get("dev") or one.get("type") or ""), str(hop.get("gateway") or "")))
    return sorted(routes)


def _entries(text: str) -> list[dict[str, Any]]:
    """iproute2 prints nothing, or ``[{}]``, or empty entries, where there is nothing."""
    return [one for one in json.loads(text or "[]") if one]


def _link_local(destination: str) -> bool:
    try:
        return ip_network(destination, strict=False).is_link_local
    except ValueError:  # "default"
        return False


def read_sockets(proc_net: str, protocol: Literal["tcp", "udp"]) -> list[tuple[Listener, int]]:
    """Listeners and their inodes, from /proc/net/tcp, tcp6, udp or udp6; the processes are not in it."""
    if protocol == "udp":  # what waits in UDP is written as closed: let the one reader of this table see it as LISTEN
        lines = [line for line in proc_net.splitlines() if _is_bound(line.split())]
        proc_net = "\n".join(["", *(re.sub(rf" {BOUND} ", " 0A ", line, count=1) for line in lines)])
    return [(Listener(protocol, one.address, one.port), one.inode) for one in read_listeners(proc_net)]


def _is_bound(fields: Sequence[str]) -> bool:
    return len(fields) > 9 and fields[3] == BOUND and fields[2].endswith(":0000")


def read_rules(iptables_save: str, family: str = "IPv4") -> list[Rule]:
    """Rules and policies from iptables-save or ip6tables-save, nf_tables and legacy alike."""
    rules, table = [], ""
    for line in iptables_save.splitlines():
        if line.startswith("*"):
            table = line[1:]
        elif line.startswith((":", "-A", "[")):
            rules.append(Rule(family, table, re.sub(r"\s*\[\d+:\d+\]\s*", "", line)))
    return rules


def read_nft(ruleset: str, without: Collection[tuple[str, str]] = ()) -> list[Rule]:
    """Rules, chains and sets from ``nft list ruleset``, but for tables (family, name) that iptables-save showed already."""
    rules = []
    family, table, chain = "", "", ""
    for line in _nft_lines(ruleset):
        opened = re.fullmatch(r"(table|chain|set|map|flowtable) (?:(\w+) )?(\S+) \{", line)
        if opened and opened[1] == "table":
            family, table, chain = opened[2] or "ip", opened[3], ""
        elif opened:
            chain = f"{opened[1]} {opened[3]}"
            rules.append(Rule(family, table, chain))
        elif line != "}" and (family, table) not in without:
            rules.append(Rule(family, table, f"{chain}: {line}"))
    return [rule for rule in rules if (rule.family, rule.table) not in without]


def _nft_lines(ruleset: str) -> Iterator[str]:
    for line in ruleset.splitlines():
        bare = re.sub(r" # handle \d+$|(?<=counter) packets \d+ bytes \d+|(?<= )expires \S+ ?", "", line.strip()).strip()
        if bare and not bare.startswith("#"):
            yield bare


def read_relay(command_line: Sequence[str]) -> Relay | None:
    """The ways of one docker-proxy process, from its arguments; None when it is no docker-proxy."""
    if not command_line or not command_line[0].endswith("docker-proxy"):
        return None
    said = dict(pairwise(command_line))

    def place(which: str) -> str:
        address, port = said.get(f"-{which}-ip", "?"), said.get(f"-{which}-port", "?")
        return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"

    return Relay(said.get("-proto", "tcp"), place("host"), place("container"))
