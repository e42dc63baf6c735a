"""What goes into the launcher, what comes back, and its state: fields as typed, one look at the world, one answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from ...words import tr
from ..errors import BadRequest
from ..host.commands import Publish, RunRequest
from ..host.facts import ContainerFacts, Listener

LONGEST = 255  # characters in a field; the limit of references: https://github.com/distribution/reference


@dataclass(frozen=True)
class Fields:
    """As typed; nothing is trimmed or checked here."""

    image: str = "nginx"
    name: str = "my-server"
    network: str = "host"
    publish: str = ""  # any number of [ADDRESS:]HOST_PORT:CONTAINER_PORT, between blanks or commas
    auto_remove: bool = False

    def request(self) -> RunRequest:
        """What is asked for, without labels; raises BadRequest with the rule that a field breaks."""
        for one in fields(self):
            if len(str(getattr(self, one.name))) > LONGEST:
                found = tr("longer than {most} characters", most=LONGEST)
                raise BadRequest(tr("the field {name}", name=one.name), found, tr("shorten it"))
        if not self.name.strip():
            raise BadRequest(tr("an empty name"), tr("the buttons find the container by its name"), tr("type for example my-server"))
        publish = tuple(Publish.parse(word) for word in re.split(r"[\s,]+", self.publish.strip()) if word)
        return RunRequest(self.image, self.name, self.network, publish, auto_remove=self.auto_remove).validated()


@dataclass(frozen=True)
class Sight:
    """The engine and the host at one moment."""

    containers: tuple[ContainerFacts, ...] = ()
    listeners: tuple[Listener, ...] = ()
    image_here: bool = True
    serves: tuple[int, ...] = (80,)  # ports that the image's server is known to open
    ours: frozenset[str] = frozenset()  # ids of the containers that this learner's lab started
    log: str = ""  # last lines of the container that the form names


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, and the container whose log proves that it served it (None: none of this engine's)."""

    url: str
    status: int
    server: str | None
    line: str  # first line of the body


def first_line(body: str) -> str:
    """What tells one page from another: the first line of a body, and the title of an HTML page."""
    lines = body.strip().splitlines()
    title = re.search(r"<title[^>]*>(.*?)</title>", body[:10_000], re.DOTALL | re.IGNORECASE)
    found = [lines[0][:200] if lines else "", f"title: {' '.join(title[1].split())[:200]}" if title else ""]
    return "\n".join(filter(None, found))


def url_of(container: ContainerFacts, listeners: Sequence[Listener]) -> str:
    """Where a running container can be asked from this host, or "" where nothing leads to it."""
    exposed = container.exposed_ports
    if container.in_host_mode:
        opened = sorted(one.port for one in listeners if one.container == container.id)
        return next((f"http://localhost:{port}" for port in [*(p for p in exposed if p in opened), *opened, *exposed]), "")
    for place in container.published:
        host = "localhost" if place.address in ("", "0.0.0.0", "::") else place.address
        return f"http://{f'[{host}]' if ':' in host else host}:{place.host_port}"
    return f"http://{container.addresses[0]}:{exposed[0]}" if container.addresses and exposed else ""


@dataclass(frozen=True)
class LauncherState:
    fields: Fields = field(default_factory=Fields)
    sight: Sight = field(default_factory=Sight)
    busy: str = ""  # what is under way, in words; the buttons are off meanwhile
    status: str = ""
    warned: tuple[str, ...] | None = (
        None  # the engine's warnings on a container that runs, as the status says; None where it says otherwise
    )
    reply: Reply | None = None
    commands: tuple[str, ...] = ()  # both voices of each command that was run

    @property
    def container(self) -> ContainerFacts | None:
        name = self.fields.name.strip()
        return next((one for one in self.sight.containers if one.name == name), None)

    @property
    def ours(self) -> bool:
        """True when the container carries this learner's mark."""
        return self.container is not None and self.container.id in self.sight.ours

    @property
    def can_start(self) -> bool:
        return not self.busy

    @property
    def can_stop(self) -> bool:
        return not self.busy and self.container is not None and self.container.running

    @property
    def can_remove(self) -> bool:
        return not self.busy and self.container is not None
