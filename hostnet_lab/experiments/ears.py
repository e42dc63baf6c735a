"""Listeners that an experiment puts into a container, on the host or on the wire, and what they heard so far.

In a container they are perl (Debian's perl-base is in the image, without modules to rely on); outside, Python itself.
An ear says ``ready``, then one line for each thing heard; or ``refused`` and what by an id, then why. In a container it goes on until that
is removed; outside, until the pipe to it ends, so that none outlives the process that made it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile

from ..core.errors import OutOfTime
from ..core.host.commands import RunRequest
from ..edges import probe
from ..words import tr
from .stage import Stage

HEARING_BUDGET_S = 5.0

# Arguments: group, port. socket(7), ip(7): 2 AF_INET, 2 SOCK_DGRAM; 1, 2 SO_REUSEADDR; 0, 35 IP_ADD_MEMBERSHIP.
GROUP_EAR = r"""
$| = 1;
my ($group, $port) = @ARGV;
socket(my $udp, 2, 2, 0) or die "no socket: $!\n";
setsockopt($udp, 1, 2, pack "i", 1) or die "no sharing: $!\n";
bind($udp, pack "S n x4 x8", 2, $port) or die "no port: $!\n";
setsockopt($udp, 0, 35, pack "C4 x4", split /\./, $group) or die "no membership: $!\n";
print "ready\n";
while (defined recv $udp, my $word, 1500, 0) { print "heard $word\n" }
"""

# packet(7): 17 AF_PACKET, 3 SOCK_RAW, 0x300 ETH_P_ALL in network order.
WIRE_EAR = r"""
$| = 1;
socket(my $all, 17, 3, 0x300) or die "refused packet-socket\n$!\n";
print "ready\n";
while (defined recv $all, my $packet, 65535, 0) { print "heard $1\n" if $packet =~ /token=(\w+)/ }
"""

# Arguments: word, port on the container's own loopback. Nobody need listen there for the packet to pass.
OWN_WORD = r"""
my ($word, $port) = @ARGV;
socket(my $udp, 2, 2, 0) or die "no socket: $!\n";
send $udp, $word, 0, pack("S n C4 x8", 2, $port, 127, 0, 0, 1) or die "not sent: $!\n";
"""

# The same as GROUP_EAR, and a sender. Arguments: group, port, address of the interface [, word]
GROUP_PYTHON = """
import select, socket, sys
group, port, interface, *word = sys.argv[1:]
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
if word:
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(interface))
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)
    udp.sendto(word[0].encode(), (group, int(port)))
else:
    udp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    udp.bind(("", int(port)))
    udp.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, socket.inet_aton(group) + socket.inet_aton(interface))
    print("ready", flush=True)
    while sys.stdin not in select.select([udp, sys.stdin], [], [])[0]:
        print("heard", udp.recv(1500).decode("utf-8", "replace"), flush=True)
"""

# A server that gives the same page to everybody. Arguments: port, page.
PAGE_PYTHON = """
import select, socket, sys
port, page = sys.argv[1:]
with socket.create_server(("", int(port))) as tcp:
    print("ready", flush=True)
    while sys.stdin not in select.select([tcp, sys.stdin], [], [])[0]:
        with tcp.accept()[0] as one:
            one.recv(4096)
            one.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + page.encode())
"""


def python(script: str, *arguments: str) -> list[str]:
    """A command that runs a script with the interpreter alone: no site packages, no variables of the reader's."""
    return [sys.executable, "-I", "-S", "-c", script, *arguments]


class Ear:
    """A listener of which the words heard so far can be read at any time. ``ended``: True when it listens no more."""

    def __init__(self, read: Callable[[], str], ended: Callable[[], bool]) -> None:
        self._read, self.ended = read, ended

    @property
    def text(self) -> str:
        """All that it said so far."""
        return self._read()

    @property
    def words(self) -> list[str]:
        """Each word once, in the order heard."""
        return list(dict.fromkeys(self._after("heard ")))

    @property
    def refused(self) -> str:
        """The id of what the kernel refused to it, "" when nothing."""
        return next(self._after("refused "), "")

    @property
    def said(self) -> str:
        """Its last line: ``ready``, what it heard last, or why it could not listen."""
        return (self._read().strip().splitlines() or [""])[-1]

    def _after(self, sign: str) -> Iterator[str]:
        return (line.removeprefix(sign) for line in self._read().splitlines() if line.startswith(sign))

    def is_ready(self) -> bool:
        return "ready" in self._read().split()

    def hears(self, word: str, say: Callable[[], object], control: Callable[[], bool] = lambda: False) -> bool:
        """Say it again and again until it is heard; False when the ear has ended, or ``control`` tells that others heard it meanwhile.

        Raises OutOfTime where neither is so: then nobody knows.
        """

        def heard() -> bool:
            say()
            return word in self.words or self.ended()

        try:
            probe.wait_until(heard, HEARING_BUDGET_S, tr("{word} to be heard", word=word), pause_s=0.01)
        except OutOfTime:
            if not (self.is_ready() and control()):
                raise
        return word in self.words


def in_container(stage: Stage, network: str, script: str, *arguments: str) -> tuple[str, Ear]:
    """Start a container whose only process is an ear; returns its id and the ear, ready or ended."""
    name = stage.name("ear")
    key = stage.run(RunRequest(name=name, network=network, command=("perl", "-e", script, *arguments)))

    def ended() -> bool:
        facts = stage.facts(key)
        return facts is None or not facts.running

    return key, _awaited(Ear(lambda: stage.engine.logs(key), ended))


def beside(stage: Stage, *command: str) -> Ear:
    """Start an ear as a process in the stage's own network namespace; what it says goes to a file without a name."""
    said = stage.closing.enter_context(TemporaryFile())  # noqa: SIM115 (the stage closes it)
    process = subprocess.Popen([*stage.prefix, *command], stdin=subprocess.PIPE, stdout=said)
    stage.closing.callback(process.communicate)  # the end of the pipe is its end
    stage.closing.callback(process.kill)
    return _awaited(Ear(lambda: os.pread(said.fileno(), 65536, 0).decode("utf-8", "replace"), lambda: process.poll() is not None))


def _awaited(ear: Ear) -> Ear:
    """The ear, ready; or as it ended, with its reason: what it heard stays empty, and the observation shows that."""
    probe.wait_until(lambda: ear.is_ready() or ear.ended(), HEARING_BUDGET_S, tr("a listener to be ready"), pause_s=0.005)
    return ear
