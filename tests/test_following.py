"""One request followed on a real engine: each path, what is kept beside other traffic, and why nothing can be heard."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest

from conftest import missing
from hostnet_lab import Lab, Publish, RunRequest, own_address
from hostnet_lab.core.drawings.journey import Chart, Followed
from hostnet_lab.core.drawings.stations import From
from hostnet_lab.core.errors import LabError
from hostnet_lab.core.host.capture import Frame, read_frames
from hostnet_lab.core.host.followed import Reason
from hostnet_lab.core.host.pcapng import pcapng
from hostnet_lab.edges import probe
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import disposable, following
from hostnet_lab.experiments.following import REFUSED, START, caught
from hostnet_lab.experiments.servers import nginx_command
from hostnet_lab.experiments.stage import Stage
from hostnet_lab.lab import sweep

from . import tshark

pytestmark = pytest.mark.engine
HOST_PORT, PORT = 8286, 8287


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    made = Lab("journeys", ports=(HOST_PORT, PORT), names=("hosted", "published"), quiet=True)
    request = RunRequest("nginx", "published", "bridge", (Publish(PORT, 80),), nginx_command("published", "80"))
    try:
        made.run(RunRequest("nginx", "hosted", command=nginx_command("hosted", str(HOST_PORT))), f"http://127.0.0.1:{HOST_PORT}")
        made.run(request, f"http://127.0.0.1:{PORT}")
        yield made
    finally:
        made.clean()
        sweep(made.engine, made.me)


def chart_of(followed: Followed) -> Chart:
    assert followed.chart and followed.caught.sent, followed
    assert followed.caught.sent.status == 200 and followed.chart.journey.closed, str(followed)
    return followed.chart


def kinds(chart: Chart) -> list[str]:
    return [one.kind for one in chart.columns]


def targets(chart: Chart) -> list[str]:
    return [str(one.leg.target) for one in chart.stretches]


def test_host_mode_is_one_hop_on_lo(engine: Engine, lab: Lab) -> None:
    chart = chart_of(lab.follow("hosted"))
    assert [one.name for one in chart.columns] == ["you", "lo", "hosted"] and targets(chart) == [f"127.0.0.1:{HOST_PORT}"]


@pytest.mark.parametrize(
    ("sender", "way"),
    [
        ("loopback", ["sender", "interface", "relay", "interface", "interface", "interface", "server"]),
        ("own", ["sender", "translation", "interface", "interface", "interface", "server"]),
        ("direct", ["sender", "interface", "interface", "interface", "server"]),
    ],
)
def test_each_path_to_a_published_port_is_followed_into_the_container(engine: Engine, lab: Lab, sender: From, way: list[str]) -> None:
    place = f"{lab.container('published').addresses[0]}:80"
    asked = {"loopback": f"127.0.0.1:{PORT}", "own": f"{own_address()}:{PORT}", "direct": place}[sender]
    chart = chart_of(lab.follow("published", sender))
    assert kinds(chart) == way and chart.columns[-2].inside
    assert list(dict.fromkeys(targets(chart))) == list(dict.fromkeys([asked, place]))


def test_a_client_in_the_network_is_followed_on_a_host_made_for_it_and_on_the_lessons_own(engine: Engine, lab: Lab) -> None:
    if why := disposable.missing():
        missing(why)
    assert kinds(chart_of(lab.follow("hosted", "remote"))) == ["sender", "interface", "server"]
    stage = lab.disposable().stage
    assert stage
    try:
        admin = RunRequest(name="admin", network="bridge", publish=(Publish(8080, 80),), command=nginx_command("admin", "80"))
        stage.run(admin)
        stage.await_page(f"http://{disposable.HOST_ADDRESS}:8080/", "admin", "http://127.0.0.1/")
        chart = chart_of(lab.follow("admin"))
    finally:
        lab.at_end("disposable host", lambda: None)  # closes it
    assert kinds(chart) == ["sender", "interface", "translation", "interface", "interface", "interface", "server"]
    asked, led = targets(chart)
    assert asked == f"{disposable.HOST_ADDRESS}:8080" and led.endswith(":80")


@contextmanager
def asking(url: str) -> Iterator[list[int]]:
    """Requests without the tag, one after the other, until the end of the block; how many bytes each answered."""
    answered: list[int] = []
    over = Event()

    def ask() -> None:
        while not over.is_set():
            reply = probe.get(f"{url}/secret-{len(answered)}")
            answered.append(len(reply.body) if reply else 0)

    thread = Thread(target=ask)
    thread.start()
    try:
        yield answered
    finally:
        over.set()
        thread.join()


def test_only_the_tagged_request_is_told_and_kept_beside_others_on_the_same_port(
    engine: Engine, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, told = f"http://127.0.0.1:{PORT}", list[str]()

    def hear(text: str, inside: str = "") -> list[Frame]:
        told.append(text)
        return read_frames(text, inside)

    monkeypatch.setattr(following, "read_frames", hear)
    with asking(url) as others:
        probe.wait_until(lambda: len(others) > 2, 10, "other traffic")
        before = len(others)
        followed = lab.follow("published")
        during = len(others) - before
    assert during > 2 and all(others), "no other traffic passed"
    chart = chart_of(followed)
    content = pcapng(chart.journey.frames)
    assert b"secret" not in content and not any(b"secret".hex() in text for text in told) and any(b"GET /?".hex() in text for text in told)
    read = tshark.read(content, "tcp.stream", "http.request.uri", "ip.src", "tcp.srcport", "ip.dst", "tcp.dstport")
    assert {uri for _, uri, *_ in read if uri} == {one.said.split(" ")[1] for one in chart.journey.packets if one.kind == "asks"}
    ends = {frozenset([f"{one[2]}:{one[3]}", f"{one[4]}:{one[5]}"]) for one in read}
    assert ends == {frozenset([str(one.leg.source), str(one.leg.target)]) for one in chart.stretches if one.leg.links}


# -- where nothing can be heard ---------------------------------------------------------------------


class WithoutRaw(Stage):
    """As on an engine that does not give NET_RAW by default."""

    def run(self, request: RunRequest, **more: object) -> str:
        return super().run(replace(request, cap_drop=("NET_RAW",)), **more)


class WithoutHostMode(Stage):
    """As on an engine that maps users: it refuses host mode."""

    def run(self, request: RunRequest, **more: object) -> str:
        raise LabError("start a container", "cannot share the host's network namespace when user namespaces are enabled", "")


@pytest.mark.parametrize(
    ("place", "url", "reason"),
    [
        (WithoutRaw, f"http://127.0.0.1:{HOST_PORT}", Reason.NO_PACKET_SOCKET),
        (WithoutHostMode, f"http://127.0.0.1:{HOST_PORT}", Reason.NO_EAR),
        (Stage, "http://127.0.0.1:8288", Reason.NOT_SENT),
    ],
)
def test_why_nothing_is_heard_is_told(engine: Engine, lab: Lab, place: Callable[..., Stage], url: str, reason: Reason) -> None:
    with place(lab.engine, lab.labels) as stage:
        found = caught(stage, url, {urlsplit(url).port or 80})
    assert found.reason is reason and found.journey is None and found.said


def test_a_request_that_passes_no_ears_port_is_sent_and_not_heard(engine: Engine, lab: Lab) -> None:
    with Stage(lab.engine, lab.labels) as stage:
        found = caught(stage, f"http://127.0.0.1:{HOST_PORT}", {PORT})
    assert found.reason is Reason.NOT_HEARD and found.sent and found.sent.status == 200


def test_a_container_without_a_path_is_said_and_an_image_without_perl_is_told_by_the_ear(engine: Engine, lab: Lab) -> None:
    assert lab.follow("nobody").caught.reason is Reason.NO_PATH
    done = subprocess.run(["/bin/sh", "-c", START, "print 1"], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False)
    assert REFUSED[done.stdout.strip().removeprefix("refused ")] is Reason.NO_PERL
