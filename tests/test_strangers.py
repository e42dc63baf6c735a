"""What stands on an engine beside a lesson: it is never taken for the lesson's, and breaks no look over all."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab import Lab, RunRequest
from hostnet_lab.classroom import plan, session, settings
from hostnet_lab.core.errors import LabError, NotOurs
from hostnet_lab.core.host.facts import read_log
from hostnet_lab.core.host.ownership import KERNEL, LESSON, OWNER, Mark, Process, read_mark
from hostnet_lab.edges import builds, containers, host
from hostnet_lab.edges.engine import MOST_LOG, Engine
from hostnet_lab.experiments.asking import server_of
from hostnet_lab.experiments.schedule import RUN, remove_run
from hostnet_lab.lab import left_elsewhere, sweep
from hostnet_lab.labhost import starting

from .strangers import seen_by_doctor

pytestmark = pytest.mark.engine
ME = Mark(os.getuid(), "test", host.this_process())
GONE = replace(ME, process=replace(ME.process, start_ticks=1))  # this very pid, of an earlier process
PORT = 8181
SERVER = RunRequest(
    name="strangers-ours",
    command=("sh", "-c", f"sed -i 's/80;/{PORT};/' /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'"),
)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab changes these for its kernel; here they are put back."""
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


@pytest.fixture
def place(engine: Engine) -> Iterator[ExitStack]:
    """What is pushed on it is removed again, the last first."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def created(engine: Engine, place: ExitStack) -> Callable[..., str]:
    """Creates a container; returns its id."""

    def create(name: str, **payload: Any) -> str:
        key, _ = engine.create({"Image": "nginx", "Cmd": ["sleep", "600"], **payload}, name)
        place.callback(engine.remove, key, force=True)
        return key

    return create


@pytest.fixture
def image(engine: Engine, place: ExitStack, created: Callable[..., str]) -> str:
    """Committed from a container that a dead kernel of this learner's left."""
    key = created("strangers-webserver", Labels=GONE.labels() | {RUN: "abc", starting.NAME: "strangers"})
    engine.client.api.commit(key, "strangers-image", "latest")
    place.callback(forget_image, engine, "strangers-image")
    engine.remove(key, force=True)
    return "strangers-image"


def forget_image(engine: Engine, name: str) -> None:
    if engine.image_id(name):
        engine.client.api.remove_image(name, force=True)


def derived(engine: Engine, place: ExitStack, image: str) -> str:
    """An image built on another one."""
    with io.BytesIO() as packed:
        with tarfile.open(fileobj=packed, mode="w") as tar:
            lines = f"FROM {image}\nENV on=top\n".encode()
            info = tarfile.TarInfo("Dockerfile")
            info.size = len(lines)
            tar.addfile(info, io.BytesIO(lines))
        packed.seek(0)
        list(builds.build(engine, packed, "strangers-derived", {}, {}))
    place.callback(forget_image, engine, "strangers-derived")
    return "strangers-derived"


def test_what_a_reader_made_of_a_lessons_container_is_theirs(
    engine: Engine, place: ExitStack, created: Callable[..., str], image: str
) -> None:
    keys = [created("strangers-db", Image=image, Volumes={"/data": {}}), created("strangers-db2", Image=derived(engine, place, image))]
    engine.client.api.commit(keys[0], "strangers-chain", "latest")
    place.callback(forget_image, engine, "strangers-chain")
    keys.append(created("strangers-db3", Image="strangers-chain"))
    assert engine.containers(label=KERNEL) == [] == engine.containers(label=f"{RUN}=abc")
    found = [one for one in containers.described(engine) + containers.listed(engine) if one.id in keys]
    assert [read_mark(one.labels) for one in found] == [None] * 6
    remove_run(engine, "abc")
    assert sweep(engine, everything=True) == sweep(engine) == left_elsewhere(engine) == []
    assert seen_by_doctor(engine)["leftovers"].state == "ok"
    assert starting.find(engine, "strangers") is None and not starting.stop(engine, "strangers")
    assert all(engine.inspect(key) for key in keys)
    assert len(engine.inspect(keys[0])["Mounts"]) == 1  # type: ignore[index]


def test_a_container_whose_image_was_removed_by_force_is_left_alone(
    engine: Engine, place: ExitStack, created: Callable[..., str], image: str
) -> None:
    key = created("strangers-db", Image=derived(engine, place, image))
    for name in ("strangers-derived", image):
        forget_image(engine, name)
    assert sweep(Engine.connect(), everything=True) == []
    assert engine.inspect(key)


def test_a_mark_of_its_own_on_such_an_image_counts(engine: Engine, created: Callable[..., str], image: str) -> None:
    created("strangers-ours", Image=image, Labels=ME.labels())
    assert sweep(engine, ME.process) == ["strangers-ours"]


def test_another_machines_container_is_named_and_left_alone(
    engine: Engine, created: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    there = Process("another-boot", ME.process.pid_namespace, 1, 1, "f" * 32, ME.process.time_namespace)
    key = created("webserver", Labels=replace(ME, process=there).labels())
    assert sweep(engine, everything=True) == []
    assert left_elsewhere(engine) == ["webserver"]
    with pytest.raises(LabError, match="another machine"):
        Lab("test", ports=(), engine=engine, quiet=True, take_over=True)
    said = seen_by_doctor(engine)
    assert said["name webserver"].state == "in the way" and "another machine" in said["name webserver"].owner
    assert "docker rm -f webserver" in said["leftovers"].found
    assert engine.inspect(key)


MACHINE = """
mount --bind "$0/boot_id" /proc/sys/kernel/random/boot_id && mount --bind "$0/machine-id" /etc/machine-id &&
hostname "$1" && exec "$2" -c "from hostnet_lab import Lab; import os
lab = Lab('test', ports=(), quiet=True)
lab.engine.create({'Image': 'nginx', 'Labels': lab.labels}, 'strangers-ours')
os.kill(os.getpid(), 9)"
"""


@pytest.mark.skipif(os.geteuid() != 0 or not Path("/etc/machine-id").is_file(), reason="only root can make up another machine, with an id")
@pytest.mark.parametrize(("machine_id", "node", "swept"), [(None, None, True), ("b" * 32, None, False), (None, "another", False)])
def test_of_another_boot_only_what_this_machine_left_is_swept(
    engine: Engine, place: ExitStack, tmp_path: Path, machine_id: str | None, node: str | None, swept: bool
) -> None:
    (tmp_path / "boot_id").write_text("11111111-2222-4333-8444-555555555555\n")
    (tmp_path / "machine-id").write_text(f"{machine_id}\n" if machine_id else Path("/etc/machine-id").read_text())
    namespaces = ["unshare", "--mount", "--uts", "--pid", "--fork", "--mount-proc"]
    done = subprocess.run([*namespaces, "sh", "-c", MACHINE, str(tmp_path), node or os.uname().nodename, sys.executable], check=False)
    key = (engine.inspect("strangers-ours") or {}).get("Id")
    assert key, f"the other machine ended with exit code {done.returncode}"
    place.callback(engine.remove, key, force=True)
    assert (sweep(engine, everything=True), left_elsewhere(engine)) == ((["strangers-ours"], []) if swept else ([], ["strangers-ours"]))


@pytest.mark.parametrize("damage", [{KERNEL: f"b/1/{'9' * 5000}/2"}, {KERNEL: "x" * 1_000_000}, {LESSON: "\x1b[2J"}])
def test_a_mark_that_cannot_be_read_is_left_alone_and_breaks_nothing(
    engine: Engine, created: Callable[..., str], damage: dict[str, str]
) -> None:
    key = created("webserver", Labels=GONE.labels() | damage)
    assert sweep(engine, everything=True) == left_elsewhere(engine) == []
    assert all("\x1b" not in f"{one.owner}{one.found}" for one in seen_by_doctor(engine).values())
    assert engine.inspect(key)


def test_a_network_that_a_stranger_uses_is_left_and_the_rest_is_swept(
    engine: Engine, place: ExitStack, created: Callable[..., str]
) -> None:
    network = engine.create_network({"Name": "strangers-office", "Labels": GONE.labels()})
    place.callback(engine.remove_network, network)
    created("strangers-ours", Labels=GONE.labels())
    engine.start(created("strangers-guest", HostConfig={"NetworkMode": "strangers-office"}))
    assert sweep(engine) == ["strangers-ours"]
    assert [one["Name"] for one in engine.networks() if one["Id"] == network] == ["strangers-office"]


# -- one look over all ----------------------------------------------------------------------------------------------

WITHOUT_LOG: dict[str, Any] = {"HostConfig": {"LogConfig": {"Type": "none"}}}
ENDLESS = ["sh", "-c", "tr '\\0' x </dev/zero | head -c 6000000; echo; sleep 600"]


def test_a_strangers_container_without_a_log_hides_no_answer(engine: Engine, created: Callable[..., str]) -> None:
    for name, more in {
        "strangers-silent": WITHOUT_LOG,
        "strangers-endless": {"Cmd": ENDLESS},
        "strangers-bytes": {"Cmd": ["sh", "-c", r"printf '\377\376\0\033[2J'; sleep 600"]},
        "strangers-terminal": {"Tty": True, "Cmd": ["sh", "-c", "echo hello; sleep 600"]},
        "strangers-paused": {},
    }.items():
        engine.start(created(name, **more))
    engine.client.api.pause("strangers-paused")
    created("strangers-new")
    lab = Lab("test", ports=(), engine=engine, quiet=True)
    try:
        lab.run(SERVER, f"http://localhost:{PORT}")
        assert lab.answer(f"http://localhost:{PORT}").server == "strangers-ours"
        assert lab.holder(PORT) == "container strangers-ours"
        assert not lab.check("01-front-door").passed
        assert len(lab.containers()) == len(lab.listed()) >= 7
    finally:
        lab.clean()


def test_a_log_of_any_length_is_read_up_to_a_bound(engine: Engine, created: Callable[..., str]) -> None:
    key = created("strangers-endless", Cmd=["sh", "-c", "tr '\\0' x </dev/zero | head -c 6000000; echo; echo at last"])
    engine.start(key)
    engine.client.api.wait(key)
    assert MOST_LOG * 0.9 < len(engine.logs(key)) <= MOST_LOG
    assert engine.logs(key, tail=1) == "at last\n"


def test_the_log_is_docker_pys_own(engine: Engine, created: Callable[..., str]) -> None:
    for name, tty in (("strangers-pipe", False), ("strangers-terminal", True)):
        key = created(name, Tty=tty, Cmd=["sh", "-c", "echo out; echo err >&2; printf 'no end'"])
        engine.start(key)
        engine.client.api.wait(key)
        assert sorted(engine.logs(key)) == sorted(engine.client.api.logs(key).decode())
        assert {"out", "err", "no end"} == set(engine.logs(key).splitlines())


def test_frames_of_a_log_are_joined_and_a_cut_one_is_kept() -> None:
    assert read_log(b"\1\0\0\0\0\0\0\3abc\2\0\0\0\0\0\0\2de\1\0\0\0\0\0\0\x09f") == "abcdef"
    assert read_log(b"plain \xff text") == "plain \N{REPLACEMENT CHARACTER} text" and read_log(b"") == ""


class Refusing(Engine):
    """An engine with one container that it lists, and of which it tells nothing more."""

    refused = ""

    def inspect(self, container: str) -> dict[str, Any] | None:
        if container.startswith(self.refused):
            raise LabError("inspect", "the engine answered 500: runtime is gone", "")
        return super().inspect(container)

    def logs(self, container: str, tail: int | str = "all") -> str:
        if container.startswith(self.refused):
            raise LabError("logs", "the engine answered 500: configured logging driver does not support reading", "")
        return super().logs(container, tail)


def test_a_container_that_the_engine_refuses_to_tell_of_is_still_named(engine: Engine, created: Callable[..., str]) -> None:
    refusing = Refusing(engine.client)
    refusing.refused = created("strangers-broken")
    engine.start(refusing.refused)
    created("strangers-fine")
    assert {one.name for one in containers.described(refusing)} >= {"strangers-broken", "strangers-fine"}
    assert server_of(refusing, "a word", lambda: None, 0.01) is None
    assert containers.log_of(refusing, refusing.refused, 5) == ""
    (broken,) = (one for one in containers.listed(refusing) if one.name == "strangers-broken")
    assert containers.described_again(refusing, broken) == broken


def test_the_plain_docker_command_shows_the_same_containers(engine: Engine, created: Callable[..., str]) -> None:
    created("strangers-fine")
    shown = subprocess.run(["docker", "ps", "-aq", "--no-trunc"], capture_output=True, text=True, check=True).stdout.split()
    assert {one.id for one in containers.described(engine)} == set(shown)


@pytest.mark.parametrize("owner", ["/1", f"{'f' * 32}/{os.getuid()}", "/" + "9" * 5000])
def test_a_lab_host_of_another_user_or_machine_is_named_and_left_alone(engine: Engine, created: Callable[..., str], owner: str) -> None:
    key = created("hostnet-strangers", Labels={starting.NAME: "strangers", OWNER: owner})
    for action in (starting.find, starting.stop, starting.reset):
        with pytest.raises(NotOurs, match=r"by another user(.|\n)*--name OTHER(.|\n)*docker rm -f hostnet-strangers"):
            action(engine, "strangers")
    assert engine.inspect(key)


@pytest.mark.parametrize("owner", [None, "/1", f"{'f' * 32}/{os.getuid()}"])
def test_a_class_on_another_server_with_the_same_folder_is_another_class(
    engine: Engine, created: Callable[..., str], place: ExitStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, owner: str | None
) -> None:
    folder, subnet, gone = tmp_path / "class", "10.213.77.0/28", owner is None
    labels = {settings.LABEL: str(folder), OWNER: owner or host.this_owner()}
    key, parts = created("strangers-ada", Labels=labels), {"Driver": "default", "Config": [{"Subnet": subnet}]}
    network = engine.create_network({"Name": "strangers-class", "Labels": labels, "IPAM": parts})
    if not gone:
        place.callback(engine.remove_network, network)
    monkeypatch.setattr(host, "routes", list)  # which have it in any case
    assert (subnet not in plan.taken(engine, folder)) is gone
    assert bool(session.stop(folder, engine, print)) is gone
    assert (engine.inspect(key) is None) is gone
    assert (not engine.networks(f"{settings.LABEL}={folder}")) is gone


def test_a_lab_hosts_kept_work_is_its_owners(engine: Engine, place: ExitStack) -> None:
    wish = starting.Wish("nginx", 1, "strangers", keep=True)

    def keep_work() -> None:
        starting._keep_work(engine, wish)  # private: the rest of a start takes the image of a lab host, and half a minute

    for labels, whose in (
        ({}, "without"),
        ({starting.VOLUME: "strangers", OWNER: "/1"}, "another user"),
        ({starting.VOLUME: "strangers"}, ""),
    ):
        builds.make_volume(engine, wish.volume, labels)
        place.callback(builds.remove_volume, engine, wish.volume)
        if whose:
            with pytest.raises(NotOurs, match=whose):
                keep_work()
            assert starting.reset(engine, "strangers") == []
        else:  # of before owners were named
            keep_work()
        place.pop_all().close()
    keep_work()
    assert (builds.volume(engine, wish.volume) or {})["Labels"] == {starting.VOLUME: "strangers", OWNER: host.this_owner()}
    assert starting.reset(engine, "strangers") == [f"volume {wish.volume}"]
