"""Judges of the experiments that need a host of their own. Each looks at its controls first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....words import joined, tr
from ...host.network import Change, Moments, counted, read_moments
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from .paths import faster_for_a_lan_client


def multicast(seen: Observation) -> Judgement:
    sent, sender, group = seen["sent"], seen["sender"], seen["group"]
    if sent not in seen["host"]:
        return untestable(tr("what {sender} sent to {group} reached no process on the host either", sender=sender, group=group))
    if seen["control"] not in seen["bridge"]:
        return untestable(tr("the listener on the bridge missed also what was sent to {group} on the bridge itself", group=group))
    if sent not in seen["host_mode"]:
        return fails(
            tr(
                "a process on the host heard what {sender} sent to {group}, the container in host mode did not",
                sender=sender,
                group=group,
            )
        )
    if sent in seen["bridge"]:
        return fails(tr("what {sender} sent to {group} was heard in host mode, and on the bridge as well", sender=sender, group=group))
    return holds(
        tr(
            "what {sender} sent to {group} was heard in host mode; on the bridge only what was sent on the bridge was",
            sender=sender,
            group=group,
        )
    )


def reads_loopback_traffic(seen: Observation) -> Judgement:
    sent = seen["sent"]
    if not seen["answered"]:
        return untestable(tr("the request with the token was not answered, so there was nothing to read"))
    if not seen["host_mode_ready"]:
        said = seen["host_mode_said"]
        if seen["host_mode_refused"] == "packet-socket":
            return fails(tr("in host mode there is no packet socket: {said}", said=said))
        return untestable(tr("the listener in host mode did not start: {said}", said=said or tr("no word")))
    if sent in seen["bridge"]:
        return untestable(tr("the container on the bridge heard the token {token} too: the two networks are not apart", token=sent))
    if seen["bridge_ready"] and seen["control"] not in seen["bridge"]:
        return untestable(tr("the listener on the bridge did not hear its own traffic either"))
    if sent not in seen["host_mode"]:
        return fails(tr("the token {token} went over 127.0.0.1, and the container in host mode listened without hearing it", token=sent))
    heard = ", ".join(seen["bridge"]) or tr("nothing")
    return holds(tr("the token {token}, sent over 127.0.0.1, was read in host mode; the bridge heard {heard}", token=sent, heard=heard))


SERVERS = {"process": tr("a process of the host"), "host_mode": tr("host mode"), "published": tr("the published port")}


def _firewall_controls(seen: Observation) -> str:
    """What is amiss with the arrangement, or "": all answer without rules, and the rules silence an ordinary process."""
    mute = [words for which, words in SERVERS.items() if not seen["before"][which]]
    if mute:
        return tr("{servers} did not answer before the rules either", servers=tr(" and ").join(mute))
    mute = [words for which, words in SERVERS.items() if not seen["after"][which]]
    if mute:
        return tr("{servers} did not answer after the rules either", servers=tr(" and ").join(mute))
    if not seen["INPUT"]["rules_set"]:
        return tr("the DROP rules could not be put into INPUT")
    if seen["INPUT"]["process"] or not seen["INPUT"]["dropped"]["process"]:
        return tr("DROP in INPUT did not silence a process of the host either: it shows nothing")
    mute = [words for which, words in SERVERS.items() if not seen["INPUT"][which] and not seen["INPUT"]["dropped"][which]]
    return tr("{servers} fell silent, but the rule in INPUT met no packet", servers=tr(" and ").join(mute)) if mute else ""


def bypasses_the_firewall(seen: Observation) -> Judgement:
    amiss = _firewall_controls(seen)
    if amiss:
        return untestable(amiss)
    port, client = seen["ports"]["host_mode"], seen["client"]
    if seen["INPUT"]["host_mode"]:
        return holds(
            tr(
                "DROP in INPUT silenced a process of the host, but not host mode on port {port}, asked by {client}",
                port=port,
                client=client,
            )
        )
    drops = seen["INPUT"]["dropped"]["host_mode"]
    found = tr(
        "DROP in INPUT met {drops} packet(s) of {client} for port {port} and silenced host mode", drops=drops, client=client, port=port
    )
    if seen["INPUT"]["published"]:
        return fails(tr("{found}; the published port still answered", found=found))
    return fails(tr("{found}; the published port did not answer either", found=found))


def published_bypasses_input(seen: Observation) -> Judgement:
    amiss = _firewall_controls(seen)
    if amiss:
        return untestable(amiss)
    port, drops = seen["ports"]["published"], seen["INPUT"]["dropped"]["published"]
    if not seen["INPUT"]["published"]:
        return fails(tr("DROP in INPUT met {drops} packet(s) for the published port {port} and silenced it", drops=drops, port=port))
    if seen["INPUT"]["host_mode"]:
        found = tr(
            "DROP in INPUT silenced a process of the host, the published port {port} still answered (its rule met {drops} packets)",
            port=port,
            drops=drops,
        )
    else:
        found = tr(
            "DROP in INPUT silenced host mode, the published port {port} still answered (its rule met {drops} packets)",
            port=port,
            drops=drops,
        )
    return holds(joined("; ", (found, _docker_user(seen["DOCKER-USER"]))))


def _docker_user(user: Mapping[str, Any]) -> str:
    if not user["rules_set"]:
        return tr("there is no chain DOCKER-USER")
    if user["published"] or not user["dropped"]["published"]:
        return tr("DROP in DOCKER-USER did not silence it either")
    if user["host_mode"]:
        return tr("DROP in DOCKER-USER silenced it, and not host mode")
    return tr("DROP in DOCKER-USER silenced it, and host mode")


def _moments(seen: Observation) -> tuple[Moments, Moments]:
    """Of host mode, and of a published port."""
    return read_moments(seen["before"], seen["host_mode"]), read_moments(seen["before"], seen["publishing"])


def _snapshot_controls(seen: Observation) -> str:
    host_mode, publishing = _moments(seen)
    for which, moments, silent in (
        ("host_mode", host_mode, tr("nginx behind host mode did not answer")),
        ("publishing", publishing, tr("nginx behind the published port did not answer")),
    ):
        if not seen[which]["answered"]:
            return silent
        blind = [str(one) for one in moments.unseen if one.what != "processes"]  # of their names no claim speaks
        if blind:
            return tr("a snapshot did not see everything: {unseen}", unseen=joined("; ", blind))
    port = seen["host_mode"]["port"]
    if not any(change.kind == "listener" and f":{port}/" in change.what for change in host_mode.during):
        return tr("a server answered in host mode, and no snapshot showed a listener on its port {port}", port=port)
    if all(change.kind == "listener" for change in publishing.during):
        return tr("a published port answered, and no snapshot showed a link or a rule of it")
    return ""


def clean_up_restores(seen: Observation) -> Judgement:
    amiss = _snapshot_controls(seen)
    if amiss:
        return untestable(amiss)
    host_mode, publishing = _moments(seen)
    came = [counted(one.during) for one in (host_mode, publishing)]
    if host_mode.after:
        return fails(tr("after a container in host mode was removed: {changes}", changes=_listed(host_mode.after)))
    if publishing.after:
        changes = _listed(publishing.after)
        return nuance(tr("nothing of host mode was left ({came}), but of a published port: {changes}", came=came[0], changes=changes))
    return holds(
        tr(
            "after removal the host's network was the same again, both after host mode ({host}) and after -p ({published})",
            host=came[0],
            published=came[1],
        )
    )


def host_mode_adds_one_listener(seen: Observation) -> Judgement:
    amiss = _snapshot_controls(seen)
    if amiss:
        return untestable(amiss)
    host_mode, publishing = _moments(seen)
    if any(change.kind != "listener" or not change.added for change in host_mode.during):
        return fails(tr("host mode changed more than a listener: {changes}", changes=_listed(host_mode.during)))
    listeners, changes = ", ".join(change.what for change in host_mode.during), counted(publishing.during)
    return holds(tr("host mode: {listeners} and nothing else; -p: {changes}", listeners=listeners, changes=changes))


def _listed(changes: Sequence[Change]) -> str:
    return joined("; ", map(str, changes))


def userns_remap(seen: Observation) -> Judgement:
    user_map = seen["bridge_user_map"]
    if not any("userns" in option for option in seen["security_options"]) or len(user_map) < 3 or user_map[1] == "0":
        shown = " ".join(user_map) or tr("unknown")
        return untestable(tr("the engine does not map users: the map in a bridge container is {map}", map=shown))
    plain, lifted, user = seen["host_mode"], seen["with_userns_host"], user_map[1]
    if plain["exit_code"] == 0:
        if plain["answered"]:
            return holds(
                tr("with root mapped to user {user}, docker run --network host was not refused, and its server answered", user=user)
            )
        return untestable(
            tr("with root mapped to user {user}, docker run --network host was not refused, but its server did not answer", user=user)
        )
    refusal = tr(
        "with root mapped to user {user}, docker run --network host ends with exit code {code} ({said})",
        user=user,
        code=plain["exit_code"],
        said=plain["said"],
    )
    if lifted["exit_code"]:
        return fails(tr("{refusal}, and so with --userns=host: exit code {code}", refusal=refusal, code=lifted["exit_code"]))
    if not lifted["answered"]:
        return untestable(tr("the container with --userns=host started, but its server did not answer"))
    return nuance(tr("{refusal}; with --userns=host it runs and answers", refusal=refusal))


def swarm_services(seen: Observation) -> Judgement:
    pair = seen["two_tasks"]
    if not pair["answered"]:
        if pair["exit_code"] or any(task.startswith("Rejected") for task in pair["tasks"]):
            return fails(tr("a service in host mode is refused: {said}", said=pair["said"] or "; ".join(pair["tasks"])))
        tasks = ", ".join(pair["tasks"]) or tr("none")
        return untestable(tr("a service in host mode was made and did not answer; its tasks: {tasks}", tasks=tasks))
    limits = []
    running = sum(task.startswith("Running") for task in pair["tasks"])
    if running < len(pair["tasks"]):
        total, nodes = len(pair["tasks"]), seen["nodes"]
        limits.append(tr("of {total} tasks on one port and {nodes} node {running} ran", total=total, nodes=nodes, running=running))
    published = seen["published"]
    if not published["answered"]:
        why = published["said"] or "; ".join(published["tasks"]) or tr("no task")
        limits.append(tr("with -p, docker service create ended with exit code {code}: {why}", code=published["exit_code"], why=why))
    in_mode_host = seen["published_in_mode_host"]
    if in_mode_host["answered"] and limits:
        limits.append(tr("published in mode host, it answered"))
    if not limits:
        return holds(tr("a service in host mode answered, {running} tasks ran, -p was accepted", running=running))
    return nuance(tr("a service in host mode answered; {limits}", limits=joined("; ", limits)))


def rootless_reaches_you(seen: Observation) -> Judgement:
    port, version = seen["port"], seen["version"]
    if not seen["inside"]:
        return untestable(tr("the server did not answer in its own namespace either"))
    if seen["here"]:
        return holds(tr("port {port}, opened in host mode on rootless engine {version}, answered on the host", port=port, version=version))
    return fails(
        tr("port {port}, opened in host mode on rootless engine {version}, answered inside the container only", port=port, version=version)
    )


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
