"""The lab on a real engine: marks, waits, faults, and what it never touches."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hostnet_lab import Lab, Publish, RunRequest
from hostnet_lab.core.errors import ContainerFailed, LabError, NoAnswer, NotOurs, Taken
from hostnet_lab.core.guide.checks import EXERCISES
from hostnet_lab.core.host.ownership import KERNEL, LEARNER, Process, read_mark
from hostnet_lab.edges import host, probe
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.shim import FOLDER as SHIM
from hostnet_lab.lab import sweep

pytestmark = pytest.mark.engine
PORT = 8180
URL = f"http://localhost:{PORT}"
ON_PORT = ("sh", "-c", f"sed -i 's/80;/{PORT};/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'")
SERVER = RunRequest(name="lab-test", command=ON_PORT)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab changes these for its kernel; here they are put back."""
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


def open_lab(engine: Engine, **options: object) -> Lab:
    return Lab("test", ports=(), engine=engine, quiet=True, **options)  # type: ignore[arg-type]


@pytest.fixture
def lab(engine: Engine) -> Iterator[Lab]:
    opened = open_lab(engine)
    yield opened
    opened.clean()


@pytest.fixture
def stranger(engine: Engine) -> Iterator[str]:
    """A container that no lab started, called as the guide's."""
    key, _ = engine.create({"Image": "nginx", "Cmd": ["cat"], "Tty": True, "OpenStdin": True}, "webserver")
    engine.start(key)
    yield key
    engine.remove(key, force=True)


@pytest.fixture
def other_server() -> Iterator[int]:
    """A server of this process that answers 200 to everything."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(200)
            self.end_headers()
            self.wfile.write(b"<b>not nginx</b>")

    with ThreadingHTTPServer(("127.0.0.1", PORT), Page) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield PORT
        server.shutdown()
        thread.join()


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout.strip()


def test_an_answer_names_the_container_whose_log_shows_the_request(lab: Lab) -> None:
    lab.run(SERVER, URL)
    proof = lab.answer(URL)
    assert (proof.status, proof.server) == (200, "lab-test")


def test_another_server_that_answers_200_is_never_taken_for_ours(lab: Lab, other_server: int) -> None:
    lab.run(RunRequest(name="lab-test", network="bridge"))
    proof = lab.answer(URL)
    assert (proof.status, proof.server) == (200, None)
    assert "no container here" in repr(proof)


def test_a_port_held_by_a_process_is_reported_with_its_name_and_pid(engine: Engine, other_server: int) -> None:
    with pytest.raises(Taken, match=rf"pid {os.getpid()}"):
        Lab("test", ports=(other_server,), engine=engine, quiet=True)


def test_a_port_held_by_a_container_is_reported_with_its_name(lab: Lab) -> None:
    lab.run(SERVER, URL)
    assert lab.holder(PORT) == "container lab-test"


def test_a_published_port_is_reported_with_its_containers_name(lab: Lab) -> None:
    docker("run", "-d", "-p", f"127.0.0.1:{PORT}:80", "--name", "lab-test", "nginx")
    assert lab.holder(PORT) == "container lab-test, published"


def test_a_hidden_listener_is_found_from_inside_its_container(lab: Lab) -> None:
    from dataclasses import replace

    lab.run(SERVER, URL)
    hidden = [replace(one, pid=None, container=None) for one in host.listeners([PORT])]
    assert [one.container for one in lab.with_containers(hidden)] == [lab.container("lab-test").id]


def test_a_strangers_webserver_is_named_and_never_touched(engine: Engine, stranger: str) -> None:
    with pytest.raises(Taken, match="did not start"):
        open_lab(engine, take_over=True)
    found = engine.inspect(stranger)
    assert found and found["State"]["Running"]


def test_removing_a_strangers_container_is_refused(lab: Lab, engine: Engine) -> None:
    key, _ = engine.create({"Image": "nginx"}, "lab-stranger")
    try:
        with pytest.raises(NotOurs, match="labels"):
            lab.remove("lab-stranger")
        assert engine.inspect(key)
    finally:
        engine.remove(key)


def test_another_learners_container_is_left_alone(lab: Lab, engine: Engine) -> None:
    key, _ = engine.create({"Image": "nginx", "Labels": {**lab.labels, LEARNER: "54321"}}, "lab-other")
    try:
        assert sweep(engine, lab.me, everything=True) == []
        with pytest.raises(NotOurs):
            lab.remove("lab-other")
    finally:
        engine.remove(key)


def test_another_open_lesson_keeps_what_it_runs_until_it_is_taken_over(lab: Lab, engine: Engine) -> None:
    """Another process that lives: the one that started this one."""
    parent = os.getppid()
    other = Process(lab.me.boot_id, lab.me.pid_namespace, parent, host.start_ticks(parent) or 0)
    engine.create({"Image": "nginx", "Labels": {**lab.labels, KERNEL: str(other)}}, "webserver")
    with pytest.raises(Taken, match="still open"):
        open_lab(engine)
    open_lab(engine, take_over=True)
    assert engine.inspect("webserver") is None


def test_what_a_killed_kernel_left_is_swept_by_the_next_start(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    script = f"""
from hostnet_lab import Lab, Publish, RunRequest
lab = Lab("test", ports=())
lab.run(RunRequest(name="lab-orphan", command={ON_PORT!r}), {URL!r})
print("running", flush=True)
input()
"""
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdin and child.stdout
    with child.stdin, child.stdout:
        assert "is ready" in child.stdout.readline() and child.stdout.readline() == "running\n"
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert probe.get(URL)  # it goes on serving
    Lab("test", ports=(PORT,), engine=engine)
    assert "Swept: lab-orphan." in capsys.readouterr().out
    assert engine.inspect("lab-orphan") is None


def test_opening_a_lesson_again_in_one_kernel_starts_afresh(lab: Lab, engine: Engine) -> None:
    lab.run(SERVER, URL)
    Lab("test", ports=(PORT,), engine=engine, quiet=True)
    assert engine.inspect("lab-test") is None


def test_a_container_that_exits_is_reported_with_its_code_and_last_lines(lab: Lab) -> None:
    request = RunRequest(name="lab-test", command=("sh", "-c", "echo '<the reason>'; exit 3"))
    with pytest.raises(ContainerFailed, match=r"exit code 3(.|\n)*<the reason>"):
        lab.run(request, URL, timeout_s=30)  # and long before that


def test_a_container_that_cannot_start_is_not_left_behind(lab: Lab, engine: Engine, other_server: int) -> None:
    published = RunRequest(name="lab-test", network="bridge", publish=(Publish(other_server, 80),))
    with pytest.raises(Taken, match=r"address already in use|already allocated"):
        lab.run(published)
    assert engine.inspect("lab-test") is None


def test_a_wait_that_fails_tells_its_budget(lab: Lab) -> None:
    with pytest.raises(NoAnswer, match=r"0\.05 s"):
        lab.answer(URL, timeout_s=0.05)


def test_proxy_variables_do_not_catch_requests_to_this_host(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")  # nobody there
    lab.run(SERVER, URL)
    assert lab.answer(URL).server == "lab-test"
    import requests

    assert requests.get(URL, timeout=limit_s(5)).status_code == 200
    assert subprocess.run(["curl", "-sf", URL], check=True, capture_output=True).stdout


def test_the_labs_docker_labels_what_is_run_and_created(lab: Lab) -> None:
    for words in (["run", "-d"], ["create"], ["container", "create"]):
        docker(*words, "--name", "lab-test", "nginx", "sh", "-c", "echo 'two  words'")
        mark = read_mark(lab.container("lab-test").labels)
        assert mark and mark.process == lab.me and mark.learner == os.getuid()
        assert lab.engine.inspect("lab-test")["Config"]["Cmd"] == ["sh", "-c", "echo 'two  words'"]  # type: ignore[index]
        lab.remove("lab-test")


def test_the_labs_docker_changes_nothing_else(lab: Lab) -> None:
    real = os.environ["HOSTNET_LAB_DOCKER"]
    assert str(SHIM) not in real
    for words in (["version", "--format", "{{ .Client.Version }}"], ["ps", "-aq"], []):
        shown = [subprocess.run([program, *words], capture_output=True, text=True).stdout for program in ("docker", real)]
        assert shown[0] == shown[1]


def test_the_reader_sits_in_the_engines_own_namespace_or_is_told_otherwise(lab: Lab) -> None:
    place = lab.where_am_i()
    inside = lab.engine.client.containers.run(
        "nginx", ["readlink", "/proc/self/ns/net"], network_mode="host", remove=True, labels=lab.labels
    )
    same = inside.decode().strip() == os.readlink("/proc/self/ns/net")
    assert (place == "same namespace") is same


def test_an_unknown_exercise_is_answered_with_the_known_ones(lab: Lab) -> None:
    with pytest.raises(LabError, match="01-front-door"):
        lab.check("01-front-dor")


@pytest.mark.parametrize("given", [None, 3, "ant", {"ant": 1}, [1, 2], {("ant",)}, "x" * 10_000, {"<b>"}])
def test_an_odd_answer_gets_a_sentence(lab: Lab, given: object) -> None:
    for name in ("ant", "bee", "fly"):
        lab.engine.create({"Image": "nginx", "Labels": dict(lab.labels), "HostConfig": {"NetworkMode": "host"}}, name)
    result = lab.check("04-who-shares", given)
    assert result.state == "not yet" and result.hint and len(str(result)) < 400


def test_every_check_is_answered_on_an_empty_engine(lab: Lab) -> None:
    for key in EXERCISES:
        result = lab.check(key)
        assert not result.passed and result.hint


def test_a_listener_of_this_process_is_found_with_its_owner() -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        (found,) = host.listeners([one.getsockname()[1]])
    assert (found.address, found.pid) == ("127.0.0.1", os.getpid())
