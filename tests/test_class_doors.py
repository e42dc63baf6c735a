"""The two doors of a class, each a web origin: who is led where, and whose requests count as the board's own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import AsyncHTTPClient
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from hostnet_lab.classroom import parts, plan
from hostnet_lab.classroom.doors import is_own, merged, other_door, turning
from hostnet_lab.core.errors import BadRequest, Taken

from .test_classroom import a_class

HUB, LABS = "192.0.2.10:8000", "192.0.2.10:8001"


@pytest.mark.parametrize(
    ("came", "led"),
    [
        (HUB, f"http://{LABS}"),
        (LABS, f"http://{HUB}"),
        ("School.example:8001", "http://school.example:8000"),
        ("localhost:8000", "http://localhost:8001"),
        ("[2001:db8::1]:8001", "http://[2001:db8::1]:8000"),
    ],
)
def test_each_door_leads_to_the_other_by_the_name_that_the_browser_came_by(tmp_path: Path, came: str, led: str) -> None:
    """Its cookies are that name's."""
    assert other_door(a_class(tmp_path), came) == led


def test_a_door_on_the_schemes_own_port_is_written_without_it(tmp_path: Path) -> None:
    ours = a_class(tmp_path)
    plain = replace(ours, addresses=replace(ours.addresses, port=80))
    assert plain.address == "http://192.0.2.10/" and other_door(plain, "192.0.2.10") == f"http://{LABS}"
    encrypted = replace(ours, certificate="x", addresses=replace(ours.addresses, labs_port=443))
    assert encrypted.labs == "https://192.0.2.10/" and other_door(encrypted, "192.0.2.10") == f"https://{HUB}"


def test_a_browser_that_came_by_a_foreign_name_is_led_nowhere(tmp_path: Path) -> None:
    async def asked() -> dict[str, tuple[int, str | None]]:
        server, sockets = HTTPServer(turning(a_class(tmp_path))), bind_sockets(0, "127.0.0.1")
        server.add_sockets(sockets)
        url, said = f"http://127.0.0.1:{sockets[0].getsockname()[1]}/services/board/?names=hidden", {}
        for name in (LABS, "evil.example:8001", "192.0.2.10:x", "192.0.2.10:99999999"):
            fetched = AsyncHTTPClient().fetch(url, headers={"Host": name}, follow_redirects=False, raise_error=False)
            answer = await fetched
            said[name] = answer.code, answer.headers.get("Location")
        server.stop()
        return said

    said = asyncio.run(asked())
    assert said.pop(LABS) == (307, f"http://{HUB}/services/board/?names=hidden")
    assert set(said.values()) == {(403, None)}


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({}, True),
        ({"Origin": f"http://{HUB}"}, True),
        ({"Origin": f"https://{HUB}", "Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": f"http://{LABS}"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://["}, False),
        ({"Origin": f"http://{HUB}.evil.example"}, False),
        ({"Origin": ""}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": f"http://{HUB}"}, False),
    ],
    ids=str,
)
def test_a_request_is_the_boards_own_where_the_browser_names_no_other_origin(headers: dict[str, str], own: bool) -> None:
    assert is_own(headers, HUB) is own


def route(target: str, **data: str) -> dict[str, Any]:
    return {"routespec": "", "target": target, "data": data}


def test_of_both_proxies_routes_a_lab_host_has_its_own_target_and_what_one_of_them_lacks_is_wrong() -> None:
    """The hub compares targets, and mends what differs."""
    here = {"/": route("hub", hub="x"), "/user/ada/": route("turn", user="ada"), "/user/eve/": route("turn", user="eve")}
    found = merged(here, {"/user/ada/": route("lab", user="ada"), "/user/bob/": route("lab", user="bob")})
    assert {one: it["target"] for one, it in found.items()} == {"/": "hub", "/user/ada/": "lab", "/user/eve/": "", "/user/bob/": ""}


def test_behind_the_door_of_the_lab_hosts_there_is_no_hub(tmp_path: Path) -> None:
    """Who asks there for anything that is no lab host's is sent to the other door."""
    doors = {one.name: dict(zip(one.command[::2], one.command[1::2], strict=True)) for one in parts.parts(a_class(tmp_path), [])[:2]}
    assert doors["labs"]["--default-target"] == "http://127.0.0.1:18085" and doors["labs"]["--port"] == "8001"
    assert doors["proxy"]["--default-target"] == "http://10.224.0.1:18081" and doors["proxy"]["--port"] == "8000"


def test_the_lab_hosts_door_is_the_next_free_port_and_stays_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def require_free(_address: str, port: int, option: str) -> None:
        if port in (8001, 9000):
            raise Taken(option, "taken", "")

    monkeypatch.setattr(plan, "require_free", require_free)
    assert plan.port_of_labs(None, 0, "0.0.0.0", 8000) == 8002
    assert plan.port_of_labs(None, 8005, "0.0.0.0", 8000) == 8005
    assert plan.port_of_labs(8006, 8005, "0.0.0.0", 8000) == 8006
    assert plan.port_of_labs(None, 8005, "0.0.0.0", 8005) == 8006, "the first door has taken it over"
    with pytest.raises(Taken, match="--labs-port"):
        plan.port_of_labs(9000, 0, "0.0.0.0", 8000)
    with pytest.raises(BadRequest, match="have that port"):
        plan.port_of_labs(8000, 0, "0.0.0.0", 8000)
