"""Time requests over several paths to one server, fairly: interleaved, warmed up, rounds kept apart."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from time import perf_counter_ns

from ..core.errors import BadRequest, LabError, NoAnswer, OutOfTime
from ..core.host.timings import Series
from ..edges.command import run
from ..edges.pace import limit_s
from ..words import tr

REQUEST = "GET {page} HTTP/1.0\r\nHost: localhost\r\n\r\n"  # 1.0: the server closes, so the end is the end of the answer
LENGTH = re.compile(rb"^content-length: *(\d+)\r$", re.I | re.M)
READ = 1 << 18  # bytes at once
ROUNDS, PER_ROUND = 12, 150  # two seconds for four paths; a tenth of a request is found beside the noise of a machine in use
TIMEOUT_S = 20.0  # for one request: it takes a tenth of a millisecond, and nobody looks at the pace beside a measurement
PATIENCE_S = 60.0  # with a measuring process as a whole


def measure(
    paths: Mapping[str, tuple[str, int]],
    rounds: int = ROUNDS,
    per_round: int = PER_ROUND,
    warm_up: int = 10,
    *,
    page: str = "/",
    at_once: int = 1,
) -> list[Series]:
    """Time ``rounds`` x ``per_round`` turns for each path (name -> address, port): in each, ``at_once`` GETs of ``page``, all on new
    connections, from the first connection to the end of the last answer.

    The paths take turns within a round, and another one begins each turn, so that a busy moment meets all of them.
    The first ``warm_up`` turns are dropped. Raises NoAnswer when a path does not answer HTTP with the whole page, OutOfTime when it is
    silent.
    """
    if min(rounds, per_round, at_once) < 1:
        tried = tr("{rounds} rounds of {count}, {at_once} at once", rounds=rounds, count=per_round, at_once=at_once)
        raise BadRequest(
            tried, tr("at least one of each is needed"), tr("leave them at {rounds} and {count}", rounds=ROUNDS, count=PER_ROUND)
        )
    measured = {name: [_empty() for _ in range(rounds)] for name in paths}
    names = list(paths)
    with ThreadPoolExecutor(at_once) as pool:
        for _ in range(max(warm_up, 1)):
            for name in names:
                _time_turn(pool, at_once, name, paths[name], page)
        for number in range(rounds):
            for turn in range(per_round):
                first = turn % len(names) if names else 0
                for name in names[first:] + names[:first]:
                    measured[name][number].append(_time_turn(pool, at_once, name, paths[name], page))
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


def _time_turn(pool: Executor, at_once: int, name: str, place: tuple[str, int], page: str) -> float:
    """Microseconds until ``at_once`` requests that begin together have all been answered."""
    if at_once == 1:
        return _time_one(name, place, page)  # without a thread's start in it
    begun = perf_counter_ns()
    for answer in [pool.submit(_time_one, name, place, page) for _ in range(at_once)]:
        answer.result()
    return (perf_counter_ns() - begun) / 1000


def _time_one(name: str, place: tuple[str, int], page: str) -> float:
    """Microseconds from before the connection to the end of the answer."""
    begun = perf_counter_ns()
    try:
        with socket.create_connection(place, timeout=limit_s(TIMEOUT_S)) as connection:
            connection.sendall(REQUEST.format(page=page).encode())
            start = connection.recv(READ)
            length = len(start)
            while more := len(connection.recv(READ)):
                length += more
    except TimeoutError as error:
        raise OutOfTime(_tried(name, place), str(error), tr("run `./lab doctor`")) from error
    except OSError as error:
        raise _silent(name, place, str(error)) from error
    ended = perf_counter_ns()
    if not start.startswith(b"HTTP/"):
        raise _silent(name, place, tr("it answered {start!r}, which is not HTTP", start=start[:20]))
    promised = LENGTH.search(start)
    if start[8:12] != b" 200" or (promised and length < int(promised[1])):
        raise _silent(name, place, tr("it answered {start!r}, which is not the whole page", start=start[:20]))
    return (ended - begun) / 1000


def _silent(name: str, place: tuple[str, int], found: str) -> NoAnswer:
    return NoAnswer(_tried(name, place), found, tr("start the server of this path first"))


def _tried(name: str, place: tuple[str, int]) -> str:
    return tr("path {name!r}, a GET to {place}", name=name, place=f"{place[0]}:{place[1]}")


if __name__ == "__main__":
    main(sys.argv[1])
