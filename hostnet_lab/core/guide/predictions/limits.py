"""Predictions on what host mode opens, keeps shut, changes and refuses: isolation, rights, leftovers, other engines."""

from __future__ import annotations

from ....words import tr
from . import reading
from .model import FAILS, HOLDS, OTHERWISE, PARTLY, WHOLLY, Choice, Prediction

# Answers that several choices share.
REACHED = tr("It answered on the machine: this engine puts no namespace in between.")
INSIDE = tr("It answered inside the container only: the engine's host is a namespace of its own.")

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
                right=tr("Neither fell silent here."),
                wrong=tr("One fell silent: a server in host mode is a process of the host to the rules."),
                believed=True,
            ),
            Choice(
                "published",
                tr("The published one only"),
                ("published",),
                right=tr("The published one alone fell silent here."),
                wrong=tr("It is the other way round: what is published is forwarded, and never meets INPUT."),
            ),
            Choice(
                "host-mode",
                tr("The one in host mode only"),
                ("host mode",),
                right=tr("Its packets are the host's; the published ones are forwarded."),
                wrong=OTHERWISE,
            ),
            Choice(
                "both",
                tr("Both"),
                ("both",),
                right=tr("Both fell silent here."),
                wrong=tr("The published one still answered: it is forwarded, and never meets INPUT."),
            ),
        ),
        ("bypasses-the-firewall", "published-bypasses-input", "reads-loopback-traffic", "drop-net-raw"),
        "host-mode-bypasses-the-firewall",
        read=reading.blocked_by_input,
        told=reading.told_of_input,
    ),
    Prediction(
        "drop-on-docker-user",
        "07",
        tr(
            "A colleague puts the rule into the chain DOCKER-USER, for a server in host mode and for a published port. Which is "
            "blocked now?"
        ),
        (
            Choice(
                "both",
                tr("Both: it is Docker's own chain"),
                ("both",),
                right=tr("Both fell silent here."),
                wrong=tr("The one in host mode still answered: DOCKER-USER is asked for forwarded packets only."),
            ),
            Choice(
                "published",
                tr("The published port only"),
                ("published",),
                right=tr("Forwarded packets pass DOCKER-USER; those for the host do not."),
                wrong=OTHERWISE,
            ),
            Choice(
                "host-mode",
                tr("The server in host mode only"),
                ("host mode",),
                right=tr("The one in host mode alone fell silent here."),
                wrong=tr("It still answered: packets to the host's own processes are not forwarded."),
            ),
        ),
        ("published-bypasses-input",),
        "host-mode-bypasses-the-firewall",
        read=reading.blocked_by_docker_user,
        told=reading.told_of_docker_user,
    ),
    Prediction(
        "asked-port-in-docker-user",
        "06b",
        tr(
            "The chain DOCKER-USER gets a rule that drops what comes in by eth0 for `--dport 8080`, the port that the client asks for. "
            "What will the client read on port 8080?"
        ),
        (
            Choice(
                "nothing",
                tr("Nothing: the rule meets its packets"),
                ("nothing",),
                right=OTHERWISE,
                wrong=tr("The page came: before that chain the port was translated already, so the rule never met it."),
            ),
            Choice(
                "page",
                tr("The admin page: the rule never meets them"),
                ("admin: keys", *HOLDS),
                right=tr("By then the packets carry the container's own port."),
                wrong=OTHERWISE,
            ),
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
            Choice(
                "no",
                tr("No: nobody listens but on 127.0.0.1"),
                ("nothing", *FAILS),
                right=tr("Nothing was answered: this engine drops what comes for a container by another way."),
                wrong=tr("The page came: packets for the container's own address pass the host."),
            ),
            Choice(
                "yes",
                tr("Yes, by the container's own address"),
                ("inner: notes", *HOLDS),
                right=tr("Packets for the container's own address pass the host."),
                wrong=tr("Nothing was answered: this engine drops what comes for a container by another way."),
            ),
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
        (
            Choice(
                "yes",
                tr("Yes"),
                ("heard", *HOLDS),
                right=tr("The token was in what it heard."),
                wrong=tr("It did not hear the token here."),
            ),
            Choice(
                "no",
                tr("No: it is between two other programs"),
                ("not heard", *FAILS),
                right=tr("It did not hear the token here."),
                wrong=tr("It heard the token: both programs speak on a loopback that is its own as well."),
            ),
        ),
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
            Choice(
                "host-mode",
                tr("Only the one in host mode"),
                HOLDS,
                right=tr("It listed the host's socket, and the one on the bridge did not."),
                wrong=tr("It did not list the host's socket here."),
            ),
            Choice(
                "neither",
                tr("Neither: sockets of the host are not mounted"),
                FAILS,
                right=tr("It did not list the host's socket here."),
                wrong=tr("The one in host mode listed it: an abstract name is no file, so nothing has to be mounted."),
            ),
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
        (
            Choice(
                "yes",
                tr("Yes: it is root, and they are shared"),
                HOLDS,
                right=tr("The kernel let it: this engine gives the right for it."),
                wrong=tr("The kernel refused: root in a container has only the rights that the engine gives it, and this is none of them."),
            ),
            Choice(
                "no",
                tr("No: it lacks the right"),
                FAILS,
                right=tr("The kernel refused, and agreed to one that has the right."),
                wrong=tr("The kernel let it: this engine gives the right for it."),
            ),
        ),
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
            Choice(
                "listener",
                tr("A listener, and nothing is left"),
                HOLDS,
                right=tr("A listener came with the server, and went with it."),
                wrong=tr("More than a listener changed here."),
            ),
            Choice(
                "bridge",
                tr("An interface and rules, as on a bridge"),
                FAILS,
                right=tr("More than a listener changed here."),
                wrong=tr("Only a listener came: interfaces and rules are made for a published port."),
            ),
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
            Choice(
                "yes",
                tr("Yes, while it runs"),
                HOLDS,
                right=tr("It moved here, while it ran."),
                wrong=tr("It was refused: a network namespace is chosen when the container is created."),
                believed=True,
            ),
            Choice(
                "no",
                tr("No: it is refused"),
                FAILS,
                right=tr("The network host takes no members later."),
                wrong=tr("It moved here, while it ran."),
            ),
        ),
        ("connect-later",),
        "connect-switches-later",
    ),
    Prediction(
        "connect-back",
        "07",
        tr("A container runs in host mode. Can `docker network connect` give it a second network, where it is known by name?"),
        (
            Choice(
                "yes",
                tr("Yes: it then has both"),
                ("connected",),
                right=tr("It was connected here."),
                wrong=tr("It was refused: host mode excludes every other network."),
                believed=True,
            ),
            Choice(
                "no",
                tr("No: it is refused"),
                ("refused",),
                right=tr("Sharing the host's namespace leaves no place for another network."),
                wrong=tr("It was connected here."),
            ),
        ),
        ("connect-later",),
        "connect-switches-later",
        read=reading.way_back,
        told=reading.told_of_the_way_back,
    ),
    Prediction(
        "another-network",
        "06",
        tr("Can you create a second host network, or remove the first one?"),
        (
            Choice(
                "both",
                tr("Yes, both"),
                WHOLLY,
                right=tr("Both were done here."),
                wrong=tr("Not both: the engine has one network of the driver host, which it made itself."),
            ),
            Choice(
                "one",
                tr("One of the two"),
                PARTLY,
                right=tr("So it was here."),
                wrong=tr("It was not so, as the evidence says: the engine has one network of that driver, which it made itself."),
            ),
            Choice(
                "neither",
                tr("Neither"),
                FAILS,
                right=tr("The engine has one network of that driver, which it made itself."),
                wrong=tr("At least one of the two was done here."),
            ),
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
            Choice(
                "works",
                tr("It works as well"),
                HOLDS,
                right=tr("Host mode made no difference here."),
                wrong=tr("It was denied: the host's limit for ports is another one than the bridge's."),
                believed=True,
            ),
            Choice(
                "denied",
                tr("Permission denied"),
                FAILS,
                right=tr("The host keeps ports below its limit for those who have the right."),
                wrong=tr("Host mode made no difference here."),
            ),
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
            Choice(
                "yes",
                tr("Yes: the container has the right"),
                ("open", *HOLDS),
                right=tr("Here the port was opened."),
                wrong=tr("It was refused: a user other than root holds such a right only where its program asks for it."),
            ),
            Choice(
                "no",
                tr("No: it is refused as before"),
                ("denied", *FAILS),
                right=tr("The right stands in the container's bounds, and the process of that user does not hold it."),
                wrong=tr("Here the port was opened."),
            ),
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
            Choice(
                "both",
                tr("Both: the image allows it"),
                ("both",),
                right=tr("The limit of this host lies below both."),
                wrong=tr("Not port 80: the host's kernel decides, and an image cannot allow it."),
                believed=True,
            ),
            Choice(
                "8090",
                tr("8090 only"),
                ("8090 only",),
                right=tr("The limit of this host lies between the two."),
                wrong=tr("The limit of this host does not lie between the two."),
            ),
            Choice(
                "neither",
                tr("Neither: host mode needs root"),
                ("neither",),
                right=tr("The limit of this host lies above both."),
                wrong=tr("It may open 8090: ports above the limit are free for all."),
            ),
        ),
        ("non-root-on-80",),
        "non-root-is-the-same",
        read=reading.unprivileged_from,
        told=reading.told_of_the_limit,
    ),
    Prediction(
        "rootless",
        "06c",
        tr("With a rootless engine, a container in host mode opens port 8080. Will it answer on the machine?"),
        (
            Choice("yes", tr("Yes: it is the host's network"), HOLDS, right=REACHED, wrong=INSIDE, believed=True),
            Choice(
                "no", tr("No: its host is another namespace"), FAILS, right=tr("You are outside the engine's namespace."), wrong=REACHED
            ),
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
            Choice(
                "yes",
                tr("Yes: inspect says host"),
                HOLDS,
                right=REACHED,
                wrong=tr("It will not: host is the network of the engine's host, which is not yours."),
                believed=True,
            ),
            Choice("no", tr("No: only inside"), FAILS, right=tr("You are outside the engine's namespace."), wrong=REACHED),
        ),
        ("rootless-reaches-you",),
        "rootless-is-the-same",
    ),
    Prediction(
        "userns-remap",
        "06c",
        tr("The engine maps root in containers to another user (userns-remap). What will become of host mode?"),
        (
            Choice(
                "works",
                tr("It works unchanged"),
                WHOLLY,
                right=tr("It was not refused here."),
                wrong=tr("It was refused: a mapped user has no rights in the host's network."),
            ),
            Choice(
                "refused",
                tr("It is refused, unless a container asks for --userns=host"),
                PARTLY,
                right=tr("It was refused, and --userns=host lifted that."),
                wrong=OTHERWISE,
            ),
            Choice(
                "never",
                tr("It never works there"),
                FAILS,
                right=tr("It was refused, even with --userns=host."),
                wrong=tr("It did run: a container may ask for --userns=host where it has to."),
            ),
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
            Choice(
                "two",
                tr("Two tasks, behind Swarm's load balancer"),
                WHOLLY,
                right=tr("Both tasks ran here."),
                wrong=tr("Not two: each task wants the port of the node itself, and nothing stands before them."),
            ),
            Choice(
                "one",
                tr("One task: the port is taken for the other"),
                PARTLY,
                right=tr("The port was taken for the other."),
                wrong=OTHERWISE,
            ),
            Choice(
                "none",
                tr("None: Swarm refuses host mode"),
                FAILS,
                right=tr("The service was refused here."),
                wrong=tr("The service was accepted, and answered."),
            ),
        ),
        ("swarm-services",),
        explanation=tr(
            "Swarm accepts the network host, and each of its tasks then wants the port of its node. "
            "So one task per node and port can run, and nothing is published."
        ),
    ),
)
