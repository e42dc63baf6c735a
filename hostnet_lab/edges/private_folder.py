"""A folder that one user alone can enter, and nobody else can exchange: what lies in it is believed, and written to by name.

Every look goes by descriptor and follows no link. Decides nothing about what lies in such a folder. All raise OSError.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..words import tr
from .host import user_name

ROOTS = (Path("/run/hostnet-lab"), Path("/var/lib/hostnet-lab"))  # of root: FHS 3.0, 3.15 and 5.8; the first one that can be had
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class NotPrivate(OSError):
    """Somebody else owns the folder or what is in it, or could exchange it; ``strerror`` says who, in words."""

    def __init__(self, why: str) -> None:
        super().__init__(0, why)


def ensure(path: Path, *, close: bool = False) -> Path:
    """The folder at ``path``, made with mode 0700 where it is missing; returns it.

    Raises NotPrivate where it is a link or no folder, where it or anything in it is another user's, or where others may
    enter or exchange it. ``close``: take that from them instead, as where an earlier version or another umask left it; only for
    a folder that is the lab's by its very path.
    """
    with suppress(FileExistsError):
        path.mkdir(mode=0o700, parents=True)
    with _opened(path.parent, follow=True) as above:
        _require_fixed(path.parent, above, close)
    with _opened(path) as folder:
        _require_owned(path, folder)
        _require_closed(path, folder, close)
        for name in os.listdir(folder):
            _require_believed(path / name, os.stat(name, dir_fd=folder, follow_symlinks=False))
    return path


def require_way(path: Path) -> None:
    """Nobody but those who are believed could exchange a folder on the way to ``path``, whose last step need not be there yet.

    Raises NotPrivate. Links on the way lead where they lead now; who made them could have been asked for another folder as well.
    """
    for step in Path(os.path.realpath(path)).parents:
        if step.exists():
            with _opened(step, follow=True) as descriptor:
                _require_fixed(step, descriptor, close=False)


def believed() -> frozenset[int]:
    """User ids: this process's, and root. Root believes also the owner of this very code: that one could do anything to it."""
    return frozenset({0, os.geteuid()} | ({os.stat(__file__).st_uid} if os.geteuid() == 0 else set()))


def identity(path: Path) -> tuple[int, int]:
    """Device and inode: whoever noted them knows a folder again."""
    found = path.lstat()
    return found.st_dev, found.st_ino


def remove_made(path: Path, noted: tuple[int, int]) -> None:
    """Remove a folder of this user's with all in it, if it still is the one that was noted. Raises OSError."""
    with _opened(path) as folder:
        found = os.fstat(folder)
        if (found.st_dev, found.st_ino) != noted or found.st_uid != os.geteuid():
            return
        for name in os.listdir(folder):
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
            shutil.rmtree(name, ignore_errors=True, dir_fd=folder)
        path.rmdir()


def remove(path: Path) -> None:
    """Remove what is there, a folder with all in it; of a link the link itself. Only in a private folder; errors leave the rest."""
    with suppress(OSError):
        path.unlink()
    shutil.rmtree(path, ignore_errors=True)  # follows no link, see shutil.rmtree.avoids_symlink_attacks


# -- looks --------------------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path, *, follow: bool = False) -> Iterator[int]:
    try:
        descriptor = os.open(path, FOLDER & ~os.O_NOFOLLOW if follow else FOLDER)
    except NotADirectoryError as error:  # what open(2) says of a link, too, when a folder is asked for
        raise NotPrivate(tr("{folder} is a link, or no folder", folder=path)) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _require_owned(path: Path, descriptor: int) -> None:
    found = os.fstat(descriptor)
    if found.st_uid not in believed():
        raise NotPrivate(tr("{folder} belongs to {user}", folder=path, user=user_name(found.st_uid)))


def _require_closed(path: Path, descriptor: int, close: bool) -> None:
    if os.fstat(descriptor).st_mode & 0o077:
        if not close:
            raise NotPrivate(tr("{folder} is open to others; if it is meant for this alone: chmod 700", folder=path))
        os.fchmod(descriptor, 0o700)


def _require_fixed(path: Path, descriptor: int, close: bool) -> None:
    """Where names of ours stay as they are: nobody else may write there, or only beside them, as in /tmp."""
    found = os.fstat(descriptor)
    if found.st_uid not in believed():
        raise NotPrivate(tr("{folder} belongs to {user}", folder=path, user=user_name(found.st_uid)))
    if found.st_mode & OTHERS_WRITE and not found.st_mode & stat.S_ISVTX:
        if not close:
            raise NotPrivate(tr("others may exchange what is in {folder}: chmod go-w", folder=path))
        os.fchmod(descriptor, stat.S_IMODE(found.st_mode) & ~OTHERS_WRITE)


def _require_believed(path: Path, found: os.stat_result) -> None:
    if found.st_uid not in believed():
        raise NotPrivate(tr("{file} belongs to {user}; remove it", file=path, user=user_name(found.st_uid)))


# -- root's own place ---------------------------------------------------------------------------------


def roots_place() -> Path:
    """Root's folder for what runs: below folders which root alone may change, so that nobody can name, make or exchange it.

    Raises NotPrivate where none can be had.
    """
    path, why = _choice()
    if path is None:
        raise NotPrivate(why)
    return ensure(path, close=True)


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
        if not stat.S_ISDIR(found.st_mode) or found.st_uid or found.st_mode & OTHERS_WRITE:
            user = user_name(found.st_uid)
            raise NotPrivate(tr("{folder} is not for root alone to change; it belongs to {user}", folder=step, user=user))
