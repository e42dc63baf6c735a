"""What a lesson does, tried: each step that fails is a finding with what to type; a culprit is found by leaving it out."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab import Lab
from hostnet_lab.core.errors import EngineUnavailable
from hostnet_lab.core.host import trial as trials
from hostnet_lab.core.host.findings import Finding
from hostnet_lab.core.host.localhost import misled
from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.core.host.trial import Said, Server, Trial
from hostnet_lab.edges import host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import trial

CURL = ("curl", "-s", "http://localhost:80")
RUN = Said(("docker", "run"), 0)


def heard(page: str = "nginx") -> Said:
    return Said(CURL, 0, f"{page}\n")


HEARD = Server("nginx", 80, RUN, True, heard(), heard(), heard(), (), Said(("docker", "logs"), 0, "GET / HTTP/1.1"), (), ("0.0.0.0", "::"))
FINE = Trial(("127.0.0.1",), "", HEARD, HEARD)
REFUSED = Said(
    ("docker", "run"), 125, "", "docker: Error: error contacting notary server\n\nRun 'docker run --help' for more information\n"
)


def in_host_mode(blamed: tuple[str, ...] = (), **changed: Any) -> Trial:
    return replace(FINE, host_mode=replace(HEARD, **changed), blamed=blamed)


def published(blamed: tuple[str, ...] = (), **changed: Any) -> Trial:
    return replace(FINE, published=replace(HEARD, **changed), blamed=blamed)


def found(tried: Trial, what: str) -> Finding:
    (one,) = [one for one in trials.findings(tried, "same namespace") if one.what == what]
    return one


def test_where_all_works_nothing_is_in_the_way() -> None:
    assert {one.state for one in trials.findings(FINE, "same namespace")} == {"ok"}


@pytest.mark.parametrize(
    ("changed", "what", "words", "mend"),
    [
        (replace(FINE, localhost=()), "name localhost", "localhost does not resolve", "127.0.0.1 localhost"),
        (replace(FINE, localhost=None), "name localhost", "does not resolve in time", "127.0.0.1 localhost"),
        (in_host_mode(run=REFUSED, blamed=("DOCKER_X",)), "docker run", "contacting notary", "unset DOCKER_X"),
        (published(run=REFUSED, blamed=("/a/config.json",)), "docker run", "notary", "without /a/config.json"),
        (in_host_mode(run=Said(("docker",), None)), "docker run", "did not end in time", "mend what"),
        (in_host_mode(known=False), "docker run", "not on the engine that the lab speaks to", "mend what"),
        (replace(FINE, library="TLS", blamed=("DOCKER_CERT_PATH",)), "docker run", "docker-py", "unset DOCKER_CERT_PATH"),
        (in_host_mode(here=Said(CURL, 7)), "host mode", "nobody accepts", "ss -ltnp"),
        (in_host_mode(here=heard("squid")), "host mode", "answered by somebody else: squid", "proxy"),
        (published(at_own=Said(CURL, 28)), "published port", "no answer in time", "ss -ltnp"),
        (published(bound=("127.0.0.1",)), "published port", "publishes at 127.0.0.1 alone", "daemon.json"),
        (published(bound=(), here=Said(CURL, 7)), "published port", "published nothing", "daemon.json"),
        (in_host_mode(absent=("perl", "cut")), "in a container", "no perl, cut", "docker rmi"),
        (published(inside=Said(CURL, 5), proxies=("http_proxy=x",)), "in a container", "http_proxy=x", "http_proxy"),
        (in_host_mode(log=Said(("docker", "logs"), 1, "", "no reading")), "docker logs", "no reading", "json-file"),
        (in_host_mode(log=Said(("docker", "logs"), 0)), "docker logs", "shows no request", ""),
    ],
)
def test_a_step_that_fails_is_in_the_way_with_what_to_do(changed: Trial, what: str, words: str, mend: str) -> None:
    one = found(changed, what)
    assert one.state == "in the way" and words in one.found and mend in one.mend and one.mend


def test_what_was_not_started_leaves_the_rest_unknown() -> None:
    failed = replace(HEARD, run=REFUSED)
    states = {one.what: one.state for one in trials.findings(replace(FINE, host_mode=failed, published=failed), "same namespace")}
    assert states.pop("docker run") == "in the way" and states.pop("name localhost") == "ok"
    assert set(states.values()) == {"unknown"}


def test_where_the_reader_sits_elsewhere_host_mode_is_not_expected_to_answer() -> None:
    silent = replace(FINE, host_mode=replace(HEARD, here=Said(CURL, 7)))
    (one,) = [one for one in trials.findings(silent, "forwarded") if one.what == "host mode"]
    assert one.state == "unknown"


def test_words_of_others_are_bounded_and_cannot_steer_a_terminal() -> None:
    refused = replace(REFUSED, err="\x1b[2J" + "x" * 1000)
    one = found(replace(FINE, host_mode=replace(HEARD, run=refused)), "docker run")
    assert "\x1b" not in one.found and len(one.found) < 300


@pytest.mark.parametrize(
    ("addresses", "right"),
    [
        (("127.0.0.1",), True),
        (("::1", "127.0.0.1"), True),
        (("::1",), False),
        (("10.0.0.5",), False),
        (("127.0.0.1", "10.0.0.5"), False),
        (("127.0.1.1",), False),
        ((), False),
        (None, False),
    ],
)
def test_localhost_is_of_use_where_it_leads_to_the_loopback_and_no_further(addresses: tuple[str, ...] | None, right: bool) -> None:
    assert (misled(addresses) == "") == right


def test_a_name_that_nobody_resolves_leads_nowhere() -> None:
    assert host.resolved("a..b") == () and host.resolved("127.0.0.1") == ("127.0.0.1",)


# --- a real engine -----------------------------------------------------------------------------------------------


def labels() -> dict[str, str]:
    return Mark(os.getuid(), "test", host.this_process()).labels()


def attempted(engine: Engine, **variables: str) -> dict[str, Finding]:
    tried = trial.attempt(engine, {**os.environ, **variables}, labels())
    return {one.what: one for one in trials.findings(tried, "same namespace")}


@pytest.mark.engine
def test_on_a_good_machine_a_trial_finds_nothing_in_the_way(engine: Engine) -> None:
    assert {one.found for one in attempted(engine).values() if one.state != "ok"} == set()


# What makes the docker command behave otherwise than the engine's socket: adding a line adds a test.
DISTURBING = [
    {"DOCKER_CONTENT_TRUST": "1", "DOCKER_CONTENT_TRUST_SERVER": "https://127.0.0.1:1"},
    {"DOCKER_API_VERSION": "1.99"},
    {"DOCKER_TLS_VERIFY": "1"},
    {"DOCKER_TLS": "1"},
    {"DOCKER_DEFAULT_PLATFORM": "linux/s390x"},
    {"DOCKER_CUSTOM_HEADERS": "no value"},
    {"DOCKER_HOST": "tcp://127.0.0.1:1"},
    {"DOCKER_HOST": "rubbish://"},
    {"DOCKER_CONTEXT": "ghost"},
    {"DOCKER_CONFIG": "/dev/null"},
    {"DOCKER_HIDE_LEGACY_COMMANDS": "1"},
    {"BUILDX_BUILDER": "ghost", "BUILDKIT_HOST": "tcp://127.0.0.1:1", "COMPOSE_FILE": "/nowhere"},
]


@pytest.mark.engine
@pytest.mark.parametrize("variables", DISTURBING, ids=lambda one: " ".join(one))
def test_a_variable_that_keeps_the_docker_command_from_the_engine_is_named(engine: Engine, variables: dict[str, str]) -> None:
    control = trial.typed({**os.environ, **variables}, "docker", "run", "--rm", "--network", "none", "nginx", "true")
    one = attempted(engine, **variables)["docker run"]
    assert (one.state == "ok") == (control.code == 0), (one, control)
    if control.code:
        assert one.mend == f"unset {next(iter(variables))}"


@pytest.mark.engine
def test_a_lesson_does_not_open_where_its_docker_command_leads_nowhere(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PATH", "NO_PROXY", "no_proxy", "HOSTNET_LAB_DOCKER", "HOSTNET_LAB_LABELS"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.setenv("DOCKER_API_VERSION", "1.99")
    with pytest.raises(EngineUnavailable) as caught:
        Lab("map", ports=(), names=(), engine=engine, quiet=True)
    assert "1.99" in caught.value.found and caught.value.do == "unset DOCKER_API_VERSION"


SETTINGS = [
    ({"currentContext": "ghost"}, "docker run", "config.json"),
    ({"proxies": {"default": {"httpProxy": "http://127.0.0.1:1"}}}, "in a container", "http_proxy=http://127.0.0.1:1"),
    ({"credsStore": "missing", "psFormat": "table {{.Names}}", "detachKeys": "ctrl-a"}, "", ""),
    ({"HttpHeaders": {"X-Of": "mine"}, "aliases": {"builder": "buildx"}, "cliPluginsExtraDirs": ["/nowhere"]}, "", ""),
]


@pytest.mark.engine
@pytest.mark.parametrize(("settings", "what", "words"), SETTINGS)
def test_a_setting_that_keeps_the_docker_command_from_working_is_named(
    engine: Engine, tmp_path: Path, settings: dict[str, object], what: str, words: str
) -> None:
    (tmp_path / "config.json").write_text(json.dumps(settings))
    seen = attempted(engine, DOCKER_CONFIG=str(tmp_path))
    wrong = {one.what: one for one in seen.values() if one.state == "in the way"}
    assert list(wrong) == ([what] if what else [])
    assert not what or words in wrong[what].found + wrong[what].mend


@pytest.mark.engine
@pytest.mark.parametrize(
    ("script", "words"), [("exit 3", "exit code 3"), ("echo 0123456789ab", "not on the engine that the lab speaks to")]
)
def test_a_docker_that_is_something_else_is_found_out(engine: Engine, tmp_path: Path, script: str, words: str) -> None:
    (tmp_path / "docker").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "docker").chmod(0o755)
    one = attempted(engine, PATH=f"{tmp_path}:{os.environ['PATH']}")["docker run"]
    assert one.state == "in the way" and words in one.found


def test_from_elsewhere_nothing_is_said_of_an_address_that_is_not_the_engines_hosts() -> None:
    (here,) = [one for one in trials.findings(FINE, "same namespace") if one.what == "published port"]
    (away,) = [one for one in trials.findings(FINE, "forwarded") if one.what == "published port"]
    assert "own address" in here.found and away.found == "answers on http://localhost"
