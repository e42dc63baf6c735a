"""Which engine is chosen, what is done where none answers, and that only our own is stopped."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hostnet_lab.core.errors import EngineUnavailable, LabError, SetupFailed
from hostnet_lab.core.host import findings
from hostnet_lab.core.host.engines import DEFAULT, Candidate, Machine, Sight, candidates, choose, forward, let_in, packages, plan, to_type
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.provision import apt, commands, engine, engine_search, engine_start, engine_stop, record, sudo
from hostnet_lab.provision.record import Record, Running

DEBIAN = Machine(may_install=True, debian=True, root=True, systemd=False, dockerd=False, cli=False)
INSTALL = "sudo apt-get install docker.io"


# --- decisions: values in, values out --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environment", "context", "what"),
    [({"DOCKER_HOST": "tcp://lab:2375"}, "desktop", "DOCKER_HOST=tcp://lab:2375"), ({}, "desktop", "the Docker context desktop")],
)
def test_what_the_reader_names_is_the_only_candidate(environment: dict[str, str], context: str, what: str) -> None:
    assert candidates(environment, context, 1000) == [Candidate("", what, named=True)]


def test_without_a_name_the_default_socket_comes_first_then_rootless_docker_then_podman() -> None:
    found = [one.endpoint for one in candidates({}, None, 1000)]
    own = "unix:///run/user/1000"
    assert found == [DEFAULT, f"{own}/docker.sock", f"{own}/podman/podman.sock", "unix:///run/podman/podman.sock"]


def test_the_runtime_folder_of_the_session_is_preferred() -> None:
    assert candidates({"XDG_RUNTIME_DIR": "/own"}, None, 1000)[1].endpoint == "unix:///own/docker.sock"


def test_the_first_that_answers_is_chosen() -> None:
    silent, first, second = (Sight(Candidate(name, name), state) for name, state in [("a", "absent"), ("b", "answers"), ("c", "answers")])  # type: ignore[arg-type]
    assert choose([silent, first, second]) == first
    assert choose([silent]) is None


@pytest.mark.parametrize(
    ("machine", "steps"),
    [
        (DEBIAN, ["install", "start by hand"]),
        (replace(DEBIAN, systemd=True), ["install", "start by systemd"]),
        (replace(DEBIAN, dockerd=True), ["start by hand"]),
        (replace(DEBIAN, debian=False, dockerd=True, systemd=True), ["start by systemd"]),
        (replace(DEBIAN, debian=False), []),
        (replace(DEBIAN, root=False), []),
        (replace(DEBIAN, may_install=False, dockerd=True), []),
        (replace(DEBIAN, linux=False), []),
    ],
)
def test_the_plan_installs_and_starts_only_where_it_may_and_can(machine: Machine, steps: list[str]) -> None:
    assert plan(machine) == steps


@pytest.mark.parametrize(
    ("machine", "text"),
    [
        (DEBIAN, f"{INSTALL} && sudo dockerd &"),
        (replace(DEBIAN, systemd=True), f"{INSTALL} && sudo systemctl start docker"),
        (replace(DEBIAN, dockerd=True, systemd=True), "sudo systemctl start docker"),
        (replace(DEBIAN, dockerd=True, systemd=True, may_install=False), "sudo systemctl start docker   (or `./lab` without --no-install"),
        (replace(DEBIAN, debian=False), "install the Docker engine (or Podman)"),
        (replace(DEBIAN, linux=False), "install and start Docker Desktop"),
    ],
)
def test_what_to_type_is_a_command_for_this_very_machine(machine: Machine, text: str) -> None:
    assert to_type(machine, INSTALL, "sudo ").startswith(text)


def test_a_docker_command_that_is_there_is_left_alone() -> None:
    assert packages(replace(DEBIAN, cli=True))[1] == ()
    assert packages(DEBIAN)[1] == ("docker-cli",)


# --- looking ------------------------------------------------------------------------------------------------------


@pytest.fixture
def docker_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A reader who named nothing, with a configuration folder of their own."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("variable", "config", "context"),
    [
        (None, None, None),
        (None, "{}", None),
        (None, "not json", None),
        (None, "[]", None),
        (None, '{"currentContext": "desktop"}', "desktop"),
        (None, '{"currentContext": "default"}', None),
        ("other", '{"currentContext": "desktop"}', "other"),
        ("default", '{"currentContext": "desktop"}', None),
    ],
)
def test_the_context_is_the_one_that_the_docker_command_would_take(
    docker_home: Path, monkeypatch: pytest.MonkeyPatch, variable: str | None, config: str | None, context: str | None
) -> None:
    if config is not None:
        (docker_home / "config.json").write_text(config)
    if variable is not None:
        monkeypatch.setenv("DOCKER_CONTEXT", variable)
    assert engine_search.current_context() == context


def test_a_context_that_does_not_exist_is_an_error_and_not_the_default_engine(docker_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_CONTEXT", "ghost")
    with pytest.raises(EngineUnavailable, match="the Docker context ghost: there is no context of that name"):
        engine.ensure(docker_home, print, may_install=False)


def test_a_host_that_the_reader_named_and_that_does_not_answer_is_an_error_that_names_it(
    docker_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{docker_home}/nobody.sock")
    with pytest.raises(EngineUnavailable, match=r"DOCKER_HOST=unix://.*nobody.sock: no such socket"):
        engine.ensure(docker_home, print, may_install=True)


@pytest.fixture
def answering(tmp_path: Path) -> Iterator[str]:
    """The address of a socket where a stand-in for an engine answers every request."""
    path = str(tmp_path / "engine.sock")
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"unix://{path}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join()


def test_a_socket_tells_answering_from_absent_from_stopped(tmp_path: Path, answering: str) -> None:
    stopped = socket.socket(socket.AF_UNIX)
    stopped.bind(str(tmp_path / "stopped.sock"))
    stopped.close()
    places = (answering, f"unix://{tmp_path}/none.sock", f"unix://{tmp_path}/stopped.sock")
    sights = [engine_search.ask(Candidate(place, "here")) for place in places]
    assert [sight.state for sight in sights] == ["answers", "absent", "silent"]
    assert "it was stopped" in sights[2].words


def test_an_engine_that_still_starts_is_waited_for_and_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind a socket of systemd: it takes connections at once, and answers when the engine is up."""
    path, up, said = tmp_path / "early.sock", threading.Event(), []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
        early = engine_search.ask(candidates(os.environ, None, 1000)[0], 0.05)
        assert early.state == "busy" and findings.engine([early], DEBIAN, "wait", {}, {}).mend == "wait"
        assert "wait until `docker version` answers" in engine.advice([early], DEBIAN)

        def start() -> None:
            up.wait()
            while True:
                with suppress(OSError):
                    connection, _ = server.accept()
                    with connection:
                        asked = connection.recv(9999)
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
                        if asked:
                            return

        def say(words: str) -> None:
            said.append(words)
            up.set()

        starting = threading.Thread(target=start)
        starting.start()
        (late,) = engine.patiently([early], say)
        starting.join()
    assert late.state == "answers" and "may still be starting" in said[0]


def test_a_forbidden_socket_is_an_error_of_its_own_with_the_group_that_owns_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    denied = Sight(
        Candidate(DEFAULT, "the default socket"), "denied", "you may not open it; it belongs to group wheelmakers", "wheelmakers"
    )
    monkeypatch.setattr(engine, "look", lambda: [denied])
    with pytest.raises(EngineUnavailable) as caught:
        engine.ensure(tmp_path, print)
    assert "group wheelmakers" in caught.value.found
    assert caught.value.do.startswith("sudo usermod -aG wheelmakers ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take the rights of another user")
def test_permission_denied_is_seen_by_trying() -> None:
    code = """
import os, socket, sys, tempfile
from hostnet_lab.core.host.engines import Candidate
from hostnet_lab.provision.engine_search import ask
with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    server = socket.socket(socket.AF_UNIX)
    server.bind(folder + "/engine.sock")
    server.listen()
    os.chmod(folder + "/engine.sock", 0o600)
    os.seteuid(65534)
    sight = ask(Candidate("unix://" + folder + "/engine.sock", "here"))
    os.seteuid(0)
    server.close()
print(sight.state, "-", sight.words)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=limit_s(20))
    assert answer.stdout == "denied - you may not open it; it is for root alone\n"


@pytest.mark.parametrize(
    ("denied", "member", "typed"),
    [
        (Sight(Candidate(DEFAULT, ""), "denied", "", "docker"), False, "sudo usermod -aG docker ada && newgrp docker"),
        (Sight(Candidate(DEFAULT, "", named=True), "denied", "", "docker"), False, "sudo usermod -aG docker ada && newgrp docker"),
        (Sight(Candidate(DEFAULT, ""), "denied", "", "docker"), True, "newgrp docker"),
        (Sight(Candidate(DEFAULT, ""), "denied"), False, "sudo groupadd -f docker && sudo usermod -aG docker ada   "),
        (Sight(Candidate("unix:///run/user/7/docker.sock", "", named=True), "denied"), False, "ask the user whose engine it is"),
    ],
)
def test_a_forbidden_socket_is_opened_by_its_group_and_never_by_a_second_engine(denied: Sight, member: bool, typed: str) -> None:
    assert let_in(denied, "ada", member=member).startswith(typed)


def test_a_number_without_a_name_gets_one_since_groups_list_names(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Sight(Candidate(DEFAULT, ""), "denied", "", "docker")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    monkeypatch.setattr(os, "getuid", lambda: 2_000_012)
    assert engine.advice([denied], DEBIAN) == "sudo useradd -M -u 2000012 -G docker user2000012 && newgrp docker"


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("ssh://ada@lab", "-L /home/ada/e.sock:/var/run/docker.sock ssh://ada@lab && export DOCKER_HOST=unix:///home/ada/e.sock"),
        ("ssh://lab:2222/run/user/7/docker.sock", "-L /home/ada/e.sock:/run/user/7/docker.sock ssh://lab:2222 && export"),
        ("ssh://a;b@lab", "'ssh://a;b@lab' && export"),
    ],
)
def test_an_engine_behind_ssh_is_brought_here_by_ssh(address: str, typed: str) -> None:
    assert typed in forward(address, "/home/ada/e.sock")


@pytest.mark.parametrize(
    ("meta", "address"),
    [
        ('{"Name": "far", "Endpoints": {"docker": {"Host": "ssh://ada@lab"}}}', "ssh://ada@lab"),
        ('{"Name": "far", "Endpoints": {"docker": {"Host": 7}}}', ""),
        ('{"Name": "far", "Endpoints": []}', ""),
        ("[" * 5000, ""),
        ("", ""),
    ],
)
def test_a_context_leads_where_its_file_says(docker_home: Path, monkeypatch: pytest.MonkeyPatch, meta: str, address: str) -> None:
    place = docker_home / "contexts" / "meta" / hashlib.sha256(b"far").hexdigest()
    place.mkdir(parents=True)
    (place / "meta.json").write_text(meta)
    monkeypatch.setenv("DOCKER_CONTEXT", "far")
    assert engine_search.named_address() == address
    told = engine.advice([Sight(Candidate("", "the Docker context far", named=True), "silent")], DEBIAN)
    assert ("ssh://ada@lab && export DOCKER_HOST=" in told) is (address != "")


@pytest.mark.parametrize("address", ["", "ssh://", "ssh://lab:x", "ssh://[::1", "tcp://lab:2375", "ssh:lab", "ssh://lab?x"])
def test_what_is_no_address_for_ssh_is_not_handed_to_it(address: str) -> None:
    assert forward(address, "/s") == ""


def test_doctor_gives_the_same_advice_as_the_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sights = [Sight(Candidate(DEFAULT, "the default socket"), "denied", "", "wheelmakers")]
    monkeypatch.setattr(engine, "look", lambda: sights)
    with pytest.raises(EngineUnavailable) as caught:
        engine.ensure(tmp_path, print)
    assert findings.engine(sights, DEBIAN, engine.advice(sights, DEBIAN), {}, {}).mend == caught.value.do


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("ssh://ada@lab", "Install paramiko package to enable ssh:// support"),
        ("ssh://", "Install paramiko package to enable ssh:// support"),
        ("tcp://", "Invalid bind address format: tcp://"),
        ("tcp://127.0.0.1:1", "Connection refused"),
        ("https://127.0.0.1:1", "Connection refused"),
        ("tcp://127.0.0.1:x", "Port could not be cast to integer value as 'x'"),
        ("tcp://[::1", "Invalid IPv6 URL"),
        ("fd://", "fd protocol is not implemented"),
        ("npipe:////./pipe/docker_engine", "only supported on Windows"),
        ("rubbish", "port is required: rubbish"),
        ("unix:///etc/hostname", "/etc/hostname is no socket"),
        ("unix:///etc", "/etc is no socket"),
        ("unix:///nobody.sock  ", "no such socket"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_in_the_words_of_what_tried_it(
    docker_home: Path, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    (sight,) = engine_search.look()
    assert sight.state in ("silent", "absent") and words in str(sight)
    assert f"DOCKER_HOST={address.strip()}: " in str(sight)


@pytest.mark.parametrize("address", ["unix://", f" {DEFAULT} ", f"{DEFAULT}\t"])
def test_blanks_around_an_address_and_one_without_a_path_mean_what_they_mean_to_the_docker_command(address: str) -> None:
    assert [one.endpoint for one in candidates({"DOCKER_HOST": address}, None, 1000)] == [DEFAULT]


def test_an_engine_away_from_the_default_place_is_named_to_the_docker_command_too(
    answering: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sight = Sight(Candidate(answering, "rootless Docker"), "answers")
    monkeypatch.setattr(engine, "look", lambda: [sight])
    monkeypatch.setattr(commands, "require", lambda *_, **__: None)
    monkeypatch.setattr(Engine, "connect", lambda url: url)
    assert engine.ensure(tmp_path, print).environment == {"DOCKER_HOST": answering}


def test_a_disk_is_not_begun_without_the_command_that_makes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian 13 can be without e2fsprogs."""
    installed: list[str] = []
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    monkeypatch.setattr(apt, "is_debian", lambda: True)
    monkeypatch.setattr(apt, "install", lambda packages, _: installed.extend(packages))
    monkeypatch.setattr(sudo, "root_prefix", lambda: [])
    with pytest.raises(SetupFailed, match="e2fsprogs") as caught:
        commands.require(print, commands.FOR_A_CLASS, may_install=False)
    assert "e2fsprogs" in caught.value.do and not installed
    commands.require(print, commands.FOR_A_CLASS, may_install=True)
    assert installed == ["e2fsprogs", "iptables"]


def test_without_docker_and_curl_and_without_leave_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(SetupFailed, match=r"docker and curl(.|\n)*not on the PATH"):
        commands.require(print, may_install=False)


@pytest.mark.parametrize(("there", "packages"), [((), ["iproute2", "procps"]), (("ip", "ss"), ["procps"]), (commands.LOOKING, [])])
def test_what_lessons_look_with_is_brought_where_debian_can(
    monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], packages: list[str]
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(commands, "find", lambda name: name if name in {*commands.TYPED, *there} else None)
    monkeypatch.setattr(apt, "is_debian", lambda: True)
    monkeypatch.setattr(apt, "install", lambda packages, _: installed.extend(packages))
    monkeypatch.setattr(sudo, "root_prefix", lambda: None)
    commands.require(print, may_install=True)
    assert not installed, "without root's rights the lab goes on"
    monkeypatch.setattr(sudo, "root_prefix", lambda: [])
    commands.require(print, may_install=True)
    assert installed == packages


# --- starting and stopping ------------------------------------------------------------------------------------------


def stand_in(folder: Path, script: str) -> str:
    path = folder / "dockerd"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """No sudo: the stand-in needs no rights."""
    monkeypatch.setattr(sudo, "root_prefix", lambda: [])


def start(root: Path, monkeypatch: pytest.MonkeyPatch, script: str, state: str) -> list[str]:
    """Start a stand-in by hand; ``state`` is what the default socket would do."""
    dockerd, said = stand_in(root, script), list[str]()
    monkeypatch.setattr(engine_start, "find", lambda _: dockerd)
    monkeypatch.setattr(engine_start, "require_free_data", lambda _: None)
    monkeypatch.setattr(engine_start, "ask", lambda _: Sight(Candidate("", ""), state))  # type: ignore[arg-type]
    engine_start.bring_up(root, replace(DEBIAN, dockerd=True), said.append)
    return said


@pytest.mark.usefixtures("as_root")
def test_an_engine_started_by_hand_is_recorded_in_a_session_of_its_own_and_stopped_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "host net lab"
    root.mkdir()
    said = start(root, monkeypatch, "exec sleep 60", "answers")
    found = record.read(root / ".lab/run/engine.json")
    assert found is not None and found.how == "by hand"
    (process,) = found.processes
    assert process.alive and os.getsid(process.pid) != os.getsid(0)
    assert engine_stop.stop(root, said.append)
    assert not process.alive
    assert [line.split(":")[0].split(" (")[0] for line in said] == ["starting the Docker engine", "stopping the Docker engine"]
    assert not engine_stop.stop(root, said.append), "there is nothing to stop any more"


@pytest.mark.usefixtures("as_root")
def test_an_engine_that_ends_at_once_is_an_error_with_its_last_log_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EngineUnavailable, match=r"(?s)dockerd ended again.*no cgroups here"):
        start(tmp_path, monkeypatch, "echo no cgroups here; exit 1", "absent")


@pytest.mark.usefixtures("as_root")
def test_an_engine_that_never_answers_is_given_up_and_stays_on_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_start, "IDLE_S", 0.2)
    with pytest.raises(EngineUnavailable, match=r"no answer, and it is not at work: .*0\.2 s"):
        start(tmp_path, monkeypatch, "exec sleep 60", "absent")
    assert engine_stop.stop(tmp_path, print)


@pytest.mark.usefixtures("as_root")
def test_an_engine_brought_up_inside_a_block_is_given_back_also_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LabError), engine_stop.given_back(tmp_path, print):
        start(tmp_path, monkeypatch, "exec sleep 60", "answers")
        found = record.read(tmp_path / ".lab/run/engine.json")
        raise LabError("", "", "")
    assert found is not None and not found.alive


@pytest.mark.usefixtures("as_root")
def test_an_engine_that_ran_before_the_block_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start(tmp_path, monkeypatch, "exec sleep 60", "answers")
    with engine_stop.given_back(tmp_path, print):
        pass
    found = record.read(tmp_path / ".lab/run/engine.json")
    assert found is not None and found.alive
    engine_stop.stop(tmp_path, print)


def test_a_process_that_merely_got_the_same_pid_is_never_signalled(tmp_path: Path) -> None:
    sent: list[int] = []
    me = Running.of(os.getpid())
    assert me is not None
    record.write(record.folder(tmp_path) / "engine.json", Record("by hand", (replace(me, start_ticks=1),)))
    assert not engine_stop.stop(tmp_path, print)
    assert record.end(replace(me, start_ticks=1), 1, lambda pid, _: sent.append(pid))
    assert sent == []


def test_a_record_from_before_a_reboot_or_a_damaged_one_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "engine.json"
    record.write(path, Record("systemd", boot_id="another"))
    assert record.read(path) is None
    path.write_text('{"how": "by ha')
    assert record.read(path) is None


def test_a_record_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    record.write(tmp_path / "jupyter.json", Record("server", (), "http://127.0.0.1:1/?token=secret"))
    assert (tmp_path / "jupyter.json").stat().st_mode & 0o777 == 0o600


def test_the_end_of_a_process_that_ignores_the_signal_is_not_claimed() -> None:
    code = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        process = Running.of(child.pid)
        assert process is not None
        assert not record.end(process, 0.05)
        child.send_signal(signal.SIGKILL)


# --- apt ----------------------------------------------------------------------------------------------------------

POLICY = """docker.io:
  Installed: (none)
  Candidate: 20.10.24+dfsg1-1+deb12u1
  Version table:
     20.10.24+dfsg1-1+deb12u1 500
docker-cli:
  Installed: (none)
  Candidate: (none)
  Version table:
"""


def test_candidates_are_read_from_what_apt_cache_policy_says() -> None:
    assert apt.read_candidates(POLICY) == ["docker.io"]


@pytest.mark.parametrize(
    ("text", "debian"),
    [
        ("ID=debian\n", True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\n', True),
        ("ID=fedora\n", False),
        ("ID=arch\nVARIANT=debian\n", False),
    ],
)
def test_debian_and_its_relatives_are_told_by_os_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, debian: bool) -> None:
    (tmp_path / "os-release").write_text(text)
    (tmp_path / "apt-get").write_text("")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert apt.is_debian(tmp_path / "os-release") is debian
