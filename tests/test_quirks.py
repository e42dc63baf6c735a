"""What one engine does differently is told in one room, and nobody else names an engine."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from hostnet_lab.core.host import quirks
from hostnet_lab.core.host.facts import read_listed

PACKAGE = Path(quirks.__file__).parents[2]
ENGINE = re.compile(r"podman|moby|dfsg|\b(docker|engines?),? (before |since )?v?[0-9]{2}\b|(?<![.\d])(20\.10|2[3-9]\.[1-9]\b)", re.I)
NAMED = {  # elsewhere, with the reason
    "core/host/quirks.py": "the room",
    "core/host/engines.py": "the sockets that are looked for, and what the reader may install",
    "core/host/commands.py": "where the rule for a name is written down",
    "core/guide/claims.py": "which verdict is expected on which kind of engine: data",
    "core/guide/checks/repair_paths.py": "what the reader is told",
    "core/guide/misconceptions.py": "what the reader is told",
    "core/guide/quiz.py": "what the reader is told",
    "core/guide/predictions/limits.py": "what the reader is told",
    "core/guides/lacking.py": "commands that a guide may have, and a machine not: data",
    "core/guide/predictions/settings.py": "what the reader is told",
    "core/guide/predictions/versions.py": "what the reader is told",
    "provision/engine_data.py": "root runs that file alone, without the lab's",
    "shim/docker": "where the options are written down that stand before `run`",
}


def naming() -> set[str]:
    sources = [path for path in PACKAGE.rglob("*") if path.suffix == ".py" or (path.parent.name == "shim" and path.is_file())]
    return {path.relative_to(PACKAGE).as_posix() for path in sources if ENGINE.search(path.read_text("utf-8"))}


def test_nobody_else_names_an_engine_or_its_version() -> None:
    assert naming() == set(NAMED)


def test_whoever_says_see_quirks_finds_it_there() -> None:
    told = quirks.__doc__ or ""
    asking = [path for path in PACKAGE.rglob("*.py") if "see quirks" in path.read_text("utf-8") and path.name != "quirks.py"]
    assert len(asking) >= 5 and all(word in told for word in ("plain tar", "resolver", "right", "address", "inspect"))


def test_who_holds_a_port_and_never_accepts_is_no_relay() -> None:
    assert quirks.relaying(["docker-proxy", "", "dockerd", "conmon", "docker-proxy"]) == ["docker-proxy"]


def test_an_option_that_is_refused_is_told_from_an_engine_that_ended_for_another_reason() -> None:
    said = ("unknown flag: --x\nSee 'dockerd --help'.", "Podman has no such option of dockerd: --x", "failed to start daemon: timeout")
    assert [quirks.refuses_option(one) for one in said] == [True, True, False]


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ('500 Server Error: Internal Server Error ("no such container")', True),
        ('500 Server Error: Internal Server Error ("context deadline exceeded")', False),
    ],
)
def test_a_container_that_is_being_removed_is_gone_by_whatever_number(said: str, gone: bool) -> None:
    assert quirks.says_gone(said) is gone


def test_an_end_that_was_announced_counts_before_the_list_has_it() -> None:
    network = {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}}}
    listed = read_listed({"Id": "a", "Names": ["/web"], "State": "running", "NetworkSettings": network})
    ended = quirks.as_announced(listed, {"a": 137})
    assert (ended.status, ended.exit_code, ended.addresses, ended.running) == ("exited", 137, (), False)
    assert quirks.as_announced(listed, {"b": 1}) == listed
    assert quirks.as_announced(replace(listed, status="exited"), {"a": 137}).exit_code == listed.exit_code


@pytest.mark.parametrize("info", [{"Rootless": True}, {"SecurityOptions": ["name=seccomp", "name=rootless"]}])
def test_an_engine_is_rootless_by_either_field(info: dict[str, object]) -> None:
    assert quirks.is_rootless(info) and not quirks.is_rootless({"Rootless": False, "SecurityOptions": None})


def test_a_release_is_what_its_makers_call_it() -> None:
    assert [quirks.release(one) for one in ("20.10.24+dfsg1", "28.5.2", "29-dev")] == ["20.10.24", "28.5.2", "29-dev"]
