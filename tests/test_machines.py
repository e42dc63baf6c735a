"""Real machines, as far as no machine is needed: recipes and steps as data, what boots one, and what becomes of a step."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest

from hostnet_lab.cli.options import COMMANDS
from hostnet_lab.core.errors import SetupFailed

from .machines import vm
from .machines.outside import Outside, open_on
from .machines.place import Place
from .machines.recipes import ACCOUNTS, MACHINES, TOOLS
from .machines.steps import BUNDLE, GROUPS, STEPS, Step, plan
from .machines.walk import Result, Walk, table


class Here:
    """A seat at this machine: commands run as they are."""

    def words(self, command: Sequence[str]) -> list[str]:
        return list(command)


def walk(folder: Path, limit_s: float = 20) -> Walk:
    return Walk(lambda _: Here(), folder, limit_s)


def test_each_account_carries_out_a_group_before_the_next_one_does() -> None:
    assert [(name, by) for name, _, by in plan(["open", "down"])] == [
        ("open", "reader"),
        ("down", "reader"),
        ("open", "root"),
        ("down", "root"),
    ]
    assert [(name, by) for name, _, by in plan(["verify"], ["root"])] == [("verify", "root")]
    assert {by for _, _, by in plan(["outside"])} == {"outside"}


def test_what_removes_the_images_is_the_last_step_of_all() -> None:
    names = [name for name, _, _ in plan()]
    assert set(names) == set(STEPS) and names[-2:] == ["clean", "clean"]


def test_what_stays_is_ended_by_a_later_step_of_its_group() -> None:
    for group in GROUPS:
        if any(step.kind == "serves" for step in group.values()):
            last = list(group.values())[-1]
            assert "down" in last.words or "stop" in last.words


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_a_command_that_the_lab_has(name: str) -> None:
    first, *rest = STEPS[name].words
    assert first == "./lab" or name == "machine"
    if first == "./lab":
        assert rest[0].startswith("--") or rest[0] in COMMANDS
        assert STEPS[name].bundle or BUNDLE not in rest


def test_a_machine_has_what_the_lab_types_and_what_makes_it_a_modern_one() -> None:
    for machine in MACHINES.values():
        assert {"systemd-sysv", "apparmor", "openssh-server", "sudo", "docker.io", "docker-compose", "curl", "python3-venv"} <= set(
            machine.packages
        )


def test_kvm_is_taken_where_it_is_the_processors_own_and_may_be_opened(tmp_path: Path) -> None:
    device, modules = tmp_path / "kvm", tmp_path / "modules"
    (modules / "kvm_pvm").mkdir(parents=True)  # some clouds': it boots no stock kernel
    assert vm.accelerator(device, modules) == "tcg"
    device.touch()
    assert vm.accelerator(device, modules) == "tcg"
    (modules / "kvm_amd").mkdir()
    assert vm.accelerator(device, modules) == "kvm"
    device.unlink()
    assert vm.accelerator(device, modules) == "tcg"


def test_what_boots_it_ends_with_its_maker_and_opens_a_port_of_loopback_alone(tmp_path: Path) -> None:
    (tmp_path / "boot").mkdir()
    for name in ("vmlinuz-1", "vmlinuz-2", "initrd.img-1", "initrd.img-2"):
        (tmp_path / "boot" / name).touch()
    words = vm.command(MACHINES["debian-13"], tmp_path, tmp_path, 4711, "tcg")
    assert words[:5] == ["setpriv", "--pdeathsig=KILL", "nice", "-n", "5"]
    assert str(tmp_path / "boot/vmlinuz-2") in words and str(tmp_path / "boot/initrd.img-2") in words
    assert [word for word in words if "hostfwd" in word] == ["user,id=wire,hostfwd=tcp:127.0.0.1:4711-:22"]


def test_a_root_without_a_kernel_is_said_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SetupFailed, match="no vmlinuz"):
        vm.command(MACHINES["debian-13"], tmp_path, tmp_path, 4711, "tcg")


def test_the_machines_own_key_is_checked_and_only_ours_is_shown(tmp_path: Path) -> None:
    words = vm.Booted(4711, tmp_path / "key", tmp_path / "known").ssh(ACCOUNTS["reader"])
    assert words[-1] == "reader@127.0.0.1" and "StrictHostKeyChecking=yes" in words and "IdentitiesOnly=yes" in words
    assert words[words.index("-i") + 1] == str(tmp_path / "key")


def test_words_reach_a_machine_as_they_are(tmp_path: Path) -> None:
    seat = vm.There(vm.Booted(4711, tmp_path, tmp_path), ACCOUNTS["reader"])
    words = seat.words(("sh", "-c", "echo 'a  b' \"$0\"", "c;d"))
    inner = shlex.split(shlex.split(words[-1])[2])
    assert inner[:4] == ["cd", "/home/reader/hostnet-lab", "&&", "exec"] and inner[4:] == ["sh", "-c", "echo 'a  b' \"$0\"", "c;d"]


@pytest.mark.skipif(os.geteuid() != 0, reason="what root alone may write is root's")
def test_a_folder_in_which_others_may_write_is_refused(tmp_path: Path) -> None:
    Place.of("debian-13", tmp_path / "mine")
    assert (tmp_path / "mine" / "debian-13").stat().st_mode & 0o777 == 0o700
    (tmp_path / "mine").chmod(0o777)
    with pytest.raises(SetupFailed, match="others may write"):
        Place.of("debian-13", tmp_path / "mine")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(SetupFailed, match="others may write"):
        Place.of("debian-13", tmp_path / "link")


def test_what_is_missing_here_is_said_by_the_command_that_installs_it() -> None:
    assert vm.missing({"sh": "dash", "no-such-tool": "a-package", "nor-this": "a-package"}).endswith(" a-package")
    assert vm.missing({"sh": "dash"}) == "" and set(TOOLS.values()) == {"qemu-system-x86", "mmdebstrap", "openssh-client", "e2fsprogs"}


@pytest.mark.parametrize(
    ("script", "passed", "words"),
    [("echo fine", True, "fine"), ("echo so; exit 3", False, "exit code 3"), ("printf 'a\\033[31mred'", True, "a?[31mred")],
)
def test_a_step_passes_by_its_exit_code_and_keeps_what_it_said(tmp_path: Path, script: str, passed: bool, words: str) -> None:
    found = walk(tmp_path).carry_out("one", Step(("sh", "-c", script)), "root")
    assert (found.passed, found.words) == (passed, words)
    assert (tmp_path / "one-root.log").read_text()


def test_a_step_that_should_refuse_passes_by_that_code_and_by_what_it_says(tmp_path: Path) -> None:
    refuses = Step(("sh", "-c", "echo Another kernel; exit 1"), code=1, says="Another kernel")
    assert walk(tmp_path).carry_out("refuses", refuses, "outside").passed
    silent = Step(("sh", "-c", "exit 1"), code=1, says="Another kernel")
    assert "does not say" in walk(tmp_path).carry_out("silent", silent, "outside").words


def test_each_seat_names_the_bundle_and_the_ledger_as_they_are_there(tmp_path: Path) -> None:
    there = vm.There(vm.Booted(4711, tmp_path, tmp_path), ACCOUNTS["root"])
    here = Outside(("nsenter",), tmp_path, {"HOME": "/home/x"}, tmp_path / "lab.bundle")
    assert vm.BUNDLE_THERE in there.words(STEPS["host"].words)[-1]
    assert str(tmp_path / "lab.bundle") in here.words(STEPS["outside-host"].words)
    assert "/home/x/ledger.json" in here.words(STEPS["outside-verify"].words)


def test_what_listens_there_on_any_address_or_on_loopback_is_opened_here_on_loopback() -> None:
    tables = (Path(__file__).parent / "observations" / "engine-host.txt").read_text()
    assert open_on(tables) == {"127.0.0.1:22", "[::1]:22", "127.0.0.1:32969", "127.0.0.1:34415"}
    assert open_on("") == frozenset()


def test_a_step_that_does_not_end_is_ended_and_has_failed(tmp_path: Path) -> None:
    found = walk(tmp_path, 0.2).carry_out("long", Step(("sleep", "60")), "root")
    assert not found.passed and "not done after" in found.words


def test_what_serves_nothing_has_failed_whatever_it_printed(tmp_path: Path) -> None:
    under_test = walk(tmp_path)
    with under_test.left:
        assert "no address" in under_test.carry_out("mute", Step(("true",), "serves"), "root").words
        closed = Step(("echo", f"http://127.0.0.1:{vm.free_port()}/"), "serves")
        assert "its address answered" in under_test.carry_out("closed", closed, "root").words


def test_the_table_tells_each_step_with_its_result_and_seconds() -> None:
    lines = table([Result("doctor", "reader", True, 49.6, "fine"), Result("verify", "root", False, 812.0, "exit code 1")]).splitlines()
    assert lines[1].split() == ["doctor", "reader", "passed", "50", "fine"]
    assert lines[2].split() == ["verify", "root", "FAILED", "812", "exit", "code", "1"]
