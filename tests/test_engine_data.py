"""A second engine is never started on the data of one that lives, whatever has become of its socket and its pid file."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from conftest import missing
from hostnet_lab.core.errors import EngineUnavailable
from hostnet_lab.core.host.engines import Candidate, Machine, Sight
from hostnet_lab.edges.command import find
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.experiments import disposable
from hostnet_lab.provision import engine_data, engine_search, engine_start, engine_stop, record, sudo
from hostnet_lab.provision.record import Record, Running

from .strangers import STRANGER, as_stranger, everybodys

__all__ = ["everybodys"]

BUDGET_S = 60.0


def asked(data: Path, *before: str) -> list[tuple[str, int]]:
    """As the lab asks, in a process of its own."""
    command = [*before, sys.executable, "-I", engine_data.__file__, str(data)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, timeout=limit_s(20))
    return [(Path(file).name, pid) for file, pid in json.loads(said.stdout)["held"]]


# -- without an engine --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"data-root": "/srv/docker"}', "/srv/docker"),
        ('{"graph": "/srv/old"}', "/srv/old"),
        ("{}", engine_data.DATA),
        ("[]", engine_data.DATA),
        ('{"data-root": 7}', engine_data.DATA),
        ("not json", engine_data.DATA),
        ("[" * 100_000, engine_data.DATA),
    ],
)
def test_the_data_is_where_the_configuration_says(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "daemon.json").write_text(text)
    assert engine_data.data_root(tmp_path / "daemon.json") == place


def test_without_a_configuration_it_is_dockers_own(tmp_path: Path) -> None:
    assert engine_data.data_root(tmp_path / "daemon.json") == engine_data.DATA


def test_data_that_nobody_holds_is_free_and_two_who_ask_do_not_take_each_other_for_an_engine(tmp_path: Path) -> None:
    database = tmp_path / "volumes" / "metadata.db"
    database.parent.mkdir()
    database.touch()
    with database.open() as other:
        fcntl.flock(other, fcntl.LOCK_SH)
        assert asked(tmp_path) == [] == asked(tmp_path / "none")
        fcntl.flock(other, fcntl.LOCK_EX)
        assert asked(tmp_path) == [("metadata.db", os.getpid())]


def test_what_is_no_database_is_neither_followed_nor_waited_for(tmp_path: Path) -> None:
    (tmp_path / "volumes").mkdir()
    (tmp_path / "buildkit").mkdir()
    os.mkfifo(tmp_path / "volumes" / "metadata.db")
    (tmp_path / "buildkit" / "cache.db").symlink_to("/dev/tty")
    assert asked(tmp_path) == []


# -- a real one ---------------------------------------------------------------------------------------


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder for an engine: its containerd's sockets have long names, and a socket's path holds 107 bytes (unix(7))."""
    with tempfile.TemporaryDirectory(prefix="hl-") as folder:
        yield Path(folder)


@contextmanager
def a_dockerd(place: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Beside the reader's: it makes no rules and no bridge."""
    places = ("--data-root", f"{place}/data", "--exec-root", f"{place}/exec", "--pidfile", f"{place}/pid", "-H", f"unix://{place}/sock")
    quiet = ("--bridge=none", "--iptables=false", "--ip6tables=false", "--config-file", f"{place}/daemon.json")
    (place / "daemon.json").write_text("{}")
    with (place / "log").open("wb") as log:
        # One without a bridge removes docker0 where it finds it, which the reader's own engine needs; and one whose end takes it too
        # long leaves its data mounted.
        apart = ("unshare", "--net", "--mount")
        process = subprocess.Popen([*apart, find("dockerd") or "dockerd", *places, *quiet], stdout=log, stderr=log)
    try:
        candidate = Candidate(f"unix://{place}/sock", "")
        wait_until(lambda: process.poll() is not None or engine_search.ask(candidate).state == "answers", BUDGET_S, "dockerd", pause_s=0.05)
        assert process.poll() is None, (place / "log").read_text()
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait(limit_s(BUDGET_S))


@pytest.mark.engine
def test_an_engine_without_socket_and_pid_file_is_found_also_when_it_is_stopped_or_in_other_namespaces(
    engine: Engine, short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if disposable.missing():
        missing(disposable.missing())
    with a_dockerd(short) as process:
        (short / "sock").unlink()
        (short / "pid").unlink()
        assert {pid for _, pid in asked(short / "data")} == {process.pid}
        hidden = asked(short / "data", "unshare", "--mount", "--pid", "--fork", "--mount-proc")
        assert hidden and {pid for _, pid in hidden} == {0}
        process.send_signal(signal.SIGSTOP)
        assert {pid for _, pid in asked(short / "data")} == {process.pid}
        assert asked(short / "other data") == []

        monkeypatch.setattr(sudo, "ask", lambda _: said(short / "data"))
        with pytest.raises(EngineUnavailable, match=rf"(?s)process {process.pid} \(root: .*dockerd.*works on .*kill {process.pid}"):
            engine_start.require_free_data(short)
        process.send_signal(signal.SIGCONT)
        one = Running.of(process.pid)
        assert one
        record.write(engine_stop.record_file(short), Record("by hand", (one,)))
        with pytest.raises(EngineUnavailable, match=r"\./lab down"):
            engine_start.require_free_data(short)
    assert asked(short / "data") == []


def said(data: Path) -> str:
    return json.dumps({"data": str(data), "held": engine_data.held(data)})


@pytest.mark.engine
def test_the_readers_own_engine_keeps_a_second_one_from_being_started(engine: Engine, tmp_path: Path) -> None:
    """Not by its socket: that is not asked here."""
    if os.geteuid() or engine.info()["DockerRootDir"] != engine_data.data_root():
        missing("the engine's data is not on this machine, or not to be looked at")
    with pytest.raises(EngineUnavailable, match=r"(?s)works on .*A second one would ruin its state"):
        engine_start.require_free_data(tmp_path)


# -- its socket ---------------------------------------------------------------------------------------

SERVES = """
import os, socket, sys
server = socket.socket(socket.AF_UNIX)
os.umask(0o777)
server.bind(sys.argv[1])
server.listen()
os.chmod(sys.argv[1], 0o660)
print("made", flush=True)
sys.stdin.read()
"""


def opened(path: Path) -> bool:
    return engine_start._open_socket(path)  # private: else a dockerd would be started on this machine's own data


def test_the_socket_of_an_engine_started_by_hand_is_opened_to_its_user_and_not_to_those_in_the_same_group(
    everybodys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user is in group 100, "users", as everybody is on some systems."""
    path = everybodys / "docker.sock"
    with subprocess.Popen([sys.executable, "-c", SERVES, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdout and server.stdout.readline() == b"made\n"
        knock = "s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); print('in')"
        assert "PermissionError" in as_stranger(knock, path).stderr
        monkeypatch.setattr(os, "geteuid", lambda: STRANGER)
        assert opened(path)
        assert as_stranger(knock, path).stdout == "in\n"
        assert "PermissionError" in as_stranger(knock, path, uid=STRANGER + 1).stderr
        assert stat.S_IMODE(path.stat().st_mode) == 0o660 and path.stat().st_gid == 0
        server.communicate()


def test_what_is_not_yet_a_socket_with_its_last_mode_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sudo, "run", lambda command: pytest.fail(str(command)))
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(tmp_path / "early.sock"))
        os.chmod(tmp_path / "early.sock", 0)
        (tmp_path / "file").touch(mode=0o660)
        (tmp_path / "link").symlink_to("early.sock")
        for name in ("early.sock", "file", "link", "nothing"):
            assert not opened(tmp_path / name)


def test_an_engine_by_hand_is_started_without_a_group_and_without_a_pid_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []

    def start(command: list[str], log: object) -> int:
        started.append(command)
        return os.getpid()

    monkeypatch.setattr(sudo, "start", start)
    monkeypatch.setattr(engine_start, "ask", lambda _: Sight(Candidate("", ""), "answers"))
    monkeypatch.setattr(engine_start, "require_free_data", lambda _: None)
    monkeypatch.setattr(engine_start, "plan", lambda _: ("start by hand",))
    engine_start.bring_up(tmp_path, cast(Machine, None), lambda _: None)
    assert [len(words) for words in started] == [1] and started[0][0].endswith("dockerd")
