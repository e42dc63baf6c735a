"""What a way to run nginx in host mode is, and the two that are compared first: the raw Engine API and the lab.

A way runs it until the first 200, and removes it, as its tool's own documentation shows. Clients are made outside the
timing, where the tool lets one keep them. Nothing here measures, orders or prints.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import time
from dataclasses import dataclass
from typing import Protocol

from hostnet_lab import Lab, RunRequest
from hostnet_lab.edges import probe
from hostnet_lab.lab import IMAGE

PORT = 80  # the one that the image serves; host mode has no other
URL = f"http://127.0.0.1:{PORT}/"
BUDGET_S = 15.0  # from `start` to the first 200; about 0.1 s is usual


class Missing(Exception):
    """The tool of a way is not on this machine; says which."""


class Way(Protocol):
    """``start`` returns after the first 200; ``remove`` when the container is gone. Each raises what its tool raises."""

    name: str

    def start(self) -> None: ...
    def remove(self) -> None: ...


@dataclass(frozen=True)
class Ground:
    """What every way stands on: the opened lab, whose engine and labels they share."""

    lab: Lab

    def container(self, way: str) -> str:
        return f"hostnet-bench-{way}"

    @property
    def labels(self) -> dict[str, str]:
        return dict(self.lab.labels)

    @property
    def docker(self) -> str:
        return os.environ["HOSTNET_LAB_DOCKER"]  # the reader's own, not the lab's shim: set when the lab opens


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=BUDGET_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class RawApi:
    """The floor: http.client on the engine's Unix socket, one connection kept; create, start, poll."""

    name = "raw_api"

    def __init__(self, ground: Ground) -> None:
        scheme, _, path = ground.lab.engine.endpoint.partition("://")
        if scheme != "unix":
            raise Missing(f"a Unix socket (the engine is at {ground.lab.engine.endpoint})")
        self._engine = _UnixConnection(path)
        self._container = ground.container(self.name)
        self._payload = json.dumps({"Image": IMAGE, "Labels": ground.labels, "HostConfig": {"NetworkMode": "host"}})

    def start(self) -> None:
        made = json.loads(self._ask("POST", f"/containers/create?name={self._container}", self._payload))
        self._ask("POST", f"/containers/{made['Id']}/start")
        end = time.monotonic() + BUDGET_S
        while not self._answers():
            if time.monotonic() > end:
                raise TimeoutError(f"no 200 from {URL} after {BUDGET_S:g} s")
            time.sleep(probe.PAUSE_S)

    def remove(self) -> None:
        self._ask("DELETE", f"/containers/{self._container}?force=1&v=1")

    def _ask(self, method: str, path: str, body: str | None = None) -> bytes:
        self._engine.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        reply = self._engine.getresponse()
        text = reply.read()
        if reply.status >= 400:
            raise OSError(f"{method} {path}: {reply.status} {text.decode('utf-8', 'replace').strip()}")
        return text

    @staticmethod
    def _answers() -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=2)
        try:
            connection.request("GET", "/")
            reply = connection.getresponse()
            reply.read()
            return reply.status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class HostnetLab:
    """What a lesson does: Lab.run with an address to wait for, Lab.remove."""

    name = "hostnet_lab"

    def __init__(self, ground: Ground) -> None:
        self._lab = ground.lab
        self._request = RunRequest(IMAGE, ground.container(self.name), "host")

    def start(self) -> None:
        self._lab.run(self._request, URL, BUDGET_S)

    def remove(self) -> None:
        self._lab.remove(self._request.name)
