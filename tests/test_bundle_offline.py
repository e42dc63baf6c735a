"""A bundle on a machine with nothing but Docker: an engine without images, no way out, and no Python on the PATH.

The machine is a network namespace with an engine of its own; nothing in it can be fetched from anywhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import REQUIRED, engine_or_reason, missing
from hostnet_lab.core.errors import LabError
from hostnet_lab.edges.command import find
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.experiments import disposable, own_engine
from hostnet_lab.labhost import bundling, host_image

from .staging import a_cut_off_host

pytestmark = pytest.mark.engine
CHECKOUT = Path(__file__).parents[1]
NOT_SHIPPED = (".git", ".lab", "lessons", "artefacts", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache")
SHELL = ("sh", "cat", "cksum", "docker", "id", "mkdir", "readlink", "sed", "tar", "env")  # what the way without Python may use
BUDGET_S = 240.0


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    engine = engine_or_reason()
    if isinstance(engine, str):
        missing(engine)
    assert isinstance(engine, Engine)
    if why := disposable.missing():
        missing(why)
    target = tmp_path_factory.mktemp("bundle") / "lab.bundle"
    try:
        host_image.ensure(engine, CHECKOUT, print, may_install=REQUIRED)
        bundling.write(engine, CHECKOUT, target, print)
    except LabError as error:
        missing(f"no bundle: {error.found}")
    return target


@dataclass(frozen=True)
class Machine:
    name: str
    environment: Mapping[str, str]
    lab: Path

    def run(self, *command: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
        """As a reader there would type it."""
        there = [f"{key}={value}" for key, value in {**self.environment, **more}.items()]
        words = [*disposable.prefix(self.name), "env", "-i", *there, *map(str, command)]
        return subprocess.run(words, capture_output=True, text=True, timeout=limit_s(BUDGET_S), check=False, cwd="/")


@contextmanager
def a_machine(place: Path) -> Iterator[Machine]:
    """With a copy of this folder as it ships, and a home of its own."""
    with ExitStack() as stack:
        name, folder = stack.enter_context(a_cut_off_host())
        stack.enter_context(own_engine.running(disposable.prefix(name), folder, f"unix://{folder}/docker.sock", ()))
        (place / "home").mkdir()
        shutil.copytree(CHECKOUT, place / "a copy", ignore=shutil.ignore_patterns(*NOT_SHIPPED))
        environment = {"PATH": os.environ["PATH"], "HOME": str(place / "home"), "DOCKER_HOST": f"unix://{folder}/docker.sock"}
        yield Machine(name, environment, place / "a copy" / "lab")


def only(place: Path, programs: tuple[str, ...]) -> str:
    """A PATH with these programs and no others."""
    place.mkdir()
    for program in programs:
        found = find(program)
        assert found, program
        (place / program).symlink_to(found)
    return str(place)


def opened(machine: Machine, said: subprocess.CompletedProcess[str]) -> None:
    """The address that was printed answers, and the guide's first step works behind it."""
    assert said.returncode == 0, said.stderr
    address = said.stdout.strip().splitlines()[-1]
    page = machine.run("curl", "-sS", "-L", "-o", "/dev/null", "-w", "%{http_code}", "--retry", "20", "--retry-connrefused", address)
    assert page.stdout == "200", page.stderr
    inside = ("docker", "exec", "hostnet-cut", "/opt/hostnet-lab/labhost/inside")
    started = machine.run(*inside, "docker", "run", "-d", "--network", "host", "nginx")
    assert started.returncode == 0, started.stderr
    answer = machine.run(*inside, "curl", "-sS", "--retry", "20", "--retry-connrefused", "http://localhost")
    assert "Welcome to nginx!" in answer.stdout, answer.stderr


def test_a_bundle_opens_the_lab_where_there_is_no_network_no_image_and_no_python(bundle: Path, tmp_path: Path) -> None:
    with a_machine(tmp_path) as machine:
        assert machine.run("docker", "image", "ls", "-q").stdout == ""
        assert machine.run("curl", "-sS", "--max-time", f"{limit_s(2):.0f}", "https://example.org").returncode != 0
        bare = only(tmp_path / "bin", SHELL)
        opened(machine, machine.run(machine.lab, "host", "--bundle", bundle, "--name", "cut", PATH=bare))
        stopped = machine.run(machine.lab, "host", "stop", "--name", "cut", "--bundle", bundle, PATH=bare)
        assert stopped.returncode == 0 and machine.run("docker", "ps", "-q").stdout == "", stopped.stderr
        again = machine.run(machine.lab, "host", "--name", "cut", "--bundle", bundle, "--no-browser")  # with the Python that is here
        assert again.returncode == 0, again.stderr
        ended = machine.run(machine.lab, "host", "stop", "--name", "cut")
        assert ended.returncode == 0 and machine.run("docker", "ps", "-q").stdout == "", ended.stderr
