"""What becomes of a server: only facts and controls settle it, never a passed limit. Without an engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hostnet_lab.core.errors import LabError, NoAnswer, OutOfTime
from hostnet_lab.edges.pace import PACE, stretched
from hostnet_lab.experiments import crossing
from hostnet_lab.experiments.stage import Output, Stage, attempt

from .ledgers import FakeEngine

NAME, URL = "server", "http://127.0.0.1:8099/"
Answer = Callable[[], str | None]


def silence() -> str | None:
    raise OutOfTime("ask", "neither an answer nor a refusal", "-")


class Scripted(Stage):
    """``here`` and ``inside``: what a look from there gets; ``runs``: whether the containers do."""

    def __init__(self, here: Answer, inside: Answer, runs: bool = True) -> None:
        engine: Any = FakeEngine()
        super().__init__(engine, {}, endpoint="unix:///nowhere")
        self._here, self._inside, self._runs = here, inside, runs

    def get(self, url: str, timeout_s: float = 2.0, asker: str = "") -> str | None:
        return self._inside() if asker else self._here()

    def _run(self, *containers: str) -> bool:
        return self._runs


@pytest.fixture(autouse=True)
def _haste(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PACE, "patience", 0.1)


@pytest.mark.parametrize(
    ("here", "inside", "runs", "settled"),
    [
        (lambda: NAME, lambda: None, True, "answers"),
        (lambda: f"{NAME}@192.0.2.2", lambda: None, True, "answers"),
        (lambda: None, lambda: NAME, True, "itself"),
        (silence, lambda: NAME, True, "itself"),
        (lambda: "a stranger", lambda: NAME, True, "itself"),
        (lambda: None, silence, False, "ended"),
    ],
    ids=["answers", "tells who asks", "refused beside a control", "silent beside a control", "a stranger answers", "ended"],
)
def test_a_fact_or_a_control_settles_it(here: Answer, inside: Answer, runs: bool, settled: str) -> None:
    assert Scripted(here, inside, runs).settled(URL, NAME) == settled


@pytest.mark.parametrize("inside", [lambda: None, silence], ids=["refused inside", "silent inside"])
def test_a_server_that_is_not_up_yet_settles_nothing(inside: Answer) -> None:
    with pytest.raises(OutOfTime):
        Scripted(lambda: None, inside).settled(URL, NAME)


def test_a_server_that_comes_up_late_is_asked_again_once_it_answers_inside() -> None:
    """On a slow engine the last knock is over before the server is up, and a port that is forwarded opens later still."""
    up: list[str] = []

    def inside() -> str:
        up.append(NAME)
        return NAME

    assert Scripted(lambda: up[0] if up else None, inside).settled(URL, NAME) == "answers"


def test_what_never_answers_is_told_apart_from_what_has_not_answered_yet() -> None:
    with pytest.raises(NoAnswer) as never:
        Scripted(lambda: None, lambda: NAME).await_page(URL, NAME)
    assert not isinstance(never.value, OutOfTime)
    with pytest.raises(OutOfTime):
        Scripted(lambda: None, lambda: None).await_page(URL, NAME)


def knocks(*lines: str) -> Any:
    class Inside(Scripted):
        def inside(self, container: str, *command: str) -> Output:
            told = "".join(f"=\n{page}\n{numbers}\n" for page, numbers in zip(lines[::2], lines[1::2], strict=True))
            return Output(0, told.strip())

    own, other = "http://own/", "http://other/"
    return crossing._knock(Inside(silence, silence), "one", own, other)  # private: around it stand two servers and a network


def test_a_timeout_beside_an_answered_control_is_a_finding() -> None:
    own, other = knocks("own page", "0.001 0.002 0", "", "0.000000 1.001 28")
    assert (own, other) == ({"code": 0, "page": "own page"}, {"code": 28, "page": ""})


@pytest.mark.parametrize(
    "lines",
    [
        ("", "0.000000 0.002 7", "", "0.000000 1.001 28"),
        ("own page", "0.001 0.900 0", "", "0.000000 1.001 28"),
        ("own page", "0.001 0.002 0", "", "0.001 1.001 28"),
    ],
    ids=["no control", "a control as slow", "connected, and the server is slow"],
)
def test_a_timeout_by_itself_is_none(lines: tuple[str, ...]) -> None:
    with pytest.raises(OutOfTime):
        knocks(*lines)


def test_an_engine_that_is_silent_has_refused_nothing() -> None:
    def refuse() -> None:
        raise LabError("create", "refused", "-")

    assert attempt(refuse) == "refused"
    with pytest.raises(OutOfTime):
        attempt(silence)


def test_the_limit_of_a_checks_curl_follows_the_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PACE, "patience", 3.0 / PACE.pace)
    whole = stretched(["curl", "-s", "--max-time", "2", "http://x/"])
    assert whole[:3] == ["curl", "-s", "--max-time"] and float(whole[3]) >= 2.0 and whole[4] == "http://x/"
    assert "--max-time" in stretched(["sh", "-c", 'exec curl --max-time 1 "$BANK"'])[2]
    assert stretched(["ls", "2"]) == ["ls", "2"]
