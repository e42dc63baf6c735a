"""An engine of one's own: dockerd in namespaces of its own (mounts, pids), on a network that is given. Needs root.

It lives as long as the pipe to it is held. The first process of its pid namespace waits for the pipe's end, ends, and the
kernel then kills all others in there: containerd, containers, proxies. So nothing outlives the process that made it.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ..core.errors import LabError, NoAnswer, OutOfTime, SetupFailed
from ..core.host.pace import SLOW
from ..core.host.quirks import refuses_option
from ..edges import host, probe
from ..edges.command import find
from ..edges.pace import PACE, limit_s
from ..words import tr

START_BUDGET_S, END_BUDGET_S = 20.0, 10.0
REMAPPED = "dockremap"  # the user of --userns-remap: it exists for this engine only
REMAPPED_ID = 64999  # of its user and group; nothing is ever owned by them
REMAPPED_FIRST = 0x71000000  # its subordinate ids; nobody else hands these out: https://systemd.io/UIDS-GIDS/

# $0: the engine's folder. Whatever that is, shims put their sockets into /run/containerd, and older engines a key into
# /etc/docker; the reader's configuration of the engine there is not this one's. Its data lives in memory: an image is loaded
# in a third of the time, and all is gone with the namespace. Where no such mount is allowed, it lives in the folder.
FIRST_PROCESS = """
mkdir -p "$0/shims" "$0/etc" "$0/data" /run/containerd && mount --bind "$0/shims" /run/containerd || exit
mount -t tmpfs -o mode=711 hostnet-lab "$0/data" ||
    { echo "its data is kept beside its sockets"; mount --bind "$0/data" "$0/data" && mount -o remount,bind,exec,suid,dev "$0/data"; }
for own in "$0/etc"/*; do if [ -e "/etc/${own##*/}" ]; then mount --bind "$own" "/etc/${own##*/}" || exit; fi; done
exec 3<&0
"$CONTAINERD" --config "$0/containerd.toml" 3<&- </dev/null &
containerd=$!
while [ ! -S "$0/c.sock" ]; do kill -0 $containerd || exit; sleep 0.02; done
"$@" 3<&- </dev/null &
engine=$!
(cat <&3 >/dev/null; kill -9 $engine) &
wait $engine
"""

# An engine gives its own containerd 15 s to come up, which is not enough on a slow machine; to one that is there it goes on talking.
CONTAINERD = """version = 2
root = "{folder}/data/containerd"
state = "{folder}/exec/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{folder}/c.sock"
"""

# The root of a remapped container goes by the folder's own path to its files. The place that only root can enter gets a
# stand-in, in this mount namespace alone, which lets pass; the folder itself is mounted in it.
LET_PASS = """
cd "$0" && mount -t tmpfs -o mode=711 hostnet-lab "${0%/*}" && mkdir "$0" && mount --no-canonicalize --bind . "$0" || exit
"""


@contextmanager
def running(prefix: Sequence[str], folder: Path, endpoint: str, options: Sequence[str]) -> Iterator[None]:
    """A dockerd that answers at ``endpoint``, all its files in ``folder``; killed with all it started at the block's end."""
    places = ("--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/docker.pid")
    beside = ("--containerd", f"{folder}/c.sock")
    # cgroupfs: systemd, where it is there, would take the pids of this pid namespace for its own.
    groups = ("--exec-opt", "native.cgroupdriver=cgroupfs", f"--cgroup-parent={_parent(folder)}")
    plain = ("--config-file", f"{folder}/etc/docker/daemon.json", *groups)
    dockerd = [find("dockerd") or "dockerd", "-H", endpoint, *places, *beside, *plain, *options]
    (folder / "etc" / "docker").mkdir(parents=True)
    (folder / "etc" / "docker" / "daemon.json").write_text("{}")
    (folder / "containerd.toml").write_text(CONTAINERD.format(folder=folder))
    with suppress(OSError):  # this engine's own: an experiment may change it
        resolv_conf(folder).write_bytes(Path("/etc/resolv.conf").read_bytes())
    remapped = f"--userns-remap={REMAPPED}" in options
    if remapped:
        _own_files(folder)
    apart = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
    command = [*prefix, *apart, "sh", "-c", LET_PASS * remapped + FIRST_PROCESS, str(folder), *dockerd]
    (folder / "tmp").mkdir()
    own = {
        **os.environ,
        "CONTAINERD": find("containerd") or "containerd",
        "TMPDIR": str(folder / "tmp"),
    }  # a containerd that is asked for its stacks writes them there, and leaves them
    with (folder / "log").open("wb") as log:
        first = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True, env=own)
    try:
        (folder / "pid").write_text(f"{first.pid} {host.start_ticks(first.pid)}")
        _await(first, folder)
        yield
    finally:
        assert first.stdin is not None
        first.stdin.close()
        try:
            first.wait(limit_s(END_BUDGET_S))
        except subprocess.TimeoutExpired:
            first.kill()
            first.wait()


def resolv_conf(folder: Path) -> Path:
    """The file that this engine has as /etc/resolv.conf, where the machine has one: changed in its place it is seen at once."""
    return folder / "etc" / "resolv.conf"


def cgroup(folder: Path) -> str:
    """The name of the control group that holds those of all its containers, in each hierarchy."""
    return f"hostnet-lab-{folder.name}"


def _parent(folder: Path) -> str:
    """Without a slash in front it lies below the caller's own group, so that what limits the caller limits the containers too.

    Source: dockerd(8), --cgroup-parent. In version 2 of cgroups(7) no group holds both processes and groups: there it lies at the root.
    """
    single = Path("/sys/fs/cgroup/cgroup.controllers").exists()
    return f"/{cgroup(folder)}" if single else cgroup(folder)


def _await(first: subprocess.Popen[bytes], folder: Path) -> None:
    def answers_or_ended() -> bool:
        return first.poll() is not None or _pings(folder / "docker.sock")

    try:
        waiting_for = tr("the engine of a disposable host")
        probe.wait_until(answers_or_ended, START_BUDGET_S, waiting_for, 0.01, lambda: host.worked_s(first.pid))
    except OutOfTime as error:
        raise _not_started(folder) from error
    if first.poll() is not None:
        raise _not_started(folder)


def _not_started(folder: Path) -> LabError:
    """On a slow machine an engine that ended may have run out of its own time, within which it waits for its containerd."""
    said = _tail(folder)
    kind = OutOfTime if PACE.pace >= SLOW and not refuses_option(said) else SetupFailed
    return kind(tr("start the engine of a disposable host"), said, tr("look at the lines above"))


def end(folder: Path) -> None:
    """End an engine that a process now gone has left, should it be alive: by its own pid and start, never by name.

    ``folder`` must be one that only root can change: the pid in it is believed.
    """
    with suppress(OSError, ValueError):
        pid, ticks = map(int, (folder / "pid").read_text().split())
        handle = os.pidfd_open(pid)
        try:
            if host.start_ticks(pid) != ticks:  # looked at after the handle was taken: it cannot come to mean another process
                return
            with suppress(NoAnswer):  # the pipe has broken: it is about to end by itself
                probe.wait_until(lambda: host.start_ticks(pid) != ticks, END_BUDGET_S, tr("the engine's end"), pause_s=0.01)
                return
            signal.pidfd_send_signal(handle, signal.SIGKILL)
        finally:
            os.close(handle)


def _own_files(folder: Path) -> None:
    """What /etc says of users, with one more: laid over it for the engine only, in its own mount namespace."""
    folder.chmod(0o711)  # a remapped container's root goes through it to its own files; see LET_PASS
    for file, line in (
        ("passwd", f"{REMAPPED}:x:{REMAPPED_ID}:{REMAPPED_ID}::/nonexistent:/bin/false"),
        ("group", f"{REMAPPED}:x:{REMAPPED_ID}:"),
        ("subuid", f"{REMAPPED}:{REMAPPED_FIRST}:65536"),
        ("subgid", f"{REMAPPED}:{REMAPPED_FIRST}:65536"),
    ):
        (folder / "etc" / file).write_text(f"{(Path('/etc') / file).read_text().rstrip()}\n{line}\n".lstrip())


def _pings(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as one, suppress(OSError):
        one.settimeout(limit_s(2.0))
        one.connect(str(path))
        one.sendall(b"GET /_ping HTTP/1.0\r\n\r\n")
        return b" 200 " in one.recv(64)
    return False


def _tail(folder: Path) -> str:
    lines = (folder / "log").read_text("utf-8", "replace").strip().splitlines()
    reasons = [line for line in lines if "level=info" not in line and "level=warning" not in line] or lines
    return "\n       ".join(reasons[-4:]) or tr("it wrote nothing")
