"""Judges of two servers that want one port."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable


def conflict_fails_the_run(seen: Observation) -> Judgement:
    port = seen["port"]
    why = _no_winner(seen)
    if why:
        return untestable(why)
    loser = seen["loser"]
    if loser["code"] != 0:
        return holds(f"The docker run that took port {port} with exit code 0 ends with {loser['code']} the second time: {loser['said']}")
    if not loser["ended"] or not seen["answers_still"]:
        ended = "does not end" if loser["ended"] is None else f"ended with exit code {loser['ended']}"
        return untestable(f"no conflict over port {port} came about: the second container {ended}")
    return fails(
        f"The second docker run ended with exit code 0 and its container was {loser['state']}; {loser['seconds']} s later it gave up "
        f"with exit code {loser['ended']}, and only its log says why: {loser['log']}."
    )


def _no_winner(seen: Observation) -> str:
    winner = seen["winner"]
    if winner["code"] == 0 and winner["answered"]:
        return ""
    return f"the first server does not hold port {seen['port']}: docker run ended with {winner['code']}, {winner['said']}"


def rm_eats_the_log(seen: Observation) -> Judgement:
    why = _no_winner(seen)
    if why:
        return untestable(why)
    log = seen["with_rm"]
    if not log["log_before"]:
        return untestable("the container with --rm wrote no log that could be lost")
    if not log["gone"]:
        return untestable("the container with --rm did not end")
    if log["log_after"]:
        return fails(f"After its end the container with --rm still has a log: {log['log_after']}.")
    without = f"without --rm the log ends: {seen['loser']['log']}" if seen["loser"]["log"] else "without --rm there is no log either"
    return holds(f"While it ran, its log said: {log['log_before']}; after its end container and log are gone; {without}.")


def bridge_conflict_at_once(seen: Observation) -> Judgement:
    port, first, second = seen["port"], seen["first"], seen["second"]
    if first["code"] != 0:
        return untestable(f"the first docker run did not publish port {port}: exit code {first['code']}: {first['said']}")
    if second["code"] == 0:
        return fails(f"The second docker run that publishes port {port} ended with exit code 0, its container is {second['state']}.")
    if second["state"] in ("running", "exited"):
        return nuance(
            f"The second docker run ended with exit code {second['code']}, but its container had been started: it is {second['state']}."
        )
    return holds(f"The second docker run ended after {second['seconds']} s with exit code {second['code']}: {second['said']}.")


def one_port_one_server(seen: Observation) -> Judgement:
    port, second = seen["port"], seen["second"]
    if not seen["addresses"]["127.0.0.1"]:
        return untestable(f"the first server did not take port {port}")
    if not seen["third"]:
        return untestable(f"one more socket could be bound to 127.0.0.1:{port}: the first server does not hold it")
    one, two = seen["split"]
    by_address = all(seen["addresses"].values())
    refused = f"a further one on the very same place is refused ({seen['third']})"
    shown = [f"on two addresses ({' and '.join(seen['addresses'])}) both answer"] if by_address else []
    shown += [f"with SO_REUSEPORT {one + two} requests split {one} to {two}"] if one and two else []
    if shown:
        return nuance(f"Two servers share a port: {'; '.join(shown)}; {refused}.")
    if second["state"] == "exited" and second["code"] and "bind()" in second["log"]:
        return holds(f"The second server ended with exit code {second['code']} ({second['log']}); {refused}.")
    return untestable(f"the second server is {second['state']} and answers nothing")


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "conflict-fails-the-run": conflict_fails_the_run,
        "rm-eats-the-log": rm_eats_the_log,
        "bridge-conflict-at-once": bridge_conflict_at_once,
        "one-port-one-server": one_port_one_server,
    }
)
