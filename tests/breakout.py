"""What a learner tries against the bounds of their lab host who is root in a container, with all the rights that their engine can give.

Each attempt first lifts what can be lifted from inside, then takes more than was given, and prints ``NAME taken`` or ``NAME held``.
"""

from __future__ import annotations

GROUPS = "/sys/fs/cgroup"
MORE_MIB = 200  # beyond the limit

LIFT = f"""
mount -o remount,rw {GROUPS}; for one in {GROUPS}/*; do mount -o remount,bind,rw $one; mount -t cgroup -o ${{one##*/}} none $one; done
for one in memory.memsw.limit_in_bytes memory.limit_in_bytes; do echo -1 >{GROUPS}/memory/$one; done
for one in memory.max pids.max cpu.max; do echo max >{GROUPS}/$one; done
echo max >{GROUPS}/pids/pids.max; echo -1 >{GROUPS}/cpu/cpu.cfs_quota_us; echo 'b *:* rwm' >{GROUPS}/devices/devices.allow
mount -o remount,rw /
"""
# In a control group above the container's own, in which the lab host's bounds are the nearest.
LEAVE = f"for one in {GROUPS}/memory {GROUPS}/pids {GROUPS}/devices {GROUPS}; do echo $$ >$one/cgroup.procs; done"
# What the server's kernel runs as root when a program crashes: whoever may name it is root on the server. Opened, and nothing is written.
NAME_ITS_PROGRAM = """
mkdir -p /run/kernel; mount -t proc proc /run/kernel
for one in /run/kernel /proc; do (: >>$one/sys/kernel/core_pattern) && exit; done; exit 1
"""
EAT = "import sys; x = b'1' * ({mib} << 20); print(len(x))"
FORK = """
import os, signal
made = []
try:
    while len(made) < {most}:
        pid = os.fork()
        if not pid:
            signal.pause()
        made.append(pid)
    print("enough")
finally:
    for pid in made:
        os.kill(pid, 9)
"""


def script(memory_mib: int, processes: int, device: tuple[int, int]) -> str:
    """For a shell of root's in the lab host. ``device``: the neighbour's disk, as major and minor number.

    "a little" and "a device" are controls: what was given can be had, and a node that is made there can be used.
    """
    major, minor = device
    tries = {
        "a little": f"""[ "$(python3 -c "{EAT.format(mib=8)}")" ]""",
        "a device": "mknod /dev/mine c 1 3 && echo >/dev/mine",
        "memory": f"""[ "$(python3 -c "{EAT.format(mib=memory_mib + MORE_MIB)}")" ]""",
        "processes": f"""python3 -S -c '{FORK.format(most=processes + 100)}' | grep -q enough""",
        "disk": "dd if=/dev/zero of=/a-file-of-mine bs=1M count=8",
        "neighbour": f"mknod /dev/theirs b {major} {minor} && dd if=/dev/theirs of=/dev/null bs=4k count=1",
        "server": NAME_ITS_PROGRAM,
    }
    lines = [
        f"if (exec 3>&1; {LEAVE}; {what}) >/dev/null 2>&1; then echo {name} taken; else echo {name} held; fi"
        for name, what in tries.items()
    ]
    return "\n".join([f"({LIFT}) >/dev/null 2>&1", *lines, "umount /run/kernel; rm -f /dev/mine /dev/theirs /a-file-of-mine"])
