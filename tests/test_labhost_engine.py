"""A lab host on a real engine, from its build to its end: what serves inside, what changes outside, what is left.

The image is built at most once (two minutes; seconds where the base is there) and stays, as for `./lab host`; `./lab clean
--images` removes it. In CI, mmdebstrap is installed where no registry can be reached.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from conftest import REQUIRED, engine_or_reason, missing
from hostnet_lab.core.errors import LabError
from hostnet_lab.core.host.network import difference
from hostnet_lab.edges import builds, network, pace
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import get
from hostnet_lab.labhost import host_image, starting
from hostnet_lab.labhost.starting import Host, Wish
from hostnet_lab.provision.jupyter_setup import free_port

ROOT = Path(__file__).parents[1]
NAME = "test"
pytestmark = pytest.mark.engine


def quiet(_text: str) -> None:
    """Nobody listens."""


@pytest.fixture(scope="module")
def image() -> str:
    engine = engine_or_reason()
    if isinstance(engine, str):
        missing(engine)
    assert isinstance(engine, Engine)
    try:
        return host_image.ensure(engine, ROOT, quiet, may_install=REQUIRED)
    except LabError as error:
        missing(f"no image of the lab host: {error.found}")
        raise


@contextmanager
def a_lab_host(engine: Engine, image: str, **wish: object) -> Iterator[Host]:
    starting.reset(engine, NAME)
    try:
        yield starting.start(engine, Wish(image, free_port(None), NAME, **wish), quiet)  # type: ignore[arg-type]
    finally:
        starting.reset(engine, NAME)


@contextmanager
def a_stranger_on_port_80() -> Iterator[None]:
    """Ours, unless somebody holds the port already."""
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            stranger.bind(("0.0.0.0", 80))
            stranger.listen()
        except OSError:
            pass
        yield


def run(host: Host, *command: str, limit_s: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(starting.inside(host, list(command)), capture_output=True, text=True, timeout=limit_s, stdin=subprocess.DEVNULL)


def inside_checkout(host: Host, command: str) -> subprocess.CompletedProcess[str]:
    return run(host, "sh", "-c", f"cd {starting.ROOT} && {command}")


def test_a_lesson_passes_inside_while_a_stranger_holds_port_80_outside_and_the_machine_is_as_before(engine: Engine, image: str) -> None:
    with a_stranger_on_port_80():
        before = network.snapshot()
        with a_lab_host(engine, image) as host:
            during = network.snapshot()
            port = host.address.split(":")[2].partition("/")[0]
            lesson = inside_checkout(host, "pytest -q -p no:cacheprovider notebooks/01-run-a-container.ipynb")
            assert lesson.returncode == 0, lesson.stdout
            assert "skipped" not in lesson.stdout
        assert difference(before, network.snapshot()) == []
    new = set(during.listeners) - set(before.listeners)
    assert {(one.address, one.port) for one in new} == {("127.0.0.1", int(port))}


def test_jupyterlab_is_the_learners_and_asks_for_the_token(engine: Engine, image: str) -> None:
    with a_lab_host(engine, image) as host:
        refused = get(host.address.partition("/lab/")[0] + "/api/contents")
        assert refused is not None and refused.status == 403
        for name, status in (("evil.example", 403), ("localhost", 200)):  # a page from elsewhere may lead a name of its own here
            answer = requests.get(host.address, headers={"Host": name}, timeout=pace.limit_s(60), allow_redirects=False)
            assert answer.status_code == status
        assert run(host, "id", "-un").stdout == "learner\n"
        assert "webserver" not in run(host, "docker", "ps", "-a").stdout  # its own engine, and an empty one


# In the lab host: what its JupyterLab's page is told of the map beside a lesson, and the first one that it is sent.
MAP = """
import json, os
from urllib.request import urlopen
where, token = "http://127.0.0.1:8888", os.environ["JUPYTER_TOKEN"]
assert b"hostnet-lab-stage" in urlopen(f"{where}/lab?token={token}").read()
with urlopen(f"{where}/hostnet-lab/map?token={token}") as news:
    drawn = (json.loads(line[5:])["html"] for line in news if line.startswith(b"data:"))
    print(next(filter(None, drawn)))
"""


def test_the_map_beside_a_lesson_is_of_the_lab_hosts_own_network(engine: Engine, image: str) -> None:
    with a_lab_host(engine, image) as host:
        assert run(host, "docker", "run", "-d", "--network", "host", "--name", "inside", "nginx").returncode == 0
        drawn = run(host, "python", "-c", MAP)
        assert drawn.returncode == 0, drawn.stderr
        assert ">inside</bdi>" in drawn.stdout and "<code>docker0</code>" in drawn.stdout and host.name not in drawn.stdout


# In the lab host: a line typed into a new terminal of its JupyterLab; what it shows until its shell ends.
TYPED = """
import asyncio, json, os, sys
from urllib.request import Request, urlopen
from tornado.websocket import websocket_connect

async def main():
    where, token = "127.0.0.1:8888", os.environ["JUPYTER_TOKEN"]
    with urlopen(Request(f"http://{where}/api/terminals?token={token}", b"{}", method="POST")) as made:
        name = json.load(made)["name"]
    terminal = await websocket_connect(f"ws://{where}/terminals/websocket/{name}?token={token}")
    await terminal.write_message(json.dumps(["stdin", sys.argv[1] + "; exit\\r"]))
    while message := await terminal.read_message():
        kind, *text = json.loads(message)
        if kind == "disconnect":
            return
        if kind == "stdout":
            print(*text, end="")

asyncio.run(main())
"""
OPENED = """
from hostnet_lab import Lab
lab = Lab("03d", ports=(), quiet=True)
print("open", flush=True)
input()
lab.clean()
"""


def typed(host: Host, line: str) -> list[str]:
    """Its end is the shell's: a word to wait for would be found in the echo of the line, before the command has run."""
    return run(host, "python", "-c", TYPED, line).stdout.splitlines()


def test_in_its_terminal_docker_and_lab_are_the_labs_and_what_is_started_is_the_open_lessons(engine: Engine, image: str) -> None:
    with a_lab_host(engine, image) as host:
        found = [line.rpartition("/terminal/")[2] for line in typed(host, "command -v docker lab") if line.startswith("/home")]
        assert found == ["programs/docker", "programs/lab"]
        original = run(host, "cat", "03d-lose-a-port-race.ipynb").stdout
        run(host, "sh", "-c", "echo mine >03d-lose-a-port-race.ipynb")
        assert any(line.startswith("03d-lose-a-port-race.ipynb: the original is back; ") for line in typed(host, "lab reset 03d"))
        assert run(host, "cat", "03d-lose-a-port-race.ipynb").stdout == original != ""
        command, pipe = starting.inside(host, ["python", "-c", OPENED]), subprocess.PIPE
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as lesson:
            assert lesson.stdin and lesson.stdout and lesson.stdout.readline() == "open\n"
            typed(host, "docker create --name typed nginx")
            lesson.stdin.write("\n")
            lesson.stdin.close()
            assert lesson.stdout.read() == "Removed: typed.\n"


def test_a_killed_lab_host_goes_on_with_the_work_in_it_and_the_same_name_is_the_same_host(engine: Engine, image: str) -> None:
    with a_lab_host(engine, image) as host:
        run(host, "sh", "-c", "echo mine >notes.txt")
        again = starting.start(engine, Wish(image, 1, NAME), quiet)
        assert again == host
        engine.client.api.kill(host.container)
        assert starting.start(engine, Wish(image, 1, NAME), quiet) == host
        assert run(host, "cat", "notes.txt").stdout == "mine\n"
        assert run(host, "docker", "image", "inspect", "nginx").returncode == 0


def test_kept_work_outlives_the_lab_host_until_it_is_reset(engine: Engine, image: str) -> None:
    with a_lab_host(engine, image, keep=True) as host:
        run(host, "sh", "-c", "echo mine >notes.txt && rm 00-start-here.ipynb")
        assert starting.stop(engine, NAME)
        kept = starting.start(engine, Wish(image, free_port(None), NAME, keep=True), quiet)
        assert run(kept, "ls", "00-start-here.ipynb", "notes.txt").returncode == 0
    assert builds.volumes(engine, f"{starting.VOLUME}={NAME}") == []


def test_it_ends_in_order_and_leaves_no_volume(engine: Engine, image: str) -> None:
    before = {one["Name"] for one in engine.client.api.volumes()["Volumes"] or []}
    with a_lab_host(engine, image) as host:
        assert run(host, "docker", "run", "-d", "--network", "host", "nginx", "sh", "-c", "trap '' TERM; sleep 1000 & wait").returncode == 0
        engine.stop(host.container, grace_s=10)  # SIGKILL would be 137
        state = (engine.inspect(host.container) or {})["State"]
        assert (state["Running"], state["ExitCode"]) == (False, 0)
    assert {one["Name"] for one in engine.client.api.volumes()["Volumes"] or []} == before


def test_without_any_added_right_the_guides_first_step_works_too(engine: Engine, image: str) -> None:
    with a_stranger_on_port_80(), a_lab_host(engine, image, flavour="rootless") as host:
        assert not (engine.inspect(host.container) or {})["HostConfig"]["CapAdd"]
        assert run(host, "docker", "run", "-d", "--network", "host", "--name", "webserver", "nginx").returncode == 0
        page = run(host, "curl", "-s", "--retry", "5", "--retry-connrefused", "--retry-delay", "1", "http://localhost")
        assert "Welcome to nginx!" in page.stdout
        assert "rootless" in run(host, "docker", "info").stdout


@pytest.mark.parametrize("flavour", starting.FLAVOURS)
def test_a_command_runs_in_a_container_that_is_not_roots(engine: Engine, image: str, flavour: str) -> None:
    """It needs the right to look at another user's process (ptrace(2)), which Docker does not give by itself."""
    with a_lab_host(engine, image, flavour=flavour) as host:
        assert run(host, "docker", "run", "-d", "--name", "other", "--user", "65534", "nginx", "sleep", "1000").returncode == 0
        assert run(host, "docker", "exec", "other", "id", "-u").stdout == "65534\n"


def test_a_lab_host_that_cannot_come_up_says_why_and_leaves_nothing(engine: Engine, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def without_a_device(*_: object, **__: object) -> dict[str, object]:
        return {"Mounts": [{"Type": "volume", "Target": "/var/lib/docker"}]}  # neither rights nor what rootless needs

    monkeypatch.setattr(starting, "host_config", without_a_device)
    with pytest.raises(LabError, match="its log ends"), a_lab_host(engine, image):
        pass
    assert starting.find(engine, NAME) is None
