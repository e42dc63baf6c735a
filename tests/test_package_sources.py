"""pip and uv with a reader's settings: mirrors, proxies, certificates and cache are theirs; what is installed, and where, is not."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hostnet_lab.core.errors import SetupFailed
from hostnet_lab.edges import pip, uv

CHECKOUT = Path(__file__).parents[1]

# What stands in pip.conf, by section and key; and what pip gets of it for `install`.
TAKEN_OVER = (
    ("global.index-url='https://mirror.example/simple'", {"PIP_INDEX_URL": "https://mirror.example/simple"}),
    ("install.index-url='https://mirror.example/simple'", {"PIP_INDEX_URL": "https://mirror.example/simple"}),
    ("download.index-url='https://mirror.example/simple'", {}),
    ("global.extra-index-url='\\nhttps://a.example\\nhttps://b.example'", {"PIP_EXTRA_INDEX_URL": "\nhttps://a.example\nhttps://b.example"}),
    ("global.trusted-host='mirror.example'", {"PIP_TRUSTED_HOST": "mirror.example"}),
    ("global.proxy='http://proxy.example:3128'", {"PIP_PROXY": "http://proxy.example:3128"}),
    ("global.cert='/ca.pem'", {"PIP_CERT": "/ca.pem"}),
    (":env:.cert='/ca.pem'\nglobal.cert='/other.pem'", {"PIP_CERT": "/ca.pem"}),
    ("global.find-links='/wheels'\nglobal.no-index='true'", {"PIP_FIND_LINKS": "/wheels", "PIP_NO_INDEX": "true"}),
    ("global.find-links='/wheels'\n:env:.no-index='1'", {"PIP_FIND_LINKS": "/wheels", "PIP_NO_INDEX": "1"}),
    ("global.no-index='true'", {}),
    (":env:.no-index='1'", {}),
    ("global.use-feature='fast-deps truststore'", {"PIP_USE_FEATURE": "truststore"}),
    ("global.use-feature='2020-resolver'", {}),
    *(
        (f"{section}.{key}='/stranger'", {})
        for section in ("global", "install", ":env:")
        for key in ("target", "prefix", "root", "user", "require-virtualenv", "only-binary", "no-binary", "constraint", "requirement",
                    "dry-run", "report", "quiet", "python", "platform", "abi", "log", "src", "editable", "upgrade", "require-hashes")
    ),
    ("no line of a setting", {}),
    ("global.index-url=[unreadable", {}),
)  # fmt: skip


@pytest.mark.parametrize(("listed", "right"), TAKEN_OVER)
def test_of_pips_settings_these_are_taken_over(listed: str, right: dict[str, str]) -> None:
    assert pip.chosen(pip.read_settings(listed, "install")) == right


# uv.toml, and what uv gets of it.
UV: tuple[tuple[str, dict[str, Any]], ...] = (
    ('index-url = "https://mirror.example/simple"', {"index-url": "https://mirror.example/simple"}),
    (
        '[[index]]\nname = "m"\nurl = "https://m.example"\ndefault = true',
        {"index": [{"name": "m", "url": "https://m.example", "default": True}]},
    ),
    ('find-links = ["./wheels", "/w", "https://f.example"]', {"find-links": ["HERE/wheels", "/w", "https://f.example"]}),
    ("[pip]\nno-index = true", {"no-index": True}),
    ("native-tls = true\noffline = false", {"native-tls": True, "offline": False}),
    ('cache-dir = "/c \\"é\\u007f"', {"cache-dir": '/c "é\x7f'}),
    ('[pip]\ntarget = "/stranger"\nprefix = "/stranger"\nsystem = true\npython = "3.9"\nonly-binary = [":all:"]', {}),
    ('exclude-newer = "2020-01-01"\nrequired-version = ">=99"\nconstraint-dependencies = ["docker<1"]\nno-binary = true', {}),
    ("damaged = = =", {}),
)


@pytest.mark.parametrize(("text", "right"), UV)
def test_of_uvs_settings_these_are_taken_over(text: str, right: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").write_text(text)
    own = {"PATH": os.environ["PATH"], "XDG_CONFIG_HOME": str(tmp_path), "XDG_CONFIG_DIRS": str(tmp_path / "none")}
    subprocess.run([sys.executable, "-P", "-m", "hostnet_lab.edges.uv", str(tmp_path / "ours.toml")], env=own, check=True)
    found = json.dumps(tomllib.loads((tmp_path / "ours.toml").read_text("utf-8")))
    assert json.loads(found.replace(str(tmp_path / "uv"), "HERE")) == right
    assert (tmp_path / "ours.toml").stat().st_mode & 0o077 == 0


def test_a_named_file_is_uvs_only_one_and_else_lists_are_joined(tmp_path: Path) -> None:
    for name, text in (("user", 'find-links = ["/u"]\nindex-url = "https://u"'), ("site", 'find-links = ["/s"]\nindex-url = "https://s"')):
        (tmp_path / name / "uv").mkdir(parents=True)
        (tmp_path / name / "uv" / "uv.toml").write_text(text)
    both = {"XDG_CONFIG_HOME": str(tmp_path / "user"), "XDG_CONFIG_DIRS": str(tmp_path / "site")}
    assert uv.settings(both) == {"find-links": ["/u", "/s"], "index-url": "https://u"}
    assert uv.settings({**both, "UV_CONFIG_FILE": str(tmp_path / "site" / "uv" / "uv.toml")}) == {
        "find-links": ["/s"],
        "index-url": "https://s",
    }


# --- the real ones --------------------------------------------------------------------------------------------------

HINDERING = """[global]
target = {stranger}
user = true
quiet = 3
require-virtualenv = true
dry-run = true
only-binary = no-such-package
constraint = {stranger}/no-such-file
index-url = http://127.0.0.1:9/simple
retries = 0
no-index = true
find-links = {wheels}
"""


def wheel(folder: Path) -> None:
    """A package that can be installed without a network."""
    import zipfile

    folder.mkdir()
    with zipfile.ZipFile(folder / "tiny-1.0-py3-none-any.whl", "w") as made:
        made.writestr("tiny.py", "")
        made.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        made.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        made.writestr(
            "tiny-1.0.dist-info/RECORD",
            "tiny.py,,\ntiny-1.0.dist-info/METADATA,,\ntiny-1.0.dist-info/WHEEL,,\ntiny-1.0.dist-info/RECORD,,\n",
        )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare Debian's Python has no ensurepip: there the wheel does it that ./lab has fetched."""
    place = tmp_path_factory.mktemp("made") / "own env"
    venv.create(place, with_pip=importlib.util.find_spec("ensurepip") is not None)
    return place


@pytest.fixture
def own(made: Path) -> Iterator[Path]:
    """An environment of pip's, which takes seconds to make, with nothing else in it."""
    assert not list(made.rglob("tiny*"))
    yield made
    for one in [*made.rglob("tiny*")]:
        shutil.rmtree(one) if one.is_dir() else one.unlink()


@pytest.mark.parametrize("where", ["~/.config/pip/pip.conf", "PIP_CONFIG_FILE", "variables"])
def test_pip_installs_into_its_own_environment_from_the_readers_mirror(where: str, own: Path, tmp_path: Path) -> None:
    stranger, wheels = tmp_path / "stranger", tmp_path / "wheels"
    stranger.mkdir()
    wheel(wheels)
    text = HINDERING.format(stranger=stranger, wheels=wheels)
    told = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    if where == "variables":
        pairs = [line.split(" = ") for line in text.splitlines()[1:]]
        told |= {"PIP_" + key.upper().replace("-", "_"): value for key, value in pairs}
    else:
        place = tmp_path / where.removeprefix("~/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        told |= {"PIP_CONFIG_FILE": str(place)} if where == "PIP_CONFIG_FILE" else {}
    command = [str(own / "bin" / "python"), "-P", "-m", "hostnet_lab.edges.pip", "install", "-qq", "--no-deps", "tiny"]
    done = subprocess.run(command, env=told, text=True, capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert list(own.rglob("tiny.py")) and list(stranger.iterdir()) == []


def test_where_the_environment_has_no_pip_the_wheel_it_was_made_with_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a bare Debian, whose Python has neither pip nor ensurepip."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(pip, "DEBIANS", tmp_path / "none")
    monkeypatch.setattr(pip, "FETCHED", tmp_path)
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(SetupFailed, match="neither pip nor uv"):
        pip.command()
    there = tmp_path / str(tmp_path / "none")[1:] / "pip-23.0.1-py3-none-any.whl"
    there.parent.mkdir(parents=True)
    there.touch()
    assert pip.command() == [sys.executable, str(there / "pip")]
