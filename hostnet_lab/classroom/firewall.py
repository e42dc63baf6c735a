"""The server's rules by which the room's network reaches lab hosts and hub through the proxy alone.

Where the policy of FORWARD is to accept, as on a server that forwards for others, older engines let everybody in the room in who adds a
route by the server. What comes to an address of the class is therefore dropped before anything else is decided about it, unless it comes
from a bridge of the class's: the sender's address alone would prove nothing. A chain of our own in the table raw: no engine that starts
anew takes it away, it stands whichever kind of iptables the engine uses, and answers to what lab hosts ask outside are not met, since
those come to the server's address.
"""

from __future__ import annotations

import subprocess

from ..core.errors import SetupFailed
from ..edges.command import find, run
from ..words import tr
from .settings import Settings

BUDGET_S = 30.0


def ensure(settings: Settings) -> None:
    """Once each, whatever has become of those of an earlier start. Raises SetupFailed."""
    _require(_asked(["iptables-restore", "-w", "--noflush"], chain(settings)))
    if _asked(_jump("-C", settings)).returncode:
        _require(_asked(_jump("-I", settings)))


def remove(settings: Settings) -> None:
    """All of this class."""
    while _asked(_jump("-D", settings)).returncode == 0:
        pass
    for action in ("-F", "-X"):
        _asked(["iptables", "-w", "-t", "raw", action, settings.prefix])


def chain(settings: Settings) -> str:
    """For iptables-restore, which puts it in the place of the chain's former contents, at once."""
    name = settings.prefix
    passed = [f"-A {name} -i {interface} -j RETURN" for interface in ("lo", f"{settings.bridges}+")]
    return "\n".join(("*raw", f":{name} - [0:0]", *passed, f"-A {name} -j DROP", "COMMIT", ""))


def _jump(action: str, settings: Settings) -> list[str]:
    return ["iptables", "-w", "-t", "raw", action, "PREROUTING", "-d", settings.addresses.pool, "-j", settings.prefix]


def _asked(command: list[str], text: str = "") -> subprocess.CompletedProcess[str]:
    command = [find(command[0]) or command[0], *command[1:]]
    try:
        return run(command, BUDGET_S, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(command, 127, "", str(error))


def _require(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        tried = tr("keep the room's network out of lab hosts and hub: {command}", command=" ".join(map(str, done.args)))
        do = tr("see that iptables works on this server: iptables -t raw -S")
        raise SetupFailed(tried, " ".join(done.stderr.split()) or f"{done.returncode}", do)
