"""What a command in a container says arrives whole, however late this process reads it."""

from __future__ import annotations

import http.client
from threading import Event

import pytest

from hostnet_lab.edges.engine import Engine

NAME = "exec-test"


@pytest.mark.engine
def test_output_that_comes_with_the_head_of_the_answer_is_not_lost(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    key, _ = engine.create({"Image": "nginx", "Cmd": ["sleep", "60"]}, NAME)
    engine.start(key)
    begin = http.client.HTTPResponse.begin  # reads the head; by then the command has ended

    def late(self: http.client.HTTPResponse) -> None:
        Event().wait(0.5)
        begin(self)

    try:
        monkeypatch.setattr(http.client.HTTPResponse, "begin", late)
        code, both = engine.execute(NAME, ["sh", "-c", "echo out; echo err >&2; exit 3"])
        assert (code, sorted(both.splitlines())) == (3, ["err", "out"])  # of two pipes, either may be read first
        long = engine.execute(NAME, ["sh", "-c", "seq 1 20000"])[1].split()
        assert long == [str(number) for number in range(1, 20001)]
        assert engine.execute(NAME, ["true"]) == (0, "")
    finally:
        engine.remove(key, force=True)
