"""The host as this process sees it: /proc, and the kernel's own answers on interfaces. Reads only; no root needed.

Never /sys: that shows the network namespace of whoever mounted it (sysfs(5)), which after nsenter is another.

Where another user's process hides its open files, a listener's pid is None: unknown, not absent.
"""

from __future__ import annotations

import os
import pwd
import shlex
from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread

from ..core.host.facts import HostFacts, Interface, Listener, read_container_id, read_listeners
from ..core.host.ownership import Mark, Process, machine_name, owner_of
from ..words import printable, tr
from .pace import limit_s
from .sockets import listening

PROC = Path("/proc")
MACHINE_IDS = ("/etc/machine-id", "/var/lib/dbus/machine-id")  # machine-id(5), dbus-uuidgen(1)
MANY = 4096  # holders that are remembered
RESOLVE_S = 3.0  # /etc/hosts answers within a millisecond; a name server that is silent is asked twice for 5 s (resolv.conf(5))
_holders: dict[int, tuple[int, str]] = {}  # socket inode -> process and descriptor
_seen: set[int] = set()  # processes that were there when a holder was looked for last
_looking = Lock()


def boot_id() -> str:
    """The kernel's name for this boot, the same in every namespace of it (random(4))."""
    return _text(PROC / "sys/kernel/random/boot_id").strip()


def namespace(kind: str = "net", pid: int | str = "self") -> str | None:
    """The identity of a namespace, such as ``net:[4026531840]`` (namespaces(7)); None where not readable."""
    try:
        return os.readlink(PROC / str(pid) / "ns" / kind)
    except OSError:
        return None


def machine() -> str:
    """This machine's name for marks; "" where it has no machine id (a bare container, an image that never booted)."""
    names = (machine_name(_text(Path(place)), os.uname().nodename) for place in MACHINE_IDS)
    return next(filter(None, names), "")


def this_process() -> Process:
    pid = os.getpid()
    times = _inode(namespace("time"))
    return Process(boot_id(), _inode(namespace("pid")), pid, start_ticks(pid) or 0, machine(), times)


def this_owner() -> str:
    """Whom a lab host, or a class, belongs to that this process starts."""
    return owner_of(Mark(os.getuid(), "", this_process()))


def start_ticks(pid: int) -> int | None:
    """When a process started, in clock ticks since boot; None when there is no such live process."""
    text = _text(PROC / str(pid) / "stat")
    fields = text.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return int(fields[19]) if len(fields) > 19 and fields[0] not in ("Z", "X") else None


def line_of(pid: int) -> list[int]:
    """A process, the one that started it, the one that started that, and so on; the last of them that can be seen comes last."""
    line: list[int] = []
    while pid > 1 and pid not in line and (fields := _fields(PROC / str(pid) / "stat")):
        line.append(pid)
        pid = int(fields[1])
    return line


def worked_s(pid: int) -> float:
    """Processor time that all processes of a process's session have used so far, in seconds, with those that they have waited for.

    0 where the process is gone, or there is no /proc to look at. Source of the fields: proc_pid_stat(5).
    """
    session = _fields(PROC / str(pid) / "stat")[3:4]
    family = [one for one in map(_fields, PROC.glob("[0-9]*/stat")) if session and one[3:4] == session]
    return sum(int(ticks) for one in family for ticks in one[11:15]) / os.sysconf("SC_CLK_TCK")


def _fields(stat: Path) -> list[str]:
    """What a process's stat holds behind its name, which may hold blanks and brackets."""
    return _text(stat).rpartition(")")[2].split()


def places() -> frozenset[tuple[int, str]]:
    """Port and address of every listener, without its owner: quick enough to look again and again."""
    return frozenset((one.port, one.address) for one in _unowned())


def listeners(ports: Collection[int] | None = None) -> list[Listener]:
    """Listening TCP sockets of this network namespace, those on ``ports`` only if given, with their owners."""
    return owned(sorted(one for one in _unowned() if ports is None or one.port in ports))


def owned(listeners: Collection[Listener]) -> list[Listener]:
    """Listeners of any network namespace of this kernel, with their owners."""
    owners = owners_of({one.inode for one in listeners})
    return [_owned(one, owners.get(one.inode)) for one in listeners]


def _unowned() -> list[Listener]:
    found = listening()
    return read_listeners(_text(PROC / "net/tcp")) + read_listeners(_text(PROC / "net/tcp6")) if found is None else found


def _owned(listener: Listener, pid: int | None) -> Listener:
    if pid is None:
        return listener
    container = read_container_id(_text(f"{PROC}/{pid}/cgroup"))
    process = printable(_text(f"{PROC}/{pid}/comm")) or None  # prctl(PR_SET_NAME) takes any byte
    return replace(listener, pid=pid, process=process, container=container)


def owners_of(inodes: set[int]) -> dict[int, int]:
    """Socket inode -> the first process (lowest pid) that holds it, of those whose files we may see.

    Processes are looked through only for inodes that are new, and by one thread at a time: after one event of the
    engine several ask the same. A holder that is known is asked whether it still is.
    """
    with _looking:
        found = {inode: _holders[inode] for inode in inodes if inode in _holders and _holds(inode, *_holders[inode])}
        found |= _search(inodes - found.keys()) if inodes - found.keys() else {}
        if len(_holders) > MANY:
            _holders.clear()
        _holders.update(found)
    return {inode: pid for inode, (pid, _) in found.items()}


def _holds(inode: int, pid: int, descriptor: str) -> bool:
    try:
        return os.readlink(f"{PROC}/{pid}/fd/{descriptor}") == f"socket:[{inode}]"
    except OSError:
        return False


def _search(inodes: set[int]) -> dict[int, tuple[int, str]]:
    """Socket inode -> process and descriptor, from all processes whose files we may see.

    A new socket is mostly a new process's, or was handed down to it: those that came since the last search are looked through
    first, each with those that it descends from.
    """
    there = {int(name) for name in os.listdir(PROC) if name.isdecimal()}
    came, known = there - _seen, there & _seen
    _seen.clear()
    _seen.update(there)
    found = _held(inodes, came)
    for inode, (pid, _) in list(found.items()):
        found |= _held({inode}, _forebears(pid) & known)
    return found | _held(inodes - found.keys(), known)


def _held(inodes: set[int], pids: set[int]) -> dict[int, tuple[int, str]]:
    found: dict[int, tuple[int, str]] = {}
    wanted = {f"socket:[{inode}]": inode for inode in inodes}
    for pid in sorted(pids):
        if len(found) == len(inodes):
            break
        for descriptor, link in _open_files(pid):
            if link in wanted:
                found.setdefault(wanted[link], (pid, descriptor))
    return found


def _forebears(pid: int) -> set[int]:
    """The processes that a process descends from; proc_pid_stat(5), field 4."""
    found: set[int] = set()
    while pid and pid not in found:
        found.add(pid)
        pid = int(next(iter(_fields(PROC / str(pid) / "stat")[1:2]), "0"))
    return found


def _open_files(pid: int) -> list[tuple[str, str]]:
    """The descriptors of a process and what they point to; nothing for another user's process, or one that is gone."""
    folder = f"{PROC}/{pid}/fd"
    links = []
    try:
        for name in os.listdir(folder):
            with suppress(FileNotFoundError):  # closed meanwhile
                links.append((name, os.readlink(f"{folder}/{name}")))
    except OSError:
        return links
    return links


def command_line(pid: int) -> list[str]:
    """The arguments of a process; empty when it is gone."""
    return _text(PROC / str(pid) / "cmdline").rstrip("\0").split("\0")


def owner(pid: int) -> int | None:
    """The user id that a process runs as, by its folder in /proc; None when it is gone."""
    try:
        return (PROC / str(pid)).stat().st_uid
    except OSError:
        return None


def user_name(uid: int) -> str:
    """The number itself where it has no name."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def described(pid: int) -> str:
    """Such as ``process 4711 (alice: sh ./lab test)``."""
    user, command = owner(pid), shlex.join(command_line(pid))
    known = user_name(user) if user is not None else tr("unknown")
    return tr("process {pid} ({user}: {command})", pid=pid, user=known, command=command[:200])


def control_groups(pid: int) -> str:
    """As in cgroups(7), /proc/PID/cgroup; empty when it is gone."""
    return _text(PROC / str(pid) / "cgroup")


def interfaces() -> list[Interface]:
    """Interfaces with their IPv4 and IPv6 addresses, in the kernel's order; those without any address too."""
    import socket

    import psutil

    addresses, states = psutil.net_if_addrs(), psutil.net_if_stats()  # netlink and ioctl, as if_nameindex
    return [
        Interface(
            name,
            tuple(one.address.partition("%")[0] for one in addresses.get(name, ()) if one.family in (socket.AF_INET, socket.AF_INET6)),
            states[name].isup if name in states else False,
        )
        for _, name in socket.if_nameindex()
    ]


def addresses() -> list[str]:
    """Every IPv4 and IPv6 address of this host."""
    return [address for interface in interfaces() for address in interface.addresses]


def own_address() -> str | None:
    """The address of the interface that the default route leaves by; no packet is sent.

    Offline: the first address that is not loopback, such as the bridge's. None where there is none.
    """
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # TEST-NET-1, RFC 5737; connect() on UDP only asks the routing table
            return str(probe.getsockname()[0])
        except OSError:
            usable = (address for one in interfaces() for address in one.addresses if ":" not in address)
            return next((address for address in usable if not address.startswith("127.")), None)


def resolved(name: str) -> tuple[str, ...] | None:
    """The addresses that a name leads to here, as programs ask for it (getaddrinfo(3)); None where nobody answered in time.

    A resolver is asked in a thread of its own: its patience is no setting of ours, and it cannot be interrupted.
    """
    import socket

    found: SimpleQueue[tuple[str, ...]] = SimpleQueue()

    def ask() -> None:
        try:
            found.put(tuple(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM))))
        except (OSError, UnicodeError):  # UnicodeError: no name of the Internet's
            found.put(())

    Thread(target=ask, name=f"resolve {name}", daemon=True).start()
    try:
        return found.get(timeout=limit_s(RESOLVE_S))
    except Empty:
        return None


def routes() -> list[str]:
    """The IPv4 networks that this host has a route to, the default one included; proc_net(5), hexadecimal in host order."""
    from ipaddress import IPv4Address
    from sys import byteorder

    def address(text: str) -> str:
        return str(IPv4Address(int.from_bytes(bytes.fromhex(text)[:: -1 if byteorder == "little" else 1], "big")))

    rows = [line.split() for line in _text(PROC / "net" / "route").splitlines()[1:]]
    return [f"{address(row[1])}/{address(row[7])}" for row in rows if len(row) > 7]


def facts() -> HostFacts:
    return HostFacts(namespace() or tr("unknown"), tuple(interfaces()), tuple(listeners()))


def _inode(link: str | None) -> str:
    return (link or "").partition("[")[2].rstrip("]")


def _text(path: Path | str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""
