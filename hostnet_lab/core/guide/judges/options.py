"""Judges of options and network commands in host mode: by exit codes and what came of them, never by the wording."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ....words import joined, tr
from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from . import rights


def _first_line(words: str) -> str:
    return next((line.strip().rstrip(".") for line in words.splitlines() if line.strip()), tr("no reason given"))


def _p_is_ignored(seen: Observation) -> Judgement:
    run, asked, port = seen["p"], seen["asked"], seen["asked_port"]
    if run["exit_code"]:
        if not seen["without"]["answers"]:
            return untestable(tr("docker run in host mode did not work without -p either"))
        said = tr("In host mode docker run refuses -p; without it the same server answers.")
        return fails(said, tr("exit code {code}", code=run["exit_code"]))
    if run["network_mode"] != "host" or not run["answers"]:
        return untestable(tr("the server did not answer on its own port {port} in host mode", port=run["port"]))
    if port["page"] == run["name"]:
        return fails(tr("Port {asked}, asked for by -p, leads to the server on port {port}.", asked=asked, port=run["port"]))
    if port["accepts"]:
        return untestable(tr("port {port} is held by somebody else", port=asked))
    if run["published"]:
        return fails(tr("The engine says that it has published {ports}.", ports=", ".join(run["published"])))
    kept = tr("HostConfig keeps {ports}", ports=", ".join(run["asked"])) if run["asked"] else tr("HostConfig keeps nothing of it")
    figures = [tr("exit code 0, {kept}, Ports is empty", kept=kept)]
    figures += [tr("docker-py refuses instead: {said}", said=seen["docker_py"])] if seen["docker_py"] else []
    if not run["warning"]:
        said = tr("The server answers on its own port {port} and not on {asked}; docker says nothing of it.", port=run["port"], asked=asked)
        return nuance(said, joined("; ", figures))
    said = tr("The server answers on its own port {port} and not on {asked}; docker warns that it drops -p.", port=run["port"], asked=asked)
    return holds(said, joined("; ", [run["warning"], *figures]))


def _publish_all_warns(seen: Observation) -> Judgement:
    run = seen["P"]
    if run["exit_code"] or run["network_mode"] != "host" or not run["answers"]:
        return untestable(tr("with -P the server did not come to run in host mode (exit code {code})", code=run["exit_code"]))
    if run["published"]:
        return fails(tr("-P is not ignored: the engine has published {ports}.", ports=", ".join(run["published"])))
    if run["warning"]:
        return holds(tr("-P publishes nothing, and docker warns of it."), run["warning"])
    if seen["p"]["warning"]:
        said = tr("-P publishes nothing, and docker says nothing of it; for an explicit -p it warns.")
    else:
        said = tr("-P publishes nothing, and docker says nothing of it, as for an explicit -p.")
    return fails(said, tr("exit code 0, the server answers on its own port {port}", port=run["port"]))


def _connect_later(seen: Observation) -> Judgement:
    to_host, before, after = seen["to_host"], seen["before"], seen["after"]
    if not before["running"] or before["network_mode"] == "host" or not before["namespace"]:
        return untestable(tr("the container to be switched did not run outside host mode"))
    code = to_host["exit_code"]
    if code == 0:
        if after["namespace"] == seen["host_namespace"]:
            return holds(tr("The command docker network connect moved the running container into the host's network."), after["namespace"])
        return fails(tr("The command docker network connect reports success, but the container stays where it was."), after["namespace"])
    if seen["away"]["exit_code"] or seen["back"]["exit_code"]:
        return untestable(
            tr(
                "disconnect and connect do not work on the container's own network either (exit codes {away} and {back})",
                away=seen["away"]["exit_code"],
                back=seen["back"]["exit_code"],
            )
        )
    figures = tr(
        "to host: exit code {code} ({said}); from {network} and back: 0; from host mode: {back}",
        code=code,
        said=_first_line(to_host["words"]),
        network=seen["network"],
        back=seen["from_host"]["exit_code"],
    )
    if seen["from_host"]["exit_code"] == 0:
        return fails(tr("The engine refused to connect a running container to host, but connected one in host mode elsewhere."), figures)
    return fails(tr("The engine refused to connect a running container to host, and one in host mode to another network."), figures)


def _another_host_network(seen: Observation) -> Judgement:
    control, create, remove = seen["control"], seen["create"], seen.get("remove")
    if control["create"] or control["remove"]:
        return untestable(
            tr(
                "no other network could be created and removed either (exit codes {create}, {remove})",
                create=control["create"],
                remove=control["remove"],
            )
        )
    if create["exit_code"] == 0 and not create["made"]:
        return untestable(tr("docker network create ends with exit code 0, but there is no such network"))
    gone = tr("rm host with {code}", code=remove["exit_code"]) if remove else tr("there is no predefined network host to remove")
    created, removed = create["exit_code"] == 0, remove is not None and remove["exit_code"] == 0
    figures = tr(
        "docker network create: exit code {code} ({said}); {gone}; another network: 0",
        code=create["exit_code"],
        said=_first_line(create["words"]),
        gone=gone,
    )
    if created and removed:
        return holds(tr("A second host network was created, and the first one removed."), figures)
    if created:
        return nuance(tr("A second host network was created; the first one was not removed."), figures)
    if removed:
        return nuance(tr("The host network was removed; a second one was not created."), figures)
    return fails(tr("The engine neither created a second host network nor removed the first; another one came and went."), figures)


def _options_still_work(seen: Observation) -> Judgement:
    if seen["control"]["exit_code"] or not seen["control"]["ran"]:
        return untestable(
            tr("docker run in host mode ends with {code} without any option, and nothing ran", code=seen["control"]["exit_code"])
        )
    rows = seen["options"]
    # What the bridge refuses as well says nothing of host mode.
    said = {name: row for name, row in rows.items() if not (row["exit_code"] and row.get("on_bridge"))}
    works = [name for name, row in said.items() if row["exit_code"] == 0 and row["seen"]]
    idle = [name for name, row in said.items() if row["exit_code"] == 0 and not row["seen"]]
    refused = [f"{name} ({row['exit_code']})" for name, row in said.items() if row["exit_code"]]
    labels = (tr("work"), works), (tr("refused (exit code)"), refused), (tr("taken, with no effect seen"), idle)
    figures = joined("; ", [joined(": ", (label, ", ".join(names))) for label, names in labels if names])
    counts = {"works": len(works), "refused": len(refused), "idle": len(idle)}
    found = tr("Of the options that were tried {works} work in host mode, {refused} are refused, {idle} show no effect.", **counts)
    if not works and not refused and not idle:
        return untestable(tr("every option is refused on the bridge as well"))
    if not works:
        return fails(found, figures)
    return nuance(found, figures) if refused or idle else holds(found, figures)


def _compose_ports(seen: Observation) -> Judgement:
    up, asked, port, version = seen["up"], seen["asked"], seen["asked_port"], seen["version"]
    if up["exit_code"]:
        if seen["without"]["exit_code"]:
            return untestable(
                tr(
                    "Compose {version} did not start the service without ports: either (exit code {code})",
                    version=version,
                    code=seen["without"]["exit_code"],
                )
            )
        return fails(
            tr("Compose refuses host mode and ports together; without ports it starts the service."),
            tr("Compose {version}: exit code {code}", version=version, code=up["exit_code"]),
        )
    if seen["network_mode"] != "host" or not seen["answers"]:
        return untestable(tr("the service did not answer on its own port {port} in host mode", port=seen["served"]))
    if port["page"] == seen["name"]:
        return holds(
            tr("Port {asked}, which the Compose file asks for, leads to the service.", asked=asked),
            tr("Compose {version}, the service on port {served}", version=version, served=seen["served"]),
        )
    if port["accepts"]:
        return untestable(tr("port {port} is held by somebody else", port=asked))
    return nuance(
        tr(
            "Compose takes both and drops the ports: the service answers on {served}, and {asked} refuses.",
            served=seen["served"],
            asked=asked,
        ),
        tr("Compose {version}; networks beside network_mode: exit code {code}", version=version, code=seen["networks"]["exit_code"]),
    )


def _classic_address(seen: Observation) -> Judgement:
    classic, networks = seen["classic"], seen["networks"]
    address, api = networks["said"], seen["api"]
    if networks["exit_code"] or not address:
        return untestable(tr("the engine names no address for the bridge container either"))
    if classic["exit_code"]:
        said = tr("The classic template fails; the one that asks each network tells the address.")
        return fails(said, tr("API {api}: {said}", api=api, said=_first_line(classic["said"])))
    figures = tr("API {api}: the classic one says {classic!r}, by network {address}", api=api, classic=classic["said"], address=address)
    if classic["said"] != address:
        return fails(tr("The classic template tells another address than the one that asks each network, or none."), figures)
    return holds(tr("The classic template and the one that asks each network tell the same address."), figures)


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "p-is-ignored": _p_is_ignored,
        "publish-all-warns": _publish_all_warns,
        "connect-later": _connect_later,
        "another-host-network": _another_host_network,
        "options-still-work": _options_still_work,
        "compose-ports": _compose_ports,
        "classic-address": _classic_address,
        "non-root-on-80": rights.non_root,
        "drop-net-raw": rights.drop_net_raw,
        "reconfigures-the-host": rights.reconfigures_the_host,
    }
)
