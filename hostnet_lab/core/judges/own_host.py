"""Judges of the experiments that need a host of their own. Each looks at its controls first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..network import KINDS, Change, counted
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from .paths import faster_for_a_lan_client


def multicast(seen: Observation) -> Judgement:
    sent, sender, group = seen["sent"], seen["sender"], seen["group"]
    if sent not in seen["host"]:
        return untestable(f"what {sender} sent to {group} reached no process on the host either")
    if seen["control"] not in seen["bridge"]:
        return untestable(f"the listener on the bridge missed also what was sent to {group} on the bridge itself")
    if sent not in seen["host_mode"]:
        return fails(f"a process on the host heard what {sender} sent to {group}, the container in host mode did not")
    if sent in seen["bridge"]:
        return fails(f"what {sender} sent to {group} was heard in host mode, and on the bridge as well")
    return holds(f"what {sender} sent to {group} was heard in host mode; on the bridge only what was sent on the bridge was")


def reads_loopback_traffic(seen: Observation) -> Judgement:
    sent = seen["sent"]
    if not seen["answered"]:
        return untestable("the request with the token was not answered, so there was nothing to read")
    if not seen["host_mode_ready"]:
        said = seen["host_mode_said"]
        refused = said.startswith("no packet socket")
        return (
            fails(f"in host mode there is {said}")
            if refused
            else untestable(f"the listener in host mode did not start: {said or 'no word'}")
        )
    if sent in seen["bridge"]:
        return untestable(f"the container on the bridge heard the token {sent} too: the two networks are not apart")
    if seen["bridge_ready"] and seen["control"] not in seen["bridge"]:
        return untestable("the listener on the bridge did not hear its own traffic either")
    if sent not in seen["host_mode"]:
        return fails(f"the token {sent} went over 127.0.0.1, and the container in host mode listened without hearing it")
    return holds(f"the token {sent}, sent over 127.0.0.1, was read in host mode; the bridge heard {', '.join(seen['bridge']) or 'nothing'}")


SERVERS = {"process": "a process of the host", "host_mode": "host mode", "published": "the published port"}


def _firewall_controls(seen: Observation) -> str:
    """What is amiss with the arrangement, or "": all answer without rules, and the rules silence an ordinary process."""
    for when in ("before", "after"):
        mute = [words for which, words in SERVERS.items() if not seen[when][which]]
        if mute:
            return f"{' and '.join(mute)} did not answer {when} the rules either"
    if not seen["INPUT"]["rules_set"]:
        return "the DROP rules could not be put into INPUT"
    if seen["INPUT"]["process"] or not seen["INPUT"]["dropped"]["process"]:
        return "DROP in INPUT did not silence a process of the host either: it shows nothing"
    mute = [words for which, words in SERVERS.items() if not seen["INPUT"][which] and not seen["INPUT"]["dropped"][which]]
    return f"{' and '.join(mute)} fell silent, but the rule in INPUT met no packet" if mute else ""


def bypasses_the_firewall(seen: Observation) -> Judgement:
    amiss = _firewall_controls(seen)
    if amiss:
        return untestable(amiss)
    port, client = seen["ports"]["host_mode"], seen["client"]
    if seen["INPUT"]["host_mode"]:
        return holds(f"DROP in INPUT silenced a process of the host, but not host mode on port {port}, asked by {client}")
    other = "still answered" if seen["INPUT"]["published"] else "did not answer either"
    drops = seen["INPUT"]["dropped"]["host_mode"]
    return fails(f"DROP in INPUT met {drops} packet(s) of {client} for port {port} and silenced host mode; the published port {other}")


def published_bypasses_input(seen: Observation) -> Judgement:
    amiss = _firewall_controls(seen)
    if amiss:
        return untestable(amiss)
    port, drops = seen["ports"]["published"], seen["INPUT"]["dropped"]["published"]
    if not seen["INPUT"]["published"]:
        return fails(f"DROP in INPUT met {drops} packet(s) for the published port {port} and silenced it")
    user = seen["DOCKER-USER"]
    word = "there is no chain DOCKER-USER" if not user["rules_set"] else "DROP in DOCKER-USER did not silence it either"
    if user["rules_set"] and not user["published"] and user["dropped"]["published"]:
        word = f"DROP in DOCKER-USER silenced it, and {'not ' if user['host_mode'] else ''}host mode"
    silent = "a process of the host" if seen["INPUT"]["host_mode"] else "host mode"
    return holds(f"DROP in INPUT silenced {silent}, the published port {port} still answered (its rule met {drops} packets); {word}")


def _unlike(entries: Sequence[Sequence[Any]]) -> list[Change]:
    return [Change(kind, added, what) for kind, added, what in entries if kind in KINDS]


def _snapshot_controls(seen: Observation) -> str:
    for which, name in (("host_mode", "host mode"), ("publishing", "the published port")):
        if not seen[which]["answered"]:
            return f"nginx behind {name} did not answer"
        blind = [one for one in seen[which]["unseen"] if not one.startswith("the processes of")]
        if blind:
            return f"a snapshot did not see everything: {'; '.join(blind)}"
    port = seen["host_mode"]["port"]
    if not any(change.kind == "listener" and f":{port}/" in change.what for change in _unlike(seen["host_mode"]["during"])):
        return f"a server answered in host mode, and no snapshot showed a listener on its port {port}"
    if all(change.kind == "listener" for change in _unlike(seen["publishing"]["during"])):
        return "a published port answered, and no snapshot showed a link or a rule of it"
    return ""


def clean_up_restores(seen: Observation) -> Judgement:
    amiss = _snapshot_controls(seen)
    if amiss:
        return untestable(amiss)
    left, other = (_unlike(seen[which]["after"]) for which in ("host_mode", "publishing"))
    came = [counted(_unlike(seen[which]["during"])) for which in ("host_mode", "publishing")]
    if left:
        return fails(f"after a container in host mode was removed: {_listed(left)}")
    if other:
        return nuance(f"nothing of host mode was left ({came[0]}), but of a published port: {_listed(other)}")
    return holds(f"after removal the host's network was the same again, both after host mode ({came[0]}) and after -p ({came[1]})")


def host_mode_adds_one_listener(seen: Observation) -> Judgement:
    amiss = _snapshot_controls(seen)
    if amiss:
        return untestable(amiss)
    during, other = (_unlike(seen[which]["during"]) for which in ("host_mode", "publishing"))
    if any(change.kind != "listener" or not change.added for change in during):
        return fails(f"host mode changed more than a listener: {_listed(during)}")
    return holds(f"host mode: {', '.join(change.what for change in during)} and nothing else; -p: {counted(other)}")


def _listed(changes: Sequence[Change]) -> str:
    return "; ".join(map(str, changes))


def userns_remap(seen: Observation) -> Judgement:
    user_map = seen["bridge_user_map"]
    if not any("userns" in option for option in seen["security_options"]) or len(user_map) < 3 or user_map[1] == "0":
        return untestable(f"the engine does not map users: the map in a bridge container is {' '.join(user_map) or 'unknown'}")
    plain, lifted = seen["host_mode"], seen["with_userns_host"]
    mapped = f"with root mapped to user {user_map[1]}"
    if plain["exit_code"] == 0:
        if not plain["answered"]:
            return untestable(f"{mapped}, docker run --network host was not refused, but its server did not answer")
        return holds(f"{mapped}, docker run --network host was not refused, and its server answered")
    refusal = f"{mapped}, docker run --network host ends with exit code {plain['exit_code']} ({plain['said']})"
    if lifted["exit_code"]:
        return fails(f"{refusal}, and so with --userns=host: exit code {lifted['exit_code']}")
    if not lifted["answered"]:
        return untestable("the container with --userns=host started, but its server did not answer")
    return nuance(f"{refusal}; with --userns=host it runs and answers")


def swarm_services(seen: Observation) -> Judgement:
    pair = seen["two_tasks"]
    if not pair["answered"]:
        if pair["exit_code"] or any(task.startswith("Rejected") for task in pair["tasks"]):
            return fails(f"a service in host mode is refused: {pair['said'] or '; '.join(pair['tasks'])}")
        return untestable(f"a service in host mode was made and did not answer; its tasks: {', '.join(pair['tasks']) or 'none'}")
    limits = []
    running = sum(task.startswith("Running") for task in pair["tasks"])
    if running < len(pair["tasks"]):
        limits.append(f"of {len(pair['tasks'])} tasks on one port and {seen['nodes']} node {running} ran")
    published = seen["published"]
    if not published["answered"]:
        why = published["said"] or "; ".join(published["tasks"]) or "no task"
        limits.append(f"with -p, docker service create ended with exit code {published['exit_code']}: {why}")
    in_mode_host = seen["published_in_mode_host"]
    if in_mode_host["answered"] and limits:
        limits.append("published in mode host, it answered")
    if not limits:
        return holds(f"a service in host mode answered, {running} tasks ran, -p was accepted")
    return nuance(f"a service in host mode answered; {'; '.join(limits)}")


def rootless_reaches_you(seen: Observation) -> Judgement:
    port, version = seen["port"], seen["version"]
    if not seen["inside"]:
        return untestable("the server did not answer in its own namespace either")
    if seen["here"]:
        return holds(f"port {port}, opened in host mode on rootless engine {version}, answered on the host")
    return fails(f"port {port}, opened in host mode on rootless engine {version}, answered inside the container only")


JUDGES: Mapping[str, Judge] = {
    "multicast": multicast,
    "reads-loopback-traffic": reads_loopback_traffic,
    "bypasses-the-firewall": bypasses_the_firewall,
    "published-bypasses-input": published_bypasses_input,
    "clean-up-restores": clean_up_restores,
    "host-mode-adds-one-listener": host_mode_adds_one_listener,
    "userns-remap": userns_remap,
    "swarm-services": swarm_services,
    "rootless-reaches-you": rootless_reaches_you,
    "faster-for-a-lan-client": faster_for_a_lan_client,
}
