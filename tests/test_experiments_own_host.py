"""Claims on a host of their own, run for real; and experiments broken on purpose, which must never yield "holds"."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from conftest import missing
from hostnet_lab.core.errors import LabError, NoAnswer
from hostnet_lab.core.guide.judges.own_host import JUDGES
from hostnet_lab.core.guide.verdicts import Verdict, judged
from hostnet_lab.core.host import quirks
from hostnet_lab.core.host.commands import Publish, RunRequest
from hostnet_lab.core.host.network import Network, difference
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.core.host.unseen import Unseen
from hostnet_lab.edges import command, host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.network import snapshot
from hostnet_lab.edges.pace import PACE
from hostnet_lab.experiments import before_after, disposable, ears, latency, other_engines, own_host, paths
from hostnet_lab.experiments.experiment import Experiment
from hostnet_lab.experiments.stage import OWN, SILENT, Output, Stage, curl_words

from .staging import IDLE, observed

pytestmark = pytest.mark.engine
LABELS = Mark(os.getuid(), "test", host.this_process()).labels()
BY_CLAIM = {claim: one for one in own_host.EXPERIMENTS for claim in one.claims}
EXPECTED: dict[str, Verdict] = {
    "multicast": "holds",
    "reads-loopback-traffic": "holds",
    "bypasses-the-firewall": "does not hold here",
    "published-bypasses-input": "holds",
    "docker-user-filters": "holds",
    "local-publish-is-private": "does not hold here",
    "unpublished-is-hidden": "holds with a nuance",
    "one-address-shields": "holds with a nuance",
    "host-mode-needs-forwarding": "does not hold here",
    "only-host-mode-avoids-nat": "holds with a nuance",
    "follows-resolv-conf": "does not hold here",
    "proxy-is-the-saving": "holds",
    "clean-up-restores": "holds",
    "host-mode-adds-one-listener": "holds",
    "userns-remap": "holds with a nuance",
    "swarm-services": "holds with a nuance",
    "faster-for-a-lan-client": "holds",
}


@pytest.fixture(scope="module")
def hosts() -> Iterator[Callable[[Engine, tuple[str, ...]], Stage]]:
    """One disposable host for each kind of engine, as in the ledger, for all tests of this file."""
    with ExitStack() as stack:
        made: dict[tuple[str, ...], Stage] = {}

        def host_with(engine: Engine, options: tuple[str, ...]) -> Stage:
            if options not in made:
                made[options] = stack.enter_context(disposable.disposable(engine, LABELS, options))
            return made[options]

        yield host_with


Observe = Callable[[Experiment], dict[str, Any]]


@pytest.fixture
def observe(engine: Engine, hosts: Callable[[Engine, tuple[str, ...]], Stage]) -> Observe:
    why = disposable.missing()
    if why:
        missing(why)

    def look(experiment: Experiment) -> dict[str, Any]:
        shared = hosts(engine, experiment.options)
        with Stage(shared.engine, LABELS, shared.prefix, shared.endpoint) as stage:
            found = observed(experiment.observe, stage)
        assert shared.engine.containers() == [], "it leaves no container"
        return found

    return look


def verdicts(experiment: Experiment, observation: dict[str, Any]) -> dict[str, Verdict]:
    return {claim: judged(JUDGES[claim], observation).verdict for claim in experiment.claims}


@pytest.mark.parametrize("experiment", [one for one in own_host.EXPERIMENTS if one.host == "disposable"], ids=lambda one: one.claims[0])
def test_each_claim_has_its_verdict(observe: Observe, experiment: Experiment) -> None:
    observation = observe(experiment)
    assert verdicts(experiment, observation) == {claim: EXPECTED[claim] for claim in experiment.claims}, observation


def test_every_experiment_has_its_judges_and_every_judge_its_experiment() -> None:
    assert set(BY_CLAIM) == set(JUDGES)


def test_rootless_is_said_to_be_missing_on_an_engine_that_is_not(engine: Engine) -> None:
    if any("rootless" in option for option in engine.info().get("SecurityOptions") or ()):
        pytest.skip("this engine is rootless")
    with Stage(engine, LABELS) as stage:
        assert observed(BY_CLAIM["rootless-reaches-you"].observe, stage) == {"missing": "rootless engine"}


def test_an_engine_that_gives_nobody_the_right_to_listen_in_is_told_apart_from_a_broken_listener(
    observe: Observe, monkeypatch: pytest.MonkeyPatch
) -> None:
    create, experiment = Stage.create, BY_CLAIM["reads-loopback-traffic"]
    monkeypatch.setattr(Stage, "create", lambda self, asked, **more: create(self, replace(asked, cap_drop=("NET_RAW",)), **more))
    observation = observe(experiment)
    assert (observation["host_mode_refused"], observation["host_mode_said"]) == ("packet-socket", "Operation not permitted")
    assert verdicts(experiment, observation) == {"reads-loopback-traffic": "does not hold here"}


# -- broken on purpose ------------------------------------------------------------------------------


def broken(observe: Observe, claim: str) -> dict[str, Verdict]:
    """The verdicts on a broken arrangement, after a short wait; one that raises gives no observation to judge."""
    experiment = BY_CLAIM[claim]
    try:
        with PACE.more_time(0.2):
            return verdicts(experiment, observe(experiment))
    except LabError:
        return dict.fromkeys(experiment.claims, "not testable here")


def deaf(stage: Stage, network: str, script: str, *arguments: str) -> tuple[str, ears.Ear]:
    key = stage.run(RunRequest(name=stage.name("deaf"), network=network, command=("sleep", "60")))
    return key, ears.Ear(lambda: "", lambda: False)


@pytest.mark.parametrize("claim", ["multicast", "reads-loopback-traffic"])
def test_without_listeners_nothing_is_proved(observe: Observe, monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    monkeypatch.setattr(ears, "in_container", deaf)
    assert broken(observe, claim) == {claim: "not testable here"}


def test_multicast_that_nobody_sends_proves_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_host, "client_prefix", lambda stage: ("false",))
    assert broken(observe, "multicast") == {"multicast": "not testable here"}


@pytest.mark.parametrize(
    ("left_out", "claims"),
    [
        (("ip", "route", "add"), {"local-publish-is-private", "unpublished-is-hidden", "one-address-shields"}),
        (("iptables", "-w", "-P"), {"local-publish-is-private", "unpublished-is-hidden", "one-address-shields"}),
        (("sh", "-c", 'echo "$0" > /proc/sys/net/ipv4/ip_forward'), {"host-mode-needs-forwarding"}),
    ],
    ids=["no way to the host", "a policy that stays", "a switch that stays"],
)
def test_what_a_neighbour_cannot_ask_or_a_host_cannot_set_is_no_finding(
    observe: Observe, monkeypatch: pytest.MonkeyPatch, left_out: tuple[str, ...], claims: set[str]
) -> None:
    shell = Stage.shell

    def lazy(self: Stage, *words: str, **more: Any) -> Output:
        return Output(1, "") if words[: len(left_out)] == left_out else shell(self, *words, **more)

    monkeypatch.setattr(Stage, "shell", lazy)
    found = broken(observe, "local-publish-is-private") | broken(observe, "host-mode-needs-forwarding")
    assert {claim for claim, verdict in found.items() if verdict == "not testable here"} == claims


@pytest.mark.parametrize("exit_code", [1, 0], ids=["refused", "said to be set"])
def test_rules_that_are_not_set_prove_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch, exit_code: int) -> None:
    shell = Stage.shell

    def lazy(self: Stage, *words: str, **more: Any) -> Output:
        return Output(exit_code, "") if "-I" in words else shell(self, *words, **more)

    monkeypatch.setattr(Stage, "shell", lazy)
    found = broken(observe, "bypasses-the-firewall")
    assert found == dict.fromkeys(BY_CLAIM["bypasses-the-firewall"].claims, "not testable here")


def test_rules_for_somebody_else_prove_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_host, "CLIENT_ADDRESS", "192.0.2.77")
    found = broken(observe, "published-bypasses-input")
    assert found == dict.fromkeys(BY_CLAIM["bypasses-the-firewall"].claims, "not testable here")


def test_without_a_server_no_network_is_compared(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(self: Stage, network: str = "host", port: int = 80, **options: object) -> str:
        name = self.name("silent")
        self.run(RunRequest(name=name, network=network, command=("sleep", "60")))
        return name

    monkeypatch.setattr(Stage, "nginx", silent)
    monkeypatch.setattr(Stage, "await_page", lambda *_: None)
    monkeypatch.setattr(Stage, "settled", lambda *_: "ended")
    assert set(broken(observe, "clean-up-restores").values()) == {"not testable here"}


def test_a_blind_snapshot_proves_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before_after, "snapshot", lambda prefix: Network())
    assert set(broken(observe, "clean-up-restores").values()) == {"not testable here"}


def test_an_engine_that_does_not_map_users_proves_nothing(observe: Observe) -> None:
    plain = Experiment(("userns-remap",), other_engines.remapped, host="disposable")
    assert verdicts(plain, observe(plain)) == {"userns-remap": "not testable here"}


def test_a_service_whose_server_does_not_start_proves_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_engines, "SERVER", "die")
    assert broken(observe, "swarm-services") == {"swarm-services": "not testable here"}


def test_a_lifted_container_whose_server_does_not_start_proves_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_engines, "SERVER", "sleep 60")
    monkeypatch.setattr(Stage, "settled", lambda *_: "ended")
    assert broken(observe, "userns-remap") == {"userns-remap": "not testable here"}


def test_the_client_itself_measures_both_paths(observe: Observe) -> None:
    found = observe(BY_CLAIM["faster-for-a-lan-client"])
    assert found["seen_as"] == {"host mode": disposable.CLIENT_ADDRESS, "a published port": disposable.CLIENT_ADDRESS}
    assert all(rounds and len(rounds) % latency.ROUNDS == 0 and all(rounds) for rounds in found["microseconds"].values())


@pytest.mark.parametrize("silent", ["nginx", "bridge"])
def test_a_server_that_is_silent_to_the_client_proves_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch, silent: str) -> None:
    real = paths.server_command
    monkeypatch.setattr(paths, "server_command", lambda page, port: IDLE if page.startswith(f"hostnet-{silent}-") else real(page, port))
    assert broken(observe, "faster-for-a-lan-client") == {"faster-for-a-lan-client": "not testable here"}


def test_a_stranger_on_the_published_port_proves_nothing(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    real = paths.server_command
    monkeypatch.setattr(paths, "server_command", lambda _, port: real("somebody-else@192.0.2.2", port))
    assert broken(observe, "faster-for-a-lan-client") == {"faster-for-a-lan-client": "not testable here"}


def test_what_is_asked_from_the_host_itself_is_not_taken_for_the_client(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "client_prefix", lambda stage: stage.prefix)
    monkeypatch.setattr(paths, "PER_ROUND", 10)
    assert broken(observe, "faster-for-a-lan-client") == {"faster-for-a-lan-client": "not testable here"}


def test_a_measuring_process_that_breaks_off_gives_no_observation(observe: Observe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "ROUNDS", 0)  # refused by it
    with pytest.raises(NoAnswer, match="0 rounds"):
        observe(BY_CLAIM["faster-for-a-lan-client"])


# -- snapshots --------------------------------------------------------------------------------------


def test_two_snapshots_of_a_quiet_host_are_equal(observe: Observe) -> None:
    def twice(stage: Stage) -> dict[str, Any]:
        first, second = snapshot(stage.prefix), snapshot(stage.prefix)
        assert difference(first, second) == [] and first == second
        assert first.links and first.addresses and first.routes and first.rules and not first.unseen
        return {}

    observe(Experiment((), twice, host="disposable"))


def test_without_the_right_to_look_a_snapshot_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(command, "SYSTEM_FOLDERS", "/nowhere")
    monkeypatch.setenv("PATH", "/nowhere")
    seen = snapshot()
    assert Unseen("links", "no command", command="ip") in seen.unseen
    assert Unseen("rules", "no command", "IPv4", "iptables-save") in seen.unseen


# -- what lessons say of a disposable host, and no claim tests --------------------------------------


def test_a_port_published_on_loopback_is_private_from_docker_28_on(engine: Engine) -> None:
    """Before, Docker's rule also meets a neighbour's packets for 127.0.0.1, ahead of the kernel's own refusal (moby#45610)."""
    why = disposable.missing()
    if why:
        missing(why)
    with disposable.disposable(engine, LABELS) as stage:
        port = stage.port()
        url, name = f"http://127.0.0.1:{port}/", stage.nginx("bridge", publish=(Publish(port, 80, "127.0.0.1"),))
        stage.await_page(url, name, OWN)
        neighbour = disposable.client_prefix(stage)
        for words in (
            ("ip", "addr", "flush", "dev", "lo"),  # 127.0.0.1 is then nobody's there,
            ("ip", "route", "add", "127.0.0.1", "via", disposable.HOST_ADDRESS, "src", disposable.CLIENT_ADDRESS),
            ("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1"),  # and may be sent for by the wire
        ):
            subprocess.run([*neighbour, *words], check=True)
        asked = command.run([*neighbour, *curl_words(url, 2.0)], 10.0, stdout=subprocess.PIPE, text=True)
        private = "newer" in quirks.oddities(quirks.kind_of(stage.engine.version(), {}, True, "same namespace"))
        assert (asked.returncode, asked.stdout.strip()) == ((SILENT, "") if private else (0, name))
