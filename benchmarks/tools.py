"""The ways of other tools: docker-py, the command line, python-on-whales, testcontainers. Imported only when measured."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from typing import Any

from hostnet_lab.edges import probe
from hostnet_lab.lab import IMAGE

from .ways import BUDGET_S, URL, Ground, Missing

# "$@" is the docker command: words, never a joined string. curl takes longer to start than the lab's pause, so the loop
# has no pause of its own; curl's own --retry would wait whole seconds.
CURL_LOOP = f'"$@" >/dev/null && until curl --noproxy "*" -sf -o /dev/null {URL}; do :; done'


class DockerPy:
    """containers.run and a requests session that reads no proxies; both clients are kept."""

    name = "docker_py"

    def __init__(self, ground: Ground) -> None:
        import docker
        import requests

        self._client = docker.from_env(version="auto")
        self._refused = requests.exceptions.ConnectionError
        self._session = requests.Session()
        self._session.trust_env = False
        self._options = {"name": ground.container(self.name), "network_mode": "host", "labels": ground.labels}
        self._container: Any = None

    def start(self) -> None:
        self._container = self._client.containers.run(IMAGE, detach=True, **self._options)
        end = time.monotonic() + BUDGET_S
        while not self._answers():
            if time.monotonic() > end:
                raise TimeoutError(f"no 200 from {URL} after {BUDGET_S:g} s")
            time.sleep(probe.PAUSE_S)

    def _answers(self) -> bool:
        try:
            return bool(self._session.get(URL, timeout=2).status_code == 200)
        except self._refused:
            return False

    def remove(self) -> None:
        self._container.remove(force=True, v=True)


class CliCurl:
    """`docker run -d`, then curl in a loop of the shell, as one would type it."""

    name = "cli_curl"

    def __init__(self, ground: Ground) -> None:
        if shutil.which("curl") is None:
            raise Missing("the command `curl`")
        self._docker, self._container = ground.docker, ground.container(self.name)
        labels = [word for key, value in ground.labels.items() for word in ("--label", f"{key}={value}")]
        self._run = [self._docker, "run", "-d", "--network", "host", "--name", self._container, *labels, IMAGE]

    def start(self) -> None:
        _call(["sh", "-c", CURL_LOOP, "sh", *self._run])

    def remove(self) -> None:
        _call([self._docker, "rm", "-f", "-v", self._container])


class PythonOnWhales:
    """docker.run, then the lab's own poll: the tool has no wait for an answer."""

    name = "python_on_whales"

    def __init__(self, ground: Ground) -> None:
        import python_on_whales

        self._client = python_on_whales.DockerClient(client_call=[ground.docker])
        self._name, self._labels = ground.container(self.name), ground.labels
        self._container: Any = None

    def start(self) -> None:
        self._container = self._client.run(IMAGE, detach=True, name=self._name, networks=["host"], labels=self._labels)
        probe.wait_until(_answers, BUDGET_S, f"an answer from {URL}")

    def remove(self) -> None:
        self._container.remove(force=True, volumes=True)


class TestContainers:
    """DockerContainer.start without Ryuk, then the lab's own poll: its waits ask for a mapped port, which host mode has not.

    The tool makes a client for each container, so that is inside the timing.
    """

    name = "testcontainers"
    __test__ = False  # not a test, whatever its name says

    def __init__(self, ground: Ground) -> None:
        os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"  # read when the package is imported
        from testcontainers.core.container import DockerContainer

        self._class, self._name, self._labels = DockerContainer, ground.container(self.name), ground.labels
        self._container: Any = None

    def start(self) -> None:
        self._container = self._class(IMAGE, name=self._name).with_kwargs(network="host", labels=self._labels)
        self._container.start()
        probe.wait_until(_answers, BUDGET_S, f"an answer from {URL}")

    def remove(self) -> None:
        self._container.stop()


def _answers() -> bool:
    answer = probe.get(URL)
    return answer is not None and answer.status == 200


def _call(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=BUDGET_S)
    except subprocess.CalledProcessError as error:
        raise OSError(f"{' '.join(command[:5])} ...: exit code {error.returncode}: {error.stderr.strip()}") from error
