"""Predictions on what a setting of engine, network or host changes: NAT, the relay on localhost, name servers, clocks."""

from __future__ import annotations

from ....words import tr
from .model import FAILS, HOLDS, OTHERWISE, PARTLY, WHOLLY, Choice, Prediction

SETTINGS: tuple[Prediction, ...] = (
    Prediction(
        "without-nat",
        "06c",
        tr("A client on the network must see a container without address translation in between. What does your engine offer?"),
        (
            Choice(
                "host-mode-alone",
                tr("Host mode, and nothing else"),
                WHOLLY,
                right=tr("Every other network that was tried translated here."),
                wrong=tr("Another network did without translation as well, as the evidence says."),
            ),
            Choice(
                "macvlan-too",
                tr("Host mode and macvlan, but no bridge"),
                PARTLY,
                right=tr("What is published on a bridge was translated, on macvlan nothing was."),
                wrong=OTHERWISE,
            ),
            Choice(
                "bridge-too",
                tr("Even a bridge, if it is told to route"),
                FAILS,
                right=tr("A bridge in the gateway mode `routed` publishes without translating."),
                wrong=tr("This engine's bridge translated all the same, or it refused that mode."),
            ),
        ),
        ("only-host-mode-avoids-nat",),
        explanation=tr(
            "Translation belongs to the way an engine publishes on a bridge, and other networks publish in other ways. "
            "Since Docker 27 a bridge can be routed as well; then clients need a route to it."
        ),
    ),
    Prediction(
        "localhost-without-relay",
        "06c",
        tr(
            "On localhost a request to a published port goes through the relay `docker-proxy`. An engine is started with "
            "`--userland-proxy=false`. What does host mode still save there?"
        ),
        (
            Choice(
                "nothing",
                tr("Little or nothing"),
                WHOLLY,
                right=tr("The relay was what it saved."),
                wrong=tr("More than a little was left over here."),
            ),
            Choice(
                "part",
                tr("A good part: translation is left"),
                PARTLY,
                right=tr("A good part was left over here."),
                wrong=tr("The kernel translates in a few microseconds; the relay took the time, if anything did."),
            ),
            Choice(
                "all",
                tr("As much as before"),
                FAILS,
                right=tr("The relay made no difference here."),
                wrong=tr("The relay costs a connection of its own and two copies of each byte, and that is gone."),
            ),
        ),
        ("proxy-is-the-saving",),
        explanation=tr(
            "A relay accepts each connection and opens another one to the container, while the kernel only rewrites addresses. "
            "Without the relay the kernel does it on localhost as well."
        ),
    ),
    Prediction(
        "resolv-conf-changed",
        "06c",
        tr(
            "Your host joins another network, and its `/etc/resolv.conf` changes. Whom does a container in host mode ask that runs already?"
        ),
        (
            Choice(
                "new",
                tr("The new name server: it shares the host's network"),
                HOLDS,
                right=tr("It read the new one at once here."),
                wrong=tr("The engine copies the file when it starts a container, and the copy stays as it is."),
            ),
            Choice(
                "old",
                tr("The old one"),
                FAILS,
                right=tr("It read the old one still: the file is its own, and was written when it was started."),
                wrong=tr("It read the new one at once here."),
            ),
        ),
        ("follows-resolv-conf",),
        explanation=tr(
            "Name servers stand in a file, and files are the container's own even where the network is shared. "
            "The engine writes that file when it starts the container."
        ),
    ),
    Prediction(
        "whose-clock",
        "06c",
        tr("Linux can give a process a time namespace of its own, with another time since boot. Has a container in host mode one?"),
        (
            Choice(
                "hosts",
                tr("No: it is in the host's"),
                HOLDS,
                right=tr("Your engine makes no time namespaces, neither in host mode nor on a bridge, or keeps host mode out of them."),
                wrong=tr("It has one of its own: your engine gives one to each container."),
            ),
            Choice(
                "own",
                tr("Yes: the network is all that is shared"),
                FAILS,
                right=tr("Your engine gives one to each container."),
                wrong=tr("It has none: your engine leaves it in the host's."),
            ),
        ),
        ("shares-the-clock",),
        explanation=tr(
            "Which namespaces a container gets is the engine's choice, and host mode takes away that of the network alone. "
            "Docker has given each container a time namespace of its own since 29.5."
        ),
    ),
)
