"""One file that the lab keeps: opened only where it is a plain one, never read beyond a bound, written whole or not at all.

Whatever stands in its place (a directory, a pipe, a device, a link to itself) is an OSError at once: nothing here waits for
anybody, follows a name into a device, or removes what it did not write. All functions raise OSError, and nothing else.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, TypeVar

from .lock import Lock, lock
from .plain_json import Json, parse
from .shape import shaped
from .unusable import Reason, Unusable

T = TypeVar("T")
SMALL = 1 << 20  # bytes: far more than any record or setting of the lab has
PART = ".part"  # ends the name of a file that is being written


def opened(path: Path, flags: int = os.O_RDONLY) -> int:
    """The descriptor of a plain file; one that O_CREAT makes is its owner's alone. Never waits."""
    try:
        _require_plain(os.stat(path, follow_symlinks=not flags & os.O_NOFOLLOW), path)  # before: opening a device may do things
    except FileNotFoundError:
        if os.path.lexists(path) and not flags & os.O_CREAT:  # a link that leads nowhere, now: not the same as nothing
            raise Unusable(path, Reason.NOT_PLAIN) from None
    file = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, 0o600)
    try:
        _require_plain(os.fstat(file), path)
    except BaseException:
        os.close(file)
        raise
    return file


def read(path: Path, largest: int = SMALL) -> bytes:
    """All of a plain file of at most ``largest`` bytes."""
    file = opened(path)
    try:
        return content(file, path, largest)
    finally:
        os.close(file)


def content(file: int, path: Path, largest: int) -> bytes:
    """All of an open file from its beginning; Unusable where it is larger, also where it grows while it is read."""
    parts, size = [], 0
    while part := os.pread(file, min(largest + 1 - size, 1 << 20), size):
        parts.append(part)
        size += len(part)
        if size > largest:
            raise Unusable(path, Reason.TOO_LARGE)
    return b"".join(parts)


def read_json(path: Path, largest: int = SMALL) -> Json:
    """The value in a JSON file; Unusable where it holds none."""
    text = read(path, largest)
    try:
        return parse(text)
    except ValueError as error:
        raise Unusable(path, Reason.NOT_READABLE) from error


def read_as(kind: type[T], path: Path, largest: int = SMALL) -> T:
    """The dataclass that a JSON file holds; Unusable where it holds another."""
    found = read_json(path, largest)
    try:
        return shaped(kind, found)
    except ValueError as error:
        raise Unusable(path, Reason.NOT_READABLE) from error


def end(path: Path, largest: int = 1 << 16) -> str:
    """The last ``largest`` bytes of a text that grows, such as a log."""
    file = opened(path)
    try:
        size = os.fstat(file).st_size
        return os.pread(file, largest, max(0, size - largest)).decode("utf-8", "replace")
    finally:
        os.close(file)


# -- writing ----------------------------------------------------------------------------------------


def write(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Put a file with this content in the place of a plain one or of nothing: see ``made``."""
    with made(path, mode) as (out, _):
        out.write(data)


@contextmanager
def made(path: Path, mode: int = 0o600) -> Iterator[tuple[BinaryIO, Path]]:
    """A file to write, and where it is meanwhile; at the end it takes the place of a plain one or of nothing, after an error it is gone.

    Whoever reads sees the old file or the new one. A link there is replaced itself, not what it leads to. What a killed writer
    left of this file is removed.
    """
    with suppress(FileNotFoundError):
        found = os.lstat(path)
        if not stat.S_ISLNK(found.st_mode):
            _require_plain(found, path)
    _sweep(path)
    file, part = _part(path)
    try:
        with os.fdopen(file, "wb") as out:  # it holds the lock to its end
            yield out, part
            out.flush()
            os.fchmod(file, mode)
            os.fsync(file)
            os.replace(part, path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write_new(name: Callable[[int], Path], data: bytes) -> Path:
    """Write to the first of ``name(1)``, ``name(2)`` ... that is free; returns it. Nothing half done is left."""
    for number in count(1):
        path = name(number)
        try:
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except FileExistsError:
            continue
        try:
            with os.fdopen(file, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(file)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return path
    raise AssertionError


def fresh(path: Path) -> BinaryIO:
    """An empty file to write a log into, in the place of an earlier one; what is no plain file there is Unusable."""
    with suppress(FileNotFoundError):
        found = os.lstat(path)
        if not stat.S_ISLNK(found.st_mode):
            _require_plain(found, path)
        path.unlink()
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


def set_aside(path: Path) -> Path:
    """Give what is there, whatever it is, a name of its own beside; returns that: ``engine.damaged-1.json``."""
    for number in count(1):
        place = path.with_name(f"{path.stem}.damaged-{number}{path.suffix}")
        if not os.path.lexists(place):
            path.rename(place)
            return place
    raise AssertionError


def _part(path: Path) -> tuple[int, Path]:
    """A new file beside ``path``, open and locked: the lock tells a sweep that its writer lives."""
    while True:
        part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
        file = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        if lock(file) is not Lock.BUSY and os.fstat(file).st_nlink:  # without locks nobody sweeps there either
            return file, part
        os.close(file)  # a sweep was faster
        part.unlink(missing_ok=True)


def _sweep(path: Path) -> None:
    """Remove the parts of this file whose writers were killed."""
    with suppress(OSError):
        for part in path.parent.glob(f".{_literal(path.name)}.*{PART}"):
            with suppress(OSError):
                file = opened(part, os.O_RDONLY | os.O_NOFOLLOW)
                try:
                    if lock(file) is Lock.HELD:  # its writer is gone; else it lives, or nobody can know
                        part.unlink()
                finally:
                    os.close(file)


def _literal(name: str) -> str:
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _require_plain(found: os.stat_result, path: Path) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Unusable(path, Reason.NOT_PLAIN)
