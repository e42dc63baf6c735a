"""A machine that has nothing left is an answer with a remedy, wherever it comes up; a defect keeps its traceback."""

from __future__ import annotations

import errno
import resource
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from hostnet_lab import cli
from hostnet_lab.cli import actions
from hostnet_lab.core.errors import EngineUnavailable, Exhausted, SetupFailed
from hostnet_lab.core.reasons import exhausted, explained, said
from hostnet_lab.edges.engine import refusals
from hostnet_lab.kept.unusable import Reason, Unusable

NO_THREAD = RuntimeError("can't start new thread")
NOTHING_LEFT = {
    "a thread": (NO_THREAD, "ulimit -u"),
    "a process": (BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"), "ulimit -u"),
    "memory": (MemoryError(), "free -h"),
    "memory for a process": (OSError(errno.ENOMEM, "Cannot allocate memory"), "free -h"),
    "open files": (OSError(errno.EMFILE, "Too many open files"), "ulimit -n"),
    "open files of all": (OSError(errno.ENFILE, "Too many open files in system", "/x"), "ulimit -n"),
    "disk": (OSError(errno.ENOSPC, "No space left on device", "/x"), "df -h"),
    "quota": (OSError(errno.EDQUOT, "Disk quota exceeded", "/x"), "df -h"),
    "size": (OSError(errno.EFBIG, "File too large"), "ulimit -f"),
    "a disk that fails": (OSError(errno.EIO, "Input/output error", "/x"), "dmesg"),
}


@pytest.mark.parametrize(("error", "remedy"), NOTHING_LEFT.values(), ids=NOTHING_LEFT)
def test_each_thing_that_runs_out_is_named_with_its_remedy(error: Exception, remedy: str) -> None:
    found = exhausted(error)
    assert isinstance(found, Exhausted) and remedy in found.do


def test_it_is_found_inside_what_a_library_made_of_it() -> None:
    wrapped = requests.exceptions.ConnectionError(("Connection aborted.",), OSError(errno.EMFILE, "Too many open files"))
    assert exhausted(wrapped)
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise ValueError from error
    except ValueError as error:
        assert exhausted(error)


@pytest.mark.parametrize("signal", [SystemExit(143), KeyboardInterrupt()], ids=["SIGTERM", "SIGINT"])
def test_what_ended_us_is_not_why_the_engine_refused_the_cleanup(signal: BaseException) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        try:
            raise signal
        finally:
            with refusals("list the containers"):
                raise requests.exceptions.ConnectionError("no engine listens")
    assert caught.value.found == "no engine listens"


def test_a_busy_socket_inside_is_no_lack_of_processes() -> None:
    assert exhausted(requests.exceptions.ConnectionError(BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable"))) is None


@pytest.mark.parametrize(
    "defect",
    [RuntimeError("a defect"), ValueError(), FileNotFoundError(errno.ENOENT, "No such file", "/x"), OSError(errno.EISDIR, "no name")],
)
def test_a_defect_is_not_explained_away(defect: Exception) -> None:
    assert explained(defect) is None


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "Permission denied", "/x"), Unusable(Path("/x"), Reason.NOT_PLAIN)])
def test_a_file_that_is_in_the_way_is_named(error: OSError) -> None:
    found = explained(error)
    assert isinstance(found, SetupFailed) and "/x" in found.tried and "ls -ld /x" in found.do and found.found == said(error)


def test_the_engine_is_not_blamed_for_a_process_without_files() -> None:
    with pytest.raises(Exhausted), refusals("list the containers"):
        raise requests.exceptions.ConnectionError(OSError(errno.EMFILE, "Too many open files"))


@pytest.mark.parametrize(("error", "code"), [(NO_THREAD, 2), (PermissionError(errno.EACCES, "Permission denied", "/x"), 2)])
def test_a_command_says_it_and_ends_with_2(
    error: Exception, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setitem(actions.ACTIONS, "down", fail)
    assert cli.main(["down"]) == code
    said_there = capsys.readouterr().err
    assert said_there.startswith("Tried: ") and "Next:" in said_there and "Traceback" not in said_there


def test_a_defect_of_a_command_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> int:
        raise RuntimeError("a defect")

    monkeypatch.setitem(actions.ACTIONS, "down", fail)
    with pytest.raises(RuntimeError, match="a defect"):
        cli.main(["down"])


@pytest.mark.parametrize("most", [4, 8, 12, 16])
def test_a_real_process_without_open_files_ends_in_a_sentence(most: int) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))

    done = subprocess.run([sys.executable, "-m", "hostnet_lab", "progress"], preexec_fn=limit, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
