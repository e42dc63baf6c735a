"""A neighbour on the wire asks servers of a disposable host by every way in: published for whom, not published, forwarded or not.

Every address, route and setting made here is taken away again, also when a look breaks.
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from ..core.errors import LabError
from ..core.guide.missing import lacking
from ..core.host.commands import Publish, RunRequest
from ..edges import probe
from ..edges.pace import limit_s
from ..words import tr
from . import ears
from .before_after import published
from .disposable import CLIENT_ADDRESS, HOST_ADDRESS, client_prefix
from .servers import nginx_command
from .stage import OWN, SILENT, Stage, curl_words

Words = Mapping[str, str]  # by server, or by way to it
ASK_BUDGET_S = 3.0
LOOPBACK, SECOND = "127.0.0.1", "198.51.100.1"  # the second: TEST-NET-2, RFC 5737
POLICIES = ("ACCEPT", "DROP")  # of FORWARD; with which of them an engine leaves it depends on who switched forwarding on
SWITCH = "/proc/sys/net/ipv4/ip_forward"  # of the network namespace of whoever opens it


def ways_in(stage: Stage) -> dict[str, Any]:
    """One server, published three times: for all, on 127.0.0.1, on a second interface's address; and one that is not published.

    The neighbour sends to each, with routes that lead by the host; the host itself asks the same, as a control. So is a process of
    the host, whom no policy of forwarding concerns: beside its answer a silence counts.
    """
    everyone, local, second, control = stage.port(), stage.port(), stage.port(), stage.port()
    with ExitStack() as stack:
        _second_interface(stage, stack)
        open_, hidden = _on_the_bridge(stage, everyone, local, second)
        facts = stage.facts(hidden)
        if not facts or not facts.addresses:
            return lacking("published")
        address = facts.addresses[0]
        _routes(stage, stack, address)
        urls = {
            "for_all": f"http://{HOST_ADDRESS}:{everyone}/",
            "loopback": f"http://{LOOPBACK}:{local}/",
            "second": f"http://{SECOND}:{second}/",
            "first": f"http://{HOST_ADDRESS}:{second}/",
            "unpublished": f"http://{address}/",
            "process": f"http://{HOST_ADDRESS}:{control}/",
        }
        pages = dict.fromkeys(urls, open_) | {"unpublished": hidden, "process": stage.name("process")}
        ears.beside(stage, *ears.python(ears.PAGE_PYTHON, str(control), pages["process"]))
        packets = _counting(stage, stack, {LOOPBACK: "loopback", SECOND: "second", address: "unpublished"})
        return {
            "client": CLIENT_ADDRESS,
            "ports": {"for_all": everyone, "loopback": local, "second": second},
            "addresses": {"first": HOST_ADDRESS, "second": SECOND, "unpublished": address},
            "on_the_host": {which: stage.get(url) == pages[which] for which, url in urls.items() if which != "first"},
            "neighbour": {policy: _asked_under(stage, policy, urls, pages) for policy in POLICIES},
            "arrived": packets(),
        }


def _second_interface(stage: Stage, stack: ExitStack) -> None:
    """The host gets one more, with an address on it and nobody behind it."""
    stack.callback(stage.shell, "ip", "link", "del", "second0")
    stage.shell("ip", "link", "add", "second0", "type", "veth", "peer", "name", "second1")
    stage.shell("ip", "addr", "add", f"{SECOND}/32", "dev", "second0")
    stage.shell("ip", "link", "set", "second0", "up")


def _on_the_bridge(stage: Stage, everyone: int, local: int, second: int) -> tuple[str, str]:
    """The names of a server that is published three times, and of one that is not; both answer."""
    open_, hidden = stage.name("open"), stage.name("hidden")
    publish = (Publish(everyone, 80), Publish(local, 80, LOOPBACK), Publish(second, 80, SECOND))
    stage.run(RunRequest(name=open_, network="bridge", command=nginx_command(open_, "80"), publish=publish))
    stage.run(RunRequest(name=hidden, network="bridge", command=nginx_command(hidden, "80")))
    stage.await_page(f"http://{HOST_ADDRESS}:{everyone}/", open_, OWN)
    stage.settled(OWN, hidden, asker=hidden)
    return open_, hidden


def _routes(stage: Stage, stack: ExitStack, address: str) -> None:
    """The neighbour sends by the host what is for ``address``, for the second interface, and for 127.0.0.1, which no longer is its own."""
    client = Stage(stage.engine, stage.labels, client_prefix(stage), stage.endpoint)

    def both(there: tuple[str, ...], back: tuple[str, ...]) -> None:
        stack.callback(client.shell, *back)
        client.shell(*there)

    setting = "/proc/sys/net/ipv4/conf/eth0/route_localnet"
    both(("sh", "-c", f"echo 1 > {setting}"), ("sh", "-c", f"echo 0 > {setting}"))
    own = (f"{LOOPBACK}/8", "dev", "lo")
    both(("ip", "addr", "del", *own), ("ip", "addr", "add", *own))
    for target in (LOOPBACK, SECOND, address):
        route = (f"{target}/32", "via", HOST_ADDRESS, "dev", "eth0", "src", CLIENT_ADDRESS)
        both(("ip", "route", "add", *route), ("ip", "route", "del", *route))


def _counting(stage: Stage, stack: ExitStack, ways: Words) -> Callable[[], dict[str, int]]:
    """Counts, before any other rule, what comes in by the wire for an address: that it arrived is the control of its silence."""
    for target in ways:
        rule = ("-i", "eth0", "-d", target, "-p", "tcp", "--syn")
        stack.callback(stage.shell, "iptables", "-w", "-t", "raw", "-D", "PREROUTING", *rule)
        stage.shell("iptables", "-w", "-t", "raw", "-I", "PREROUTING", *rule)

    def packets() -> dict[str, int]:
        lines = [line.split() for line in stage.shell("iptables", "-w", "-t", "raw", "-nvxL", "PREROUTING").text.splitlines()]
        return {
            way: max((int(one[0]) for one in lines if one[:1] != ["pkts"] and target in one), default=0) for target, way in ways.items()
        }

    return packets


def _asked_under(stage: Stage, policy: str, urls: Words, pages: Words) -> dict[str, Any]:
    """Whether each answers the neighbour while FORWARD has that policy. What the policy has dropped is not waited for."""
    before = _policy(stage)[0]
    with ExitStack() as stack:
        stack.callback(stage.shell, "iptables", "-w", "-P", "FORWARD", before)
        stage.shell("iptables", "-w", "-P", "FORWARD", policy)
        found, begun = _policy(stage)

        def met() -> dict[str, int]:
            name, packets = _policy(stage)
            return {"unpublished": packets - begun if name == "DROP" else 0}

        return {"policy": found, **asked(stage, urls, pages, met)}


def _policy(stage: Stage) -> tuple[str, int]:
    """The policy of FORWARD, and how many packets it has decided on: the head of the list, "Chain FORWARD (policy DROP 3 packets, ...".

    Raises LabError where there is no such line: then nothing that follows would count.
    """
    said = stage.shell("iptables", "-w", "-nvxL", "FORWARD").text
    head = said.partition("(policy ")[2].split()
    if len(head) < 2:
        raise LabError(tr("read the policy of FORWARD"), said, tr("`./lab doctor` says what is in the way"))
    return head[0], int(head[1])


def forwarding(stage: Stage) -> dict[str, Any]:
    """A neighbour asks a server in host mode and a published one: with IP forwarding, without, and with it again."""
    ports = {"host_mode": stage.port(), "published": stage.port()}
    urls = {which: f"http://{HOST_ADDRESS}:{port}/" for which, port in ports.items()}
    pages = {"host_mode": stage.nginx(port=ports["host_mode"]), "published": published(stage, ports["published"])}
    seen: dict[str, Any] = {"client": CLIENT_ADDRESS, "ports": ports}
    with ExitStack() as stack:
        stack.callback(_forward, stage, stage.shell("cat", SWITCH).text)
        for moment, value in (("with", "1"), ("without", "0"), ("again", "1")):
            seen[moment] = {"switch": _forward(stage, value), **asked(stage, urls, pages, _refused_by(stage))}
    return seen


def _forward(stage: Stage, value: str) -> str:
    """Set the switch; returns what it says then."""
    stage.shell("sh", "-c", f'echo "$0" > {SWITCH}', value)
    return stage.shell("cat", SWITCH).text


def _refused_by(stage: Stage) -> Callable[[], dict[str, int]]:
    """Packets that came to be forwarded since now, and were not, because nothing is: InAddrErrors in proc(5), net/snmp."""

    def count() -> int:
        heads, values, *_ = (line.split() for line in stage.shell("cat", "/proc/net/snmp").text.splitlines() if line.startswith("Ip:"))
        return int(values[heads.index("InAddrErrors")])

    begun = count()
    return lambda: {"published": count() - begun}


def asked(stage: Stage, urls: Words, pages: Words, met: Callable[[], Mapping[str, int]] = dict) -> dict[str, bool]:
    """Whether each answers the client with its own page. Whoever's packets meet a DROP rule is not waited for any longer.

    Silence for another reason is a finding only where somebody else answers the client meanwhile, and no connection came about:
    see ``crossing._knock``. Any other is OutOfTime.
    """
    with ExitStack() as stack:
        asks = {}
        for which, url in urls.items():
            words = [*client_prefix(stage), *curl_words(url, ASK_BUDGET_S, "-w", "\n%{time_connect}")]
            asks[which] = stack.enter_context(subprocess.Popen(words, stdout=subprocess.PIPE, text=True))
            stack.callback(asks[which].kill)

        def decided() -> bool:
            open_ = [which for which, ask in asks.items() if ask.poll() is None]
            return not open_ or all(met().get(which) for which in open_)

        probe.wait_until(decided, 2 * ASK_BUDGET_S, tr("each server's answer to the client"), pause_s=0.005)
        dropped = met()
        said = {which: ask.communicate()[0].rpartition("\n") for which, ask in asks.items() if ask.poll() is not None}
        answered = {which: asks[which].poll() == 0 and page.strip() == pages[which] for which, (page, _, _) in said.items()}
        for which, (_, _, connect_s) in said.items():
            beside_others = any(answered.values()) and not float(connect_s or 0)
            if asks[which].poll() == SILENT and not dropped.get(which) and not beside_others:
                raise probe.silent(urls[which], limit_s(ASK_BUDGET_S))
        return {which: answered.get(which, False) for which in asks}
