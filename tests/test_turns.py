"""Of two processes one waits, and is told for whom; a dead or an unseen holder is not taken for another."""

from __future__ import annotations

import os
import pwd
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.edges import host, turns
from hostnet_lab.edges.turns import turn
from hostnet_lab.kept import lock as kept
from hostnet_lab.provision import record

HOLD = """
import sys
from pathlib import Path
from hostnet_lab.edges.turns import turn
from hostnet_lab.provision import record
with turn(record.lock(Path(sys.argv[1])), print):
    print("mine", flush=True)
    sys.stdin.read()
"""


def test_the_second_is_told_who_holds_it_and_goes_on_when_that_one_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "lock")]
    told = []

    def waiting(holder: str) -> None:
        told.append(holder)
        first.kill()

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout and first.stdout.readline() == b"mine\n"
        expected = host.described(first.pid)
        with turn(record.lock(tmp_path / "lock"), waiting):
            assert told == [expected]


def test_a_turn_that_was_ended_early_names_nobody(tmp_path: Path) -> None:
    with turn(record.lock(tmp_path / "lock"), print) as end:
        assert (tmp_path / "lock").read_text() == str(host.this_process())
        end()
        assert (tmp_path / "lock").read_bytes() == b""


def test_who_is_gone_or_of_another_namespace_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    me = host.this_process()
    monkeypatch.setattr(turns, "WRITTEN_S", 0.01)
    for text in ("", "nonsense", "9" * 5000, f"{me.boot_id}/{me.pid_namespace}/{me.pid}/1", f"{me.boot_id}/1/{me.pid}/{me.start_ticks}"):
        assert told_of(tmp_path / "lock", text) == "a process that cannot be seen from here"


def told_of(place: Path, text: str) -> str:
    """Who is said to hold a lock in which somebody has written that."""
    told: list[str] = []
    with record.lock(place) as held:
        kept.lock(held)
        place.write_text(text)

        def waiting(holder: str) -> None:
            told.append(holder)
            kept.unlock(held)

        with turn(record.lock(place), waiting):
            return told[0]


def test_a_process_is_told_by_user_and_command() -> None:
    me = os.getpid()
    assert host.described(me) == f"process {me} ({pwd.getpwuid(os.getuid()).pw_name}: {shlex.join(host.command_line(me))[:200]})"
    assert "unknown" in host.described(me + 4_194_304)
