"""Wrong passwords wait: by name and by address, in turn; a right one on another name goes at once, and nobody is locked out."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from hostnet_lab.classroom import throttle
from hostnet_lab.classroom.throttle import FREE, LONGEST_S, Throttle, TooMany


class Clock:
    """Time passes where somebody waits, and nowhere else."""

    def __init__(self) -> None:
        self.now_s = 0.0

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        await asyncio.sleep(0)

    def throttle(self) -> Throttle:
        return Throttle(self.sleep, lambda: self.now_s)


async def tried(subject: Throttle, name: str, address: str = "192.0.2.1", *, right: bool = False) -> None:
    async with subject.turn(name, address) as was_wrong:
        if not right:
            was_wrong()


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def test_who_mistypes_waits_for_nothing_and_who_guesses_waits_longer_each_time() -> None:
    async def work() -> None:
        clock = Clock()
        subject, waited = clock.throttle(), []
        for _ in range(12):
            before = clock.now_s
            await tried(subject, "teacher")
            waited.append(clock.now_s - before)
        assert (
            waited[: FREE["name"]] == [0] * FREE["name"]
            and 0 < waited[3] < waited[5] < waited[-1] <= LONGEST_S["name"] + LONGEST_S["address"]
        )

    run(work())


def test_a_thousand_guesses_at_once_are_refused_but_for_a_few_that_wait_in_turn() -> None:
    async def work() -> None:
        clock = Clock()
        subject = clock.throttle()
        for _ in range(FREE["name"]):
            await tried(subject, "teacher")
        done = await asyncio.gather(*(tried(subject, "teacher") for _ in range(1000)), return_exceptions=True)
        waited = [one for one in done if not isinstance(one, TooMany)]
        assert throttle.MOST_WAITING <= len(waited) <= 2 * throttle.MOST_WAITING
        assert clock.now_s > throttle.MOST_WAITING * 10

    run(work())


def test_whoever_changes_the_name_with_each_guess_waits_by_address_and_a_room_behind_it_a_second_at_most() -> None:
    async def work() -> None:
        clock = Clock()
        subject = clock.throttle()
        for number in range(FREE["address"] + 100):
            await tried(subject, f"nobody{number}")
        assert clock.now_s >= 100 * LONGEST_S["address"] * 0.5
        before = clock.now_s
        await tried(subject, "ada", right=True)
        assert clock.now_s - before <= LONGEST_S["address"]
        before = clock.now_s
        await tried(subject, "ada", "192.0.2.2", right=True)
        assert clock.now_s == before

    run(work())


def test_a_name_that_was_guessed_at_is_not_locked_and_is_forgiven_in_time() -> None:
    async def work() -> None:
        clock = Clock()
        subject = clock.throttle()
        for _ in range(10):
            await tried(subject, "teacher", "192.0.2.66")
        before = clock.now_s
        await tried(subject, "teacher", "192.0.2.2", right=True)
        assert 0 < clock.now_s - before <= LONGEST_S["name"]
        clock.now_s += throttle.HALVED_S * 5
        before = clock.now_s
        await tried(subject, "teacher", "192.0.2.2", right=True)
        assert clock.now_s == before

    run(work())


def test_a_guess_that_waits_holds_up_no_other_name_from_the_same_address() -> None:
    async def work() -> None:
        clock = Clock()
        slow = asyncio.Event()

        async def sleep(seconds: float) -> None:
            await slow.wait()

        subject = Throttle(sleep, lambda: clock.now_s)
        for _ in range(FREE["name"]):
            await tried(subject, "teacher")
        guess = asyncio.create_task(tried(subject, "teacher"))
        await asyncio.sleep(0)
        await asyncio.wait_for(tried(subject, "ada", right=True), 10)
        assert not guess.done()
        slow.set()
        await guess

    run(work())


def test_no_more_is_remembered_than_a_bound_whatever_names_are_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "MOST_KEYS", 50)

    async def work() -> None:
        clock = Clock()
        subject = clock.throttle()
        for number in range(500):
            await tried(subject, f"n{number}", f"192.0.2.{number % 7}")
        assert subject.remembered <= 50

    run(work())
