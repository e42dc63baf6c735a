"""The widgets on a real engine: a container started, seen and removed through them; nothing is left."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import enumerate as living
from typing import Any

import pytest

from hostnet_lab import Lab, Publish, RunRequest
from hostnet_lab.core.drawings.stations import SPOKEN, Kind
from hostnet_lab.core.errors import LabError
from hostnet_lab.core.reports.kept_pictures import paths_in
from hostnet_lab.core.reports.pictures import drawn
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import get, wait_until
from hostnet_lab.lab import sweep
from hostnet_lab.widgets import HostMapView, Launcher, PathView, PortsBoard

from . import reading
from .reading import control, panel, shown, told

pytestmark = pytest.mark.engine
PORT = 8210
BUDGET_S = 20.0


@pytest.fixture
def lab(engine: Engine) -> Iterator[Lab]:
    made = Lab("h3", ports=(PORT,), engine=engine, quiet=True)
    yield made
    sweep(engine, made.me)
    assert not [one for one in living() if one.name.startswith("hostnet-lab") and one.is_alive()]


@pytest.fixture
def launcher(lab: Lab) -> Iterator[Launcher]:
    made = Launcher(lab, name="h3-server", network="bridge", publish=f"{PORT}:80")
    yield made
    made.close()


def says(widget: Any, words: str) -> None:
    wait_until(lambda: words in told(widget), BUDGET_S, f"the status {words!r}")


def press(launcher: Launcher, verb: str, words: str) -> None:
    reading.press(launcher, verb)
    says(launcher, words)
    wait_until(lambda: not launcher.state.busy, BUDGET_S, f"the end of {verb}")


def test_a_container_is_started_proven_stopped_and_removed(lab: Lab, launcher: Launcher) -> None:
    press(launcher, "Start", "h3-server runs. GET http://localhost:8210: 200. h3-server answered")
    wait_until(lambda: "GET /?hostnet-lab=" in panel(launcher, "Log, last 10 lines"), BUDGET_S, "the request in the log")
    assert "Welcome to nginx!" in panel(launcher, "HTTP answer")
    assert "a namespace of its own" in panel(launcher, "What docker inspect says")
    press(launcher, "Stop", "h3-server stopped, exit code 0.")
    assert get(f"http://localhost:{PORT}/") is None
    press(launcher, "Remove", "h3-server was removed.")
    assert lab.engine.inspect("h3-server") is None


def test_close_removes_what_runs(lab: Lab, launcher: Launcher) -> None:
    press(launcher, "Start", "h3-server runs.")
    launcher.close()
    assert lab.engine.inspect("h3-server") is None


def test_a_stranger_is_neither_stopped_nor_removed(lab: Lab, launcher: Launcher) -> None:
    stranger, _ = lab.engine.create(RunRequest("nginx", "h3-server", "none").payload(), "h3-server")
    try:
        lab.engine.start(stranger)
        wait_until(lambda: not control(launcher, "Stop").disabled, BUDGET_S, "the stranger to be seen")
        press(launcher, "Stop", "does not carry this lab&#x27;s labels")
        press(launcher, "Remove", "Tried: remove container h3-server")
        press(launcher, "Start", "Tried: create container h3-server")
        assert lab.container("h3-server").running
    finally:
        lab.engine.remove(stranger, force=True)


def test_a_taken_port_is_foreseen_and_refused_with_its_holder(launcher: Launcher, lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", PORT)):
        reading.press(launcher, "Look again")
        wait_until(lambda: f"Port {PORT} is held by" in shown(launcher), BUDGET_S, "the foreseen conflict")
        press(launcher, "Start", "Tried: start container")
    assert lab.engine.inspect("h3-server") is None


def test_a_container_that_exits_after_the_start_is_told_with_its_log(lab: Lab, launcher: Launcher) -> None:
    control(launcher, "Name").value = "h3-late"
    script = "read line < /tmp/go; echo it broke; exit 3"
    request = RunRequest("nginx", "h3-late", "none", command=("sh", "-c", f"mkfifo /tmp/go; {script}"))
    lab.run(request)
    wait_until(lambda: not control(launcher, "Stop").disabled, BUDGET_S, "the container to be seen")
    lab.engine.execute("h3-late", ["sh", "-c", "echo now > /tmp/go"])
    says(launcher, "h3-late exited with code 3. Its log ends:\nit broke")


def test_the_map_is_redrawn_as_containers_come_and_go(lab: Lab) -> None:
    view = HostMapView(lab)
    try:
        says(view, "Drawn.")
        request = RunRequest("nginx", "h3-map", "bridge", (Publish(PORT, 80),))
        lab.run(request, f"http://127.0.0.1:{PORT}")
        says(view, "h3-map started")
        wait_until(lambda: "Published port 8210" in view.text, BUDGET_S, "the published port")
        wait_until(lambda: "leads to port 80 of h3-map" in shown(view), BUDGET_S, "the drawing")
        lab.engine.stop("h3-map")
        says(view, "h3-map stopped, exit code 0")
        lab.remove("h3-map")
        says(view, "h3-map was removed")
        wait_until(lambda: "h3-map" not in view.text, BUDGET_S, "the end of it")
        assert repr(view) == "HostMapView()"
    finally:
        view.close()


def test_a_server_in_host_mode_is_drawn_with_the_port_that_it_opens_later(lab: Lab) -> None:
    view = HostMapView(lab)
    try:
        says(view, "Drawn.")
        nginx = "echo 'server { listen 8211; }' > /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"
        lab.run(RunRequest("nginx", "h3-inside", "host", command=("sh", "-c", nginx)))
        says(view, "ort 8211 now listens.")
        assert "Container h3-inside (image nginx, host mode)" in view.text
        assert "listens on port 8211 (0.0.0.0)" in view.text
    finally:
        view.close()


def test_the_map_says_when_the_events_end_and_redraw_looks_again(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    streams, events = list[Any](), lab.engine.events

    @contextmanager
    def noted(**filters: str) -> Iterator[Any]:
        with events(**filters) as stream:
            streams.append(stream)
            yield stream

    monkeypatch.setattr(lab.engine, "events", noted)
    view = HostMapView(lab)
    try:
        says(view, "Drawn.")
        streams[0].close()  # as when the engine stops
        wait_until(lambda: len(streams) == 2, BUDGET_S, "a new stream")
        says(view, "No change.")
    finally:
        view.close()


def test_a_burst_of_events_ends_in_one_true_map(lab: Lab) -> None:
    view = HostMapView(lab)
    names = [f"h3-burst{number}" for number in range(4)]
    try:
        says(view, "Drawn.")
        for name in names:
            lab.engine.create(replace(RunRequest("nginx", name, "none"), labels=lab.labels).payload(), name)
        wait_until(lambda: all(name in view.text for name in names), BUDGET_S, "the created containers")
        for name in names:
            lab.remove(name)
        wait_until(lambda: not any(name in view.text for name in names), BUDGET_S, "their end")
    finally:
        view.close()


def mark(way: str, kind: Kind) -> str:
    """What the text of a path says of its station of that kind."""
    (found,) = re.findall(rf"^  (?:Avoids )?{SPOKEN[kind]} .*?: (passed|stood still), ", way, re.MULTILINE)
    return str(found)


def test_requests_on_each_path_are_seen_by_the_counters_of_its_stations(lab: Lab) -> None:
    lab.run(RunRequest("nginx", "h3-paths", "bridge", (Publish(PORT, 80),)), f"http://127.0.0.1:{PORT}")
    view = PathView(lab, "h3-paths")
    try:
        says(view, "Drawn.")
        assert "docker-proxy" in view.text and "nothing sent yet" in shown(view)
        view.send()
        says(view, "all were answered")
        assert f"for url in http://127.0.0.1:{PORT} " in panel(view, "On the command line")
        ways = [way for way in re.split(r"\n(?=\S)", view.text) if "not sent from here" not in way]
        assert {mark(way, kind) for way in ways for kind in ("bridge", "veth pair", "server")} == {"passed"}
        kept = {one.name: one.text for one in drawn(lab.pictures.kept())}
        assert kept[paths_in(lab.lesson)] == view.text, "the report's picture of the paths, with what was sent"
        relays = {way.partition(" (")[0]: mark(way, "relay") for way in ways}
        assert relays.pop("h3-paths: its port, by loopback") == "passed" and set(relays.values()) == {"stood still"}
        wait_until(lambda: not control(view, "Send").disabled, BUDGET_S, "the button")
        lab.remove("h3-paths")
        says(view, "gone: h3-paths: its port, by loopback")
        wait_until(lambda: "There is no container h3-paths" in view.text, BUDGET_S, "the end of it")
        assert repr(view) == "PathView('h3-paths')"
    finally:
        view.close()


def test_the_board_marks_both_kinds_of_a_lost_race(lab: Lab) -> None:
    board = PortsBoard(lab)
    nginx = f"sed -i 's/80;/{PORT};/' /etc/nginx/conf.d/default.conf; exec nginx -g 'daemon off;'"
    try:
        says(board, "Drawn.")
        with socket.create_server(("127.0.0.1", PORT)):
            lab.run(RunRequest("nginx", "h3-late", "host", command=("sh", "-c", nginx)))
            refused, _ = lab.engine.create(
                {**RunRequest("nginx", "h3-early", "bridge", (Publish(PORT, 80),)).payload(), "Labels": lab.labels}, "h3-early"
            )
            with pytest.raises(LabError):
                lab.engine.start(refused)
            wait_until(lambda: f"Port {PORT}: h3-early lost the race" in board.text, BUDGET_S, "the early one")
            wait_until(lambda: f"Port {PORT}: h3-late lost the race" in board.text, BUDGET_S, "the late one")
        assert "the engine refused at once" in board.text and "ended with exit code 1" in board.text
        assert f"✘ {PORT}" in shown(board) and repr(board) == "PortsBoard()"
    finally:
        board.close()
