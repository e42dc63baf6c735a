"""How many lab hosts a server holds: limits of one, what one needs, and the sum with its arithmetic. Pure.

A limit is what one learner can take at most; a need is what one takes in a lesson. Needs are added up, because the server
must hold them all at once; limits are not, because a class does not run wild all at once.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.errors import SetupFailed
from ..words import tr

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
    memory = tr(
        "memory: {learners} x {each} MiB + {rest} MiB for the hub = {total} MiB; available {free} MiB",
        learners=learners,
        each=NEED_MIB,
        rest=HUB_MIB,
        total=memory_mib(learners),
        free=machine.memory_mib,
    )
    disk = tr(
        "disk: {learners} x {each} MiB + {rest} MiB for the server = {total} MiB; free {free} MiB",
        learners=learners,
        each=limits.disk_mib,
        rest=SERVER_DISK_MIB,
        total=disk_mib(learners, limits),
        free=machine.disk_mib,
    )
    return f"{memory}\n{disk}"


def require(learners: int, machine: Machine, limits: Limits) -> None:
    """Raises SetupFailed, with the arithmetic, where the server is too small for so many."""
    if memory_mib(learners) <= machine.memory_mib and disk_mib(learners, limits) <= machine.disk_mib:
        return
    fits = room_for(machine, limits)
    do = tr("--learners {fits}, or a larger server", fits=fits) if fits else tr("take a larger server")
    if disk_mib(learners, limits) > machine.disk_mib:
        do = tr("{do}, or less for each: --disk MIB", do=do)
    raise SetupFailed(
        tr("seat {learners} learners on this server", learners=learners), sums(learners, machine, limits).replace("\n", "\n       "), do
    )


def crowded(learners: int, machine: Machine) -> str | None:
    """A warning where the processors will make the class wait; None where they will not."""
    if learners <= 8 * machine.cpus:
        return None
    return tr(
        "{learners} learners on {cpus} processors: when all log in at once, the last waits about {seconds} s; "
        "`./lab classroom --ahead` starts their hosts before class",
        learners=learners,
        cpus=machine.cpus,
        seconds=round(learners * 5.5 / machine.cpus),
    )
