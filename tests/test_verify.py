"""``./lab verify`` end to end on a real engine: verdicts, files, faults, interruptions, and what is left: nothing."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import psutil
import pytest

from benchmarks import verify as cost
from hostnet_lab.core.guide.claims import CLAIMS
from hostnet_lab.core.guide.ledger import as_expected
from hostnet_lab.core.host.ownership import Mark, Process
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.experiments import disposable
from hostnet_lab.experiments.schedule import RUN
from hostnet_lab.ledger import verify

QUICK = ("answers-without-p", "ps-shows-the-port")
BUDGET_S = 60.0
PROGRAM = "import sys; from hostnet_lab.cli import main; sys.exit(main(sys.argv[1:]))"
as_root = pytest.mark.skipif(bool(disposable.missing()), reason=disposable.missing() or "-")


def command(*words: str) -> list[str]:
    return [sys.executable, "-c", PROGRAM, "verify", "--no-install", *words]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*words), text=True, capture_output=True, timeout=limit_s(BUDGET_S))


@pytest.fixture
def tidy(engine: Engine) -> Iterator[Engine]:
    """Besides what the engine's own fixture sees: no disposable host, no namespace, no file of theirs is left."""

    def traces() -> set[str]:
        """Of processes that are gone: others may verify on this machine at the same time."""
        if disposable.missing():
            return set()
        swept, folders = disposable.sweep_hosts(), os.listdir(disposable.place())
        names = os.listdir("/run/netns") if os.path.isdir("/run/netns") else []
        return {*swept, *(name for name in names if re.fullmatch(r"hl\w{8}c?", name) and name[:10] not in folders)}

    before = traces()
    yield engine
    assert traces() <= before


# -- without an engine ------------------------------------------------------------------------------


def test_an_unknown_claim_is_refused_with_the_nearest_names_before_an_engine_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    answer = run("answers-without", "no-address")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "answers-without-p" in answer.stderr


def test_the_list_needs_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    answer = run("--list")
    assert answer.returncode == 0
    assert all(f"{claim}  " in answer.stdout for claim in CLAIMS)


def test_without_an_engine_it_could_not_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
    answer = run("no-address")
    assert (answer.returncode, answer.stdout) == (2, "")
    assert "Tried: find a Docker engine" in answer.stderr


# -- with one ---------------------------------------------------------------------------------------


@pytest.mark.engine
def test_two_claims_are_verified_and_written_in_every_form(tidy: Engine, tmp_path: Path) -> None:
    answer = run(*QUICK, "--json", str(tmp_path / "l.json"), "--junit", str(tmp_path / "l.xml"), "--html", str(tmp_path / "l.html"))
    assert answer.returncode == 0, answer.stdout + answer.stderr
    told = re.escape(f"{CLAIMS[QUICK[0]].statement} [{QUICK[0]}]")
    assert re.search(rf" holds \d+\.\d {told}", " ".join(answer.stdout.split()))
    assert answer.stderr.count("lab: ") >= 2
    claims = json.loads((tmp_path / "l.json").read_text())["claims"]
    assert [(one["id"], one["verdict"]) for one in claims] == [(QUICK[0], "holds"), (QUICK[1], "does not hold here")]
    assert len(ElementTree.parse(tmp_path / "l.xml").findall("testcase")) == 2
    assert "<title>This guide, checked on this machine</title>" in (tmp_path / "l.html").read_text()


@pytest.mark.engine
def test_a_file_that_cannot_be_written_is_a_sentence_after_the_verdicts(tidy: Engine, tmp_path: Path) -> None:
    answer = run(QUICK[0], "--json", "/dev/full", "--junit", str(tmp_path / "no" / "l.xml"), "--html", str(tmp_path / "l.html"))
    assert answer.returncode == 2
    assert "1 claim in" in answer.stdout
    assert "the report /dev/full could not be written: No space left on device" in answer.stderr
    assert "No such file or directory" in answer.stderr
    assert (tmp_path / "l.html").exists()
    assert Path("/dev/full").is_char_device()


@pytest.mark.engine
def test_on_a_terminal_one_line_is_drawn_again_and_gone_at_the_end(tidy: Engine) -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(command(QUICK[0]), stdout=subprocess.PIPE, stderr=theirs, text=True)
    os.close(theirs)
    assert child.stdout
    with child.stdout:
        child.stdout.read()
    assert child.wait(limit_s(BUDGET_S)) == 0
    drawn = os.read(ours, 65536).decode()
    os.close(ours)
    assert f"[....................] 0/1 {QUICK[0]}" in drawn
    assert drawn.endswith("\r\x1b[K")
    assert "\n" not in drawn[drawn.index("\r[") :], "only what is said before the first line stays"


@pytest.mark.engine
def test_two_runs_at_once_do_not_disturb_each_other(tidy: Engine) -> None:
    children = [subprocess.Popen(command(*QUICK, "inspect-proves-it"), stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    said = [child.communicate(timeout=limit_s(BUDGET_S)) for child in children]
    assert [child.returncode for child in children] == [0, 0], said


@pytest.mark.engine
def test_within_a_lesson_only_the_experiments_own_containers_are_touched(tidy: Engine) -> None:
    labels = Mark(os.getuid(), "01", host.this_process()).labels()
    key, _ = tidy.create({"Image": "nginx", "Labels": labels})
    try:
        found = verify(tidy, labels, [QUICK[0]])
        assert [as_expected(entry) for entry in found.entries] == [True]
        assert tidy.inspect(key)
    finally:
        tidy.remove(key, force=True)


@pytest.mark.engine
def test_what_a_killed_run_left_is_removed_by_the_next(tidy: Engine) -> None:
    dead = Process(host.boot_id(), host.this_process().pid_namespace, 2**22 + 1, 1)
    key, _ = tidy.create({"Image": "nginx", "Labels": Mark(os.getuid(), "verify", dead).labels()}, "hostnet-left")
    try:
        answer = run(QUICK[0])
        assert "removed what ended runs had left: hostnet-left" in answer.stderr
    finally:
        tidy.remove(key, force=True)


@pytest.mark.engine
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_the_middle_it_says_so_and_leaves_nothing(tidy: Engine, number: signal.Signals) -> None:
    """One that waits for its 3.6 s, and beside it, as root, a disposable host that has just come up."""
    claims = ["conflict-fails-the-run", *(["multicast"] if not disposable.missing() else [])]
    child = subprocess.Popen(command(*claims), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: tidy.containers(label=RUN), 20.0, "a container of the run")
    child.send_signal(number)
    said, complaint = child.communicate(timeout=limit_s(BUDGET_S))
    assert (child.returncode, said) == (130, ""), complaint
    assert complaint.endswith("lab: interrupted: what the experiments had started is removed\n")
    assert not tidy.containers(label=RUN)


def _kill_engine(endpoint: str) -> None:
    """SIGKILL to the one dockerd that serves this endpoint, found by its arguments: its pid file is of another namespace."""
    seen = psutil.process_iter(["cmdline", "ppid"])
    serving = {one.pid: one.info["ppid"] for one in seen if (one.info["cmdline"] or [])[1:3] == ["-H", endpoint]}
    (first,) = [pid for pid, parent in serving.items() if parent not in serving]  # a child is called alike until it runs its own program
    os.kill(first, signal.SIGKILL)


@as_root
@pytest.mark.engine
def test_an_engine_that_is_killed_in_the_middle_ends_it_with_a_sentence(tidy: Engine) -> None:
    """On a disposable host, so that the engine of the one who runs the tests goes on."""
    with disposable.disposable(tidy, Mark(os.getuid(), "test", host.this_process()).labels()) as stage:
        words = [*stage.prefix, *command("conflict-fails-the-run", "names-resolve", QUICK[0])]
        environment = {**os.environ, "DOCKER_HOST": stage.endpoint}
        child = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        wait_until(lambda: stage.engine.containers(label=RUN), 20.0, "a container of the run")
        _kill_engine(stage.endpoint)
        said, complaint = child.communicate(timeout=limit_s(BUDGET_S))
    assert child.returncode == 2, said + complaint
    assert "the engine stopped answering in the middle" in said
    assert sum(line.startswith("! not testable here") for line in said.splitlines()) >= 2


# -- its cost ---------------------------------------------------------------------------------------


def figures(whole_s: float, alone_s: float) -> dict[str, Any]:
    claim = {"id": "no-address", "seconds": 4.0, "verdict": "holds", "as_expected": True}
    return cost.figures_of((whole_s, {"claims": [claim, {**claim, "id": "multicast", "verdict": "not testable here"}]}), {"x": alone_s})


@pytest.mark.parametrize(
    ("whole_s", "alone_s", "within"), [(7.9, 2.9, True), (8.1, 2.9, False), (7.9, 3.1, False)], ids=["within", "too slow", "one too slow"]
)
def test_the_benchmark_compares_with_the_budgets(whole_s: float, alone_s: float, within: bool) -> None:
    assert cost.within(figures(whole_s, alone_s)) == within
    assert "1 tested" in cost.lines(figures(whole_s, alone_s))[0]
