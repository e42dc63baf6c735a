"""What learners get wrong most often about host networking, as data: what is believed, and in two sentences what is so.

What decides on a machine is not said here: see ``predictions``, whose forms ask for it, and ``claims``, which are tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...words import tr
from .claims import DOCS, FIREWALL, HOST, NETNS, PUBLISH, RUN, SOCKET

UNPRIVILEGED = "https://docs.kernel.org/networking/ip-sysctl.html"
COMPOSE = f"{DOCS}/reference/compose-file/services/"
ROOTLESS = f"{DOCS}/engine/security/rootless/"


@dataclass(frozen=True)
class Misconception:
    """``explanation``: exactly two sentences. ``lesson``: where it is met first. ``claims``: those that decide it."""

    id: str
    belief: str
    explanation: str
    lesson: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]


MISCONCEPTIONS: Mapping[str, Misconception] = {
    one.id: one
    for one in (
        Misconception(
            "wsl2-is-linux",
            tr("WSL2 is Linux, so host mode works there as on any Linux."),
            tr(
                "WSL2 and Docker Desktop run Linux in a virtual machine, and host mode shares the network of the machine that the "
                "engine runs in. "
                "Whether that network is yours is told by a probe, not by the name of a system."
            ),
            "00",
            ("reaches-you",),
            (HOST, "https://learn.microsoft.com/windows/wsl/networking"),
        ),
        Misconception(
            "no-address-is-broken",
            tr("A container without an IP address has no working network."),
            tr(
                "A container in host mode has no address of its own because it has no network of its own. "
                "It uses every address of the host."
            ),
            "01",
            ("no-address", "shares-the-network", "network-lists-it"),
            (HOST, NETNS),
        ),
        Misconception(
            "p-remaps-the-port",
            tr("In host mode, -p 8080:80 makes the service answer on port 8080."),
            tr(
                "-p makes the engine lead a port of the host into a container's own network, and in host mode there is none to lead into. "
                "The server answers on the port that it listens on, and on no other."
            ),
            "02",
            ("p-is-ignored",),
            (HOST, PUBLISH),
        ),
        Misconception(
            "up-means-it-answers",
            tr("A container that docker ps shows as Up answers on localhost."),
            tr(
                "Up says that the container's process runs, and nothing about its port. "
                "The port may be held by another program, or be open on a machine that is not the one you sit at."
            ),
            "02",
            ("two-hundred-is-proof", "conflict-fails-the-run"),
            (HOST, f"{DOCS}/reference/cli/docker/container/ls/"),
        ),
        Misconception(
            "a-variable-moves-nginx",
            tr("An environment variable or -p moves nginx to another port."),
            tr(
                "A server listens where its configuration says, and the official image reads NGINX_PORT only in a template that "
                "you give it. "
                "Give nginx a template or a configuration with another listen line."
            ),
            "02",
            ("nginx-port-variable", "p-is-ignored"),
            ("https://github.com/docker/docs/issues/8579", "https://github.com/nginx/docker-nginx"),
        ),
        Misconception(
            "one-request-one-result",
            tr("The command line, Compose and docker-py do the same with the same request."),
            tr(
                "All three send requests to one engine, and each checks and reports in its own way before and after. "
                "With -p in host mode the command line goes on, and docker-py raises an exception and sends nothing."
            ),
            "02",
            ("p-is-ignored", "compose-ports"),
            ("https://docker-py.readthedocs.io/en/stable/containers.html", COMPOSE),
        ),
        Misconception(
            "localhost-is-127",
            tr("localhost is another word for 127.0.0.1."),
            tr(
                "localhost is a name that leads to 127.0.0.1 and to ::1, and programs may try ::1 first. "
                "A server that listens on one of the two does not answer on the other."
            ),
            "02",
            ("localhost-is-both",),
            ("https://www.rfc-editor.org/rfc/rfc6761#section-6.3", "https://github.com/nginx/docker-nginx"),
        ),
        Misconception(
            "one-localhost",
            tr("localhost is the machine, whoever asks."),
            tr(
                "Each network namespace has a loopback of its own, and localhost means that of the one who asks. "
                "A container on a bridge asks itself; one in host mode asks the host."
            ),
            "03b",
            ("reaches-loopback-services",),
            (NETNS, HOST),
        ),
        Misconception(
            "localhost-crosses-the-bridge",
            tr("A bridge container reaches a service in host mode by localhost, or by its name."),
            tr(
                "From a bridge, the host is another machine, reached by the gateway's address or by host-gateway. "
                "The service must listen on more than 127.0.0.1, which is closed to callers from the bridge."
            ),
            "03b",
            ("bridge-reaches-gateway", "bridge-reaches-localhost"),
            (PUBLISH, f"{RUN}#add-host"),
        ),
        Misconception(
            "names-resolve-everywhere",
            tr("Containers find each other by name in host mode, too."),
            tr(
                "Docker's name server answers on networks that you create, for the containers that are connected to them. "
                "A container in host mode is connected to none, so it neither asks there nor is found there."
            ),
            "03b",
            ("names-resolve", "options-still-work"),
            (f"{DOCS}/engine/network/",),
        ),
        Misconception(
            "loopback-is-everywhere",
            tr("A server on 127.0.0.1 can be reached on the host's other addresses."),
            tr(
                "A server answers on the address that it is bound to: 127.0.0.1 is for this machine only, 0.0.0.0 stands for all its "
                "IPv4 addresses. "
                "Host mode shares the addresses and does not widen what a server bound."
            ),
            "03c",
            ("chosen-address",),
            (HOST, "https://man7.org/linux/man-pages/man7/ip.7.html"),
        ),
        Misconception(
            "conflict-fails-at-once",
            tr("A port conflict makes docker run fail."),
            tr(
                "In host mode the engine opens no port, so docker run -d reports success as soon as the process starts. "
                "The server finds the conflict itself, and only its exit code and its log tell, seconds later."
            ),
            "03d",
            ("conflict-fails-the-run",),
            (RUN, SOCKET),
        ),
        Misconception(
            "host-mode-bypasses-the-firewall",
            tr("Host mode goes around the host's firewall."),
            tr(
                "A server in host mode is a process of the host, so the INPUT rules apply to it. "
                "It is a published port that is forwarded past INPUT, and is ruled by DOCKER-USER."
            ),
            "03e",
            ("bypasses-the-firewall", "published-bypasses-input"),
            (FIREWALL,),
        ),
        Misconception(
            "expose-opens-a-port",
            tr("EXPOSE in an image opens or publishes the port."),
            tr(
                "EXPOSE is a remark of the image's author, and opens nothing. "
                "In host mode a port is open when a process listens on it, whatever docker ps, docker port and EXPOSE say."
            ),
            "04",
            ("ps-shows-the-port", "publish-all-warns"),
            (f"{DOCS}/reference/dockerfile/#expose", HOST),
        ),
        Misconception(
            "zero-is-no-traffic",
            tr("0B / 0B in docker stats means that nothing is sent or received."),
            tr(
                "docker stats adds up what passes a container's own interfaces, and in host mode it has none. "
                "Its traffic is counted on the host's interfaces, together with everybody else's."
            ),
            "04",
            ("stats-show-traffic",),
            (f"{DOCS}/reference/cli/docker/container/stats/",),
        ),
        Misconception(
            "connect-switches-later",
            tr("docker network connect can move a running container into host mode, or out of it."),
            tr(
                "Host mode is chosen when a container is created, and excludes every other network. "
                "To change it, remove the container and run it anew."
            ),
            "06",
            ("connect-later",),
            (f"{DOCS}/reference/cli/docker/network/connect/",),
        ),
        Misconception(
            "non-root-is-the-same",
            tr("An image that serves port 80 as non-root does so in host mode, too."),
            tr(
                "Docker lifts the limit for ports below 1024 in the namespaces that it makes, and leaves the host's own as it is. "
                "In host mode such a server needs a higher port or a right."
            ),
            "06",
            ("non-root-on-80",),
            (UNPRIVILEGED, "https://github.com/docker/for-mac/issues/7652"),
        ),
        Misconception(
            "rootless-is-the-same",
            tr("With a rootless engine, host mode shares your host's network."),
            tr(
                "Rootless Docker runs in a network namespace of its own, and before Engine 29.5 that is the host which host mode shares. "
                "A port opened there did not answer on the machine itself with engines 20.10 and 28.5; rootless Podman adds no "
                "such namespace."
            ),
            "06c",
            ("rootless-reaches-you",),
            (ROOTLESS, "https://github.com/moby/moby/issues/47103"),
        ),
    )
}
