"""Why an experiment could not look: an id in its observation, beside it the values that tell more, and the words made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

from ...words import tr
from ..host.localhost import misled

Missing = Literal[
    "compose",
    "own address",
    "ipv6",
    "localhost",
    "logs",
    "network",
    "published",
    "published elsewhere",
    "relay",
    "rootless engine",
    "swarm",
]
WORDS: Mapping[Missing, Callable[[Mapping[str, Any]], str]] = {
    "compose": lambda _: tr("there is no Docker Compose here"),
    "own address": lambda _: tr("this host has no address besides its loopback"),
    "ipv6": lambda _: tr("this host has no IPv6 loopback address"),
    "localhost": lambda seen: misled(seen["resolved"]),
    "logs": lambda seen: tr("the engine's logs cannot be read: {why}", why=seen["said"]),
    "network": lambda seen: tr("the engine made no network: {why}", why=seen["said"]),
    "published": lambda _: tr("the engine gave a container on the bridge no address, or published nothing for -p"),
    "published elsewhere": lambda seen: tr("the engine publishes at {addresses} alone", addresses=", ".join(seen["addresses"])),
    "relay": lambda _: tr("there is no docker-proxy here to compare with"),
    "rootless engine": lambda _: tr("it needs a rootless engine"),
    "swarm": lambda seen: tr("{command} said: {words}", command="docker swarm init", words=seen["said"]),
}


def lacking(what: Missing, **values: object) -> dict[str, Any]:
    """The observation of an experiment that could not look."""
    return {"missing": what, **values}


def why(seen: Mapping[str, Any]) -> str:
    """What was missing, in words; an id of another lab's is shown as it is. Raises KeyError where a value is not there."""
    what = seen["missing"]
    return WORDS[what](seen) if what in WORDS else str(what)
