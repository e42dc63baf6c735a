"""A machine's root, set up natively before it boots: accounts, network, checkout, environment, images. Needs root.

An emulated processor is some twelve times slower: what takes long is done here, in the root, with the real one. All of it
lies below one folder of the caller's own; commands run in a mount namespace that ends with them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.edges import probe
from hostnet_lab.edges.engine import Engine
from hostnet_lab.labhost.host_image import files_of
from tests.engines.roots import bootstrap, inside

from ..private_host.host import COPIED
from .recipes import ACCOUNTS, Account, Machine

PROJECT = Path(__file__).parents[2]
ENTER = PROJECT / "tests" / "engines" / "enter"
CERTIFICATES = Path("/usr/local/share/ca-certificates")  # this machine's own; a mirror behind them is a mirror there, too
START_BUDGET_S = 60.0
KEPT = ("PIP_", "SSL_", "REQUESTS_", "CURL_", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "no_proxy", "NO_PROXY")
FILES = {
    "etc/hostname": "machine\n",
    "etc/hosts": "127.0.0.1 localhost machine\n::1 localhost ip6-localhost ip6-loopback\n",
    "etc/fstab": "/dev/vda / ext4 defaults,noatime 0 1\n",
    "etc/resolv.conf": "nameserver 10.0.2.3\n",  # of qemu's user network
    "etc/systemd/network/wired.network": "[Match]\nName=en* eth*\n[Network]\nDHCP=yes\n[DHCPv4]\nUseDNS=no\n",
    "etc/sudoers.d/reader": "reader ALL=(ALL) NOPASSWD: ALL\n",  # nobody is there to type one
    "etc/ssh/sshd_config.d/lab.conf": "PasswordAuthentication no\nPermitRootLogin prohibit-password\nUseDNS no\n",
}


def make(machine: Machine, root: Path, key: str, *, accept_expired: bool = False) -> None:
    """Install and settle the machine where it is not there yet. ``key``: who may log in, as in authorized_keys(5). Raises SetupFailed."""
    made, wanted = root / ".made", "\n".join(sorted(machine.packages))
    if not made.is_file() or made.read_text() != wanted:
        shutil.rmtree(root, ignore_errors=True)
        bootstrap(machine.suite, root, machine.packages, accept_expired=accept_expired)
        _settle(machine.suite, root)
        made.write_text(wanted)
    for account in ACCOUNTS.values():
        _give(root, account, ".ssh/authorized_keys", key)


def _settle(suite: str, root: Path) -> None:
    """Accounts, network, rights: what an installer asks for."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).unlink(missing_ok=True)  # resolv.conf may be a link
        (root / name).write_text(text)
    (root / "etc/sudoers.d/reader").chmod(0o440)
    reader = ACCOUNTS["reader"]
    inside(root, suite, "useradd", f"--uid={reader.uid}", "--create-home", "--shell=/bin/bash", "--groups=sudo,docker", reader.name)
    for certificate in CERTIFICATES.glob("*.crt"):
        shutil.copy(certificate, root / str(CERTIFICATES).lstrip("/") / certificate.name)
    inside(root, suite, "update-ca-certificates")
    inside(root, suite, "systemctl", "enable", "systemd-networkd", "ssh", "docker")


def _give(root: Path, account: Account, name: str, text: str) -> None:
    path = root / account.home.lstrip("/") / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(text)
    for one in (path, path.parent):
        os.chown(one, account.uid, account.uid)


# -- the checkout -----------------------------------------------------------------------------------


def check_out(root: Path, account: Account) -> None:
    """The files of this checkout as they are now, in the account's home; the environment beside them stays. Raises SetupFailed."""
    target = root / account.checkout.lstrip("/")
    for old in target.glob("*"):  # .lab, which holds the environment, is not among them
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    for name, file in files_of(PROJECT, COPIED):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, target / name)
    _said(["chown", "--recursive", f"{account.uid}:{account.uid}", str(target)])
    _said([str(ENTER), str(root), "runuser", "-u", account.name, "--", "sh", "-c", ENVIRONMENT, account.checkout], _environment(account))


# Without an engine `./lab test` says so, and pytest only tells its version: what stays is the environment.
ENVIRONMENT = 'cd "$0" && ./lab test --no-install --version'


def _environment(account: Account) -> dict[str, str]:
    """What pip needs to reach this machine's mirror, and nothing else of the caller's."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(KEPT)}
    return {**kept, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": account.home, "LANG": "C.UTF-8", "PIP_NO_CACHE_DIR": "1"}


# -- the images -------------------------------------------------------------------------------------


def load(root: Path, images: list[Path]) -> None:
    """Give the machine's engine these images (files of ``docker save``), each once. Raises LabError."""
    seen = sorted(f"{path.name} {_fingerprint(path)}" for path in images)
    done = root / ".images"
    if done.is_file() and done.read_text().splitlines() == seen:
        return
    with _engine(root) as engine:
        for path in images:
            with path.open("rb") as file:
                engine.load_image(file)
    done.write_text("\n".join(seen))


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _engine(root: Path) -> Iterator[Engine]:
    """The machine's own dockerd on its own data, in a network of its own: with this machine's it would remove the bridge of our engine."""
    with TemporaryDirectory(prefix="machine-") as folder:  # below /tmp, which is the same inside
        socket, log = f"{folder}/docker.sock", Path(folder) / "log"
        with log.open("wb") as out:
            words = ["unshare", "--net", str(ENTER), str(root), "dockerd", "--bridge=none", "--iptables=false", "-H", f"unix://{socket}"]
            daemon = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
        try:
            probe.wait_until(lambda: daemon.poll() is not None or Path(socket).exists(), START_BUDGET_S, "the machine's engine", 0.05)
            if daemon.poll() is not None:
                lines = "\n       ".join(log.read_text("utf-8", "replace").splitlines()[-4:])
                raise SetupFailed("give the machine its images", lines, "look at those lines")
            yield Engine.connect(f"unix://{socket}", timeout_s=600)
        finally:
            daemon.terminate()
            daemon.wait()


def _said(command: list[str], environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        found = "\n       ".join((done.stderr or done.stdout).strip().splitlines()[-6:])
        raise SetupFailed(f"set up the machine: {' '.join(command[:4])} ...", found, "look at those lines")
    return done.stdout
