"""What may have become of a file that the lab keeps: one row a kind of damage, and the reason that reading it must give."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hostnet_lab.kept.unusable import Reason

NOTES, FOLDER = "somebody's notes", "somebody's folder"  # beside the file: whatever happens to it, these must not change
PLAIN, LARGE, OTHER = Reason.NOT_PLAIN, Reason.TOO_LARGE, Reason.NOT_READABLE


@dataclass(frozen=True)
class Damage:
    """``do`` changes what is at a path. ``reason``: of the refusal, None for the system's own; ``harmless``: JSON all the same."""

    name: str
    do: Callable[[Path], object]
    reason: Reason | None = None
    harmless: bool = False


def clear(path: Path) -> None:
    """Remove whatever is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _in_place(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def do(path: Path) -> None:
        clear(path)
        make(path)

    return do


def _socket(path: Path) -> None:
    """Bound by its short name: the path of a socket holds 107 bytes."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(f"/proc/self/fd/{folder}/{path.name}")
    finally:
        os.close(folder)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _to_anothers(path: Path) -> None:
    notes = path.with_name(NOTES)
    notes.write_text("somebody's\n")
    notes.chmod(0o644)
    path.symlink_to(notes)


def _to_anothers_folder(path: Path) -> None:
    folder = path.with_name(FOLDER)
    folder.mkdir()
    (folder / "notes.json").write_text("somebody's\n")
    path.symlink_to(folder)


def untouched(path: Path) -> bool:
    """Is what a damage has put beside a file as it was put there?"""
    notes, folder = path.with_name(NOTES), path.with_name(FOLDER)
    if folder.exists() and (
        [one.name for one in folder.iterdir()] != ["notes.json"] or (folder / "notes.json").read_text() != "somebody's\n"
    ):
        return False
    return not notes.exists() or (notes.read_text() == "somebody's\n" and notes.stat().st_mode & 0o777 == 0o644)


def _full_folder(path: Path) -> None:
    path.mkdir()
    (path / "somebody's.txt").write_text("somebody's")


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 30)


def _behind_a_file(path: Path) -> None:
    """Its folder is a file: nothing can be kept there at all."""
    shutil.rmtree(path.parent)
    path.parent.write_text("a file")


def _bytes(content: bytes) -> Callable[[Path], object]:
    return _in_place(lambda path: path.write_bytes(content))


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


IN_PLACE = (
    Damage("a folder", _in_place(Path.mkdir), PLAIN),
    Damage("a folder with something in it", _in_place(_full_folder), PLAIN),
    Damage("a pipe", _in_place(os.mkfifo), PLAIN),
    Damage("a socket", _in_place(_socket), PLAIN),
    Damage("a link to itself", _in_place(_loop)),
    Damage("a link to nothing", _in_place(lambda path: path.symlink_to("no-such-file")), PLAIN),
    Damage("a link to a device without an end", _in_place(lambda path: path.symlink_to("/dev/zero")), PLAIN),
    Damage("a link to a terminal", _in_place(lambda path: path.symlink_to("/dev/ptmx")), PLAIN),
    Damage("a link to a folder", _in_place(_to_anothers_folder), PLAIN),
    Damage("a link to another's file", _in_place(_to_anothers), OTHER),
    Damage("a gibibyte of nothing", _in_place(_sparse), LARGE),
)
CONTENTS = (
    Damage("empty", _bytes(b""), OTHER),
    Damage("cut off", _cut, OTHER),
    Damage("zeros", _bytes(b"\0" * 4096), OTHER),
    Damage("random bytes", _bytes(bytes(range(256)) * 8), OTHER),
    Damage("another encoding", _bytes('{"a": "ä"}'.encode("utf-16")), OTHER),
    Damage("lists in lists", _bytes(b"[" * 200_000), OTHER),
    Damage("objects in objects", _bytes(b'{"a":' * 100_000), OTHER),
    Damage("nested just below Python's limit", _bytes(b"[" * 900 + b"]" * 900), OTHER),
    Damage("a number with 5,000 digits", _bytes(b'{"pid": ' + b"9" * 5000 + b"}"), OTHER),
    Damage("not a number", _bytes(b'{"pid": NaN, "processes": [Infinity]}'), OTHER),
    Damage("beyond a float", _bytes(b'{"pid": 1e999}'), OTHER),
    Damage("half a surrogate pair", _bytes(rb'{"how": "\ud800", "address": "\udfff"}'), OTHER),
    Damage("zero signs in its text", _bytes(rb'{"how": "\u0000", "locale": "\u0000", "currentContext": "\u0000"}'), harmless=True),
    Damage("the same key twice", _bytes(b'{"how": "server", "how": 1, "processes": [], "processes": {}}'), harmless=True),
    Damage("null", _bytes(b"null"), harmless=True),
    Damage("a text", _bytes(b'"text"'), harmless=True),
    Damage("a list", _bytes(b"[[1, 2], {}]"), harmless=True),
    Damage("another version's", _bytes(b'{"v": 99, "format": "later", "processes": {"a": [1]}, "copied": [], "pid": "1"}'), harmless=True),
    Damage(
        "only of its fields",
        _bytes(b'{"how": 5, "processes": [{"pid": -1, "start_ticks": 1e308}], "address": [], "boot_id": true}'),
        harmless=True,
    ),
    Damage("terminal codes", _bytes(b'{"how": "\\u001b]0;x\\u0007\\u001b[2J", "originals": "\\u001b[31m"}'), harmless=True),
)
DAMAGES = IN_PLACE + CONTENTS
