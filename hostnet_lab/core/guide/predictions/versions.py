"""Predictions on what engines of several years do in several ways: who reaches what is published, and what inspect tells."""

from __future__ import annotations

from ....words import tr
from .model import FAILS, HOLDS, OTHERWISE, PARTLY, WHOLLY, Choice, Prediction

ROUTED = tr("The host forwards what comes for a container, unless a rule keeps it out.")

VERSIONS: tuple[Prediction, ...] = (
    Prediction(
        "neighbour-and-127",
        "06c",
        tr(
            "A server is published by `-p 127.0.0.1:8088:80`. A neighbour on the same wire sends a packet for 127.0.0.1 to your "
            "host. Answered?"
        ),
        (
            Choice(
                "no",
                tr("No: 127.0.0.1 is this machine only"),
                WHOLLY,
                right=tr("This engine drops what comes for 127.0.0.1 by a wire."),
                wrong=tr("It was answered: the engine's rule for 127.0.0.1 does not ask by which interface a packet comes in."),
            ),
            Choice(
                "policy",
                tr("That depends on the policy of FORWARD"),
                PARTLY,
                right=tr("The policy alone decided here."),
                wrong=tr("The policy of FORWARD made no difference."),
            ),
            Choice(
                "yes",
                tr("Yes"),
                FAILS,
                right=tr("The engine's rule translates it before anybody asks where it came from."),
                wrong=tr("It was not answered in every case here."),
            ),
        ),
        ("local-publish-is-private",),
        explanation=tr(
            "A published port is a rule that translates an address, and before Docker 28 that for 127.0.0.1 also met packets from outside. "
            "Since then the engine drops those first."
        ),
    ),
    Prediction(
        "neighbour-and-unpublished",
        "06c",
        tr(
            "A container on the bridge publishes nothing. A neighbour sets a route to its address by way of your host. Who decides "
            "whether it answers?"
        ),
        (
            Choice(
                "hidden",
                tr("Nobody: what is not published never answers"),
                WHOLLY,
                right=tr("This engine drops what comes for a port that is not published."),
                wrong=ROUTED,
            ),
            Choice(
                "policy",
                tr("The policy of the chain FORWARD"),
                PARTLY,
                right=tr("Under ACCEPT it answered, under DROP it did not."),
                wrong=tr("The policy of FORWARD made no difference."),
            ),
            Choice(
                "open",
                tr("Nobody: it always answers"),
                FAILS,
                right=ROUTED,
                wrong=tr("It did not always answer here."),
            ),
        ),
        ("unpublished-is-hidden",),
        explanation=tr(
            "An address on a bridge can be reached by any route that the host forwards, and before Docker 28 its rules left that "
            "to the policy of FORWARD. "
            "The engine sets that policy to DROP only where it has switched forwarding on itself."
        ),
    ),
    Prediction(
        "published-on-one-address",
        "06c",
        tr(
            "A host has two interfaces. A port is published on the address of the second alone. Who comes in by the first one is "
            "answered at which address?"
        ),
        (
            Choice(
                "neither",
                tr("At neither: the first interface is shielded"),
                WHOLLY,
                right=tr("This host does not take packets for one interface's address by another."),
                wrong=tr("It was answered at the second address: a host takes packets for all its addresses by every interface."),
            ),
            Choice(
                "second",
                tr("At the second address, not at the first"),
                PARTLY,
                right=tr("A host takes packets for all its addresses by every interface."),
                wrong=OTHERWISE,
            ),
            Choice(
                "both",
                tr("At both"),
                FAILS,
                right=tr("It was answered at both here."),
                wrong=tr("Not at the first: the rule and the listener are for the second address only."),
            ),
        ),
        ("one-address-shields",),
        explanation=tr(
            "An address belongs to the host, not to an interface, so packets for it may come in by any of them. "
            "To shield an interface takes a rule that names the interface."
        ),
    ),
    Prediction(
        "docker-user",
        "06c",
        tr("A rule in the chain DOCKER-USER drops what a client sends to a published port. Does that port fall silent?"),
        (
            Choice(
                "yes",
                tr("Yes"),
                HOLDS,
                right=tr("Packets for a published port are forwarded, and pass that chain first."),
                wrong=tr("It did not: this engine has no such chain, or does not pass it."),
            ),
            Choice(
                "no",
                tr("No: the engine's own rules come first"),
                FAILS,
                right=tr("This engine has no such chain, or does not pass it."),
                wrong=tr("It fell silent: the engine passes that chain before its own rules."),
            ),
        ),
        ("docker-user-filters",),
        explanation=tr(
            "The chain is for your own rules, and the engine has forwarded packets pass it before its own. "
            "An engine that filters by nftables instead, as Docker 29 can, has none."
        ),
    ),
    Prediction(
        "without-forwarding",
        "06c",
        tr(
            "IP forwarding is switched off on the host. Which server still answers a neighbour: one in host mode, or one that is published?"
        ),
        (
            Choice(
                "not-host-mode",
                tr("The one in host mode falls silent"),
                HOLDS,
                right=tr("It fell silent here."),
                wrong=tr("It still answered: its packets are for the host itself, and nobody forwards them."),
            ),
            Choice(
                "host-mode",
                tr("The one in host mode, whatever becomes of the other"),
                FAILS,
                right=tr("Its packets are for the host itself, and nobody forwards them."),
                wrong=tr("It fell silent here."),
            ),
        ),
        ("host-mode-needs-forwarding",),
        explanation=tr(
            "A published port leads into another network namespace, so the host must forward its packets. "
            "A server in host mode is in the host's own."
        ),
    ),
    Prediction(
        "classic-template",
        "06c",
        tr(
            "An old script asks `docker inspect` for `.NetworkSettings.IPAddress` of a container on the bridge. What does your "
            "engine tell it?"
        ),
        (
            Choice(
                "address",
                tr("The address"),
                HOLDS,
                right=tr("Your engine and command still have that field."),
                wrong=tr("The field is gone: an address belongs to a network of the container."),
            ),
            Choice(
                "error",
                tr("An error, or nothing"),
                FAILS,
                right=tr("An address belongs to a network of the container, and only there it is told."),
                wrong=tr("It told the address: your engine and command still have that field."),
            ),
        ),
        ("classic-address",),
        explanation=tr(
            "That field is older than networks of one's own, and API 1.52, which came with Docker 29, has dropped it. "
            "Each network of a container has its address in `.NetworkSettings.Networks`, on every engine."
        ),
    ),
)
