"""One request that was followed, of recorded packets: its stations, its addresses before and after, the drawing, its text, the widget."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import pytest

from hostnet_lab.core.drawings.journey import WHY, Chart, Followed, summary, text, took
from hostnet_lab.core.drawings.journey_svg import draw
from hostnet_lab.core.drawings.stations import From
from hostnet_lab.core.drawings.stations import Path as Way
from hostnet_lab.core.host.followed import Caught, Reason, Sent
from hostnet_lab.core.host.journey import Journey, follow
from hostnet_lab.core.host.pcapng import pcapng
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.lab import Lab
from hostnet_lab.lab.following import Following
from hostnet_lab.widgets import FollowView, PathView

from .journeys import PATHS, recorded
from .reading import control, panel, press, shown, told
from .specimens import ODD

every_path = pytest.mark.parametrize(("container", "sender"), PATHS)
VETH = re.compile(r"veth[0-9a-f]{7}")


def chart(container: str, sender: From) -> Chart:
    found = recorded(container, sender).followed.chart
    assert found
    return found


def stations(one: Chart) -> list[str]:
    return [VETH.sub("veth", each.name) + (" inside" if each.inside else "") for each in one.columns]


def written(svg: str) -> list[str]:
    """What the drawing shows, text by text; it is markup only where it parses."""
    return [str(one.text) for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


# -- stations and addresses -------------------------------------------------------------------------


def test_host_mode_is_one_hop_on_the_loopback() -> None:
    assert stations(chart("hosted", "loopback")) == ["you", "lo", "hosted"]


def test_by_loopback_a_relay_opens_another_connection() -> None:
    one = chart("published", "loopback")
    assert stations(one) == ["you", "lo", "docker-proxy", "docker0", "veth", "eth0 inside", "published"]
    first, second = one.stretches
    assert (str(first.leg.target), str(second.leg.target)) == ("127.0.0.1:8287", "172.17.0.2:80")
    assert second.leg.source.address == "172.17.0.1" and second.anew and second.was is None


@pytest.mark.parametrize(
    ("sender", "way", "asked"),
    [
        ("own", ["you", "NAT", "docker0", "veth", "eth0 inside", "published"], "198.51.100.1:8287"),
        ("remote", ["client", "eth0", "NAT", "docker0", "veth", "eth0 inside", "published"], "192.0.2.1:8287"),
    ],
)
def test_a_translation_keeps_the_sender_and_changes_the_target(sender: From, way: list[str], asked: str) -> None:
    one = chart("published", sender)
    assert stations(one) == way
    before, after = one.stretches
    assert (str(before.leg.target), str(after.leg.target)) == (asked, "172.17.0.2:80")
    assert before.leg.source == after.leg.source and after.was == before.leg and not after.anew
    assert f"{asked} becomes 172.17.0.2:80" in summary(recorded("published", sender).followed)


def test_the_containers_own_address_is_asked_without_a_change() -> None:
    one = chart("published", "direct")
    assert stations(one) == ["you", "docker0", "veth", "eth0 inside", "published"] and len(one.stretches) == 1


@every_path
def test_every_packet_runs_from_end_to_end_in_the_order_of_its_stations(container: str, sender: From) -> None:
    one = chart(container, sender)
    for row in one.rows:
        places = [row.first, *(index for index, _ in row.stops), row.last]
        assert places == sorted(places, reverse=not row.packet.forward) and row.stops
        assert all(0 <= time < 100_000 for time in row.between_us)
    assert [row.packet.kind for row in one.shown if row.packet.connection == 0][:3] == ["opens", "accepts", "asks"]


@every_path
def test_the_drawing_and_its_text_name_every_station_and_each_address_before_and_after(container: str, sender: From) -> None:
    followed = recorded(container, sender).followed
    one, drawn = chart(container, sender), written(draw(followed))
    for column in one.columns:
        assert column.name in drawn
    for stretch in one.stretches:
        for place in stretch.leg.source, stretch.leg.target:
            assert any(str(place) in said for said in drawn) and str(place) in text(followed)
        if stretch.was and stretch.was.target != stretch.leg.target:
            assert f"to {stretch.leg.target} (was {stretch.was.target})" in drawn
    assert sum("answers: HTTP/1.1 200 OK" in said for said in drawn) == len(
        followed.caught.journey.connections if followed.caught.journey else ()
    )
    for row in one.shown:
        assert {f"+{took(time)}" for time in row.between_us} <= set(drawn)
    lines = text(followed).splitlines()
    assert sum("→ " in line or "← " in line for line in lines) == len(one.rows) + len(one.stretches)


@pytest.mark.parametrize("odd", ODD)
def test_whatever_a_container_or_an_interface_is_called_it_is_text(odd: str) -> None:
    recording = recorded("published", "loopback", shown_as=odd)
    journey = recording.followed.caught.journey
    assert journey and recording.followed.path
    named = _renamed(journey, odd)
    drawn = draw(Followed(recording.followed.path, Caught(named, recording.followed.caught.sent)))
    assert "<img" not in drawn and "\x1b" not in drawn and written(drawn)
    assert all(len(line) < 400 for line in written(drawn))


def _renamed(journey: Journey, name: str) -> Journey:
    def hop(one: Any) -> Any:
        return replace(one, link=replace(one.link, name=name))

    connections = tuple(
        replace(one, legs=tuple(replace(leg, links=tuple(replace(link, name=name) for link in leg.links)) for leg in one.legs))
        for one in journey.connections
    )
    packets = tuple(replace(one, hops=tuple(map(hop, one.hops))) for one in journey.packets)
    return Journey(connections, packets, journey.frames)


def test_without_an_end_or_an_ear_in_the_container_what_was_heard_is_drawn() -> None:
    recording = recorded("published", "loopback")
    caught = recording.followed.caught
    assert caught.journey
    outside = [one for one in recording.frames if not one.link.inside][:20]
    found = follow(outside, recording.tag)
    assert found and not found.closed
    cut = Followed(recording.followed.path, Caught(found, replace(cast(Sent, caught.sent), status=0)))
    assert "eth0" not in written(draw(cut)) and "No answer came." in summary(cut)


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_its_sentence_and_what_was_said_is_text(reason: Reason) -> None:
    followed = Followed(None, Caught(reason=reason, said="<b>no</b>"))
    assert summary(followed).startswith(WHY[reason]) and "<b>no</b>" in text(followed) and draw(followed) == ""


def test_of_a_host_that_is_not_the_readers_nothing_is_asked() -> None:
    elsewhere = Following(cast(Any, None), cast(Any, SimpleNamespace(beside=False)), cast(Any, None), dict, lambda: None)
    assert elsewhere.paths("web") == () and elsewhere.follow("web").caught.reason is Reason.ELSEWHERE


# -- the widget -------------------------------------------------------------------------------------


class LabOfPaths:
    """As much of a lab as the widget may know: two paths, and what comes of following them."""

    def __init__(self, *followed: Followed) -> None:
        self.found = {one.path.name: one for one in followed if one.path}
        self.host = SimpleNamespace(settle=lambda: None, beside=False)
        self.following = self.engine = self
        self.asked: list[tuple[str, From]] = []

    def paths(self, *_: str) -> tuple[Way, ...]:
        return tuple(one.path for one in self.found.values() if one.path)

    def follow(self, container: str, sender: From | None = None) -> Followed:
        assert sender
        self.asked.append((container, sender))
        return next(one for one in self.found.values() if one.path and (one.path.container, one.path.sender) == (container, sender))

    def at_end(self, *_: object) -> None:
        pass

    def events(self, **_: str) -> Any:
        raise ConnectionError


@pytest.fixture
def opened() -> Iterator[list[FollowView]]:
    views: list[FollowView] = []
    yield views
    for view in views:
        view.close()


def followed_by(views: list[FollowView], *found: Followed) -> tuple[FollowView, LabOfPaths]:
    lab = LabOfPaths(*found)
    views.append(FollowView(cast(Lab, lab), "hosted", "published"))
    wait_until(lambda: not control(views[-1], "Follow one request").disabled, 5, "the paths")
    return views[-1], lab


def press_and_wait(view: FollowView) -> None:
    press(view, "Follow one request")
    wait_until(lambda: "Listening" not in view.said and not control(view, "Follow one request").disabled, 5, "the picture")


def test_a_path_is_chosen_a_button_pressed_and_the_request_is_drawn_told_and_kept(opened: list[FollowView]) -> None:
    by_loopback, by_own = recorded("published", "loopback").followed, recorded("published", "own").followed
    view, lab = followed_by(opened, by_loopback, by_own)
    assert not lab.asked and repr(view) == "FollowView('hosted', 'published')"
    control(view, "Path").value = by_own.path.name if by_own.path else ""
    press_and_wait(view)
    assert lab.asked == [("published", "own")]
    assert draw(by_own) in shown(view) and "becomes 172.17.0.2:80" in told(view)
    press(view, "Show as text")
    assert "accepts (SYN, ACK)" in panel(view, "The request as text")
    (kept,) = re.findall(r'<a download="request\.pcapng" href="data:application/x-pcapng;base64,([^"]+)"', shown(view))
    assert by_own.caught.journey and b64decode(kept) == pcapng(by_own.caught.journey.frames)
    assert "tcp port 8287 or tcp port 80" in panel(view, "The same in short, as root, where tcpdump is installed")


def test_a_container_that_was_started_later_is_found_when_the_button_is_pressed(opened: list[FollowView]) -> None:
    view, lab = followed_by(opened)
    assert "No path leads to hosted, published now." in told(view)
    followed = recorded("hosted", "loopback").followed
    lab.found["hosted"] = followed
    press_and_wait(view)
    assert draw(followed) in shown(view)


def test_where_nothing_can_be_heard_it_says_why_and_the_counters_stay(opened: list[FollowView]) -> None:
    path = recorded("hosted", "loopback").followed.path
    view, _ = followed_by(opened, Followed(path, Caught(reason=Reason.NO_PACKET_SOCKET, said="Operation not permitted")))
    press_and_wait(view)
    assert view.said == f"{WHY[Reason.NO_PACKET_SOCKET]} (Operation not permitted)"
    assert isinstance(view.children[-1], PathView) and "<svg" not in shown(view) and "download=" not in shown(view)
