"""Two rules of the server's: the room's network begins nothing with a lab host or the hub, but through the proxy.

Where the policy of FORWARD is to accept, as on a server that forwards for others, older engines let everybody in the room in who adds a
route by the server. The rules lie in the kernel's own chains, which an engine that starts anew leaves as they are.
"""

from __future__ import annotations

import subprocess

from ..core.errors import SetupFailed
from ..edges.command import find, run
from ..words import tr
from .settings import Settings

BUDGET_S = 30.0
CHAINS = ("FORWARD", "INPUT")  # to lab hosts, and to the hub's own address


def ensure(settings: Settings) -> None:
    """Once each, whatever has become of those of an earlier start. Raises SetupFailed."""
    remove(settings)
    for chain in CHAINS:
        done = _asked("-I", chain, settings)
        if done.returncode:
            tried = tr("keep the room's network out of lab hosts and hub: {command}", command=" ".join(map(str, done.args)))
            do = tr("see that iptables works on this server: iptables -S")
            raise SetupFailed(tried, " ".join(done.stderr.split()) or f"{done.returncode}", do)


def remove(settings: Settings) -> None:
    """All of this class."""
    for chain in CHAINS:
        while _asked("-D", chain, settings).returncode == 0:
            pass


def rule(settings: Settings) -> list[str]:
    """What begins outside of the class's addresses, and not on the server itself, and leads to one of them."""
    pool = settings.addresses.pool
    begun = ["-m", "conntrack", "--ctstate", "NEW"]
    return ["!", "-i", "lo", "!", "-s", pool, "-d", pool, *begun, "-m", "comment", "--comment", settings.prefix, "-j", "DROP"]


def _asked(action: str, chain: str, settings: Settings) -> subprocess.CompletedProcess[str]:
    command = [find("iptables") or "iptables", "-w", action, chain, *rule(settings)]
    try:
        return run(command, BUDGET_S, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))
