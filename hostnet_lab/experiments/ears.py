"""Listeners that an experiment puts into a container, on the host or on the wire, and what they heard so far.

In a container they are perl (Debian's perl-base is in the image, without modules to rely on); outside, Python itself.
An ear says ``ready``, then one line for each thing heard; it ends by itself after a minute.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from tempfile import TemporaryFile

from ..core.commands import RunRequest
from ..core.errors import NoAnswer
from ..edges import probe
from ..words import tr
from .stage import Stage

HEARING_BUDGET_S = 5.0

# Arguments: group, port. socket(7), ip(7): 2 AF_INET, 2 SOCK_DGRAM; 1, 2 SO_REUSEADDR; 0, 35 IP_ADD_MEMBERSHIP.
GROUP_EAR = r"""
$| = 1; alarm 60;
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
$| = 1; alarm 60;
socket(my $all, 17, 3, 0x300) or die "no packet socket: $!\n";
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
import signal, socket, sys
signal.alarm(60)
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
    while True:
        print("heard", udp.recv(1500).decode("utf-8", "replace"), flush=True)
"""

# A server that gives the same page to everybody. Arguments: port, page.
PAGE_PYTHON = """
import signal, socket, sys
signal.alarm(60)
port, page = sys.argv[1:]
with socket.create_server(("", int(port))) as tcp:
    print("ready", flush=True)
    while True:
        with tcp.accept()[0] as one:
            one.recv(4096)
            one.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\n" + page.encode())
"""


def python(script: str, *arguments: str) -> list[str]:
    """A command that runs a script with the interpreter alone: no site packages, no variables of the reader's."""
    return [sys.executable, "-I", "-S", "-c", script, *arguments]


class Ear:
    """A listener of which the words heard so far can be read at any time."""

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read

    @property
    def words(self) -> list[str]:
        """Each word once, in the order heard."""
        return list(dict.fromkeys(line.removeprefix("heard ") for line in self._read().splitlines() if line.startswith("heard ")))

    @property
    def said(self) -> str:
        """Its last line: ``ready``, what it heard last, or why it could not listen."""
        return (self._read().strip().splitlines() or [""])[-1]

    def is_ready(self) -> bool:
        return "ready" in self._read().split()

    def hears(self, word: str, say: Callable[[], object], budget_s: float = HEARING_BUDGET_S) -> bool:
        """Say it again and again until it is heard; False when it never is."""

        def heard() -> bool:
            say()
            return word in self.words

        try:
            return probe.wait_until(heard, budget_s, tr("{word} to be heard", word=word), pause_s=0.01)
        except NoAnswer:
            return False


def in_container(stage: Stage, network: str, script: str, *arguments: str) -> tuple[str, Ear]:
    """Start a container whose only process is an ear; returns its id and the ear, ready or not."""
    name = stage.name("ear")
    key = stage.run(RunRequest(name=name, network=network, command=("perl", "-e", script, *arguments)))
    return key, _awaited(Ear(lambda: stage.engine.logs(key)))


def beside(stage: Stage, *command: str) -> Ear:
    """Start an ear as a process in the stage's own network namespace; what it says goes to a file without a name."""
    said = stage.closing.enter_context(TemporaryFile())  # noqa: SIM115 (the stage closes it)
    process = subprocess.Popen([*stage.prefix, *command], stdin=subprocess.DEVNULL, stdout=said)
    stage.closing.callback(process.wait)
    stage.closing.callback(process.kill)
    return _awaited(Ear(lambda: os.pread(said.fileno(), 65536, 0).decode("utf-8", "replace")))


def _awaited(ear: Ear) -> Ear:
    """The ear, ready; or, after its budget, as it is: what it heard stays empty, and the observation shows that."""
    with suppress(NoAnswer):
        probe.wait_until(ear.is_ready, HEARING_BUDGET_S, tr("a listener to be ready"), pause_s=0.005)
    return ear
