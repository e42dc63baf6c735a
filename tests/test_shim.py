"""The lab's `docker`: what it labels, how it is proven when a lesson opens, and what happens where it was hidden."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from typing import cast

import nbformat
import pytest
from nbclient import NotebookClient

from hostnet_lab import Lab
from hostnet_lab.core.errors import LabError, SetupFailed
from hostnet_lab.core.host.engines import DEFAULT
from hostnet_lab.core.host.ownership import BIRTH, OWNER, Mark, read_mark
from hostnet_lab.edges import builds, host, shim
from hostnet_lab.edges.engine import Engine
from hostnet_lab.edges.open_lessons import VARIABLE, announce, withdraw
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import wait_until
from hostnet_lab.lab import EngineHost
from hostnet_lab.provision import commands, lesson_trial

LABELS = Mark(os.getuid(), "test", host.this_process()).labels()
LINE = " ".join(f"{key}={value}" for key, value in LABELS.items())
SHELLS = [one for one in ("dash", "bash", "busybox") if shutil.which(one)]
NAME = "shim-test"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a lesson changes is put back."""
    for name in ("PATH", "NO_PROXY", "no_proxy", "SHELL", shim.REAL, shim.LABELS, VARIABLE, *shim.START_UP):
        monkeypatch.setenv(name, os.environ.get(name, ""))
        if not os.environ[name]:
            monkeypatch.delenv(name)


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    """A docker that says what it was called with, a word a line."""
    path = tmp_path / "programs" / "docker"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    path.chmod(0o755)
    return path


def said(shell: str, *words: str, **environment: str) -> list[str]:
    """What the shim hands over, run by this shell."""
    command = [shell, *(["sh"] if shell == "busybox" else []), str(shim.FOLDER / "docker"), *words]
    kept = {key: value for key, value in os.environ.items() if key not in (shim.REAL, shim.LABELS, VARIABLE)}
    return subprocess.run(command, env=kept | environment, capture_output=True, text=True, check=True).stdout.splitlines()


# -- which words get labels -----------------------------------------------------------------------------------------

OPTIONS = (
    (),
    ("-D",),
    ("--debug=false",),
    ("-l", "error"),
    ("-lerror",),
    ("-Dl", "error"),
    ("-l=error",),
    ("--log-level", "error"),
    ("--context", "default"),
    ("-c", "default"),
    ("--context=default",),
    ("--config", "/proc/nonexistent"),
    ("--tls=false",),
    ("--",),
)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("verb", [("run",), ("create",), ("container", "run"), ("container", "create")], ids=" ".join)
@pytest.mark.parametrize("options", [*OPTIONS, ("-H", "tcp://x"), ("--host=x",), ("-DHx",), ("--url", "unix://x")], ids=" ".join)
def test_a_container_gets_its_labels_whatever_stands_before_the_verb(
    echo: Path, shell: str, verb: tuple[str, ...], options: tuple[str, ...]
) -> None:
    rest = ["--name", "a b", "nginx", "*", "", "run", "$(id)", "ümlaut"]
    got = said(shell, *options, *verb, *rest, HOSTNET_LAB_DOCKER=str(echo), HOSTNET_LAB_LABELS="a=1 b=2")
    birth = got[len(options) + len(verb) + 5]
    assert got == [*options, *verb, "--label", "a=1", "--label", "b=2", "--label", birth, *rest]
    assert birth.startswith(f"{BIRTH}=") and len(birth) > len(BIRTH) + 8


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("ps", "-a"),
        ("container",),
        ("container", "ls", "run"),
        ("compose", "run", "web"),
        ("exec", "x", "run"),
        ("image", "ls"),
        ("--context", "run", "ps"),
        ("-H", "create", "ps"),
        ("-v",),
        ("network", "create", "office"),
        ("service", "create", "nginx"),
    ],
    ids=" ".join,
)
def test_all_else_is_handed_over_as_it_is(echo: Path, words: tuple[str, ...]) -> None:
    expected = list(words) or [""]  # printf without words prints one empty line
    assert said("sh", *words, HOSTNET_LAB_DOCKER=str(echo), HOSTNET_LAB_LABELS="a=1") == expected


@pytest.mark.parametrize("shell", SHELLS)
def test_one_that_is_given_a_shim_for_the_real_docker_does_not_call_itself_for_ever(echo: Path, shell: str) -> None:
    path = os.pathsep.join([str(shim.FOLDER), str(echo.parent), os.environ["PATH"]])
    assert said(shell, "ps", PATH=path, HOSTNET_LAB_DOCKER=str(shim.FOLDER / "docker"), HOSTNET_LAB_LABELS="a=1") == ["ps"]


def test_where_a_shim_is_first_on_the_path_already_a_trial_is_given_the_docker_behind_it(
    echo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in JupyterLab's terminal, where `lab doctor` is typed."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(shim.FOLDER), str(echo.parent), os.environ["PATH"]]))
    given: dict[str, str] = {}

    def tried(_: object, environment: dict[str, str], __: object) -> None:
        given.update(environment)
        raise LabError("-", "-", "-")

    monkeypatch.setattr(lesson_trial, "try_a_lesson", tried)
    lesson_trial.look(cast(Engine, None), cast(EngineHost, SimpleNamespace(place="same namespace")), tmp_path, DEFAULT)
    assert given[shim.REAL] == commands.find("docker") == str(echo)


def test_no_two_containers_have_one_birth(echo: Path) -> None:
    births = {said("sh", "run", HOSTNET_LAB_DOCKER=str(echo), HOSTNET_LAB_LABELS="a=1")[-1] for _ in range(2)}
    assert len(births) == 2


@pytest.mark.engine
@pytest.mark.parametrize("options", [*OPTIONS, ("-H", "HERE"), ("-DHHERE",), ("--host", "HERE")], ids=" ".join)
def test_the_real_docker_takes_these_options_before_its_verb(engine: Engine, options: tuple[str, ...]) -> None:
    shim.lend(LABELS)
    words = [one.replace("HERE", engine.endpoint) for one in options]
    subprocess.run(["docker", *words, "create", "--name", NAME, "nginx"], check=True, capture_output=True)
    try:
        mark = read_mark((engine.inspect(NAME) or {})["Config"]["Labels"])
        assert mark and mark.labels() == LABELS
    finally:
        engine.remove(NAME)


# -- the lesson that is open ----------------------------------------------------------------------------------------


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def in_a_terminal(place: Path, echo: Path, shell: str = "sh") -> str:
    """What `docker hostnet-lab` says where no kernel has lent anything, with two shims on the PATH."""
    path = os.pathsep.join([str(shim.FOLDER), str(shim.FOLDER), str(echo.parent), os.environ["PATH"]])
    (line,) = said(shell, "hostnet-lab", HOSTNET_LAB_OPEN=str(place), PATH=path) or [""]
    return line


@pytest.mark.parametrize("shell", SHELLS)
def test_a_terminal_belongs_to_the_lesson_that_was_opened_last_and_lives(place: Path, echo: Path, shell: str) -> None:
    assert in_a_terminal(place, echo, shell) == ""
    announce(host.this_process(), LABELS)
    assert in_a_terminal(place, echo, shell) == LINE
    other = place / f"{os.getppid()}.{host.start_ticks(os.getppid())}"
    other.write_text("a=later\n")
    os.utime(other, (2e9, 2e9))
    assert in_a_terminal(place, echo, shell) == "a=later"
    for void in ("1.1", f"{os.getpid()}.7", "x", "1", ".1", "1.", "1.2.3", "$(id).1"):
        (place / void).write_text("a=void\n")
        os.utime(place / void, (3e9, 3e9))
    assert in_a_terminal(place, echo, shell) == "a=later"
    other.unlink()
    withdraw(host.this_process())
    assert in_a_terminal(place, echo, shell) == ""


def test_what_killed_kernels_left_is_removed_when_a_lesson_opens(place: Path) -> None:
    for name in ("1.1", f"{os.getpid()}.7"):
        (place / name).write_text("a=void\n")
    announce(host.this_process(), LABELS)
    assert [path.name for path in place.iterdir()] == [f"{os.getpid()}.{host.this_process().start_ticks}"]


@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_a_folder_that_others_may_write_is_not_believed(place: Path, mode: int) -> None:
    place.chmod(mode)
    announce(host.this_process(), LABELS)
    assert list(place.iterdir()) == []


def test_a_terminal_runs_the_next_docker_that_is_no_shim(place: Path, echo: Path) -> None:
    announce(host.this_process(), LABELS)
    path = os.pathsep.join([str(shim.FOLDER), str(echo.parent), os.environ["PATH"]])
    got = said("sh", "run", "nginx", HOSTNET_LAB_OPEN=str(place), PATH=path)
    assert got[0] == "run" and got[-1] == "nginx" and got.count("--label") == len(LABELS) + 1
    assert said("sh", "run", "nginx", PATH=path) == ["run", "nginx"]


def test_without_any_docker_the_shim_says_so(tmp_path: Path) -> None:
    sh = shutil.which("sh")
    assert sh
    done = subprocess.run([sh, shim.FOLDER / "docker", "ps"], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert done.returncode == 127 and "command not found" in done.stderr


# -- proof and repair -----------------------------------------------------------------------------------------------


@pytest.fixture
def programs(tmp_path: Path, echo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH on which docker is the one that echoes."""
    monkeypatch.setenv("PATH", f"{echo.parent}:{os.environ['PATH']}")
    return tmp_path


def start_up(programs: Path, text: str) -> str:
    path = programs / "start-up"
    path.write_text(text)
    return str(path)


RESET = "PATH={path}\n"
FUNCTION = 'docker() {{ {path}/docker "$@"; }}\n'
NOISE = "echo hello from $0\n"


@pytest.mark.parametrize("text", [RESET, FUNCTION, NOISE + RESET])
def test_a_start_up_file_that_hides_the_shim_is_left_out_and_named(programs: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("BASH_ENV", start_up(programs, text.format(path=f"{programs}/programs:/usr/bin:/bin".partition(":")[0])))
    if text is not FUNCTION:
        monkeypatch.setenv("BASH_ENV", start_up(programs, text.format(path=f"{programs}/programs:/usr/bin:/bin")))
    changed = shim.lend(LABELS)
    assert "BASH_ENV" in changed and "BASH_ENV" not in os.environ and shim.hidden() == ""


def test_a_start_up_file_that_hides_nothing_stays(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASH_ENV", start_up(programs, NOISE))
    assert shim.lend(LABELS) == "" and "BASH_ENV" in os.environ


def test_a_function_that_was_exported_is_left_out(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BASH_FUNC_docker%%", "() {  command docker ps\n}")
    assert "BASH_FUNC_docker%%" in shim.lend(LABELS) and shim.hidden() == ""


@pytest.mark.parametrize("text", ['#!/bin/sh\nPATH=/usr/bin:/bin exec /bin/sh "$@"\n', "#!/bin/sh\nexit 1\n"])
def test_a_shell_that_hides_the_shim_is_not_used_and_named(programs: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    shell = programs / "their-shell"
    shell.write_text(text)
    shell.chmod(0o755)
    monkeypatch.setenv("SHELL", str(shell))
    assert str(shell) in shim.lend(LABELS) and os.environ["SHELL"] != str(shell) and shim.hidden() == ""


@pytest.mark.parametrize(("mode", "ends"), [(0o644, "\n"), (0o755, "\r\n"), (0o600, "\r\n")])
def test_a_shim_that_cannot_be_run_where_it_is_is_run_as_a_copy(
    programs: Path, monkeypatch: pytest.MonkeyPatch, mode: int, ends: str
) -> None:
    folder = programs / "unpacked"
    folder.mkdir()
    (folder / "docker").write_text((shim.FOLDER / "docker").read_text().replace("\n", ends))
    (folder / "docker").chmod(mode)
    monkeypatch.setattr(shim, "FOLDER", folder)
    assert shim.lend(LABELS) == "" and shim.hidden() == ""
    place = Path(shutil.which("docker") or "").parent
    assert place != folder and place.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(place)


def test_what_cannot_be_repaired_is_said(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shim, "REPAIRS", ())
    monkeypatch.setenv("BASH_ENV", start_up(programs, RESET.format(path=f"{programs}/programs:/usr/bin:/bin")))
    with pytest.raises(SetupFailed, match=f"%%bash.*{programs}/programs/docker"):
        shim.lend(LABELS)


def test_lending_twice_leaves_one_shim_on_the_path(programs: Path) -> None:
    shim.lend(LABELS)
    path = os.environ["PATH"]
    shim.lend(LABELS)
    assert os.environ["PATH"] == path and os.environ[shim.REAL] == str(programs / "programs" / "docker")


CELLS = ("from hostnet_lab import Lab\nlab = Lab('test', ports=())", "%%bash\ndocker hostnet-lab", "!docker hostnet-lab", "lab.clean()")


@pytest.mark.engine
def test_both_kinds_of_cells_run_the_shim_in_a_kernel_whose_start_up_file_resets_the_path(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without the lab's own folder, which a lesson that another test opened has put there.
    theirs = os.pathsep.join(one for one in os.environ["PATH"].split(os.pathsep) if Path(one) != shim.FOLDER)
    monkeypatch.setenv("BASH_ENV", start_up(tmp_path, f"PATH={shlex.quote(theirs)}\n"))
    monkeypatch.setenv("SHELL", shutil.which("bash") or "sh")
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(one) for one in CELLS])
    NotebookClient(book, kernel_name="python3", timeout=round(limit_s(60))).execute()
    outputs = ["".join(one.get("text", "") for one in cell.outputs) for cell in book.cells]
    assert "BASH_ENV" in outputs[0]
    assert [read_mark(dict(word.split("=", 1) for word in one.split())) is not None for one in outputs[1:3]] == [True, True]


# -- what went past it ----------------------------------------------------------------------------------------------


@pytest.fixture
def lab(engine: Engine) -> Iterator[Lab]:
    yield Lab("test", ports=(), engine=engine, quiet=True)
    for name in (NAME, "webserver"):
        if engine.inspect(name):
            engine.remove(name, force=True)


@pytest.mark.engine
def test_clean_up_names_what_appeared_without_a_mark_and_leaves_it(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    real = os.environ[shim.REAL]
    for command in ([real, "create", "--name", "webserver", "nginx"], ["docker", "create", "--name", NAME, "nginx"]):
        subprocess.run(command, check=True, capture_output=True)
    network = lab.engine.create_network({"Name": NAME})
    lab_host, _ = lab.engine.create({"Image": "nginx", "Labels": {OWNER: "/0"}}, "shim-lab-host")
    try:
        lab.clean()
        said = capsys.readouterr().out
        assert said.startswith(f"Removed: {NAME}.") and f"without a mark, and was left alone: webserver, {NAME}." in said
        assert f"docker network rm {NAME}" in said and "docker rm -f webserver" in said and "Nothing" not in said
        assert lab.engine.inspect("webserver")
    finally:
        lab.engine.remove_network(network)
        lab.engine.remove(lab_host)


@pytest.mark.engine
def test_clean_up_does_not_name_a_build_that_runs_beside_the_lesson(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    there = {one["Id"] for one in lab.engine.containers()}
    context = io.BytesIO()
    with tarfile.open(fileobj=context, mode="w") as tar:
        info = tarfile.TarInfo("Dockerfile")
        recipe = b"FROM nginx\nRUN sleep 1000\n"
        info.size = len(recipe)
        tar.addfile(info, io.BytesIO(recipe))
    context.seek(0)

    def build() -> None:
        with suppress(LabError):  # its step is removed
            list(builds.build(lab.engine, context, f"{NAME}:1", {}, {}))

    def step() -> str:
        return next((one["Id"] for one in lab.engine.containers() if one["Id"] not in there and one["State"] == "running"), "")

    by_id, _ = lab.engine.create({"Image": str(lab.engine.image_id("nginx")), "HostConfig": {"LogConfig": {"Type": "none"}}}, NAME)
    thread = Thread(target=build)
    thread.start()
    try:
        wait_until(step, 20.0, "a step of the build")
        lab.clean()
        said = capsys.readouterr().out
        assert f"was left alone: {NAME}." in said and said.count("docker rm") == 1
    finally:
        lab.engine.remove(by_id, force=True)
        for one in lab.engine.containers():
            if one["Id"] not in there:
                lab.engine.remove(one["Id"], force=True)
        thread.join()


@pytest.mark.engine
def test_clean_up_says_nothing_of_what_stood_there_before(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    key, _ = engine.create({"Image": "nginx"}, NAME)
    try:
        Lab("test", ports=(), engine=engine, quiet=True).clean()
        assert capsys.readouterr().out == "Nothing of this lesson was left.\n"
    finally:
        engine.remove(key)


@pytest.mark.engine
def test_the_second_container_of_a_kernel_from_an_image_of_its_first_is_the_lessons(lab: Lab) -> None:
    subprocess.run(["docker", "create", "--name", NAME, "nginx"], check=True, capture_output=True)
    lab.engine.client.api.commit(NAME, "shim-image", "latest")
    try:
        subprocess.run(["docker", "create", "--name", "webserver", "shim-image"], check=True, capture_output=True)
        assert sorted(name for name in (NAME, "webserver") if lab.is_mine(lab.container(name))) == [NAME, "webserver"]
        lab.clean()
        assert lab.engine.inspect("webserver") is None
    finally:
        lab.engine.client.api.remove_image("shim-image", force=True)


@pytest.mark.engine
def test_a_lesson_is_open_for_the_terminal_until_its_clean_up(engine: Engine, place: Path) -> None:
    lab = Lab("test", ports=(), engine=engine, quiet=True)
    assert [path.read_text().split() for path in place.iterdir()] == [[f"{k}={v}" for k, v in lab.mark.labels().items()]]
    environment = {key: value for key, value in os.environ.items() if key not in (shim.REAL, shim.LABELS)}
    subprocess.run(["docker", "create", "--name", NAME, "nginx"], env=environment, check=True, capture_output=True)
    lab.clean()
    assert engine.inspect(NAME) is None and list(place.iterdir()) == []


@pytest.mark.engine
def test_a_kernel_that_ends_in_order_is_no_longer_open(place: Path, engine: Engine) -> None:
    script = "from hostnet_lab import Lab; import os; Lab('test', ports=()); print(len(os.listdir(os.environ['HOSTNET_LAB_OPEN'])))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "1" and list(place.iterdir()) == []
