"""A virtual machine: booted from a root, reached by ssh on a port of this machine's loopback, thrown away at the end.

Its disk is made anew for each boot, so that nothing of an earlier one is in it. It ends with the process that made it.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from hostnet_lab.core.errors import NoAnswer, SetupFailed
from hostnet_lab.edges import probe

from .recipes import Account, Machine
from .steps import BUNDLE, LEDGER

Accelerator = Literal["kvm", "tcg"]
BOOT_BUDGET_S = 900.0  # 45 to 60 s are usual where the processor is emulated and nothing else runs
NO_SSH = 255  # ssh's own exit code
BUNDLE_THERE = "/srv/lab.bundle"
HARDWARE = ("kvm_intel", "kvm_amd")  # a /dev/kvm without one of them (PVM, in some clouds) takes only kernels made for it


def accelerator(device: Path = Path("/dev/kvm"), modules: Path = Path("/sys/module")) -> Accelerator:
    """KVM where this machine has the processor's own, and we may use it; else emulation, some twelve times slower."""
    return "kvm" if os.access(device, os.R_OK | os.W_OK) and any((modules / name).is_dir() for name in HARDWARE) else "tcg"


@dataclass(frozen=True)
class Keys:
    """``folder`` holds the pair that was made for these machines."""

    folder: Path

    @property
    def private(self) -> Path:
        return self.folder / "key"

    def public(self) -> str:
        """The public half; the pair is made where there is none."""
        if not self.private.exists():
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "machines", "-f", str(self.private)]
            subprocess.run(words, stdin=subprocess.DEVNULL, check=True)
        return self.private.with_suffix(".pub").read_text()


@dataclass(frozen=True)
class Booted:
    """``port``: of 127.0.0.1 here, that leads to the machine's sshd, whose own key stands in ``known_hosts``."""

    port: int
    key: Path
    known_hosts: Path

    def ssh(self, account: Account, *options: str) -> list[str]:
        """The ssh command up to its destination; ``options`` go before that. The machine's key is checked."""
        own = (f"UserKnownHostsFile={self.known_hosts}", "StrictHostKeyChecking=yes", "BatchMode=yes", "HostKeyAlias=machine")
        slow = ("ConnectTimeout=60", "ServerAliveInterval=60", "ServerAliveCountMax=10")  # as an emulated one is
        settings = [word for one in (*own, *slow, "IdentitiesOnly=yes", "LogLevel=ERROR") for word in ("-o", one)]
        return ["ssh", "-F", "none", "-i", str(self.key), "-p", str(self.port), *settings, *options, f"{account.name}@127.0.0.1"]


@dataclass(frozen=True)
class There:
    """A seat on the machine: ``account``'s."""

    machine: Booted
    account: Account

    def words(self, command: Sequence[str]) -> list[str]:
        """What runs ``command`` in the account's checkout there, with a login's environment."""
        script = f"cd {shlex.quote(self.account.checkout)} && exec {shlex.join(seated(command, BUNDLE_THERE, 'ledger.json'))}"
        return [*self.machine.ssh(self.account), f"bash -lc {shlex.quote(script)}"]


def seated(command: Sequence[str], bundle: str, ledger: str) -> list[str]:
    """The command with the names that these two files have at a seat."""
    return [{BUNDLE: bundle, LEDGER: ledger}.get(word, word) for word in command]


def disk(machine: Machine, root: Path, folder: Path) -> Path:
    """The root as an ext4 file system in a sparse file. Raises SetupFailed."""
    file = folder / "disk.img"
    with file.open("wb") as empty:
        empty.truncate(machine.disk_gib << 30)
    done = subprocess.run(["mkfs.ext4", "-q", "-F", "-d", str(root), str(file)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SetupFailed(f"write the disk {file}", done.stderr.strip(), f"have {machine.disk_gib // 3} GiB free below that folder")
    return file


def command(machine: Machine, root: Path, folder: Path, port: int, how: Accelerator) -> list[str]:
    """What boots it: behind all others of this machine, and killed with whoever started it."""
    kernel, initrd = (_newest(root / "boot", name) for name in ("vmlinuz-*", "initrd.img-*"))
    speed = ["-accel", "kvm", "-cpu", "host"] if how == "kvm" else ["-accel", "tcg,thread=multi", "-cpu", "max"]
    return [
        *("setpriv", "--pdeathsig=KILL", "nice", "-n", "5", "qemu-system-x86_64", "-nodefaults", "-display", "none"),
        *("-machine", "q35", *speed, "-smp", "2", "-m", str(machine.memory_mib), "-no-reboot"),
        *("-kernel", str(kernel), "-initrd", str(initrd), "-append", "root=/dev/vda rw console=ttyS0 panic=-1"),
        *("-drive", f"file={folder / 'disk.img'},format=raw,if=virtio,cache=unsafe"),
        *("-netdev", f"user,id=wire,hostfwd=tcp:127.0.0.1:{port}-:22", "-device", "virtio-net-pci,netdev=wire"),
        *("-device", "virtio-rng-pci", "-serial", f"file:{folder / 'console.log'}"),
    ]


def _newest(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if not found:
        raise SetupFailed(f"boot the machine of {folder.parent}", f"there is no {pattern} in it", "remove that folder, and run it again")
    return found[-1]


@contextmanager
def boot(machine: Machine, root: Path, folder: Path, keys: Keys, how: Accelerator) -> Iterator[Booted]:
    """Boot it and wait until all its services have started; at the block's end the machine and its disk are gone. Raises SetupFailed."""
    disk(machine, root, folder)
    port = free_port()
    known = folder / "known_hosts"
    known.write_text(f"machine {(root / 'etc/ssh/ssh_host_ed25519_key.pub').read_text()}")
    log = folder / "qemu.log"
    with log.open("wb") as out:
        qemu = subprocess.Popen(
            command(machine, root, folder, port, how),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,  # Ctrl-C reaches us alone, and we end it
        )
    try:
        booted = Booted(port, keys.private, known)
        _await(qemu, booted, folder)
        yield booted
    finally:
        qemu.send_signal(signal.SIGKILL)  # nothing of its disk is wanted any more
        qemu.wait()
        (folder / "disk.img").unlink(missing_ok=True)


def _await(qemu: subprocess.Popen[bytes], booted: Booted, folder: Path) -> None:
    from .recipes import ACCOUNTS

    def up_or_ended() -> bool:
        whole = [*booted.ssh(ACCOUNTS["root"]), "systemctl is-system-running --wait"]  # sshd is up before the engine
        asked = subprocess.run(whole, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return asked.returncode != NO_SSH or qemu.poll() is not None

    tried, do = "boot the machine", f"look into {folder}; where the processor is the cause: --accel tcg"
    try:
        probe.wait_until(up_or_ended, BOOT_BUDGET_S, "the machine's services", pause_s=1.0)
    except NoAnswer as error:
        raise SetupFailed(tried, f"{error.found}; its console ends:\n       {tail(folder / 'console.log')}", do) from error
    if qemu.poll() is not None:
        raise SetupFailed(tried, f"qemu ended:\n       {tail(folder / 'qemu.log')}", do)


def tail(path: Path, lines: int = 6) -> str:
    """The last lines of a log, for an error; what it holds is the machine's, so control characters are shown as such."""
    text = path.read_text("utf-8", "replace") if path.is_file() else ""
    return "\n       ".join("".join(c if c.isprintable() else "?" for c in line) for line in text.splitlines()[-lines:])


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def missing(tools: Mapping[str, str]) -> str:
    """The command that installs what is not here, "" where all is."""
    wanted = sorted({package for tool, package in tools.items() if shutil.which(tool) is None})
    return f"apt-get install --no-install-recommends {' '.join(wanted)}" if wanted else ""
