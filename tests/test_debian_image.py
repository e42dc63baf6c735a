"""The image built from Debian's packages keeps the official image's contract, on a real engine."""

from __future__ import annotations

import shutil
import socket
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from hostnet_lab.core.errors import EngineUnavailable, ImageUnavailable
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.probe import get, wait_until
from hostnet_lab.provision.debian_image import LABEL, build, closure, needed

TAG = f"hostnet-lab-test-{uuid.uuid4().hex[:12]}:latest"
MARK = "org.hostnet-lab.test"
SITE = "/etc/nginx/conf.d/default.conf"
MOVED = "sed -i s/80/{port}/ " + SITE + " && exec /docker-entrypoint.sh nginx -g 'daemon off;'"
IPV6 = Path("/proc/net/if_inet6")
FLOOR = Path("/proc/sys/net/ipv4/ip_unprivileged_port_start")  # the lowest port that anybody may bind
Run = Callable[..., str]


@pytest.fixture(scope="session")
def store() -> Engine:
    try:
        return Engine.connect()
    except EngineUnavailable as error:
        missing(error.found)
        raise


@pytest.fixture(scope="session")
def tar(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("image"))


def built(workdir: Path) -> Path:
    if shutil.which("apt-get") is None:
        pytest.skip("no apt-get: not Debian or Ubuntu")
    try:
        return build(workdir, tag=TAG, say=print)
    except ImageUnavailable as error:
        missing(error.found)
        raise


@pytest.fixture(scope="session")
def tag(store: Engine, tar: Path) -> Iterator[str]:
    with tar.open("rb") as stream:
        assert TAG in store.load_image(stream)
    yield TAG
    store.remove_image(TAG)


@pytest.fixture
def run(store: Engine, tag: str) -> Iterator[Run]:
    """Starts a container of the image and returns its name; takes it away after the test."""
    names: list[str] = []

    def start(*command: str, network: str = "host", **payload: Any) -> str:
        name = f"hostnet-lab-test-{uuid.uuid4().hex[:12]}"
        what = {"Cmd": list(command)} if command else {}
        host = {"NetworkMode": network, **payload.pop("HostConfig", {})}
        names.append(name)
        store.create({"Image": tag, "Labels": {MARK: "1"}, "HostConfig": host, **what, **payload}, name)
        store.start(name)
        return name

    yield start
    for name in names:
        store.remove(name, force=True)


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def page(address: str) -> str:
    answer = wait_until(lambda: get(address), 10, f"an answer from {address}")
    assert answer is not None
    return answer.body


def logged(store: Engine, container: str, words: str) -> str:
    def fact() -> str:
        text = store.logs(container)
        return text if words in text else ""

    return wait_until(fact, 10, f"{words!r} in the log of {container}", pause_s=0.02)


def config(store: Engine, container: str) -> dict[str, Any]:
    seen = store.inspect(container)
    assert seen is not None
    return dict(seen["Config"])


@pytest.mark.engine
def test_the_classic_sed_moves_the_port_in_host_mode(run: Run, port: int) -> None:
    run("-c", MOVED.format(port=port), Entrypoint=["sh"])
    assert "Welcome to nginx!" in page(f"http://127.0.0.1:{port}/")


@pytest.mark.engine
def test_a_template_moves_the_port_and_keeps_nginxs_own_variables(store: Engine, run: Run, port: int, tmp_path: Path) -> None:
    template = tmp_path / "default.conf.template"
    template.write_text('server { listen ${PORT}; return 200 "$request_method $uri"; }')
    place = f"{template}:/etc/nginx/templates/{template.name}:ro"
    name = run(Env=[f"PORT={port}"], HostConfig={"Binds": [place]})
    assert page(f"http://127.0.0.1:{port}/x") == "GET /x"
    assert "Running envsubst on" in store.logs(name)


@pytest.mark.engine
def test_access_and_errors_go_to_the_containers_log(store: Engine, run: Run, port: int) -> None:
    name = run("-c", MOVED.format(port=port), Entrypoint=["sh"])
    page(f"http://127.0.0.1:{port}/absent")
    assert "No such file or directory" in logged(store, name, 'GET /absent HTTP/1.1" 404')


@pytest.mark.engine
def test_curl_inside_reaches_the_server_by_name(store: Engine, run: Run) -> None:
    name = run(network="bridge")
    logged(store, name, "start worker process")
    code, text = store.execute(name, ["curl", "-sS", "http://localhost"])
    assert code == 0 and "Welcome to nginx!" in text


@pytest.mark.engine
@pytest.mark.skipif(not IPV6.exists(), reason="this kernel has no IPv6")
def test_an_untouched_site_also_listens_on_ipv6(store: Engine, run: Run) -> None:
    name = run(network="bridge")
    logged(store, name, "start worker process")
    assert "[::]:80;" in store.execute(name, ["cat", SITE])[1]
    assert ":::80" in store.execute(name, ["netstat", "-ltn"])[1]


@pytest.mark.engine
def test_a_changed_site_is_left_to_its_author(store: Engine, run: Run, port: int) -> None:
    name = run("-c", MOVED.format(port=port), Entrypoint=["sh"])
    page(f"http://127.0.0.1:{port}/")
    assert "[::]" not in store.execute(name, ["cat", SITE])[1]


@pytest.mark.engine
def test_the_entrypoint_is_quiet_when_told_so(store: Engine, run: Run) -> None:
    name = run(network="bridge", Env=["NGINX_ENTRYPOINT_QUIET_LOGS=1"])
    assert "entrypoint" not in logged(store, name, "start worker process")


@pytest.mark.engine
def test_another_command_runs_without_the_preparation(store: Engine, run: Run) -> None:
    name = run("echo", "only this", network="none")
    assert logged(store, name, "only this") == "only this\n"


@pytest.mark.engine
def test_another_user_can_serve_where_the_port_is_allowed(store: Engine, run: Run) -> None:
    name = run(network="bridge", User="65534")
    logged(store, name, "start worker process")
    assert "Welcome to nginx!" in store.execute(name, ["wget", "-qO-", "http://127.0.0.1"])[1]


@pytest.mark.engine
@pytest.mark.skipif(not FLOOR.exists() or int(FLOOR.read_text()) <= 80, reason="anybody may bind 80 here")
def test_another_user_is_refused_port_80_in_host_mode(store: Engine, run: Run) -> None:
    text = logged(store, run(User="65534"), "[emerg]")
    assert text.index("bind() to 0.0.0.0:80 failed (13: Permission denied)") == text.index("[emerg]") + len("[emerg] 1#1: ")


@pytest.mark.engine
def test_the_configuration_is_the_official_images(store: Engine, run: Run) -> None:
    seen = config(store, run("true", network="none"))
    assert seen["Entrypoint"] == ["/docker-entrypoint.sh"]
    assert seen["StopSignal"] == "SIGQUIT"
    assert seen["ExposedPorts"] == {"80/tcp": {}}
    labels = next(one["Labels"] for one in store.images(LABEL) if TAG in one["RepoTags"])  # a container is read without those it inherits
    assert labels[LABEL] == "nginx"
    assert "nginx=" in labels["org.hostnet-lab.packages"]
    assert any(variable.startswith("NGINX_VERSION=1.") for variable in seen["Env"])


@pytest.mark.engine
def test_without_a_command_nginx_runs_and_stops_gracefully(store: Engine, run: Run) -> None:
    name = run(network="bridge")
    logged(store, name, "start worker process")
    assert config(store, name)["Cmd"] == ["nginx", "-g", "daemon off;"]
    store.stop(name, grace_s=20)
    assert "gracefully shutting down" in store.logs(name)


@pytest.mark.engine
def test_the_lessons_tools_are_inside(store: Engine, run: Run) -> None:
    tools = "sh ls cat sed grep ip wget nc readlink id ps env sleep hostname kill curl envsubst"
    script = f'for tool in {tools}; do command -v "$tool" >/dev/null || echo "no $tool"; done; echo looked'
    assert logged(store, run("sh", "-c", script, network="none"), "looked") == "looked\n"


@pytest.mark.engine
def test_the_same_packages_give_the_same_bytes(tar: Path, tmp_path: Path) -> None:
    assert built(tmp_path).read_bytes() == tar.read_bytes()


def test_the_closure_takes_first_alternatives_and_only_libraries() -> None:
    text = (
        "nginx\n  Depends: libc6\n |Depends: libssl3t64\n  Depends: libssl3\n  Depends: zlib1g\n"
        "  PreDepends: debconf\n  Depends: <libvirtual>\n    libprovider\n  Depends: libc6:i386\n"
        "zlib1g\n  Depends: libdeep\nlibssl3t64\n  Depends: libc6\n"
    )
    assert closure(text, ["nginx"]) == ["libc6", "libdeep", "libssl3t64", "nginx", "zlib1g"]


def test_what_is_no_elf_file_needs_no_library() -> None:
    assert needed(b"#!/bin/sh\n") == []
