"""What a container in host mode may do to the host's network: bind a privileged port, listen in, change an interface.

Nothing is done for real: a socket is bound but never listens, a packet socket is opened but reads no protocol, and an
interface is given the very flags that it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..core.host.facts import read_listeners
from .stage import Output, Stage

BIND = (  # SO_REUSEADDR: two that only bind, and never listen, do not disturb each other (socket(7))
    "use Socket; socket(my $s, AF_INET, SOCK_STREAM, 0); setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1); "
    "my $bound = bind($s, sockaddr_in(shift, INADDR_ANY)); print 'errno=', $bound ? 0 : $!+0, \"\\n\"; "
    "open(my $f, '<', '/proc/sys/net/ipv4/ip_unprivileged_port_start'); print 'start=', scalar <$f> // ''"
)
# AF_PACKET (17) with protocol 0 receives nothing: packet(7). SOCK_RAW with ICMP (1): raw(7).
LISTEN_IN = (
    "use Socket; print 'packet=', socket(my $p, 17, SOCK_RAW, 0) ? 0 : $!+0, \"\\n\"; "
    "print 'raw=', socket(my $r, AF_INET, SOCK_RAW, 1) ? 0 : $!+0, \"\\n\""
)
# SIOCGIFFLAGS (0x8913), then SIOCSIFFLAGS (0x8914) with the same flags: netdevice(7).
SET_FLAGS = (
    "use Socket; socket(my $s, AF_INET, SOCK_DGRAM, 0); my $request = pack('a16 x24', 'lo'); "
    "print 'get=', ioctl($s, 0x8913, $request) ? 0 : $!+0, \"\\n\"; print 'set=', ioctl($s, 0x8914, $request) ? 0 : $!+0, \"\\n\""
)


def once(stage: Stage, options: Sequence[str], command: Sequence[str]) -> Output:
    """``docker run --rm`` in the foreground; removed by the stage should the command be interrupted."""
    name = stage.name("once")
    stage.closing.callback(stage.engine.remove, name, force=True)
    return stage.docker("run", "--rm", "--name", name, *options, *stage.own_options(), "nginx", *command)


def _numbers(stage: Stage, options: Sequence[str], program: str, *arguments: str) -> dict[str, Any]:
    """Run a perl program that prints KEY=NUMBER lines; errno 0 stands for success."""
    said = once(stage, options, ["perl", "-e", program, *arguments])
    pairs = (line.split("=") for line in said.text.splitlines() if line.count("=") == 1)
    return {"exit_code": said.exit_code, "words": said.text if said.exit_code else "", **{key: int(number) for key, number in pairs}}


def non_root(stage: Stage) -> dict[str, Any]:
    """On the highest port below 80 that nobody holds: what keeps it from being bound keeps 80 from it as well."""
    tables = once(stage, ["--network", "host"], ["sh", "-c", "cat /proc/net/tcp; cat /proc/net/tcp6"])  # of the engine's host
    port = max(set(range(1, 80)) - {one.port for one in read_listeners(tables.text)})
    user = ["--user", "65534"]
    return {
        "port": port,
        "bridge": _numbers(stage, ["--network", "bridge", *user], BIND, str(port)),
        "host mode": _numbers(stage, ["--network", "host", *user], BIND, str(port)),
    }


def net_raw(stage: Stage) -> dict[str, Any]:
    seen = {
        "default": _numbers(stage, ["--network", "host"], LISTEN_IN),
        "dropped": _numbers(stage, ["--network", "host", "--cap-drop", "NET_RAW"], LISTEN_IN),
    }
    if seen["default"].get("packet"):  # none is given by default (see quirks): the control is to ask for it
        seen["added"] = _numbers(stage, ["--network", "host", "--cap-add", "NET_RAW"], LISTEN_IN)
    return seen


def interfaces(stage: Stage) -> dict[str, Any]:
    """The control has NET_ADMIN in a namespace of its own: the program works where the right is there."""
    return {
        "host mode": _numbers(stage, ["--network", "host"], SET_FLAGS),
        "control": _numbers(stage, ["--network", "none", "--cap-add", "NET_ADMIN"], SET_FLAGS),
    }
