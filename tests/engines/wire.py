"""A network namespace with a card, an address and a default route, as a machine has; nobody is at the other end of the wire."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from hostnet_lab.core.errors import NoAnswer, SetupFailed
from hostnet_lab.edges import host, probe

PLACE = "198.51.100"  # TEST-NET-2, RFC 5737


@contextmanager
def namespace(name: str) -> Iterator[tuple[str, ...]]:
    """Yields the prefix of commands that run in it. At the end it is gone, with all that still runs there."""
    try:
        for line in (
            f"ip netns add {name}",
            f"ip -n {name} link set lo up",
            f"ip -n {name} link add eth0 type veth peer name peer0",
            f"ip -n {name} link set peer0 up",
            f"ip -n {name} addr add {PLACE}.10/24 dev eth0",
            f"ip -n {name} link set eth0 up",
            f"ip -n {name} route add default via {PLACE}.1",
        ):
            done = subprocess.run(line.split(), capture_output=True, text=True, check=False)
            if done.returncode:
                raise SetupFailed(f"make a network namespace: {line}", done.stderr.strip(), "run this as root, on Linux with iproute2")
        yield ("nsenter", f"--net=/run/netns/{name}", "--")
    finally:
        _end(name)


def _end(name: str) -> None:
    """Podman leaves a watcher for each command that was run in a container, for five minutes: they are ended here."""

    def inhabitants() -> list[int]:
        listed = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False)
        return [pid for pid in map(int, listed.stdout.split()) if host.start_ticks(pid)]

    def empty() -> bool:
        for pid in (there := inhabitants()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not there

    with suppress(NoAnswer):
        probe.wait_until(empty, 10.0, "a namespace to be empty", pause_s=0.02)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
