"""What the engine is asked for when it creates a lab host: rights, ports, folders, limits. One place for all who start one."""

from __future__ import annotations

from typing import Any, Literal

Flavour = Literal["full", "rootless"]
FLAVOURS: tuple[Flavour, ...] = ("full", "rootless")
JUPYTER_PORT = 8888
WORK = "/home/learner/work"  # the learner's lessons and progress; a volume here is all that must be kept
STOP_GRACE_S = 20  # it ends in less than ten seconds; then comes SIGKILL


def host_config(
    flavour: Flavour,
    *,
    port: int | None = None,
    work: str | None = None,
    memory_bytes: int | None = None,
    cpus: float | None = None,
    processes: int | None = None,
    network: str | None = None,
) -> dict[str, Any]:
    """The part ``HostConfig`` of a call to ContainerCreate, in the engine API's own words.

    ``port``: of this machine's loopback, that leads to JupyterLab; none is published without it. ``work``: the volume for
    the learner's work; without it the work ends with the lab host. Limits are none unless given.
    Source: https://docs.docker.com/reference/api/engine/ (ContainerCreate). What the rights mean: docs/labhost.md.
    """
    config: dict[str, Any] = {
        # The inner engine's runtime calls pivot_root and keyctl, which Docker's own filter forbids; its containers get
        # that filter from the inner engine.
        "SecurityOpt": ["seccomp=unconfined", "apparmor=unconfined"],
        # The inner containers' cgroups then look as on any host; without it their paths begin with the lab host's own id.
        "CgroupnsMode": "private",
        "Mounts": [{"Type": "volume", "Target": "/var/lib/docker"}],  # an engine's layers cannot lie on another's layers
    }
    if flavour == "full":
        # Mounts and namespaces; bridges and rules; `docker exec` into a container that runs as another user than root.
        config["CapAdd"] = ["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE"]
    else:
        # A user namespace may mount a new /proc only where nothing of the old one is covered. "systempaths=unconfined"
        # says the same on the command line; the API refuses that word.
        config |= {"MaskedPaths": [], "ReadonlyPaths": []}
        config["Devices"] = [{"PathOnHost": "/dev/net/tun", "PathInContainer": "/dev/net/tun", "CgroupPermissions": "rwm"}]
    if port is not None:
        config["PortBindings"] = {f"{JUPYTER_PORT}/tcp": [{"HostIp": "127.0.0.1", "HostPort": str(port)}]}
    if work is not None:
        config["Mounts"].append({"Type": "volume", "Source": work, "Target": WORK})
    limits = {
        "Memory": memory_bytes,
        "MemorySwap": memory_bytes,
        "NanoCpus": cpus and int(cpus * 1e9),
        "PidsLimit": processes,
        "NetworkMode": network,
    }
    return config | {name: value for name, value in limits.items() if value is not None}
