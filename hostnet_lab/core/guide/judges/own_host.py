"""Judges of the experiments that need a host of their own. Each looks at its controls first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ....words import joined, tr
from ...host.network import Change, Moments, counted, read_moments
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from . import neighbour, settings
from .paths import faster_for_a_lan_client


def multicast(seen: Observation) -> Judgement:
    sent, sender, group = seen["sent"], seen["sender"], seen["group"]
    if sent not in seen["host"]:
        return untestable(tr("what {sender} sent to {group} reached no process on the host either", sender=sender, group=group))
    if seen["control"] not in seen["bridge"]:
        return untestable(tr("the listener on the bridge missed also what was sent to {group} on the bridge itself", group=group))
    if sent not in seen["host_mode"]:
        return fails(
            tr("what another machine sent to the group was heard by a process of the host, and not in host mode"),
            tr("{sender} to {group}", sender=sender, group=group),
        )
    if sent in seen["bridge"]:
        said = tr("what another machine sent to the group was heard in host mode, and on the bridge as well")
        return fails(said, tr("{sender} to {group}", sender=sender, group=group))
    return holds(
        tr("what another machine sent to the group was heard in host mode, and not on the bridge"),
        tr("{sender} to {group}", sender=sender, group=group),
    )


def reads_loopback_traffic(seen: Observation) -> Judgement:
    sent = seen["sent"]
    if not seen["answered"]:
        return untestable(tr("the request with the token was not answered, so there was nothing to read"))
    if not seen["host_mode_ready"]:
        said = seen["host_mode_said"]
        if seen["host_mode_refused"] == "packet-socket":
            return fails(tr("in host mode no packet socket opens"), said)
        return untestable(tr("the listener in host mode did not start: {said}", said=said or tr("no word")))
    if sent in seen["bridge"]:
        return untestable(tr("the container on the bridge heard the token {token} too: the two networks are not apart", token=sent))
    if seen["bridge_ready"] and seen["control"] not in seen["bridge"]:
        return untestable(tr("the listener on the bridge did not hear its own traffic either"))
    if sent not in seen["host_mode"]:
        said = tr("a token went over the host's loopback, and the container in host mode listened without hearing it")
        return fails(said, tr("token {token}", token=sent))
    figures = tr("token {token}; the bridge heard {heard}", token=sent, heard=", ".join(seen["bridge"]) or tr("nothing"))
    return holds(tr("a token that went over the host's loopback was read in host mode, and not on the bridge"), figures)


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
            tr("a rule that drops in INPUT silenced a process of the host, but not the server in host mode"),
            tr("port {port}, asked by {client}", port=port, client=client),
        )
    drops = seen["INPUT"]["dropped"]["host_mode"]
    figures = tr("packets of {client} for port {port} that the rule dropped: {drops}", client=client, port=port, drops=drops)
    if seen["INPUT"]["published"]:
        return fails(tr("a rule that drops in INPUT silenced the server in host mode; the published port still answered"), figures)
    return fails(tr("a rule that drops in INPUT silenced the server in host mode, and the published port as well"), figures)


def published_bypasses_input(seen: Observation) -> Judgement:
    amiss = _firewall_controls(seen)
    if amiss:
        return untestable(amiss)
    port, drops = seen["ports"]["published"], seen["INPUT"]["dropped"]["published"]
    if not seen["INPUT"]["published"]:
        return fails(tr("a rule that drops in INPUT silenced the published port"), _dropped(port, drops))
    found = tr("a rule that drops in INPUT did not silence the published port")
    return holds(joined("; ", (found, _docker_user(seen["DOCKER-USER"]))), _dropped(port, drops))


def docker_user_filters(seen: Observation) -> Judgement:
    amiss = _firewall_controls(seen)
    if amiss:
        return untestable(amiss)
    user, port, backend = seen["DOCKER-USER"], seen["ports"]["published"], seen.get("backend") or tr("not named")
    figures = tr("port {port}; the engine's firewall backend: {backend}", port=port, backend=backend)
    if not user["rules_set"]:
        return fails(tr("there is no chain DOCKER-USER"), figures)
    if user["published"]:
        return fails(tr("a rule that drops in DOCKER-USER did not silence the published port"), figures)
    if not user["dropped"]["published"]:
        return untestable(tr("the published port fell silent, but the rule in DOCKER-USER met no packet"))
    if not user["host_mode"]:
        return nuance(tr("a rule that drops in DOCKER-USER silenced the published port, and the server in host mode as well"), figures)
    return holds(tr("a rule that drops in DOCKER-USER silenced the published port, and not the server in host mode"), figures)


def _dropped(port: int, drops: int) -> str:
    return tr("packets for port {port} that the rule in INPUT dropped: {drops}", port=port, drops=drops)


def _docker_user(user: Mapping[str, Any]) -> str:
    if not user["rules_set"]:
        return tr("there is no chain DOCKER-USER")
    if user["published"] or not user["dropped"]["published"]:
        return tr("one in DOCKER-USER did not silence it either")
    if user["host_mode"]:
        return tr("one in DOCKER-USER silenced it, and not the server in host mode")
    return tr("one in DOCKER-USER silenced it, and the server in host mode as well")


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
        return fails(tr("after a container in host mode was removed, something of it was left"), _listed(host_mode.after))
    if publishing.after:
        return nuance(tr("nothing was left of host mode, but something of a published port"), _listed(publishing.after))
    return holds(
        tr("after removal the host's network was the same again, both after host mode and after -p"),
        tr("meanwhile, in host mode: {host}; with -p: {published}", host=came[0], published=came[1]),
    )


def host_mode_adds_one_listener(seen: Observation) -> Judgement:
    amiss = _snapshot_controls(seen)
    if amiss:
        return untestable(amiss)
    host_mode, publishing = _moments(seen)
    if any(change.kind != "listener" or not change.added for change in host_mode.during):
        return fails(tr("host mode changed more than a listener"), _listed(host_mode.during))
    listeners, changes = ", ".join(change.what for change in host_mode.during), counted(publishing.during)
    figures = tr("host mode: {listeners}; -p: {changes}", listeners=listeners, changes=changes)
    return holds(tr("host mode added a listener and nothing else; a published port changes more"), figures)


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
            said = tr("where users are mapped, docker run --network host was not refused, and its server answered")
            return holds(said, tr("root is user {user}", user=user))
        return untestable(
            tr("with root mapped to user {user}, docker run --network host was not refused, but its server did not answer", user=user)
        )
    refusal = tr("root is user {user}; exit code {code}: {said}", user=user, code=plain["exit_code"], said=plain["said"])
    if lifted["exit_code"]:
        said = tr("where users are mapped, docker run --network host is refused, with --userns=host as well")
        again = tr("with --userns=host: exit code {code}", code=lifted["exit_code"])
        return fails(said, joined("; ", (refusal, again)))
    if not lifted["answered"]:
        return untestable(tr("the container with --userns=host started, but its server did not answer"))
    return nuance(tr("where users are mapped, docker run --network host is refused; with --userns=host it runs and answers"), refusal)


def swarm_services(seen: Observation) -> Judgement:
    pair = seen["two_tasks"]
    if not pair["answered"]:
        if pair["exit_code"] or any(task.startswith("Rejected") for task in pair["tasks"]):
            return fails(tr("a service in host mode is refused"), pair["said"] or "; ".join(pair["tasks"]))
        tasks = ", ".join(pair["tasks"]) or tr("none")
        return untestable(tr("a service in host mode was made and did not answer; its tasks: {tasks}", tasks=tasks))
    limits: list[str] = []
    running, total = sum(task.startswith("Running") for task in pair["tasks"]), len(pair["tasks"])
    figures = [tr("tasks: {total}, nodes: {nodes}, running: {running}", total=total, nodes=seen["nodes"], running=running)]
    if running < total:
        limits.append(tr("of its tasks on one port not all ran"))
    published = seen["published"]
    if not published["answered"]:
        limits.append(tr("with -p it did not"))
        why = published["said"] or "; ".join(published["tasks"]) or tr("no task")
        figures.append(tr("with -p: exit code {code}: {why}", code=published["exit_code"], why=why))
    if not limits:
        return holds(tr("a service in host mode answered, all its tasks ran, and -p was accepted"), figures[0])
    if seen["published_in_mode_host"]["answered"]:
        figures.append(tr("published in mode host, it answered"))
    return nuance(joined("; ", [tr("a service in host mode answered"), *limits]), joined("; ", figures))


def rootless_reaches_you(seen: Observation) -> Judgement:
    port, version = seen["port"], seen["version"]
    if not seen["inside"]:
        return untestable(tr("the server did not answer in its own namespace either"))
    if seen["here"]:
        said = tr("a port that was opened in host mode on a rootless engine answered on the host")
        return holds(said, tr("port {port}, engine {version}", port=port, version=version))
    return fails(
        tr("a port that was opened in host mode on a rootless engine answered inside the container only"),
        tr("port {port}, engine {version}", port=port, version=version),
    )


JUDGES: Mapping[str, Judge] = {
    "multicast": multicast,
    "reads-loopback-traffic": reads_loopback_traffic,
    "bypasses-the-firewall": bypasses_the_firewall,
    "published-bypasses-input": published_bypasses_input,
    "docker-user-filters": docker_user_filters,
    **neighbour.JUDGES,
    **settings.JUDGES,
    "clean-up-restores": clean_up_restores,
    "host-mode-adds-one-listener": host_mode_adds_one_listener,
    "userns-remap": userns_remap,
    "swarm-services": swarm_services,
    "rootless-reaches-you": rootless_reaches_you,
    "faster-for-a-lan-client": faster_for_a_lan_client,
}
