"""Whose is it, and is its owner gone?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hostnet_lab.core.ownership import KERNEL, LEARNER, Mark, Process, is_orphan, read_mark

ME = Process("boot-1", "4026531836", 100, 5000)
MARK = Mark(1000, "03b", ME)


def test_a_mark_survives_the_way_through_labels() -> None:
    assert read_mark(MARK.labels()) == MARK


@pytest.mark.parametrize("damage", [{KERNEL: "boot/x"}, {KERNEL: ""}, {KERNEL: "b/n/-1/2"}, {LEARNER: "root"}, {LEARNER: ""}])
def test_a_damaged_mark_is_a_strangers(damage: dict[str, str]) -> None:
    assert read_mark({**MARK.labels(), **damage}) is None


def test_no_labels_are_a_strangers() -> None:
    assert read_mark(None) is None and read_mark({"org.hostnet-lab.image": "nginx"}) is None


def test_a_living_process_keeps_what_it_started() -> None:
    assert not is_orphan(MARK, replace(ME, pid=200), lambda pid: {100: 5000}.get(pid))


def test_a_dead_process_leaves_an_orphan() -> None:
    assert is_orphan(MARK, replace(ME, pid=200), lambda pid: None)


def test_a_pid_that_was_used_again_does_not_hide_an_orphan() -> None:
    assert is_orphan(MARK, replace(ME, pid=200), lambda pid: {100: 9999}.get(pid))


def test_another_boot_makes_an_orphan_whatever_lives_now() -> None:
    assert is_orphan(MARK, replace(ME, boot_id="boot-2"), lambda pid: {100: 5000}.get(pid))


def test_a_pid_of_another_namespace_says_nothing() -> None:
    assert not is_orphan(MARK, replace(ME, pid_namespace="1"), lambda pid: None)
