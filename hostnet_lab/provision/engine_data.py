"""Does an engine live on the data that a new one here would use? Two on one data ruin each other's state.

An engine holds its databases locked as long as it lives, wherever its socket and pid file are, and in whichever mount or pid
namespace it runs: that is asked, and nothing is changed. The standard library alone: root runs this very file, also by sudo.
"""

import fcntl
import json
import os
import sys
from contextlib import suppress
from pathlib import Path

CONFIG, DATA = Path("/etc/docker/daemon.json"), "/var/lib/docker"  # dockerd's own defaults
LARGEST = 1 << 20
# Each is a bbolt database of dockerd's own, which flock(2)s its file while it is open: go.etcd.io/bbolt, bolt_unix.go. Those of its
# containerd tell nothing: that one outlives a dockerd that was killed, and serves the next.
DATABASES = ("volumes/metadata.db", "network/files/local-kv.db", "buildkit/cache.db")


def data_root(config: Path = CONFIG) -> str:
    """Where a dockerd without options keeps its data. One that cannot read its configuration does not start at all."""
    found: object = {}
    with suppress(OSError, ValueError, RecursionError), open(os.open(config, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        found = json.loads(file.read(LARGEST) or b"{}")  # NONBLOCK: a pipe in its place is empty, and holds nobody
    named = (found.get("data-root") or found.get("graph")) if isinstance(found, dict) else None  # graph: before Docker 17.05
    return named if isinstance(named, str) else DATA


def held(data: Path) -> list[tuple[str, int]]:
    """The databases that somebody holds, each with the pid of the holder, 0 for one that cannot be seen from here."""
    files = [data / name for name in DATABASES]
    return [(str(file), _holder(file)) for file in files if _is_locked(file)]


def _is_locked(file: Path) -> bool:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two who ask do not take each other for an engine
    except BlockingIOError:
        return True
    except OSError:  # no locks on this file system
        return False
    finally:
        os.close(descriptor)
    return False


def _holder(file: Path) -> int:
    """By inode, as in proc_locks(5), and by what that process has open; the device is another one there on some file systems."""
    inode = str(file.stat().st_ino)
    for line in Path("/proc/locks").read_text().splitlines():
        words = line.split()
        if words[1:2] == ["FLOCK"] and words[5].rpartition(":")[2] == inode and _has_open(words[4], file):
            return int(words[4])
    return 0


def _has_open(pid: str, file: Path) -> bool:
    with suppress(OSError):
        for one in Path("/proc", pid, "fd").iterdir():
            with suppress(OSError):
                if one.samefile(file):
                    return True
    return False


if __name__ == "__main__":
    root = Path(sys.argv[1] if sys.argv[1:] else data_root())
    json.dump({"data": str(root), "held": held(root)}, sys.stdout)
