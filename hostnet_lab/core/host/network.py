"""The host's network as a value: links, addresses, routes, listeners, rules, relays; two of them compared, in words.

Equal means equal: counters, handles, indexes, lifetimes and the state of a cable are left out, and so are link-local
addresses and routes (RFC 4291, 2.5.6), which the kernel gives and takes with the cable. What could not be
seen is part of the value: nothing is said of it, and it is never taken for nothing. A part is written in one way for
every reader, as a program would print it: it is recorded, and compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...words import joined, tr, tr_n
from .unseen import Unseen

Kind = Literal["link", "address", "route", "listener", "nat rule", "filter rule", "other rule", "relay"]
KINDS: tuple[Kind, ...] = ("link", "address", "route", "listener", "nat rule", "filter rule", "other rule", "relay")
SPOKEN: Mapping[Kind, str] = {
    "link": tr("link"),
    "address": tr("address"),
    "route": tr("route"),
    "listener": tr("listener"),
    "nat rule": tr("nat rule"),
    "filter rule": tr("filter rule"),
    "other rule": tr("other rule"),
    "relay": tr("relay"),
}


@dataclass(frozen=True, order=True)
class Link:
    """A network interface, real or not."""

    name: str
    up: bool  # set up by somebody (IFF_UP), whether or not a cable is in
    master: str = ""  # the bridge that it is a port of

    def __str__(self) -> str:
        return f"{self.name}{f', port of {self.master}' if self.master else ''}{'' if self.up else ' (down)'}"


@dataclass(frozen=True, order=True)
class Address:
    link: str
    address: str  # with its prefix length

    def __str__(self) -> str:
        return f"{self.address} on {self.link}"


@dataclass(frozen=True, order=True)
class Route:
    """One route of the main table."""

    destination: str
    link: str
    gateway: str = ""

    def __str__(self) -> str:
        return f"{self.destination}{f' via {self.gateway}' if self.gateway else ''} on {self.link}"


@dataclass(frozen=True, order=True)
class Listener:
    """A socket that waits for whoever comes: TCP in state LISTEN, or UDP bound and not connected."""

    protocol: Literal["tcp", "udp"]
    address: str
    port: int
    process: str = ""  # name of the process that holds it; "" where it cannot be seen

    def __str__(self) -> str:
        place = f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"
        return f"{place}/{self.protocol}{f' ({self.process})' if self.process else ''}"


@dataclass(frozen=True, order=True)
class Rule:
    """One rule, or the policy of one chain, as iptables-save or nft prints it, without counters and handles."""

    family: str  # IPv4, IPv6, or nftables' own (inet, bridge, ...)
    table: str
    text: str

    @property
    def kind(self) -> Kind:
        """By the table; in nftables, where tables bear any name, by the chain's name too."""
        place = f"{self.table} {self.text.partition(':')[0] if self.text.startswith('chain') else ''}"
        return "nat rule" if "nat" in place else "filter rule" if "filter" in place else "other rule"

    def __str__(self) -> str:
        return f"{self.text} ({self.family}{'' if self.kind != 'other rule' else f', table {self.table}'})"


@dataclass(frozen=True, order=True)
class Relay:
    """A docker-proxy process: it takes connections to a published port and makes them anew to the container."""

    protocol: str
    listens: str
    target: str

    def __str__(self) -> str:
        return f"docker-proxy from {self.listens} to {self.target} ({self.protocol})"


Part = Link | Address | Route | Listener | Rule | Relay


@dataclass(frozen=True)
class Network:
    """A network namespace at one moment. All parts are sorted, but for rules: their order is part of what they say."""

    links: tuple[Link, ...] = ()
    addresses: tuple[Address, ...] = ()
    routes: tuple[Route, ...] = ()
    listeners: tuple[Listener, ...] = ()
    rules: tuple[Rule, ...] = ()
    relays: tuple[Relay, ...] = ()
    unseen: tuple[Unseen, ...] = ()

    def parts(self, kind: Kind) -> tuple[Part, ...]:
        if kind in ("nat rule", "filter rule", "other rule"):
            return tuple(rule for rule in self.rules if rule.kind == kind)
        found: dict[str, Sequence[Part]] = {
            "link": self.links,
            "address": self.addresses,
            "route": self.routes,
            "listener": self.listeners,
            "relay": self.relays,
        }
        return tuple(found[kind])


@dataclass(frozen=True, order=True)
class Change:
    """One part that came or went, in words."""

    kind: Kind
    added: bool
    what: str

    def __str__(self) -> str:
        kind = SPOKEN[self.kind]
        return (
            tr("added: {kind} {what}", kind=kind, what=self.what) if self.added else tr("removed: {kind} {what}", kind=kind, what=self.what)
        )


def difference(before: Network, after: Network) -> list[Change]:
    """What came and what went, by kind; empty when the two are equal (rules that only changed places are both)."""
    return [change for kind in KINDS for change in _changes(kind, before.parts(kind), after.parts(kind))]


def _changes(kind: Kind, before: Sequence[Part], after: Sequence[Part]) -> list[Change]:
    was, now = Counter(map(str, before)), Counter(map(str, after))
    gone, new = was - now, now - was
    if not gone and not new and kind.endswith("rule") and list(before) != list(after):
        was_order, now_order = list(map(str, before)), list(map(str, after))
        moved = [(old, one) for old, one in zip(was_order, now_order, strict=True) if old != one]
        gone, new = Counter(old for old, _ in moved), Counter(one for _, one in moved)
    return [Change(kind, added, what) for added, found in ((False, gone), (True, new)) for what in found.elements()]


def counted(changes: Iterable[Change]) -> str:
    """The changes as numbers in words: "1 listener added"; "nothing changed"."""
    counts = Counter((change.kind, change.added) for change in changes)
    added, removed = ([number(counts[kind, sign], kind) for kind in KINDS if counts[kind, sign]] for sign in (True, False))
    said = [*(tr("{parts} added", parts=one) for one in added), *(tr("{parts} removed", parts=one) for one in removed)]
    return joined(", ", said) or tr("nothing changed")


def number(count: int, kind: Kind) -> str:
    """ "1 listener", "2 addresses"."""
    said: dict[Kind, str] = {
        "link": tr_n(count, "{n} link", "{n} links"),
        "address": tr_n(count, "{n} address", "{n} addresses"),
        "route": tr_n(count, "{n} route", "{n} routes"),
        "listener": tr_n(count, "{n} listener", "{n} listeners"),
        "nat rule": tr_n(count, "{n} nat rule", "{n} nat rules"),
        "filter rule": tr_n(count, "{n} filter rule", "{n} filter rules"),
        "other rule": tr_n(count, "{n} other rule", "{n} other rules"),
        "relay": tr_n(count, "{n} relay", "{n} relays"),
    }
    return said[kind]


@dataclass(frozen=True)
class Moments:
    """A network before, during and after something: how many parts of each kind it had, and what came and went since before."""

    before: Mapping[Kind, int]
    during: tuple[Change, ...]
    after: tuple[Change, ...]
    unseen: tuple[Unseen, ...]

    def count(self, kind: Kind, changes: Iterable[Change] = ()) -> int:
        """How many there are of a kind after these changes."""
        return self.before[kind] + sum(1 if one.added else -1 for one in changes if one.kind == kind)


def plain_parts(network: Network) -> dict[Kind, list[str]]:
    """Every part by its kind, as an observation keeps them."""
    return {kind: list(map(str, network.parts(kind))) for kind in KINDS}


def plain_moments(before: Network, during: Network, after: Network) -> dict[str, Any]:
    """What came and went since before, and what was not seen, as an observation keeps it."""
    unseen = dict.fromkeys((*before.unseen, *during.unseen, *after.unseen))
    return {
        **{
            moment: [[one.kind, one.added, one.what] for one in difference(before, network)]
            for moment, network in (("during", during), ("after", after))
        },
        "unseen": [{key: value for key, value in vars(one).items() if value} for one in unseen],
    }


def read_moments(before: Mapping[str, Sequence[str]], seen: Mapping[str, Any]) -> Moments:
    """From what an observation keeps: ``plain_parts`` of before, and ``plain_moments``."""
    during, after = (tuple(Change(*one) for one in seen[moment]) for moment in ("during", "after"))
    return Moments({kind: len(before[kind]) for kind in KINDS}, during, after, tuple(Unseen(**one) for one in seen["unseen"]))


def comparison(seen: Moments) -> str:
    """Before, during and after as plain lines: the twin of the drawing."""
    counts = ", ".join(number(seen.before[kind], kind) for kind in KINDS if seen.before[kind])
    came, left = seen.during, seen.after
    lines = [tr("Before: {parts}.", parts=counts) if counts else tr("Before: nothing.")]
    lines += [tr("During: {changes} since before", changes=counted(came)) + (":" if came else "."), *(f"  {change}" for change in came)]
    lines += [tr("After: {changes} since before", changes=counted(left)) + (":" if left else "."), *(f"  {change}" for change in left)]
    return "\n".join([*lines, *(tr("Not seen: {what}", what=one) for one in seen.unseen)])
