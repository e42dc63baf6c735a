"""./lab up to the hand-over: the order of its ladder, what it repeats and what it does not. All tools are stand-ins."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from hostnet_lab.edges.pace import limit_s
from tests.faults.damages import CONTENTS, IN_PLACE, Damage, untouched

ROOT = Path(__file__).parents[1]
NEEDED = (
    "sh",
    "cat",
    "chmod",
    "chown",
    "cksum",
    "env",
    "find",
    "flock",
    "head",
    "id",
    "kill",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "readlink",
    "rm",
    "sed",
    "stat",
    "touch",
    "tr",
)

COPIED = ("lab", "hostnet_lab/inherited.rules", "pyproject.toml", "environment.yml", *map("locks/{}.lock".format, ("lab", "test", "bench")))

# Each stand-in writes its name and arguments into the journal. Those that make an environment put STAND_IN into it.
PYTHON = r"""#!/bin/sh
case "$*" in "-P -m hostnet_lab "*) shift 3; echo "lab in $PWD:" "$@"; exit ;; esac
echo "env-python $*" >>"$JOURNAL"
"""
MAKE = 'mkdir -p "$env/bin" && : >"$env/pyvenv.cfg" && cat "$STAND_IN" >"$env/bin/python" && chmod +x "$env/bin/python"'
CONDA = rf"""#!/bin/sh
echo "${{0##*/}} $*" >>"$JOURNAL"
case $1 in env) env=$5; {MAKE} ;; esac
"""
UV = rf"""#!/bin/sh
echo "uv $*" >>"$JOURNAL"
case $2 in venv) env=$6; {MAKE} ;; esac
"""
PYTHON3 = rf"""#!/bin/sh
case $1 in -c) exit 0 ;; esac
echo "python3 $*" >>"$JOURNAL"
case $2 in venv) env=$4; {MAKE} ;; esac
"""
WORDS = "env-python -P -m hostnet_lab.words.compiled"
FAILS = '#!/bin/sh\necho "${0##*/} $*" >>"$JOURNAL"\nexit 1\n'


class Machine:
    """A checkout in a folder with spaces, on a machine that has only what ``tools`` names."""

    def __init__(self, place: Path, **tools: str) -> None:
        self.root = place / "host net lab"
        self.bin, self.journal = place / "bin", place / "journal"
        self.bin.mkdir(parents=True)
        for name in NEEDED:
            (self.bin / name).symlink_to(shutil.which(name) or name)
        for name, script in tools.items():
            self.add(name, script)
        (place / "python").write_text(PYTHON)
        (self.root / "locks").mkdir(parents=True)
        (self.root / "hostnet_lab").mkdir()
        for name in COPIED:
            shutil.copy(ROOT / name, self.root / name)
        own = {"PATH": str(self.bin), "LC_ALL": "C", "JOURNAL": str(self.journal), "STAND_IN": str(place / "python")}
        self.environment = own | {"HOME": str(place)}
        self.prefix: list[str] = []  # before the script

    def add(self, name: str, script: str) -> None:
        (self.bin / name).unlink(missing_ok=True)  # a link to the machine's own
        (self.bin / name).write_text(script)
        (self.bin / name).chmod(0o755)

    def lab(self, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run ./lab; the journal begins anew."""
        self.journal.write_text("")
        command = [*self.prefix, "sh", str(self.root / "lab"), *words]
        return subprocess.run(command, env=self.environment, cwd=cwd or self.root, text=True, capture_output=True, timeout=limit_s(20))

    @property
    def calls(self) -> list[str]:
        return self.journal.read_text().replace(str(self.root), "ROOT").splitlines()

    @property
    def makers(self) -> list[str]:
        """Who was asked to make the environment, in order."""
        makers = [call.split()[0] for call in self.calls if not call.startswith("env-python")]
        return list(dict.fromkeys(makers))


@pytest.mark.parametrize("tool", ["conda", "mamba", "micromamba"])
def test_a_conda_that_is_there_makes_the_environment_from_environment_yml(tmp_path: Path, tool: str) -> None:
    machine = Machine(tmp_path, **{tool: CONDA}, uv=UV, python3=PYTHON3)
    run = machine.lab("doctor")
    assert run.returncode == 0, run.stderr
    assert machine.calls[0] == f"{tool} env create -q -p ROOT/.lab/env -f environment.yml"
    assert machine.makers == [tool]
    assert "--no-build-isolation --no-index --editable ." in machine.calls[-3]
    assert machine.calls[-2:] == ["env-python ROOT/hostnet_lab/edges/bytecode.py ROOT/hostnet_lab ROOT/.lab/env/lib", WORDS]


def test_a_conda_that_is_active_but_not_on_the_path_is_used(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV)
    machine.add("hidden", CONDA)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    machine.environment["CONDA_EXE"] = str(shutil.move(machine.bin / "hidden", elsewhere / "conda"))
    machine.lab("doctor")
    assert machine.makers == ["conda"]


def test_a_rung_that_fails_says_so_and_the_next_is_tried(tmp_path: Path) -> None:
    machine = Machine(tmp_path, conda=FAILS, uv=FAILS, python3=PYTHON3)
    run = machine.lab("doctor")
    assert machine.makers == ["conda", "uv", "python3"]
    assert "conda could not make it" in run.stderr and "uv could not make it" in run.stderr
    assert run.stdout.endswith("doctor\n")


def test_uv_takes_the_exact_lock_with_hashes(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("doctor")
    assert machine.makers == ["uv"]
    assert any(call.endswith("--require-hashes --compile-bytecode locks/lab.lock") for call in machine.calls)


def test_pip_takes_the_exact_lock_with_hashes_and_nothing_else(tmp_path: Path) -> None:
    machine = Machine(tmp_path, python3=PYTHON3)
    machine.lab("doctor")
    assert "python3 -m venv --without-pip ROOT/.lab/env" in machine.calls
    install = next(call for call in machine.calls if "lab.lock" in call)
    assert "--no-deps" in install and "--require-hashes" in install


def test_the_second_call_does_no_set_up(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("doctor")
    run = machine.lab("doctor", "--no-browser")
    assert (machine.calls, run.stderr) == ([], "")
    assert run.stdout == f"lab in {machine.root}: doctor --no-browser\n"


@pytest.mark.parametrize("name", ["new.py", "__pycache__/new.cpython-311.pyc", "words/de/new.po"])
def test_bytecode_and_translations_are_compiled_again_once_where_anything_changed(tmp_path: Path, name: str) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("doctor")
    changed = machine.root / "hostnet_lab" / name
    changed.parent.mkdir(parents=True, exist_ok=True)
    changed.touch()
    later = (machine.root / ".lab/env/.hostnet-lab").stat().st_mtime_ns + 1_000_000
    os.utime(changed, ns=(later, later))
    assert machine.lab("doctor").stdout.endswith("doctor\n")
    assert machine.calls == ["env-python ROOT/hostnet_lab/edges/bytecode.py ROOT/hostnet_lab", WORDS]
    assert machine.lab("doctor").stdout.endswith("doctor\n") and machine.calls == []


@pytest.mark.parametrize(
    ("first", "then", "again"),
    [("test", "doctor", False), ("bench", "test", False), ("doctor", "test", True), ("test", "bench", True)],
)
def test_a_larger_set_serves_a_smaller_wish_and_not_the_other_way(tmp_path: Path, first: str, then: str, again: bool) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab(first)
    machine.lab(then)
    assert bool(machine.calls) is again


def test_a_changed_lock_is_installed_and_keeps_the_larger_set(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("test")
    with (machine.root / "locks/test.lock").open("a") as lock:
        lock.write("# newer\n")
    machine.lab("doctor")
    assert any("locks/test.lock" in call for call in machine.calls)


def test_a_moved_checkout_makes_its_environment_again(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("doctor")
    machine.root = machine.root.rename(tmp_path / "moved")
    machine.lab("doctor")
    assert machine.calls


def test_after_an_interruption_the_same_command_goes_on(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV.replace("case $2", 'case "$*" in *sync*) kill -INT $PPID ;; esac; case $2'), python3=PYTHON3)
    run = machine.lab("doctor")
    assert run.returncode == 130
    assert "goes on from here" in run.stderr
    machine.add("uv", UV)
    run = machine.lab("doctor")
    assert run.stdout.endswith("doctor\n")
    assert not any(" venv " in call for call in machine.calls), "what was made before is kept"


def test_without_python_and_without_leave_to_install_it_says_what_to_type(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    run = machine.lab("--no-install")
    assert run.returncode == 2
    assert [line.split(":")[0] for line in run.stderr.splitlines()] == ["Tried", "Found", "Next"]


def test_no_install_may_stand_behind_the_command_and_forbids_apt(tmp_path: Path) -> None:
    machine = Machine(tmp_path, **{"apt-get": FAILS})
    run = machine.lab("doctor", "--no-install")
    assert (run.returncode, machine.calls) == (2, [])
    assert "apt-get install" in run.stderr.splitlines()[-1]


def test_an_option_behind_exec_belongs_to_the_command(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    run = machine.lab("exec", "pip", "--no-install", "two words")
    assert run.stdout.endswith("exec pip --no-install two words\n")


def test_it_may_be_called_by_a_link_and_leaves_the_folder_as_it_was(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    link = tmp_path / "link"
    link.symlink_to(machine.root / "lab")
    command = ["sh", str(link), "exec", "true"]
    run = subprocess.run(command, env=machine.environment, cwd=tmp_path, text=True, capture_output=True, timeout=limit_s(20))
    assert run.stdout == f"lab in {tmp_path}: exec true\n"


@pytest.mark.parametrize("damage", IN_PLACE + CONTENTS, ids=lambda one: one.name)
def test_whatever_stands_in_the_place_of_the_stamp_the_environment_is_made_anew_and_then_is_ready(damage: Damage, tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("doctor")
    damage.do(machine.root / ".lab/env/.hostnet-lab")
    assert machine.lab("doctor").stdout.endswith("doctor\n") and machine.makers == ["uv"]
    assert machine.lab("doctor").stdout.endswith("doctor\n") and machine.calls == []
    assert untouched(machine.root / ".lab/env/.hostnet-lab")


def test_of_two_first_calls_the_second_says_for_whom_it_waits_and_finds_the_environment_made(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    machine.lab("doctor")
    (machine.root / ".lab/env/.hostnet-lab").unlink()
    gate, once = tmp_path / "gate", tmp_path / "once"
    os.mkfifo(gate)
    once.touch()
    machine.add("uv", UV.replace("case $2", f"! rm '{once}' 2>/dev/null || read -r go <'{gate}'; case $2"))
    command = ["sh", str(machine.root / "lab"), "doctor"]
    pipes: dict[str, Any] = {"env": machine.environment, "text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    first = subprocess.Popen(command, cwd=machine.root, **pipes)
    assert first.stderr and "with uv" in first.stderr.readline()
    second = subprocess.Popen(command, cwd=machine.root, **pipes)
    assert second.stderr
    user = pwd.getpwuid(os.getuid()).pw_name
    assert second.stderr.readline() == (
        f"lab: Another ./lab is making the environment: waiting for process {first.pid} ({user}: {' '.join(command)}).\n"
    )
    gate.write_text("go\n")
    assert first.communicate(timeout=limit_s(20))[0].endswith("doctor\n") and second.communicate(timeout=limit_s(20))[0].endswith(
        "doctor\n"
    )


def test_the_lock_of_the_set_up_can_be_opened_by_nobody_else(tmp_path: Path) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    (machine.root / ".lab/run").mkdir(parents=True)
    for folder in (".lab", ".lab/run"):
        (machine.root / folder).chmod(0o777)
    machine.lab("doctor")
    modes = {name: stat.S_IMODE((machine.root / name).stat().st_mode) for name in (".lab", ".lab/run", ".lab/run/setup.lock")}
    assert modes == {".lab": 0o755, ".lab/run": 0o700, ".lab/run/setup.lock": 0o600}


@pytest.mark.parametrize("flock", ["#!/bin/sh\necho 'flock: 9: No locks available' >&2; exit 71\n", "#!/bin/sh\nexit 1\n", ""])
def test_where_there_are_no_locks_the_environment_is_made_without(tmp_path: Path, flock: str) -> None:
    """As util-linux's flock says it, as BusyBox does, and without such a command."""
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    (machine.bin / "flock").unlink()
    if flock:
        machine.add("flock", flock)
    run = machine.lab("doctor")
    assert run.returncode == 0 and run.stdout.endswith("doctor\n"), run.stderr
    assert "No locks" not in run.stderr


@pytest.mark.parametrize("there", ["a link for the folder", "a link for the lock", "a pipe for the lock"])
def test_what_stands_in_the_place_of_the_lock_is_not_followed_nor_waited_for(tmp_path: Path, there: str) -> None:
    machine = Machine(tmp_path, uv=UV, python3=PYTHON3)
    precious = tmp_path / "precious"
    precious.mkdir(mode=0o755)
    run = machine.root / ".lab/run"
    run.parent.mkdir()
    if there == "a link for the folder":
        run.symlink_to(precious)
    else:
        run.mkdir()
        if there == "a pipe for the lock":
            os.mkfifo(run / "setup.lock")
        else:
            (run / "setup.lock").symlink_to(precious / "made")
    said = machine.lab("doctor")
    assert said.returncode == 2 and said.stderr.startswith("Tried:")
    assert "not yours alone" in said.stderr
    assert os.listdir(precious) == [] and stat.S_IMODE(precious.stat().st_mode) == 0o755


@pytest.mark.parametrize("words", [["--help"], ["test", "-h"], ["down"]])
def test_help_and_down_make_no_environment(tmp_path: Path, words: list[str]) -> None:
    machine = Machine(tmp_path, uv=UV)
    machine.add("python3", '#!/bin/sh\n[ "$1" = -c ] || echo "$PYTHONPATH:" "$@"\n')
    run = machine.lab(*words)
    assert run.stdout == f"{machine.root}: -P -m hostnet_lab {' '.join(words)}\n"
    assert machine.calls == []


ORPHAN = """
import os, time
read, write = os.pipe()
if not os.fork():
    if not os.fork():
        os.write(write, str(os.getpid()).encode())
    os._exit(0)
os.wait()
pid = int(os.read(read, 20))
while os.path.exists(f"/proc/{pid}"):  # it is there, though dead, until somebody has waited for it
    time.sleep(0.01)
raise SystemExit(7)
"""
ENDED = """
import os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(9))
os.kill(1, signal.SIGTERM)
signal.pause()
"""


@pytest.mark.parametrize(("does", "code"), [(ORPHAN, 7), (ENDED, 9)], ids=["an orphan is reaped", "a signal is handed on"])
def test_as_the_first_process_of_a_container_it_does_what_an_init_does(tmp_path: Path, does: str, code: int) -> None:
    if os.geteuid():
        missing("a pid namespace of its own, which takes root")
    machine = Machine(tmp_path, uv=UV)
    (tmp_path / "does.py").write_text(does)
    (tmp_path / "python").write_text(
        PYTHON.replace('echo "lab in $PWD:" "$@"; exit', shlex.join(["exec", sys.executable, str(tmp_path / "does.py")]))
    )
    machine.prefix = [shutil.which("unshare") or "unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    assert machine.lab("test").returncode == code


@pytest.mark.parametrize("file", ["lab", ".ci/run", "locks/renew"])
def test_scripts_are_executable(file: str) -> None:
    assert os.access(ROOT / file, os.X_OK)
