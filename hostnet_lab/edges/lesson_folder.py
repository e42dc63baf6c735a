"""The learner's own folder of lessons: filled from the originals, which are only ever read.

Which file becomes what is core.lesson_copies' to say. A file is written whole or not at all, and none is ever deleted that
holds an edit.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from ..core.errors import BadRequest, SetupFailed
from ..core.guide import goals as promises
from ..core.guide.lesson_copies import GUIDE, as_copied, aside, fingerprint, matching, step
from ..core.guide.lessons import LESSONS
from ..core.reasons import exhausted, said
from ..kept import file, plain_json
from ..kept.unusable import Reason, Unusable
from ..words import ENGLISH, LANGUAGE, anew, tr
from .console import say
from .kept_value import Tell, read, set_aside, write

VARIABLE = "HOSTNET_LAB_LESSONS"
SHIPPED = Path(__file__).resolve().parents[2] / "notebooks"
LARGEST = 64 << 20  # bytes of one lesson, with the pictures in its outputs
MANIFEST = ".originals.json"  # where the originals are, and the fingerprint of each as it was copied


def place(root: Path, named: Path | None = None) -> Path:
    """``named``, else HOSTNET_LAB_LESSONS, else ``lessons/`` in the checkout ``root``."""
    found = named or Path(os.environ.get(VARIABLE) or root / "lessons")
    return found.expanduser().absolute()


@dataclass(frozen=True)
class Manifest:
    """``copied``: file -> fingerprint of the original that its copy was last compared with; filled in ``language``."""

    originals: str
    copied: Mapping[str, str]
    language: str = ENGLISH


@dataclass(frozen=True)
class LessonFolder:
    """``folder``: the learner's. ``originals``: the folder that the lessons ship in. The two are never the same."""

    folder: Path
    originals: Path

    @classmethod
    def around(cls, folder: Path) -> LessonFolder | None:
        """The one that a folder is by its manifest; None for any other folder, the originals' own included."""
        manifest = _manifest(folder)
        return cls(folder, Path(manifest.originals)) if manifest else None

    def fill(self) -> list[str]:
        """Bring every copy up to date that holds no edit; returns sentences for what the learner should know.

        Raises SetupFailed where there are no originals, or the folder cannot be written; BadRequest for the originals' own.
        """
        if self.folder.resolve() == self.originals.resolve():
            found = tr("that is the folder of the originals, which must stay as they are")
            raise BadRequest(f"--lessons {self.folder}", found, tr("name another folder, or none"))
        if not self.originals.is_dir():
            found = tr("there is no folder {folder}", folder=self.originals)
            raise SetupFailed(tr("copy the lessons"), found, tr("run the lab from its whole checkout"))
        try:
            return self._fill()
        except OSError as error:
            tried, do = tr("copy the lessons to {folder}", folder=self.folder), tr("name a folder of your own: ./lab --lessons DIR")
            raise exhausted(error) or SetupFailed(tried, said(error), do) from error

    def _fill(self) -> list[str]:
        told: list[str] = []
        shipped = {name: self._original(name) for name in self.names()}
        known = self._known(told.append)
        for name in sorted({*shipped, *known}):
            self._make_room(name, told.append)
            original = fingerprint(shipped[name], name) if name in shipped else None
            match step(original, known.get(name), self._mine(name)):
                case "take" | "refresh":
                    _write(self.folder / name, shipped[name])
                case "set beside":
                    beside = self._aside(name, "new")
                    _write(self.folder / beside, shipped[name])
                    told.append(
                        tr(
                            "you edited {name}, and there is a newer original: yours is as it was, the new one is {beside}",
                            name=name,
                            beside=beside,
                        )
                    )
                case "drop":
                    (self.folder / name).unlink()
                case "leave":
                    told.append(tr("{name} is no longer among the lessons: your edited copy stays", name=name))
        self._remember({name: fingerprint(content, name) for name, content in shipped.items()}, LANGUAGE)
        return told

    def reset(self, name: str) -> str | None:
        """Bring back the original of one lesson; returns the name under which an edited copy is kept, or None.

        Raises BadRequest for a name that is no lesson.
        """
        if name not in self.names():
            do = tr("one of: {names}", names=", ".join(self.lessons()))
            raise BadRequest(tr("reset {lesson}", lesson=name), tr("there is no lesson of that name"), do)
        original = self._original(name)
        known, print_now = self._known(say), fingerprint(original, name)
        self._make_room(name, say)
        kept = None
        if self._mine(name) not in (None, print_now, known.get(name)):
            kept = self._aside(name, "mine")
            (self.folder / name).rename(self.folder / kept)
        _write(self.folder / name, original)
        self._remember({**known, name: print_now}, self.language)
        return kept

    def edited(self, name: str) -> bool:
        """Does the copy hold other sources than the original it was made from?"""
        try:
            mine = self._mine(name)
        except OSError:  # no plain file is no copy; the next start makes room for one
            return False
        return mine is not None and mine not in (self._known(say).get(name), fingerprint(self._original(name), name))

    @property
    def language(self) -> str:
        """Of the copies, as they were last filled."""
        manifest = _manifest(self.folder)
        return manifest.language if manifest else LANGUAGE

    def names(self) -> list[str]:
        """All files that ship, by their path inside the folder; none that an editor hides away, and no report of a learner's (my-...)."""
        files = (path.relative_to(self.originals) for path in self.originals.rglob("*") if path.is_file())
        found = [path.as_posix() for path in files if not any(part.startswith((".", "__", "my-")) for part in path.parts)]
        return sorted([*found, *([GUIDE] if self._place(GUIDE).is_file() else [])])

    def _place(self, name: str) -> Path:
        """Where the original is."""
        return (self.originals.parent if name == GUIDE else self.originals) / name

    def lessons(self) -> list[str]:
        """The notebooks among them, in the order in which they are taken."""
        return [name for name in self.names() if name.endswith(".ipynb")]

    def meant_by(self, word: str) -> list[str]:
        """The lessons that a reader's word means; raises BadRequest where it means none."""
        found = matching(word, self.lessons())
        if not found:
            do = tr("one of: {names}", names=", ".join(self.lessons()))
            raise BadRequest(tr("reset {lesson}", lesson=word), tr("there is no such lesson"), do)
        return found

    def _original(self, name: str) -> bytes:
        try:
            return as_copied(file.read(self._place(name), LARGEST), name, anew)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(self._place(name), error) from error

    def _mine(self, name: str) -> str | None:
        try:
            return fingerprint(file.read(self.folder / name, LARGEST), name)
        except FileNotFoundError:
            return None

    def _make_room(self, name: str, tell: Tell) -> None:
        """What stands in a copy's place and is none (a folder, a pipe, a file that may not be read) is kept under another name."""
        path = self.folder / name
        for folder in path.relative_to(self.folder).parents[-2::-1]:  # the outermost first
            place = self.folder / folder
            if os.path.lexists(place) and (place.is_symlink() or not place.is_dir()):
                set_aside(place, Unusable(place, Reason.NOT_FOLDER), tell)
        try:
            self._mine(name)
        except OSError as error:
            if exhausted(error):
                raise
            set_aside(path, error, tell)

    def _aside(self, name: str, word: str) -> str:
        there = (path.relative_to(self.folder).as_posix() for path in (self.folder / name).parent.glob("*"))
        return aside(name, word, there)

    def _known(self, tell: Tell) -> dict[str, str]:
        manifest = read(Manifest, self.folder / MANIFEST, tell)
        return {name: one for name, one in manifest.copied.items() if _inside(name)} if manifest else {}

    def _remember(self, copied: Mapping[str, str], language: str) -> None:
        write(self.folder / MANIFEST, Manifest(str(self.originals.absolute()), dict(sorted(copied.items())), language))


def _manifest(folder: Path) -> Manifest | None:
    """As it stands; a damaged one counts as none, and is left to ``fill``: then every copy that differs counts as edited."""
    try:
        return file.read_as(Manifest, folder / MANIFEST)
    except OSError:
        return None


def original(name: str) -> Any:
    """A lesson as it ships beside this package, as JSON. Raises SetupFailed."""
    path = SHIPPED / name
    try:
        return plain_json.parse(file.read(path, LARGEST))
    except (OSError, ValueError) as error:
        raise _damaged(path, error) from error


def goals() -> dict[str, tuple[str, ...]]:
    """What each lesson promises, by its id; a lesson that cannot be read promises nothing."""
    found = {}
    for lesson in LESSONS.values():
        with suppress(SetupFailed):
            found[lesson.id] = promises.goals(original(lesson.file))
    return found


def _damaged(path: Path, error: Exception) -> SetupFailed:
    why = said(error) if isinstance(error, OSError) else tr("it is damaged: no notebook can be read from it")
    do = tr("bring it back: {command}", command=f"git checkout -- {path}")
    return SetupFailed(tr("read the original {file}", file=path), why, do)


def _inside(name: str) -> bool:
    """A manifest is a file like any other: what it names must lie in its own folder."""
    return not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts


def _write(path: Path, content: bytes) -> None:
    """JupyterLab or a second call may read meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file.write(path, content, 0o644)
