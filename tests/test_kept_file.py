"""Whatever has become of a kept file, reading it ends at once: with its value, or with a word for why not. Nothing is ever lost."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from hostnet_lab.kept import file, plain_json
from hostnet_lab.kept.shape import shaped
from hostnet_lab.kept.unusable import Reason, Unusable
from tests.faults.damages import DAMAGES, IN_PLACE, Damage


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.name)
def test_a_damaged_file_is_refused_with_its_reason_and_stays_as_it_is(damage: Damage, tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text('{"a": 1}')
    damage.do(path)
    before = os.lstat(path) if os.path.lexists(path) else None
    if damage.harmless:
        file.read_json(path)
    else:
        with pytest.raises(OSError) as caught:
            file.read_json(path)
        assert not damage.reason or (isinstance(caught.value, Unusable) and caught.value.reason is damage.reason)
    after = os.lstat(path) if os.path.lexists(path) else None
    assert (before and (before.st_ino, before.st_size, before.st_mode)) == (after and (after.st_ino, after.st_size, after.st_mode))


@pytest.mark.parametrize("damage", IN_PLACE, ids=lambda one: one.name)
def test_what_is_set_aside_keeps_its_kind_and_makes_room(damage: Damage, tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text("{}")
    damage.do(path)
    was = os.lstat(path)
    aside = file.set_aside(path)
    assert aside.name == "kept.damaged-1.json" and os.lstat(aside).st_ino == was.st_ino
    file.write(path, b"{}")
    assert file.read(path) == b"{}"


@pytest.mark.parametrize(
    "damage", [one for one in IN_PLACE if one.reason is Reason.NOT_PLAIN and "link" not in one.name], ids=lambda one: one.name
)
def test_writing_never_puts_a_file_in_the_place_of_what_is_none(damage: Damage, tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    path.write_text("{}")
    damage.do(path)
    with pytest.raises(Unusable):
        file.write(path, b"new")
    with pytest.raises(Unusable):
        file.fresh(path)
    assert not path.is_file() and [one.name for one in tmp_path.iterdir()] == ["kept.json"]


def test_a_link_is_replaced_itself_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    theirs, path = tmp_path / "theirs", tmp_path / "kept.json"
    theirs.write_text("theirs")
    path.symlink_to(theirs)
    file.write(path, b"ours")
    assert theirs.read_text() == "theirs" and path.read_text() == "ours"
    path.unlink()
    path.symlink_to(theirs)
    file.fresh(path).close()
    assert theirs.read_text() == "theirs" and path.read_bytes() == b"" and not path.is_symlink()


def test_what_was_written_is_its_owners_alone_and_nothing_else_lies_about(tmp_path: Path) -> None:
    file.write(tmp_path / "kept.json", b"{}")
    assert (tmp_path / "kept.json").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["kept.json"]


def test_a_full_disk_leaves_the_old_file_and_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write(tmp_path / "kept.json", b"old")

    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        file.write(tmp_path / "kept.json", b"new")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("kept.json", b"old")]


def test_the_part_of_a_writer_that_was_killed_goes_with_the_next_write_and_a_living_ones_stays(tmp_path: Path) -> None:
    dead, living = tmp_path / ".kept.json.dead.part", tmp_path / ".kept.json.living.part"
    other = tmp_path / ".other.json.dead.part"
    for one in (dead, living, other):
        one.write_text("half")
    with living.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        file.write(tmp_path / "kept.json", b"{}")
    assert not dead.exists() and living.exists() and other.exists()


WRITE = """
import sys
from pathlib import Path
from hostnet_lab.kept import file
for number in range(200):
    file.write(Path(sys.argv[1]), sys.argv[2].encode() * 5000)
"""


def test_what_another_program_writes_counts_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "disk.ext4"
    with file.made(path) as (_, part):
        subprocess.run(["sh", "-c", 'echo whole > "$0"', part], check=True)
        assert not path.exists()
    assert path.read_text() == "whole\n" and [*tmp_path.iterdir()] == [path]
    with pytest.raises(RuntimeError), file.made(path) as (out, _):
        out.write(b"half")
        raise RuntimeError
    assert path.read_text() == "whole\n" and [*tmp_path.iterdir()] == [path]


IN_A_FOLDER_OF_CHANCE = {  # which nobody else can enter, and which goes with its maker
    "experiments/compose.py",
    "experiments/disposable.py",
    "experiments/own_engine.py",
    "experiments/settings.py",
    "labhost/wheels.py",
    "provision/debian_image.py",
}


def test_nobody_else_writes_a_file_whole_in_a_way_of_their_own() -> None:
    package = Path(file.__file__).parents[1]
    opening = r"(?<!tarfile\.)\bopen\([^)\n]*\"[wax]b?\"(?!.*closefd)"
    by_hand = re.compile(r"os\.(replace|rename)\(|write_(text|bytes)\(|NamedTemporaryFile|mkstemp|" + opening)
    found = {path.relative_to(package).as_posix() for path in package.rglob("*.py") if by_hand.search(path.read_text("utf-8"))}
    assert found - IN_A_FOLDER_OF_CHANCE == {"kept/file.py", "labhost/bundling.py"}  # the pieces of a bundle, in such a folder, too
    assert found >= IN_A_FOLDER_OF_CHANCE


def test_several_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "kept.json"
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(path), letter]) for letter in "ab"]
    while any(one.poll() is None for one in writers):
        if path.exists():
            assert file.read(path) in (b"a" * 5000, b"b" * 5000)
    assert [one.returncode for one in writers] == [0, 0]
    assert [one.name for one in tmp_path.iterdir()] == ["kept.json"]


def test_a_file_that_grows_while_it_is_read_ends_at_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, real = tmp_path / "kept.json", os.pread
    path.write_bytes(b"x" * 100)

    def growing(descriptor: int, size: int, offset: int) -> bytes:
        with path.open("ab") as more:
            more.write(b"x" * 100)
        return real(descriptor, size, offset)

    monkeypatch.setattr(os, "pread", growing)
    with pytest.raises(Unusable) as caught:
        file.read(path, 1000)
    assert caught.value.reason is Reason.TOO_LARGE


# -- the JSON in it ---------------------------------------------------------------------------------

NO_VALUE = {
    "nested": "[" * 100_000,
    "nested below Python's own limit": "[" * 500 + "]" * 500,
    "5,000 digits": "1" * 5000,
    "NaN": "[NaN]",
    "Infinity": "[-Infinity]",
    "beyond a float": "[1e999]",
    "half a surrogate pair": r'["\ud800"]',
    "half a surrogate pair as a key": r'{"\udfff": 1}',
    "cut off": '{"a": [1, 2',
    "nothing": "",
}


@pytest.mark.parametrize("text", NO_VALUE.values(), ids=NO_VALUE)
def test_json_that_nothing_could_go_on_with_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):
        plain_json.parse(text)


def test_ordinary_json_is_read_as_ever() -> None:
    assert plain_json.parse(b'{"a": [1, 2.5, null, true, "\xc3\xa4"], "a ": "\\u0000"}') == {"a": [1, 2.5, None, True, "ä"], "a ": "\0"}
    assert plain_json.parse("[" * 90 + "]" * 90)


@dataclass(frozen=True)
class Inner:
    number: int


@dataclass(frozen=True)
class Outer:
    text: str
    one: Inner
    many: tuple[Inner, ...]
    named: Mapping[str, str]
    share: float
    kind: Literal["a", "b"]
    place: Path
    maybe: tuple[str, ...] | None = None
    yes: bool = True


GOOD = {"text": "t", "one": {"number": 1}, "many": [{"number": 2}], "named": {"k": "v"}, "share": 1, "kind": "a", "place": "/x"}


def test_a_dataclass_comes_back_whole_and_more_fields_do_not_disturb() -> None:
    assert shaped(Outer, {**GOOD, "later": 5}) == Outer("t", Inner(1), (Inner(2),), {"k": "v"}, 1.0, "a", Path("/x"))
    assert shaped(Outer, {**GOOD, "maybe": ["x"], "yes": False}).maybe == ("x",)


VALUES: tuple[object, ...] = (None, True, 1.5, "x", [], {}, [None], {"k": None}, [[]], {"number": True}, [{"number": "1"}], {"number": 1.0})
RIGHT: Mapping[str, tuple[object, ...]] = {
    "text": ("x",),
    "many": ([],),
    "named": ({},),
    "share": (1.5,),
    "place": ("x",),
    "maybe": (None, []),
    "yes": (True,),
}


@pytest.mark.parametrize("name", [*GOOD, "maybe", "yes"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_field_of_another_type_is_refused(name: str, value: object) -> None:
    if repr(value) in map(repr, RIGHT.get(name, ())):  # True is 1 by ==
        shaped(Outer, {**GOOD, name: value})
        return
    with pytest.raises(ValueError, match=f"^({name}|Inner|number)$"):
        shaped(Outer, {**GOOD, name: value})


@pytest.mark.parametrize("name", GOOD)
def test_a_field_that_is_missing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        shaped(Outer, {key: value for key, value in GOOD.items() if key != name})
