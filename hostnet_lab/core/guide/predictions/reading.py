"""How a fact is read out of judged entries where the verdict alone does not tell the choices apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....words import tr
from ..ledger import Entry
from ..verdicts import Verdict
from .model import HOLDS

Entries = Mapping[str, Entry]


def seen(entries: Entries, claim: str) -> Mapping[str, Any]:
    return entries[claim].observation


def verdict(entries: Entries, claim: str) -> Verdict:
    return entries[claim].judgement.verdict


def address(entries: Entries) -> str | None:
    """Whether it has an address; without one, whether it uses the host's network."""
    if verdict(entries, "no-address") not in HOLDS:
        return "own"
    return "host" if verdict(entries, "shares-the-network") in HOLDS else None


def place(entries: Entries) -> str | None:
    """As whereabouts.Place, shortened: another namespace and another kernel both answer by a detour."""
    found = {"holds": "same namespace", "holds with a nuance": "forwarded", "does not hold here": "unreachable"}
    return found.get(verdict(entries, "reaches-you"))


def told_by_docker_py(entries: Entries) -> str:
    said = seen(entries, "p-is-ignored")["docker_py"]
    return tr("docker-py raised an exception, and sent nothing: {said}", said=said) if said else tr("docker-py sent the request.")


def told_of_own_command(entries: Entries) -> str:
    own = seen(entries, "localhost-is-both")["own_command"]
    heard = ", ".join(name for name in ("127.0.0.1", "[::1]", "localhost") if own[name])
    return tr("A server whose own command has one line `listen` for IPv4 answered on {heard}.", heard=heard)


def told_of_the_alias(entries: Entries) -> str:
    code = seen(entries, "options-still-work")["options"]["--network-alias"]["exit_code"]
    return tr("docker run with `--network-alias` ended with exit code {code}.", code=code)


def told_of_the_limit(entries: Entries) -> str:
    start = seen(entries, "non-root-on-80")["host mode"]["start"]
    return tr("On this host a port from {start} on may be opened without a right for it.", start=start)


def told_of_the_way_back(entries: Entries) -> str:
    back = seen(entries, "connect-later")["from_host"]
    return tr("docker network connect ended with exit code {code} for a container in host mode.", code=back["exit_code"])


def told_of_input(entries: Entries) -> str:
    return _told_of_rules("INPUT", seen(entries, "bypasses-the-firewall")["INPUT"])


def told_of_docker_user(entries: Entries) -> str:
    return _told_of_rules("DOCKER-USER", seen(entries, "published-bypasses-input")["DOCKER-USER"])


def _told_of_rules(chain: str, found: Mapping[str, Any]) -> str:
    said = {
        (False, True): tr("With rules in {chain} the server in host mode fell silent, and the published port answered.", chain=chain),
        (True, False): tr("With rules in {chain} the published port fell silent, and the server in host mode answered.", chain=chain),
        (False, False): tr("With rules in {chain} both fell silent.", chain=chain),
        (True, True): tr("With rules in {chain} both still answered.", chain=chain),
    }
    return said[(bool(found["host_mode"]), bool(found["published"]))]


def docker_py(entries: Entries) -> str:
    return "raised" if seen(entries, "p-is-ignored")["docker_py"] else "went on"


def published_all(entries: Entries) -> str:
    run = seen(entries, "publish-all-warns")["P"]
    if run["published"]:
        return "published"
    return "warned" if run["warning"] else "silent"


def own_listen_line(entries: Entries) -> str | None:
    """Which names lead to a server whose own command lets it listen on IPv4 only."""
    own = seen(entries, "localhost-is-both")["own_command"]
    found = {(True, True): "all", (False, True): "not ::1", (False, False): "127.0.0.1 only"}
    return found.get((own["[::1]"], own["localhost"]))


def ipv6_loopback(entries: Entries) -> bool:
    return bool(seen(entries, "localhost-is-both")["own_command"]["[::1]"])


def loopback_callers(entries: Entries) -> str | None:
    found = seen(entries, "reaches-loopback-services")
    page = found["loopback_page"]
    host, bridge = (found[caller]["loopback"]["page"] == page for caller in ("from_host_mode", "from_bridge"))
    return {(True, False): "host mode", (True, True): "both", (False, False): "neither"}.get((host, bridge))


def way_across(entries: Entries) -> str:
    if verdict(entries, "bridge-reaches-localhost") in HOLDS:
        return "localhost"
    return "gateway" if verdict(entries, "bridge-reaches-gateway") in HOLDS else "none"


def gateway_to_loopback(entries: Entries) -> bool:
    found = seen(entries, "bridge-reaches-gateway")
    return bool(found["from_bridge"]["loopback_by_gateway"]["page"] == found["loopback_page"])


def alias(entries: Entries) -> str:
    row = seen(entries, "options-still-work")["options"]["--network-alias"]
    return "refused" if row["exit_code"] else "obeyed" if row["seen"] else "ignored"


def loser(entries: Entries) -> str | None:
    """What became of the second server on a held port."""
    return "exited" if seen(entries, "conflict-fails-the-run")["loser"]["ended"] else None


def _blocked(found: Mapping[str, Any]) -> str:
    names = {(False, True): "host mode", (True, False): "published", (False, False): "both", (True, True): "neither"}
    return names[(bool(found["host_mode"]), bool(found["published"]))]


def blocked_by_input(entries: Entries) -> str:
    return _blocked(seen(entries, "bypasses-the-firewall")["INPUT"])


def blocked_by_docker_user(entries: Entries) -> str | None:
    found = seen(entries, "published-bypasses-input")["DOCKER-USER"]
    return _blocked(found) if found["rules_set"] else None


def nginx_ports(entries: Entries) -> str | None:
    """Where nginx answers with both -p and a variable: on its own port, when neither moves it."""
    moved = verdict(entries, "nginx-port-variable") in HOLDS
    if moved:
        return "8090"
    return "80" if verdict(entries, "p-is-ignored") in HOLDS else None


def unprivileged_from(entries: Entries) -> str:
    """Which ports user 65534 may open in host mode, by the host's limit."""
    start = seen(entries, "non-root-on-80")["host mode"]["start"]
    return "both" if start <= 80 else "8090 only" if start <= 8090 else "neither"


def way_back(entries: Entries) -> str:
    return "refused" if seen(entries, "connect-later")["from_host"]["exit_code"] else "connected"


def counted(entries: Entries) -> str:
    """What docker stats counts for host mode: nothing, the whole host, or the container's own."""
    found = {"does not hold here": "nothing", "holds with a nuance": "everybody", "holds": "its own"}
    return found[verdict(entries, "stats-show-traffic")]
