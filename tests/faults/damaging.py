"""Every file that the lab keeps and reads again, in every state that it may be in by now. What was in it must be somewhere afterwards."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hostnet_lab.edges.probe import wait_until

from .damages import DAMAGES, Damage, clear, untouched
from .killing import as_a_kernel
from .look import CHECKOUT
from .said import Said, run, started

HOME = Path(os.environ.get("HOME", "/"))
LAB, LESSONS = CHECKOUT / ".lab", CHECKOUT / "lessons"
KEPT = HOME / ".local" / "share" / "hostnet-lab"
JUPYTER = LAB / "jupyter"
RECORD = '{"how": "server", "processes": [{"pid": 4000000, "start_ticks": 1}], "address": "http://127.0.0.1:9/?token=x", "boot_id": "x"}'
PICTURE = '{"name": "a", "title": "t", "lesson": "01", "at": "2026-01-01T00:00:00+00:00", "seen": {"n": 1}}'
OBSERVED = '{"schema": "hostnet-lab/observed/1", "engine": "x", "claims": {}}'
GUIDE = CHECKOUT / "guide" / "corrected.md"
EVENT = '{"v": 1, "kind": "opened", "at": "2026-01-01T00:00:00.000+00:00", "lesson": "01", "id": "01", "more": {}}\n'
SELDOM = 0.2  # JupyterLab takes ten times as long as any other reader
OPEN = "open"  # not a command: JupyterLab, until it answers
RECORD_ONE = "from hostnet_lab.edges.progress import ProgressFile as P; P().record('opened', '01', '01'); print(P().read())"


@dataclass(frozen=True)
class KeptFile:
    """``good``: what would be in it; ``readers``: one of them is run after the damage."""

    path: Path
    good: str
    readers: tuple[tuple[str, ...], ...]


def _lab(*words: str) -> tuple[str, ...]:
    return ("./lab", *words)


PROGRESS = (
    _lab("progress"),
    _lab("report"),
    _lab("progress", "--export", "/tmp/mine/progress"),
    _lab("progress", "reset", "--yes"),
    as_a_kernel(RECORD_ONE),
)
FILES = (
    KeptFile(LAB / "run" / "engine.json", RECORD, (_lab("down"), _lab("verify", "--no-install", "shares-the-network"))),
    KeptFile(LAB / "run" / "jupyter.json", RECORD, (_lab("doctor"), _lab("down"))),
    KeptFile(LAB / "run" / "runtime.json", "{}", (_lab("down"),)),
    KeptFile(LAB / "run" / "jupyter.lock", "", ((OPEN,),)),
    KeptFile(LAB / "run" / "jupyter.log", "log\n", ((OPEN,),)),
    KeptFile(LAB / "setup.lock", "", (_lab("doctor"),)),
    KeptFile(
        JUPYTER / "settings" / "@jupyterlab" / "translation-extension" / "plugin.jupyterlab-settings",
        '{"locale": "en"}',
        (_lab("language"), _lab("language", "system"), _lab("doctor"), (OPEN,)),
    ),
    KeptFile(JUPYTER / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings", "{}", ((OPEN,),)),
    KeptFile(JUPYTER / "workspaces" / "default-37a8.jupyterlab-workspace", "{}", ((OPEN,),)),
    KeptFile(JUPYTER / "config" / "labconfig" / "default_setting_overrides.json", "{}", ((OPEN,),)),
    KeptFile(JUPYTER / "config" / "labconfig" / "page_config.json", "{}", ((OPEN,),)),
    KeptFile(JUPYTER / "runtime" / "jupyter_cookie_secret", "x" * 64, ((OPEN,),)),
    KeptFile(LESSONS / ".originals.json", '{"originals": "/x", "copied": {}, "language": "en"}', (_lab("reset", "01"), (OPEN,))),
    KeptFile(LESSONS / "01-run-a-container.ipynb", '{"cells": []}', (_lab("reset", "01"), (OPEN,))),
    KeptFile(LESSONS / "pictures", "", (_lab("reset", "--all"), (OPEN,))),
    KeptFile(KEPT / "progress.jsonl", EVENT, PROGRESS),
    KeptFile(KEPT / "progress-pictures" / "a.json", PICTURE, (_lab("report"), _lab("report", "--html", "/tmp/mine/mine.html"))),
    KeptFile(KEPT / "progress-pictures", "", (_lab("report"), _lab("progress", "reset", "--yes"))),
    KeptFile(HOME / ".docker" / "config.json", "{}", (_lab("doctor"), _lab("verify", "--no-install", "shares-the-network"), _lab("clean"))),
    KeptFile(LAB / "run" / "guide-observed.json", OBSERVED, (_lab("guide", "check", "--no-install", "--reuse", str(GUIDE)),)),
    KeptFile(GUIDE.with_name(f"{GUIDE.name}.claims.toml"), "keeps = []\n", (_lab("guide", "check", "--no-run", str(GUIDE)),)),
    KeptFile(CHECKOUT / "my-report.html", "<html></html>", (_lab("report", "--html", "my-report.html"),)),
    KeptFile(CHECKOUT / "ledger.json", "{}", (_lab("verify", "--no-install", "shares-the-network", "--json", "ledger.json"),)),
)
# Where a pipe or a device was named on the command line, writing into it is what was asked for.
ASKED_FOR = {"ledger.json"}


def damaged(dice: Random) -> tuple[str, list[Said]]:
    """Does one, runs a reader, puts everything back; says LOST where what was there is nowhere any more."""
    kept = dice.choice([one for one in FILES if one.readers != ((OPEN,),) or dice.random() < SELDOM])
    damage = dice.choice([one for one in DAMAGES if not (kept.path.name in ASKED_FOR and "pipe" in one.name)])
    reader = dice.choice([one for one in kept.readers if one != (OPEN,) or dice.random() < SELDOM] or kept.readers)
    with _put_back(kept.path):
        _make(kept)
        damage.do(kept.path)
        was = _identity(kept.path)
        said = open_and_end() if reader == (OPEN,) else run(*reader)
        lost = ", TOUCHED" if not untouched(kept.path) else "" if _is_kept(kept, damage, was) else ", LOST"
    return f"{kept.path.name}: {damage.name}, then {' '.join(reader)[:60]}{lost}", [said]


def _make(kept: KeptFile) -> None:
    clear(kept.path)
    kept.path.parent.mkdir(parents=True, exist_ok=True)
    kept.path.write_text(kept.good)


def _identity(path: Path) -> tuple[int, int]:
    found = os.lstat(path)
    return found.st_dev, found.st_ino


def _is_kept(kept: KeptFile, damage: Damage, was: tuple[int, int]) -> bool:
    """By its inode, in its place or beside; what was written anew by right, a plain file that could be read, may be gone."""
    if damage.harmless or damage.name in ("empty", "cut off") or kept.path.suffix in (".log", ".html") or kept.path.name in ASKED_FOR:
        return True
    if kept.path.name == "guide-observed.json":
        return True  # for an hour, and it can be observed again
    if kept.path.parent.name == "labconfig" or kept.path.name in ("progress.jsonl", "progress-pictures", "a.json"):
        return True  # the lab's defaults, written anew on each start; kept by content, see tests/test_progress_file.py; reset on wish
    return any(_identity(one) == was for one in kept.path.parent.iterdir())


class _put_back:  # a block, used like a function
    """The file's folder, after the block as it was before it."""

    def __init__(self, path: Path) -> None:
        self.place, self.aside = path.parent, Path(f"/dev/shm/faults-{os.getpid()}")

    def __enter__(self) -> None:
        self.there = self.place.exists()
        self.made = next((one for one in (*reversed(self.place.parents), self.place) if not one.exists()), self.place)
        if self.there:
            self.entries: Mapping[str, None] = dict.fromkeys(os.listdir(self.place))
            self.aside.mkdir()
            for name in self.entries:
                source = self.place / name
                if source.name == "env" or source.is_socket() or source.is_mount():
                    continue
                if self.place != CHECKOUT or name in ("my-report.html", "ledger.json"):
                    _copy(source, self.aside / name)

    def __exit__(self, *_: object) -> None:
        if not self.there:
            clear(self.made)
            return
        for name in os.listdir(self.place):
            if name not in self.entries:
                clear(self.place / name)
        for one in self.aside.iterdir():
            clear(self.place / one.name)
            _copy(one, self.place / one.name)
        shutil.rmtree(self.aside)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def open_and_end() -> Said:
    """JupyterLab, until it shows its address; then it is ended."""
    with started("./lab", "--no-browser", "--no-install") as running:
        wait_until(lambda: running.ended or "?token=" in running.text, 120, "the address of ./lab", pause_s=0.02)
        if not running.ended:
            running.process.send_signal(signal.SIGTERM)
        return running.wait()
