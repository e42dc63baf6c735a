"""A learner's disk: a file of fixed size with a file system in it, mounted on the server. Full is full for its learner only.

Docker can bound a volume only on file systems with project quotas; this needs nothing but a loop device, and root.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ..core.errors import LabError, SetupFailed
from ..core.reasons import exhausted, said
from ..edges.command import SYSTEM_FOLDERS
from ..kept import file as kept
from ..words import tr

LEARNER = 1000  # uid and gid of the lab host's own user
# nosuid, nodev: what a learner puts there gets no rights on the server, where it is mounted too.
# "nodiscard": what a learner deletes is not given back to the server.
OPTIONS = "loop,nosuid,nodev,noatime,nodiscard"


def mount(file: Path, folder: Path, size_mib: int) -> None:
    """Make the disk if there is none, and mount it so that ``folder``, one level below its top, is the learner's.

    The space is reserved each time, so that a promise made to thirty cannot fail for the thirtieth in mid-lesson: an earlier lab
    has given some of it back. An engine that does not see our mounts does not see ``folder``
    either: it refuses, and does not write past the disk.
    """
    place = folder.parent
    if is_mounted(place):
        return
    if not file.exists():
        _make(file, size_mib)
    _reserve(file, size_mib)
    place.mkdir(parents=True, exist_ok=True)
    try:
        _run("mount", "-o", OPTIONS, str(file), str(place))
    except SetupFailed:
        if not is_mounted(place):  # else another start was faster
            raise
    _forbid_trimming(place)
    folder.mkdir(exist_ok=True)
    os.chown(folder, LEARNER, LEARNER)


def _make(file: Path, size_mib: int) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        with kept.made(file) as (out, part):
            os.posix_fallocate(out.fileno(), 0, size_mib << 20)
            # 0 % reserved for root; all written at once, and nothing of the file given back
            _run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", str(part))
    except OSError as error:
        raise _no_room(file, size_mib, error) from error


def _reserve(file: Path, size_mib: int) -> None:
    """What is reserved already stays as it is."""
    try:
        handle = kept.opened(file, os.O_RDWR | os.O_NOFOLLOW)
        try:
            os.posix_fallocate(handle, 0, os.fstat(handle).st_size)
        finally:
            os.close(handle)
    except OSError as error:
        raise _no_room(file, size_mib, error) from error


def _forbid_trimming(place: Path) -> None:
    """The loop device refuses what fstrim asks, once a week on most servers: else the file would lose what is free in the disk.

    https://docs.kernel.org/block/queue-sysfs.html#discard-max-bytes-rw
    """
    device = place.stat().st_dev
    try:
        setting = kept.opened(Path(f"/sys/dev/block/{os.major(device)}:{os.minor(device)}/queue/discard_max_bytes"), os.O_WRONLY)
        try:
            os.write(setting, b"0")
        finally:
            os.close(setting)
    except OSError as error:
        do = tr("look into /sys/block: a server needs loop devices of its own")
        raise SetupFailed(tr("keep the room of the disk at {folder}", folder=place), said(error), do) from error


def _no_room(file: Path, size_mib: int, error: OSError) -> LabError:
    tried = tr("make a disk of {size} MiB in {folder}", size=size_mib, folder=file.parent)
    do = tr("free some space, or give each learner less: --disk MIB")
    return exhausted(error) or SetupFailed(tried, said(error), do)


def unmount_all(folder: Path, *, itself: bool = False) -> None:
    """Unmount every disk below ``folder``; the disks themselves, and the work in them, stay."""
    for place in [folder] if itself and is_mounted(folder) else mounted_below(folder):
        _run("umount", "--lazy", str(place))  # lazy: somebody may look into it just now
        with suppress(OSError):
            place.rmdir()


def mounted_below(folder: Path) -> list[Path]:
    """As in proc_pid_mountinfo(5), field 5; blanks and the like are octal there."""
    text = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    places = [line.split()[4].encode("latin-1", "surrogateescape").decode("unicode_escape") for line in text.splitlines()]
    return [Path(place) for place in places if Path(place).is_relative_to(folder) and Path(place) != folder]


def is_mounted(place: Path) -> bool:
    return os.path.ismount(place)


def why_not() -> str | None:
    """What keeps this server from giving out disks; None when nothing does."""
    if os.geteuid():
        return tr("only root can mount a learner's disk")
    if not os.path.exists("/dev/loop-control"):
        return tr("there are no loop devices (/dev/loop-control)")
    return None


def _run(*command: str) -> None:
    environment = {**os.environ, "PATH": f"{os.environ.get('PATH', os.defpath)}:{SYSTEM_FOLDERS}"}
    _finished(command, subprocess.run(command, capture_output=True, text=True, check=False, env=environment))


def _finished(command: Sequence[str], done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        said = " ".join((done.stderr or done.stdout).split())
        found = tr("exit code {code}: {said}", code=done.returncode, said=said)
        raise SetupFailed(" ".join(command), found, tr("read its words; a server needs loop devices and e2fsprogs"))
