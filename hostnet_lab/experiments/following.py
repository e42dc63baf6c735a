"""Sends one tagged request, and catches it wherever it passes.

The ears are containers with the rights that Docker gives by default, NET_RAW among them: one in host mode hears the host's interfaces,
one that joins the server's network namespace hears the server's own. Perl is in the image (see ``ears.py``). An ear keeps what may be
the request's in its own memory and says nothing of it; only when the tag comes by in a connection does it tell that connection's
frames. So nobody else's traffic leaves it, not even for the engine's log. It is gone after the request, and by itself after a
while. The request is sent by a process that tells the addresses of its own socket, which no interface hears where
they are translated before the first one.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from ..core.errors import EngineUnavailable, Exhausted, LabError, NoAnswer, OutOfTime
from ..core.host.capture import LONGEST_FRAME, MOST_FRAMES, Frame, Place, read_frames
from ..core.host.commands import RunRequest
from ..core.host.facts import number
from ..core.host.followed import Caught, Reason, Sent
from ..core.host.journey import Journey, follow
from ..edges import probe
from ..edges.command import run
from ..edges.engine import engine_words
from ..edges.pace import limit_s
from ..kept.plain_json import parse
from ..words import tr
from .ears import Ear
from .stage import Stage

READY_S, REST_S, SEND_S, ALIVE_S = 10.0, 1.0, 3.0, 60.0
PAUSE_S = 0.01
LOGGED = {"LogConfig": {"Type": "json-file", "Config": {}}}  # an engine may keep no logs by default, and by its log an ear is read

# Arguments: seconds to live, tag, ports. packet(7): 17 AF_PACKET, 3 SOCK_RAW, 0x300 ETH_P_ALL in network order; netdevice(7): 0x8910
# SIOCGIFNAME; socket(7): 0x8907 SIOCGSTAMPNS, the kernel's time of the frame that was read last. 772 and 1: with a header of 14 bytes.
# Of a connection without the tag the last eight frames are kept: the tag comes in its fourth.
EAR = r"""
$| = 1;
alarm shift;
my ($tag, @ports) = @ARGV;
my (%wanted, %named, %held, %ours, $count);
$wanted{$_} = 1 for @ports;
socket(my $all, 17, 3, 0x300) or do { print "refused packet-socket\n$!\n"; exit 1 };
ioctl $all, 0x8907, my $first = "\0" x 16;
print "ready\n";
sub tell_of {
    my ($link, @rest) = @{$_[0]};
    if (!$named{$link}++) {
        my $name = pack "x16 i x20", $link;
        ioctl $all, 0x8910, $name;
        print "link $link ", unpack("H*", unpack "Z16", $name), "\n";
    }
    print join(" ", "frame", $link, @rest), "\n";
    if (++$count >= MOST) { print "cut\n"; exit }
}
while (defined(my $from = recv $all, my $frame, 65535, 0)) {
    my ($link, $hardware, $kind) = unpack "x4 i S C", $from;
    my $at = $hardware == 1 || $hardware == 772 ? 14 : 0;
    $at += 4 if $at && substr($frame, 12, 2) eq "\x81\0";
    my ($first, $pair, $tcp) = unpack "C", substr $frame, $at, 1 or next;
    if ($first >> 4 == 4 && length $frame >= $at + 40) {
        next if unpack("C", substr $frame, $at + 9, 1) != 6;
        ($tcp, $pair) = ($at + 4 * ($first & 15), [substr($frame, $at + 12, 4), substr($frame, $at + 16, 4)]);
    } elsif ($first >> 4 == 6 && length $frame >= $at + 60) {
        next if unpack("C", substr $frame, $at + 6, 1) != 6;
        ($tcp, $pair) = ($at + 40, [substr($frame, $at + 8, 16), substr($frame, $at + 24, 16)]);
    } else { next }
    next if length $frame < $tcp + 20;
    my @number = unpack "n n", substr $frame, $tcp, 4;
    next unless $wanted{$number[0]} || $wanted{$number[1]};
    my $key = join "|", sort map { "$pair->[$_] $number[$_]" } 0, 1;
    my $stamp = "\0" x 16;
    ioctl $all, 0x8907, $stamp;
    my ($seconds, $fraction) = unpack "q q", $stamp;
    my $told = [$link, $hardware, $kind, sprintf("%d%09d", $seconds, $fraction), length $frame, unpack "H*", substr $frame, 0, LONGEST];
    if ($ours{$key} ||= index($frame, $tag, $tcp) >= 0) {
        tell_of($_) for @{delete $held{$key} || []}, $told;
    } else {
        %held = () if !$held{$key} && keys %held >= 1000;
        push @{$held{$key}}, $told;
        shift @{$held{$key}} if @{$held{$key}} > 8;
    }
}
""".replace("MOST", str(MOST_FRAMES)).replace("LONGEST", str(LONGEST_FRAME))

# $0 is the ear, and then its arguments.
START = 'command -v perl > /dev/null || { echo refused no-perl; exit 1; }; exec perl -e "$0" "$@"'
REFUSED = {one.value: one for one in (Reason.NO_PERL, Reason.NO_PACKET_SOCKET)}  # by what an ear says
PASSED_ON = (NoAnswer, EngineUnavailable, Exhausted)  # nothing follows from these for the engine's rights

# Arguments: address, port, path, seconds. It says where its socket was, what came, and how long that took; an answer is read up to 1 MB.
SENDER = """
import json, socket, sys, time
address, port, path, limit = sys.argv[1:]
host = f"[{address}]" if ":" in address else address
said = {}
begun = time.perf_counter()
try:
    with socket.create_connection((address, int(port)), float(limit)) as one:
        said["from"], said["to"] = one.getsockname()[:2], one.getpeername()[:2]
        asked = f"GET {path} HTTP/1.1\\r\\nHost: {host}:{port}\\r\\nUser-Agent: hostnet-lab\\r\\nConnection: close\\r\\n\\r\\n"
        one.sendall(asked.encode())
        answer = one.recv(65536)
        said["answer"] = answer[:40].decode("latin-1")
        left = 1000000 - len(answer)
        while answer and left > 0:
            answer = one.recv(65536)
            left -= len(answer)
    said["took_us"] = int((time.perf_counter() - begun) * 1e6)
except OSError as error:
    said["why"] = str(error)
print(json.dumps(said))
"""


def caught(stage: Stage, url: str, ports: Collection[int], inside: str = "", sender: Sequence[str] = ()) -> Caught:
    """Follow one GET of ``url``, an address with a port in numbers, on its way over ``ports``.

    ``inside``: a container with a network namespace of its own that is listened to as well. ``sender``: the prefix of the
    command that sends, as for a client in another namespace. Raises OutOfTime where an ear neither listens nor is refused.
    """
    tag = os.urandom(8).hex()
    words = (str(int(limit_s(ALIVE_S))), tag, *map(str, sorted(ports)))
    try:
        here = _ear(stage, "host", words)
    except PASSED_ON:
        raise
    except LabError as error:
        return Caught(reason=Reason.NO_EAR, said=engine_words(error))
    there = _try_ear(stage, f"container:{inside}", words) if inside else None
    if reason := _refusal(here):
        return Caught(reason=reason, said=here.said)
    there = None if there is None or _refusal(there) else there
    sent = _send(sender or stage.prefix, url, tag)

    def journey() -> Journey | None:
        return follow(_frames(here, there, inside), tag.encode(), sent.pair)

    def whole() -> bool:
        found = journey()
        links = found.connections[-1].links if found else ()
        return found is not None and found.closed and (there is None or any(one.inside for one in links))

    if not sent.pair:
        return Caught(sent=sent, reason=Reason.NOT_SENT, said=sent.why)
    with suppress(OutOfTime, NoAnswer):  # what was caught by now is what there is to see
        probe.wait_until(whole, REST_S, tr("the end of the request"), PAUSE_S)
    found = journey()
    return Caught(found, sent, None if found else Reason.NOT_HEARD, inside=there is not None)


def _ear(stage: Stage, network: str, words: Sequence[str]) -> Ear:
    request = RunRequest(name=stage.name("ear"), network=network, command=("sh", "-c", START, EAR, *words))
    key = stage.run(request, **LOGGED)

    def ended() -> bool:
        facts = stage.facts(key)
        return facts is None or not facts.running

    return Ear(lambda: stage.engine.logs(key), ended)


def _try_ear(stage: Stage, network: str, words: Sequence[str]) -> Ear | None:
    """None where the engine starts none: the container has ended, or is on another engine's side."""
    try:
        return _ear(stage, network, words)
    except PASSED_ON:
        raise
    except LabError:
        return None


def _refusal(ear: Ear) -> Reason | None:
    """Why it does not listen; None when it does."""

    def settled() -> bool:
        return ear.is_ready() or ear.ended()

    probe.wait_until(settled, READY_S, tr("an ear to listen"), PAUSE_S)
    return None if ear.is_ready() else REFUSED.get(ear.refused, Reason.NO_EAR)


def _frames(here: Ear, there: Ear | None, inside: str) -> list[Frame]:
    return [*read_frames(here.text), *(read_frames(there.text, inside) if there else ())]


# -- the request ------------------------------------------------------------------------------------


def _send(prefix: Sequence[str], url: str, tag: str) -> Sent:
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?hostnet-lab={tag}"
    script = [sys.executable, "-I", "-S", "-c", SENDER, parts.hostname or "", str(parts.port or 80), path, f"{limit_s(SEND_S):.2f}"]
    done = run(
        [*prefix, *script], 4 * SEND_S, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={"LC_ALL": "C"}
    )
    return read_sent(done.stdout[:4096])


def read_sent(said: bytes) -> Sent:
    """What the sender printed."""
    try:
        told = parse(said)
        told = told if isinstance(told, dict) else {}
    except ValueError:
        told = {}
    here, there = _place(told.get("from")), _place(told.get("to"))
    words = str(told.get("answer", "")).split(" ")
    status = number(words[1], 3) if len(words) > 1 and words[0].startswith("HTTP/") else None
    took = told.get("took_us")
    return Sent((here, there) if here and there else None, status or 0, took if isinstance(took, int) else 0, str(told.get("why", "")))


def _place(told: object) -> Place | None:
    match told:
        case [str(address), int(port)]:
            return Place(address, port)
    return None
