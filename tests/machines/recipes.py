"""Which machines there are and who sits at them, as data. It makes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tests.engines.recipes import COMPOSE, DOCKER

BOOTS = ("systemd-sysv", "linux-image-cloud-amd64", "dbus", "udev", "openssh-server", "apparmor")
HAS = ("sudo", "iproute2", "procps", "curl", "less", "python3", "python3-venv")  # as an ordinary server has
CHECKOUT = "hostnet-lab"  # in the home of each account


@dataclass(frozen=True)
class Account:
    """Who logs in by ssh. ``uid`` 0 is root; the other is a plain user who may use sudo and the engine's socket."""

    name: str
    uid: int
    home: str

    @property
    def checkout(self) -> str:
        return f"{self.home}/{CHECKOUT}"


@dataclass(frozen=True)
class Machine:
    """``suite``: Debian's release. ``memory_mib`` and ``disk_gib``: of the virtual machine; the disk's file is sparse."""

    suite: str
    packages: tuple[str, ...] = (*BOOTS, *HAS, *DOCKER, *COMPOSE)
    memory_mib: int = 4096
    disk_gib: int = 16


# Who carries out a step: an account there; or somebody outside, on another kernel: with a checkout, or with a docker command alone.
By = Literal["reader", "root", "outside", "bare"]
ACCOUNTS: Mapping[str, Account] = {"reader": Account("reader", 1000, "/home/reader"), "root": Account("root", 0, "/root")}
MACHINES: Mapping[str, Machine] = {"debian-13": Machine("trixie"), "debian-14": Machine("forky")}
# What the machine at hand must have, and the package of Debian that brings it.
TOOLS: Mapping[str, str] = {
    "qemu-system-x86_64": "qemu-system-x86",
    "mmdebstrap": "mmdebstrap",
    "ssh": "openssh-client",
    "ssh-keygen": "openssh-client",
    "mkfs.ext4": "e2fsprogs",
}
