"""A snapshot of a network namespace: ip, iptables-save, nft and /proc, read where ``prefix`` leads. Changes nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, TypeVar

from ..core.host.network import Address, Link, Listener, Network, Relay, Route, Rule
from ..core.host.network_reading import read_links, read_nft, read_relay, read_routes, read_rules, read_sockets
from ..core.host.unseen import Unseen, What, Why
from . import host
from .command import find

T = TypeVar("T")
TABLES = ("filter", "nat", "mangle", "raw", "security")


class Eye:
    """Looks by commands, and keeps what it could not see."""

    def __init__(self, prefix: Sequence[str]) -> None:
        self.prefix = tuple(prefix)
        self.unseen: list[Unseen] = []

    def look(self, what: What, family: str, *command: str) -> str | None:
        """What a command prints; None, and why in ``unseen``, when it is absent or refuses."""
        found = find(command[0])
        if found is None:
            self.unseen.append(Unseen(what, "no command", family, command[0]))
            return None
        words = [*self.prefix, found, *command[1:]]
        done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            said = (done.stderr.strip().splitlines() or [""])[-1]
            why: Why = "no root" if os.geteuid() else "refused" if said else "failed"
            self.unseen.append(Unseen(what, why, family, command[0], said, done.returncode))
            return None
        return done.stdout

    def read(self, what: What, family: str, reader: Callable[[str], T], otherwise: T, *command: str) -> T:
        seen = self.look(what, family, *command)
        if seen is None:
            return otherwise
        try:
            return reader(seen)
        except (ValueError, KeyError, TypeError) as error:
            self.unseen.append(Unseen(what, "unreadable", family, command[0], str(error)))
            return otherwise


def snapshot(prefix: Sequence[str] = ()) -> Network:
    """The namespace that ``prefix`` (such as ``nsenter --net=FILE --``) leads to; this process's own without one."""
    eye = Eye(prefix)
    nothing: tuple[list[Link], list[Address]] = ([], [])
    links, addresses = eye.read("links", "", read_links, nothing, "ip", "-json", "addr")
    routes: list[Route] = []
    for family in ("-4", "-6"):
        routes += eye.read("routes", f"IPv{family[1]}", read_routes, [], "ip", family, "-json", "route")
    listeners, relays = _listeners(eye)
    return Network(
        tuple(links), tuple(addresses), tuple(sorted(routes)), tuple(listeners), tuple(_rules(eye)), tuple(relays), tuple(eye.unseen)
    )


def _listeners(eye: Eye) -> tuple[list[Listener], list[Relay]]:
    found = []
    protocols: tuple[Literal["tcp", "udp"], ...] = ("tcp", "udp")
    for protocol in protocols:
        for table in (protocol, f"{protocol}6"):
            if os.path.exists(f"/proc/self/net/{table}"):  # no IPv6, no table
                found += read_sockets(eye.look("listeners", protocol, "cat", f"/proc/net/{table}") or "", protocol)
    owners = host.owners_of({inode for _, inode in found})
    named = sorted(replace(one, process=_name(owners.get(inode))) for one, inode in found)
    relays = filter(None, (read_relay(host.command_line(pid)) for pid in set(owners.values())))
    eye.unseen += _nameless(named)
    return named, sorted(relays)


def _nameless(listeners: Collection[Listener]) -> list[Unseen]:
    """Of how many listeners the process is not seen; nothing where all are."""
    hidden = sum(not one.process for one in listeners)
    return [Unseen("processes", "no root" if os.geteuid() else "nobody", hidden=hidden, count=len(listeners))] if hidden else []


def _name(pid: int | None) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    except OSError:
        return ""


def _rules(eye: Eye) -> list[Rule]:
    """iptables' own, then what only nft shows; where both are absent, both are said to be."""
    rules: list[Rule] = []
    covered: set[tuple[str, str]] = set()
    for command, family, name in (("iptables-save", "IPv4", "ip"), ("ip6tables-save", "IPv6", "ip6")):
        seen = eye.look("rules", family, command)
        if seen is not None:
            rules += read_rules(seen, family)
            covered |= {(name, table) for table in TABLES}
            if "-legacy tables present" in seen:  # iptables-nft's own warning: it does not show those
                rules += read_rules(eye.look("legacy rules", family, command.replace("-save", "-legacy-save")) or "", family)
    if find("nft"):
        rules += read_nft(eye.look("nftables", "", "nft", "list", "ruleset") or "", covered)
    return rules
