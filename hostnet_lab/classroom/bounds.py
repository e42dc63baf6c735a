"""The control group around a lab host: its limits and device rules hold whatever its learner does to the lab host's own.

In the flavour full the lab host's own groups are writable in it, as an engine needs them. What stands above is not seen there. Control
groups of version 1, made by the engine itself (driver cgroupfs): elsewhere there is none, and docs/classroom.md says what that means.
https://docs.kernel.org/admin-guide/cgroup-v1/
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ..core.errors import SetupFailed
from ..core.reasons import said
from ..edges.engine import Engine
from ..kept import file
from ..words import tr
from .capacity import Limits

GROUPS = Path("/sys/fs/cgroup")
PERIOD_US = 100_000
# What an engine gives to every container, and the tunnel of a rootless one; devices may be made, and not be used.
DEVICES = ("c *:* m", "b *:* m", *(f"c {one} rwm" for one in ("1:3", "1:5", "1:7", "1:8", "1:9", "5:0", "5:1", "5:2", "136:*", "10:200")))


def can_be(engine: Engine) -> bool:
    """On this server, with this engine."""
    info = engine.info()
    return info.get("CgroupDriver") == "cgroupfs" and str(info.get("CgroupVersion", "1")) == "1" and (GROUPS / "devices").is_dir()


def rules(limits: Limits) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """By controller: what is written to which file, in this order."""
    memory = str(limits.memory_mib << 20)
    return {
        "memory": (("memory.limit_in_bytes", memory), ("memory.memsw.limit_in_bytes", memory)),
        "pids": (("pids.max", str(limits.processes)),),
        "cpu": (("cpu.cfs_period_us", str(PERIOD_US)), ("cpu.cfs_quota_us", str(int(limits.cpus * PERIOD_US)))),
        "devices": (("devices.deny", "a"), *(("devices.allow", one) for one in DEVICES)),
    }


def make(name: str, limits: Limits) -> str:
    """The groups called ``name``, which is returned. Raises SetupFailed."""
    remove(name)  # an earlier one may have had other limits
    for controller, written in rules(limits).items():
        group = GROUPS / controller / name
        try:
            group.mkdir(exist_ok=True)
            for rule, value in written:
                if (group / rule).exists():  # a kernel without accounts of swap has no limit for it
                    _set(group / rule, value)
        except OSError as error:
            do = tr("see what is there: {folder}; or `--flavour rootless`, which needs none", folder=group)
            raise SetupFailed(tr("bound a lab host by the group {name}", name=f"{controller}/{name}"), said(error), do) from error
    return name


def remove(name: str) -> None:
    """Those that nothing is in any more, of every controller: the engine has made the group in all of them."""
    for group in GROUPS.glob(f"*/{name}"):
        with suppress(OSError):
            group.rmdir()


def remove_all(prefix: str) -> None:
    """Those of a class, also of lab hosts that have ended by themselves. ``prefix``: of its names."""
    remove(f"{prefix}-*")


def _set(path: Path, value: str) -> None:
    setting = file.opened(path, os.O_WRONLY)
    try:
        os.write(setting, value.encode())
    finally:
        os.close(setting)
