"""Pictures of a learner's lessons: only values are kept, few and small, and never at the lesson's cost; only drawings are shown."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.drawings import host_map, ports_board, stations_svg
from hostnet_lab.core.drawings.host_map import map_of
from hostnet_lab.core.drawings.latency import svg
from hostnet_lab.core.drawings.ports_board import board_of
from hostnet_lab.core.drawings.stations import Ways
from hostnet_lab.core.host.timings import BIG, MANY, Series
from hostnet_lab.core.reports import pictures
from hostnet_lab.core.reports.kept_pictures import LARGEST, LONGEST_SVG, Kept, kept, map_in, parse, paths_in, ports_in
from hostnet_lab.core.reports.pictures import drawn, harmless
from hostnet_lab.edges.pictures import MOST, PictureFolder

from . import test_ports_board, test_stations
from .ledgers import entry
from .recordings import FOLDER, read
from .reports import MADE, kept_map, picture
from .specimens import container, host, listens, published

SVG = '<svg xmlns="http://www.w3.org/2000/svg">{}</svg>'
HARMFUL = {
    "a script": SVG.format("<script>1</script>"),
    "an event": SVG.format('<rect onload="x()"/>'),
    "a link": SVG.format('<text href="https://example.org">x</text>'),
    "a linked link": SVG.replace("<svg", '<svg xmlns:x="http://www.w3.org/1999/xlink"').format('<g x:href="#a"/>'),
    "an image": SVG.format('<image href="x.png"/>'),
    "HTML inside": SVG.format('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>'),
    "another namespace": "<svg><rect/></svg>",
    "a style that loads": SVG.format("<style>rect { fill: url(https://example.org/x) }</style>"),
    "a style that loads by escapes": SVG.format("<style>rect { fill: u\\72l(x) }</style>"),
    "a style that imports": SVG.format("<style>@IMPORT 'x';</style>"),
    "an attribute that loads": SVG.format('<rect style="fill:URL (x)"/>'),
    "CDATA": SVG.format("<style><![CDATA[</style><script>1</script>]]></style>"),
    "a comment": SVG.format("<!-- --!><script>1</script> -->"),
    "entities": '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format("<text>&a;</text>"),
    "an instruction": '<?xml-stylesheet href="x"?>' + SVG.format(""),
    "an unclosed one": "<svg>",
    "nothing": "",
    "too much": SVG.format(f"<text>{'x' * LONGEST_SVG}</text>"),
    "a lone surrogate": SVG.format("<text>\ud800</text>"),
    "not a drawing": '<g xmlns="http://www.w3.org/2000/svg"/>',
}


@pytest.mark.parametrize("found", HARMFUL.values(), ids=HARMFUL)
def test_what_is_more_than_a_drawing_is_not_shown(found: str) -> None:
    old = json.dumps({"name": "host-map-00", "lesson": "00", "at": MADE, "svg": found, "text": "as an earlier lab has kept it"})
    assert harmless(found) == "" and drawn(filter(None, [parse(old)])) == ()


def test_our_own_drawings_are_shown_and_those_that_an_earlier_lab_has_kept() -> None:
    one = picture()
    (old,) = drawn(filter(None, [parse(json.dumps(asdict(one)))]))
    assert old == one and harmless(svg([Series("host mode", ((50.0, 51.0), (52.0,), (49.0,)))]))


MAP = map_of(host(listens(80, WEB := container("web"))), [WEB, published("back", 8089)])
PATH = test_stations.path("its port, by the host's address")
SENT = test_stations.passage(PATH, nat_rule=10, bridge=120)
SEEN = {
    map_in("00"): (MAP, host_map.text(MAP)),
    ports_in("03d"): (test_ports_board.BOARD, ports_board.text(test_ports_board.BOARD)),
    paths_in("02"): (Ways((PATH,), {"link lo": 1}, (SENT,)), stations_svg.text(Ways((PATH,), {}, (SENT,)))),
}


@pytest.mark.parametrize(("name", "seen", "text"), [(name, *one) for name, one in SEEN.items()], ids=SEEN)
def test_what_was_seen_is_kept_without_a_drawing_and_drawn_when_it_is_shown(name: str, seen: Any, text: str, tmp_path: Path) -> None:
    folder = PictureFolder(tmp_path / "progress.jsonl")
    assert folder.keep(kept(name, "00", MADE, seen))
    assert "svg" not in (folder.path / f"{name}.json").read_text("utf-8")
    (shown,) = drawn(folder.kept())
    assert shown.text == text and harmless(shown.svg) and (shown.name, shown.at) == (name, MADE)


WRONG = {"nothing": {}, "another shape": {"rows": 1}, "no address": asdict(board_of(host(listens(22, address="here")), [], {}))}


@pytest.mark.parametrize("seen", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("name", [*pictures.DRAWERS, "no-such-picture"])
def test_what_is_no_such_picture_is_left_out(name: str, seen: dict[str, Any]) -> None:
    assert drawn([Kept(name, "00", MADE, seen), kept_map()]) == drawn([kept_map()])


@pytest.mark.parametrize("name", ["", "../up", "a/b", "A", "x" * 61, ".hidden", "a\n"])
def test_a_name_that_is_a_path_is_no_name(name: str, tmp_path: Path) -> None:
    assert not PictureFolder(tmp_path / "progress.jsonl").keep(kept_map(name))
    assert list(tmp_path.iterdir()) == []


def test_what_is_too_large_is_not_kept(tmp_path: Path) -> None:
    assert not PictureFolder(tmp_path / "progress.jsonl").keep(kept_map(process="x" * LARGEST))


def test_the_later_of_one_name_replaces_the_earlier(tmp_path: Path) -> None:
    folder = PictureFolder(tmp_path / "deep" / "progress.jsonl")
    assert folder.keep(kept_map(process="früher")) and folder.keep(kept_map(process="später")) and folder.keep(kept_map("host-map-b"))
    assert drawn(folder.kept()) == drawn([kept_map(process="später"), kept_map("host-map-b")])
    assert folder.holds("host-map-b") and not folder.holds("host-map-c")
    assert (folder.path.stat().st_mode & 0o777, folder.path.name) == (0o700, "progress-pictures")
    assert {file.stat().st_mode & 0o777 for file in folder.path.iterdir()} == {0o600}


def test_beyond_the_most_the_oldest_goes(tmp_path: Path) -> None:
    folder = PictureFolder(tmp_path / "progress.jsonl")
    for number in range(MOST + 3):
        folder.keep(kept_map(f"n{number:02}"))
        os.utime(folder.path / f"n{number:02}.json", (number, number))
    assert [one.name for one in folder.kept()] == [f"n{number:02}" for number in range(3, MOST + 3)]
    assert folder.clear() == MOST and folder.kept() == ()


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"{}", b"[1]", b"{" * 5000, json.dumps({"name": "x"}).encode(), b"[" * 100_000])
def test_a_damaged_file_is_left_out(content: bytes, tmp_path: Path) -> None:
    folder = PictureFolder(tmp_path / "progress.jsonl")
    folder.keep(kept_map())
    (folder.path / "bad.json").write_bytes(content)
    (folder.path / "gone.json").symlink_to(tmp_path / "nowhere")
    assert [one.name for one in folder.kept()] == ["host-map-00"]


def test_where_nothing_can_be_written_the_lesson_goes_on(tmp_path: Path) -> None:
    (tmp_path / "progress-pictures").write_text("a file in its place")
    folder = PictureFolder(tmp_path / "progress.jsonl")
    assert not folder.keep(kept_map()) and folder.kept() == () and folder.clear() == 0


def test_a_learner_who_keeps_no_progress_keeps_no_pictures() -> None:
    folder = PictureFolder(Path(os.devnull))
    assert not folder.keep(kept_map()) and not folder.path.exists()


def test_an_experiment_that_saw_something_to_draw_gives_pictures_and_others_none() -> None:
    rounds = {"host mode": [[50.0], [51.0], [52.0]] * 4, "<b>relay</b>": [[110.0], [112.0], [113.0]] * 4}
    seen = read(FOLDER / "own_host/before-and-after.json").observation
    times = drawn(pictures.of_entry(entry("faster-without-nat", "holds", observation={"microseconds": rounds}), MADE))
    network = drawn(pictures.of_entry(entry("clean-up-restores", "holds", observation=seen), MADE))
    assert [one.name for one in times] == ["faster-without-nat"] and "+60 (+60 to +61 µs)" in times[0].text
    loads = {load: rounds for load in (MANY, BIG)}
    carried = drawn(pictures.of_entry(entry("carries-more-without-nat", "holds", observation={"microseconds": loads}), MADE))
    assert [one.name for one in carried] == ["carries-more-one-big-answer", "carries-more-many-at-once"]
    assert all("(+60 to +61 µs), that is 119% more." in " ".join(one.text.split()) and one.name != one.title for one in carried)
    assert [one.name for one in network] == ["clean-up-restores-host-mode", "clean-up-restores-publishing"]
    assert [one.text.splitlines()[1][:8] for one in network] == ["During: "] * 2 and "listener" in network[0].svg
    assert pictures.of_entry(entry("no-address", "holds"), MADE) == []
