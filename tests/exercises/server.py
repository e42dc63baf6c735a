"""The small server of lessons 06a and 06b, as it stands there: it gives up at once when it cannot listen, and logs each request.

And what several answers are made of.
"""

import shlex
import sys
from typing import Any

SERVER = r"""
use IO::Socket::INET;
my ($place, $page) = @ARGV;
$SIG{TERM} = $SIG{QUIT} = sub { exit };
my $socket = IO::Socket::INET->new(LocalAddr => $place, Listen => 9, ReuseAddr => 1) or die "$place: $!\n";
while (my $client = $socket->accept) {
    print STDERR scalar <$client>;
    print $client "HTTP/1.0 200 OK\r\n\r\n$page\n";
    close $client;
}
"""
PERL = "nginx perl -e"


def serve(place: str, page: str) -> str:
    """The image and its command: the end of a `docker run` line."""
    return f"{PERL} '{SERVER}' {place} '{page}'"


def await_page(url: str, words: str) -> str:
    return f"until curl -s --noproxy '*' {url} | grep -q '{words}'; do :; done"


BASE = "docker run -d --network host --name base nginx sleep 600"  # for others to join
OWN = "own=$(python3 -c \"import socket; s = socket.socket(2, 2); s.connect(('192.0.2.1', 9)); print(s.getsockname()[0])\"); "
PYTHON = shlex.quote(sys.executable)


def by_python(**options: Any) -> str:
    """A container of the image that docker-py starts, with the lesson's labels."""
    labels = "labels=dict(one.split('=', 1) for one in os.environ['HOSTNET_LAB_LABELS'].split())"
    script = f"import docker, os; docker.from_env().containers.run('nginx', detach=True, {labels}, **{options!r})"
    return f"{PYTHON} -c {shlex.quote(script)}"


def network(name: str) -> str:
    """A network with the lesson's labels, by which it is found again."""
    return f'for label in $HOSTNET_LAB_LABELS; do set -- "$@" --label $label; done; docker network create "$@" {name}; '
