"""The live map: what it shows at once, what it folds, and how the page's part of it is laid where JupyterLab looks. No engine."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Queue
from types import SimpleNamespace
from typing import Any

import pytest

from hostnet_lab.core.drawings.host_map import changes, map_of, text
from hostnet_lab.core.drawings.live_map import SHOWN, SHOWN_NETS, LiveMap, live_map
from hostnet_lab.core.errors import EngineUnavailable, LabError
from hostnet_lab.core.host.facts import ContainerFacts, Interface, Joined, Network, read_listed
from hostnet_lab.core.host.quirks import bridge_of, network_of
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.lab import watching
from hostnet_lab.provision import stage as laid
from hostnet_lab.stage.live import LiveHostMap, Shown, drawn

from . import pages
from .specimens import ODD, container, host, listens, published

WEB, MINE, BACK = container("web"), container("mine"), published("back", 8210)
DOCKER0, NETWORKS = (
    Interface("docker0", ("172.17.0.1",)),
    {
        one.name: one
        for one in (
            Network("bridge", "bridge", "docker0"),
            Network("quiet", "bridge", "br-0123456789ab"),
            Network("none", "null"),
            Network("lan", "macvlan", "eth0"),
        )
    },
)
OWN = Interface("br-0123456789ab", ("172.18.0.1",))
HOST = host(
    listens(80, WEB),
    listens(8210, process="docker-proxy"),
    listens(22, process="sshd"),
    listens(8080, process="other"),
    interfaces=(Interface("lo", ("127.0.0.1",)), Interface("eth0", ("192.0.2.7",)), DOCKER0, OWN),
)


def seen(*containers: ContainerFacts, mine: tuple[str, ...] = ()) -> LiveMap:
    return live_map(map_of(HOST, containers), NETWORKS, mine)


def test_loopback_bridges_and_ways_out_stand_apart() -> None:
    shown = seen(WEB, BACK)
    assert shown.loopback and shown.loopback.name == "lo"
    assert [one.name for one in shown.interfaces] == ["eth0"]
    assert [(net.name, net.end, net.homes == ()) for net in shown.nets] == [("bridge", DOCKER0, False), ("quiet", OWN, True)]


def test_a_container_hangs_on_the_bridge_of_its_network_and_who_shares_its_namespace_stands_with_it() -> None:
    side, lone = container("side", f"container:{BACK.id}"), container("lone", "none", addresses=())
    shown = seen(lone, side, BACK)
    assert [[box.name for box in home] for home in shown.nets[0].homes] == [["back", "side"]]
    assert [(net.name, net.end) for net in shown.nets][1:] == [("none", None), ("quiet", OWN)]


def test_what_a_lesson_is_about_comes_first_and_the_rest_is_folded() -> None:
    shown = seen(MINE, WEB, mine=("web",))
    assert [one.name for one in shown.inside] == ["web", "mine"]
    assert [one.port for one in shown.first] == [8080] and [one.port for one in shown.folded] == [22, 8210]


def test_thirty_containers_are_folded_with_their_number_and_none_is_lost() -> None:
    names = [f"one{number}" for number in range(30)]
    html = drawn(seen(*(container(name) for name in names)))
    before, _, after = html.partition(f"and {30 - SHOWN} more containers")
    assert len(re.findall('data-key="container ', before)) == SHOWN and all(f">{name}</bdi>" in html for name in names)
    assert len(re.findall('data-key="container ', after)) == 30 - SHOWN


def on(name: str, *networks: Joined, **changed: Any) -> ContainerFacts:
    return container(name, networks[0].network if networks else "bridge", networks=networks, addresses=(), **changed)


BOTH = on("both", Joined("bridge", ("172.17.0.3",), "b"), Joined("quiet", ("172.18.0.3", "fd00::3"), "q"))


def test_a_container_on_two_networks_is_one_box_and_hangs_on_both_wires_with_its_address_on_each() -> None:
    nets = {net.name: net for net in seen(BOTH).nets}
    ((box,),) = nets["bridge"].homes
    assert nets["bridge"].at(box) == ("172.17.0.3",) and not nets["bridge"].also
    assert nets["quiet"].also == (box,) and nets["quiet"].at(box) == ("172.18.0.3", "fd00::3")
    html = drawn(seen(BOTH))
    assert html.count('data-key="container both"') == 1 and 'data-key="also quiet both"' in html
    assert "bridge 172.17.0.3, quiet 172.18.0.3, fd00::3" in text(map_of(HOST, [BOTH]))


def test_networks_joined_and_left_are_told() -> None:
    one, both = map_of(HOST, [replace(BOTH, networks=BOTH.networks[:1])]), map_of(HOST, [BOTH])
    assert changes(one, both) == "both joined network quiet."
    assert changes(both, one) == "both left network quiet."


def test_what_no_network_of_the_engine_holds_hangs_on_no_wire_whatever_it_was_made_for() -> None:
    left, lone, podmans = on("left"), on("lone", Joined("none")), container("podmans", "slirp4netns", addresses=())
    nets = {net.name: [box.name for (box,) in net.homes] for net in seen(left, lone, podmans).nets}
    assert nets == {"none": ["left", "lone"], "slirp4netns": ["podmans"], "bridge": [], "quiet": []}


def test_who_shares_the_namespace_of_one_that_ended_has_lost_its_network_too() -> None:
    home = published("back", 8210, status="exited")
    shown = seen(home, container("side", f"container:{home.id}", addresses=()))
    assert [(net.name, net.homes[0][0].name) for net in shown.nets if net.homes] == [("none", "side")]


def test_who_hangs_on_a_parent_is_no_neighbour_of_the_host() -> None:
    (net, *_) = seen(on("far", Joined("lan", ("192.0.2.50",), "l"))).nets
    assert (net.driver, net.end and net.end.name, net.wired) == ("macvlan", "eth0", False)
    assert "macvlan: on this wire, and out of the host&#39;s own reach" in drawn(seen(on("far", Joined("lan", ("192.0.2.50",), "l"))))


def test_of_the_engines_list_those_networks_count_where_a_container_has_an_end_now() -> None:
    entry = {
        "Id": "1",
        "State": "running",
        "HostConfig": {"NetworkMode": "z-net"},
        "NetworkSettings": {
            "Networks": {
                "a-net": {"IPAddress": "172.20.0.2", "GlobalIPv6Address": "fd00:1::2", "NetworkID": "a", "EndpointID": "e"},
                "gone": {"IPAddress": "", "EndpointID": "", "NetworkID": "g"},
                "odd": None,
                "z-net": {"IPAddress": "172.21.0.2", "NetworkID": "z", "EndpointID": "e"},
            }
        },
    }
    assert read_listed(entry).networks == (Joined("z-net", ("172.21.0.2",), "z"), Joined("a-net", ("172.20.0.2", "fd00:1::2"), "a"))
    assert read_listed({**entry, "NetworkSettings": None}).networks == ()
    assert read_listed({**entry, "NetworkSettings": {"Networks": {"none": {"EndpointID": "e"}}}}).networks == (Joined("none"),)


def test_two_hundred_are_folded_with_their_ports_and_the_learners_own_come_first() -> None:
    many = [published(f"one{number:03}", 9000 + number) for number in range(200)]
    listening = (listens(9000 + number, process="docker-proxy") for number in range(200))
    found = live_map(map_of(host(*listening, interfaces=HOST.interfaces), many), NETWORKS, ["one150"])
    assert found.nets[0].homes[0][0].name == "one150"
    html = drawn(found)
    assert html.index("one150</bdi>") < html.index(f"and {200 - SHOWN} more containers") < html.index("one199</bdi>")
    before, _, after = html.partition(f"and {200 - SHOWN} more ports")
    assert before.count('class="tab"') == SHOWN and after.count('class="tab"') == 200 - SHOWN


def test_many_networks_and_many_that_rest_are_folded_and_none_is_lost() -> None:
    names = [f"net{number}" for number in range(SHOWN_NETS + 3)]
    shown = [on(f"in-{name}", Joined(name, ("172.30.0.2",), name)) for name in names]
    rest = [container(f"rests{number}", status="exited") for number in range(SHOWN + 4)]
    html = drawn(seen(*shown, *rest))
    assert "and 5 more networks" in html and "and 4 more containers" in html  # bridge and quiet are there, too
    assert all(f"{one.name}</bdi>" in html for one in (*shown, *rest))


def test_each_fold_keeps_its_name_whatever_number_it_tells() -> None:
    few, more = (drawn(seen(*(published(f"one{number}", 9000 + number) for number in range(count)))) for count in (20, 21))
    folds = re.compile('data-fold="([^"]+)"')
    assert folds.findall(few) == folds.findall(more) and len(set(folds.findall(few))) == len(folds.findall(few)) > 1


def test_each_state_differs_in_words_and_each_kind_of_place_in_its_line() -> None:
    html = drawn(seen(WEB, BACK, container("tired", "bridge", status="paused"), container("ended", status="exited", exit_code=3)))
    for said in ("host mode: no network of its own", "172.17.0.2", ">paused<", "(exited, code 3)", "this host alone", "Other machines"):
        assert said in html
    style = (laid.SOURCES / "map.css").read_text()
    lines = {
        where: re.search(rf"\.hostnet-stage \{where} {{[^}}]*?border(?:-style)?: [^;]*?(solid|dashed|dotted)", style)
        for where in (".host::before", ".home", ".gone", ".went")
    }
    assert {where: line and line[1] for where, line in lines.items()} == {
        ".host::before": "solid",
        ".home": "dashed",
        ".gone": "dotted",
        ".went": "dotted",
    }
    assert "attr(data-mark)" in style and "line-through" in style


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_names_are_text(odd: str) -> None:
    shown = drawn(seen(container(odd, image=odd), replace(BACK, name=odd), container(odd, status=odd)))
    assert not {tag for tag, _ in pages.Reader(shown).elements} & pages.RUNS_OR_LOADS
    nets = drawn(seen(on(odd, Joined(odd, (odd,), odd), Joined("bridge", (odd,)))))
    assert not {tag for tag, _ in pages.Reader(nets).elements} & pages.RUNS_OR_LOADS


def test_a_bridge_is_named_by_its_option_or_by_its_networks_id_or_as_told() -> None:
    key = "0123456789abcdef"
    assert bridge_of({"Driver": "bridge", "Id": key, "Options": {"com.docker.network.bridge.name": "docker0"}}) == "docker0"
    assert bridge_of({"Driver": "bridge", "Id": key, "Options": None}) == "br-0123456789ab"
    assert bridge_of({"Driver": "bridge", "Id": key, "NetworkInterface": "podman0"}) == "podman0"
    assert bridge_of({"Driver": "host", "Id": key}) == bridge_of({}) == ""
    assert network_of({"Name": "lan", "Driver": "ipvlan", "Id": "1", "Options": {"parent": "eth0.7"}}) == Network(
        "lan", "ipvlan", "eth0.7", "1"
    )
    assert network_of({}) == Network("")


class Watched:
    """An onlooker whose engine says what a test puts into ``stream``."""

    def __init__(self) -> None:
        self.shown, self.stream, self.engine = [WEB], Queue[Any](), self
        self.troubles = list[LabError]()  # each is the end of one look
        self.host = SimpleNamespace(settle=lambda: None, places=frozenset, facts=lambda: HOST)

    @contextmanager
    def events(self, **_: Any) -> Iterator[Any]:
        stream = self.stream = Queue()
        yield iter(stream.get, None)
        stream.put(None)

    def listed(self) -> list[ContainerFacts]:
        if self.troubles:
            raise self.troubles.pop()
        return self.shown

    def is_mine(self, _: ContainerFacts) -> bool:
        return True

    def with_containers(self, listeners: Any) -> Any:
        return listeners

    def networks(self, _: Any) -> dict[str, Network]:
        return NETWORKS


def test_it_is_drawn_at_once_and_after_each_event_and_each_time_that_is_told() -> None:
    told, here = list[Shown](), Watched()
    live = LiveHostMap(lambda: told.append(live.shown), here)
    try:
        wait_until(lambda: live.shown.said.startswith("Drawn."), 5, "the first map")
        assert ">web</bdi>" in live.shown.html and "Container web" in live.shown.text
        here.shown = [WEB, BACK]
        here.stream.put({"Action": "start", "Actor": {"ID": BACK.id}})
        wait_until(lambda: live.shown.said == "back started.", 5, "the change")
        assert ">back</bdi>" in live.shown.html and told[-1] == live.shown
    finally:
        live.close()


def test_an_engine_that_is_back_and_has_not_all_yet_is_looked_at_until_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "AWAY_PAUSE_S", 0.01)
    here = Watched()
    live = LiveHostMap(lambda: None, here)
    try:
        wait_until(lambda: live.shown.said.startswith("Drawn."), 5, "the first map")
        here.troubles = [LabError("look", "no such image", "load it"), EngineUnavailable("look", "no engine", "start it")]
        here.stream.put(None)
        wait_until(lambda: not here.troubles and live.shown.said == "No change.", 5, "the map after that")
    finally:
        live.close()


def test_the_page_finds_its_parts_under_names_that_change_with_what_they_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def placed() -> dict[str, bytes]:
        laid.place(tmp_path)
        found = tmp_path / "data" / "labextensions" / laid.PAGE
        package = json.loads((found / "package.json").read_text())
        script = found / package["jupyterlab"]["_build"]["load"]
        assert script.exists() and package["name"] == found.name
        return {str(one.relative_to(found)): one.read_bytes() for one in (found / "static").glob("*/*")}

    first = placed()
    parts = re.findall(r"'(\w+)'", re.search(r"PARTS = \[(.*)\]", (laid.SOURCES / "stage.js").read_text())[1])  # type: ignore[index]
    assert placed() == first
    assert {Path(one).name for one in first} == {"stage.js"} | {f"{part}.{kind}" for part in parts for kind in ("css", "js")}
    changed = tmp_path / "changed"
    changed.mkdir()
    for one in laid.SOURCES.iterdir():
        (changed / one.name).write_bytes(one.read_bytes() + b"\n")
    monkeypatch.setattr(laid, "SOURCES", changed)
    assert not set(placed()) & set(first)
    enabled = json.loads((tmp_path / "config/jupyter_server_config.d/hostnet-lab.json").read_text())
    assert enabled["ServerApp"]["jpserver_extensions"] == {"hostnet_lab.stage": True}
