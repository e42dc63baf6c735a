"""./lab doctor: what counts as in the way, who is named, and what may be copied from the table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hostnet_lab.core.host import findings
from hostnet_lab.core.host.engines import Candidate, Machine, Sight
from hostnet_lab.core.host.facts import ContainerFacts, read_container
from hostnet_lab.core.host.findings import Finding, exit_code, table
from hostnet_lab.core.host.ownership import Mark, Process

LEARNER = 1000
ABLE = Machine(may_install=True, debian=True, root=True, systemd=True, dockerd=False, cli=False)
HERE = Candidate("unix:///var/run/docker.sock", "the default socket")


def container(labels: dict[str, str]) -> ContainerFacts:
    inspected: dict[str, Any] = {
        "Id": "0" * 64,
        "Name": "/webserver",
        "State": {"Status": "running", "Running": True},
        "Config": {"Labels": labels, "Image": "nginx"},
        "HostConfig": {"NetworkMode": "host"},
        "NetworkSettings": {},
    }
    return read_container(inspected)


ME = Mark(LEARNER, "01", Process("boot", "1", 2, 3))
OURS = container(ME.labels())
THEIRS = container({})


def test_only_what_is_in_the_way_counts_for_the_exit_code() -> None:
    fine = [Finding("a", "ok", ""), Finding("b", "missing", "")]
    assert exit_code([*fine, *findings.not_asked()]) == 0
    assert exit_code([*fine, Finding("c", "in the way", "")]) == 1


def test_the_table_is_ascii_and_a_remedy_is_never_wrapped() -> None:
    mend = "sudo apt-get update && sudo apt-get install --no-install-recommends " + "a-package " * 9
    text = table([Finding("port 80", "in the way", "held " * 30, owner="process apache2 (pid 7)", mend=mend)])
    assert text.isascii()
    assert mend.strip() in text
    assert "owner: process apache2 (pid 7)" in text
    assert all(len(line) <= 100 for line in text.splitlines() if "mend" not in line)


def test_a_port_names_its_owner() -> None:
    assert findings.port(80, None, None, ME).state == "ok"
    held = findings.port(80, "process apache2 (pid 7)", None, ME)
    assert (held.state, held.owner) == ("in the way", "process apache2 (pid 7)")


def test_a_port_held_by_an_open_lesson_of_the_same_learner_is_not_in_the_way() -> None:
    assert findings.port(80, "container webserver", OURS, ME).state == "ok"
    assert findings.port(80, "container webserver", OURS, replace(ME, learner=LEARNER + 1)).state == "in the way"


@pytest.mark.parametrize(("found", "state"), [(None, "ok"), (OURS, "ok"), (THEIRS, "in the way")])
def test_a_strangers_container_of_that_name_is_in_the_way_and_left_alone(found: ContainerFacts | None, state: str) -> None:
    assert findings.name("webserver", found, ME).state == state


@pytest.mark.parametrize(
    ("sight", "machine", "state"),
    [
        (Sight(HERE, "answers"), ABLE, "ok"),
        (Sight(HERE, "absent"), ABLE, "missing"),
        (Sight(HERE, "absent"), replace(ABLE, root=False), "in the way"),
        (Sight(HERE, "denied"), ABLE, "in the way"),
        (Sight(Candidate("", "DOCKER_HOST=tcp://x", named=True), "silent"), ABLE, "in the way"),
    ],
)
def test_an_engine_that_the_lab_brings_up_by_itself_is_only_missing(sight: Sight, machine: Machine, state: str) -> None:
    assert findings.engine([sight], machine, "systemctl start docker", {}, {}).state == state


def test_an_engine_tells_its_version_and_whether_it_is_rootless() -> None:
    version, info = {"Version": "27.1", "ApiVersion": "1.46"}, {"SecurityOptions": ["name=seccomp", "name=rootless"], "Name": "box"}
    found = findings.engine([Sight(HERE, "answers")], ABLE, "", version, info)
    assert found.found == "27.1, API 1.46, rootless, the default socket"
    assert found.owner == "box"


@pytest.mark.parametrize(
    ("place", "state"), [(None, "unknown"), ("unknown", "unknown"), ("same namespace", "ok"), ("forwarded", "in the way")]
)
def test_an_engine_in_another_namespace_is_in_the_way(place: Any, state: str) -> None:
    assert findings.namespace(place).state == state


def test_leftovers_of_ended_lessons_are_named_with_the_command_that_removes_them() -> None:
    found = findings.leftovers(["webserver"])
    assert ("webserver" in found.found, found.mend) == (True, "./lab clean")


def test_proxies_are_told_but_not_in_the_way() -> None:
    found = findings.proxies({"http_proxy": "http://proxy:3128"}, ["httpProxy"], "/home/ada/.docker/config.json")
    assert (found.state, "http_proxy" in found.found) == ("ok", True)
    assert "/home/ada/.docker/config.json gives containers httpProxy" in found.found
