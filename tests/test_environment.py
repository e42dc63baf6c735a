"""What stands in a reader's environment, and what a child of the lab finds of it. A line of a table is a test."""

from __future__ import annotations

import os
import pwd
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hostnet_lab.core.host.inheritance import What, dropped, read_rules, rule_of
from hostnet_lab.edges import inheritance
from hostnet_lab.edges.inheritance import FILE, rules
from hostnet_lab.provision.jupyter_setup import child_environment
from hostnet_lab.words import setting

CHECKOUT = Path(__file__).parents[1]
USABLE, THEIRS = "/tmp", pwd.getpwuid(os.getuid()).pw_dir


def words_of(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GONE = words_of("""
PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONSAFEPATH PYTHONWARNINGS PYTHONOPTIMIZE PYTHONUSERBASE
PYTHONINSPECT PYTHONIOENCODING PYTHONBREAKPOINT PYTHONHASHSEED PYTHONDEVMODE PYTHON_COLORS CONDA_PREFIX CONDA_PREFIX_1
CONDA_DEFAULT_ENV PYTEST_ADDOPTS PYTEST_PLUGINS PYTEST_DISABLE_PLUGIN_AUTOLOAD COVERAGE_PROCESS_START MYPYPATH
JUPYTER_PATH JUPYTER_CONFIG_PATH JUPYTER_PLATFORM_DIRS JUPYTER_NO_CONFIG JUPYTER_RUNTIME_DIR JUPYTER_TOKEN JUPYTER_PORT
JUPYTERHUB_API_TOKEN JUPYTERLAB_DIR IPYTHON_SUPPRESS_CONFIG_ERRORS JPY_PARENT_PID
BASH_ENV ENV CDPATH SHELLOPTS BASHOPTS PROMPT_COMMAND POSIXLY_CORRECT COLUMNS LINES GREP_OPTIONS GREP_COLOR NO_COLOR FORCE_COLOR
CLICOLOR CLICOLOR_FORCE BASH_FUNC_docker%%
LD_PRELOAD LD_AUDIT LD_DEBUG PERL5LIB PERL5OPT PERLLIB NODE_OPTIONS NODE_PATH PLAYWRIGHT_BROWSERS_PATH PWDEBUG CHROMIUM_FLAGS
CHROMIUM_USER_FLAGS GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE NOTIFY_SOCKET LISTEN_FDS LISTEN_PID WATCHDOG_USEC
PIP_TARGET PIP_PREFIX PIP_USER PIP_ROOT PIP_REQUIRE_VIRTUALENV PIP_ONLY_BINARY PIP_NO_BINARY PIP_CONSTRAINT PIP_REQUIREMENT
PIP_DRY_RUN PIP_REPORT PIP_QUIET PIP_PYTHON PIP_REQUIRE_HASHES PIP_PLATFORM
UV_PROJECT_ENVIRONMENT UV_TARGET UV_SYSTEM_PYTHON UV_PYTHON UV_EXCLUDE_NEWER UV_CONSTRAINT UV_BREAK_SYSTEM_PACKAGES UV_PREFIX
NPM_CONFIG_PREFIX npm_config_prefix npm_config_global
""")

TAKEN_OVER = words_of("""
USER LANGUAGE TERM DISPLAY WAYLAND_DISPLAY BROWSER PAGER SHELL SSH_AUTH_SOCK XDG_CONFIG_HOME XDG_DATA_HOME XDG_DATA_DIRS
http_proxy HTTPS_PROXY ALL_PROXY SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS LD_LIBRARY_PATH
DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG HOSTNET_LAB_LANGUAGE HOSTNET_LAB_PROGRESS CI CONDA_EXE MAMBA_EXE MAMBA_ROOT_PREFIX
PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_FIND_LINKS PIP_TRUSTED_HOST PIP_PROXY PIP_CERT PIP_CLIENT_CERT PIP_CACHE_DIR PIP_CONFIG_FILE
UV_INDEX UV_INDEX_URL UV_INDEX_MIRROR_PASSWORD UV_DEFAULT_INDEX UV_OFFLINE UV_SYSTEM_CERTS UV_CACHE_DIR UV_PYTHON_INSTALL_MIRROR
NPM_CONFIG_REGISTRY npm_config_https_proxy npm_config_cafile PYTEST_CURRENT_TEST
""")

# name, what the reader has, what a child has: "OWN" is the lab's own folder, "ENV" its environment.
COMPLETED = (
    ("PATH", "/reader/bin", f"{Path(sys.executable).parent}:/reader/bin"),
    ("PATH", "", f"{Path(sys.executable).parent}:{os.defpath}"),
    ("HOME", USABLE, USABLE),
    ("HOME", "/proc/nonexistent", THEIRS),
    ("HOME", "/etc/passwd", THEIRS),
    ("HOME", "tmp", THEIRS),
    ("HOME", "", THEIRS),
    ("no_proxy", "intra.example", "intra.example,localhost,127.0.0.1,::1,192.0.2.7"),
    ("NO_PROXY", "intra.example", "intra.example,localhost,127.0.0.1,::1,192.0.2.7"),
    ("JUPYTER_CONFIG_DIR", "/reader", "OWN/config"),
    ("JUPYTER_DATA_DIR", "/reader", "OWN/data"),
    ("JUPYTERLAB_SETTINGS_DIR", "/reader", "OWN/settings"),
    ("JUPYTERLAB_WORKSPACES_DIR", "/reader", "OWN/workspaces"),
    ("JUPYTER_PREFER_ENV_PATH", "1", "0"),
    ("IPYTHONDIR", "/reader", "OWN/ipython"),
    ("CURL_HOME", "/reader", "OWN/curl"),
    ("NETRC", "/reader", os.devnull),
    ("VIRTUAL_ENV", "/reader", sys.prefix),
    ("PYTHONNOUSERSITE", "", "1"),
    ("PYTHONDONTWRITEBYTECODE", "", "1"),
    ("PYTHONUTF8", "0", "1"),
    ("LANG", "C.UTF-8", "C.UTF-8"),
    ("LC_ALL", "POSIX", "POSIX"),
    ("LC_CTYPE", "UTF-8", None),
    ("LC_ALL", "xx_XX.UTF-8", None),
    ("LANG", "", ""),
    ("TMPDIR", "/proc/nonexistent", None),
    ("TMPDIR", "/etc/passwd", None),
    ("TMPDIR", USABLE, USABLE),
    ("XDG_RUNTIME_DIR", "/run/user/4242", None),
)


@pytest.mark.parametrize("name", GONE)
def test_a_child_does_not_get(name: str, tmp_path: Path) -> None:
    assert name not in child_environment(tmp_path, {name: "/reader"}, [])


@pytest.mark.parametrize("name", TAKEN_OVER)
def test_a_child_gets_as_it_is(name: str, tmp_path: Path) -> None:
    assert child_environment(tmp_path, {name: "/reader"}, [])[name] == "/reader"


@pytest.mark.parametrize(("name", "value", "right"), COMPLETED)
def test_a_child_gets_instead(name: str, value: str, right: str | None, tmp_path: Path) -> None:
    right = right and right.replace("OWN", str(tmp_path / ".lab" / "jupyter"))
    assert child_environment(tmp_path, {name: value}, ["192.0.2.7"]).get(name) == right


def test_the_language_that_is_wanted_is_known_also_by_a_locale_that_is_not_there(tmp_path: Path) -> None:
    told = child_environment(tmp_path, {"LANG": "de_XX.UTF-8", "LC_CTYPE": "UTF-8"}, [])
    assert "LANG" not in told and setting.chosen(("en", "de"), "en", {"LANGUAGE": told["LANGUAGE"]}) == "de"


def test_a_user_without_a_name_and_a_home_gets_one_in_the_lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 4242424)
    monkeypatch.setattr(inheritance, "OWN_HOME", tmp_path / "home")
    assert inheritance.home({"HOME": "/proc/nonexistent"}) == str(tmp_path / "home") and (tmp_path / "home").is_dir()


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")
@pytest.mark.parametrize("place", [".curlrc", ".config/curlrc", "xdg/curlrc", "xdg/.curlrc", "named/.curlrc"])
def test_curl_shows_what_it_shows_elsewhere(place: str, tmp_path: Path) -> None:
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(f"output = {tmp_path}/stolen\n")
    (tmp_path / "page").write_text("the page")
    told = {
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "xdg"),
        "CURL_HOME": str(tmp_path / "named"),
        "PATH": os.environ["PATH"],
    }
    command = ["curl", "-s", f"file://{tmp_path}/page"]
    done = subprocess.run(command, env=child_environment(tmp_path / "lab", told, []), text=True, capture_output=True, check=True)
    assert done.stdout == "the page" and not (tmp_path / "stolen").exists()


def test_what_the_rules_say_is_set_is_set_and_nothing_else(tmp_path: Path) -> None:
    own = {rule.pattern for rule in rules() if rule.what in (What.SET, What.ADD)}
    assert set(child_environment(tmp_path, {}, [])) == own


# --- the file -------------------------------------------------------------------------------------------------------


def test_each_rule_has_a_pattern_that_a_shell_reads_likewise_and_a_reason() -> None:
    for rule in rules():
        assert re.fullmatch(r"[A-Za-z_*][A-Za-z0-9_*]*", rule.pattern) and rule.why


def test_no_rule_is_hidden_by_one_before_it() -> None:
    for number, rule in enumerate(rules()):
        example = rule.pattern.replace("*", "X")
        assert rule_of(example, rules()) == rule, f"line {number}: {rule.pattern}"


def test_a_line_that_is_no_rule_is_an_error() -> None:
    for text in ("PYTHONPATH drop", "PYTHONPATH forget why"):
        with pytest.raises(ValueError):
            read_rules(text)


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_the_script_forgets_what_python_forgets_before_there_is_a_python(shell: str) -> None:
    """One file, two readers: the script's own function is run on every name that a test here knows."""
    names = {*GONE, *TAKEN_OVER, *(name for name, _, _ in COMPLETED), *(rule.pattern.replace("*", "X") for rule in rules())}
    there = {name: "/proc/nonexistent" for name in names} | {"PATH": os.environ["PATH"], "SHELLOPTS": "braceexpand"}
    there |= {"LD_LIBRARY_PATH": "", "LD_PRELOAD": "", "LD_AUDIT": "", "LD_DEBUG": "", "LD_X": ""}
    source = (CHECKOUT / "lab").read_text("utf-8")
    function = source[source.index("settle() {") : source.index("\nsettle\n")]
    script = f"set -eu\nroot={shlex.quote(str(CHECKOUT))}\n{function}\nsettle\nenv -0"
    done = subprocess.run([shell, "-c", script], env=there, text=True, capture_output=True, check=True)
    left = {entry.partition("=")[0] for entry in done.stdout.split("\0")} & names
    own = {"SHELLOPTS", "BASHOPTS", *(name for name in names if name.startswith("BASH_FUNC_"))}  # a shell keeps these: Python drops them
    assert left - own == names - set(dropped(there, rules(), {What.FOLDER: os.path.isdir})) - own


def test_the_rules_travel_with_the_package() -> None:
    assert FILE.is_relative_to(CHECKOUT / "hostnet_lab")
