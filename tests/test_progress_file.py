"""The file of progress on a real disk: many writers, damage of many kinds, no room, no rights; never an exception in a lesson."""

from __future__ import annotations

import fcntl
import os
import random
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from hostnet_lab.core.errors import BadRequest
from hostnet_lab.core.progress.events import Event
from hostnet_lab.core.progress.state import states
from hostnet_lab.edges import progress, shared_file
from hostnet_lab.edges.pace import limit_s
from hostnet_lab.edges.progress import NOWHERE, ProgressFile, place
from hostnet_lab.edges.shared_file import SharedFile

WRITE = """
import sys
from pathlib import Path
from hostnet_lab.edges import progress
progress.LIMIT = int(sys.argv[3])
file = progress.ProgressFile(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(1000):
    file.record("checked", "01", f"{sys.argv[2]}-{number % 50}", state="not yet", seen="s" * (number % 300))
assert not file.trouble, file.trouble
"""


class Kept(ProgressFile):
    """A file in a folder of its own that collects what it tells."""

    def __init__(self, path: Path) -> None:
        self.said: list[str] = []
        super().__init__(path, self.said.append)


@pytest.fixture
def file(tmp_path: Path) -> Kept:
    return Kept(tmp_path / "data" / "progress.jsonl")


def ids(file: ProgressFile) -> list[str]:
    return [event.id for event in file.read().events if event.kind != "summed"]


def writers(path: Path, limit: int, names: str = "ab") -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, str(path), name, str(limit)], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for name in names
    ]
    for one in started:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    assert [(one.communicate(timeout=limit_s(60))[1], one.returncode) for one in started] == [("", 0)] * len(started)


def test_two_processes_that_write_a_thousand_events_at_once_lose_none(file: Kept) -> None:
    writers(file.path, 10**9)
    found = ids(file)
    assert len(found) == 2000 and not file.said
    for name in "ab":
        assert [id for id in found if id.startswith(name)] == [f"{name}-{number % 50}" for number in range(1000)]


def test_none_is_lost_while_the_file_is_compacted_again_and_again(file: Kept) -> None:
    writers(file.path, 40_000, "abc")
    assert file.path.stat().st_size < 50_000
    exercises = states(file.read())["01"].exercises
    assert {id: one.tries for id, one in exercises.items()} == {f"{name}-{number}": 20 for name in "abc" for number in range(50)}
    assert [path.name for path in file.path.parent.iterdir()] == ["progress.jsonl"]


def test_threads_of_one_kernel_do_not_disturb_each_other(file: Kept) -> None:
    threads = [Thread(target=lambda: [file.record("opened", "01", "01") for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids(file)) == 400


def test_only_the_learner_may_read_it(file: Kept, tmp_path: Path) -> None:
    file.record("opened", "01", "01")
    assert (file.path.stat().st_mode & 0o777, file.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    file.path.chmod(0o644)
    file.record("opened", "01", "01")
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_a_last_line_that_was_cut_off_does_not_swallow_the_next_event(file: Kept) -> None:
    file.record("opened", "01", "first")
    os.truncate(file.path, file.path.stat().st_size - 20)
    file.record("opened", "01", "second")
    assert ids(file) == ["second"]
    assert file.said and file.said[0].startswith("1 line of your progress could not be read.")


def test_a_last_line_that_lacks_only_its_end_is_read(file: Kept) -> None:
    file.record("opened", "01", "first")
    os.truncate(file.path, file.path.stat().st_size - 1)
    assert ids(file) == ["first"]
    file.record("opened", "01", "second")
    assert ids(file) == ["first", "second"] and not file.said


DAMAGE = [
    b"\x00" * 4096,
    os.urandom(5000),
    b"x" * 5_000_000,
    "ä\n".encode("utf-16"),
    b"<html>\n</html>\n",
    b"{}\n[]\nnull\n",
    b'{"kind": "opened", "at": "2026',
    b"[" * 60_000,
]


@pytest.mark.parametrize("damage", DAMAGE, ids=range(len(DAMAGE)))
def test_a_damaged_file_is_kept_aside_said_once_and_its_good_lines_go_on(file: Kept, damage: bytes) -> None:
    file.record("opened", "01", "before")
    content = file.path.read_bytes() + damage
    file.path.write_bytes(content)
    file.record("opened", "01", "after")
    assert ids(file) == ["before", "after"] == ids(file)
    aside = file.path.with_name("progress.damaged-1.jsonl")
    assert aside.read_bytes().startswith(content) and aside.stat().st_mode & 0o777 == 0o600
    assert len(file.said) == 1 and str(aside) in file.said[0]
    file.path.write_bytes(b"damaged again\n")
    assert ids(file) == [] and file.path.with_name("progress.damaged-2.jsonl").read_bytes() == b"damaged again\n"


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_to_its_bytes_a_lesson_can_read_and_write(file: Kept, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(30):
        file.record("judged", "01", str(number), evidence="é\u2028\x85" * chance.randrange(20))
    content = bytearray(file.path.read_bytes())
    for _ in range(chance.randrange(1, 10)):
        where, width = chance.randrange(len(content)), chance.choice([0, 1, 5, 200])
        content[where : where + width] = chance.randbytes(chance.choice([0, 1, 3, 50]))
    file.path.write_bytes(bytes(content))
    file.record("opened", "01", "after")
    assert ids(file)[-1] == "after" and len(ids(file)) >= 5
    aside = file.path.with_name("progress.damaged-1.jsonl")
    assert bool(file.said) == aside.exists()


def test_lines_of_a_later_version_survive_damage_and_compaction(file: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    later = b'{"v": 2, "kind": "dreamed"}\n'
    file.record("opened", "01", "01")
    file.path.write_bytes(file.path.read_bytes() + later + b"damage\n")
    file.read()
    assert later in file.path.read_bytes() and b"damage" not in file.path.read_bytes()
    monkeypatch.setattr(progress, "LIMIT", 1600)
    for _ in range(40):
        file.record("opened", "01", "01")
    assert later in file.path.read_bytes() and file.path.stat().st_size < 1800


def test_damage_is_kept_aside_before_compaction_drops_it(file: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    file.record("opened", "01", "01")
    file.path.write_bytes(b"precious\n" + file.path.read_bytes())
    monkeypatch.setattr(progress, "LIMIT", 100)
    file.record("opened", "01", "01")
    assert b"precious" in file.path.with_name("progress.damaged-1.jsonl").read_bytes() and len(file.said) == 1


def test_a_file_of_the_first_version_goes_on(file: Kept) -> None:
    file.path.parent.mkdir()
    file.path.write_text('{"kind": "opened", "at": "2026-01-01T00:00:00+00:00", "lesson": "01", "id": "01", "more": {}}\n')
    file.record("finished", "01", "01")
    assert states(file.read())["01"].finished and not file.said


# -- trouble with the disk ------------------------------------------------------------------------------


def test_a_folder_in_its_place_is_told_once_and_the_lesson_goes_on(file: Kept) -> None:
    file.path.mkdir(parents=True)
    file.record("opened", "01", "01")
    file.record("opened", "01", "01")
    assert len(file.said) == 1 and "it is not a plain file. The lesson goes on without it." in file.said[0]
    assert not file.read().events and file.trouble


def test_a_pipe_in_its_place_does_not_hold_the_lesson(file: Kept) -> None:
    file.path.parent.mkdir()
    os.mkfifo(file.path)
    file.record("opened", "01", "01")
    assert "not a plain file" in file.said[0] and not file.read().events


def test_a_home_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    file = Kept(tmp_path / "home" / "hostnet-lab" / "progress.jsonl")
    file.record("opened", "01", "01")
    assert not file.read().events
    assert all("Not a directory" in sentence for sentence in file.said) and file.said


def test_a_disk_without_room_is_a_sentence_and_leaves_no_half_line(file: Kept) -> None:
    """The limit on a file's size cuts a write short as a full disk does."""
    file.record("opened", "01", "01")
    program = (
        "import resource, sys; from pathlib import Path; from hostnet_lab.edges.progress import ProgressFile\n"
        "size = Path(sys.argv[1]).stat().st_size\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size + 50, size + 50))\n"
        "file = ProgressFile(Path(sys.argv[1])); file.record('opened', '01', 'lost'); file.record('opened', '01', 'lost')\n"
    )
    done = subprocess.run([sys.executable, "-c", program, str(file.path)], capture_output=True, text=True, timeout=limit_s(30))
    assert done.returncode == 0 and not done.stderr, done.stderr
    assert done.stdout.count("\n") == 1 and "the disk may be full" in done.stdout
    assert ids(file) == ["01"] and not file.said
    file.record("opened", "01", "room again")
    assert ids(file) == ["01", "room again"]


def test_damage_that_cannot_be_put_aside_is_a_sentence_and_the_rest_is_read(file: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise OSError(28, "No space left on device")

    file.record("opened", "01", "01")
    file.path.write_bytes(file.path.read_bytes() + b"damage\n")
    monkeypatch.setattr(progress, "write_new", full)
    assert ids(file) == ["01"]
    assert "nor be put aside" in file.said[0] and "No space left" in file.said[0]
    assert file.path.read_bytes().endswith(b"damage\n")


def test_a_folder_where_nothing_may_be_written_is_a_sentence(tmp_path: Path) -> None:
    """A file system mounted read-only, seen by a process in a mount namespace of its own; without that right, a mode."""
    program = (
        "import sys; from pathlib import Path; from hostnet_lab.edges.progress import ProgressFile\n"
        "file = ProgressFile(Path(sys.argv[1]) / 'hostnet-lab' / 'progress.jsonl')\n"
        "file.record('opened', '01', '01'); file.read(); print(len(file.read().events))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    if os.geteuid() == 0:
        script = 'mount -t tmpfs -o ro,size=64k none "$1" && shift && exec "$@"'
        command = ["unshare", "-m", "sh", "-c", script, "sh", str(tmp_path), *command]
    else:
        tmp_path.chmod(0o500)
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s(30))
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("Your progress is not kept at present") == 1 and done.stdout.endswith("\n0\n")


def test_a_process_that_was_stopped_with_the_lock_does_not_hold_a_lesson(file: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    file.record("opened", "01", "01")
    monkeypatch.setattr(shared_file, "LOCK_S", 0.05)
    with file.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        file.record("opened", "01", "02")
        assert ids(file) == ["01", "02"] and not file.said
        with pytest.raises(BadRequest, match="another program holds its lock"):
            file.reset()
    assert ids(file) == ["01", "02"]


def test_a_line_goes_to_the_file_that_took_the_place_of_the_one_that_was_opened(file: Kept) -> None:
    file.record("opened", "01", "01")
    shared = SharedFile(file.path, lambda _: True)
    with file.path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        thread = Thread(target=lambda: shared.append(Event("opened", "2026-01-01", "01", "late").line().encode()))
        thread.start()
        fresh = file.path.with_name("fresh")
        fresh.write_bytes(b"")
        fresh.replace(file.path)
    thread.join()
    assert ids(file) == ["late"]


def test_a_link_stays_a_link_when_the_file_is_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.jsonl", tmp_path / "progress.jsonl"
    link.symlink_to(real)
    file = Kept(link)
    file.record("opened", "01", "01")
    file.reset()
    assert link.is_symlink() and real.read_bytes() == b""


def test_a_link_to_what_is_no_progress_is_told_and_what_it_leads_to_is_left_as_it_is(tmp_path: Path) -> None:
    theirs, link = tmp_path / "notes", tmp_path / "progress.jsonl"
    theirs.write_text("somebody's\n")
    theirs.chmod(0o644)
    link.symlink_to(theirs)
    file = Kept(link)
    file.record("opened", "01", "01")
    assert file.read().events == () and len(file.said) == 2
    with pytest.raises(BadRequest, match="it does not hold what the lab writes there"):
        file.reset()
    assert theirs.read_text() == "somebody's\n" and theirs.stat().st_mode & 0o777 == 0o644 and link.is_symlink()


# -- the learner's actions ------------------------------------------------------------------------------


def test_a_reset_begins_anew_and_keeps_the_old_events_aside(file: Kept) -> None:
    assert file.reset() is None
    file.record("opened", "01", "01")
    content = file.path.read_bytes()
    aside = file.reset()
    assert aside == file.path.with_name("progress.before-reset-1.jsonl") and aside.read_bytes() == content
    assert ids(file) == [] and file.reset() is None
    file.record("opened", "01", "02")
    assert ids(file) == ["02"] and file.reset() == file.path.with_name("progress.before-reset-2.jsonl")


def test_an_export_is_the_file_and_never_takes_anothers_place(file: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file.record("opened", "01", "01")
    first, second = file.export(), file.export()
    assert first.parent == tmp_path and first.name.startswith("my-progress-20") and second.stem == f"{first.stem}-2"
    assert first.read_bytes() == second.read_bytes() == file.path.read_bytes()
    assert ids(Kept(first)) == ["01"]
    with pytest.raises(BadRequest, match="No such file or directory"):
        file.export(tmp_path / "nowhere" / "x.jsonl")


def test_whoever_watches_hears_each_event_until_the_end(file: Kept) -> None:
    heard: list[str] = []
    end = file.watch(lambda event: heard.append(event.id))
    file.record("opened", "01", "1")
    end()
    end()
    file.record("opened", "01", "2")
    assert heard == ["1"]


def test_the_place_is_the_users_data_folder_or_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTNET_LAB_PROGRESS", "/named/p.jsonl")
    assert place() == Path("/named/p.jsonl")
    monkeypatch.delenv("HOSTNET_LAB_PROGRESS")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert place() == Path("/data/hostnet-lab/progress.jsonl")
    monkeypatch.setenv("XDG_DATA_HOME", "relative")
    monkeypatch.setenv("HOME", "/home/ann")
    assert place() == Path("/home/ann/.local/share/hostnet-lab/progress.jsonl")


def test_nothing_is_kept_where_the_learner_said_so() -> None:
    file = Kept(NOWHERE)
    heard: list[str] = []
    file.watch(lambda event: heard.append(event.id))
    file.record("opened", "01", "01")
    assert not file.kept and not file.read().events and not file.said and heard == ["01"] and file.reset() is None
