"""One request to run a container, in three voices: the CLI's, docker-py's, the Engine API's.

It also knows Docker's own rules for names, images and ports, and refuses before the engine is asked.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from typing import Any

from ...words import tr
from ..errors import BadRequest

# The engine's rule: https://github.com/moby/moby/blob/master/daemon/names/names.go
NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]+")
# The grammar of references: https://github.com/distribution/reference/blob/main/reference.go
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_HOST = r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?"
IMAGE = re.compile(rf"(?:{_HOST}/)?{_PART}(?:/{_PART})*(?::[\w][\w.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?", re.ASCII)
PORTS = range(1, 65536)


@dataclass(frozen=True)
class Publish:
    """``-p [ADDRESS:]HOST_PORT:CONTAINER_PORT``, TCP."""

    host_port: int
    container_port: int
    address: str = ""

    def __str__(self) -> str:
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address + ':' if address else ''}{self.host_port}:{self.container_port}"

    @classmethod
    def parse(cls, text: str) -> Publish:
        """Read ``8080:80`` or ``127.0.0.1:8080:80``; raises BadRequest with the rule."""
        parts = text.strip().rsplit(":", 2)
        numbers = parts[-2:]
        if len(parts) < 2 or not all(part.isascii() and part.isdecimal() for part in numbers):
            rule = tr("not of the form HOST_PORT:CONTAINER_PORT")
            raise BadRequest(tr("publish {text!r}", text=text), rule, tr("type for example 8080:80"))
        return cls(_port(numbers[0], text), _port(numbers[1], text), _address(parts[0]) if len(parts) == 3 else "")


@dataclass(frozen=True)
class RunRequest:
    """What ``docker run -d`` is asked for. Values are checked by ``validated``, not on construction."""

    image: str = "nginx"
    name: str = "webserver"
    network: str = "host"
    publish: tuple[Publish, ...] = ()
    command: tuple[str, ...] = ()
    user: str = ""
    cap_drop: tuple[str, ...] = ()
    auto_remove: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    def validated(self) -> RunRequest:
        """The same request with blanks trimmed; raises BadRequest with the rule that a value breaks."""
        request = replace(self, image=self.image.strip(), name=self.name.strip(), network=self.network.strip())
        if request.name and not NAME.fullmatch(request.name):
            raise BadRequest(
                tr("container name {name!r}", name=request.name),
                tr("Docker takes a letter or a digit, then at least one more of a-z A-Z 0-9 _ . -"),
                tr("type for example webserver"),
            )
        if len(request.image) > 255 or not IMAGE.fullmatch(request.image):
            raise BadRequest(
                tr("image {image!r}", image=request.image),
                tr("Docker takes [REGISTRY/]NAME[:TAG], the name in lower case, no blanks"),
                tr("type for example nginx"),
            )
        if not NAME.fullmatch(request.network):
            tried = tr("network {network!r}", network=request.network)
            raise BadRequest(tried, tr("not a network name"), tr("type host, bridge or none"))
        return request

    def argv(self) -> list[str]:
        """The command as an argument list, in the order of the guide."""
        words = ["docker", "run", "-d"]
        words += ["--rm"] if self.auto_remove else []
        words += ["--network", self.network] if self.network != "bridge" else []
        words += ["--name", self.name] if self.name else []
        for publish in self.publish:
            words += ["-p", str(publish)]
        words += ["--user", self.user] if self.user else []
        for capability in self.cap_drop:
            words += ["--cap-drop", capability]
        for key, value in self.labels.items():
            words += ["--label", f"{key}={value}"]
        return [*words, self.image, *self.command]

    def cli(self) -> str:
        """The command as one would type it."""
        return shlex.join(self.argv())

    def sdk(self) -> str:
        """The same as a call of docker-py, as one would type it."""
        options = ["detach=True"]
        options += ["auto_remove=True"] if self.auto_remove else []
        options += [f"network_mode={self.network!r}"] if self.network != "bridge" else []
        options += [f"name={self.name!r}"] if self.name else []
        if self.publish:
            options.append(f"ports={self._sdk_ports()!r}")
        options += [f"user={self.user!r}"] if self.user else []
        options += [f"cap_drop={list(self.cap_drop)!r}"] if self.cap_drop else []
        options += [f"labels={dict(self.labels)!r}"] if self.labels else []
        command = f", {list(self.command)!r}" if self.command else ""
        return f"client.containers.run({self.image!r}{command}, {', '.join(options)})"

    def payload(self) -> dict[str, Any]:
        """The JSON of POST /containers/create: https://docs.docker.com/reference/api/engine/."""
        host: dict[str, Any] = {"NetworkMode": self.network}
        body: dict[str, Any] = {"Image": self.image, "Labels": dict(self.labels), "HostConfig": host}
        if self.auto_remove:
            host["AutoRemove"] = True
        if self.cap_drop:
            host["CapDrop"] = list(self.cap_drop)
        if self.user:
            body["User"] = self.user
        if self.command:
            body["Cmd"] = list(self.command)
        if self.publish:
            body["ExposedPorts"] = {f"{publish.container_port}/tcp": {} for publish in self.publish}
            host["PortBindings"] = self._bindings()
        return body

    def _bindings(self) -> dict[str, list[dict[str, str]]]:
        bindings: dict[str, list[dict[str, str]]] = {}
        for publish in self.publish:
            place = {"HostIp": publish.address, "HostPort": str(publish.host_port)}
            bindings.setdefault(f"{publish.container_port}/tcp", []).append(place)
        return bindings

    def _sdk_ports(self) -> dict[str, Any]:
        ports: dict[str, list[Any]] = {}
        for publish in self.publish:
            place = (publish.address, publish.host_port) if publish.address else publish.host_port
            ports.setdefault(f"{publish.container_port}/tcp", []).append(place)
        return {key: places[0] if len(places) == 1 else places for key, places in ports.items()}


def _address(text: str) -> str:
    try:
        return str(ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError as error:
        rule = tr("before two ports Docker takes an IP address of the host, IPv6 in brackets")
        raise BadRequest(tr("publish on address {text!r}", text=text), rule, tr("type for example 127.0.0.1:8080:80")) from error


def _port(text: str, whole: str) -> int:
    if len(text) > 5 or int(text) not in PORTS:
        rule = tr("a TCP port is a number from 1 to 65535")
        raise BadRequest(tr("port {port} in {whole!r}", port=text, whole=whole), rule, tr("type for example 8080:80"))
    return int(text)
