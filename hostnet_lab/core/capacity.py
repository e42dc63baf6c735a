"""How many lab hosts a server holds: limits of one, what one needs, and the sum with its arithmetic. Pure.

A limit is what one learner can take at most; a need is what one takes in a lesson. Needs are added up, because the server
must hold them all at once; limits are not, because a class does not run wild all at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import SetupFailed

NEED_MIB = 280  # of memory: one lab host with JupyterLab, one kernel and nginx; measured, see docs/classroom.md
HUB_MIB = 600  # of memory: hub, proxy, board, the engine's own, and air
SERVER_DISK_MIB = 2048  # image, logs and air on the server's disk


@dataclass(frozen=True)
class Limits:
    """What one learner can take at most; beyond it only their own lab host suffers."""

    memory_mib: int = 1024
    cpus: float = 1.0
    processes: int = 1000
    disk_mib: int = 256  # for their own work; all else they write lies in memory


@dataclass(frozen=True)
class Machine:
    """What the server has to give."""

    memory_mib: int  # available, as in /proc/meminfo
    disk_mib: int  # free where the learners' disks lie
    cpus: int


def memory_mib(learners: int) -> int:
    return HUB_MIB + learners * NEED_MIB


def disk_mib(learners: int, limits: Limits) -> int:
    return SERVER_DISK_MIB + learners * limits.disk_mib


def room_for(machine: Machine, limits: Limits) -> int:
    """The largest number of learners that this server holds; 0 when not even one."""
    by_memory = (machine.memory_mib - HUB_MIB) // NEED_MIB
    by_disk = (machine.disk_mib - SERVER_DISK_MIB) // limits.disk_mib
    return max(0, min(by_memory, by_disk))


def sums(learners: int, machine: Machine, limits: Limits) -> str:
    """The arithmetic, in two lines."""
    memory = (
        f"memory: {learners} x {NEED_MIB} MiB + {HUB_MIB} MiB for the hub = {memory_mib(learners)} MiB; available {machine.memory_mib} MiB"
    )
    disk = (
        f"disk: {learners} x {limits.disk_mib} MiB + {SERVER_DISK_MIB} MiB for the server = "
        f"{disk_mib(learners, limits)} MiB; free {machine.disk_mib} MiB"
    )
    return f"{memory}\n{disk}"


def require(learners: int, machine: Machine, limits: Limits) -> None:
    """Raises SetupFailed, with the arithmetic, where the server is too small for so many."""
    if memory_mib(learners) <= machine.memory_mib and disk_mib(learners, limits) <= machine.disk_mib:
        return
    fits = room_for(machine, limits)
    do = f"--learners {fits}, or a larger server" if fits else "take a larger server"
    if disk_mib(learners, limits) > machine.disk_mib:
        do += ", or less for each: --disk MIB"
    raise SetupFailed(f"seat {learners} learners on this server", sums(learners, machine, limits).replace("\n", "\n       "), do)


def crowded(learners: int, machine: Machine) -> str | None:
    """A warning where the processors will make the class wait; None where they will not."""
    if learners <= 8 * machine.cpus:
        return None
    return (
        f"{learners} learners on {machine.cpus} processors: when all log in at once, the last waits about "
        f"{round(learners * 5.5 / machine.cpus)} s; `./lab classroom --ahead` starts their hosts before class"
    )
