"""Latency: what the data allow to say, and a measurement against servers of our own."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from xml.etree import ElementTree

import pytest

from hostnet_lab.core.drawings.latency import sentence, svg, text, us
from hostnet_lab.core.errors import BadRequest, NoAnswer
from hostnet_lab.core.host.timings import BIG, MANY, SMALL, Series, summary
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments.latency import measure, measure_behind


def series(path: str, *medians: float, width: float = 2.0) -> Series:
    """One round around each median, samples from -width to +width."""
    steps = [step / 10 for step in range(-10, 11)]
    return Series(path, tuple(tuple(middle + width * step for step in steps) for middle in medians))


def test_summary_holds_median_and_quartiles() -> None:
    found = summary(series("host", 40, 42, 44))
    assert found.median == 42
    assert found.p5 < found.p25 < found.median < found.p75 < found.p95


def test_a_clear_difference_is_stated_in_microseconds_and_as_a_share_of_small_and_whole_requests() -> None:
    said = sentence([series("host mode", 44, 45, 46), series("published", 110, 111, 112)])
    assert said == (
        "Host mode: median 45 µs. Published: +66 (+66 to +66 µs), that is 147% of so small a request, and 0.7% of one that takes 10 ms."
    )


def test_each_path_is_told_beside_the_first() -> None:
    said = sentence([series("published", 110, 111, 112), series("host mode", 44, 45, 46), series("bridge", 110, 111, 112)])
    assert "Host mode: -66 (-66 to -66 µs)" in said and said.endswith("Bridge: no measurable difference (+0 to +0 µs).")


def test_of_a_heavier_load_the_share_is_told_in_milliseconds() -> None:
    said = sentence([series("host mode", 4400, 4500), series("published", 7400, 7500), series("bridge", 4000, 4100)], BIG)
    assert said == (
        "Host mode: median 4.45 ms. Published: +3.00 (+3.00 to +3.00 ms), that is 67% more. "
        "Bridge: -400 (-400 to -400 µs), that is 9% less."
    )


def test_the_axis_of_a_slow_load_is_in_milliseconds() -> None:
    assert "milliseconds; less is faster" in svg([series("host mode", 4500)], MANY)
    assert "microseconds; less is faster" in svg([series("host mode", 450)], SMALL)


def test_of_too_few_rounds_nothing_is_said() -> None:
    assert sentence([series("a", 1), series("b", 2)]).endswith("B: too few rounds to compare.")


def test_one_path_alone_compares_with_nothing() -> None:
    assert "nothing to compare" in sentence([series("a", 1, 2, 3)])


def test_one_sample_does_not_break_the_drawing() -> None:
    ElementTree.fromstring(svg([Series("same", ((5.0,),))]))


def test_a_series_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="no samples"):
        summary(Series("empty", ((), ())))


@pytest.mark.parametrize("scale", [0.02, 1, 37, 900, 1e6])
def test_the_drawing_has_every_median_and_is_well_formed(scale: float) -> None:
    found = [series("<b>host</b>", 45 * scale, 46 * scale, 47 * scale), series("published", 120 * scale)]
    root = ElementTree.fromstring(svg(found))
    words = [one.text or "" for one in root.iter() if one.tag.endswith("text")]
    assert "<b>host</b>" in words and f"median {us(46 * scale)}" in words
    assert root[0].text == "Time of one small GET on a new connection"


def test_the_table_has_one_line_for_each_path() -> None:
    assert len(text([series("a", 1, 2, 3), series("b", 4, 5, 6)]).splitlines()) == 3


@contextmanager
def server(answer: bytes, asked: list[bytes] | None = None) -> Iterator[tuple[str, int]]:
    """Gives ``answer`` to each connection and closes it; what it was asked goes into ``asked``."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    request = connection.recv(4096)
                    if asked is not None:
                        asked.append(request)
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


@pytest.mark.parametrize("answer", [b"HTTP/1.1 404 Not Found\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\ncut"])
def test_an_answer_that_is_not_the_page_is_no_answer(answer: bytes) -> None:
    with server(answer) as place, pytest.raises(NoAnswer, match="not the whole page"):
        measure({"short": place})


def test_requests_at_once_are_one_sample_and_ask_for_the_page() -> None:
    asked: list[bytes] = []
    with server(b"HTTP/1.0 200 OK\r\n\r\nhello", asked) as place:
        (found,) = measure({"one": place}, rounds=2, per_round=3, warm_up=1, page="/big", at_once=4)
    assert [len(samples) for samples in found.rounds] == [3, 3]
    assert len(asked) == 4 * (1 + 2 * 3) and all(one.startswith(b"GET /big HTTP/1.0\r\n") for one in asked)


@pytest.mark.parametrize(("rounds", "per_round", "at_once"), [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_no_rounds_are_refused(rounds: int, per_round: int, at_once: int) -> None:
    with pytest.raises(BadRequest):
        measure({}, rounds, per_round, at_once=at_once)
