"""Two servers that want one port: in host mode, published on the bridge, and where both may have it."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable
from time import monotonic
from typing import Any, TypeVar

from ..core.errors import OutOfTime
from ..core.guide.missing import lacking
from ..core.host.commands import RunRequest
from ..core.host.facts import ContainerFacts
from ..edges import host, probe
from ..words import tr
from .experiment import Experiment
from .servers import nginx_command, serves, start_nginx
from .stage import Stage

T = TypeVar("T")
GIVES_UP_S = 8.0  # nginx tries five times, half a second apart, and then ends: 2.6 s, whatever the machine
REQUESTS = 40


def late_loser(stage: Stage) -> dict[str, Any]:
    """The guide's own command three times over one port: it wins, it loses, it loses with --rm (side by side)."""
    port = stage.port()
    winner = stage.name("winner")
    code, said = _run(stage, winner, port)
    seen: dict[str, Any] = {"port": port, "winner": {"code": code, "said": said, "answered": serves(stage, winner, port)}}
    if not seen["winner"]["answered"]:
        return seen
    if (refusal := stage.refused_log(winner)) is not None:
        return lacking("logs", said=refusal)
    begun = monotonic()
    with_rm = start_nginx(stage, str(port), auto_remove=True)
    log_before = _log_while_there(stage, with_rm, port)  # before all else: it is there for 2.6 s only, on a slow machine too
    loser = stage.name("loser")
    code, said = _run(stage, loser, port)
    after_run = stage.facts(loser)
    ended = _end(stage, loser, port) if code == 0 else None
    seconds = round(monotonic() - begun, 1)
    is_gone = tr("the end of the loser with --rm")
    gone = _unless_it_serves(stage, with_rm, port, lambda: stage.engine.inspect(with_rm) is None, is_gone, 0.05)
    return {
        **seen,
        "answers_still": serves(stage, winner, port),
        "loser": {
            "code": code,
            "said": said,
            "state": after_run.status if after_run else "gone",
            "ended": ended.exit_code if ended else None,
            "log": _last_line(stage.engine.logs(loser)),
            "seconds": seconds,
        },
        "with_rm": {"log_before": _last_line(log_before), "gone": bool(gone), "log_after": _last_line(stage.engine.logs(with_rm))},
    }


def _log_while_there(stage: Stage, name: str, port: int) -> str:
    """What a container that is removed at its end says while it is there; "" where it serves, and so complains of nothing.

    Raises OutOfTime for one that was gone before it could be read: nobody has seen whether it said anything.
    """

    def told() -> str:
        log = stage.engine.logs(name).strip()
        return log or ("gone" if stage.engine.inspect(name) is None else "")

    log = _unless_it_serves(stage, name, port, told, tr("the log of the loser with --rm"), 0.02)
    if log == "gone":
        raise OutOfTime(tr("read the log of the loser with --rm"), tr("it was gone before"), tr("run it again"))
    return log or ""


def _end(stage: Stage, name: str, port: int) -> ContainerFacts | None:
    """The end of a loser; None when it has lost nothing, since it serves."""

    def ended() -> ContainerFacts | None:
        facts = stage.facts(name)
        return facts if facts and facts.status == "exited" else None

    return _unless_it_serves(stage, name, port, ended, tr("the loser's end"), 0.05)


def _unless_it_serves(stage: Stage, name: str, port: int, fact: Callable[[], T | None], waiting_for: str, pause_s: float) -> T | None:
    """What a fact comes to be in the time that nginx takes to give up; None when the server answers itself, and has no reason to."""
    try:
        return probe.wait_until(fact, GIVES_UP_S, waiting_for, pause_s)
    except OutOfTime:
        if stage.engine.inspect(name) is None or stage.get(f"http://127.0.0.1:{port}/", asker=name) != name:
            raise
        return None


def _run(stage: Stage, name: str, port: int) -> tuple[int, str]:
    """docker run, as the guide types it, with nginx on ``port``: exit code and last line."""
    request = RunRequest(name=name, labels=stage.labels, command=nginx_command(name, str(port)))
    stage.closing.callback(stage.engine.remove, name, force=True)
    said = stage.shell(*request.argv())
    return said.exit_code, _last_line(said.text)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1][:300]


def published_twice(stage: Stage) -> dict[str, Any]:
    """The same docker run -p twice: the first is the control."""
    port = stage.port()
    first, second = stage.name("first"), stage.name("second")
    won = _publish(stage, first, port)
    winner = stage.facts(first)
    begun = monotonic()
    lost = _publish(stage, second, port)
    seconds = round(monotonic() - begun, 2)
    facts = stage.facts(second)
    return {
        "port": port,
        "first": {"code": won[0], "said": won[1], "published": bool(winner and winner.published)},
        "second": {"code": lost[0], "said": lost[1], "state": facts.status if facts else "gone", "seconds": seconds},
    }


def _publish(stage: Stage, name: str, port: int) -> tuple[int, str]:
    words = ["run", "-d", "-p", f"{port}:80", "--name", name, *stage.own_options(), "nginx"]
    stage.closing.callback(stage.engine.remove, name, force=True)
    said = stage.docker(*words)
    lines = [line for line in said.text.splitlines() if "--help" not in line]
    return said.exit_code, _last_line("\n".join(lines))


def sharing(stage: Stage) -> dict[str, Any]:
    """Two servers, one port: on two addresses of the host, and on one address with SO_REUSEPORT (socket(7))."""
    own = host.own_address()
    if own is None or own.startswith("127."):
        return lacking("own address")
    port, reused = stage.port(), stage.port()
    one = start_nginx(stage, f"127.0.0.1:{port}", f"127.0.0.1:{reused} reuseport")
    stage.settled(f"http://127.0.0.1:{port}/", one)
    two = start_nginx(stage, f"{own}:{port}", f"127.0.0.1:{reused} reuseport")
    other_answers = stage.settled(f"http://{own}:{port}/", two) == "answers"
    pages = [stage.get(f"http://127.0.0.1:{reused}/") for _ in range(REQUESTS)]
    facts = stage.facts(two)
    return {
        "own": own,
        "port": port,
        "addresses": {"127.0.0.1": stage.get(f"http://127.0.0.1:{port}/") == one, own: other_answers},
        "split": [pages.count(one), pages.count(two)],
        "third": _refusal("127.0.0.1", port),
        "second": {
            "state": facts.status if facts else "gone",
            "code": facts.exit_code if facts else 0,
            "log": _last_line(stage.log(two)),
        },
    }


def _refusal(address: str, port: int) -> str:
    """Why one more server may not have the very same place: an errno's name, "" when it may."""
    try:
        with socket.socket() as third:
            third.bind((address, port))
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))
    return ""


EXPERIMENTS: tuple[Experiment, ...] = (
    Experiment(("conflict-fails-the-run", "rm-eats-the-log"), late_loser),
    Experiment(("bridge-conflict-at-once",), published_twice),
    Experiment(("one-port-one-server",), sharing),
)
