"""A machine with nothing left: processes and threads, open files, file sizes, disk, rights. Each for a command of the lab's alone."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from .killing import KERNEL, as_a_kernel, verify_words
from .look import CHECKOUT
from .said import Said, run

NOBODY = 65534
ASKED_FOR = ("/tmp/mine/report.html", "/tmp/mine/progress.jsonl")
PLACES = (CHECKOUT / ".lab" / "run", Path("/tmp"), Path("/var/lib/hostnet-lab"), CHECKOUT / "lessons", CHECKOUT / ".lab" / "jupyter")


def _work(dice: Random) -> tuple[str, ...]:
    return dice.choice(
        (
            verify_words(dice),
            ("./lab", "doctor"),
            as_a_kernel(KERNEL),
            ("./lab", "report", "--html", ASKED_FOR[0]),
            ("./lab", "progress", "--export", ASKED_FOR[1]),
            ("./lab", "reset", "--all"),
        )
    )


def _short(command: Sequence[str]) -> str:
    return " ".join(" ".join(command).split())[:60]


def _limited(limit: int, value: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(limit, (value, value))


def no_files(dice: Random) -> tuple[str, list[Said]]:
    value, command = dice.randint(4, 90), _work(dice)
    return f"{value} open files, {_short(command)}", [run(*command, before=_limited(resource.RLIMIT_NOFILE, value))]


def no_size(dice: Random) -> tuple[str, list[Said]]:
    value, command = dice.choice((0, 1, 100, 4096, 50_000)), _work(dice)
    return f"files of {value} bytes, {_short(command)}", [run(*command, before=_limited(resource.RLIMIT_FSIZE, value))]


def no_processes(dice: Random) -> tuple[str, list[Said]]:
    """By the cgroup of the command: the limit that a container or a systemd slice has, which holds for root too."""
    value, command = dice.randint(2, 40), _work(dice)
    with _pids_group(value) as group:
        return f"{value} processes, {_short(command)}", [run(*command, before=lambda: _join(group))]


def _join(group: Path) -> None:
    (group / "cgroup.procs").write_text(str(os.getpid()))


@contextmanager
def _pids_group(most: int) -> Iterator[Path]:
    root = Path("/sys/fs/cgroup/pids")
    group = (root if root.is_dir() else root.parent) / "few-processes"
    group.mkdir()
    try:
        (group / "pids.max").write_text(str(most))
        yield group
    finally:
        for pid in (group / "cgroup.procs").read_text().split():  # what outlives the command goes on without the limit
            try:
                (group.parent / "cgroup.procs").write_text(pid)
            except OSError:
                (group.parent / "init" / "cgroup.procs").write_text(pid)
        group.rmdir()


def no_disk(dice: Random) -> tuple[str, list[Said]]:
    """A file system of a few pages over one of the places where the lab writes; what is there already is there in it, too."""
    place, kib, command = dice.choice(PLACES), dice.choice((4, 16, 64)), _work(dice)
    with _full(place, kib):
        return f"{kib} KiB for {place.name}, {_short(command)}", [run(*command)]


@contextmanager
def _full(place: Path, kib: int) -> Iterator[None]:
    there = place.exists()
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k,mode={place.stat().st_mode & 0o7777:o}", "tmpfs", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        if not there:
            place.rmdir()


def no_rights(dice: Random) -> tuple[str, list[Said]]:
    """As a user who may write nothing here and has no right to the engine; and as root where the disk is read-only."""
    command = _work(dice)
    if dice.random() < 0.5:
        return f"as nobody, {_short(command)}", [run(*command, user=NOBODY)]
    place = dice.choice(PLACES)
    with _read_only(place):
        return f"{place.name} read-only, {_short(command)}", [run(*command)]


@contextmanager
def _read_only(place: Path) -> Iterator[None]:
    there = place.exists()
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", "--bind", place, place], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)
        if not there:
            place.rmdir()
