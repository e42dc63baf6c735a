"""A disposable host is gone afterwards, however it ends: processes, names, mounts, cgroups, folders, files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from conftest import missing
from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host, probe
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments import disposable, own_engine
from hostnet_lab.experiments.stage import Stage
from hostnet_lab.lab import sweep

pytestmark = pytest.mark.engine
LABELS = Mark(os.getuid(), "test", host.this_process()).labels()

# Makes a disposable host with a container in host mode and one on the bridge, says so, and waits to be ended.
MAKER = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may ignore it
from hostnet_lab.core.host.commands import RunRequest
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments.disposable import disposable
with disposable(Engine.connect(), Mark(os.getuid(), "test", host.this_process()).labels()) as stage:
    stage.nginx()
    key = stage.run(RunRequest(name="bridged", network="bridge", command=("sleep", "600")))
    print(stage.prefix[1], key, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def possible() -> None:
    why = disposable.missing()
    if why:
        missing(why)


def traces(name: str) -> list[str]:
    """All that can be found of a disposable host by its name: what runs, what is mounted, what stands in a folder."""
    folder = disposable.place() / name
    found = [str(path) for path in (folder, Path("/run/netns", name), Path("/run/netns", f"{name}c")) if path.exists()]
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        try:
            words = (process / "cmdline").read_bytes().decode("utf-8", "replace").replace("\0", " ")
            if name in words or f"/{name}/" in (process / "mountinfo").read_text():
                found.append(f"process {process.name}: {words[:80] or (process / 'comm').read_text()}")
        except OSError:
            continue
    return found


def cgroups(name: str) -> list[Path]:
    return disposable.cgroups(Path(name))


def name_of(stage_prefix_word: str) -> str:
    return stage_prefix_word.rpartition("/")[2]


@pytest.fixture
def maker(engine: Engine) -> Iterator[subprocess.Popen[str]]:
    words = [sys.executable, "-c", MAKER]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.communicate()
    disposable.sweep_hosts()


def made(maker: subprocess.Popen[str]) -> tuple[str, str]:
    """Name of the host and id of its bridge container, once it stands."""
    assert maker.stdout is not None
    word, key = maker.stdout.readline().split()
    assert traces(name_of(word)) and cgroups(name_of(word)) and len(key) == 64
    return name_of(word), key


def test_it_is_up_soon_serves_the_image_and_is_gone_afterwards(engine: Engine) -> None:
    begun = monotonic()
    with disposable.disposable(engine, LABELS) as stage:
        assert monotonic() - begun < 15, "about a second on a quiet machine"
        name = name_of(stage.prefix[1])
        page = stage.nginx(port=80)
        assert stage.get(f"http://{disposable.HOST_ADDRESS}/") == page
        assert stage.engine.info()["Name"] and traces(name)
    assert traces(name) == []


def test_a_client_on_the_wire_reaches_the_host_by_its_address_only(engine: Engine) -> None:
    with disposable.disposable(engine, LABELS) as stage:
        page = stage.nginx(port=80)
        client = Stage(stage.engine, LABELS, disposable.client_prefix(stage))
        assert client.get(f"http://{disposable.HOST_ADDRESS}/") == page
        assert client.get("http://127.0.0.1/") is None


def test_two_stand_side_by_side_with_the_same_address_and_port(engine: Engine) -> None:
    with disposable.disposable(engine, LABELS) as one, disposable.disposable(engine, LABELS) as other:
        pages = one.nginx(port=80), other.nginx(port=80)
        assert (one.get("http://127.0.0.1/"), other.get("http://127.0.0.1/")) == pages


def test_the_stacks_that_its_containerd_writes_lie_in_its_own_folder(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with disposable.disposable(engine, LABELS) as stage:
        folder = Path(stage.endpoint.removeprefix("unix://")).parent
        (containerd,) = [one for one in Path("/proc").glob("[0-9]*") if f"{folder}/containerd.toml" in _words(one)]
        os.kill(int(containerd.name), signal.SIGUSR1)
        probe.wait_until(lambda: list((folder / "tmp").glob("containerd.*.stacks.log")), 10, "the stacks of containerd")
        assert list(tmp_path.iterdir()) == []
    assert not folder.exists()


def _words(process: Path) -> str:
    try:
        return (process / "cmdline").read_bytes().decode("utf-8", "replace") if (process / "comm").read_text() == "containerd\n" else ""
    except OSError:
        return ""


def test_it_is_gone_after_an_exception(engine: Engine) -> None:
    name = ""
    with pytest.raises(ZeroDivisionError), disposable.disposable(engine, LABELS) as stage:
        name = name_of(stage.prefix[1])
        stage.nginx()
        _ = 1 // 0
    assert name and traces(name) == []


def test_an_engine_that_refuses_its_options_says_why_and_leaves_nothing(engine: Engine) -> None:
    with pytest.raises(SetupFailed, match="no-such-option"), disposable.disposable(engine, LABELS, ("--no-such-option",)):
        pass
    mine = [folder for folder in disposable.place().glob("*/owner") if folder.read_text() == str(host.this_process())]
    assert mine == []


def test_ctrl_c_ends_it(maker: subprocess.Popen[str]) -> None:
    name, _ = made(maker)
    maker.send_signal(signal.SIGINT)
    maker.wait(limit_s(30))
    assert traces(name) == [] and cgroups(name) == []


def test_a_killed_process_leaves_no_process_and_the_next_start_removes_the_rest(maker: subprocess.Popen[str]) -> None:
    name, _ = made(maker)
    maker.kill()
    maker.wait(limit_s(10))
    probe.wait_until(lambda: not [one for one in traces(name) if one.startswith("process")], 10, "the end of all that it started")
    assert name in sweep(Engine.connect()), "by a lesson, verify, down or clean, whichever comes next"
    assert traces(name) == [] and cgroups(name) == []


def test_its_containers_are_held_by_what_holds_its_maker(engine: Engine) -> None:
    place = disposable.CGROUPS / "cpu" / f"hostnet-lab-test-{os.getpid()}"
    if not place.parent.is_dir():
        pytest.skip("version 2 of cgroups")
    place.mkdir()
    move = ("sh", "-c", 'echo $$ > "$0/cgroup.procs"; exec "$@"', str(place), sys.executable, "-c", MAKER)
    try:
        with subprocess.Popen(move, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            word, key = process.stdout.readline().split()
            assert place / own_engine.cgroup(Path(name_of(word))) / key in disposable.cgroups(Path(name_of(word)))
            process.communicate("", timeout=limit_s(30))
        assert cgroups(name_of(word)) == []
    finally:
        place.rmdir()


def test_a_sweep_leaves_the_hosts_of_living_processes_alone(maker: subprocess.Popen[str]) -> None:
    name, _ = made(maker)
    assert name not in disposable.sweep_hosts()
    assert traces(name)


def test_without_root_it_says_so(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "only root" in disposable.missing()
    with pytest.raises(SetupFailed, match="only root"), disposable.disposable(engine, LABELS):
        pass


def test_a_missing_command_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disposable, "find", lambda name: None if name == "dockerd" else name)
    assert disposable.missing() == "a host of its own needs dockerd"
