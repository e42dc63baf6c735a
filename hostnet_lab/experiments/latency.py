"""Time small requests over several paths to one server, fairly: interleaved, warmed up, rounds kept apart."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from time import perf_counter_ns

from ..core.errors import BadRequest, LabError, NoAnswer, OutOfTime
from ..core.host.timings import Series
from ..edges.command import run
from ..edges.pace import limit_s
from ..words import tr

REQUEST = b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n"  # 1.0: the server closes, so the end is the end of the answer
ROUNDS, PER_ROUND = 12, 150  # two seconds for four paths; a tenth of a request is found beside the noise of a machine in use
TIMEOUT_S = 20.0  # for one request: it takes a tenth of a millisecond, and nobody looks at the pace beside a measurement
PATIENCE_S = 60.0  # with a measuring process as a whole


def measure(paths: Mapping[str, tuple[str, int]], rounds: int = ROUNDS, per_round: int = PER_ROUND, warm_up: int = 10) -> list[Series]:
    """Time ``rounds`` x ``per_round`` small GETs for each path (name -> address, port), each on a new connection.

    The paths take turns within a round, and another one begins each turn, so that a busy moment meets all of them.
    The first ``warm_up`` turns are dropped. Raises NoAnswer when a path does not answer HTTP, OutOfTime when it is
    silent.
    """
    if rounds < 1 or per_round < 1:
        tried = tr("{rounds} rounds of {count}", rounds=rounds, count=per_round)
        raise BadRequest(
            tried, tr("at least one of each is needed"), tr("leave them at {rounds} and {count}", rounds=ROUNDS, count=PER_ROUND)
        )
    for _ in range(max(warm_up, 1)):
        for name, place in paths.items():
            _time_one(name, place)
    measured = {name: [_empty() for _ in range(rounds)] for name in paths}
    names = list(paths)
    for number in range(rounds):
        for turn in range(per_round):
            first = turn % len(names) if names else 0
            for name in names[first:] + names[:first]:
                measured[name][number].append(_time_one(name, paths[name]))
    return [Series(name, tuple(tuple(one) for one in found)) for name, found in measured.items()]


def measure_behind(
    prefix: Sequence[str], paths: Mapping[str, tuple[str, int]], rounds: int = ROUNDS, per_round: int = PER_ROUND, warm_up: int = 10
) -> list[Series]:
    """The same, by a process of its own that the words of ``prefix`` start: from another network namespace."""
    asked = json.dumps({"paths": dict(paths), "rounds": rounds, "per_round": per_round, "warm_up": warm_up})
    words = [*prefix, sys.executable, "-P", "-m", __name__, asked]
    done = run(words, PATIENCE_S, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        found = (done.stderr.strip().splitlines() or [tr("exit code {code}", code=done.returncode)])[-1]
        tried = tr("time {paths} behind {prefix}", paths=", ".join(paths), prefix=" ".join(prefix))
        kind = OutOfTime if done.returncode == os.EX_TEMPFAIL else NoAnswer
        raise kind(tried, found, tr("start the server of each path first"))
    return [Series(path, tuple(map(tuple, found))) for path, found in json.loads(done.stdout).items()]


def main(asked: str) -> None:
    """What ``measure_behind`` starts: the arguments of ``measure`` as JSON; prints path -> rounds of samples."""
    try:
        print(json.dumps({one.path: one.rounds for one in measure(**json.loads(asked))}))
    except LabError as error:
        print(f"{error.tried}: {error.found}", file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL if isinstance(error, OutOfTime) else 1)


def _empty() -> list[float]:
    return []


def _time_one(name: str, place: tuple[str, int]) -> float:
    """Microseconds from before the connection to the end of the answer."""
    begun = perf_counter_ns()
    try:
        with socket.create_connection(place, timeout=limit_s(TIMEOUT_S)) as connection:
            connection.sendall(REQUEST)
            start = connection.recv(65536)
            while connection.recv(65536):
                pass
    except TimeoutError as error:
        raise OutOfTime(_tried(name, place), str(error), tr("run `./lab doctor`")) from error
    except OSError as error:
        raise _silent(name, place, str(error)) from error
    ended = perf_counter_ns()
    if not start.startswith(b"HTTP/"):
        raise _silent(name, place, tr("it answered {start!r}, which is not HTTP", start=start[:20]))
    return (ended - begun) / 1000


def _silent(name: str, place: tuple[str, int], found: str) -> NoAnswer:
    return NoAnswer(_tried(name, place), found, tr("start the server of this path first"))


def _tried(name: str, place: tuple[str, int]) -> str:
    return tr("path {name!r}, a GET to {place}", name=name, place=f"{place[0]}:{place[1]}")


if __name__ == "__main__":
    main(sys.argv[1])
