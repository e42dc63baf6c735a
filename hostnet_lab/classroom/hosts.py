"""A learner's lab host, as the engine is asked for it: the image's own needs, and the limits of the class on top. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..words import LANGUAGE
from .roster import slug
from .settings import NAME_LABEL, Settings
from .work import PROGRESS

Json = dict[str, Any]
HOME = "/home/learner"
WORK = f"{HOME}/work"
PORT = 8888


# What must be writable in a lab host: in memory, with a bound, and gone at its end. "exec": Docker's own default forbids it.
IN_MEMORY = {
    "/var/lib/docker": "exec,mode=711",
    "/run": "exec,mode=755",
    "/tmp": "exec,mode=1777",
    "/var/log": "mode=755",
    "/var/tmp": "mode=1777",
    "/root": "mode=700",
    "/etc/docker": "mode=755",
    HOME: "exec,mode=700,uid=1000,gid=1000",
    "/opt/hostnet-lab/.lab/run": "mode=700,uid=1000,gid=1000",
}


def own_name(settings: Settings, name: str) -> str:
    """Of a learner's container and of their network: one each."""
    return f"{settings.prefix}-{slug(name)}"


def network_request(settings: Settings, name: str, subnet: str, gateway: str) -> Json:
    """POST /networks/create. No second lab host ever joins it, so talk between members is off as well.

    Its bridge is known by name to the rules of firewall.py.
    """
    return {
        "Name": own_name(settings, name),
        "Driver": "bridge",
        "CheckDuplicate": True,
        "EnableIPv6": False,
        "IPAM": {"Driver": "default", "Config": [{"Subnet": subnet, "Gateway": gateway}]},
        "Options": {
            "com.docker.network.bridge.enable_icc": "false",
            "com.docker.network.bridge.name": f"{settings.bridges}{slug(name)[-8:]}",
        },
        "Labels": {**settings.labels, NAME_LABEL: name},
    }


def request(settings: Settings, name: str, environment: Mapping[str, str], privileges: Json, around: str = "") -> Json:
    """POST /containers/create. ``privileges``: the flavour's own host configuration; the limits are laid over it.

    ``around``: the control group that bounds it, too; "": none.

    Whatever a learner writes outside of their work lies in memory and counts as theirs, the engine's images too: the
    server's disk holds nothing that could grow. Swap is off, else a limit of memory would only move the load to the disk.
    """
    limits = settings.limits
    kept = f"{WORK}/{PROGRESS}"
    variables = {**environment, "HOSTNET_LAB_PROGRESS": kept, "LANGUAGE": LANGUAGE, "HOSTNET_LAB_BOARD": settings.board_inside}
    memory = limits.memory_mib << 20
    host: Json = {
        **privileges,
        "Memory": memory,
        "MemorySwap": memory,
        "NanoCpus": int(limits.cpus * 1e9),
        "PidsLimit": limits.processes,
        **({"CgroupParent": f"/{around}"} if around else {}),
        "NetworkMode": own_name(settings, name),
        "RestartPolicy": {"Name": "no"},  # after a reboot the hub starts what is asked for, by the same settings
        "AutoRemove": False,
        "PortBindings": {},
        "ReadonlyRootfs": True,
        "Tmpfs": {place: f"rw,size={memory // 2},{options}" for place, options in IN_MEMORY.items()},
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "2"}},  # a log is a disk too
        # As a mount and not as a bind: the engine refuses a folder that it does not see, where a bind would make an empty one.
        "Mounts": [
            *(one for one in privileges.get("Mounts") or [] if one.get("Target") not in (WORK, *IN_MEMORY)),
            {"Type": "bind", "Source": str(settings.work(name)), "Target": WORK},
        ],
    }
    return {
        "Image": settings.image,
        "Hostname": "lab-host",
        "Env": [f"{key}={value}" for key, value in sorted(variables.items())],
        "Labels": {**settings.labels, NAME_LABEL: name},
        "ExposedPorts": {f"{PORT}/tcp": {}},
        "HostConfig": host,
    }
