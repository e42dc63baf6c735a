"""The host's network as a value: read from the tools' own words, compared, put into words and drawn."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from hostnet_lab.core.drawings.network_svg import draw
from hostnet_lab.core.host.network import (
    Address,
    Change,
    Link,
    Listener,
    Moments,
    Network,
    Relay,
    Route,
    Rule,
    comparison,
    counted,
    difference,
    plain_moments,
    plain_parts,
    read_moments,
)
from hostnet_lab.core.host.network_reading import read_links, read_nft, read_relay, read_routes, read_rules, read_sockets
from hostnet_lab.core.host.unseen import Unseen

from .specimens import ODD

RECORDED = Path(__file__).parent / "network"

LINKS = (Link("eth0", True), Link("lo", True))
FORWARD, JUMP = Rule("IPv4", "filter", ":FORWARD ACCEPT"), Rule("IPv4", "filter", "-A FORWARD -j DOCKER-USER")
BEFORE = Network(
    LINKS,
    (Address("eth0", "192.0.2.1/24"),),
    (Route("default", "eth0", "192.0.2.2"),),
    (Listener("tcp", "127.0.0.1", 22, "sshd"),),
    (FORWARD, JUMP),
)
NGINX = Listener("tcp", "0.0.0.0", 80, "nginx")
DURING = replace(BEFORE, listeners=(NGINX, *BEFORE.listeners))
PUBLISHED = replace(
    BEFORE,
    links=(*LINKS, Link("veth1a", True, "docker0")),
    rules=(*BEFORE.rules, Rule("IPv4", "nat", "-A DOCKER -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80")),
    relays=(Relay("tcp", "[::]:8080", "172.17.0.2:80"),),
)


def recorded(name: str) -> str:
    return (RECORDED / name).read_text()


# -- reading ----------------------------------------------------------------------------------------


def test_links_and_addresses_are_read_without_what_changes_by_itself() -> None:
    links, addresses = read_links(recorded("ip-addr.json"))
    assert [one.name.rstrip("0123456789abcdef") for one in links] == ["docker", "eth", "lo", "veth"]
    assert links[-1].master == "docker0" and all(one.up for one in links)
    assert [str(one) for one in addresses] == [
        "172.17.0.1/16 on docker0",
        "192.0.2.1/24 on eth0",
        "127.0.0.1/8 on lo",
        "::1/128 on lo",
    ]


def test_routes_are_read_without_the_link_local_ones() -> None:
    assert [str(one) for one in read_routes(recorded("ip-4-route.json"))] == [
        "172.17.0.0/16 on docker0",
        "192.0.2.0/24 on eth0",
        "default via 192.0.2.2 on eth0",
    ]
    assert read_routes(recorded("ip-6-route.json")) == []


def test_a_route_over_several_hops_is_one_for_each() -> None:
    said = '[{"dst":"default","nexthops":[{"gateway":"192.0.2.8","dev":"eth0"},{"gateway":"192.0.2.9","dev":"eth1"}]}]'
    assert [str(one) for one in read_routes(said)] == ["default via 192.0.2.8 on eth0", "default via 192.0.2.9 on eth1"]


@pytest.mark.parametrize("said", ["", "[]", "[{}]", "[{},{}]"])
def test_where_there_is_nothing_the_tool_has_several_ways_to_say_so(said: str) -> None:
    assert read_links(said) == ([], []) and read_routes(said) == []


def test_rules_are_read_with_their_table_and_without_counters() -> None:
    rules = read_rules(recorded("iptables-save.txt"))
    assert Rule("IPv4", "filter", ":FORWARD ACCEPT") in rules
    dnat = next(rule for rule in rules if "DNAT" in rule.text)
    assert (dnat.kind, dnat.text) == (
        "nat rule",
        "-A DOCKER ! -i docker0 -p tcp -m tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80",
    )
    assert not any("[" in rule.text or rule.text.startswith("#") for rule in rules)


def test_two_savings_that_differ_in_counters_only_are_equal() -> None:
    first = "*filter\n:INPUT ACCEPT [0:0]\n[3:180] -A INPUT -j DROP\nCOMMIT\n"
    assert read_rules(first) == read_rules(first.replace("[0:0]", "[77:4242]").replace("[3:180]", "[4:240]"))


def test_nftables_is_read_without_handles_counters_and_what_iptables_showed() -> None:
    rules = read_nft(recorded("constructed-nft.txt"), {("ip", "nat")})
    assert {rule.table for rule in rules} == {"docker-bridges", "firewalld"}
    said = [f"{rule.kind}: {rule.text}" for rule in rules]
    assert "nat rule: chain nat-prerouting-in__docker0: tcp dport 8080 counter dnat to 172.17.0.2:80" in said
    assert "filter rule: chain filter-FORWARD: oifname vmap @filter-forward-in-jumps" in said
    assert "other rule: set trusted: elements = { 192.0.2.7 timeout 1m }" in said
    assert len(read_nft(recorded("constructed-nft.txt"))) == len(rules) + 2


def test_listeners_are_read_of_either_family() -> None:
    found = read_sockets(recorded("proc-net-tcp.txt"), "tcp") + read_sockets(recorded("proc-net-tcp6.txt"), "tcp")
    assert [str(one) for one, _ in found if one.port == 8080] == ["0.0.0.0:8080/tcp", "[::]:8080/tcp"]
    assert all(inode for _, inode in found)


def test_udp_sockets_wait_when_bound_and_not_connected() -> None:
    head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n"
    bound = " 9: 00000000:14E9 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 4711 2 00000000 0\n"
    other = " 8: 0100007F:8000 0100007F:0035 01 00000000:00000000 00:00000000 00000000     0        0 4712 2 00000000 0\n"
    assert read_sockets(head + bound + other, "udp") == [(Listener("udp", "0.0.0.0", 5353), 4711)]


def test_a_relay_is_read_from_its_command_line_and_nothing_else_is_one() -> None:
    words = ["-proto", "tcp", "-host-ip", "::", "-host-port", "8080", "-container-ip", "172.17.0.2", "-container-port", "80"]
    relay = read_relay(["/usr/sbin/docker-proxy", *words, "-use-listen-fd"])
    assert str(relay) == "docker-proxy from [::]:8080 to 172.17.0.2:80 (tcp)"
    assert read_relay(["nginx", *words]) is None and read_relay([]) is None


# -- comparing --------------------------------------------------------------------------------------


def test_equal_networks_have_no_difference() -> None:
    assert difference(BEFORE, replace(BEFORE)) == []
    assert counted([]) == "nothing changed"


def test_host_mode_is_one_listener() -> None:
    assert difference(BEFORE, DURING) == [Change("listener", True, "0.0.0.0:80/tcp (nginx)")]
    assert [str(one) for one in difference(DURING, BEFORE)] == ["removed: listener 0.0.0.0:80/tcp (nginx)"]


def test_a_published_port_is_a_link_rules_and_relays() -> None:
    assert counted(difference(BEFORE, PUBLISHED)) == "1 link added, 1 nat rule added, 1 relay added"


def test_the_same_rule_twice_is_not_the_same_as_once() -> None:
    twice = replace(BEFORE, rules=(FORWARD, JUMP, JUMP))
    assert [(one.added, one.what) for one in difference(BEFORE, twice)] == [(True, str(JUMP))]


def test_rules_in_another_order_are_another_network() -> None:
    first, second = Rule("IPv4", "filter", "-A INPUT -j DROP"), Rule("IPv4", "filter", "-A INPUT -j ACCEPT")
    changes = difference(replace(BEFORE, rules=(first, second)), replace(BEFORE, rules=(second, first)))
    assert counted(changes) == "2 filter rules added, 2 filter rules removed"


def test_numbers_have_their_plural() -> None:
    two = replace(BEFORE, addresses=(*BEFORE.addresses, Address("eth0", "192.0.2.3/24"), Address("eth0", "192.0.2.4/24")))
    assert counted(difference(BEFORE, two)) == "2 addresses added"


# -- telling ----------------------------------------------------------------------------------------


def moments(before: Network, during: Network, after: Network) -> Moments:
    """As an observation keeps them."""
    parts, seen = json.loads(json.dumps([plain_parts(before), plain_moments(before, during, after)]))
    return read_moments(parts, seen)


@pytest.mark.parametrize(("unseen", "said"), [
    (Unseen("links", "no command", command="ip"), "links and addresses: there is no command ip"),
    (Unseen("routes", "failed", "IPv6", "ip", code=3), "routes (IPv6): exit code 3"),
    (Unseen("listeners", "refused", "udp", "cat", "cat: closed"), "udp listeners: cat: closed"),
    (Unseen("rules", "no root", "IPv4"), "nat and filter rules (IPv4): it needs root"),
    (Unseen("legacy rules", "no root", "IPv4"), "legacy rules (IPv4): it needs root"),
    (Unseen("nftables", "unreadable", "", "nft", "no list"), "rules of nftables: nft printed what cannot be read (no list)"),
    (
        Unseen("processes", "no root", hidden=2, count=5),
        "the processes of 2 of 5 listeners: other users' processes are hidden without root",
    ),
    (Unseen("processes", "nobody", hidden=1, count=1), "the processes of 1 of 1 listeners: held by the kernel, or closed meanwhile"),
])  # fmt: skip
def test_what_was_not_seen_is_told_once_in_the_text_and_in_the_drawing(unseen: Unseen, said: str) -> None:
    blind = moments(*[replace(BEFORE, unseen=(unseen,))] * 3)
    assert comparison(blind).endswith(f"nothing changed since before.\nNot seen: {said}")
    assert f"Not seen: {escape(said)}<" in draw(blind)


def test_an_observation_counts_what_there_was_and_what_there_is() -> None:
    seen = moments(BEFORE, replace(PUBLISHED, routes=()), BEFORE)
    assert [(seen.count(kind), seen.count(kind, seen.during)) for kind in ("link", "route", "relay")] == [(2, 3), (1, 0), (0, 1)]
    assert (list(seen.during), list(seen.after)) == (difference(BEFORE, replace(PUBLISHED, routes=())), [])


def test_the_comparison_says_what_came_and_that_it_went() -> None:
    assert comparison(moments(BEFORE, DURING, BEFORE)).splitlines() == [
        "Before: 2 links, 1 address, 1 route, 1 listener, 2 filter rules.",
        "During: 1 listener added since before:",
        "  added: listener 0.0.0.0:80/tcp (nginx)",
        "After: nothing changed since before.",
    ]


def test_the_drawing_is_one_named_image_whose_description_is_the_text() -> None:
    root = ElementTree.fromstring(draw(moments(BEFORE, PUBLISHED, BEFORE)))
    title, description = root[0], root[1]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert description.text == comparison(moments(BEFORE, PUBLISHED, BEFORE)).replace("\n", " ")
    drawn = draw(moments(BEFORE, PUBLISHED, BEFORE))
    assert "<script" not in drawn and "http" not in drawn.replace("http://www.w3.org/2000/svg", "")


def test_the_drawing_tells_what_came_and_went_by_signs_and_lines() -> None:
    drawn = draw(moments(BEFORE, replace(PUBLISHED, routes=()), BEFORE))
    assert ">+ nat rule<" in drawn and ">\u2212 route<" in drawn
    assert 'class="tab"' in drawn and 'class="gone"' in drawn
    assert "Since before: nothing changed." in drawn


def test_long_lists_are_cut_in_the_drawing_with_their_number() -> None:
    many = replace(BEFORE, listeners=tuple(Listener("tcp", "0.0.0.0", port) for port in range(9000, 9040)))
    assert "and 25 more" in draw(moments(BEFORE, many, BEFORE))  # 40 came, 1 went, 16 are shown


def test_odd_names_are_text_in_the_drawing() -> None:
    for odd in ODD:
        strange = replace(
            BEFORE,
            listeners=(Listener("tcp", "::", 1, odd),),
            links=(Link(odd, False, odd),),
            unseen=(Unseen("nftables", "refused", said=odd),),
        )
        drawn = draw(moments(BEFORE, strange, strange))
        ElementTree.fromstring(drawn)
        assert "<img" not in drawn


def test_empty_networks_are_told_and_drawn_too() -> None:
    nothing = Network()
    ElementTree.fromstring(draw(moments(nothing, nothing, nothing)))
    assert comparison(moments(nothing, nothing, nothing)).startswith("Before: nothing.")
