"""What a learner's lessons drew, as plain values: one small file each, in a folder beside the file of progress."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from ..core.reports.kept_pictures import LARGEST, Kept, parse
from ..kept import file
from .progress import NOWHERE

MOST = 24  # pictures; beyond, the oldest goes


def folder_of(progress: Path) -> Path:
    """Where the pictures of this file of progress are: ``progress.jsonl`` has them in ``progress-pictures``."""
    return progress.with_name(f"{progress.stem}-pictures")


class PictureFolder:
    """Readable by the learner alone. Nothing here raises for a disk that is full or read-only: a lesson goes on without."""

    def __init__(self, progress: Path) -> None:
        self.path = folder_of(progress)
        self.wanted = progress != NOWHERE  # the learner's way of keeping nothing

    def keep(self, picture: Kept) -> bool:
        """Keep a picture, in place of an earlier one of its name; False when it was not kept."""
        if not self.wanted or not picture.fit:
            return False
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.path.is_symlink():  # to somebody's folder: nothing is written or removed there
                return False
            file.write(self._file(picture.name), picture.line().encode("utf-8", "replace"))
            for old in self._files()[:-MOST]:
                old.unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def kept(self) -> tuple[Kept, ...]:
        """By their names; what is damaged or too large is left out."""
        found = [parse(self._content(one)) for one in sorted(self._files()[-MOST:])]
        return tuple(one for one in found if one)

    def holds(self, name: str) -> bool:
        return self._file(name).is_file()

    def clear(self) -> int:
        """Remove them all; returns how many there were."""
        files = self._files()
        for one in files:
            with suppress(OSError):
                one.unlink(missing_ok=True)
        return len(files)

    def _file(self, name: str) -> Path:
        return self.path / f"{name}.json"

    def _files(self) -> list[Path]:
        """Those that are there, the oldest first."""

        def age(one: Path) -> float:
            try:
                return one.lstat().st_mtime
            except OSError:
                return 0.0

        if self.path.is_symlink():
            return []
        try:
            return sorted((one for one in self.path.iterdir() if one.suffix == ".json" and one.is_file()), key=age)
        except OSError:
            return []

    def _content(self, one: Path) -> bytes:
        try:
            return file.read(one, LARGEST)
        except OSError:
            return b""
