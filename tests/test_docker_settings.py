"""The docker command's own settings: proxies that it gives to containers do not reach those of a lesson, and all else does."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from hostnet_lab.core.host.ownership import Mark
from hostnet_lab.edges import docker_settings, host
from hostnet_lab.edges.engine import Engine
from hostnet_lab.experiments import trial
from hostnet_lab.provision.jupyter_setup import child_environment

PROXIES = {"default": {"httpProxy": "http://127.0.0.1:1", "noProxy": "z"}, "tcp://lab:2375": {"httpsProxy": "x"}}


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A folder of settings as a reader behind a proxy has it."""
    folder = tmp_path / "theirs"
    (folder / "contexts" / "meta").mkdir(parents=True)
    settings = {"proxies": PROXIES, "auths": {"registry.example": {"auth": "secret"}}, "currentContext": "default", "psFormat": "x"}
    (folder / "config.json").write_text(json.dumps(settings))
    return folder


def test_proxies_that_containers_are_given_are_read_from_the_docker_commands_settings(tmp_path: Path) -> None:
    environment = {"DOCKER_CONFIG": str(tmp_path)}
    assert docker_settings.proxies(environment) == []
    for text in ("no json", "[]", '{"proxies": 3}', '{"proxies": {"default": 3}}', '{"proxies": {"default": {"noProxy": "x"}}}'):
        (tmp_path / "config.json").write_text(text)
        assert docker_settings.proxies(environment) == []
    (tmp_path / "config.json").write_text(
        '{"proxies": {"tcp://lab:2375": {"httpsProxy": "x"}, "default": {"httpProxy": "y", "noProxy": "z"}}}'
    )
    assert docker_settings.proxies(environment) == ["httpProxy", "httpsProxy"]


def test_where_no_proxies_are_set_the_settings_stay_the_readers_own(tmp_path: Path) -> None:
    assert docker_settings.without_proxies({"DOCKER_CONFIG": str(tmp_path / "none")}, tmp_path / "copy") == {}
    assert not (tmp_path / "copy").exists()


def test_a_lesson_has_the_same_settings_without_proxies_and_without_a_copy_of_a_login(theirs: Path, tmp_path: Path) -> None:
    before = (theirs / "config.json").read_bytes()
    for _ in range(2):  # filled anew each time
        given = child_environment(tmp_path, {**os.environ, "DOCKER_CONFIG": str(theirs)}, [])
    copy = Path(given["DOCKER_CONFIG"])
    assert json.loads((copy / "config.json").read_text()) == {"currentContext": "default", "psFormat": "x"}
    assert (copy / "contexts").resolve() == theirs / "contexts"
    assert copy.stat().st_mode & 0o077 == (copy / "config.json").stat().st_mode & 0o077 == 0
    assert (theirs / "config.json").read_bytes() == before
    assert child_environment(tmp_path, given, [])["DOCKER_CONFIG"] == str(copy)  # ./lab exec inside ./lab exec


def test_what_is_gone_from_the_readers_folder_is_gone_from_the_copy(theirs: Path, tmp_path: Path) -> None:
    environment = {"DOCKER_CONFIG": str(theirs)}
    docker_settings.without_proxies(environment, tmp_path / "copy")
    (theirs / "contexts").rename(theirs / "other")
    docker_settings.without_proxies(environment, tmp_path / "copy")
    assert sorted(one.name for one in (tmp_path / "copy").iterdir()) == ["config.json", "other"]


@pytest.mark.engine
@pytest.mark.parametrize("lent", [False, True])
def test_only_the_lessons_own_settings_keep_proxies_from_containers(engine: Engine, theirs: Path, tmp_path: Path, lent: bool) -> None:
    environment = {**os.environ, "DOCKER_CONFIG": str(theirs)}
    given = child_environment(tmp_path, environment, []) if lent else environment
    tried = trial.attempt(engine, given, Mark(os.getuid(), "test", host.this_process()).labels())
    assert bool(tried.published.proxies) != lent  # without: the control
    inside = tried.published.inside
    assert inside and (inside.out.strip() == tried.published.name) == lent
