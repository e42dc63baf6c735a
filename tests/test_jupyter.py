"""A real JupyterLab: its address answers with the first lesson, a second call shows the same one, and its end is whole."""

from __future__ import annotations

import http.client
import json
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import psutil
import pytest

from hostnet_lab.core.errors import SetupFailed, Taken
from hostnet_lab.core.host.proxies import exceptions, in_use
from hostnet_lab.edges.lesson_folder import LessonFolder
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.probe import get, wait_until
from hostnet_lab.provision import jupyter_record, jupyter_setup, record, shortcuts, terminal, tour, workspace
from hostnet_lab.provision.room import write_defaults
from hostnet_lab.words import setting

# --- what it is started with ----------------------------------------------------------------------------------------


def test_the_readers_own_exceptions_stay_first_and_both_spellings_agree() -> None:
    values = exceptions({"no_proxy": "intra.example, localhost", "NO_PROXY": "other.example"}, ["192.0.2.7"])
    assert values["no_proxy"] == "intra.example,localhost,other.example,127.0.0.1,::1,192.0.2.7"
    assert values["NO_PROXY"] == values["no_proxy"]


def test_proxy_variables_are_found_in_both_spellings() -> None:
    assert in_use({"HTTP_PROXY": "http://p:3128", "https_proxy": "http://p:3128", "ALL_PROXY": ""}) == ["https_proxy", "HTTP_PROXY"]


def test_the_kernels_get_the_labs_programs_own_folders_and_no_proxy_for_the_host(tmp_path: Path) -> None:
    values = jupyter_setup.child_environment(tmp_path, {"PATH": "/usr/bin", "HTTP_PROXY": "http://p"}, ["192.0.2.7"])
    assert values["PATH"] == f"{Path(sys.executable).parent}:/usr/bin"
    assert "192.0.2.7" in values["no_proxy"].split(",")
    own = [value for name, value in values.items() if name.startswith("JUPYTER") and name.endswith("DIR")]
    assert own and all(value.startswith(str(tmp_path)) for value in own)


def test_the_labs_defaults_are_brought_up_to_date_on_each_start(tmp_path: Path) -> None:
    path = tmp_path / "labconfig" / "default_setting_overrides.json"
    path.parent.mkdir()
    path.write_text('{"of an older version": {}}')
    write_defaults(tmp_path)
    assert json.loads(path.read_text())["@jupyterlab/notebook-extension:tracker"]["windowingMode"] == "none"
    assert json.loads(path.read_text())["@jupyterlab/translation-extension:plugin"] == {"locale": "en"}
    assert "of an older version" not in path.read_text()


def test_no_secret_stands_on_the_command_line(tmp_path: Path) -> None:
    assert not any("token" in word.lower() for word in jupyter_setup.server_command(tmp_path, 8888, ["bash"]))


def test_a_port_that_was_asked_for_and_is_held_is_an_error(free: int) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", free))
        one.listen()
        with pytest.raises(Taken, match=f"port {free}"):
            jupyter_setup.free_port(free)


def test_without_a_wish_a_held_port_is_passed_over(free: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as one:
        one.bind(("127.0.0.1", free))
        one.listen()
        monkeypatch.setattr(jupyter_setup, "PORTS", [free, 0])
        assert jupyter_setup.free_port(None) != free


def test_a_checkout_with_a_long_path_gets_a_short_private_runtime_folder_and_loses_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    root = tmp_path / ("long" * 20)
    with jupyter_setup.runtime_folder(root) as place:
        assert len(str(place)) <= jupyter_setup.LONGEST_RUNTIME
        assert stat.S_IMODE(place.stat().st_mode) == 0o700
        (place / "kernel-1-ipc-1").touch()
    assert not place.exists() and not (root / ".lab/run" / jupyter_setup.NOTE).exists()


def test_a_checkout_with_a_short_path_keeps_the_runtime_folder_inside_and_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_setup, "LONGEST_RUNTIME", 4096)
    (tmp_path / ".lab/jupyter/runtime").mkdir(parents=True)
    with jupyter_setup.runtime_folder(tmp_path) as place:
        assert place.is_relative_to(tmp_path) and stat.S_IMODE(place.stat().st_mode) == 0o700


def test_what_a_killed_server_left_in_the_runtime_folder_goes_and_a_living_ones_stays(tmp_path: Path) -> None:
    place = tmp_path / ".lab/jupyter/runtime"
    place.mkdir(parents=True)
    left = [place / name for name in ("jpserver-4000000.json", "jpserver-4000000-open.html", "kernel-a-b.json", "kernel-a-b-ipc-1")]
    stays = [place / "jupyter_cookie_secret", place / "notes.json", place / "jupyter_cookie_secret.damaged-1"]
    living = place / f"jpserver-{os.getpid()}.json"
    for one in (*left, *stays, living):
        one.touch()
    jupyter_setup.forget_runtime(tmp_path)
    assert sorted(place.iterdir()) == sorted([*left, *stays, living])
    living.unlink()
    jupyter_setup.forget_runtime(tmp_path)
    assert sorted(place.iterdir()) == sorted(stays)


def test_a_runtime_folder_that_is_a_link_to_nowhere_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jupyter_setup, "LONGEST_RUNTIME", 4096)
    (tmp_path / ".lab/jupyter").mkdir(parents=True)
    (tmp_path / ".lab/jupyter/runtime").symlink_to("nowhere")
    with pytest.raises(SetupFailed, match="a link, or no folder"), jupyter_setup.runtime_folder(tmp_path):
        pass


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout whose path counts as too long."""
    monkeypatch.setattr(jupyter_setup, "LONGEST_RUNTIME", 0)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    return tmp_path / "checkout"


def test_the_next_start_removes_the_short_folder_that_a_killed_one_left(short: Path) -> None:
    killed = jupyter_setup.runtime_folder(short)
    left = killed.__enter__()
    (left / "socket").touch()
    with jupyter_setup.runtime_folder(short) as place:
        assert place != left and not left.exists()


def test_a_folder_that_has_come_to_have_the_noted_name_is_left_alone(short: Path) -> None:
    with jupyter_setup.runtime_folder(short) as place:
        place.rename(f"{place}-away")
        place.mkdir()
        (place / "somebody's").touch()
    assert (place / "somebody's").exists()
    for path in (place / "somebody's", place, Path(f"{place}-away")):
        path.unlink() if path.is_file() else path.rmdir()


@pytest.mark.parametrize(
    "note",
    [b"", b"{}", b"[]", b'{"path": "PLACE", "device": 1, "inode": 2}', b'{"path": "\\u0000", "device": 1, "inode": 2}', b"[" * 100_000],
)
def test_a_note_that_is_damaged_removes_nothing(short: Path, note: bytes) -> None:
    (short / ".lab/run").mkdir(parents=True)
    (short / ".lab/run").chmod(0o700)
    (short / "precious").mkdir()
    (short / "precious/file").touch()
    (short / ".lab/run" / jupyter_setup.NOTE).write_bytes(note.replace(b"PLACE", bytes(short / "precious")))
    jupyter_setup.forget_runtime(short)
    assert (short / "precious/file").exists() and stat.S_IMODE((short / "precious").stat().st_mode) == 0o755
    assert not (short / ".lab/run" / jupyter_setup.NOTE).exists()


# --- the real thing -------------------------------------------------------------------------------------------------

OPEN = """
import sys
from pathlib import Path
from hostnet_lab import cli
from hostnet_lab.cli import actions
actions.ROOT = Path(sys.argv[1])
actions._engine_with_image = lambda options: {"FROM_THE_ENGINE": "yes"}
sys.exit(cli.main(sys.argv[2:]))
"""


SECOND = """
from hostnet_lab.provision import jupyter
looked, taken = jupyter.free_port, [int(sys.argv.pop(2))]
jupyter.free_port = lambda wanted: taken.pop() if taken else looked(wanted)
"""


@pytest.fixture
def free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Open:
    """A running ./lab of a checkout in a folder with spaces."""

    root: Path
    process: subprocess.Popen[str]
    address: str


def command(root: Path, *words: str) -> list[str]:
    return [sys.executable, "-c", OPEN, str(root), *words]


def environment(**more: str) -> Mapping[str, str]:
    without = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return {**without, "LC_ALL": "C", "HTTP_PROXY": "http://127.0.0.1:9", **more}


def ship_a_lesson(root: Path) -> None:
    (root / "notebooks").mkdir(parents=True)
    (root / "notebooks" / "00-start-here.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')


@contextmanager
def opened(place: Path, calls: int = 1) -> Iterator[list[Open]]:
    """By so many calls at once, whose first lines have come."""
    root = place / "host net lab"
    ship_a_lesson(root)
    words = command(root, "--no-browser")
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with ExitStack() as stack:
        processes = [stack.enter_context(subprocess.Popen(words, env=environment(), text=True, **pipes)) for _ in range(calls)]
        yield [Open(root, one, one.stdout.readline().strip()) for one in processes if one.stdout]
        for process in processes:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=limit_s(20))
    jupyter_record.stop(root, print)


def test_a_port_that_somebody_takes_at_the_last_moment_is_left_to_them(tmp_path: Path) -> None:
    """As where two readers open the lab in the same second."""
    ship_a_lesson(tmp_path)
    script = OPEN.replace("import sys\n", f"import sys{SECOND}", 1)
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        port = theirs.getsockname()[1]
        words = [sys.executable, "-c", script, str(tmp_path), str(port), "--no-browser"]
        with subprocess.Popen(words, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            assert process.stdout is not None
            address = process.stdout.readline().strip()
            process.terminate()
            _, said = process.communicate(timeout=limit_s(20))
    assert address.startswith("http://127.0.0.1:") and f":{port}/" not in address, said
    assert f"somebody took port {port} first" in said


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Open]]:
    """Of two calls at once: that which goes on, and that which has ended."""
    with opened(tmp_path_factory.mktemp("shared"), 2) as calls:
        wait_until(lambda: any(one.process.poll() is not None for one in calls), 20, "the end of the second call")
        yield sorted(calls, key=lambda one: one.process.poll() is not None)


@pytest.fixture
def shared(two: list[Open]) -> Open:
    """One for all tests that only look."""
    return two[0]


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Open]:
    """One to be ended."""
    with opened(tmp_path) as (lab,):
        yield lab


def api(lab: Open, path: str) -> str:
    parts = urlsplit(lab.address)
    answer = get(f"http://{parts.netloc}/api/{path}?{parts.query}")
    assert answer is not None and answer.status == 200
    return answer.body


def ask(lab: Open, method: str, path: str, body: str) -> str:
    parts = urlsplit(lab.address)
    connection = http.client.HTTPConnection(parts.netloc)
    headers = {"Authorization": f"token {parts.query.removeprefix('token=')}"}
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    assert answer.status in (200, 201), said
    return said


def start_kernel(lab: Open) -> psutil.Process:
    """Ask the server for a kernel, wait until it has answered once, and return its process."""
    ask(lab, "POST", "/api/kernels", '{"name": "python3"}')
    server = record.read(jupyter_record.record_file(lab.root)).processes[-1]  # type: ignore[union-attr]

    def kernel() -> psutil.Process | None:
        children = psutil.Process(server.pid).children(recursive=True)
        return next((one for one in children if "ipykernel_launcher" in " ".join(one.cmdline())), None)

    found = wait_until(kernel, 10, "the kernel's process")
    assert found is not None
    return found


def test_the_address_answers_with_the_first_lesson_and_only_to_who_has_the_token(shared: Open) -> None:
    assert "/lab/tree/00-start-here.ipynb?token=" in shared.address
    answer = get(shared.address)
    assert answer is not None and answer.status == 200
    assert '"00-start-here.ipynb"' in api(shared, "contents/00-start-here.ipynb")
    stranger = get(f"http://{urlsplit(shared.address).netloc}/api/status")
    assert stranger is None or stranger.status == 403 or '"started"' not in stranger.body
    refused = get(f"http://{urlsplit(shared.address).netloc}/api/contents")
    assert refused is not None and refused.status == 403


def test_what_it_writes_of_its_token_can_be_read_by_nobody_else(shared: Open) -> None:
    token = shared.address.partition("token=")[2]
    for path in (shared.root / ".lab").rglob("*"):
        if path.is_file() and token in _text(path):
            closed = [
                folder for folder in path.parents if folder.is_relative_to(shared.root / ".lab") and not folder.stat().st_mode & 0o077
            ]
            assert closed, path
    for process in [psutil.Process(shared.process.pid), *psutil.Process(shared.process.pid).children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):  # JupyterLab asks pip and yarn when it starts
            assert token not in " ".join(process.cmdline())


def _text(path: Path) -> str:
    """ "" of one that has just gone: the server is at work."""
    try:
        return path.read_text("utf-8", "replace")
    except FileNotFoundError:
        return ""


def test_a_browser_is_led_by_a_page_and_does_not_get_the_token_on_its_command_line(shared: Open, tmp_path: Path) -> None:
    browser, given = tmp_path / "browser", tmp_path / "given"
    browser.write_text(f'#!/bin/sh\necho "$@" >"{given}"\n')
    browser.chmod(0o755)
    more = {"DISPLAY": ":0", "BROWSER": str(browser)}
    again = subprocess.run(command(shared.root), env=environment(**more), text=True, capture_output=True, timeout=limit_s(20), check=True)
    address = urlsplit(given.read_text().strip())
    page = Path(unquote(address.path))
    assert address.scheme == "file" and page.parent == shared.root / ".lab/run"
    assert stat.S_IMODE(page.stat().st_mode) == 0o600 and stat.S_IMODE(page.parent.stat().st_mode) == 0o700
    assert f'content="0; url={shared.address}"' in page.read_text()
    assert "where it shows nothing" in again.stderr and again.stdout.strip() == shared.address


def test_a_second_call_shows_the_same_address_and_starts_nothing(shared: Open) -> None:
    again = subprocess.run(command(shared.root), env=environment(), text=True, capture_output=True, timeout=limit_s(20), check=True)
    assert again.stdout.strip() == shared.address
    assert "runs already" in again.stderr
    assert "ssh -L" in again.stderr, "there is no display: it says how to reach the page"


def test_an_interruption_ends_the_server_and_its_kernels_in_order(lab: Open) -> None:
    kernel = start_kernel(lab)
    server = psutil.Process(record.read(jupyter_record.record_file(lab.root)).processes[-1].pid)  # type: ignore[union-attr]
    assert kernel.environ()["FROM_THE_ENGINE"] == "yes"
    lab.process.send_signal(signal.SIGINT)
    lab.process.communicate(timeout=limit_s(20))
    assert lab.process.returncode == 0
    assert not kernel.is_running() and not server.is_running()
    assert not jupyter_record.record_file(lab.root).exists()


def test_down_ends_it_too(lab: Open) -> None:
    kernel = start_kernel(lab)
    subprocess.run(command(lab.root, "down"), env=environment(), capture_output=True, timeout=limit_s(20), check=True)
    lab.process.communicate(timeout=limit_s(20))
    assert not kernel.is_running()
    assert jupyter_record.find(lab.root) is None


def test_down_ends_a_server_whose_lab_was_killed(lab: Open) -> None:
    kernel = start_kernel(lab)
    lab.process.kill()
    lab.process.wait()
    assert jupyter_record.find(lab.root) == lab.address, "it goes on, and the next ./lab finds it"
    assert jupyter_record.stop(lab.root, lambda _: None)
    psutil.wait_procs([kernel], timeout=limit_s(10))
    assert not kernel.is_running()


def test_a_server_that_cannot_start_is_an_error_with_the_end_of_its_log(tmp_path: Path, free: int) -> None:
    ship_a_lesson(tmp_path)
    config = tmp_path / ".lab" / "jupyter" / "config" / "jupyter_server_config.py"
    config.parent.mkdir(parents=True)
    config.write_text("raise SystemExit('this configuration is broken')")
    words = command(tmp_path, "--no-browser", "--port", str(free))
    run = subprocess.run(words, env=environment(), text=True, capture_output=True, timeout=limit_s(20))
    assert run.returncode == 2
    assert "Tried: start JupyterLab" in run.stderr and "this configuration is broken" in run.stderr
    assert not jupyter_record.record_file(tmp_path).exists()


# --- the learner's own room -----------------------------------------------------------------------------------------


def test_the_lessons_that_are_served_are_copies_and_a_terminal_starts_among_them_with_the_path_of_the_lab(shared: Open) -> None:
    assert (shared.root / "lessons" / "00-start-here.ipynb").is_file()
    server = psutil.Process(record.read(jupyter_record.record_file(shared.root)).processes[-1].pid)  # type: ignore[union-attr]
    before = set(server.children())
    assert '"name": "1"' in ask(shared, "POST", "/api/terminals", '{"name": "1"}')
    (shell,) = set(server.children()) - before
    assert shell.cwd() == str(shared.root / "lessons")
    assert shell.environ()["PATH"] == server.environ()["PATH"], "docker is found where the reader's own shell found it"
    assert "-l" not in shell.cmdline(), "a login shell would read /etc/profile, which sets another PATH"
    assert shell.cmdline()[-2:] == ["--rcfile", str(terminal.start_up_file(shared.root / ".lab" / "jupyter"))]


def test_jupyterlab_keeps_the_workspace_under_the_name_that_is_written() -> None:
    from jupyterlab_server.workspaces_handler import slugify

    assert f"{slugify('default')}.jupyterlab-workspace" == workspace.FILE


def test_the_window_is_divided_once_and_anew_only_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "workspaces" / workspace.FILE
    workspace.write(path.parent, "00.ipynb", fresh=False)
    data = json.loads(path.read_text())["data"]
    shown = str(data["layout-restorer:data"]["main"]["dock"])
    assert all(name in shown for name in data if name != "layout-restorer:data"), "what has a place is what is described"
    path.write_text("the learner's")
    workspace.write(path.parent, "00.ipynb", fresh=False)
    assert path.read_text() == "the learner's"
    workspace.write(path.parent, "00.ipynb", fresh=True)
    assert json.loads(path.read_text())["data"] == data


def test_each_pane_is_large_enough_at_1280_by_800() -> None:
    sides, column = workspace.LESSON_SHARE, workspace.TERMINAL_SHARE
    assert sides * 1280 >= 700 and (1 - sides) * 1280 >= 500, "lines of 75 signs in a lesson, of 65 in the terminal"
    assert column * 700 >= 300 and (1 - column) * 700 >= 380


def test_of_two_calls_at_once_the_second_waits_and_shows_the_first_ones_address(two: list[Open]) -> None:
    first, second = two
    assert first.address == second.address != ""
    assert first.process.poll() is None and second.process.returncode == 0
    said = second.process.stderr.read() if second.process.stderr else ""
    assert "runs already" in said and f"waiting for process {first.process.pid} ({pwd.getpwuid(os.getuid()).pw_name}: " in said


def test_a_call_for_another_folder_says_that_the_open_one_stays(shared: Open, tmp_path: Path) -> None:
    words = command(shared.root, "--lessons", str(tmp_path / "other"), "--fresh-layout")
    again = subprocess.run(words, env=environment(), text=True, capture_output=True, timeout=limit_s(20), check=True)
    assert again.stdout.strip() == shared.address
    assert "it goes on with the folder it has" in again.stderr and "when you reload it" in again.stderr
    assert not (tmp_path / "other").exists()


def test_reset_brings_a_lesson_back_from_the_command_line_and_keeps_what_was_written(tmp_path: Path) -> None:
    ship_a_lesson(tmp_path)
    copies = LessonFolder(tmp_path / "lessons", tmp_path / "notebooks")
    copies.fill()
    name = copies.lessons()[0]
    (copies.folder / name).write_text('{"cells": [{"cell_type": "markdown", "source": "mine"}]}')
    done = subprocess.run(
        command(tmp_path, "reset", "00"), env=environment(), text=True, capture_output=True, timeout=limit_s(20), check=True
    )
    assert done.stdout == f"{name}: the original is back; what you had written is in 00-start-here (mine).ipynb.\n"
    again = subprocess.run(
        command(tmp_path, "reset", "--all"), env=environment(), text=True, capture_output=True, timeout=limit_s(20), check=True
    )
    assert again.stdout == f"{name}: the original is back.\n"
    for words, said in ((["reset"], "no lesson was named"), (["reset", "99"], "there is no such lesson")):
        refused = subprocess.run(command(tmp_path, *words), env=environment(), text=True, capture_output=True, timeout=limit_s(20))
        assert refused.returncode == 2 and said in refused.stderr


def test_the_language_that_is_chosen_is_spoken_from_the_next_start_on(tmp_path: Path) -> None:
    ship_a_lesson(tmp_path)
    told = {"env": environment(), "text": True, "capture_output": True, "timeout": 20}
    asked = subprocess.run(command(tmp_path, "language"), check=True, **told)  # type: ignore[call-overload]
    assert "* en  English" in asked.stdout and "  de  Deutsch" in asked.stdout
    subprocess.run(command(tmp_path, "language", "de"), check=True, **told)  # type: ignore[call-overload]
    assert setting.in_jupyterlab(tmp_path / ".lab" / "jupyter" / "settings") == "de_DE"
    refused = subprocess.run(command(tmp_path, "language", "../de"), **told)  # type: ignore[call-overload]
    assert refused.returncode == 2 and "is none of: en, de, system" in refused.stderr


def test_each_step_of_the_tour_is_short_and_the_extensions_own_tours_stay_off(tmp_path: Path) -> None:
    assert len(tour.STEPS) <= 6 and all(len(text.split()) <= 30 for *_, text in tour.STEPS)
    write_defaults(tmp_path)
    assert set(json.loads((tmp_path / "labconfig" / "page_config.json").read_text())["disabledExtensions"]) == set(tour.NOT_OURS)
    assert "inline-block" in (tmp_path / "custom" / "custom.css").read_text()


def test_jupyterlabs_single_keys_are_bound_to_a_focused_cell_and_to_nothing_else() -> None:
    go_on, *found = shortcuts.settings()["shortcuts"]
    assert go_on == shortcuts.GO_ON and go_on["selector"].endswith(" .jupyter-widgets"), "the one key that a widget passes on"
    off, on = [one for one in found if one.get("disabled")], [one for one in found if not one.get("disabled")]
    assert [(one["command"], one["keys"]) for one in off] == [(one["command"], one["keys"]) for one in on]
    assert {("notebook:delete-cell", "D"), ("notebook:move-cursor-down", "ArrowDown")} <= {(one["command"], *one["keys"][:1]) for one in on}
    assert all(one["selector"].endswith(" .jp-Cell:focus") for one in on) and not any(".jp-Cell:focus" in one["selector"] for one in off)


def test_without_jupyterlabs_schemas_its_keys_stay_as_they_are(tmp_path: Path) -> None:
    assert shortcuts.settings(tmp_path) == {"shortcuts": [shortcuts.GO_ON]}
