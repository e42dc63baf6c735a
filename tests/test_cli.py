"""The command line: whose word is whose, which exit code, and what is not imported."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from hostnet_lab import cli
from hostnet_lab.cli import actions, options
from hostnet_lab.core.errors import BadRequest, EngineUnavailable
from hostnet_lab.edges.pace import limit_s


@pytest.mark.parametrize(
    ("words", "own", "rest"),
    [
        ("", {"command": "open", "install": True, "browser": True, "port": None}, ""),
        ("--port 9000 --no-browser", {"command": "open", "port": 9000, "browser": False}, ""),
        ("exec pytest --no-install -k x", {"command": "exec", "install": True}, "pytest --no-install -k x"),
        ("exec --help", {"command": "exec"}, "--help"),
        ("--no-install exec docker ps", {"command": "exec", "install": False}, "docker ps"),
        ("test -k port tests/test_x.py --no-install -x", {"command": "test", "install": False}, "-k port tests/test_x.py -x"),
        ("test --bundle a.tar -q", {"command": "test", "bundle": Path("a.tar"), "all": False}, "-q"),
        ("bench --json figures.json", {"command": "bench"}, "--json figures.json"),
        ("--images clean", {"command": "clean", "images": True}, ""),
        ("--bundle test host", {"command": "host", "bundle": Path("test"), "action": "start"}, ""),
        ("progress reset --yes --no-install", {"command": "progress", "install": False, "action": "reset", "yes": True}, ""),
        ("verify a --junit b c", {"command": "verify", "claims": ["a", "c"], "junit": Path("b"), "html": None}, ""),
    ],
)
def test_each_word_goes_to_whom_it_belongs(words: str, own: dict[str, object], rest: str) -> None:
    found = vars(cli.parse(words.split()))
    assert {name: found[name] for name in own} == own and found["rest"] == rest.split()


@pytest.mark.parametrize(
    ("words", "said", "command"),
    [
        (["--port=0"], "from 1 to 65535", ""),
        (["--port=65536"], "from 1 to 65535", ""),
        (["host", "--port", "x"], "from 1 to 65535", " host"),
        (["doctor", "--port=9000"], "'--port=9000' belongs to nothing", " doctor"),
        (["verify", "--jso", "a"], "'--jso' belongs to nothing", " verify"),
        (["language", "xx"], "'xx' is none of: en, de, ", " language"),
        (["progress", "restart"], "'restart' is none of: show, reset", " progress"),
        (["bundle"], "required: FILE", " bundle"),
        (["prove"], "there is no such command", ""),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_rule(words: list[str], said: str, command: str) -> None:
    with pytest.raises(BadRequest) as caught:
        cli.parse(words)
    assert said in caught.value.found and caught.value.do == f"see ./lab{command} --help"


@pytest.mark.parametrize("name", options.NAMED)
def test_every_command_tells_its_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    if name == "exec":  # a program's own --help
        return
    with pytest.raises(SystemExit) as ended:
        cli.parse([name, "--help"])
    assert ended.value.code == 0 and f"usage: ./lab {name} " in (said := capsys.readouterr().out) and "--no-install" in said


def test_the_script_knows_which_options_take_a_value_and_which_commands_there_are() -> None:
    script = (actions.ROOT / "lab").read_text()
    (valued,) = re.findall(r"(--[-a-z| ]+)\) value=", script)
    (verbs,) = re.findall(r"\ncase \$verb in\n(.*?)\nesac", script, re.S)
    assert set(valued.split(" | ")) == set(options.VALUED)
    assert set(re.findall(r"[a-z]+", " ".join(re.findall(r"^ +([a-z| ]+)\)", verbs, re.M)))) <= set(options.NAMED)


def test_an_error_is_shown_in_three_lines_and_ends_with_code_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(_options: Namespace) -> int:
        raise EngineUnavailable("find an engine", "none", "start one")

    monkeypatch.setitem(actions.ACTIONS, "doctor", fail)
    assert cli.main(["doctor"]) == 2
    assert capsys.readouterr().err == "Tried: find an engine\nFound: none\nNext:  start one\n"


def test_an_interruption_says_that_the_same_command_goes_on(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt(_options: Namespace) -> int:
        raise KeyboardInterrupt

    monkeypatch.setitem(actions.ACTIONS, "open", interrupt)
    assert cli.main([]) == 130
    assert "goes on from here" in capsys.readouterr().err


def run(*words: str, code: str = "") -> subprocess.CompletedProcess[str]:
    program = code or "import sys; from hostnet_lab.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run([sys.executable, "-c", program, *words], text=True, capture_output=True, timeout=limit_s(20))


def test_exec_runs_a_command_in_the_environment_with_its_exit_code_and_words_untouched() -> None:
    answer = run("exec", "python", "-c", "import sys; print(sys.prefix, sys.argv[1:]); sys.exit(7)", "two words", "--port")
    assert answer.stdout == f"{sys.prefix} ['two words', '--port']\n"
    assert answer.returncode == 7


@pytest.mark.parametrize(("words", "said"), [(["exec"], "no command was given"), (["exec", "no-such-command"], "No such file")])
def test_exec_without_a_runnable_command_is_an_error(words: list[str], said: str) -> None:
    answer = run(*words)
    assert (answer.returncode, said in answer.stderr) == (2, True)


def test_reading_the_arguments_imports_neither_docker_nor_requests_nor_jupyter() -> None:
    heavy = ("docker", "requests", "psutil")
    code = f"import sys, hostnet_lab.cli as c; c.parse(['exec', 'true']); print([m for m in {heavy} if m in sys.modules])"
    assert run(code=code).stdout == "[]\n"


def test_a_lesson_is_opened_without_what_it_needs_later_or_never() -> None:
    later = ("docker", "ipywidgets", *(f"hostnet_lab.core.{one}" for one in ("guide.ledger", "guide.predictions", "host.findings")))
    code = f"import sys; from hostnet_lab import Lab; print([m for m in {later} if m in sys.modules])"
    assert run(code=code).stdout == "[]\n"


def test_help_names_every_command() -> None:
    text = run("--help").stdout
    assert all(f"  {name} " in text for name in options.NAMED)
    assert set(actions.ACTIONS) == set(options.COMMANDS)


PROVE = """
import sys
from pathlib import Path
from hostnet_lab import cli
from hostnet_lab.cli import actions, options
from hostnet_lab.core.errors import EngineUnavailable
def none(options): raise EngineUnavailable("find an engine", "none", "start one")
actions._engine_with_image = none
actions.ROOT = Path(sys.argv[1])
sys.exit(cli.main(["test", "-q", "-s", "-p", "no:cacheprovider", *sys.argv[2:]]))
"""


@pytest.mark.parametrize(("words", "required"), [([], "None"), (["--no-skip"], "1")])
def test_test_returns_pytests_own_exit_code_and_tells_it_what_must_not_be_skipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], required: str
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("HOSTNET_LAB_REQUIRE", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # nbval alone takes a second
    test = "import os\ndef test_it():\n    print('required:', os.environ.get('HOSTNET_LAB_REQUIRE'))\n    assert False\n"
    (tmp_path / "test_it.py").write_text(test)
    answer = run(str(tmp_path), *words, code=PROVE)
    assert f"required: {required}" in answer.stdout
    assert "not all tests can run" in answer.stderr
    assert answer.returncode == 1


@pytest.mark.parametrize("words", ["--help", "classroom --help", "verify --list", "guide bind guide/host-networking.md", "crib"])
def test_whoever_stops_reading_ends_it_quietly(words: str) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with open(theirs, "wb") as gone:
        program = [sys.executable, "-m", "hostnet_lab", *words.split()]
        done = subprocess.run(program, stdout=gone, stderr=subprocess.PIPE, cwd=actions.ROOT, text=True, timeout=limit_s(20))
    assert (done.returncode, done.stderr) == (128 + signal.SIGPIPE, "")
