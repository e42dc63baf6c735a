"""The reader outside: on this kernel, in a network namespace of their own, with a machine's engine on a local socket.

As with Docker Desktop: whatever listens on the machine is opened here on loopback by whoever stands between, here ssh. Nothing else
leads there, and no engine of this machine is in reach.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from hostnet_lab.core.host.facts import read_listeners
from hostnet_lab.edges import probe
from hostnet_lab.labhost.host_image import files_of
from tests.engines.wire import namespace

from ..private_host.host import COPIED
from .recipes import ACCOUNTS
from .root import PROJECT
from .vm import Booted, seated

# Looked at again and again, on one connection. sleep(1) takes a fraction; a machine that is emulated takes longer anyway.
LISTENERS = "while cat /proc/net/tcp /proc/net/tcp6 && echo end; do sleep 0.2; done"
BARE = ("sh", "docker", "curl", "tar", "cat", "cksum", "id", "mkdir", "readlink", "sed", "env")  # no Python among them
LOOPBACK = {"0.0.0.0": "127.0.0.1", "127.0.0.1": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}  # bound there -> opened here
OPEN_BUDGET_S = 120.0


@dataclass(frozen=True)
class Outside:
    """Where a reader sits. ``prefix`` leads into their namespace; ``bundle``: the file, here."""

    prefix: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    bundle: Path

    def words(self, command: Sequence[str]) -> list[str]:
        own = [f"{name}={value}" for name, value in self.environment.items()]
        return [
            *self.prefix,
            "env",
            "-i",
            f"--chdir={self.folder}",
            *own,
            *seated(command, str(self.bundle), f"{self.environment['HOME']}/ledger.json"),
        ]


@contextmanager
def outside(machine: Booted, place: Path, bundle: Path) -> Iterator[dict[str, Outside]]:
    """Two seats: "outside", with this checkout and its environment, and "bare", with a copy and nothing but a docker command."""
    with ExitStack() as stack:
        prefix = stack.enter_context(namespace(f"out-{os.getpid()}"))
        wire = Wire(machine, prefix, place)
        stack.callback(wire.close)
        wire.open()
        home = place / "home"
        home.mkdir()
        shared = {"HOME": str(home), "DOCKER_HOST": f"unix://{wire.socket}", "LANG": "C.UTF-8"}
        yield {
            "outside": Outside(prefix, PROJECT, {**shared, "PATH": os.environ.get("PATH", os.defpath)}, bundle),
            "bare": Outside(prefix, _copy(place / "copy"), {**shared, "PATH": str(_only(place / "bin", BARE))}, bundle),
        }


class Wire:
    """One ssh connection: the engine's socket, and a port of loopback here for each that is opened there meanwhile."""

    def __init__(self, machine: Booted, prefix: Sequence[str], place: Path) -> None:
        self.socket, self._control = place / "docker.sock", place / "wire"
        back = f"nsenter --target {os.getpid()} --net -- {sys.executable} {Path(__file__).with_name('pipe.py')} {machine.port}"
        self._ssh = machine.ssh(ACCOUNTS["root"], "-o", f"ProxyCommand={back}", "-S", str(self._control))
        self._prefix, self._ends = tuple(prefix), ExitStack()
        self.forwarded: frozenset[str] = frozenset()  # address and port

    def open(self) -> None:
        """Raises LabError where the machine does not answer."""
        target = self._ssh[-1]
        master = self._start([*self._ssh[:-1], "-M", "-N", "-L", f"{self.socket}:/var/run/docker.sock", target])
        probe.wait_until(lambda: self.socket.exists() or master.poll() is not None, OPEN_BUDGET_S, "the engine's socket here", pause_s=0.1)
        watch = self._start([*self._ssh, LISTENERS], stdout=subprocess.PIPE)
        follower = Thread(target=self._follow, args=(watch,), daemon=True)
        follower.start()
        self._ends.callback(follower.join, 10)
        self._ends.callback(watch.kill)  # before the thread is waited for

    def _start(self, words: Sequence[str], stdout: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        apart = ("setpriv", "--pdeathsig=KILL")
        process = subprocess.Popen([*self._prefix, *apart, *words], stdin=subprocess.DEVNULL, stdout=stdout, start_new_session=True)
        self._ends.callback(process.wait)
        self._ends.callback(process.kill)
        return process

    def close(self) -> None:
        self._ends.close()

    def _follow(self, watch: subprocess.Popen[bytes]) -> None:
        """Until the stream ends: what was open there at first, such as sshd, stays there."""
        assert watch.stdout
        first: frozenset[str] | None = None
        table: list[str] = []
        with watch.stdout as lines:
            for line in lines:
                if line.strip() != b"end":
                    table.append(line.decode("ascii", "replace"))
                    continue
                seen = open_on("".join(table))
                first, table = seen if first is None else first, []
                self._bring_up_to(seen - first)

    def _bring_up_to(self, wanted: frozenset[str]) -> None:
        for place in sorted(wanted ^ self.forwarded):
            word = "forward" if place in wanted else "cancel"
            asked = [*self._prefix, *self._ssh[:-1], "-O", word, "-L", f"{place}:{place}", self._ssh[-1]]
            subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        self.forwarded = wanted


def open_on(tables: str) -> frozenset[str]:
    """What is to be opened on loopback here, for what listens there by the text of /proc/net/tcp and tcp6."""
    return frozenset(f"{LOOPBACK[one.address]}:{one.port}" for one in read_listeners(f"\n{tables}") if one.address in LOOPBACK)


def _copy(target: Path) -> Path:
    """This checkout as it ships, without an environment."""
    for name, file in files_of(PROJECT, COPIED):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target / name)
    return target


def _only(place: Path, programs: Sequence[str]) -> Path:
    """A PATH with these programs and no others."""
    place.mkdir()
    for program in programs:
        if found := shutil.which(program):
            (place / program).symlink_to(found)
    return place
