"""The learner's own file of progress: one line of JSON for each event, only ever appended to.

Whatever is wrong with the file or its disk is told in a sentence, once; it never stops a lesson. The format and the
rules: docs/progress.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

from ..core.errors import BadRequest
from ..core.progress.compaction import compacted
from ..core.progress.events import Event, Kind, Progress, Sifted, progress_of, sift
from ..core.reasons import said as _reason
from ..kept.file import write_new
from ..kept.unusable import Reason, Unusable
from ..words import tr, tr_n
from .clock import now
from .shared_file import SharedFile

VARIABLE = "HOSTNET_LAB_PROGRESS"
LIMIT = 1024 * 1024  # bytes; beyond it the file is compacted to half of it
NOWHERE = Path(os.devnull)


def place() -> Path:
    """Where the file is: named by HOSTNET_LAB_PROGRESS, else under the folder for a user's data.

    The null device keeps nothing; it is also the answer where the user has no home. Source: XDG base directories,
    https://specifications.freedesktop.org/basedir-spec/latest/ (a relative path is to be ignored).
    """
    named, data = os.environ.get(VARIABLE), os.environ.get("XDG_DATA_HOME", "")
    if named:
        return Path(named).absolute()
    try:
        folder = Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share"
    except RuntimeError:
        return NOWHERE
    return folder / "hostnet-lab" / "progress.jsonl"


class ProgressFile:
    """Several kernels may use it at once; one that is damaged is kept aside, and its good lines go on.

    ``tell`` hears each sentence on trouble once; ``trouble`` is the latest, "" while all is well.
    """

    def __init__(self, path: Path | None = None, tell: Callable[[str], None] = print) -> None:
        self.path = path or place()
        self.trouble = ""
        self._file = SharedFile(self.path, lambda line: not sift(line).damaged)
        self._tell, self._told = tell, set[str]()
        self._watchers: list[Callable[[Event], None]] = []

    @property
    def kept(self) -> bool:
        """False when the learner chose to keep no progress."""
        return self.path != NOWHERE

    def watch(self, watcher: Callable[[Event], None]) -> Callable[[], None]:
        """Call ``watcher`` after each event that is recorded here, on the thread that records; returns what ends it."""
        self._watchers.append(watcher)

        def end() -> None:
            with suppress(ValueError):
                self._watchers.remove(watcher)

        return end

    def record(self, kind: Kind, lesson: str, id: str, **more: Any) -> Event:
        """Append one event. Trouble with the file is told, not raised."""
        event = Event(kind, now("milliseconds"), lesson, id, more)
        if self.kept:
            try:
                size = self._file.append(event.line().encode("utf-8", "replace"))
                self.trouble = ""
                if size > LIMIT:
                    self._compact()
            except OSError as error:
                self._say(
                    tr(
                        "Your progress is not kept at present: {file}: {why}. The lesson goes on without it.",
                        file=self.path,
                        why=_reason(error),
                    )
                )
        for watcher in [*self._watchers]:
            watcher(event)
        return event

    def read(self) -> Progress:
        """All that can be read. A file with damaged lines is kept aside, and goes on with its good lines."""
        return progress_of(self._sifted().events)

    def export(self, target: Path | None = None) -> Path:
        """Write a copy to ``target``, or into this folder under a name with the date; returns where. Raises BadRequest.

        A file that is there already is never overwritten: a number is added to the name.
        """
        target = (target or Path(f"my-progress-{date.today()}.jsonl")).absolute()
        try:
            return write_new(lambda number: target if number == 1 else _numbered(target, f"-{number}"), _joined(self._sifted().kept))
        except OSError as error:
            tried, do = tr("write a copy of your progress to {file}", file=target), tr("name a file in a folder that you may write to")
            raise BadRequest(tried, _reason(error), do) from error

    def reset(self) -> Path | None:
        """Begin anew. Returns where the old events were put aside; None when there were none. Raises BadRequest."""
        aside: list[Path] = []

        def emptied(content: bytes) -> bytes:
            aside.extend([self._aside("before-reset", content)] if content else [])
            return b""

        try:
            if self.kept and self._file.content():
                self._file.rewrite(emptied)
        except OSError as error:
            if isinstance(error, Unusable) and error.reason is Reason.TOO_LARGE:
                return self._file.set_aside()
            tried, do = tr("reset your progress in {file}", file=self.path), tr("see who may write there, or remove it")
            raise BadRequest(tried, _reason(error), do) from error
        return aside[0] if aside else None

    # -- the file's health --------------------------------------------------------------------------

    def _sifted(self) -> Sifted:
        if not self.kept:
            return Sifted()
        try:
            found = sift(self._file.content())
        except OSError as error:
            if isinstance(error, Unusable) and error.reason is Reason.TOO_LARGE and self._begun_anew(error):
                return Sifted()
            self._say(
                tr("Your progress could not be read: {file}: {why}. The lesson goes on without it.", file=self.path, why=_reason(error))
            )
            return Sifted()
        if found.damaged:
            try:
                self._file.rewrite(self._repaired)
            except OSError as error:
                self._say(
                    tr_n(
                        found.damaged,
                        "{n} line of your progress could not be read, nor be put aside: {file}: {why}.",
                        "{n} lines of your progress could not be read, nor be put aside: {file}: {why}.",
                        file=self.path,
                        why=_reason(error),
                    )
                )
        return found

    def _begun_anew(self, why: Unusable) -> bool:
        """A file that no lab ever wrote is kept as it is, under another name."""
        try:
            aside = self._file.set_aside()
        except OSError:
            return False
        words = tr(
            "Your progress could not be read: {file}: {why}. It is kept as {aside}; a new one begins.",
            file=self.path,
            why=_reason(why),
            aside=aside,
        )
        self._say(words)
        return True

    def _repaired(self, content: bytes) -> bytes:
        """The good lines; what another kernel has repaired meanwhile needs nothing."""
        found = sift(content)
        if not found.damaged:
            return content
        aside = self._aside("damaged", content)
        self._say(
            tr_n(
                found.damaged,
                "{n} line of your progress could not be read. The old file is kept as {file}; all other events go on.",
                "{n} lines of your progress could not be read. The old file is kept as {file}; all other events go on.",
                file=aside,
            )
        )
        return _joined(found.kept)

    def _compact(self) -> None:
        with suppress(OSError):  # no room for a second file now: the next event tries again
            self._file.rewrite(lambda content: _joined(compacted(sift(self._repaired(content)).kept, LIMIT // 2)))

    def _aside(self, word: str, content: bytes) -> Path:
        return write_new(lambda number: _numbered(self.path, f".{word}-{number}"), content)

    def _say(self, sentence: str) -> None:
        self.trouble = sentence
        if sentence not in self._told:
            self._told.add(sentence)
            self._tell(sentence)


def _numbered(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.stem}{ending}{path.suffix}")


def _joined(lines: tuple[bytes, ...] | list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
