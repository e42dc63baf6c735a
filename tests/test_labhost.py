"""The lab host without an engine: what is asked for, what is refused, and what it says."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from hostnet_lab.cli import parse
from hostnet_lab.core.errors import BadRequest, ContainerFailed, LabError, NotOurs, Taken
from hostnet_lab.edges.engine import Engine
from hostnet_lab.labhost import host_image, starting, wheels
from hostnet_lab.labhost.room_for import MB, Room, Want, available, shortage
from hostnet_lab.labhost.starting import FLAVOURS, Flavour, Wish, host_config
from hostnet_lab.provision import brought

ROOT = Path(__file__).parents[1]
BOTH = pytest.mark.parametrize("flavour", FLAVOURS)


# -- what is asked of the engine --------------------------------------------------------------------


def test_the_full_flavour_asks_for_three_rights_and_no_more() -> None:
    assert host_config("full")["CapAdd"] == ["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"]
    assert not {"MaskedPaths", "ReadonlyPaths", "Devices"} & set(host_config("full"))


def test_the_rootless_flavour_asks_for_no_right_at_all() -> None:
    assert "CapAdd" not in host_config("rootless")
    assert [one["PathOnHost"] for one in host_config("rootless")["Devices"]] == ["/dev/net/tun"]


@BOTH
def test_neither_is_privileged_nor_sees_anything_of_the_machine(flavour: Flavour) -> None:
    asked = host_config(flavour, port=8899, work="volume")
    assert not {"Privileged", "Binds", "PidMode", "IpcMode", "NetworkMode"} & set(asked)
    assert {one["Type"] for one in asked["Mounts"]} == {"volume"}


@BOTH
def test_the_only_port_is_jupyters_and_on_loopback(flavour: Flavour) -> None:
    assert host_config(flavour, port=8899)["PortBindings"] == {"8888/tcp": [{"HostIp": "127.0.0.1", "HostPort": "8899"}]}
    assert "PortBindings" not in host_config(flavour)


def test_limits_are_none_unless_given() -> None:
    assert not {"Memory", "NanoCpus", "PidsLimit"} & set(host_config("full"))
    limited = host_config("full", memory_bytes=1_000, cpus=0.5, processes=300, network="class")
    assert (limited["Memory"], limited["NanoCpus"], limited["PidsLimit"], limited["NetworkMode"]) == (1_000, 500_000_000, 300, "class")
    assert limited["MemorySwap"] == limited["Memory"]


def test_the_token_goes_by_environment_only() -> None:
    body = starting.payload(Wish("image", 8899), "secret")
    assert body.pop("Env") == ["JUPYTER_TOKEN=secret", "LANGUAGE=en"]
    assert "secret" not in json.dumps(body)


def test_without_keep_nothing_is_mounted_for_the_work() -> None:
    targets = [[one["Target"] for one in starting.payload(Wish("i", 1, keep=keep), "")["HostConfig"]["Mounts"]] for keep in (False, True)]
    assert targets == [["/var/lib/docker"], ["/var/lib/docker", "/home/learner/work"]]


# -- finding and starting ---------------------------------------------------------------------------


class Refusing:
    """An engine that has ``there`` and answers a start with ``error``; it remembers what was removed."""

    def __init__(self, error: LabError, there: dict[str, Any] | None = None) -> None:
        self.error, self.there, self.removed = error, there, list[str]()

    def containers(self, label: str) -> list[dict[str, str]]:
        return []

    def inspect(self, container: str) -> dict[str, Any] | None:
        return self.there

    def create(self, payload: dict[str, Any], name: str) -> tuple[str, list[str]]:
        return "id", []

    def start(self, container: str) -> None:
        raise self.error

    def remove(self, container: str, *, force: bool) -> bool:
        self.removed.append(container)
        return True


def start(engine: Refusing, flavour: Flavour = "full") -> None:
    starting.start(cast(Engine, engine), Wish("image", 8899, flavour=flavour), lambda text: None)


def test_rights_that_docker_forbids_are_said_with_the_way_out_and_nothing_stays() -> None:
    engine = Refusing(LabError("start", "the engine answered 403: authorization denied by plugin: SYS_ADMIN", ""))
    with pytest.raises(ContainerFailed, match=r"denied by plugin(.|\n)*--rootless") as caught:
        start(engine)
    assert caught.value.tried == "start the lab host lab (full)"
    assert engine.removed == ["id"]


def test_a_port_that_is_taken_meanwhile_is_an_error_of_its_own() -> None:
    engine = Refusing(Taken("start", "port is already allocated", "another"))
    with pytest.raises(Taken):
        start(engine)
    assert engine.removed == ["id"]


def test_a_strangers_container_of_that_name_is_never_touched() -> None:
    engine = Refusing(LabError("", "", ""), there={"Name": "/hostnet-lab"})
    with pytest.raises(NotOurs, match="--name OTHER"):
        start(engine)
    assert engine.removed == []


# -- words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "-x", "a b", "a/b", "../x", "x" * 31, "ö", "a;rm"])
def test_a_name_that_docker_would_refuse_is_refused_first(name: str) -> None:
    with pytest.raises(BadRequest, match="at most 30"):
        parse(["host", f"--name={name}"])


def test_words_behind_exec_are_the_commands() -> None:
    asked = parse(["host", "--port", "9000", "exec", "pytest", "--port", "1"])
    assert (asked.port, asked.action, asked.rest) == (9000, "exec", ["pytest", "--port", "1"])


def test_options_may_stand_before_and_behind_the_action() -> None:
    asked = [parse(["host", *line.split()]) for line in ("stop --name a", "--name a stop", "--keep", "--name a exec ls --name b")]
    assert [(one.action, one.name, one.keep, one.rest) for one in asked] == [
        ("stop", "a", False, []), ("stop", "a", False, []), ("start", "lab", True, []), ("exec", "a", False, ["ls", "--name", "b"]),
    ]  # fmt: skip


def test_words_that_belong_to_nothing_are_refused() -> None:
    for line, word in (("stop now", "now"), ("restart", "restart"), ("stop exec ls", "exec")):
        with pytest.raises(BadRequest, match=f"'{word}' (belongs to nothing|is none of)"):
            parse(["host", *line.split()])


# -- room -------------------------------------------------------------------------------------------


def test_room_that_suffices_or_cannot_be_seen_is_no_shortage() -> None:
    assert shortage(Want(), Room()) == ""
    assert shortage(Want(image="built"), Room(memory=400 * MB, disk=2_300 * MB)) == ""


def test_a_shortage_shows_both_sides_of_the_sum() -> None:
    assert shortage(Want(hosts=30), Room(memory=2_000 * MB)) == "memory: 30 x 400 MB = 12,000 MB are needed, 2,000 MB are available"
    short = shortage(Want(image="built"), Room(disk=1_000 * MB))
    assert short == "disk: 1 x 300 MB + 2,000 MB to build the image = 2,300 MB are needed, 1,000 MB are free"


@pytest.mark.parametrize(
    ("text", "found"), [("MemFree: 1 kB\nMemAvailable:   2048 kB\n", 2_097_152), ("MemAvailable: 5\n", None), ("", None)]
)
def test_available_memory_is_read_in_bytes(text: str, found: int | None) -> None:
    assert available(text) == found


# -- what the image is made from --------------------------------------------------------------------


def test_the_image_gets_the_lab_and_nothing_of_the_readers() -> None:
    inside = {path.as_posix() for path, _ in host_image.lab_files(ROOT)}
    assert {"lab", "Dockerfile", "notebooks/01-run-a-container.ipynb", "hostnet_lab/shim/docker", "labhost/entrypoint"} <= inside
    assert not [path for path in inside if path.startswith((".lab", ".git/", "/", "..")) or "__pycache__" in path]
    assert all((ROOT / part).exists() for part in host_image.PARTS)


def test_a_test_or_a_page_of_the_documents_is_not_what_the_image_is_made_from() -> None:
    inside = {path.as_posix() for path, _ in host_image.lab_files(ROOT)}
    assert not [path for path in inside if path.startswith(("tests/test_", "tests/observations", "benchmarks/", "README", "CHANGELOG"))]
    assert [path for path in inside if path.startswith("docs/")] == ["docs/engines.md"], "lesson 06 names it"


class Store:
    """An engine's images: id -> names. ``held``: what a container or another image needs."""

    def __init__(self, held: str, **names: list[str]) -> None:
        self.names, self.held = names, held
        self.client = SimpleNamespace(api=SimpleNamespace(inspect_image=lambda image: {"Id": image}))

    def info(self) -> dict[str, Any]:
        return {"ID": "the only one"}

    def images(self, label: str) -> list[dict[str, Any]]:
        found = self.names if label == host_image.LABEL else {}
        return [{"Id": one, "RepoTags": names or ["<none>:<none>"]} for one, names in found.items()]

    def image_id(self, image: str) -> str | None:
        return image if image in self.names else None

    def remove_image(self, image: str) -> None:
        if image == self.held:
            raise LabError("remove", "it is in use", "")
        self.names = {one: [name for name in names if name != image] for one, names in self.names.items() if one != image}


def test_with_the_images_goes_what_a_rebuild_replaced_but_for_what_is_in_use_or_another_checkouts(tmp_path: Path) -> None:
    name = f"{host_image.NAME}:1"
    store = Store("running", made=[name], replaced=[], running=[], theirs=[], named=["mine:1"])
    for one in ("made", "replaced", "running", "named"):
        brought.note(tmp_path, store, one)
    assert host_image.remove(cast(Engine, store), tmp_path) == ["replaced", name]
    assert store.names == {"made": [], "running": [], "theirs": [], "named": ["mine:1"]}
    store.held = ""
    assert host_image.remove(cast(Engine, store), tmp_path) == ["running"]


LOCK = """\
# made by a tool
alpha==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
beta==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:ba
gamma==3.0 ; sys_platform == 'win32' \\
    --hash=sha256:ca
delta==4.0 ; platform_machine == 'aarch64' \\
    --hash=sha256:da
"""


def test_only_what_the_image_needs_is_taken_from_a_lock_whatever_runs_here() -> None:
    assert list(wheels.requirements(LOCK, "3.13", "x86_64")) == ["alpha"]
    assert list(wheels.requirements(LOCK, "3.11", "aarch64")) == ["alpha", "beta", "delta"]
    assert wheels.requirements(LOCK, "3.13", "x86_64")["alpha"] == "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:ab\n"


def test_no_address_of_a_mirror_and_no_wheel_stays_in_the_base() -> None:
    recipe = (ROOT / "labhost" / "base" / "Dockerfile").read_text("utf-8")
    script = (ROOT / "labhost" / "base" / "install").read_text("utf-8")
    assert recipe.rindex("FROM scratch") > recipe.index("RUN")  # one layer, of what is left at the end
    assert "/etc/apt/sources.list.d" in script.rpartition("rm -rf")[2] and " /labhost" in script.rpartition("rm -rf")[2]


def test_what_a_reader_built_on_a_base_is_no_older_base() -> None:
    base, labels = host_image.BASE, {host_image.BASE_LABEL: "1"}
    tags = ([f"{base}:old"], [f"{base}:new"], ["mine:1"], [f"{base}-mine:1"], [f"somewhere.example/{base}:1"], ["<none>:<none>"], None)
    listed = [{"Id": "sha256:1", "RepoTags": one, "Labels": labels} for one in tags]
    assert host_image.older_bases(listed, f"{base}:new") == [f"{base}:old"]
