"""Judges of options and network commands in host mode: by exit codes and what came of them, never by the wording."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ..verdicts import Judge, Judgement, Observation, fails, holds, nuance, untestable
from . import rights


def _first_line(words: str) -> str:
    return next((line.strip() for line in words.splitlines() if line.strip()), "no reason given").rstrip(".")


def _p_is_ignored(seen: Observation) -> Judgement:
    run, asked, port = seen["p"], seen["asked"], seen["asked_port"]
    if run["exit_code"]:
        if not seen["without"]["answers"]:
            return untestable("docker run in host mode did not work without -p either")
        return fails(f"-p is refused: docker run ends with exit code {run['exit_code']}, without -p the same server answers.")
    if run["network_mode"] != "host" or not run["answers"]:
        return untestable(f"the server did not answer on its own port {run['port']} in host mode")
    if port["page"] == run["name"]:
        return fails(f"Port {asked}, asked for by -p, leads to the server on port {run['port']}.")
    if port["accepts"]:
        return untestable(f"port {asked} is held by somebody else")
    if run["published"]:
        return fails(f"The engine says that it has published {', '.join(run['published'])}.")
    kept = f"HostConfig keeps {', '.join(run['asked'])}" if run["asked"] else "HostConfig keeps nothing of it"
    found = f"exit code 0, the server answers on its own port {run['port']}, {asked} refuses, {kept}, Ports is empty"
    if not run["warning"]:
        return nuance(f"-p is ignored without a warning: {found}.")
    sdk = f"; docker-py refuses instead: {seen['docker_py']}" if seen["docker_py"] else ""
    return holds(f"{run['warning'].removeprefix('WARNING: ')}: {found}{sdk}.")


def _publish_all_warns(seen: Observation) -> Judgement:
    run = seen["P"]
    if run["exit_code"] or run["network_mode"] != "host" or not run["answers"]:
        return untestable(f"with -P the server did not come to run in host mode (exit code {run['exit_code']})")
    if run["published"]:
        return fails(f"-P is not ignored: the engine has published {', '.join(run['published'])}.")
    if run["warning"]:
        return holds(f"-P: exit code 0, nothing published, and a warning: {run['warning']}.")
    explicit = "with a warning for an explicit -p" if seen["p"]["warning"] else "without one for an explicit -p, too"
    return fails(f"-P is ignored without a word: exit code 0, nothing published, the server answers on {run['port']} ({explicit}).")


def _connect_later(seen: Observation) -> Judgement:
    to_host, before, after = seen["to_host"], seen["before"], seen["after"]
    if not before["running"] or before["network_mode"] == "host" or not before["namespace"]:
        return untestable("the container to be switched did not run outside host mode")
    code = to_host["exit_code"]
    if code == 0:
        if after["namespace"] == seen["host_namespace"]:
            return holds(f"docker network connect host: exit code 0, and the container is now in {after['namespace']}.")
        return fails(f"docker network connect host ends with exit code 0, but the container stays in {after['namespace']}.")
    if seen["away"]["exit_code"] or seen["back"]["exit_code"]:
        codes = f"{seen['away']['exit_code']} and {seen['back']['exit_code']}"
        return untestable(f"disconnect and connect do not work on the container's own network either (exit codes {codes})")
    other = f"the way back from host mode ends with {seen['from_host']['exit_code']}"
    if seen["from_host"]["exit_code"] == 0:
        other = "a container in host mode, though, could be connected to another network"
    return fails(
        f"To host: exit code {code} ({_first_line(to_host['words'])}), while it left {seen['network']} and came back with 0; {other}."
    )


def _another_host_network(seen: Observation) -> Judgement:
    control, create, remove = seen["control"], seen["create"], seen.get("remove")
    if control["create"] or control["remove"]:
        return untestable(f"no other network could be created and removed either (exit codes {control['create']}, {control['remove']})")
    if create["exit_code"] == 0 and not create["made"]:
        return untestable("docker network create ends with exit code 0, but there is no such network")
    made = f"create ends with exit code {create['exit_code']}"
    gone = f"rm host with {remove['exit_code']}" if remove else "there is no predefined network host to remove"
    created, removed = create["exit_code"] == 0, remove is not None and remove["exit_code"] == 0
    found = f"docker network {made} ({_first_line(create['words'])}), {gone}; another network came and went with 0"
    if created and removed:
        return holds(f"{found}.")
    return nuance(f"{found}.") if created or removed else fails(f"{found}.")


def _options_still_work(seen: Observation) -> Judgement:
    if seen["control"]["exit_code"] or not seen["control"]["ran"]:
        return untestable(f"docker run in host mode ends with {seen['control']['exit_code']} without any option, and nothing ran")
    rows = seen["options"]
    # What the bridge refuses as well says nothing of host mode.
    said = {name: row for name, row in rows.items() if not (row["exit_code"] and row.get("on_bridge"))}
    works = [name for name, row in said.items() if row["exit_code"] == 0 and row["seen"]]
    idle = [name for name, row in said.items() if row["exit_code"] == 0 and not row["seen"]]
    refused = [f"{name} ({row['exit_code']})" for name, row in said.items() if row["exit_code"]]
    parts = [
        f"{word}: {', '.join(names)}"
        for word, names in (("work", works), ("refused (exit code)", refused), ("taken, with no effect seen", idle))
        if names
    ]
    found = f"In host mode {'; '.join(parts)}."
    if not works and not refused and not idle:
        return untestable("every option is refused on the bridge as well")
    if not works:
        return fails(found)
    return nuance(found) if refused or idle else holds(found)


def _compose_ports(seen: Observation) -> Judgement:
    up, asked, port, compose = seen["up"], seen["asked"], seen["asked_port"], f"Compose {seen['version']}"
    if up["exit_code"]:
        if seen["without"]["exit_code"]:
            return untestable(f"{compose} did not start the service without ports: either (exit code {seen['without']['exit_code']})")
        return fails(f"{compose} refuses the two together: exit code {up['exit_code']}, without ports: 0.")
    if seen["network_mode"] != "host" or not seen["answers"]:
        return untestable(f"the service did not answer on its own port {seen['served']} in host mode")
    if port["page"] == seen["name"]:
        return holds(f"{compose}: port {asked}, asked for by ports:, leads to the server on {seen['served']}.")
    if port["accepts"]:
        return untestable(f"port {asked} is held by somebody else")
    networks = f"networks: beside network_mode ends with exit code {seen['networks']['exit_code']}"
    return nuance(f"{compose} takes both and ignores the ports: {seen['served']} answers, {asked} refuses; {networks}.")


JUDGES: Mapping[str, Judge] = MappingProxyType(
    {
        "p-is-ignored": _p_is_ignored,
        "publish-all-warns": _publish_all_warns,
        "connect-later": _connect_later,
        "another-host-network": _another_host_network,
        "options-still-work": _options_still_work,
        "compose-ports": _compose_ports,
        "non-root-on-80": rights.non_root,
        "drop-net-raw": rights.drop_net_raw,
        "reconfigures-the-host": rights.reconfigures_the_host,
    }
)
