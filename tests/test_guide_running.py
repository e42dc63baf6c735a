"""The commands of a guide, run on a disposable host: as told, broken, waiting, left behind; and that nothing of the reader's is met."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hostnet_lab.core.guides.bindings import SideFile
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments import disposable
from hostnet_lab.guides import checking, files

from .guide_mutants import GUIDE, MUTANTS, RUN, Mutant, play

pytestmark = [pytest.mark.engine, pytest.mark.skipif(bool(disposable.missing()), reason=disposable.missing() or "-")]
PROGRAM = "import sys; from hostnet_lab.cli import main; sys.exit(main(sys.argv[1:]))"
LOOSE = {
    *("same-as-on-the-host", "two-hundred-is-proof", "faster-without-nat", "conflict-fails-the-run", "bypasses-the-firewall"),
    *("inspect-proves-it", "ps-shows-the-port", "one-port-one-server", "options-still-work"),
}


def script(*lines: str) -> str:
    return "\n".join(["```bash", *lines, "```", ""])


# -- as told ----------------------------------------------------------------------------------------


def test_our_guide_does_as_told_and_leaves_the_host_as_before(engine: Engine) -> None:
    found = play(engine, GUIDE.read_text())
    assert found.ways == ["as told"] * 5, found.ran
    assert found.left == ()


def test_one_shell_runs_all_and_keeps_what_a_shell_keeps(engine: Engine) -> None:
    console = "```console\n$ cd /tmp; X=1\n$ f() { echo $X $PWD; }\n$ f\n1 /tmp\n$ false\n```\n\n"
    console += "```console\n$ echo $?\n1\n$ [ -t 1 ] && echo terminal\nterminal\n```\n"
    found = play(engine, console)
    assert found.ways == ["as told", "as told", "as told", "exit", "as told", "as told"]


def test_a_command_reads_no_other_command_and_may_go_on_behind(engine: Engine) -> None:
    found = play(engine, script("cat <<END", "here", "END", "sleep 1000 &", "echo $((6 * 7))"))
    assert [one.output for one in found.ran if one.text.startswith(("cat", "echo"))] == ["here", "42"]
    assert found.ways == ["as told"] * 3


def test_the_side_file_may_hold_the_output_instead(engine: Engine) -> None:
    from hostnet_lab.core.guides.bindings import Output

    side = SideFile(outputs=(Output("echo 12", ("[0-9]+ (re)",)), Output("echo x", ("y",))))
    assert play(engine, script("echo 12", "echo x"), side).ways == ["as told", "output"]


# -- what a reader would notice ---------------------------------------------------------------------

KINDS = ("the program is misspelt", "another network", "the page is another", "a pattern that does not fit")  # of each a live one


@pytest.mark.parametrize("mutant", [one for one in MUTANTS if one.name in KINDS], ids=lambda mutant: mutant.name)
def test_each_command_that_is_broken_and_each_output_that_is_another_is_found_and_nothing_else(engine: Engine, mutant: Mutant) -> None:
    found = play(engine, mutant.text)
    assert tuple(number for number, one in enumerate(found.ran) if one.ok is False) == mutant.at


def test_a_container_that_is_left_behind_is_named_with_its_port(engine: Engine) -> None:
    found = play(engine, GUIDE.read_text().replace("docker stop webserver\ndocker rm webserver", "true"))
    assert found.differ == []
    assert found.left[0] == "added: container webserver" and any(":80/tcp" in one for one in found.left)


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["docker network create mine"], "added: network mine"),
        (["docker create --name left nginx"], "added: container left"),
        (["ip link add mine type bridge"], "added: link mine (down)"),
        (["iptables -A INPUT -p tcp --dport 81 -j DROP"], "added: filter rule"),
        (
            ["perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(LocalPort => 81, Listen => 1); fork && exit; sleep 60'"],
            "added: listener",
        ),
    ],
)
def test_whatever_is_left_on_the_host_is_named(engine: Engine, lines: list[str], left: str) -> None:
    found = play(engine, script(*lines))
    assert found.differ == []
    assert any(one.startswith(left) for one in found.left), found.left


def test_a_port_that_is_taken_is_noticed_though_the_command_succeeds(engine: Engine) -> None:
    found = play(
        engine, script("docker run -d --network host --name first nginx", "docker run -d --network host --name second nginx", "echo on")
    )
    assert found.ways == ["as told", "gone", "as told"]
    why = found.ran[1].why
    assert why.startswith("exit 0, but container second ended with 1 after ") and why.endswith("port 80 was held by container first")


def test_a_container_that_is_gone_with_its_log_is_noticed_too(engine: Engine) -> None:
    found = play(engine, script("docker run -d --name first --network host nginx", "docker run -d --rm --name second --network host nginx"))
    assert found.ways == ["as told", "gone"] and "--rm" in found.ran[1].why


def test_whoever_is_attached_sees_the_end_and_it_is_no_news(engine: Engine) -> None:
    found = play(engine, script("docker run --rm nginx false || echo no", "docker run nginx sh -c 'exit 3' || echo no"))
    assert found.ways == ["as told"] * 2


def test_who_stops_a_container_on_purpose_is_not_blamed(engine: Engine) -> None:
    found = play(
        engine, script(RUN, "docker kill webserver", "docker start webserver", "docker rm -f webserver", "docker run -d nginx true")
    )
    assert found.ways == ["as told"] * 5


@pytest.mark.parametrize(
    "line", ["read answer", "docker run -it --rm nginx sh", *(pytest.param(one, marks=pytest.mark.wide) for one in ("cat", "python3"))]
)
def test_a_command_that_waits_for_input_is_said_to_and_the_next_one_runs(engine: Engine, line: str) -> None:
    found = play(engine, script(line, "echo on"))
    assert found.ways == ["waits", "as told"], found.ran
    assert found.ran[1].output == "on"


def test_a_server_in_the_foreground_is_ended_as_by_a_reader(engine: Engine) -> None:
    found = play(engine, script("docker run --rm --network host nginx", "echo on"))
    assert found.ways == ["serves", "as told"] and found.left == ()


@pytest.mark.parametrize("line", ["exit 3", "set -e; false"])
def test_a_command_that_ends_the_shell_is_named_and_the_rest_was_not_reached(engine: Engine, line: str) -> None:
    found = play(engine, script(line, "echo on"))
    assert found.ways == ["shell gone", "not reached"]


@pytest.mark.parametrize(
    "line", ["brew install docker", "docker run --rm no-such-image-here", "docker pull nginx", "docker run -v /etc:/e nginx"]
)
def test_what_cannot_be_had_there_is_said_and_not_failed(engine: Engine, line: str) -> None:
    found = play(engine, script(line))
    assert found.ways == ["lacking"] and found.ran[0].why


# -- nothing of the reader's is touched -------------------------------------------------------------


@pytest.fixture
def tell_tale(tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "mine"
    file.write_text("mine")
    yield file
    assert file.read_text() == "mine"
    file.unlink()


def test_files_settings_and_processes_of_the_reader_are_out_of_reach(engine: Engine, tell_tale: Path) -> None:
    lines = (
        f"rm -rf {tell_tale} /etc/hostname",
        "echo changed > /etc/motd; touch /usr/bin/mine",
        f"ls {Path.home()}",
        "kill -9 $(ps -eo pid= -C dockerd)",
        "mount -t tmpfs mine /mnt",
        "echo 1 > /proc/sys/kernel/panic_on_oops",
        "mknod /tmp/disk b 8 0",
        "docker ps -aq | xargs -r docker rm -f",
        "hostname mine",
    )
    there = {path: path.exists() for path in (Path("/etc/hostname"), Path("/usr/bin/mine"))}
    before, name = {one["Id"] for one in engine.containers()}, os.uname().nodename
    found = play(engine, script(*lines))
    assert {path: path.exists() for path in there} == there and os.uname().nodename == name
    assert {one["Id"] for one in engine.containers()} == before and engine.version()
    assert found.ran[2].output.strip() in ("", "guide")
    assert all(one.exit for one in found.ran if one.text.startswith(("mount", "echo 1", "mknod")))


# -- the command ------------------------------------------------------------------------------------


def lab(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, "guide", *words, "--no-install"]
    return subprocess.run(command, text=True, capture_output=True, timeout=limit_s(120.0), env={**os.environ, **environment})


@pytest.fixture
def guide(tmp_path: Path) -> Path:
    """Ours, with the bindings that need no host of their own."""
    quick = ("no-address", "answers-without-p", "ps-shows-the-port")
    path = tmp_path / "guide.md"
    path.write_text(GUIDE.read_text())
    side = files.side(GUIDE)
    files.write_side(path, SideFile(tuple(one for one in side.bindings if one.claim in quick)))
    return path


def test_a_guide_is_checked_and_written_in_every_form(engine: Engine, guide: Path, tmp_path: Path) -> None:
    out = {kind: tmp_path / f"out.{kind}" for kind in ("json", "junit", "sarif")}
    answer = lab("check", str(guide), *(word for kind, path in out.items() for word in (f"--{kind}", str(path))), GITHUB_ACTIONS="true")
    assert answer.returncode == 1, answer.stdout + answer.stderr
    found = json.loads(out["json"].read_text())
    assert [one["ok"] for one in found["blocks"]] == [True] * 4 and found["host"] == "before"
    assert [(one["claim"], one["ok"]) for one in found["sentences"]] == [
        ("no-address", True),
        ("answers-without-p", True),
        ("ps-shows-the-port", False),
    ]
    assert f"::error file={guide},line=56,title=claim/ps-shows-the-port::" in answer.stdout
    assert "<failure" in out["junit"].read_text() and '"startLine": 56' in out["sarif"].read_text()
    again = lab("check", str(guide), "--baseline", str(out["json"]), "--reuse")
    assert again.returncode == 0 and "observations from" in again.stdout, again.stdout + again.stderr
    guide.write_text(guide.read_text().replace("shows which port it uses", "shows no port of it"))
    changed = lab("check", str(guide), "--baseline", str(out["json"]), "--reuse")
    assert changed.returncode == 1 and "was edited since it was bound" in changed.stdout


def test_without_root_no_command_is_run_that_is_said_and_the_prose_is_judged(
    engine: Engine, guide: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disposable, "missing", lambda: "no root")
    (found,) = checking.check(engine, checking.Wanted([guide], tmp_path))
    assert found.not_run == "no root; --here runs the commands on this machine" and found.host is None
    assert [block.ok for block in found.blocks] == [None] * 4 and all(block.why for block in found.blocks)
    assert [one.ok for one in found.said] == [True, True, False]


def test_the_output_that_a_guide_shows_is_brought_up_to_date(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "g.md"
    path.write_text("One.\n\n```console\n$ echo new\nold\n```\n")
    assert lab("check", str(path), "--update").returncode == 1
    assert path.read_text() == "One.\n\n```console\n$ echo new\nnew\n```\n"
    assert lab("check", str(path)).returncode == 0


def test_here_only_what_is_marked_is_removed(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "g.md"
    path.write_text(script("docker create --name hostnet-guide-mine nginx", "touch mine", "echo $PWD"))
    key, _ = engine.create({"Image": "nginx"}, "hostnet-guide-theirs")
    try:
        answer = lab("check", str(path), "--here")
        assert engine.inspect("hostnet-guide-theirs") and not engine.inspect("hostnet-guide-mine")
    finally:
        engine.remove(key, force=True)
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert "will be run here: docker create" in answer.stderr
    assert "! the host: added: container hostnet-guide-mine" in answer.stdout
    assert "removed afterwards: hostnet-guide-mine" in answer.stdout


def test_our_guides_are_checked_by_every_experiment_they_need(engine: Engine, tmp_path: Path) -> None:
    """The corrected one is as told in every sentence; the other differs where it is told too broadly, and nowhere else."""
    paths = [GUIDE, GUIDE.with_name("corrected.md")]
    answer = lab("check", *map(str, paths), "--json", str(tmp_path / "out.json"))
    found = json.loads((tmp_path / "out.json").read_text())["guides"]
    differ = [{one["claim"] for one in guide["sentences"] if one["ok"] is False} for guide in found]
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert differ == [LOOSE, set()], answer.stdout
    assert [[one["ok"] for one in guide["blocks"]] for guide in found] == [[True] * 4] * 2
    assert [guide["host"] for guide in found] == ["before"] * 2


TOLD_AGAIN = sorted((Path(__file__).parent / "guides").glob("*.md"))


@pytest.mark.parametrize("path", TOLD_AGAIN, ids=lambda path: path.stem)
def test_other_guides_do_as_told_without_a_special_case(engine: Engine, path: Path) -> None:
    found = play(engine, path.read_text())
    assert found.differ == [], [(one.text, one.why, one.output) for one in found.ran]
    assert "as told" in found.ways and found.left == ()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_the_middle_it_says_so_and_leaves_nothing(engine: Engine, tmp_path: Path, number: signal.Signals) -> None:
    path = tmp_path / "g.md"
    path.write_text(script(RUN, "sleep 1000"))
    words = [sys.executable, "-c", PROGRAM, "guide", "check", str(path), "--no-install"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stderr
        said = iter(child.stderr)
        assert next(line for line in said if "running: sleep" in line)
        child.send_signal(number)
        rest = list(said)
        assert child.wait(limit_s(60.0)) == 130
    assert rest[-1] == "lab: interrupted: what was started is removed\n"
    assert not any("sleep 1000" in " ".join(host.command_line(int(pid))) for pid in os.listdir("/proc") if pid.isdecimal())


def bound_by(path: Path, *answers: str) -> tuple[str, list[str]]:
    """What ``guide bind`` said to somebody who types these answers, and the claims that are bound now."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen([sys.executable, "-c", PROGRAM, "guide", "bind", str(path)], stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = b""
    for answer in answers:
        while not said.rstrip(b"\r\n").endswith((b": ", b"y/n ")) or said.endswith(b"\n"):
            said += os.read(ours, 4096)
        os.write(ours, answer.encode() + b"\n")
        said += b"\n"
    assert child.wait(limit_s(30.0)) == 0
    os.close(ours)
    return said.decode(), [one.claim for one in files.side(path).bindings]


def test_a_person_binds_by_a_number_or_a_name_and_what_was_confirmed_stays(tmp_path: Path) -> None:
    path = tmp_path / "g.md"
    path.write_text("A container in host mode has no address of its own. Container names resolve there. Docker likes a host.\n")
    _, claims = bound_by(path, "1", "t", "n", "names-resolve", "w", "y", "\x04")
    assert claims == ["no-address", "names-resolve"]
    assert [(one.told, one.mentions) for one in files.side(path).bindings] == [("true", False), ("warning", True)]
    path.write_text(path.read_text().replace("has no address", "really has no address"))
    said, claims = bound_by(path, "y", "")
    assert "Bound to no-address" in said and claims == ["no-address", "names-resolve"]
    assert "really" in files.side(path).bindings[0].quote


def test_nobody_is_bound_where_nobody_answers(engine: Engine, guide: Path) -> None:
    before = files.side_path(guide).read_text()
    answer = lab("bind", str(guide))
    assert answer.returncode == 0 and "bypasses-the-firewall" in answer.stdout
    assert files.side_path(guide).read_text() == before
