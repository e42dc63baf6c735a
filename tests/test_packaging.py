"""pyproject.toml is the one list of dependencies; environment.yml and the locks say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hatchling.builders.plugin.interface import BuilderInterface
from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
SETS = {"lab": ("build",), "test": ("build", "test"), "bench": ("build", "test", "bench"), "labhost": ("build", "labhost")}
ON_CONDA_FORGE = {"docker": "docker-py", "playwright": "playwright-python"}


def wanted(*extras: str) -> list[Requirement]:
    return [Requirement(line) for line in [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]]


def locked(name: str) -> dict[str, tuple[str, int]]:
    """Package -> its version and the number of its hashes."""
    blocks = re.split(r"\n(?=\S)", (ROOT / "locks" / f"{name}.lock").read_text("utf-8"))
    pins = [re.match(r"([A-Za-z0-9._-]+)==(\S+)", block) for block in blocks]
    return {pin[1]: (pin[2], block.count("--hash=sha256:")) for pin, block in zip(pins, blocks, strict=True) if pin}


def test_environment_yml_has_the_names_and_bounds_of_pyproject() -> None:
    listed = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    ours = {f"{ON_CONDA_FORGE.get(one.name, one.name)}{one.specifier}" for one in wanted("build", "test", "bench")}
    assert set(listed) == ours | {"pip", f"python{PROJECT['requires-python']}"}


def test_the_build_needs_what_the_extra_build_brings() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert set(build) <= set(EXTRAS["build"])


@pytest.mark.parametrize("name", SETS)
def test_a_lock_satisfies_pyproject(name: str) -> None:
    pins = locked(name)
    for one in wanted(*SETS[name]):
        version, _ = pins[canonicalize_name(one.name)]
        assert one.specifier.contains(version), f"{one} is locked to {version}: run locks/renew"


@pytest.mark.parametrize("name", SETS)
def test_everything_in_a_lock_has_a_hash_and_names_no_address(name: str) -> None:
    assert all(hashes for _, hashes in locked(name).values())
    assert "://" not in (ROOT / "locks" / f"{name}.lock").read_text("utf-8")


def test_each_lock_contains_the_smaller_one_with_equal_versions() -> None:
    lab, test, bench, labhost = (set(locked(name).items()) for name in SETS)
    assert lab < test < bench
    assert lab < labhost


def test_the_console_script_leads_to_a_function() -> None:
    from hostnet_lab import cli

    assert PROJECT["scripts"] == {"hostnet-lab": "hostnet_lab.cli:main"}
    assert callable(cli.main)


@pytest.mark.parametrize("builder", [WheelBuilder, SdistBuilder])
def test_all_that_a_page_is_made_of_travels_with_the_package(builder: type[BuilderInterface[Any, Any]]) -> None:
    travels = {Path(one.path).resolve() for one in builder(str(ROOT)).recurse_included_files()}
    pages = {path for path in (ROOT / "hostnet_lab" / "pages").iterdir() if path.is_file()}
    assert pages <= travels and {".html", ".css", ".js"} <= {path.suffix for path in pages}
