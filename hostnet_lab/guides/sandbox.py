"""Where a guide's commands run in a disposable host: its network and engine, and files, processes and rights of their own.

The machine's files are there to be read; whatever is written goes into memory, and is gone afterwards. Home, /tmp and /run are
empty, so that no setting, password or socket of the reader's is met. Rights are those of a container, and to change this
network. What a container is given by the engine is another matter: see ``lacking.reaches_out``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..edges.command import find
from ..experiments.stage import Stage

HOME = "/root"
KEPT = (
    *("chown", "dac_override", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap", "setfcap"),
    *("net_bind_service", "net_admin", "net_raw", "sys_chroot", "audit_write"),
)
# $1: the engine's socket. $2: the rights to be kept. $3: how many folders follow that are to be read. All mounts end with this namespace.
ENTER = """
set -e
socket=$1 rights=$2 count=$3
shift 3
mount --make-rprivate /
base=/run; [ -d "$base" ] || base=/tmp
mount -t tmpfs -o mode=711 hostnet-lab-socket /mnt
touch /mnt/socket && mount --bind "$socket" /mnt/socket
mount -t tmpfs -o mode=711 hostnet-lab-guide "$base"
mkdir "$base/up" "$base/work" "$base/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$base/up,workdir=$base/work" "$base/root"
root=$base/root
for place in run tmp root home mnt; do
    [ -d "$root/$place" ] || continue
    mount -t tmpfs -o mode=755 hostnet-lab-guide "$root/$place"
done
chmod 1777 "$root/tmp"
while [ "$count" -gt 0 ]; do
    mkdir -p "$root$1" && mount --bind "$1" "$root$1" && mount -o remount,bind,ro "$root$1"
    shift; count=$((count - 1))
done
touch "$root/run/docker.sock" && mount --bind /mnt/socket "$root/run/docker.sock"
mount -t tmpfs -o mode=755 hostnet-lab-guide "$root/dev"
for device in null zero full random urandom tty; do
    touch "$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/pts" "$root/dev/shm" && mount --bind /dev/pts "$root/dev/pts"
ln -s /proc/self/fd "$root/dev/fd"; ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"; ln -s /proc/self/fd/2 "$root/dev/stderr"
mount -t proc proc "$root/proc"
for part in sys sysrq-trigger; do
    [ -e "$root/proc/$part" ] || continue
    mount --bind "$root/proc/$part" "$root/proc/$part" && mount -o remount,bind,ro "$root/proc/$part"
done
mount --bind "$root/proc/sys/net" "$root/proc/sys/net" && mount -o remount,bind,rw "$root/proc/sys/net"
mount -t sysfs -o ro sysfs "$root/sys"
mkdir -p "$root/root/guide" && cd "$root/root/guide"
# Where there is none: who is root anyway needs none, and a guide that has it is right elsewhere.
if ! chroot "$root" /bin/sh -c 'command -v sudo' >/dev/null; then
    printf '#!/bin/sh\\nwhile [ "${1#-}" != "$1" ]; do shift; done\\nexec "$@"\\n' >"$root/usr/local/bin/sudo"
    chmod 755 "$root/usr/local/bin/sudo"
fi
keep=-all; for one in $rights; do keep=$keep,+$one; done
exec chroot "$root" setpriv --bounding-set "$keep" --inh-caps "$keep" /bin/sh -c 'cd /root/guide && exec "$@"' sh "$@"
"""


def first_words(stage: Stage, readable: Sequence[str] = ()) -> list[str]:
    """What leads a command into the sandbox of a disposable host. ``readable``: folders that are shown there in any case."""
    apart = ["unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "--kill-child"]
    return [
        *stage.prefix,
        *apart,
        "sh",
        "-c",
        ENTER,
        "sh",
        stage.endpoint.removeprefix("unix://"),
        " ".join(KEPT),
        str(len(readable)),
        *readable,
    ]


def environment() -> Mapping[str, str]:
    """A plain one: none of the reader's variables changes what a guide does."""
    folders = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    docker = (find("docker") or "").rpartition("/")[0]
    path = folders if not docker or docker in folders.split(":") else f"{docker}:{folders}"
    return {"PATH": path, "HOME": HOME, "TERM": "dumb", "LANG": "C.UTF-8", "USER": "root", "DOCKER_HOST": "unix:///var/run/docker.sock"}
