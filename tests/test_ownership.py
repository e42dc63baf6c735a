"""Whose is it, and is its owner gone?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from hostnet_lab.core.host.ownership import BIRTH, KERNEL, LEARNER, LESSON, Mark, Process, is_orphan, machine_name, own, read_mark, whose

MACHINE, OTHER = "a" * 32, "b" * 32
ME = Process("boot-1", "4026531836", 100, 5000, MACHINE, "4026531834")
MARK = Mark(1000, "03b", ME)
BEFORE = Process("boot-1", "4026531836", 100, 5000)  # as marks were written before machines were named
MACHINE_ID = "0123456789abcdef0123456789abcdef"


def nobody(pid: int) -> None:
    return None


def alive(pid: int) -> int | None:
    return {100: 5000}.get(pid)


@pytest.mark.parametrize("process", [ME, replace(ME, machine=""), replace(ME, time_namespace="")])
def test_a_mark_survives_the_way_through_labels(process: Process) -> None:
    mark = replace(MARK, process=process)
    assert read_mark(mark.labels()) == mark


def test_a_mark_of_before_machines_were_named_is_read() -> None:
    assert Process.parse("boot-1/4026531836/100/5000") == BEFORE


@pytest.mark.parametrize(
    "damage",
    [
        {KERNEL: "boot/x"},
        {KERNEL: ""},
        {KERNEL: "b/1/-1/2"},
        {KERNEL: f"b/1/{'9' * 5000}/2"},
        {KERNEL: f"b/1/2/{'9' * 5000}"},
        {KERNEL: f"b/{'9' * 5000}/1/2"},
        {KERNEL: f"{'b' * 1_000_000}/1/1/2"},
        {KERNEL: "b/1/\N{ARABIC-INDIC DIGIT ONE}/2"},
        {KERNEL: "b/1/\N{SUPERSCRIPT TWO}/2"},
        {KERNEL: "b/1/1_0/2"},
        {KERNEL: "b/1/ 1/2"},
        {KERNEL: "b/1/1/2\n"},
        {KERNEL: "b/1/1/2\0"},
        {KERNEL: f"{MACHINE}/b/1/1/1"},
        {KERNEL: f"{MACHINE}/b/1/1/1/1/1"},
        {KERNEL: "ABC/b/1/1/1/1"},
        {LEARNER: "root"},
        {LEARNER: ""},
        {LEARNER: "-1"},
        {LEARNER: "1" * 5000},
        {LEARNER: "\N{ARABIC-INDIC DIGIT ONE}"},
        {LESSON: "\x1b[31m"},
        {LESSON: "x" * 1_000_000},
    ],
)
def test_a_mark_that_cannot_be_read_is_a_strangers(damage: dict[str, str]) -> None:
    assert read_mark({**MARK.labels(), **damage}) is None


def test_no_labels_are_a_strangers() -> None:
    assert read_mark(None) is None and read_mark({"org.hostnet-lab.image": "nginx"}) is None


# -- inherited ------------------------------------------------------------------------------------------------------


def test_a_mark_that_the_image_carries_too_is_no_mark() -> None:
    assert own({**MARK.labels(), "a": "b"}, MARK.labels()) == {"a": "b"}


def test_a_mark_of_its_own_covers_that_of_the_image() -> None:
    theirs = replace(MARK, process=replace(ME, pid=7)).labels()
    assert read_mark(own(MARK.labels(), theirs)) == MARK


def test_the_same_kernels_second_container_from_an_image_of_its_first_is_told_by_its_birth() -> None:
    first, second = ({**MARK.labels(), BIRTH: birth} for birth in ("one", "two"))
    assert read_mark(own(second, first)) == MARK and own(first, first) == {}


def test_where_the_image_cannot_be_looked_at_no_mark_counts() -> None:
    assert own({**MARK.labels(), "org.hostnet-lab.host.name": "lab", "a": "b"}, None) == {"a": "b"}


def test_labels_of_a_lab_host_are_its_own_only_where_its_image_lacks_them() -> None:
    name, image = {"org.hostnet-lab.host.name": "lab"}, {"org.hostnet-lab.host": "1"}
    assert own({**name, **image}, image) == name
    assert own({**name, **image}, {**name, **image}) == {}


# -- on which machine -----------------------------------------------------------------------------------------------


def test_another_machines_mark_is_neither_ours_nor_orphaned() -> None:
    elsewhere = replace(MARK, process=replace(ME, machine=OTHER, boot_id="boot-2"))
    assert whose(elsewhere.labels(), MARK) == "elsewhere" and not is_orphan(elsewhere, ME, nobody)


def test_another_learners_and_an_unmarked_container_are_theirs() -> None:
    assert whose(replace(MARK, learner=1).labels(), MARK) == "theirs" and whose({}, MARK) == "theirs"


def test_another_kernel_of_this_machine_is_ours_also_after_a_reboot() -> None:
    for process in (replace(ME, pid=7), replace(ME, boot_id="boot-0"), replace(BEFORE, pid=7)):
        assert whose(replace(MARK, process=process).labels(), MARK) == "ours"


def test_what_a_boot_before_left_without_naming_its_machine_is_left_alone() -> None:
    old = replace(MARK, process=replace(BEFORE, boot_id="boot-0"))
    assert whose(old.labels(), MARK) == "elsewhere" and not is_orphan(old, ME, nobody)


def test_a_machine_without_an_id_takes_no_other_one_for_itself() -> None:
    nameless = replace(ME, machine="")
    left = replace(MARK, process=replace(nameless, boot_id="boot-0"))
    assert whose(left.labels(), replace(MARK, process=nameless)) == "elsewhere" and not is_orphan(left, nameless, nobody)


def test_a_machine_id_is_never_told_and_names_no_two_nodes_alike() -> None:
    one, other = machine_name(f"{MACHINE_ID}\n", "one"), machine_name(MACHINE_ID, "other")
    assert one != other and one == machine_name(MACHINE_ID, "one") and MACHINE_ID not in one
    assert len(one) == 32 and Process.parse(str(replace(ME, machine=one)))


@pytest.mark.parametrize("missing", ["", "\n", "uninitialized\n", "0" * 32, MACHINE_ID[:-1], MACHINE_ID.upper(), "x" * 10**6, "\0" * 32])
def test_a_machine_id_that_is_not_set_gives_no_name(missing: str) -> None:
    assert machine_name(missing, "node") == ""


# -- gone? ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("process", [ME, BEFORE])
def test_a_living_process_keeps_what_it_started(process: Process) -> None:
    assert not is_orphan(replace(MARK, process=process), replace(ME, pid=200), alive)


@pytest.mark.parametrize("process", [ME, BEFORE])
def test_a_dead_process_leaves_an_orphan(process: Process) -> None:
    assert is_orphan(replace(MARK, process=process), replace(ME, pid=200), nobody)


def test_a_pid_that_was_used_again_does_not_hide_an_orphan() -> None:
    assert is_orphan(MARK, replace(ME, pid=200), lambda pid: {100: 9999}.get(pid))


def test_another_boot_of_this_machine_makes_an_orphan_whatever_lives_now() -> None:
    assert is_orphan(MARK, replace(ME, boot_id="boot-2"), alive)


@pytest.mark.parametrize("changed", [{"pid_namespace": "1"}, {"time_namespace": "1"}])
def test_a_pid_or_a_clock_of_another_namespace_says_nothing(changed: dict[str, str]) -> None:
    assert not is_orphan(MARK, replace(ME, **changed), nobody)  # type: ignore[arg-type]


@pytest.mark.parametrize("unread", [replace(ME, boot_id=""), replace(ME, start_ticks=0)])
def test_a_process_that_could_not_be_told_when_it_was_marked_is_not_gone(unread: Process) -> None:
    assert not is_orphan(replace(MARK, process=unread), ME, nobody)
