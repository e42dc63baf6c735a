"""The command that makes faults: what it counts, and two of its faults on a real engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from tests.faults.__main__ import main, table
from tests.faults.kinds import BY_NAME, KINDS
from tests.faults.look import engines_own, more
from tests.faults.rounds import Round, chosen
from tests.faults.said import Said
from tests.private_host import host

TRACE = "Traceback (most recent call last):\n"


def a_round(**more: Any) -> Round:
    return replace(Round("kill-verify", 1, "x", left=(), engines_own=(), said=(Said("./lab", 0, "fine"),)), **more)


@pytest.mark.parametrize(
    "bad",
    [
        {"left": (("files", "/tmp/x"),)},
        {"touched": ("strangers-plain",)},
        {"said": (Said("./lab", 1, TRACE),)},
        {"said": (Said("./lab", None, ""),)},
    ],
    ids=lambda one: next(iter(one)),
)
def test_each_of_the_four_counts_makes_a_round_bad(bad: dict[str, object]) -> None:
    assert a_round(**bad).bad and not a_round().bad


def test_what_an_engine_leaves_by_itself_makes_none_bad_and_is_counted_apart() -> None:
    assert not a_round(engines_own=(("mounts", "/run/docker/netns/x"),)).bad
    assert engines_own("mounts", "/run/docker/netns/x") and engines_own("files", "/tmp/containerd.12.stacks.log")
    assert engines_own("listeners", "0.0.0.0:49153 nginx (lost)") and not engines_own("listeners", "0.0.0.0:80 nginx")
    assert engines_own("listeners", "[::]:36003 docker-proxy") and not engines_own("listeners", "0.0.0.0:80 docker")
    assert engines_own("processes", "nginx: master process (lost)") and not engines_own("processes", "nginx: master process")
    assert not engines_own("mounts", "/run/hostnet-lab/hlx/data") and not engines_own("files", "/tmp/hostnet-lab-x")


def test_a_thing_is_left_when_there_is_more_of_it_than_before() -> None:
    before = {"links": Counter(["veth", "lo"]), "files": Counter(["/a", "/b"])}
    now = {"links": Counter(["veth", "veth", "lo"]), "files": Counter(["/b"])}
    assert more(now, before) == [("links", "veth")]


def test_every_kind_comes_in_its_turn_as_often_as_the_others() -> None:
    assert Counter(one.name for one in chosen(KINDS, 2 * len(KINDS))) == dict.fromkeys(BY_NAME, 2)
    assert {one.name for one in chosen(KINDS, len(KINDS))} == set(BY_NAME)


def test_the_table_has_a_line_for_each_kind_and_one_for_all() -> None:
    lines = table([a_round(), a_round(kind="damaged", said=(Said("./lab", 1, TRACE * 2),))]).splitlines()
    assert [line.split() for line in lines[1:]] == [
        ["kill-verify", "1", "0", "0", "0", "0", "0"],
        ["damaged", "1", "0", "2", "0", "0", "0"],
        ["all", "2", "0", "2", "0", "0", "0"],
    ]


def test_an_unknown_kind_is_refused_before_anything_is_made(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["faults", "kill-everything"])
    monkeypatch.setattr("tests.faults.host.run", lambda _: pytest.fail("made a host"))
    assert main() == 2
    assert "no such kind: kill-everything" in capsys.readouterr().err


# For one who runs the command as root, with all tools, whatever this machine has; then a name in host.py, and its value.
HERE = """
import os, sys
from tests.faults import __main__
from tests.private_host import groups, host
os.geteuid, host.TOOLS = lambda: 0, ("sh",)
host._furnish = host._furnish if sys.argv[1] == "IMAGE" else lambda _: None
setattr(groups if sys.argv[1] == "CGROUPS" else host, sys.argv[1], eval(sys.argv[2]))
del sys.argv[1:]
sys.exit(__main__.main())
"""


@pytest.mark.parametrize(
    ("name", "value", "environment", "found"),
    [
        ("IMAGE", "'nginx'", {"DOCKER_HOST": "unix:///dev/null/none.sock"}, "unix:///dev/null/none.sock"),
        pytest.param("IMAGE", "'no-such-image:here'", {}, "no-such-image:here", marks=pytest.mark.engine),
        ("TOOLS", "('sh', 'no-such-tool')", {}, "no-such-tool"),
        ("CGROUPS", "__import__('pathlib').Path('/dev/null/none')", {}, "/dev/null/none"),
    ],
    ids=("no engine", "no image", "no tool", "no control groups"),
)
def test_what_is_lacking_here_is_said_and_nothing_is_left(name: str, value: str, environment: dict[str, str], found: str) -> None:
    before = sorted(Path(host.PLACE).iterdir())
    command = [sys.executable, "-c", HERE, name, value]
    done = subprocess.run(command, cwd=host.CHECKOUT, env={**os.environ, **environment}, capture_output=True, text=True, check=False)
    assert [line.partition(":")[0] for line in done.stderr.splitlines() if not line.startswith(" ")] == ["Tried", "Found", "Next"]
    assert found in done.stderr and done.returncode == 2
    assert sorted(Path(host.PLACE).iterdir()) == before


@pytest.mark.engine
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_order_and_shows_what_was_done_however_it_was_started(number: signal.Signals) -> None:
    if os.geteuid():
        missing("only root can make a host of its own")
    before = sorted(Path(host.PLACE).iterdir())
    command = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-m", "tests.faults", "kill-verify"]
    with subprocess.Popen(command, cwd=host.CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as faults:
        assert faults.stdout
        assert faults.stdout.readline() == "seed 1, 50 faults of 1 kinds\n", faults.communicate()
        faults.send_signal(number)
        said, errors = faults.communicate()
    assert said.splitlines()[-1].split() == ["all", *"000000"]
    assert errors == "interrupted: the table is of what was done\n"
    assert faults.returncode == 128 + number
    assert sorted(Path(host.PLACE).iterdir()) == before


@pytest.mark.engine
@pytest.mark.wide  # what a verify that is interrupted leaves, each run asks in test_verify.py
@pytest.mark.parametrize("kind", ["kill-verify", "stop-verify"])
def test_verify_killed_or_stopped_leaves_nothing_and_neither_does_the_command_itself(kind: str) -> None:
    if os.geteuid():
        missing("only root can make a host of its own")
    before = sorted(Path(host.PLACE).iterdir())
    command = [sys.executable, "-m", "tests.faults", "--rounds", "1", kind]
    done = subprocess.run(command, cwd=host.CHECKOUT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].split() == ["all", "1", "0", "0", "0", "0", "0"]
    assert sorted(Path(host.PLACE).iterdir()) == before
