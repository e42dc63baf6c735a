"""Predictions on what host mode opens, keeps shut, changes and refuses: isolation, rights, leftovers, other engines."""

from __future__ import annotations

from . import reading
from .model import FAILS, HOLDS, PARTLY, WHOLLY, Choice, Prediction

LIMITS: tuple[Prediction, ...] = (
    Prediction(
        "drop-on-input",
        "03e",
        "The host's firewall drops what comes in on INPUT for two ports: one of a server in host mode, one published by `-p`. Which "
        "is blocked?",
        (
            Choice("Neither: containers go around the firewall", ("neither",), "One of the two is a process of the host to the rules."),
            Choice("The published one only", ("published",), "It is the other way round."),
            Choice("The one in host mode only", ("host mode",), "Its packets are the host's; the published ones are forwarded."),
            Choice("Both", ("both",), "What is published is forwarded, and never meets INPUT."),
        ),
        ("bypasses-the-firewall", "published-bypasses-input", "reads-loopback-traffic", "drop-net-raw"),
        "host-mode-bypasses-the-firewall",
        read=reading.blocked_by_input,
    ),
    Prediction(
        "drop-on-docker-user",
        "07",
        "A colleague puts the rule into the chain DOCKER-USER, for a server in host mode and for a published port. Which is blocked now?",
        (
            Choice("Both: it is Docker's own chain", ("both",), "It is asked for forwarded packets only."),
            Choice("The published port only", ("published",), "Forwarded packets pass DOCKER-USER; those for the host do not."),
            Choice("The server in host mode only", ("host mode",), "Packets to the host's own processes are not forwarded."),
        ),
        ("published-bypasses-input",),
        "host-mode-bypasses-the-firewall",
        read=reading.blocked_by_docker_user,
    ),
    Prediction(
        "the-ear",
        "03e",
        "`webserver` takes no part in this conversation on the host's loopback. Will it hear the token?",
        (Choice("Yes", ("heard", *HOLDS)), Choice("No: it is between two other programs", ("not heard", *FAILS))),
        ("reads-loopback-traffic",),
        explanation="A packet socket gets a copy of what passes the interfaces of its namespace, and in host mode loopback is one of them. "
        "Docker gives the right for it, NET_RAW, by default.",
    ),
    Prediction(
        "the-door",
        "03e",
        "An abstract Unix socket is a name in a network namespace, and no file. Which of the two containers will see the host's?",
        (Choice("Only the one in host mode", HOLDS), Choice("Neither: sockets of the host are not mounted", FAILS)),
        ("sees-abstract-sockets", "same-as-on-the-host"),
        explanation="Abstract names live in the network namespace, so whoever shares it sees them, and no file permission guards them. "
        "The other namespaces stay apart: files, processes, shared memory.",
    ),
    Prediction(
        "change-interfaces",
        "03e",
        "`webserver` runs as root, and its interfaces are the host's. Will the kernel let it change one?",
        (Choice("Yes: it is root, and they are shared", HOLDS), Choice("No: it lacks the right", FAILS)),
        ("reconfigures-the-host",),
        explanation="To change an interface takes the capability NET_ADMIN, and Docker gives it to no container unless you say so. "
        "Sharing a namespace is one thing, the rights in it are another.",
    ),
    Prediction(
        "one-listener",
        "05",
        "What will a container in host mode add to the host's network, and what will be left of it?",
        (
            Choice("A listener, and nothing is left", HOLDS),
            Choice("An interface and rules, as on a bridge", FAILS),
        ),
        ("host-mode-adds-one-listener", "clean-up-restores"),
        explanation="In host mode the engine arranges nothing on the network: the server opens its port, as any process does, and "
        "its end closes it. "
        "For a published port the engine adds an interface, rules and relays, and takes them away afterwards.",
    ),
    Prediction(
        "connect-later",
        "06",
        "`switched` runs on a bridge. Can `docker network connect host switched` move it into host mode?",
        (
            Choice("Yes, while it runs", HOLDS, "Its network namespace was chosen when it was created."),
            Choice("No: it is refused", FAILS, "The network host takes no members later."),
        ),
        ("connect-later",),
        "connect-switches-later",
    ),
    Prediction(
        "connect-back",
        "07",
        "A container runs in host mode. Can `docker network connect` give it a second network, where it is known by name?",
        (
            Choice("Yes: it then has both", ("connected",), "Host mode excludes every other network."),
            Choice("No: it is refused", ("refused",), "Sharing the host's namespace leaves no place for another network."),
        ),
        ("connect-later",),
        "connect-switches-later",
        read=reading.way_back,
    ),
    Prediction(
        "another-network",
        "06",
        "Can you create a second host network, or remove the first one?",
        (
            Choice("Yes, both", WHOLLY),
            Choice("One of the two", PARTLY),
            Choice("Neither", FAILS),
        ),
        ("another-host-network",),
        explanation="There is one network of the driver host, made by the engine. It is not a network that Docker built, so there "
        "is nothing to build twice.",
    ),
    Prediction(
        "user-65534",
        "06",
        "A server runs as user 65534 and opens port 80. On a bridge this works. In host mode?",
        (
            Choice("It works as well", HOLDS, "The host's limit for ports is another one than the bridge's."),
            Choice("Permission denied", FAILS, "The host keeps ports below its limit for those who have the right."),
        ),
        ("non-root-on-80",),
        "non-root-is-the-same",
    ),
    Prediction(
        "port-for-non-root",
        "07",
        "A server runs as user 65534 in host mode. Which of the ports 80 and 8090 may it open?",
        (
            Choice("Both: the image allows it", ("both",), "An image cannot allow it: the host's kernel decides."),
            Choice("8090 only", ("8090 only",), "The limit of this host lies between the two."),
            Choice("Neither: host mode needs root", ("neither",), "Ports above the limit are free for all."),
        ),
        ("non-root-on-80",),
        "non-root-is-the-same",
        read=reading.unprivileged_from,
    ),
    Prediction(
        "rootless",
        "06",
        "With a rootless engine, a container in host mode opens port 8080. Will it answer on the machine?",
        (
            Choice("Yes: it is the host's network", HOLDS, "Its host is RootlessKit's namespace, unless the engine adds none."),
            Choice("No: its host is another namespace", FAILS, "RootlessKit's, on Docker before 29.5."),
        ),
        ("rootless-reaches-you",),
        "rootless-is-the-same",
    ),
    Prediction(
        "rootless-curl",
        "07",
        "You are given an account without root, and Docker runs rootless. `docker inspect` says host, `docker exec` finds nginx "
        "answering. Will your own curl?",
        (
            Choice("Yes: inspect says host", HOLDS, "Host is the network of the engine's host, which need not be yours."),
            Choice("No: only inside", FAILS, "You are outside the engine's namespace."),
        ),
        ("rootless-reaches-you",),
        "rootless-is-the-same",
    ),
    Prediction(
        "userns-remap",
        "06",
        "The engine maps root in containers to another user (userns-remap). What will become of host mode?",
        (
            Choice("It works unchanged", WHOLLY),
            Choice("It is refused, unless a container asks for --userns=host", PARTLY),
            Choice("It never works there", FAILS),
        ),
        ("userns-remap",),
        explanation="The host's network belongs to the host's user namespace, and a container with another one has no rights in it. "
        "So the engine refuses the two together, and --userns=host lifts the mapping for one container.",
    ),
    Prediction(
        "swarm",
        "06",
        "You ask a Swarm for two tasks of a service in host mode, on one node, serving one port. What will run?",
        (
            Choice("Two tasks, behind Swarm's load balancer", WHOLLY),
            Choice("One task: the port is taken for the other", PARTLY),
            Choice("None: Swarm refuses host mode", FAILS),
        ),
        ("swarm-services",),
        explanation="Swarm accepts the network host, and each of its tasks then wants the port of its node. "
        "So one task per node and port can run, and nothing is published.",
    ),
)
