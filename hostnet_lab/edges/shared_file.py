"""A small file that several processes append lines to, and that one of them may replace. Knows nothing of its lines.

All raise OSError. A lock keeps writers apart; the file itself is locked, so nothing else lies about.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..core.errors import NoAnswer
from ..kept import asked
from ..kept import file as kept
from ..kept.lock import Lock, lock
from ..kept.unusable import Reason, Unusable
from ..words import tr
from .probe import wait_until

LONGEST_LINE = 64 << 10  # bytes that are looked at
LARGEST = 64 << 20  # bytes; it is compacted from one on
LOCK_S = 2.0  # a lock is held for milliseconds; whoever holds it longer was stopped
APPEND = os.O_RDWR | os.O_APPEND | os.O_CREAT


class SharedFile:
    """Only its owner may read it (mode 0600, a folder that is made for it 0700). ``ours`` tells whether a first line may be."""

    def __init__(self, path: Path, ours: Callable[[bytes], bool]) -> None:
        self.path, self._ours = path, ours

    def append(self, line: bytes) -> int:
        """Write one line in one call, whole or not at all; returns the size of the file then, in bytes."""
        with self._locked(APPEND) as file:
            size = os.fstat(file).st_size
            cut_off = size > 0 and os.pread(file, 1, size - 1) != b"\n"  # its last line must not swallow this one
            data = b"\n" * cut_off + line + b"\n"
            written = os.write(file, data)
            if written < len(data):
                if os.fstat(file).st_size == size + written:
                    os.ftruncate(file, size)
                raise OSError(0, tr("there was no room for a whole line; the disk may be full"))
            return size + written

    def content(self) -> bytes:
        """Empty where there is no file."""
        try:
            with self._locked(os.O_RDONLY) as file:
                return kept.content(file, self.path, LARGEST)
        except FileNotFoundError:
            return b""

    def rewrite(self, change: Callable[[bytes], bytes]) -> None:
        """Put a new file with the changed content in the place of this one, at once; nothing is done where it is equal."""
        with self._locked(APPEND, must=True) as file:
            content = kept.content(file, self.path, LARGEST)
            new = change(content)
            if new != content:
                kept.write(Path(os.path.realpath(self.path)), new)

    def set_aside(self) -> Path:
        """Give the file as it is another name; the next line begins a new one."""
        with self._locked(os.O_RDONLY, must=True):
            return kept.set_aside(self.path)

    @contextmanager
    def _locked(self, way: int, *, must: bool = False) -> Iterator[int]:
        """The open file under its lock. Without ``must`` a lock that another holds is done without: a line is one write."""
        if way & os.O_CREAT:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = self._open(way, must)
        try:
            yield file
        finally:
            os.close(file)

    def _require_ours(self, file: int) -> None:
        """A link may lead to a file of ours that is kept elsewhere; whatever else it leads to is read by nobody, and never changed."""
        if os.fstat(file).st_uid not in (os.geteuid(), self.path.parent.stat().st_uid):  # root's in the home of its user
            raise Unusable(self.path, Reason.NOT_OURS)
        if self.path.is_symlink() and (begin := os.pread(file, LONGEST_LINE, 0)) and not self._ours(begin.partition(b"\n")[0]):
            raise Unusable(self.path, Reason.NOT_READABLE)

    def _open(self, way: int, must: bool) -> int:
        asked.require_own_link(self.path)
        while True:
            file = kept.opened(self.path, way)
            try:
                self._require_ours(file)
                _make_private(file)
                _lock(file, must)
                if _same(file, self.path):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)  # another process has put a new file in its place meanwhile


def _make_private(file: int) -> None:
    if os.fstat(file).st_mode & 0o077:
        with suppress(OSError):  # not ours, or not to be changed here
            os.fchmod(file, 0o600)


def _same(file: int, path: Path) -> bool:
    found = os.fstat(file)
    try:
        now = os.stat(path)
    except FileNotFoundError:
        return False
    return (now.st_dev, now.st_ino) == (found.st_dev, found.st_ino)


def _lock(file: int, must: bool) -> None:
    try:
        wait_until(lambda: lock(file) is not Lock.BUSY, LOCK_S, tr("the lock of a shared file"))
    except NoAnswer as error:
        if must:
            raise OSError(0, tr("another program holds its lock")) from error
