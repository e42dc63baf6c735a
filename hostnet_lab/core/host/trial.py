"""What a lesson does, tried once by the docker command: plain values of what was seen, and the findings that follow from them.

It knows no list of what may be wrong with an engine. A step that fails is a finding, in the words of whatever refused; who is
to blame is said where it was found by leaving it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...words import printable, tr
from .findings import Finding
from .localhost import LOOPBACKS, misled
from .whereabouts import Place

TOOLS = ("sh", "curl", "perl", "sed", "grep", "cat", "cut", "readlink")  # of the image, which cells call inside a container
DOCKER_RUN = "docker run"
LONGEST = 200  # signs of somebody else's words in a finding
ELSEWHERE: tuple[Place, ...] = ("other namespace", "forwarded", "unreachable")


@dataclass(frozen=True)
class Said:
    """A command as it was typed, and what it said. ``code``: None where it did not end in time, 127 where it is not there."""

    command: tuple[str, ...]
    code: int | None
    out: str = ""
    err: str = ""

    @property
    def words(self) -> str:
        """Its last line that says something, safe to print."""
        lines = [line for line in (*self.out.splitlines(), *self.err.splitlines()) if line.strip() and not line.startswith("Run 'docker")]
        return printable(lines[-1] if lines else "")[:LONGEST]


@dataclass(frozen=True)
class Server:
    """An nginx that answers its own name. What could not be asked, since it was not started, is None.

    ``known``: to the engine that the lab itself speaks to. ``here``, ``at_own``: curl from the reader's place, by the name localhost
    and by the host's own address (None where there is none). ``inside``: curl in the container. ``proxies``: the variables of
    proxies that the container was given. ``bound``: the addresses at which the engine publishes its port.
    """

    name: str
    port: int
    run: Said
    known: bool = False
    here: Said | None = None
    at_own: Said | None = None
    inside: Said | None = None
    absent: tuple[str, ...] = ()
    log: Said | None = None
    proxies: tuple[str, ...] = ()
    bound: tuple[str, ...] = ()

    @property
    def started(self) -> bool:
        return self.run.code == 0 and self.known


@dataclass(frozen=True)
class Trial:
    """``localhost``: where that name leads, None where nobody answered in time. ``library``: why docker-py reaches no engine, or "".

    ``blamed``: variables and files without which `docker run` does work; empty where that was not to be found.
    """

    localhost: tuple[str, ...] | None
    library: str
    host_mode: Server
    published: Server
    blamed: tuple[str, ...] = ()


def findings(trial: Trial, place: Place) -> list[Finding]:
    """In the order in which a lesson needs the things. ``place``: the reader's; elsewhere nothing answers by localhost."""
    return [
        localhost(trial.localhost),
        _docker(trial),
        _host_mode(trial.host_mode, place),
        _published(trial.published, place),
        _inside(trial),
        _log(trial.host_mode),
    ]


def localhost(addresses: tuple[str, ...] | None) -> Finding:
    """Lessons and claims go by the name; nginx listens on IPv4 unless it is told otherwise."""
    what, mend = tr("name localhost"), tr("a line in /etc/hosts: 127.0.0.1 localhost")
    wrong = misled(addresses)
    return Finding(what, "in the way", wrong, mend=mend) if wrong else Finding(what, "ok", ", ".join(addresses or ()))


# -- the docker command -----------------------------------------------------------------------------


def _docker(trial: Trial) -> Finding:
    for server in (trial.host_mode, trial.published):
        if not server.started:
            return not_run(server.run, trial.blamed)
    what = DOCKER_RUN
    if trial.library:
        found = tr("the command works, and docker-py, which cells use as well, does not: {why}", why=printable(trial.library)[:LONGEST])
        return Finding(what, "in the way", found, mend=_unset(trial.blamed))
    warned = trial.host_mode.run.err or trial.published.run.err
    heard = printable(warned.strip().splitlines()[0])[:LONGEST] if warned.strip() else ""
    return Finding(what, "ok", tr("works; it says: {words}", words=heard) if heard else tr("works"))


def not_run(said: Said, blamed: Sequence[str]) -> Finding:
    """Of a docker command that made no container on the engine that the lab speaks to; ``blamed`` as in ``Trial``."""
    elsewhere = tr("it started a container, but not on the engine that the lab speaks to")
    return Finding(DOCKER_RUN, "in the way", _tried(said, elsewhere if said.code == 0 else ""), mend=_unset(blamed))


def _unset(blamed: Sequence[str]) -> str:
    variables = [one for one in blamed if "/" not in one]
    files = [one for one in blamed if "/" in one]
    if variables:
        return f"unset {' '.join(variables)}"
    if files:
        return tr("without {file} it works: see what is set there", file=files[0])
    return tr("mend what that sentence names")


def _tried(said: Said, instead: str = "") -> str:
    ended = tr("it did not end in time") if said.code is None else tr("exit code {code}", code=said.code)
    shown = " ".join(said.command)[:60]
    return tr("`{command}`: {words}", command=shown, words=instead or said.words or ended)


# -- its servers ------------------------------------------------------------------------------------


def _not_tried(what: str) -> Finding:
    return Finding(what, "unknown", tr("not tried: its container was not started"))


def _host_mode(server: Server, place: Place) -> Finding:
    what = tr("host mode")
    if not server.started:
        return _not_tried(what)
    if place in ELSEWHERE:
        return Finding(what, "unknown", tr("not tried by localhost: you do not sit in the engine's network namespace"))
    wrong = _unanswered(server, server.here)
    if wrong:
        return Finding(what, "in the way", wrong, mend=_look_at(server))
    return Finding(what, "ok", tr("answers on http://localhost"))


def _published(server: Server, place: Place) -> Finding:
    what = tr("published port")
    if not server.started:
        return _not_tried(what)
    if place in ELSEWHERE and _unanswered(server, server.here):
        return Finding(what, "unknown", tr("not tried by localhost: you do not sit in the engine's network namespace"))
    by_name = _unanswered(server, server.here)
    by_address = "" if place in ELSEWHERE else _unanswered(server, server.at_own)
    if server.bound and all(one in LOOPBACKS for one in server.bound):
        found = tr(
            "the engine publishes at {addresses} alone, and lessons ask at the host's own address too", addresses=", ".join(server.bound)
        )
        return Finding(what, "in the way", found, mend=tr('take "ip" out of /etc/docker/daemon.json, and start the engine again'))
    if by_name and not server.bound:
        mend = tr('see "bridge" and "iptables" in /etc/docker/daemon.json')
        return Finding(what, "in the way", tr("the engine published nothing, though -p asked for it"), mend=mend)
    if by_name or by_address:
        return Finding(what, "in the way", by_name or by_address, mend=_look_at(server))
    if server.at_own and place not in ELSEWHERE:  # elsewhere the reader's own address is not the engine's host's
        return Finding(what, "ok", tr("answers on http://localhost and at the host's own address"))
    return Finding(what, "ok", tr("answers on http://localhost"))


def _inside(trial: Trial) -> Finding:
    what = tr("in a container")
    servers = [server for server in (trial.host_mode, trial.published) if server.started]
    if not servers:
        return _not_tried(what)
    for server in servers:
        if server.absent:
            found = tr("the image has no {tools}, which lessons call", tools=", ".join(server.absent))
            return Finding(what, "in the way", found, mend=tr("docker rmi nginx, then ./lab: it provides an image that has them"))
        wrong = _unanswered(server, server.inside)
        if wrong:
            given = tr("; it was given {variables}", variables=", ".join(server.proxies)) if server.proxies else ""
            mend = tr("keep the engine from giving them to containers: http_proxy in containers.conf, or whoever sets them")
            return Finding(what, "in the way", wrong + given, mend=mend if given else tr("mend what that sentence names"))
    return Finding(what, "ok", tr("exec and curl work, the image's tools are there"))


def _log(server: Server) -> Finding:
    what = "docker logs"
    if not server.started or server.log is None:
        return _not_tried(what)
    if server.log.code:
        mend = tr('"log-driver": "json-file" in /etc/docker/daemon.json, and start the engine again')
        return Finding(what, "in the way", _tried(server.log), mend=mend)
    if "GET /" not in server.log.out + server.log.err:
        return Finding(what, "in the way", tr("`docker logs` shows no request: who answered cannot be told"), mend=_look_at(server))
    return Finding(what, "ok", tr("shows who was asked"))


def _look_at(server: Server) -> str:
    return tr("see what else holds the port, filters it, or answers in between: {command}", command="ss -ltnp; env | grep -i proxy")


def _unanswered(server: Server, said: Said | None) -> str:
    """Why a server was not heard, in words; "" where it was, or was not asked."""
    if said is None or (said.code == 0 and said.out.strip() == server.name):
        return ""
    if said.code == 0:
        return _tried(said, tr("answered by somebody else: {words}", words=said.words or tr("(empty)")))
    return _tried(said, said.words or _meaning(said.code))


def _meaning(code: int | None) -> str:
    """What an exit code of curl says: curl(1)."""
    meanings = {
        5: tr("the proxy's name does not resolve"),
        6: tr("the name does not resolve"),
        7: tr("nobody accepts a connection"),
        28: tr("no answer in time"),
        52: tr("an empty answer"),
        56: tr("the connection broke"),
        97: tr("the proxy refused"),
    }
    return meanings.get(code or 0, "")
