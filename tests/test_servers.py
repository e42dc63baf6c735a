"""Which server answered: a log that stays silent says nothing, and who holds the port decides."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from typing import Any, cast

import pytest

from hostnet_lab import Lab
from hostnet_lab.core.errors import OutOfTime
from hostnet_lab.core.guide import checks
from hostnet_lab.core.host.commands import Publish, RunRequest
from hostnet_lab.core.host.facts import ContainerFacts, Listener, read_container
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.core.host.servers import UNSEEN, holding
from hostnet_lab.edges import containers
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments.asking import server_of
from hostnet_lab.lab.looking import Sight

PORT = 8094
WEB = replace(read_container({}), id="f" * 64, name="web", status="running")
MAPPED = replace(WEB, id="e" * 64, name="mapped", published=(Publish(80, 80, "0.0.0.0"),))
OURS = Listener(80, "0.0.0.0", pid=7, container=WEB.id)
HIDDEN = Listener(80, "0.0.0.0")
PROCESS, ELSEWHERE = Listener(80, "127.0.0.1", pid=9, process="python"), Listener(80, "10.0.0.5", pid=9)


@pytest.mark.parametrize(
    ("addresses", "listeners", "there", "server"),
    [
        (["127.0.0.1"], [OURS], [WEB], "web"),
        (["127.0.0.1"], [HIDDEN], [WEB, MAPPED], "mapped"),  # docker-proxy belongs to root
        (["127.0.0.1"], [], [MAPPED], "mapped"),  # an engine without docker-proxy
        (["127.0.0.1"], [], [replace(MAPPED, status="exited")], UNSEEN),
        (["127.0.0.1"], [PROCESS], [WEB], None),
        (["127.0.0.1"], [replace(OURS, container="d" * 64)], [WEB], None),  # another engine's
        (["127.0.0.1"], [HIDDEN], [WEB], UNSEEN),
        (["127.0.0.1"], [ELSEWHERE], [WEB], UNSEEN),
        (["127.0.0.1"], [OURS, replace(PROCESS, address="0.0.0.0")], [WEB], UNSEEN),  # SO_REUSEPORT
        (["::1", "127.0.0.1"], [PROCESS], [WEB], None),
        (["::1", "127.0.0.1"], [Listener(80, "::", pid=7, container=WEB.id), PROCESS], [WEB], "web"),
        ([], [PROCESS], [WEB], UNSEEN),
    ],
)
def test_who_holds_the_port_decides(
    addresses: list[str], listeners: list[Listener], there: list[ContainerFacts], server: str | None
) -> None:
    assert holding(addresses, 80, listeners, there) == server


class Scripted:
    """An engine with one running container; ``log`` is what comes of asking for what it wrote."""

    def __init__(self, log: str | Exception) -> None:
        self._log = log

    def containers(self) -> list[dict[str, Any]]:
        return [{"Id": WEB.id, "Names": ["/web"], "State": "running"}]

    def logs(self, container: str, tail: int) -> str:
        if isinstance(self._log, Exception):
            raise self._log
        return self._log


@pytest.mark.parametrize("holder", ["web", None, UNSEEN])
@pytest.mark.parametrize("log", ["GET /another", OutOfTime("", "", "")])
def test_no_line_in_time_is_no_finding(log: str | Exception, holder: str | None) -> None:
    assert server_of(cast(Engine, Scripted(log)), "a-word", lambda: holder, 0.01) == holder
    assert server_of(cast(Engine, Scripted("GET /?a-word")), "a-word", lambda: holder, 0.01) == "web"


class Relayed(Scripted):
    """Two containers whose logs hold the same request: a relay, and whom it asked."""

    def containers(self) -> list[dict[str, Any]]:
        return [{"Id": name, "Names": [f"/{name}"], "State": "running"} for name in ("relay", "web")]


@pytest.mark.parametrize(("wanted", "server"), [((), "relay"), (("web",), "web"), (("relay",), "relay"), (("another",), "relay")])
def test_of_all_that_were_asked_the_one_that_is_wanted_is_named(wanted: tuple[str, ...], server: str) -> None:
    assert server_of(cast(Engine, Relayed("GET /?a-word")), "a-word", lambda: None, 0.01, wanted) == server


def test_a_silent_engine_is_not_taken_for_an_empty_log() -> None:
    with pytest.raises(OutOfTime):
        containers.log_of(cast(Engine, Scripted(OutOfTime("", "", ""))), WEB.id, 5)


@pytest.mark.parametrize("exercise", ["repair-loopback", "repair-moved-nginx", "repair-published", "01-front-door"])
def test_silence_of_an_address_names_no_cause(exercise: str) -> None:
    asked = checks.EXERCISES[exercise]
    server = replace(WEB, network_mode="host")
    there = {name: replace(server, name=name) for name in ("stock", "news", "site", "front-door")}
    refused, silent = (asked.judged(checks.Scene(there, (OURS,), {url: seen for url in asked.urls})) for seen in (None, "silent"))
    assert "neither answers nor refuses" in silent.seen and "busy" in silent.hint
    assert silent.state == refused.state == "not yet" and refused.seen != silent.seen


@pytest.mark.engine
def test_a_server_that_logs_nothing_is_named_by_its_socket(engine: Engine) -> None:
    lab = Lab("test", ports=(PORT,), engine=engine, quiet=True)
    try:
        quiet = f"sed -i 's/80;/{PORT}; access_log off;/' /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"
        lab.run(RunRequest(name="lab-test", network="host", command=("sh", "-c", quiet)), f"http://127.0.0.1:{PORT}/")
        assert lab.answer(f"http://127.0.0.1:{PORT}/").server == "lab-test"
    finally:
        lab.clean()


@pytest.mark.engine
def test_a_silent_address_is_told_apart_from_a_refused_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab("test", ports=(PORT,), engine=engine, quiet=True)
    url = f"http://127.0.0.1:{PORT}/"
    monkeypatch.setattr("hostnet_lab.edges.probe.get.__defaults__", (0.05,))
    sight = Sight(engine, lab.host, Mark(os.getuid(), "test", lab.me))
    assert sight.page(url, 0.01) is None
    with socket.create_server(("127.0.0.1", PORT)):  # accepts by its queue, and never answers
        assert sight.page(url, 0.01) == "silent"
    lab.clean()
