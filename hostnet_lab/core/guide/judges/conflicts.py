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
            tr("The second docker run failed on port {port}, which the first one had taken.", port=port),
            tr("exit code {code}: {said}", code=loser["code"], said=loser["said"]),
        )
    if not loser["ended"] or not seen["answers_still"]:
        if loser["ended"] is None:
            return untestable(tr("no conflict over port {port} came about: the second container does not end", port=port))
        return untestable(
            tr("no conflict over port {port} came about: the second container ended with exit code {code}", port=port, code=loser["ended"])
        )
    return fails(
        tr("The second docker run reported success; seconds later its server gave up, and only its log says why."),
        tr(
            "docker run: exit code 0, its container {state}; after {seconds} s the container's exit code {code}; its log: {log}",
            state=loser["state"],
            seconds=loser["seconds"],
            code=loser["ended"],
            log=loser["log"],
        ),
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
        return fails(tr("After its end the container with --rm still has a log."), tr("its log: {log}", log=log["log_after"]))
    before, kept = tr("while it ran, its log said: {log}", log=log["log_before"]), seen["loser"]["log"]
    if not kept:
        return holds(tr("The container with --rm took its log with it; without --rm there is none here either."), before)
    without = tr("without --rm the log ends: {log}", log=kept)
    return holds(tr("The container with --rm took its log with it; without --rm the log is still there."), joined("; ", (before, without)))


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
            tr("The second docker run that publishes port {port} reported success.", port=port),
            tr("exit code 0, its container is {state}", state=state),
        )
    if state in ("running", "exited"):
        return nuance(
            tr("The second docker run that publishes port {port} failed, but its container had been started.", port=port),
            tr("exit code {code}, its container is {state}", code=code, state=state),
        )
    return holds(
        tr("The second docker run that publishes port {port} failed at once, and started nothing.", port=port),
        tr("after {seconds} s exit code {code}: {said}", seconds=second["seconds"], code=code, said=second["said"]),
    )


def one_port_one_server(seen: Observation) -> Judgement:
    port, second = seen["port"], seen["second"]
    if not seen["addresses"]["127.0.0.1"]:
        return untestable(tr("the first server did not take port {port}", port=port))
    if not seen["third"]:
        return untestable(tr("one more socket could be bound to 127.0.0.1:{port}: the first server does not hold it", port=port))
    one, two = seen["split"]
    apart, shared = all(seen["addresses"].values()), one and two
    refused = tr("one more on the very same place: {why}", why=seen["third"])
    figures = [tr("both answer: {addresses}", addresses=", ".join(seen["addresses"]))] if apart else []
    figures += [tr("with SO_REUSEPORT {total} requests split {one} to {two}", total=one + two, one=one, two=two)] if shared else []
    if apart and shared:
        said = tr("Two servers had one port: on two addresses, and on one where both had asked to share it; one more was refused.")
        return nuance(said, joined("; ", [*figures, refused]))
    if apart or shared:
        said = tr("Two servers had one port, on one address, since both had asked to share it; one more was refused.")
        if apart:
            said = tr("Two servers had one port, each on an address of its own; one more was refused.")
        return nuance(said, joined("; ", [*figures, refused]))
    if second["state"] == "exited" and second["code"] and "bind()" in second["log"]:
        ended = tr("exit code {code}, its log: {log}", code=second["code"], log=second["log"])
        return holds(tr("The second server found the port taken, and ended; one more was refused as well."), joined("; ", (ended, refused)))
    return untestable(tr("the second server is {state} and answers nothing", state=second["state"]))


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "conflict-fails-the-run": conflict_fails_the_run,
        "rm-eats-the-log": rm_eats_the_log,
        "bridge-conflict-at-once": bridge_conflict_at_once,
        "one-port-one-server": one_port_one_server,
    }
)
