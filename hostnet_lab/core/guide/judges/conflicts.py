"""Judges of two servers that want one port."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ....words import joined, tr
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable


def conflict_fails_the_run(seen: Observation) -> Judgement:
    port = seen["port"]
    why = _no_winner(seen)
    if why:
        return untestable(why)
    loser = seen["loser"]
    if loser["code"] != 0:
        return holds(
            tr(
                "The docker run that took port {port} with exit code 0 ends with {code} the second time: {said}",
                port=port,
                code=loser["code"],
                said=loser["said"],
            )
        )
    if not loser["ended"] or not seen["answers_still"]:
        if loser["ended"] is None:
            return untestable(tr("no conflict over port {port} came about: the second container does not end", port=port))
        return untestable(
            tr("no conflict over port {port} came about: the second container ended with exit code {code}", port=port, code=loser["ended"])
        )
    return fails(
        tr(
            "The second docker run ended with exit code 0 and its container was {state}; {seconds} s later it gave up "
            "with exit code {code}, and only its log says why: {log}.",
            state=loser["state"],
            seconds=loser["seconds"],
            code=loser["ended"],
            log=loser["log"],
        )
    )


def _no_winner(seen: Observation) -> str:
    winner = seen["winner"]
    if winner["code"] == 0 and winner["answered"]:
        return ""
    return tr(
        "the first server does not hold port {port}: docker run ended with {code}, {said}",
        port=seen["port"],
        code=winner["code"],
        said=winner["said"],
    )


def rm_eats_the_log(seen: Observation) -> Judgement:
    why = _no_winner(seen)
    if why:
        return untestable(why)
    log = seen["with_rm"]
    if not log["log_before"]:
        return untestable(tr("the container with --rm wrote no log that could be lost"))
    if not log["gone"]:
        return untestable(tr("the container with --rm did not end"))
    if log["log_after"]:
        return fails(tr("After its end the container with --rm still has a log: {log}.", log=log["log_after"]))
    kept = seen["loser"]["log"]
    without = tr("without --rm the log ends: {log}", log=kept) if kept else tr("without --rm there is no log either")
    return holds(
        tr(
            "While it ran, its log said: {log}; after its end container and log are gone; {without}.",
            log=log["log_before"],
            without=without,
        )
    )


def bridge_conflict_at_once(seen: Observation) -> Judgement:
    port, first, second = seen["port"], seen["first"], seen["second"]
    if first["code"] != 0:
        return untestable(
            tr(
                "the first docker run did not publish port {port}: exit code {code}: {said}",
                port=port,
                code=first["code"],
                said=first["said"],
            )
        )
    if not first.get("published", True):
        return untestable(tr("the engine published nothing for the first docker run -p"))
    code, state = second["code"], second["state"]
    if code == 0:
        return fails(
            tr("The second docker run that publishes port {port} ended with exit code 0, its container is {state}.", port=port, state=state)
        )
    if state in ("running", "exited"):
        return nuance(
            tr(
                "The second docker run ended with exit code {code}, but its container had been started: it is {state}.",
                code=code,
                state=state,
            )
        )
    return holds(
        tr(
            "The second docker run ended after {seconds} s with exit code {code}: {said}.",
            seconds=second["seconds"],
            code=code,
            said=second["said"],
        )
    )


def one_port_one_server(seen: Observation) -> Judgement:
    port, second = seen["port"], seen["second"]
    if not seen["addresses"]["127.0.0.1"]:
        return untestable(tr("the first server did not take port {port}", port=port))
    if not seen["third"]:
        return untestable(tr("one more socket could be bound to 127.0.0.1:{port}: the first server does not hold it", port=port))
    one, two = seen["split"]
    shown = []
    if all(seen["addresses"].values()):
        shown.append(tr("on two addresses ({addresses}) both answer", addresses=tr(" and ").join(seen["addresses"])))
    if one and two:
        shown.append(tr("with SO_REUSEPORT {total} requests split {one} to {two}", total=one + two, one=one, two=two))
    refused = tr("a further one on the very same place is refused ({why})", why=seen["third"])
    if shown:
        return nuance(tr("Two servers share a port: {shown}; {refused}.", shown=joined("; ", shown), refused=refused))
    if second["state"] == "exited" and second["code"] and "bind()" in second["log"]:
        return holds(
            tr(
                "The second server ended with exit code {code} ({log}); {refused}.",
                code=second["code"],
                log=second["log"],
                refused=refused,
            )
        )
    return untestable(tr("the second server is {state} and answers nothing", state=second["state"]))


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "conflict-fails-the-run": conflict_fails_the_run,
        "rm-eats-the-log": rm_eats_the_log,
        "bridge-conflict-at-once": bridge_conflict_at_once,
        "one-port-one-server": one_port_one_server,
    }
)
