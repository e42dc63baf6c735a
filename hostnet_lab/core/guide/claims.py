"""The claims that guides make on host networking, as data: what is said, where, and what we expect to find.

A claim is stated as it is told, true or not; its verdict is the finding. Expectations are for the engine and the host
that ``Kind`` names; an expectation that another kind has not is the same as Docker's on Linux.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ...words import tr
from ..host.quirks import Kind, Oddity, oddities
from .verdicts import Verdict

# What an experiment needs beyond an engine. "host": the reader sits in the engine's own network namespace.
Need = Literal["root", "host", "compose", "ipv6", "rootless", "localhost", "logs", "publishing"]


@dataclass(frozen=True)
class Claim:
    """``lesson``: where it is shown. ``expected``: on Docker on Linux with all needs met. ``otherwise``: by kind of engine."""

    id: str
    statement: str
    lesson: str
    expected: Verdict
    sources: tuple[str, ...]
    needs: tuple[Need, ...] = ()
    otherwise: Mapping[Oddity, Verdict] = field(default_factory=dict)


DOCS = "https://docs.docker.com"
HOST = f"{DOCS}/engine/network/drivers/host/"
PUBLISH = f"{DOCS}/engine/network/port-publishing/"
FIREWALL = f"{DOCS}/engine/network/packet-filtering-firewalls/"
NETNS = "https://man7.org/linux/man-pages/man7/network_namespaces.7.html"
NAMESPACES = "https://man7.org/linux/man-pages/man7/namespaces.7.html"
CAPABILITIES = "https://man7.org/linux/man-pages/man7/capabilities.7.html"
SOCKET = "https://man7.org/linux/man-pages/man7/socket.7.html"
RUN = f"{DOCS}/reference/cli/docker/container/run/"
INSPECT = f"{DOCS}/reference/cli/docker/inspect/"
BEFORE_28 = "https://github.com/moby/moby/issues/45610"
API = f"{DOCS}/reference/api/engine/version-history/"

CLAIMS: Mapping[str, Claim] = {
    claim.id: claim
    for claim in (
        Claim(
            "shares-the-network",
            tr("A container in host mode shares the host's network stack."),
            "01",
            "holds",
            (HOST, NETNS),
            needs=("host",),
        ),
        Claim("no-address", tr("A container in host mode has no address of its own."), "01", "holds", (HOST,)),
        Claim(
            "same-as-on-the-host",
            tr("Running in host mode is the same as running on the host."),
            "03e",
            "holds with a nuance",
            (HOST, NAMESPACES),
            needs=("host",),
        ),
        Claim(
            "reaches-you",
            tr("What listens in host mode answers where you sit."),
            "06",
            "holds",
            (HOST,),
            otherwise={"unreachable": "does not hold here", "elsewhere": "holds with a nuance"},
        ),
        Claim(
            "answers-without-p",
            tr("nginx in host mode answers on localhost without -p."),
            "01",
            "holds",
            (HOST,),
            needs=("localhost",),
            otherwise={"unreachable": "does not hold here"},
        ),
        Claim("two-hundred-is-proof", tr("A reply on the port proves that your container answers."), "02", "does not hold here", (HOST,)),
        Claim(
            "p-is-ignored",
            tr("-p is ignored in host mode, with a warning."),
            "02",
            "holds",
            (HOST, PUBLISH),
            otherwise={"podman": "holds with a nuance"},
        ),
        Claim("publish-all-warns", tr("-P is ignored in host mode, with a warning."), "06", "does not hold here", (HOST,)),
        Claim(
            "nginx-port-variable",
            tr("-e NGINX_PORT= moves the official nginx to another port."),
            "02",
            "does not hold here",
            ("https://github.com/docker/docs/issues/8579",),
        ),
        Claim(
            "localhost-is-both",
            tr("localhost leads to nginx over IPv4 and IPv6."),
            "02",
            "holds with a nuance",
            ("https://github.com/nginx/docker-nginx",),
            needs=("ipv6", "localhost"),
            otherwise={"unreachable": "not testable here"},
        ),
        Claim(
            "faster-without-nat",
            tr("Host mode is faster, because it avoids NAT."),
            "03a",
            "holds with a nuance",
            (HOST, PUBLISH),
            needs=("host", "publishing"),
            otherwise={"podman": "does not hold here", "rootless podman": "not testable here"},
        ),
        Claim(
            "carries-more-without-nat",
            tr("Host mode carries more at a time, because it avoids NAT."),
            "03a",
            "holds with a nuance",
            (HOST, PUBLISH),
            needs=("host", "publishing"),
            otherwise={"podman": "does not hold here", "rootless podman": "not testable here"},
        ),
        Claim(
            "faster-for-a-lan-client",
            tr("For a client on the network, host mode is faster than a published port."),
            "03a",
            "holds",
            (HOST, PUBLISH),
            needs=("root",),
        ),
        Claim(
            "reaches-loopback-services",
            tr("A container in host mode reaches services that listen on the host's loopback only."),
            "03b",
            "holds",
            (HOST,),
            needs=("host",),
        ),
        Claim(
            "bridge-reaches-localhost",
            tr("A bridge container reaches a service in host mode by localhost."),
            "03b",
            "does not hold here",
            (PUBLISH,),
        ),
        Claim(
            "bridge-reaches-gateway",
            tr("A bridge container reaches a service in host mode by the gateway's address."),
            "03b",
            "holds",
            (PUBLISH,),
            otherwise={"rootless podman": "does not hold here"},
        ),
        Claim("names-resolve", tr("Container names resolve in host mode."), "03b", "does not hold here", (f"{DOCS}/engine/network/",)),
        Claim(
            "hosts-name-servers",
            tr("A container in host mode asks the host's name servers."),
            "03b",
            "holds",
            (f"{DOCS}/engine/network/",),
            needs=("host",),
        ),
        Claim("chosen-address", tr("A server in host mode can bind to one address of the host."), "03c", "holds", (HOST,), needs=("host",)),
        Claim(
            "sees-the-interfaces",
            tr("A container in host mode sees the host's interfaces."),
            "03c",
            "holds",
            (HOST, NETNS),
            needs=("host",),
        ),
        Claim(
            "multicast",
            tr("A container in host mode takes part in the network's multicast, on a bridge it does not."),
            "03c",
            "holds",
            (HOST,),
            needs=("root",),
        ),
        Claim(
            "conflict-fails-the-run",
            tr("A port conflict in host mode makes docker run fail."),
            "03d",
            "does not hold here",
            (RUN,),
            ("logs",),
        ),
        Claim("bridge-conflict-at-once", tr("A conflict over a published port fails at once."), "03d", "holds", (RUN,)),
        Claim("rm-eats-the-log", tr("With --rm the log of a lost port race is gone."), "03d", "holds", (RUN,), ("logs",)),
        Claim(
            "one-port-one-server",
            tr("Two servers cannot share one port of the host."),
            "03d",
            "holds with a nuance",
            (SOCKET,),
            needs=("host",),
        ),
        Claim(
            "sees-abstract-sockets",
            tr("A container in host mode sees the host's abstract Unix sockets."),
            "03e",
            "holds",
            (
                "https://man7.org/linux/man-pages/man7/unix.7.html",
                "https://github.com/containerd/containerd/security/advisories/GHSA-36xw-fx78-c5r4",
            ),
            needs=("host",),
        ),
        Claim(
            "reads-loopback-traffic",
            tr("With default capabilities, a container in host mode reads the host's loopback traffic."),
            "03e",
            "holds",
            (CAPABILITIES,),
            needs=("root",),
            otherwise={"podman": "does not hold here"},
        ),
        Claim(
            "drop-net-raw",
            tr("--cap-drop NET_RAW keeps a container in host mode from reading the host's traffic."),
            "03e",
            "holds",
            (CAPABILITIES,),
            otherwise={"rootless podman": "not testable here"},
        ),
        Claim(
            "reconfigures-the-host",
            tr("A container in host mode can change the host's interfaces."),
            "03e",
            "does not hold here",
            (CAPABILITIES,),
        ),
        Claim(
            "bypasses-the-firewall",
            tr("Host mode bypasses the host's firewall."),
            "03e",
            "does not hold here",
            (FIREWALL,),
            needs=("root",),
        ),
        Claim(
            "published-bypasses-input",
            tr("A published port bypasses the host's INPUT rules."),
            "03e",
            "holds",
            (FIREWALL,),
            needs=("root",),
        ),
        Claim(
            "inspect-proves-it",
            tr("NetworkMode host in docker inspect proves that the host's network is used."),
            "04",
            "holds with a nuance",
            (INSPECT,),
        ),
        Claim(
            "network-lists-it",
            tr("docker network inspect host lists the container."),
            "04",
            "holds",
            (f"{DOCS}/reference/cli/docker/network/inspect/",),
            otherwise={"podman": "does not hold here"},
        ),
        Claim(
            "ps-shows-the-port",
            tr("docker ps and docker port show the port of a container in host mode."),
            "04",
            "does not hold here",
            (f"{DOCS}/reference/cli/docker/container/port/",),
        ),
        Claim(
            "stats-show-traffic",
            tr("docker stats shows the network traffic of a container in host mode."),
            "04",
            "does not hold here",
            (f"{DOCS}/reference/cli/docker/container/stats/",),
        ),
        Claim(
            "clean-up-restores", tr("Removing the container leaves the host's network as it was."), "05", "holds", (HOST,), needs=("root",)
        ),
        Claim(
            "host-mode-adds-one-listener",
            tr("On the host's network, host mode adds a listener and nothing else."),
            "05",
            "holds",
            (HOST,),
            needs=("root",),
        ),
        Claim(
            "connect-later",
            tr("docker network connect can switch a container to host mode."),
            "06",
            "does not hold here",
            (f"{DOCS}/reference/cli/docker/network/connect/",),
        ),
        Claim(
            "another-host-network",
            tr("A second host network can be created, or the first one removed."),
            "06",
            "does not hold here",
            (HOST,),
        ),
        Claim("options-still-work", tr("Network options of docker run work in host mode."), "06", "holds with a nuance", (RUN,)),
        Claim(
            "non-root-on-80",
            tr("An image that runs as non-root on port 80 behaves the same in host mode."),
            "06",
            "does not hold here",
            ("https://docs.kernel.org/networking/ip-sysctl.html",),
            otherwise={"podman": "holds with a nuance"},
        ),
        Claim(
            "local-publish-is-private",
            tr("-p 127.0.0.1: keeps a port from the network."),
            "06c",
            "does not hold here",
            (PUBLISH, BEFORE_28),
            needs=("root",),
            otherwise={"newer": "holds", "podman": "holds with a nuance"},
        ),
        Claim(
            "unpublished-is-hidden",
            tr("A port on the bridge that is not published cannot be reached from the network."),
            "06c",
            "holds with a nuance",
            (PUBLISH, FIREWALL),
            needs=("root",),
            otherwise={"newer": "holds"},
        ),
        Claim(
            "one-address-shields",
            tr("Publishing to one address shields the other interfaces."),
            "06c",
            "holds with a nuance",
            (PUBLISH,),
            needs=("root",),
        ),
        Claim(
            "docker-user-filters",
            tr("Rules in DOCKER-USER filter published ports."),
            "06c",
            "holds",
            (FIREWALL, f"{DOCS}/engine/network/firewall-nftables/"),
            needs=("root",),
            otherwise={"podman": "does not hold here"},
        ),
        Claim(
            "host-mode-needs-forwarding",
            tr("Host mode needs IP forwarding."),
            "06c",
            "does not hold here",
            (FIREWALL, "https://docs.kernel.org/networking/ip-sysctl.html"),
            needs=("root",),
        ),
        Claim(
            "only-host-mode-avoids-nat",
            tr("Only host mode avoids NAT."),
            "06c",
            "holds with a nuance",
            (f"{DOCS}/engine/network/drivers/bridge/", f"{DOCS}/engine/network/drivers/macvlan/"),
            needs=("root",),
            otherwise={"new": "does not hold here"},
        ),
        Claim(
            "proxy-is-the-saving",
            tr("--userland-proxy=false takes away what host mode saves on localhost."),
            "06c",
            "holds",
            (PUBLISH, f"{DOCS}/reference/cli/dockerd/"),
            needs=("root",),
            otherwise={"podman": "not testable here"},
        ),
        Claim(
            "follows-resolv-conf",
            tr("A running container in host mode follows the host's resolv.conf."),
            "06c",
            "does not hold here",
            (f"{DOCS}/engine/network/", "https://man7.org/linux/man-pages/man5/resolv.conf.5.html"),
            needs=("root",),
        ),
        Claim(
            "shares-the-clock",
            tr("A container in host mode is in the host's time namespace."),
            "06c",
            "holds",
            ("https://man7.org/linux/man-pages/man7/time_namespaces.7.html", "https://github.com/moby/moby/pull/52326"),
            needs=("host",),
            otherwise={"own time": "does not hold here"},
        ),
        Claim(
            "classic-address",
            tr("The classic .NetworkSettings.IPAddress in docker inspect tells the address of a container on the bridge."),
            "06c",
            "holds",
            (INSPECT, API),
            otherwise={"newest": "does not hold here"},
        ),
        Claim(
            "userns-remap",
            tr("Host mode works with userns-remap."),
            "06c",
            "holds with a nuance",
            (f"{DOCS}/engine/security/userns-remap/",),
            needs=("root",),
            otherwise={"podman": "not testable here"},
        ),
        Claim(
            "swarm-services",
            tr("A Swarm service can use host mode."),
            "06c",
            "holds with a nuance",
            (f"{DOCS}/engine/swarm/networking/",),
            needs=("root",),
            otherwise={"podman": "not testable here"},
        ),
        Claim(
            "compose-ports",
            tr("In Compose, network_mode: host and ports: go together."),
            "06c",
            "holds with a nuance",
            (f"{DOCS}/reference/compose-file/services/",),
            needs=("compose",),
        ),
        Claim(
            "rootless-reaches-you",
            tr("In rootless mode, a port opened in host mode answers on the host."),
            "06c",
            "does not hold here",
            (f"{DOCS}/engine/security/rootless/",),
            needs=("rootless",),
            otherwise={"podman": "holds", "rootless beside": "holds"},
        ),
    )
}


def met(claim: Claim, kind: Kind) -> str:
    """What keeps a claim from being tested on this kind of host, as a reason; "" when nothing is known to."""
    if "root" in claim.needs and not kind.root:
        return tr("it needs a host of its own, which only root can make")
    if "root" in claim.needs and not kind.same_kernel:
        return tr("it needs a host of its own beside the engine, which runs under another kernel than yours")
    if "host" in claim.needs and kind.same_namespace is None:
        return tr("whether you sit in the engine's own network namespace could not be looked at")
    if "host" in claim.needs and not kind.same_namespace:
        return tr("you do not sit in the engine's own network namespace")
    if "rootless" in claim.needs and not kind.rootless:
        return tr("it needs a rootless engine")
    return ""


def expectation(claim: Claim, kind: Kind) -> Verdict:
    """The verdict expected on this kind of host."""
    if met(claim, kind):
        return "not testable here"
    return next((claim.otherwise[one] for one in oddities(kind) if one in claim.otherwise), claim.expected)


def site(url: str) -> str:
    """A source by the name of its place and its last word."""
    rest = url.partition("://")[2].rstrip("/")
    place, _, path = rest.partition("/")
    last = path.rpartition("/")[2]
    return f"{place}, {last}" if last else place
