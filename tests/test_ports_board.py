"""The ports board: holders, reach, and who lost a race."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from hostnet_lab.core.drawings.ports_board import Board, board_of, changes, lost_ports, reach, text
from hostnet_lab.core.drawings.ports_board_svg import draw
from hostnet_lab.core.reports.pictures import drawn, harmless
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.widgets import PortsBoard

from .marked import Opened
from .reading import press
from .specimens import container, host, listens, published

WEB, BACK = container("webserver"), published("back", 8089)
LATE = container("late", status="exited", exit_code=1)
NGINX = "2026/11/24 09:00:00 [emerg] 1#1: bind() to {} failed (98: Address already in use)"
LOG = "\n".join([NGINX.format("0.0.0.0:80"), NGINX.format("[::]:80"), "[emerg] 1#1: still could not bind()"])
LISTENERS = (
    listens(80, WEB),
    listens(80, WEB, "::"),
    listens(8089, process="docker-proxy"),
    listens(22, address="127.0.0.1", process="sshd"),
    listens(9000, process=None, pid=None),
)
BOARD = board_of(host(*LISTENERS), [WEB, BACK, LATE], {LATE.id: LOG})


def row(board: Board, port: int, conflict: bool = False) -> tuple[str, ...]:
    (found,) = [one for one in board.rows if one.port == port and one.conflict is conflict]
    return found.cells


def test_each_port_names_its_holder_its_reach_and_how_it_got_there() -> None:
    assert row(BOARD, 80) == (
        "80",
        "0.0.0.0, ::",
        "container webserver",
        "this machine, the network",
        "host mode: the server opened it",
    )
    assert row(BOARD, 8089)[2:] == ("container back", "this machine, the network", "published: the engine opened it (docker-proxy)")
    assert row(BOARD, 22)[2:] == ("process sshd (pid 7)", "this machine", "a process of the host")
    assert "cannot be seen from here" in row(BOARD, 9000)[2]


def test_a_container_that_lost_the_race_is_a_row_of_its_own_below_the_holder() -> None:
    assert row(BOARD, 80, conflict=True) == (
        "✘ 80",
        "held by container webserver",
        "late lost the race",
        "nobody",
        "started, and ended with exit code 1: address already in use",
    )
    assert [one.conflict for one in BOARD.rows if one.port == 80] == [False, True]


def test_an_engine_that_refused_at_once_is_told_from_a_late_failure() -> None:
    words = "driver failed programming external connectivity on endpoint early: listen tcp4 0.0.0.0:80: bind: address already in use"
    early = container("early", "bridge", status="created", error=words, addresses=())
    assert row(board_of(host(*LISTENERS), [WEB, early], {}), 80, conflict=True)[4].startswith("the engine refused at once")


def test_a_port_that_was_freed_meanwhile_says_so() -> None:
    assert row(board_of(host(), [LATE], {LATE.id: LOG}), 80, conflict=True)[1] == "free by now"


@pytest.mark.parametrize(
    ("line", "ports"),
    [
        (NGINX.format("127.0.0.1:8092"), [8092]),
        ("Error: listen EADDRINUSE: address already in use :::3000", [3000]),
        ("Bind for 0.0.0.0:8080 failed: port is already allocated", [8080]),
        ("[Errno 98] error while attempting to bind on address ('0.0.0.0', 8000): address already in use", []),
        ("2026/11/24 09:00:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)", []),
        ("GET http://192.0.2.1:80/ 200", []),
    ],
)
def test_only_a_refused_address_counts_as_a_lost_port(line: str, ports: list[int]) -> None:
    assert lost_ports(LATE, line) == ports


def test_a_log_says_nothing_of_a_container_that_runs_or_ended_well() -> None:
    assert lost_ports(container("late"), LOG) == [] == lost_ports(replace(LATE, exit_code=0), LOG)


def test_an_address_of_one_interface_is_named_as_the_reach() -> None:
    assert reach(["172.17.0.1"]) == "whoever reaches 172.17.0.1"
    assert reach(["127.0.0.1", "::1"]) == "this machine"


def test_processes_beyond_a_dozen_are_a_number_and_containers_are_never_cut() -> None:
    many = board_of(host(listens(80, WEB), *(listens(port) for port in range(9000, 9020))), [WEB], {})
    assert many.more == 8 and row(many, 80)
    assert "And 8 more listeners." in text(many)


def test_the_text_twin_tells_holders_and_losers_apart() -> None:
    said = text(BOARD)
    assert "Port 80 at 0.0.0.0, ::: container webserver; reachable from this machine, the network" in said
    assert "Port 80: late lost the race (held by container webserver); started, and ended" in said
    assert text(board_of(host(), [], {})) == "No port is held."


def test_changes_name_who_took_who_left_and_who_lost() -> None:
    empty, held = board_of(host(), [], {}), board_of(host(listens(80, WEB)), [WEB], {})
    lost = board_of(host(listens(80, WEB)), [WEB, LATE], {LATE.id: LOG})
    assert changes(empty, held) == "Port 80 is held by container webserver."
    assert changes(held, empty) == "Container webserver left port 80."
    assert changes(held, lost) == "late lost the race for port 80."
    assert changes(lost, held) == "Late lost the race is gone."
    assert changes(held, held) == ""


def test_the_labs_own_listeners_are_left_out_counted_and_still_named_as_holders() -> None:
    server, chosen = listens(8888, process="python"), listens(8092, process="python")
    board = board_of(host(server, chosen), [LATE], {LATE.id: LOG.replace(":80 ", ":8888 ")}, frozenset({server}))
    assert [(one.port, one.conflict) for one in board.rows] == [(8092, False), (8888, True)]
    assert "Left out: 1 listener of JupyterLab itself." in text(board)
    assert row(board, 8888, conflict=True)[1] == "held by process python (pid 7)"


def test_the_drawing_holds_every_row_and_is_fit_to_be_kept() -> None:
    drawn = draw(BOARD)
    assert harmless(drawn) and all(f">{said}<" in drawn for said in ("✘ 80", "late lost the race", "Ports of the host"))
    assert draw(board_of(host(), [], {})) != drawn


def test_the_board_on_which_somebody_lost_a_port_is_kept_for_the_report(tmp_path: Path) -> None:
    lab = Opened(tmp_path)
    view = PortsBoard(cast(Any, lab))
    try:
        wait_until(lambda: lab.pictures.holds("ports-board-03d"), 5, "the picture of the race")
        (kept,) = lab.pictures.kept()
        (seen,) = drawn([kept])
        assert "late lost the race (" in seen.text and "late" in seen.svg
        lab.shown = lab.shown[:2]
        press(view, "Redraw")
        wait_until(lambda: view.said != "Drawn. It is drawn again when a container comes or goes.", 5, "the look after it")
        assert lab.pictures.kept() == (kept,), "the loser is gone, and its moment stays"
    finally:
        view.close()
