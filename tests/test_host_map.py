"""The host map: who stands where, in the map, in its text and in its drawing."""

from __future__ import annotations

from xml.etree import ElementTree

from hostnet_lab.core.drawings.host_map import changes, map_of, text
from hostnet_lab.core.drawings.host_map_svg import draw
from hostnet_lab.core.host.facts import Interface

from .specimens import ODD, container, host, listens, published

WEB, OLD = container("webserver"), container("old", status="exited", exit_code=1)
BACK = published("back", 8210)
BUSY = map_of(
    host(
        listens(80, WEB),
        listens(80, WEB, "::"),
        listens(8210, process="docker-proxy"),
        listens(8210, address="::", process="docker-proxy"),
        listens(22, address="127.0.0.1", process="sshd"),
        interfaces=(Interface("lo", ("127.0.0.1",)), Interface("ifb0", (), False), Interface("veth1a", ("fe80::9",))),
    ),
    [WEB, BACK, OLD, container("mute", "none", addresses=())],
)


def test_a_host_mode_container_stands_inside_with_its_listeners() -> None:
    assert [(box.name, [one.port for one in box.sockets]) for box in BUSY.inside] == [("webserver", [80])]
    assert BUSY.inside[0].sockets[0].addresses == ("0.0.0.0", "::")


def test_other_modes_stand_apart_and_the_stopped_in_no_network() -> None:
    assert [box.name for box in BUSY.apart] == ["back", "mute"]
    assert [box.name for box in BUSY.stopped] == ["old"]


def test_a_published_port_leads_to_its_container() -> None:
    assert [(one.port, one.addresses) for one in BUSY.apart[0].sockets] == [(8210, ("0.0.0.0", "::"))]
    assert "Published port 8210 (0.0.0.0, ::): leads to port 80 of back" in text(BUSY)


def test_listeners_of_no_container_are_named_by_their_process() -> None:
    assert [(one.port, str(one.owner)) for one in BUSY.others] == [(22, "process sshd (pid 7)")]


def test_a_container_that_joined_a_host_mode_container_stands_inside() -> None:
    side = container("side", f"container:{WEB.id}")
    found = map_of(host(), [WEB, side])
    assert [box.name for box in found.inside] == ["side", "webserver"]
    assert found.inside[0].network == "shares the namespace of webserver"


def test_veth_ends_and_bare_interfaces_are_counted_not_listed() -> None:
    said = text(BUSY)
    assert "1 veth end" in said and "1 without an address" in said
    assert "veth1a" not in said and "ifb0" not in said


def test_long_lists_are_cut_with_their_number() -> None:
    many = map_of(
        host(
            *(listens(port) for port in range(9000, 9020)),
            interfaces=tuple(Interface(f"eth{n}", (f"10.0.{n}.1",)) for n in range(10)),
        ),
        [],
    )
    for shown in (text(many), draw(many)):
        assert "and 14 more listeners" in shown and "and 4 more interfaces" in shown


def test_the_drawing_is_one_named_image_without_script() -> None:
    root = ElementTree.fromstring(draw(BUSY))
    title, description = root[0], root[1]
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert title.text == "Host map" and "webserver" in (description.text or "")
    assert "<script" not in draw(BUSY) and "http" not in draw(BUSY).replace("http://www.w3.org/2000/svg", "")


def test_the_drawing_tells_kinds_apart_by_words_and_line_styles() -> None:
    drawn = draw(BUSY)
    for words in (
        "host mode: it listens here",
        "Another network namespace",
        "Stopped: in no network",
        "old (exited, code 1)",
    ):
        assert words in drawn
    assert 'class="host"' in drawn and 'class="apart"' in drawn and 'class="gone"' in drawn


def test_odd_names_are_text_in_the_drawing() -> None:
    for odd in ODD:
        everywhere = container(odd, image=odd)
        drawn = draw(map_of(host(listens(80, everywhere), listens(81, process=odd)), [everywhere, container(odd, status=odd)]))
        ElementTree.fromstring(drawn)  # well-formed
        assert "<img" not in drawn


def test_an_empty_host_is_drawn_too() -> None:
    nothing = map_of(host(), [])
    ElementTree.fromstring(draw(nothing))
    assert "docker" not in text(nothing)


def test_changes_say_what_started_and_which_port_listens_now() -> None:
    before, after = map_of(host(), []), map_of(host(listens(80, WEB)), [WEB])
    assert changes(before, after) == "webserver started: port 80 now listens."
    stopped = map_of(host(), [container("webserver", status="exited")])
    assert changes(after, stopped) == "webserver stopped, exit code 0: port 80 no longer listens."
    assert changes(stopped, before) == "webserver was removed."
    assert changes(before, before) == ""
    assert changes(before, stopped) == "webserver ran and ended, exit code 0."
    assert changes(before, map_of(host(), [container("webserver", status="created")])) == "webserver was created."
    assert changes(before, map_of(host(listens(81)), [])) == "Port 81 now listens."
