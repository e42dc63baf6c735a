"""What a guide could say instead: one sentence for each claim that guides tell too broadly, true of the Docker engines that were tried."""

from __future__ import annotations

from collections.abc import Mapping

from ...words import tr

WORDING: Mapping[str, str] = {
    "shares-the-network": tr("In host mode a container uses the host's network namespace: its interfaces, addresses and ports."),
    "no-address": tr("In host mode a container gets no address of its own."),
    "same-as-on-the-host": tr("The network is shared; files and processes of the container stay its own."),
    "answers-without-p": tr("On the engine's own host it answers on localhost without `-p`."),
    "two-hundred-is-proof": tr("Look who holds the port: an answer alone does not tell which server gave it."),
    "p-is-ignored": tr("`-p` is ignored in host mode; Docker warns and starts the container all the same."),
    "publish-all-warns": tr("`-P` is ignored in host mode, without a warning."),
    "nginx-port-variable": tr("To move nginx to another port, change its configuration: a variable alone does not."),
    "localhost-is-both": tr("Whether localhost answers over IPv6 too depends on what the server listens on."),
    "faster-without-nat": tr(
        "Host mode leaves out Docker's relay and address translation; what that saves depends on the path: measure yours."
    ),
    "carries-more-without-nat": tr("Whether host mode carries more at a time depends on the path: measure yours."),
    "names-resolve": tr("Container names do not resolve in host mode: Docker's own name server is not asked."),
    "bridge-reaches-localhost": tr("From a bridge container, localhost is that container itself: use the gateway's address."),
    "conflict-fails-the-run": tr(
        "When a port is taken, `docker run -d` still succeeds: the container ends some seconds later, and its log says why."
    ),
    "one-port-one-server": tr("Two servers can share a port on different addresses; on the same one the second fails to bind."),
    "reconfigures-the-host": tr("With Docker's default rights a container in host mode uses the host's interfaces and cannot change them."),
    "bypasses-the-firewall": tr("In host mode the host's INPUT rules apply, as to any other process; published ports pass them by."),
    "inspect-proves-it": tr("`NetworkMode` tells what was asked for; equal network namespaces are the proof."),
    "ps-shows-the-port": tr("`docker ps` and `docker port` show no port in host mode."),
    "stats-show-traffic": tr("`docker stats` shows no network traffic for a container in host mode."),
    "connect-later": tr("Host mode is chosen when the container is created, and cannot be joined later."),
    "another-host-network": tr("There is one host network: no second can be made, and it cannot be removed."),
    "options-still-work": tr(
        "`--hostname`, `--dns` and `--add-host` work in host mode; options that need a network of its own are refused."
    ),
    "non-root-on-80": tr("In host mode a server that is not root needs a port from 1024 on, unless the host allows lower ones."),
    "only-host-mode-avoids-nat": tr(
        "Host mode is not alone in doing without NAT: macvlan does as well, and a bridge where the engine can route it."
    ),
    "follows-resolv-conf": tr("A container keeps the name servers that the host had when it was started, in host mode as well."),
    "reaches-you": tr("Whether it answers where you sit depends on where the engine runs: on Linux, its host; elsewhere, try it."),
}
