"""Nobody answers: what is found at that very port, and advice that leads further than back to the doctor."""

from __future__ import annotations

import os
import socket

import pytest

from hostnet_lab import Lab
from hostnet_lab.core.errors import NoAnswer
from hostnet_lab.core.host.facts import Listener
from hostnet_lab.core.host.silence import explained
from hostnet_lab.edges.engine import Engine

LOCAL, OWN, EVERY, EVERY_6 = (Listener(80, address) for address in ("127.0.0.1", "10.0.0.5", "0.0.0.0", "::"))


@pytest.mark.parametrize(
    ("addresses", "listeners", "found"),
    [
        ((), [EVERY], "web does not resolve"),
        (None, [EVERY], "web does not resolve in time"),
        (("127.0.0.1",), [], "nobody listens on port 80 here"),
        (("127.0.0.1",), [Listener(81, "0.0.0.0")], "nobody listens on port 80 here"),
        (("10.0.0.5",), [LOCAL], "port 80 is open at 127.0.0.1:80 alone (nginx)"),
        (("10.0.0.5", "::1"), [LOCAL], "port 80 is open at 127.0.0.1:80 alone (nginx)"),
        (("::1",), [EVERY], "port 80 is open at 0.0.0.0:80 alone (nginx)"),
        (("127.0.0.1",), [OWN, Listener(80, "::1")], "port 80 is open at 10.0.0.5:80, [::1]:80 alone (nginx)"),
        (("10.0.0.5",), [EVERY], "port 80 is held by nginx, and that did not answer so"),
        (("10.0.0.5",), [EVERY_6], "port 80 is held by nginx, and that did not answer so"),
        (("fe80::1%eth0",), [EVERY_6], "port 80 is held by nginx, and that did not answer so"),
    ],
)
def test_silence_is_told_by_the_name_and_by_who_listens(addresses: tuple[str, ...] | None, listeners: list[Listener], found: str) -> None:
    said, do = explained("web", 80, addresses, listeners, "nginx")
    assert said == found
    assert do and "doctor" not in do


@pytest.fixture
def lab(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """It changes the environment for its kernel; here that is put back."""
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    return Lab("map", ports=(), names=(), engine=engine, quiet=True)


@pytest.mark.engine
def test_an_answer_that_does_not_come_names_the_address_at_which_the_port_is_open(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(NoAnswer) as caught:
            lab.answer(f"http://127.0.0.2:{port}", timeout_s=0.1)
    assert f"port {port} is open at 127.0.0.1:{port} alone" in caught.value.found
    assert "doctor" not in caught.value.do


@pytest.mark.engine
def test_an_answer_that_nobody_could_give_says_that_nobody_listens(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(NoAnswer, match=f"nobody listens on port {port} here"):
        lab.answer(f"http://localhost:{port}", timeout_s=0.1)
