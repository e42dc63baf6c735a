"""The small server of lessons 06a and 06b, as it stands there: it gives up at once when it cannot listen, and logs each request."""

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
