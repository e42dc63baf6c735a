"""Counters and paths as this machine shows them; what only root may read is missing for others, and says so."""

from __future__ import annotations

import os

import pytest

from hostnet_lab.edges import counters, host
from hostnet_lab.edges.probe import get

from .specimens import container, published


def test_a_request_on_loopback_moves_the_counters_of_the_host() -> None:
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        Thread(target=server.handle_request, daemon=True).start()
        before = counters.Meters().read()
        get(f"http://127.0.0.1:{server.server_port}/")
        after = counters.Meters().read()
    assert after["accepted "] > before["accepted "] and after["link lo"] >= before["link lo"] + 5


def test_the_work_of_a_process_is_read_and_a_process_that_is_gone_has_none() -> None:
    read = counters.Meters({"gone": 2**22 + 1}, {80: (os.getpid(),), 81: (2**22 + 1,)}).read()
    assert read["relay 80"] > 0 and read["relay 81"] == 0
    assert not [key for key in read if "gone" in key]


def test_nat_rules_are_for_root_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert counters.translations() is None


def test_a_process_id_of_another_place_is_not_taken_for_the_container() -> None:
    stranger = published("back", 8089, pid=os.getpid())
    ground, meters = counters.ground([stranger, container("web", pid=0)], host.listeners())
    assert ground.visible == frozenset() and meters.inside == {} and ground.cables == {}
