"""Where one machine is made and kept: its root, its key, the images it gets; from nothing to a machine that answers."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.labhost.bundle import HOST
from tests.engines.run import save_image

from . import root, vm
from .recipes import ACCOUNTS, MACHINES, Machine


@dataclass(frozen=True)
class Place:
    """``roots``: shared by all machines, closed to everybody else; ``folder``: of this one."""

    machine: Machine
    roots: Path
    folder: Path

    @classmethod
    def of(cls, name: str, roots: Path) -> Place:
        """Raises SetupFailed where the folder is there and is not the caller's own: what root writes must not be another's."""
        folder = roots / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for one in (roots, folder):
            seen = one.lstat()
            if one.is_symlink() or seen.st_uid or seen.st_mode & 0o022:
                raise SetupFailed(f"set up the machine in {one}", "others may write there, or own it", "name another folder: --roots DIR")
        return cls(MACHINES[name], roots, folder)

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def set_up(self, *, accept_expired: bool, bundle: Path | None, lab_host: bool) -> None:
        """Bring the root up to this checkout. ``lab_host``: with its image, and the bundle that it came in. Raises LabError."""
        print("setting up its root", flush=True)
        root.make(self.machine, self.root, vm.Keys(self.roots).public(), accept_expired=accept_expired)
        for account in ACCOUNTS.values():
            root.check_out(self.root, account)
        images = [save_image(self.roots)]
        if lab_host:
            bundle = bundle or self._bundle()
            shutil.copyfile(bundle, self.bundle)
            images.append(_host_image(bundle, self.roots / "lab-host.tar.gz"))
        root.load(self.root, images)

    @property
    def bundle(self) -> Path:
        """As it is on the machine."""
        return self.root / vm.BUNDLE_THERE.lstrip("/")

    def _bundle(self) -> Path:
        """Written anew: it is of this checkout."""
        target = self.roots / "lab.bundle"
        if subprocess.run([str(root.PROJECT / "lab"), "bundle", str(target)], stdin=subprocess.DEVNULL, check=False).returncode:
            raise SetupFailed(
                "bring the lab host's image", "`./lab bundle` did not write it", "mend what it says, or name one: --bundle FILE"
            )
        return target

    @contextmanager
    def booted(self, how: vm.Accelerator, logs: Path) -> Iterator[vm.Booted]:
        """The machine, up; its disk is thrown away at the end, its console is kept among the logs."""
        with TemporaryDirectory(prefix="run-", dir=self.folder) as passing:
            try:
                print("booting it", flush=True)
                with vm.boot(self.machine, self.root, Path(passing), vm.Keys(self.roots), how) as machine:
                    yield machine
            finally:
                for log in Path(passing).glob("*.log"):
                    shutil.copy(log, logs)


def _host_image(bundle: Path, target: Path) -> Path:
    """The lab host's image out of a bundle, as `docker load` takes it."""
    with tarfile.open(bundle) as tar, target.open("wb") as out:
        data = tar.extractfile(HOST)
        if data is None:
            raise SetupFailed(f"use the bundle {bundle}", f"it holds no {HOST}", "make it anew: ./lab bundle FILE")
        shutil.copyfileobj(data, out)
    return target
