"""Predictions on what host mode opens, keeps shut, changes and refuses: isolation, rights, leftovers, other engines."""

from __future__ import annotations

from ....words import tr
from . import reading
from .model import FAILS, HOLDS, PARTLY, WHOLLY, Choice, Prediction

LIMITS: tuple[Prediction, ...] = (
    Prediction(
        "drop-on-input",
        "03e",
        tr(
            "The host's firewall drops what comes in on INPUT for two ports: one of a server in host mode, one published by `-p`. Which "
            "is blocked?"
        ),
        (
            Choice(
                "neither",
                tr("Neither: containers go around the firewall"),
                ("neither",),
                tr("One of the two is a process of the host to the rules."),
            ),
            Choice("published", tr("The published one only"), ("published",), tr("It is the other way round.")),
            Choice(
                "host-mode",
                tr("The one in host mode only"),
                ("host mode",),
                tr("Its packets are the host's; the published ones are forwarded."),
            ),
            Choice("both", tr("Both"), ("both",), tr("What is published is forwarded, and never meets INPUT.")),
        ),
        ("bypasses-the-firewall", "published-bypasses-input", "reads-loopback-traffic", "drop-net-raw"),
        "host-mode-bypasses-the-firewall",
        read=reading.blocked_by_input,
    ),
    Prediction(
        "drop-on-docker-user",
        "07",
        tr(
            "A colleague puts the rule into the chain DOCKER-USER, for a server in host mode and for a published port. Which is "
            "blocked now?"
        ),
        (
            Choice("both", tr("Both: it is Docker's own chain"), ("both",), tr("It is asked for forwarded packets only.")),
            Choice(
                "published",
                tr("The published port only"),
                ("published",),
                tr("Forwarded packets pass DOCKER-USER; those for the host do not."),
            ),
            Choice(
                "host-mode",
                tr("The server in host mode only"),
                ("host mode",),
                tr("Packets to the host's own processes are not forwarded."),
            ),
        ),
        ("published-bypasses-input",),
        "host-mode-bypasses-the-firewall",
        read=reading.blocked_by_docker_user,
    ),
    Prediction(
        "asked-port-in-docker-user",
        "06b",
        tr(
            "The chain DOCKER-USER gets a rule that drops what comes in by eth0 for `--dport 8080`, the port that the client asks for. "
            "What will the client read on port 8080?"
        ),
        (
            Choice("nothing", tr("Nothing: the rule meets its packets"), ("nothing",)),
            Choice("page", tr("The admin page: the rule never meets them"), ("admin: keys", *HOLDS)),
        ),
        ("published-bypasses-input",),
        explanation=tr(
            "A packet for a published port is translated before it is filtered, so in DOCKER-USER it is for the container's port. "
            "Only the kernel's memory of the connection, conntrack, still knows the port that was asked for."
        ),
    ),
    Prediction(
        "published-for-this-host",
        "06b",
        tr("`inner` is published on 127.0.0.1 alone: `-p 127.0.0.1:8081:80`. Can a neighbour on the same wire read its page all the same?"),
        (
            Choice("no", tr("No: nobody listens but on 127.0.0.1"), ("nothing", *FAILS)),
            Choice("yes", tr("Yes, by the container's own address"), ("inner: notes", *HOLDS)),
        ),
        ("published-bypasses-input",),
        explanation=tr(
            "The listener is on 127.0.0.1 alone, but the engine's rules also let packets through to the container's own address, "
            "and before Docker 28 they did not ask by which interface these come in. "
            "By its documentation, Docker 28 drops such packets."
        ),
    ),
    Prediction(
        "the-ear",
        "03e",
        tr("`webserver` takes no part in this conversation on the host's loopback. Will it hear the token?"),
        (Choice("yes", tr("Yes"), ("heard", *HOLDS)), Choice("no", tr("No: it is between two other programs"), ("not heard", *FAILS))),
        ("reads-loopback-traffic",),
        explanation=tr(
            "A packet socket gets a copy of what passes the interfaces of its namespace, and in host mode loopback is one of them. "
            "Docker gives the right for it, NET_RAW, by default."
        ),
    ),
    Prediction(
        "the-door",
        "03e",
        tr("`@hostnet-lab-door` is a Unix socket of the host, and no file. Which of the two containers will see it?"),
        (
            Choice("host-mode", tr("Only the one in host mode"), HOLDS),
            Choice("neither", tr("Neither: sockets of the host are not mounted"), FAILS),
        ),
        ("sees-abstract-sockets", "same-as-on-the-host"),
        explanation=tr(
            "Abstract names live in the network namespace, so whoever shares it sees them, and no file permission guards them. "
            "The other namespaces stay apart: files, processes, shared memory."
        ),
    ),
    Prediction(
        "change-interfaces",
        "03e",
        tr("`webserver` runs as root, and its interfaces are the host's. Will the kernel let it change one?"),
        (Choice("yes", tr("Yes: it is root, and they are shared"), HOLDS), Choice("no", tr("No: it lacks the right"), FAILS)),
        ("reconfigures-the-host",),
        explanation=tr(
            "To change an interface takes the capability NET_ADMIN, and Docker gives it to no container unless you say so. "
            "Sharing a namespace is one thing, the rights in it are another."
        ),
    ),
    Prediction(
        "one-listener",
        "05",
        tr("What will a container in host mode add to the host's network, and what will be left of it?"),
        (
            Choice("listener", tr("A listener, and nothing is left"), HOLDS),
            Choice("bridge", tr("An interface and rules, as on a bridge"), FAILS),
        ),
        ("host-mode-adds-one-listener", "clean-up-restores"),
        explanation=tr(
            "In host mode the engine arranges nothing on the network: the server opens its port, as any process does, and "
            "its end closes it. "
            "For a published port the engine adds an interface, rules and relays, and takes them away afterwards."
        ),
    ),
    Prediction(
        "connect-later",
        "06",
        tr("`switched` runs on a bridge. Can `docker network connect host switched` move it into host mode?"),
        (
            Choice("yes", tr("Yes, while it runs"), HOLDS, tr("Its network namespace was chosen when it was created.")),
            Choice("no", tr("No: it is refused"), FAILS, tr("The network host takes no members later.")),
        ),
        ("connect-later",),
        "connect-switches-later",
    ),
    Prediction(
        "connect-back",
        "07",
        tr("A container runs in host mode. Can `docker network connect` give it a second network, where it is known by name?"),
        (
            Choice("yes", tr("Yes: it then has both"), ("connected",), tr("Host mode excludes every other network.")),
            Choice("no", tr("No: it is refused"), ("refused",), tr("Sharing the host's namespace leaves no place for another network.")),
        ),
        ("connect-later",),
        "connect-switches-later",
        read=reading.way_back,
    ),
    Prediction(
        "another-network",
        "06",
        tr("Can you create a second host network, or remove the first one?"),
        (
            Choice("both", tr("Yes, both"), WHOLLY),
            Choice("one", tr("One of the two"), PARTLY),
            Choice("neither", tr("Neither"), FAILS),
        ),
        ("another-host-network",),
        explanation=tr(
            "There is one network of the driver host, made by the engine. It is not a network that Docker built, so there "
            "is nothing to build twice."
        ),
    ),
    Prediction(
        "user-65534",
        "06",
        tr("A server runs as user 65534 and opens port 80. On a bridge this works. In host mode?"),
        (
            Choice("works", tr("It works as well"), HOLDS, tr("The host's limit for ports is another one than the bridge's.")),
            Choice("denied", tr("Permission denied"), FAILS, tr("The host keeps ports below its limit for those who have the right.")),
        ),
        ("non-root-on-80",),
        "non-root-is-the-same",
    ),
    Prediction(
        "right-for-low-ports",
        "06a",
        tr(
            "User 65534 may not open port 80 in host mode. A colleague adds `--cap-add NET_BIND_SERVICE`, the right to open low ports. "
            "Will that do?"
        ),
        (
            Choice("yes", tr("Yes: the container has the right"), ("open", *HOLDS)),
            Choice("no", tr("No: it is refused as before"), ("denied", *FAILS)),
        ),
        ("non-root-on-80",),
        explanation=tr(
            "--cap-add says which rights the processes of a container may have, and Docker hands them to root. "
            "A process that starts as another user begins with none in effect."
        ),
    ),
    Prediction(
        "port-for-non-root",
        "07",
        tr("A server runs as user 65534 in host mode. Which of the ports 80 and 8090 may it open?"),
        (
            Choice("both", tr("Both: the image allows it"), ("both",), tr("An image cannot allow it: the host's kernel decides.")),
            Choice("8090", tr("8090 only"), ("8090 only",), tr("The limit of this host lies between the two.")),
            Choice("neither", tr("Neither: host mode needs root"), ("neither",), tr("Ports above the limit are free for all.")),
        ),
        ("non-root-on-80",),
        "non-root-is-the-same",
        read=reading.unprivileged_from,
    ),
    Prediction(
        "rootless",
        "06c",
        tr("With a rootless engine, a container in host mode opens port 8080. Will it answer on the machine?"),
        (
            Choice(
                "yes", tr("Yes: it is the host's network"), HOLDS, tr("Its host is RootlessKit's namespace, unless the engine adds none.")
            ),
            Choice("no", tr("No: its host is another namespace"), FAILS, tr("RootlessKit's, on Docker before 29.5.")),
        ),
        ("rootless-reaches-you",),
        "rootless-is-the-same",
    ),
    Prediction(
        "rootless-curl",
        "07",
        tr(
            "You are given an account without root, and Docker runs rootless. `docker inspect` says host, `docker exec` finds nginx "
            "answering. Will your own curl?"
        ),
        (
            Choice("yes", tr("Yes: inspect says host"), HOLDS, tr("Host is the network of the engine's host, which need not be yours.")),
            Choice("no", tr("No: only inside"), FAILS, tr("You are outside the engine's namespace.")),
        ),
        ("rootless-reaches-you",),
        "rootless-is-the-same",
    ),
    Prediction(
        "userns-remap",
        "06c",
        tr("The engine maps root in containers to another user (userns-remap). What will become of host mode?"),
        (
            Choice("works", tr("It works unchanged"), WHOLLY),
            Choice("refused", tr("It is refused, unless a container asks for --userns=host"), PARTLY),
            Choice("never", tr("It never works there"), FAILS),
        ),
        ("userns-remap",),
        explanation=tr(
            "The host's network belongs to the host's user namespace, and a container with another one has no rights in it. "
            "So the engine refuses the two together, and --userns=host lifts the mapping for one container."
        ),
    ),
    Prediction(
        "swarm",
        "06c",
        tr("You ask a Swarm for two tasks of a service in host mode, on one node, serving one port. What will run?"),
        (
            Choice("two", tr("Two tasks, behind Swarm's load balancer"), WHOLLY),
            Choice("one", tr("One task: the port is taken for the other"), PARTLY),
            Choice("none", tr("None: Swarm refuses host mode"), FAILS),
        ),
        ("swarm-services",),
        explanation=tr(
            "Swarm accepts the network host, and each of its tasks then wants the port of its node. "
            "So one task per node and port can run, and nothing is published."
        ),
    ),
)
