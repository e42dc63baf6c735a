"""Latency: what the data allow to say, and a measurement against servers of our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from xml.etree import ElementTree

import pytest

from hostnet_lab.core.drawings.latency import Series, sentence, summary, svg, text
from hostnet_lab.core.errors import BadRequest, NoAnswer
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments.latency import measure, measure_behind


def series(path: str, *medians: float, width: float = 2.0) -> Series:
    """One round around each median, samples from -width to +width."""
    steps = [step / 10 for step in range(-10, 11)]
    return Series(path, tuple(tuple(middle + width * step for step in steps) for middle in medians))


def test_summary_holds_median_quartiles_and_the_spread_between_rounds() -> None:
    found = summary(series("host", 40, 42, 44))
    assert found.median == 42 and found.spread == 4
    assert found.p5 < found.p25 < found.median < found.p75 < found.p95


def test_a_clear_difference_is_stated_as_a_ratio() -> None:
    said = sentence([series("published", 110, 112, 111), series("host mode", 44, 45, 46)])
    assert said == "Published takes 2.5 times as long as host mode: median 111 µs against 45 µs."


def test_overlapping_middle_halves_are_no_difference() -> None:
    said = sentence([series("host mode", 46, 47, 48, width=9), series("bridge", 49, 50, 51, width=9)])
    assert said.startswith("No measurable difference here between host mode and bridge:")


def test_a_difference_below_the_spread_between_rounds_is_no_difference() -> None:
    said = sentence([series("a", 40, 40, 40, 40, 52, width=1), series("b", 48, 48, 48, 48, 41, width=1)])
    assert "No measurable difference here" in said


def test_slower_paths_are_told_from_those_that_are_alike() -> None:
    paths = [series("host mode", 45, 46, 47), series("bridge", 46, 47, 46), series("published", 120, 118, 119)]
    said = sentence(paths)
    assert said.startswith("Published takes 2.6 times as long as host mode")
    assert "No measurable difference here between host mode and bridge" in said


@pytest.mark.parametrize("rounds", [(), (45.0,), (45.0, 46.0)])
def test_fewer_than_three_rounds_say_nothing(rounds: tuple[float, ...]) -> None:
    said = sentence([series("a", *rounds), series("b", 90, 91, 92)])
    assert said.startswith("Nothing can be said") and "at least 3" in said


def test_one_path_alone_compares_with_nothing() -> None:
    assert "nothing to compare" in sentence([series("a", 1, 2, 3)])


def test_equal_samples_and_one_sample_a_round_do_not_break() -> None:
    same = Series("same", ((5.0,), (5.0,), (5.0,)))
    assert "No measurable difference" in sentence([same, same])
    ElementTree.fromstring(svg([same]))


def test_a_series_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="no samples"):
        summary(Series("empty", ((), ())))


@pytest.mark.parametrize("scale", [0.02, 1, 37, 900, 1e6])
def test_the_drawing_has_every_median_and_is_well_formed(scale: float) -> None:
    found = [series("<b>host</b>", 45 * scale, 46 * scale, 47 * scale), series("published", 120 * scale)]
    root = ElementTree.fromstring(svg(found))
    words = [one.text or "" for one in root.iter() if one.tag.endswith("text")]
    assert "<b>host</b>" in words and f"median {46 * scale:.0f} µs" in words
    assert root[0].text == "Latency by path"


def test_the_table_has_one_line_for_each_path() -> None:
    assert len(text([series("a", 1, 2, 3), series("b", 4, 5, 6)]).splitlines()) == 3


@contextmanager
def server(answer: bytes) -> Iterator[tuple[str, int]]:
    """Gives ``answer`` to each connection and closes it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(limit_s(2))


def test_measure_keeps_rounds_apart_and_drops_the_warm_up() -> None:
    with server(b"HTTP/1.0 200 OK\r\n\r\nhello") as one, server(b"HTTP/1.0 200 OK\r\n\r\nhi") as other:
        found = measure({"one": one, "other": other}, rounds=3, per_round=4, warm_up=2)
    assert [(one.path, [len(samples) for samples in one.rounds]) for one in found] == [
        ("one", [4, 4, 4]),
        ("other", [4, 4, 4]),
    ]
    assert all(sample > 0 for one in found for sample in one.samples_us)


def test_a_path_that_nobody_answers_on_is_named() -> None:
    with socket.socket() as bound:  # bound, not listening: refused, and nobody else can take the port
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer, match="lonely"):
            measure({"lonely": bound.getsockname()})


def test_a_process_behind_a_prefix_measures_the_same() -> None:
    with server(b"HTTP/1.0 200 OK\r\n\r\nhello") as place:
        (found,) = measure_behind(("env", "--"), {"one": place}, rounds=3, per_round=4, warm_up=2)
    assert (found.path, [len(samples) for samples in found.rounds]) == ("one", [4, 4, 4])
    assert all(sample > 0 for sample in found.samples_us)


def test_what_stops_a_process_behind_a_prefix_is_told() -> None:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer) as told:
            measure_behind((), {"lonely": bound.getsockname()})
    assert "'lonely'" in told.value.found and "refused" in told.value.found


def test_an_answer_that_is_not_http_is_no_answer() -> None:
    with server(b"SSH-2.0") as place, pytest.raises(NoAnswer, match="not HTTP"):
        measure({"shell": place})


def test_no_rounds_are_refused() -> None:
    with pytest.raises(BadRequest):
        measure({}, rounds=0)
