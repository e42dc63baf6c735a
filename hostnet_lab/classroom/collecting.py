"""What a class has done, in one folder for the teacher: each learner's files and report, and a table. Needs no class that runs."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path, PurePosixPath

from ..core.errors import SetupFailed
from ..core.progress.events import Progress
from ..core.reasons import said
from ..core.reports.my_report_reading import report_of
from ..core.reports.my_report_sections import log
from ..edges import private_folder
from ..kept import file
from ..pages import as_html
from ..words import tr
from . import disks, work
from .roster import TEACHER
from .rows import Board, Cell, State, board, events_of
from .settings import Settings

REPORTS = (".html", ".json", ".xml", ".md", ".svg", ".jsonl")
RUN_BY_A_BROWSER = (".html", ".svg", ".xml")
LONGEST_NAME = 1000  # bytes
LARGEST = 16 << 20  # bytes of one file
MADE = "report-from-progress.html"  # beside what the learner wrote, which may say anything


@dataclass(frozen=True)
class Collected:
    learners: int
    files: int


def remember(settings: Settings, name: str) -> None:
    """That this learner has a disk, whose file has a name that cannot be read back."""
    file.write(name_file(settings.disk(name)), name.encode())


def known(settings: Settings) -> list[str]:
    """Everybody who has a disk, by name."""
    there = {name_file(disk) for disk in (settings.folder / "disks").glob("*.ext4")}
    return sorted({name for one in there if (name := _name_in(one))} - {TEACHER})


def _name_in(kept: Path) -> str:
    """ "" where a disk has no name that can be read: then its learner is met when they log in again."""
    try:
        return file.read(kept, LONGEST_NAME).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def name_file(disk: Path) -> Path:
    return disk.with_suffix(".name")


def collect(settings: Settings, into: Path) -> Collected:
    """Copy every learner's files to ``into``/NAME, with the report that follows from their progress, and write ``into``/class.csv.

    Plain files only, none above 16 MiB, no links followed. What a browser would run gets a name that it shows as text. All of it is
    readable by the owner of ``into`` alone. Raises SetupFailed where others could reach or exchange it.
    """
    progress: dict[str, tuple[State, Progress]] = {}
    files, now = 0, datetime.now(UTC)
    folder = _Folder.at(into)
    for name in known(settings):
        target = folder.below(settings.disk(name).stem)
        target.write("name.txt", f"{name}\n".encode())
        found = _found(settings, name)
        for one, data in found.items():
            target.write(_harmless(one), data)
            files += 1
        progress[name] = "stopped", events_of(found.get(work.PROGRESS.name, b""))
        target.write(MADE, report(name, progress[name][1], now))
    folder.write("class.csv", as_csv(board(progress, now)).encode("utf-8", "replace"))
    return Collected(len(progress), files)


def _found(settings: Settings, name: str) -> dict[str, bytes]:
    """A learner's files by name."""
    with open_disk(settings, name):
        folder = settings.work(name)
        wanted = [*(PurePosixPath(one) for one in work.names(folder, REPORTS)), work.PROGRESS]
        return {one.name: data for one in wanted if (data := work.read(folder, one, LARGEST)) is not None}


def report(name: str, progress: Progress, now: datetime) -> bytes:
    """A record that makes us fail is its learner's alone."""
    try:
        page = as_html(log(report_of(progress, now.isoformat(timespec="seconds"), name=name)))
    except Exception:
        logging.getLogger(__name__).exception("%r", name)
        page = escape(tr("The record cannot be read."))
    return page.encode("utf-8", "replace")


def _harmless(name: str) -> str:
    """A page of a learner's, opened beside the teacher's own, would be a program with the rights of a file of theirs."""
    return f"{name}.txt" if name.endswith(RUN_BY_A_BROWSER) else name


@dataclass(frozen=True)
class _Folder:
    """One of the teacher's; what is written there is theirs, too, where the folder above is."""

    path: Path
    owner: int

    @classmethod
    def at(cls, path: Path) -> _Folder:
        owned = path if path.exists() else path.absolute().parent
        try:
            owner = owned.stat().st_uid
            private_folder.require_way(path)
            private_folder.ensure(path)
            os.chown(path, owner, -1, follow_symlinks=False)
        except OSError as error:
            do = tr("name a folder that is not there yet, in one of your own: --into FOLDER")
            raise SetupFailed(tr("write the reports to {folder}", folder=path), said(error), do) from error
        return cls(path, owner)

    def below(self, name: str) -> _Folder:
        return self.at(self.path / name)

    def write(self, name: str, data: bytes) -> None:
        file.write(self.path / name, data)
        os.chown(self.path / name, self.owner, -1, follow_symlinks=False)


@contextmanager
def open_disk(settings: Settings, name: str) -> Iterator[None]:
    """Mounted meanwhile; afterwards as it was before."""
    place = settings.mount(name)
    mounted = disks.is_mounted(place)
    disks.mount(settings.disk(name), settings.work(name), settings.limits.disk_mib)
    try:
        yield
    finally:
        if not mounted:
            disks.unmount_all(place, itself=True)


def as_csv(found: Board) -> str:
    """One line a learner. A name that a spreadsheet would take for a formula gets an apostrophe in front.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    import csv
    import io

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    lessons = [tr("lesson {id}", id=cell.lesson) for cell in found.rows[0].cells] if found.rows else []
    writer.writerow([tr("learner"), *lessons, *([tr("checks passed"), tr("of these with the solution")] if found.rows else [])])
    for row in found.rows:
        name = f"'{row.name}" if row.name[:1] in "=+-@" else row.name
        writer.writerow([name, *map(_told, row.cells), row.passed, row.solved])
    return out.getvalue()


def _told(cell: Cell) -> str:
    if not cell.opened:
        return ""
    said = tr("{passed} of {exercises}", passed=cell.passed, exercises=cell.exercises)
    return tr("{said}, caught up", said=said) if cell.caught_up else said
