"""Which engines the ledger is carried to, as data; and which could not be had, with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

READER = 30001  # the unprivileged user of a root; its name there is "reader"
DOCKER = ("docker.io", "iptables", "ca-certificates")
ROOTLESS = (*DOCKER, "rootlesskit", "slirp4netns", "uidmap", "iproute2")
PODMAN = ("podman", "crun", "iptables", "nftables", "ca-certificates")
NAMES_4, NAMES_5 = "golang-github-containernetworking-plugin-dnsname", "aardvark-dns"  # Podman's name server, then and now
COMPOSE = ("docker-cli", "docker-compose")  # Debian 12 has none that the docker command takes as its own


@dataclass(frozen=True)
class Recipe:
    """``suite``: Debian's release that has the engine. ``rootless``: engine and ledger belong to an unprivileged user."""

    suite: str
    kind: Literal["docker", "podman"]
    packages: tuple[str, ...]
    rootless: bool = False

    def command(self, socket: str) -> tuple[str, ...]:
        """What starts the engine inside its root, as root."""
        endpoint = f"unix://{socket}"
        if self.kind == "podman":
            start: tuple[str, ...] = ("podman", "--log-level=warn", "system", "service", "--time=0", endpoint)
        else:
            start = ("/usr/share/docker.io/contrib/dockerd-rootless.sh" if self.rootless else "dockerd", "-H", endpoint)
        return (*AS_READER, *start) if self.rootless else start


RUNTIME = f"/run/user/{READER}"
AS_READER = (
    "sh",
    "-c",
    f'install -d -m 755 /run/user && install -d -m 700 -o {READER} -g {READER} {RUNTIME} && exec "$@"',
    "as-reader",
    *("setpriv", f"--reuid={READER}", f"--regid={READER}", "--init-groups"),
    *("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/reader", f"XDG_RUNTIME_DIR={RUNTIME}"),
)
RECIPES: Mapping[str, Recipe] = {
    "docker-debian-12": Recipe("bookworm", "docker", DOCKER),
    "docker-debian-13": Recipe("trixie", "docker", (*DOCKER, *COMPOSE)),
    "docker-debian-14": Recipe("forky", "docker", (*DOCKER, *COMPOSE)),
    "docker-rootless-debian-12": Recipe("bookworm", "docker", ROOTLESS, rootless=True),
    "docker-rootless-debian-14": Recipe("forky", "docker", ROOTLESS, rootless=True),
    "podman-debian-12": Recipe("bookworm", "podman", (*PODMAN, NAMES_4)),
    "podman-debian-14": Recipe("forky", "podman", (*PODMAN, NAMES_5)),
    "podman-rootless-debian-12": Recipe("bookworm", "podman", (*PODMAN, "slirp4netns", "uidmap"), rootless=True),
    "podman-rootless-debian-14": Recipe("forky", "podman", (*PODMAN, "passt", "uidmap"), rootless=True),
}

# Ledgers that no recipe here fills: machines' (tests.machines --save), and those that were sent in, whose notes say how they were filled.
SENT: tuple[str, ...] = ("docker-29-dev",)
# Engine -> why its ledger is missing. Shown in docs/engines.md, so that silence is not taken for agreement.
NOT_TRIED: Mapping[str, str] = {
    "a release of Docker 29": "no release of Debian had it, and Docker's own packages were out of reach where these ledgers were filled",
    "Docker 29.5 or later, rootless": "the same; its makers say that there host mode reaches the reader's own network",
    "Podman 6.1": "it was started, from Debian's experimental, and ended at once: it wants control groups of version 2, and had version 1",
    "Docker Desktop (Mac, Windows, Linux)": "it needs a virtual machine of its own, which a container or a cloud machine cannot start",
    "OrbStack, Colima, Rancher Desktop": "they need a Mac, or a virtual machine of their own",
    "any engine under SELinux, or on ARM": "the machines that these ledgers come from have neither",
}


def packages(suite: str) -> tuple[str, ...]:
    """What a root of this release must hold to serve all of its recipes."""
    wanted = (name for recipe in RECIPES.values() if recipe.suite == suite for name in recipe.packages)
    return tuple(dict.fromkeys(wanted))
