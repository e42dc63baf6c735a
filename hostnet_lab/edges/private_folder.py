"""A folder that one user alone can enter: made so, or believed only after a look at it by descriptor.

What lies in it is reached through that descriptor, never by the path again: nobody can exchange it between the look and the
use. A link is never followed, a pipe never waited for. Decides nothing about what lies in it. All raise OSError, and NotPrivate.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ..words import tr

ROOTS = (Path("/run/hostnet-lab"), Path("/var/lib/hostnet-lab"))  # of root: FHS 3.0, 3.15 and 5.8; the first one that can be had
MOST = 1 << 20  # bytes of a kept file that are read; the lab writes a few hundred
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class NotPrivate(OSError):
    """Somebody else owns the folder or a file in it, or may exchange it; the text says who."""


@dataclass(frozen=True)
class PrivateFolder:
    """Made by ``opened``. ``descriptor`` lives as long as that block; ``owners``: the user ids whose files are believed."""

    path: Path
    descriptor: int
    owners: frozenset[int]

    def read(self, name: str) -> bytes | None:
        """Its first MiB; None where there is no such plain file of an owner's."""
        try:
            with self._open(name, os.O_RDONLY) as file:
                return file.read(MOST)
        except (FileNotFoundError, NotPrivate):
            return None

    def write(self, name: str, content: bytes) -> None:
        """Whole or not at all, in the place of what was there, which may be anything but a folder."""
        part = f"{name}.{os.urandom(6).hex()}"
        try:
            with self._open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL) as file:
                file.write(content)
            os.replace(part, name, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor)
        except BaseException:
            self.remove(part)
            raise

    def log(self, name: str) -> BinaryIO:
        """A file for a program to write to, empty; what was there is replaced, so that an older writer disturbs nobody."""
        self.remove(name)
        return self._open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL)

    def kept(self, name: str) -> BinaryIO:
        """A file that stays, opened to be read and written; made where it is missing."""
        return self._open(name, os.O_RDWR | os.O_CREAT)

    def remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.descriptor)

    def _open(self, name: str, way: int) -> BinaryIO:
        descriptor = os.open(name, way | FILE, 0o600, dir_fd=self.descriptor)
        try:
            self._require_own(name, descriptor)
            return os.fdopen(descriptor, "r+b" if way & os.O_RDWR else "wb" if way & os.O_WRONLY else "rb", buffering=0)
        except BaseException:
            os.close(descriptor)
            raise

    def _require_own(self, name: str, descriptor: int) -> None:
        found, folder = os.fstat(descriptor), os.fstat(self.descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid not in self.owners:
            user = user_name(found.st_uid)
            raise NotPrivate(0, tr("{file} is not a plain file of yours; it belongs to {user}", file=self.path / name, user=user))
        if found.st_uid == os.geteuid():
            os.fchmod(descriptor, 0o600)
            if folder.st_uid != found.st_uid:  # root in the folder of its user, who goes on with the file later
                os.fchown(descriptor, folder.st_uid, folder.st_gid)


@contextmanager
def opened(path: Path, owners: frozenset[int] | None = None) -> Iterator[PrivateFolder]:
    """The folder at ``path``, made with mode 0700 where it is missing; an owner's folder that others could enter is closed to them.

    ``owners``: this process's user, unless given. Raises NotPrivate where it is a link, no folder, or another user's.
    """
    known = frozenset({os.geteuid()}) if owners is None else owners
    with suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
    try:
        descriptor = os.open(path, FOLDER)
    except NotADirectoryError as error:  # what open(2) says of a link, too, when a folder is asked for
        raise NotPrivate(0, tr("{folder} is a link, or no folder", folder=path)) from error
    try:
        _close_to_others(path, descriptor, known)
        yield PrivateFolder(path, descriptor, known)
    finally:
        os.close(descriptor)


def _close_to_others(path: Path, descriptor: int, owners: frozenset[int]) -> None:
    found = os.fstat(descriptor)
    if found.st_uid not in owners:
        raise NotPrivate(0, tr("{folder} belongs to {user}", folder=path, user=user_name(found.st_uid)))
    if stat.S_IMODE(found.st_mode) != 0o700:
        os.fchmod(descriptor, 0o700)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


# -- root's own place ---------------------------------------------------------------------------------


def roots_place() -> Path:
    """Root's folder for what runs: below folders which root alone may change, so that nobody can name, make or exchange it.

    Raises NotPrivate where none can be had.
    """
    path, why = _choice()
    if path is None:
        raise NotPrivate(0, why)
    with opened(path, frozenset({0})):
        return path


def no_place() -> str:
    """Why root has no place of its own here; "" where there is one, or it can be made. Makes nothing."""
    return _choice()[1]


def _choice() -> tuple[Path | None, str]:
    reasons = []
    for path in ROOTS:
        try:
            _require_roots(path if os.path.lexists(path) else path.parent)
            if os.path.lexists(path) or os.access(path.parent, os.W_OK):
                return path, ""
            reasons.append(tr("{folder} cannot be written to", folder=path.parent))
        except OSError as error:
            reasons.append(error.strerror or str(error))
    return None, "; ".join(reasons)


def _require_roots(path: Path) -> None:
    """Of the folder and every one above: root's, and nobody else may write there. Links above lead where root made them lead."""
    real = Path(os.path.realpath(path.parent))
    for step in (real / path.name, real, *real.parents):
        found = step.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            user = user_name(found.st_uid)
            raise NotPrivate(0, tr("{folder} is not for root alone to change; it belongs to {user}", folder=step, user=user))


def remove(path: Path) -> None:
    """Remove what is there, a folder with all in it; of a link the link itself. Only in a folder of one's own; errors leave the rest."""
    with suppress(OSError):
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)  # follows no link, see shutil.rmtree.avoids_symlink_attacks
