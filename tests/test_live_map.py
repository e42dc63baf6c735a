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

from hostnet_lab.core.drawings.host_map import map_of
from hostnet_lab.core.drawings.live_map import SHOWN, LiveMap, live_map
from hostnet_lab.core.errors import EngineUnavailable, LabError
from hostnet_lab.core.host.facts import ContainerFacts, Interface
from hostnet_lab.core.host.quirks import bridge_of
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.lab import watching
from hostnet_lab.provision import stage as laid
from hostnet_lab.stage.live import LiveHostMap, Shown, drawn

from . import pages
from .specimens import ODD, container, host, listens, published

WEB, MINE, BACK = container("web"), container("mine"), published("back", 8210)
DOCKER0, BRIDGES = Interface("docker0", ("172.17.0.1",)), {"bridge": "docker0", "quiet": "br-0123456789ab"}
OWN = Interface("br-0123456789ab", ("172.18.0.1",))
HOST = host(
    listens(80, WEB),
    listens(8210, process="docker-proxy"),
    listens(22, process="sshd"),
    listens(8080, process="other"),
    interfaces=(Interface("lo", ("127.0.0.1",)), Interface("eth0", ("192.0.2.7",)), DOCKER0, OWN),
)


def seen(*containers: ContainerFacts, mine: tuple[str, ...] = ()) -> LiveMap:
    return live_map(map_of(HOST, containers), BRIDGES, mine)


def test_loopback_bridges_and_ways_out_stand_apart() -> None:
    shown = seen(WEB, BACK)
    assert shown.loopback and shown.loopback.name == "lo"
    assert [one.name for one in shown.interfaces] == ["eth0"]
    assert [(net.name, net.bridge) for net in shown.nets] == [("bridge", DOCKER0)]
    assert shown.idle == (OWN,)


def test_a_container_hangs_on_the_bridge_of_its_network_and_who_shares_its_namespace_stands_with_it() -> None:
    side, lone = container("side", f"container:{BACK.id}"), container("lone", "none", addresses=())
    shown = seen(lone, side, BACK)
    assert [[box.name for box in home] for home in shown.nets[0].homes] == [["back", "side"]]
    assert [(net.name, net.bridge) for net in shown.nets][1:] == [("none", None)]


def test_what_a_lesson_is_about_comes_first_and_the_rest_is_folded() -> None:
    shown = seen(MINE, WEB, mine=("web",))
    assert [one.name for one in shown.inside] == ["web", "mine"]
    assert [one.port for one in shown.first] == [8080] and [one.port for one in shown.folded] == [22, 8210]


def test_thirty_containers_are_folded_with_their_number_and_none_is_lost() -> None:
    names = [f"one{number}" for number in range(30)]
    html = drawn(seen(*(container(name) for name in names)))
    before, _, after = html.partition("and 18 more containers")
    assert len(re.findall('data-key="container ', before)) == SHOWN and all(f">{name}</bdi>" in html for name in names)
    assert len(re.findall('data-key="container ', after)) == 18


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_names_are_text(odd: str) -> None:
    shown = drawn(seen(container(odd, image=odd), replace(BACK, name=odd), container(odd, status=odd)))
    assert not {tag for tag, _ in pages.Reader(shown).elements} & pages.RUNS_OR_LOADS


def test_a_bridge_is_named_by_its_option_or_by_its_networks_id_or_as_told() -> None:
    key = "0123456789abcdef"
    assert bridge_of({"Driver": "bridge", "Id": key, "Options": {"com.docker.network.bridge.name": "docker0"}}) == "docker0"
    assert bridge_of({"Driver": "bridge", "Id": key, "Options": None}) == "br-0123456789ab"
    assert bridge_of({"Driver": "bridge", "Id": key, "NetworkInterface": "podman0"}) == "podman0"
    assert bridge_of({"Driver": "host", "Id": key}) == bridge_of({}) == ""


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

    def bridges(self) -> dict[str, str]:
        return BRIDGES


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
