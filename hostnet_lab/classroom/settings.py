"""What a class was started with: kept in one file, so that a restart gives everybody the same addresses and secrets."""

from __future__ import annotations

import os
import secrets
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from ..core.errors import SetupFailed
from ..core.host.ownership import OWNER
from ..core.reasons import said
from ..edges import host, kept_value, private_folder
from ..kept import file
from ..labhost.configuration import Flavour
from ..words import tr
from .capacity import Limits
from .roster import slug

VARIABLE = "HOSTNET_LAB_CLASS"  # the folder of the class, for the hub's and the board's processes
LABEL = "org.hostnet-lab.classroom"  # on every container and network of the class; its value is the class's folder; see belongings
NAME_LABEL = "org.hostnet-lab.learner"
WORDS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike on a projector


@dataclass(frozen=True)
class Addresses:
    """Where the parts listen. ``public``: of both doors; ``hub``: a gateway that only this server's containers reach.

    ``name``: what learners type, where that is not the address itself.
    """

    public: str
    name: str
    port: int
    pool: str
    hub: str
    hub_port: int
    proxy_port: int  # the proxy's own API, on loopback
    board_port: int  # on loopback; reached through the proxy
    labs_port: int = 0  # of the door to the lab hosts; 0: a class of an earlier version, which gets one at its next start
    labs_proxy_port: int = 0  # the API of that door's proxy, on loopback
    turn_port: int = 0  # on loopback: sends to the other door


@dataclass(frozen=True)
class Secrets:
    """``learners``: the password that all share; ``teacher``: theirs alone; the others are between the parts."""

    learners: str
    teacher: str = field(default_factory=lambda: secrets.token_urlsafe(30))  # JupyterHub asks for 32 characters
    proxy: str = field(default_factory=lambda: secrets.token_hex(32))
    board: str = field(default_factory=lambda: secrets.token_hex(32))
    culler: str = field(default_factory=lambda: secrets.token_hex(32))
    control: str = field(default_factory=lambda: secrets.token_hex(32))
    cookie: str = field(default_factory=lambda: secrets.token_hex(32))


@dataclass(frozen=True)
class Settings:
    """``folder``: all that the class keeps. ``names``: the roster, or None where anybody with the password may come."""

    folder: Path
    image: str
    flavour: Flavour
    learners: int
    addresses: Addresses
    secrets: Secrets
    limits: Limits = field(default_factory=Limits)
    names: tuple[str, ...] | None = None
    certificate: str = ""
    key: str = ""
    idle_s: int = 3 * 3600  # a lab host that nobody used for so long is stopped; its work is kept

    @property
    def address(self) -> str:
        """What learners type: the door to hub and board."""
        return f"{self.origin(self.addresses.name, self.addresses.port)}/"

    @property
    def labs(self) -> str:
        """The door to the lab hosts, another web origin."""
        return f"{self.origin(self.addresses.name, self.addresses.labs_port)}/"

    def origin(self, name: str, port: int) -> str:
        """As browsers write it (RFC 6454)."""
        return f"{self.scheme}://{name}{'' if port == self.default_port else f':{port}'}"

    @property
    def scheme(self) -> str:
        return "https" if self.certificate else "http"

    @property
    def default_port(self) -> int:
        return 443 if self.certificate else 80

    @property
    def board_inside(self) -> str:
        """The board's address for lab hosts: the class's own, by an address that each of them reaches."""
        where = self.addresses
        place = where.hub if where.public == "0.0.0.0" else where.public
        return f"{self.scheme}://{place}:{where.port}/services/board/"

    def is_called(self, name: str) -> bool:
        """Whether a browser's header Host, with its port or without, names this class: a page from elsewhere, led here by a name of its
        own (DNS rebinding), does not.
        """
        try:
            where, spoken = self.addresses, (urlsplit(f"//{name}").hostname or "").lower()
        except ValueError:  # a bracket that is not closed
            return False
        own = {where.name.lower(), where.public, *(host.addresses() if where.public == "0.0.0.0" else ())}
        return spoken in own | {"localhost", "127.0.0.1", where.hub}

    @property
    def hub_api(self) -> str:
        return f"http://{self.addresses.hub}:{self.addresses.hub_port}/hub/api"

    @property
    def prefix(self) -> str:
        """What the names of this class's containers and networks begin with: another class, or another server's, has another one."""
        return f"hostnet-class-{zlib.crc32(os.fsencode(f'{host.this_owner()} {self.folder}')) & 0xFFFF:04x}"

    @property
    def bridges(self) -> str:
        """What the names of the learners' bridges begin with; the kernel takes 15 letters of a name at most."""
        return f"hl{self.prefix[-4:]}-"

    @property
    def labels(self) -> dict[str, str]:
        return {LABEL: str(self.folder), OWNER: host.this_owner()}

    def disk(self, name: str) -> Path:
        """The file that is a learner's disk."""
        return self.folder / "disks" / f"{slug(name)}.ext4"

    def mount(self, name: str) -> Path:
        """Where that disk is mounted on the server."""
        return self.folder / "work" / slug(name)

    def work(self, name: str) -> Path:
        """The learner's folder on their disk. All in it is theirs: data, also its names and links."""
        return self.mount(name) / "work"


def new_password() -> str:
    """Two groups of four, to be read from a projector and typed on a phone: 39 bits."""
    return "-".join("".join(secrets.choice(WORDS) for _ in range(4)) for _ in range(2))


def place(root: Path) -> Path:
    """Where the class of this checkout is kept; HOSTNET_LAB_CLASS names another folder, for a second class."""
    return Path(os.environ.get(VARIABLE) or root / ".lab" / "class").absolute()


def lock(root: Path, beside: Path) -> Path:
    """The file in the folder ``beside`` by which one command at a time changes a class: it outlives a class that is removed."""
    return beside / f"class-{zlib.crc32(os.fsencode(place(root))):08x}.lock"


def write(settings: Settings) -> None:
    """Whole or not at all, and readable by its owner only: it holds the secrets."""
    try:
        private_folder.ensure(settings.folder, close=VARIABLE not in os.environ)  # one that was named may be anything: /tmp, a home
    except OSError as error:
        do = tr("name a folder of your own by {variable}, or one that is not there yet", variable=VARIABLE)
        raise SetupFailed(tr("keep the class in {folder}", folder=settings.folder), error.strerror or str(error), do) from error
    kept_value.write(settings.folder / "settings.json", settings)


def read(folder: Path) -> Settings | None:
    """The settings of the class that this folder belongs to; None where there is none yet. Raises SetupFailed when damaged."""
    path = folder / "settings.json"
    try:
        return file.read_as(Settings, path)
    except FileNotFoundError:
        return None
    except OSError as error:
        do = tr("mend it, or move it away to begin a new class: {command}   (the learners' work stays)", command=f"mv {path} {path}.old")
        raise SetupFailed(tr("read {path}", path=path), said(error), do) from error


def of_this_process() -> Settings:
    """For the hub and the board, which are told their folder by the environment."""
    folder = os.environ.get(VARIABLE, "")
    found = read(Path(folder)) if folder else None
    if found is None:
        raise SetupFailed(f"{VARIABLE}={folder!r}", tr("no class has been set up there"), tr("start it by `./lab classroom`"))
    return found
