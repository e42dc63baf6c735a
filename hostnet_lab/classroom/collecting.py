"""What a class has done, in one folder for the teacher: each learner's files and report, and a table. Needs no class that runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ..core.progress.events import Progress
from ..core.reports.my_report_reading import report_of
from ..core.reports.my_report_sections import log
from ..kept import file
from ..pages import as_html
from ..words import tr
from . import disks, work
from .roster import TEACHER
from .rows import Board, Cell, State, board, events_of
from .settings import Settings

REPORTS = (".html", ".json", ".xml", ".md", ".svg", ".jsonl")
LONGEST_NAME = 1000  # bytes
LARGEST = 16 << 20  # bytes of one file
MADE = "report-from-progress.html"  # beside what the learner wrote, which may say anything


@dataclass(frozen=True)
class Collected:
    learners: int
    files: int


def remember(settings: Settings, name: str) -> None:
    """That this learner has a disk, whose file has a name that cannot be read back."""
    file.write(_name_file(settings.disk(name)), name.encode())


def known(settings: Settings) -> list[str]:
    """Everybody who has a disk, by name."""
    there = {_name_file(disk) for disk in (settings.folder / "disks").glob("*.ext4")}
    return sorted({name for one in there if (name := _name_in(one))} - {TEACHER})


def _name_in(kept: Path) -> str:
    """ "" where a disk has no name that can be read: then its learner is met when they log in again."""
    try:
        return file.read(kept, LONGEST_NAME).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _name_file(disk: Path) -> Path:
    return disk.with_suffix(".name")


def collect(settings: Settings, into: Path) -> Collected:
    """Copy every learner's files to ``into``/NAME, with the report that follows from their progress, and write ``into``/class.csv.

    Plain files only, none above 16 MiB, no links followed.
    """
    progress: dict[str, tuple[State, Progress]] = {}
    files, now = 0, datetime.now(UTC)
    into.mkdir(parents=True, exist_ok=True)
    for name in known(settings):
        target = into / settings.disk(name).stem
        target.mkdir(exist_ok=True)
        file.write(target / "name.txt", f"{name}\n".encode(), 0o644)
        with _open_disk(settings, name):
            folder = settings.work(name)
            wanted = [*(PurePosixPath(one) for one in work.names(folder, REPORTS)), work.PROGRESS]
            found = {one.name: work.read(folder, one, LARGEST) for one in wanted}
        for one, data in found.items():
            if data is not None:
                file.write(target / one, data, 0o644)
                files += 1
        progress[name] = "stopped", events_of(found[work.PROGRESS.name] or b"")
        made = as_html(log(report_of(progress[name][1], now.isoformat(timespec="seconds"), name=name)))
        file.write(target / MADE, made.encode("utf-8", "replace"), 0o644)
    file.write(into / "class.csv", as_csv(board(progress, now)).encode("utf-8", "replace"), 0o644)
    return Collected(len(progress), files)


@contextmanager
def _open_disk(settings: Settings, name: str) -> Iterator[None]:
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
