"""Paths to a container: which stations they lead over, what the counters say, and the drawing."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from hostnet_lab.core.drawings.stations import WAYS, Ground, Passage, Path, Ways, paths_of, why_none
from hostnet_lab.core.drawings.stations_svg import draw, outcome, summary, text
from hostnet_lab.core.host.commands import Publish
from hostnet_lab.core.host.counters import Translation, read_accepted, read_devices, read_index, read_routes, read_translations, read_work
from hostnet_lab.core.host.facts import ContainerFacts, Interface

from .specimens import ODD, container, listens, published

WEB, BACK = container("web"), published("back", 8089, addresses=("172.17.0.2",))
GROUND = Ground(
    listeners=(listens(80, WEB), listens(80, WEB, "::"), listens(8089, process="docker-proxy")),
    interfaces=(Interface("lo", ("127.0.0.1",)), Interface("eth0", ("192.0.2.7",))),
    own_address="192.0.2.7",
    routes=((0xAC110000, 0xFFFF0000, "docker0"), (0, 0, "eth0")),
    cables={BACK.id: "veth1a"},
    visible=frozenset({BACK.id}),
    relays={8089: "docker-proxy"},
    translations=(Translation(8089, "172.17.0.2:80", 4),),
)


def ways(one: ContainerFacts, ground: Ground = GROUND) -> dict[str, list[str]]:
    """Way -> the stations that it leads over."""
    return {WAYS[path.way]: [station.said for station in path.stations if station.on] for path in paths_of(one, ground)}


def path(way: str, one: ContainerFacts = BACK, ground: Ground = GROUND) -> Path:
    return next(found for found in paths_of(one, ground) if WAYS[found.way] == way)


def passage(one: Path, **moved: int) -> Passage:
    """Ten requests, after which the counters of these stations (by kind, _ for a blank) have moved, and no others."""
    keys = {station.kind: station.counter.key for station in one.stations if station.counter}
    before = {key: 100 for key in keys.values()}
    return Passage(one, 10, 10, before, before | {keys[kind]: 100 + moved.get(kind.replace(" ", "_"), 0) for kind in keys})


# -- reading ----------------------------------------------------------------------------------------


def test_packets_are_counted_in_and_out_and_once_on_loopback() -> None:
    said = "Inter-| Receive | Transmit\n face |bytes packets\n"
    said += "    lo: 9 20 0 0 0 0 0 0 9 20 0 0 0 0 0 0\n  eth0: 9 3 0 0 0 0 0 0 9 4 0 0 0 0 0 0\n"
    assert read_devices(said) == {"lo": 20, "eth0": 7}


def test_accepted_connections_are_passive_opens() -> None:
    assert read_accepted("Ip: A\nIp: 1\nTcp: RtoMin ActiveOpens PassiveOpens\nTcp: 200 7 42\n") == 42
    assert read_accepted("") is None


def test_the_work_of_all_threads_is_added_in_microseconds() -> None:
    assert read_work(["1708091 1863905 14", "292000 1 1", ""]) == 2000


def test_nat_rules_are_read_with_their_connections_from_either_tool() -> None:
    iptables = "*nat\n:DOCKER - [0:0]\n[10:600] -A DOCKER ! -i docker0 -p tcp -m tcp --dport 8089 -j DNAT --to-destination 172.17.0.2:80\n"
    nft = "tcp dport 8089 counter packets 10 bytes 600 dnat to 172.17.0.2:80\ntcp dport 8090 dnat ip to 172.17.0.3:80"
    assert read_translations(iptables) == [Translation(8089, "172.17.0.2:80", 10)]
    assert read_translations(nft) == [Translation(8089, "172.17.0.2:80", 10), Translation(8090, "172.17.0.3:80", None)]


def test_routes_are_read_the_narrowest_first() -> None:
    said = (
        "Iface Destination Gateway Flags RefCnt Use Metric Mask\neth0 00000000 0102 3 0 0 0 00000000\ndocker0 000011AC 0 1 0 0 0 0000FFFF\n"
    )
    assert read_routes(said) == [(0xAC110000, 0xFFFF0000, "docker0"), (0, 0, "eth0")]


def test_the_number_of_the_inner_interface_is_read() -> None:
    assert read_index("Idx\tDevice\n1\tlo        :  1\n\t\t010000E0  1\n5\teth0      :  1\n") == 5
    assert read_index("Idx\tDevice\n1\tlo        :  1\n") is None


# -- paths ------------------------------------------------------------------------------------------


def test_in_host_mode_nothing_but_an_interface_stands_between() -> None:
    assert ways(WEB) == {
        "host mode, by loopback": ["this machine", "lo", "port 80"],
        "host mode, from another machine": ["another machine", "eth0", "port 80"],
    }


def test_a_published_port_has_a_path_for_each_kind_of_address() -> None:
    assert ways(BACK) == {
        "its port, by loopback": ["this machine", "lo", "docker-proxy", "docker0", "veth1a", "port 80"],
        "its port, by the host's address": ["this machine", "DNAT :8089", "docker0", "veth1a", "port 80"],
        "its address on the bridge": ["this machine", "docker0", "veth1a", "port 80"],
        "its port, from another machine": ["another machine", "eth0", "DNAT :8089", "docker0", "veth1a", "port 80"],
    }


def test_without_a_relay_the_kernel_translates_on_loopback_too() -> None:
    assert ways(BACK, replace(GROUND, relays={}))["its port, by loopback"][1:3] == ["DNAT :8089", "docker0"]


def test_without_a_nat_rule_the_relay_takes_the_own_address_too() -> None:
    assert ways(BACK, replace(GROUND, translations=()))["its port, by the host's address"][1:3] == ["lo", "docker-proxy"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("127.0.0.1", ["its port, by loopback", "its address on the bridge"]),
        ("192.0.2.7", ["its port, by the host's address", "its address on the bridge", "its port, from another machine"]),
    ],
)
def test_a_port_published_on_one_address_has_no_path_by_the_others(address: str, expected: list[str]) -> None:
    assert list(ways(replace(BACK, published=(Publish(8089, 80, address),)))) == expected


def test_a_server_on_loopback_only_is_not_reached_from_another_machine() -> None:
    assert list(ways(WEB, replace(GROUND, listeners=(listens(80, WEB, "127.0.0.2"),)))) == ["host mode, by loopback"]


def test_unpublished_a_container_is_reached_by_its_address_at_the_port_that_it_exposes() -> None:
    (found,) = paths_of(replace(BACK, published=(), exposed=("8080/tcp",)), GROUND)
    assert (found.url, WAYS[found.way]) == ("http://172.17.0.2:8080", "its address on the bridge")


def test_what_cannot_be_seen_says_why() -> None:
    found = path("its port, by loopback", ground=replace(GROUND, translations=None, visible=frozenset()))
    assert {one.kind: one.hidden for one in found.stations if one.hidden} == {
        "nat rule": "needs root",
        "veth pair": "not visible",
        "server": "not visible",
    }
    seen = Ways((found,), {})
    assert "no counter, needs root" in text(seen) and "(needs root)" in draw(seen)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (container("old", status="exited"), "does not run (exited)"),
        (container("new"), "listens on no port yet"),
        (container("mute", "none", addresses=()), "has no address"),
    ],
)
def test_where_no_path_leads_a_sentence_says_so(one: ContainerFacts, said: str) -> None:
    assert paths_of(one, GROUND) == () and said in why_none(one)


# -- what moved -------------------------------------------------------------------------------------


def test_a_station_saw_the_requests_when_its_counter_moved_enough_for_all_of_them() -> None:
    found = passage(path("its port, by loopback"), interface=120, relay=4000, bridge=120, veth_pair=120, server=9)
    assert {one.kind: found.mark(one) for one in found.path.stations[1:]} == {
        "interface": "passed",
        "nat rule": "stood still",
        "relay": "passed",
        "bridge": "passed",
        "veth pair": "passed",
        "server": "stood still",
    }


def test_counters_that_contradict_the_configuration_are_surprises() -> None:
    found = passage(path("its port, by loopback"), interface=120, nat_rule=10, bridge=120, veth_pair=120, server=10)
    assert found.surprises == (
        "the counter of DNAT :8089 (nat rule) moved, though this path avoids it: other traffic, or another path",
        "docker-proxy (relay) was expected on this path, but its counter stood still",
    )
    assert "But docker-proxy (relay) was expected" in summary([found.path], {found.path: found})
    assert "its port, by loopback: docker-proxy (relay) was expected" in outcome({found.path: found})


def test_a_little_of_other_traffic_is_not_taken_for_the_requests() -> None:
    found = passage(path("its port, by the host's address"), interface=12, nat_rule=10, bridge=120, veth_pair=120, server=10)
    assert found.surprises == () and "only +12" in draw(Ways((found.path,), {}, (found,)))


def test_the_outcome_counts_answers_and_says_when_nothing_was_sent() -> None:
    found = passage(path("its address on the bridge"), bridge=120, veth_pair=120, server=10)
    assert outcome({found.path: found}) == (
        "10 requests were sent on one path: all were answered.\nThe counters moved where the configuration says."
    )
    assert "back: its address on the bridge: 9 of 10 answered" in outcome({found.path: replace(found, answered=9)})
    assert outcome({}) == "Nothing was sent: no path starts on this machine."


# -- drawing ----------------------------------------------------------------------------------------


def test_the_drawing_tells_passed_from_avoided_by_words_and_line_styles() -> None:
    found = passage(path("its port, by the host's address"), nat_rule=10, bridge=120, veth_pair=120, server=10)
    drawn = draw(Ways((found.path,), {}, (found,)))
    ElementTree.fromstring(drawn)
    for words in ("✔ +10", "100 → 110", "= stood still", "10 of 10 answered", "veth1a"):
        assert words in drawn
    assert 'class="tab"' in drawn and 'class="gone"' in drawn


def test_before_anything_is_sent_the_counters_are_shown_as_they_are() -> None:
    drawn = draw(Ways(paths_of(BACK, GROUND), {"link lo": 4321}))
    assert "4,321" in drawn and "nothing sent yet" in drawn and "not sent from here" in drawn and "✔" not in drawn


def test_the_text_twin_holds_each_station_with_before_and_after() -> None:
    found = passage(path("its port, by the host's address"), nat_rule=10, bridge=120, veth_pair=120, server=10)
    said = text(Ways((found.path,), {}, (found,)))
    assert "nat rule DNAT :8089: passed, 100 before, 110 after (+10, connections)" in said
    assert "Avoids relay docker-proxy: stood still" in said


def test_a_host_mode_path_alone_draws_only_the_columns_that_it_has() -> None:
    drawn = draw(Ways(paths_of(WEB, GROUND), {}))
    assert ">Relay<" not in drawn and ">Bridge<" not in drawn and ">Interface<" in drawn


def test_odd_names_are_text_in_the_drawing() -> None:
    for odd in ODD:
        one = replace(BACK, name=odd)
        drawn = draw(Ways(paths_of(one, GROUND), {}))
        ElementTree.fromstring(drawn)
        assert "<img" not in drawn
