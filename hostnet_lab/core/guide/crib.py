"""What a learner takes home on one page: the questions of the lessons, the plain command for each, and what its answer means.

``webserver``, its port 80 and the names beside them stand for the reader's own. A test holds each command against the lesson named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...words import tr


@dataclass(frozen=True)
class Answer:
    """``lesson``: whose cells run the command, there often with less of its output."""

    question: str
    command: str
    meaning: str
    lesson: str


CRIB: Mapping[str, tuple[Answer, ...]] = {
    tr("Ports"): (
        Answer(
            tr("Who listens on port 80?"),
            "ss -ltn 'sport = :80'",
            tr(
                "A line for each socket, with its address; none: nobody. "
                "As root and with `-p` it names the process: nginx itself in host mode."
            ),
            "01",
        ),
        Answer(
            tr("Does it answer?"),
            "curl -s -I --max-time 5 http://localhost",
            tr("A status: somebody does. Exit code 7: refused, nobody listens there. 28: silence, as behind a firewall."),
            "02",
        ),
        Answer(
            tr("Who answered?"),
            "docker logs webserver",
            tr("The log of the one who did shows your request, and from which address it came."),
            "02",
        ),
        Answer(
            tr("Why did it end?"),
            "docker logs late",
            tr("“Address already in use”: another one has the port. `docker run -d` had said nothing of it."),
            "03d",
        ),
        Answer(
            tr("Does it run at all?"),
            "docker ps -a",
            tr("Exited: it ended, and keeps its name. In host mode PORTS is empty; that says nothing about what listens."),
            "03d",
        ),
        Answer(
            tr("What is published?"),
            "docker port webserver",
            tr("Nothing in host mode: `-p` is dropped there, with a warning. The server's own port counts."),
            "04",
        ),
    ),
    tr("Network"): (
        Answer(
            tr("Which mode was asked for?"),
            'docker inspect -f "{{ .HostConfig.NetworkMode }}" webserver',
            tr("host: it was created in host mode. It cannot be switched later, only made anew."),
            "04",
        ),
        Answer(
            tr("Which network does it have?"),
            "docker exec webserver readlink /proc/self/ns/net",
            tr("The number of its network namespace: the same as from `readlink /proc/self/ns/net` on the host means shared."),
            "01",
        ),
        Answer(
            tr("Which interfaces does it see?"),
            "docker exec webserver cat /proc/net/dev",
            tr("All of the host's: host mode. Only lo and eth0: a network of its own."),
            "01",
        ),
        Answer(
            tr("At which addresses can I be reached?"),
            "ip -4 -br addr",
            tr("A socket at 0.0.0.0 is reached at each of them, one at 127.0.0.1 from this host alone."),
            "03c",
        ),
        Answer(
            tr("How does a bridge reach the host?"),
            "docker run --rm --add-host=host.docker.internal:host-gateway nginx curl -s http://host.docker.internal:8092",
            tr("The page of a server on the host that listens on the bridge's address, or on all. Its own localhost is another one."),
            "03b",
        ),
        Answer(
            tr("How much traffic has it had?"),
            "docker stats --no-stream webserver",
            tr("0B / 0B in host mode: a shared network keeps no counters for one container."),
            "04",
        ),
    ),
    tr("Paths"): (
        Answer(
            tr("Is there a relay in the path?"),
            "ps -eo args",
            tr("A line with docker-proxy for each published port and address. For host mode there is none."),
            "03a",
        ),
        Answer(
            tr("Where is a port translated?"),
            "iptables -t nat -S DOCKER",
            tr(
                "A DNAT rule for each published port, none for host mode. "
                "A rule against such a port goes into DOCKER-USER, after the translation: match it by `-m conntrack --ctorigdstport`."
            ),
            "06b",
        ),
        Answer(
            tr("Which rules meet host mode?"),
            "iptables -S INPUT",
            tr("Those for any process of the host. Calls from elsewhere to a published port do not pass here."),
            "06b",
        ),
    ),
    tr("Rights, and the end"): (
        Answer(
            tr("From which port on is root not needed?"),
            "docker run --rm --network host nginx cat /proc/sys/net/ipv4/ip_unprivileged_port_start",
            tr("In host mode the host's own limit counts, mostly 1024. On a bridge every port is free."),
            "06a",
        ),
        Answer(
            tr("May it listen in on the host?"),
            "docker inspect webserver",
            tr("CapDrop holds NET_RAW, or User is not root: it opens no packet socket. Else it reads the host's traffic."),
            "05",
        ),
        Answer(
            tr("Is everything gone?"),
            "docker rm -f webserver",
            tr("Then `ss` shows no line for its port, and `docker ps -a` not its name. Host mode leaves nothing else behind."),
            "05",
        ),
    ),
}
